"""What is to be looked at again by a day: the checks that will have grown old."""

import datetime as dt
from collections.abc import Iterator

from sitegen.building.entries import draft_of
from sitegen.building.site import Site
from sitegen.judging.dates import due_day, staleness
from sitegen.model.places import Graded, Problem


def due(site: Site, day: dt.date) -> tuple[Graded, ...]:
    """The claims that are or will be stale on a day, the first due first, as warnings at the field that makes each so.

    Claims that allow `check-stale` are left out, as everywhere. What is already stale on the site's own day comes first.
    """
    found = sorted(_due(site, day), key=lambda entry: (entry[0], entry[1].place))
    return tuple(Graded(problem, "warning") for _, problem in found)


def _due(site: Site, day: dt.date) -> Iterator[tuple[dt.date, Problem]]:
    settings = site.settings.checks
    for name, entry in site.entries.items():
        if not entry.tally.claims:
            continue
        for claim in draft_of(entry, site.store).sidecar.claims:
            on = due_day(claim, settings)
            if on is None or on > day or ("check-stale" in claim.allow and claim.why):
                continue
            why = staleness(claim, settings, max(on, dt.date(1, 1, 2)))
            if why is not None:
                when = "due now" if on <= site.day else f"due on {on.isoformat()}"
                message, place = f"{when}: {why.words}", claim.at.of(why.field)
                yield on, Problem("check-stale", message, place, "", name, claim.id)
