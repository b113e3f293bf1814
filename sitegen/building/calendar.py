"""The day of a build: the only time that reaches a site."""

import datetime as dt
import os
import zoneinfo

from sitegen.model.errors import CannotGoOnError


def today(timezone: str) -> dt.date:
    """The day in the site's time zone, or the one that `SOURCE_DATE_EPOCH` (seconds since 1970) names."""
    zone = zoneinfo.ZoneInfo(timezone)
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return dt.datetime.now(zone).date()
    try:
        return dt.datetime.fromtimestamp(int(epoch), zone).date()
    except (ValueError, OverflowError, OSError) as error:
        raise CannotGoOnError(f'SOURCE_DATE_EPOCH is "{epoch}", which is no number of seconds') from error
