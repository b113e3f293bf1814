"""The interface's words for states, stances and dates, in one place for all themes."""

from collections.abc import Mapping

from sitegen.model.days import MONTHS, day_words, short_day_words
from sitegen.model.findings import Copy, QuoteCheck
from sitegen.model.records import Source

STANCES: Mapping[str, str] = {"supports": "Supports", "refutes": "Refutes", "context": "Context"}

NOTE_KINDS: Mapping[str, str] = {
    "context": "Context",
    "definition": "Definition",
    "aside": "Aside",
    "question": "Open question",
    "correction": "Correction",
}

CONTRARY: Mapping[str | None, str] = {
    None: "",
    "found": "Evidence against the verdict was looked for, and found: it is listed here.",
    "searched": "Evidence against the verdict was looked for; none was found.",
    "not-searched": "Evidence against the verdict was not looked for.",
}

_COPIES: Mapping[str, str] = {"full": "copy", "abstract": "copy of the abstract", "excerpt": "excerpt"}


def issued_words(source: Source) -> str:
    """When a source was published, as far as its record knows."""
    if source.issued is None:
        return ""
    parts = [int(part) for part in source.issued.text.split("-")]
    if len(parts) == 1:
        return str(parts[0])
    month = MONTHS[parts[1] - 1]
    return f"{month} {parts[0]}" if len(parts) == 2 else f"{parts[2]} {month} {parts[0]}"


def copy_words(source: Source, copy: Copy | None) -> str:
    """What copy of a source is kept."""
    if copy is None or copy.text is None:
        return "No copy kept."
    noun = _COPIES[source.snapshot.coverage if source.snapshot is not None else "full"]
    when = f", taken on {day_words(source.accessed)}" if source.accessed is not None else ""
    changed = " It was changed since it was pinned." if copy.changed else ""
    return f"We keep {_article(noun)} {noun}{when}.{changed}"


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def state_words(check: QuoteCheck, source: Source | None, copy: Copy | None) -> str:
    """How far a quotation was checked, in plain words."""
    coverage = source.snapshot.coverage if source is not None and source.snapshot is not None else "full"
    noun = f"our {_COPIES[coverage]}"
    when = (
        f" of {short_day_words(source.accessed)}"
        if source is not None and source.accessed is not None
        else ""
    )
    changed = "; that copy was changed since it was pinned" if copy is not None and copy.changed else ""
    return _STATES[check.state].format(copy=noun + when) + changed


_STATES: Mapping[str, str] = {
    "exact": "found word for word in {copy}",
    "folded": "found word for word in {copy}, typography aside",
    "near": "not found: {copy} reads differently",
    "absent": "not found in {copy}",
    "unreadable": "not checked: {copy} has no readable text",
    "unarchived": "not checked: no copy kept",
    "unquoted": "nothing is quoted",
}


def said_words(state: str) -> str:
    """How far the claimant's own words were checked against the document examined."""
    return {
        "exact": "found word for word in the document examined",
        "folded": "found word for word in the document examined, typography aside",
        "near": "not found: the document examined reads differently",
        "absent": "not found in the document examined",
    }.get(state, "")


UNPLACED: Mapping[str, str] = {
    "ambiguous": "Its words stand in several places of the article.",
    "drifted": "Its words were changed in the article since.",
    "lost": "Its words are no longer in the article.",
}


def lead_words(words: str, most: int = 6) -> str:
    """The first few words, with an ellipsis where there are more."""
    parts = words.split()
    return " ".join(parts[:most]) + (" …" if len(parts) > most else "")
