"""What the calendar says: dates that cannot be, and checks that have grown old.

The day of the build is an argument of every function here: nothing else in a build may depend on it.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from sitegen.model.days import day_words
from sitegen.model.findings import Staleness
from sitegen.model.places import Place, Problem
from sitegen.model.records import CheckSettings, Claim, FrontMatter, Source

_OPENED_BEFORE = 'a check is as old as the last look at its evidence; if the source was opened before, say so: "first_accessed: …"'

RecordOf = Callable[[str], Source | None]
"""The record that an id means in an article."""


def staleness(claim: Claim, settings: CheckSettings, day: dt.date) -> Staleness | None:
    """Why a claim's check no longer counts as fresh; None while it does."""
    if claim.recheck:
        return Staleness("recheck", f"the article's words were changed since: {claim.recheck}")
    if claim.review_by is not None and day > claim.review_by:
        return Staleness("review_by", f"it was to be looked at again by {day_words(claim.review_by)}")
    if claim.checked is not None and (day - claim.checked.on).days > settings.stale_after.days:
        return Staleness("checked", f"it was last checked on {day_words(claim.checked.on)}")
    return None


def due_day(claim: Claim, settings: CheckSettings) -> dt.date | None:
    """The first day on which a claim's check no longer counts as fresh; None where no day is known."""
    if claim.recheck:
        return dt.date.min
    days = [claim.review_by.toordinal()] if claim.review_by is not None else []
    if claim.checked is not None:
        days.append(claim.checked.on.toordinal() + settings.stale_after.days)
    last = min(days, default=dt.date.max.toordinal())
    return dt.date.fromordinal(last + 1) if last < dt.date.max.toordinal() else None


def stale_problem(claim: Claim, why: Staleness, article: str) -> Problem:
    """A stale check, reported at the field that makes it so."""
    hint = "check it again, then take the field out" if why.field == "recheck" else "check it again"
    message = f"the check is stale: {why.words}"
    return Problem("check-stale", message, claim.at.of(why.field), hint, article, claim.id)


def claim_dates(claim: Claim, article: str, record: RecordOf, day: dt.date) -> Iterator[Problem]:
    """Dates of a claim that cannot be: in the future, or before what they rest on."""
    found = [*_check_dates(claim, record, day), *_said_dates(claim, day), *_review_dates(claim, day)]
    found += (
        (f"corrected on {correction.on}, which is in the future", correction.at.of("on"), "")
        for correction in claim.corrections
        if correction.on > day
    )
    for message, place, hint in found:
        yield Problem("date-impossible", message, place, hint, article, claim.id)


def _check_dates(claim: Claim, record: RecordOf, day: dt.date) -> Iterator[tuple[str, Place, str]]:
    checked = claim.checked
    if checked is None:
        return
    if checked.on > day:
        yield f"checked on {checked.on}, which is in the future", checked.at.of("on"), ""
    if claim.review_by is not None and claim.review_by < checked.on:
        message = f"to be looked at again by {claim.review_by}, before it was checked on {checked.on}"
        yield message, claim.at.of("review_by"), ""
    for source in dict.fromkeys(evidence.source for evidence in claim.evidence):
        known = record(source)
        # A refresh opens a source again; that a check is older than the last opening is as it should be.
        opened = known.first_opened if known is not None else None
        if opened is not None and checked.on < opened:
            message = f'checked on {checked.on}, before the source "{source}" was opened on {opened}'
            yield message, checked.at.of("on"), _OPENED_BEFORE


def _said_dates(claim: Claim, day: dt.date) -> Iterator[tuple[str, Place, str]]:
    checked, said = claim.checked, claim.said
    if said is None or said.on is None:
        return
    if said.on > day:
        yield f"said on {said.on}, which is in the future", said.at.of("on"), ""
    elif checked is not None and said.on > checked.on:
        yield f"said on {said.on}, after it was checked on {checked.on}", said.at.of("on"), ""


def _review_dates(claim: Claim, day: dt.date) -> Iterator[tuple[str, Place, str]]:
    checked, reviewed = claim.checked, claim.reviewed
    if reviewed is None:
        return
    if reviewed.on > day:
        yield f"reviewed on {reviewed.on}, which is in the future", reviewed.at.of("on"), ""
    elif checked is not None and reviewed.on < checked.on:
        yield f"reviewed on {reviewed.on}, before it was checked on {checked.on}", reviewed.at.of("on"), ""


def source_dates(source: Source, article: str, day: dt.date) -> Iterator[Problem]:
    """Dates of a source that cannot be: in the future, or before it was published."""
    issued = source.issued.first_day() if source.issued is not None else dt.date.min
    looks = [("opened", source.accessed, source.at.of("accessed"))]
    if source.first_accessed is not None:
        place = source.at.of("first_accessed")
        looks.append(("first opened", source.first_accessed, place))
        if source.accessed is not None and source.accessed < source.first_accessed:
            message = f"first opened on {source.first_accessed}, after it was opened on {source.accessed}"
            yield Problem("date-impossible", message, place, "", article)
    if source.archive is not None:
        looks.append(("archived", source.archive.on, source.archive.at.of("on")))
    if issued > day:
        message = f"published on {source.issued}, which is in the future"
        yield Problem("date-impossible", message, source.at.of("issued"), "", article)
    for did, on, place in looks:
        if on is not None and on > day:
            message = f"{did} on {on}, which is in the future"
            yield Problem("date-impossible", message, place, "", article)
        elif on is not None and on < issued <= day:
            message = f"{did} on {on}, before it was published ({source.issued})"
            yield Problem("date-impossible", message, place, "", article)


def article_dates(front: FrontMatter, article: str, day: dt.date) -> Iterator[Problem]:
    """Dates of an article that cannot be. To be published in the future is none of them: it is a plan."""
    if front.updated is not None and front.updated > day and (front.date is None or front.date <= day):
        message = f"updated on {front.updated}, which is in the future"
        yield Problem("date-impossible", message, front.at.of("updated"), "", article)
    if front.date is not None and front.updated is not None and front.updated < front.date:
        message = f"updated on {front.updated}, before it was published on {front.date}"
        yield Problem("date-impossible", message, front.at.of("updated"), "", article)


def stale_claims(
    claims: Iterable[Claim], settings: CheckSettings, day: dt.date
) -> tuple[tuple[str, Staleness], ...]:
    """The claims that are stale on a day, each with the reason."""
    return tuple((claim.id, why) for claim in claims if (why := staleness(claim, settings, day)) is not None)
