"""The interface's words for states, stances and dates, in one place for all themes, said in a page's language."""

import datetime as dt
import functools
import html
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sitegen.judging.verdicts import DEFAULT_SCALE
from sitegen.model.findings import Copy, QuoteState, Verdict
from sitegen.model.records import Claim, Source, VerdictSetting
from sitegen.writing.languages import N_, Language
from sitegen.writing.render_rules import LABELS

_SAME = functools.lru_cache(2_000)
"""The same is said of thousands of quotations."""

STANCES: Mapping[str, str] = {
    "supports": N_("Supports"),
    "refutes": N_("Refutes"),
    "context": N_("Context"),
}

NOTE_KINDS: Mapping[str, str] = {
    "context": N_("Context"),
    "definition": N_("Definition"),
    "aside": N_("Aside"),
    "question": N_("Open question"),
    "correction": N_("Correction"),
}

_CONTRARY: Mapping[str, str] = {
    "found": N_("Evidence against the verdict was looked for, and found: it is listed here."),
    "searched": N_("Evidence against the verdict was looked for; none was found."),
    "not-searched": N_("Evidence against the verdict was not looked for."),
}

_UNPLACED: Mapping[str, str] = {
    "ambiguous": N_("Its words stand in several places of the article."),
    "drifted": N_("Its words were changed in the article since."),
    "lost": N_("Its words are no longer in the article."),
}

_KEPT: Mapping[str, tuple[str, str]] = {
    "full": (N_("We keep a copy."), N_("We keep a copy, taken on %(day)s.")),
    "abstract": (
        N_("We keep a copy of the abstract."),
        N_("We keep a copy of the abstract, taken on %(day)s."),
    ),
    "excerpt": (N_("We keep an excerpt."), N_("We keep an excerpt, taken on %(day)s.")),
}
"""What copy is kept, without a day and with one."""

_COPIES: Mapping[str, tuple[str, str]] = {
    "full": (N_("our copy"), N_("our copy of %(day)s")),
    "abstract": (N_("our copy of the abstract"), N_("our copy of the abstract of %(day)s")),
    "excerpt": (N_("our excerpt"), N_("our excerpt of %(day)s")),
}
"""What was looked in, likewise."""

_STATES: Mapping[str, str] = {
    "exact": N_("found word for word in %(copy)s"),
    "folded": N_("found word for word in %(copy)s, typography aside"),
    "near": N_("not found: %(copy)s reads differently"),
    "absent": N_("not found in %(copy)s"),
    "unreadable": N_("not checked: %(copy)s has no readable text"),
    "unarchived": N_("not checked: no copy kept"),
    "unquoted": N_("nothing is quoted"),
}

_SAID: Mapping[str, str] = {
    "exact": N_("found word for word in the document examined"),
    "folded": N_("found word for word in the document examined, typography aside"),
    "near": N_("not found: the document examined reads differently"),
    "absent": N_("not found in the document examined"),
}


@_SAME
def stance_words(stance: str, language: Language) -> str:
    """Which way a piece of evidence points."""
    return language.say(STANCES[stance])


@_SAME
def kind_words(kind: str, language: Language) -> str:
    """What kind of note one is."""
    return language.say(NOTE_KINDS[kind])


@_SAME
def contrary_words(contrary: str | None, language: Language) -> str:
    """Whether evidence against the verdict was looked for; empty where nothing is said of it."""
    return language.say(_CONTRARY[contrary]) if contrary else ""


def unplaced_words(state: str, language: Language) -> str:
    """Why a note has no place; empty where it has one."""
    return language.say(_UNPLACED[state]) if state in _UNPLACED else ""


def stale_words(claim: Claim, field: str, language: Language) -> str:
    """Why a claim's check no longer counts as fresh; `field` is the one that makes it so, or empty."""
    if field == "recheck":
        return language.say(N_("the article's words were changed since: %(change)s"), change=claim.recheck)
    if field == "review_by" and claim.review_by is not None:
        return language.say(N_("it was to be looked at again by %(day)s"), day=language.day(claim.review_by))
    if field == "checked" and claim.checked is not None:
        return language.say(N_("it was last checked on %(day)s"), day=language.day(claim.checked.on))
    return ""


def issued_words(source: Source, language: Language) -> str:
    """When a source was published, as far as its record knows."""
    if source.issued is None:
        return ""
    parts = [int(part) for part in source.issued.text.split("-")]
    if len(parts) == 1:
        return str(parts[0])
    return language.month(*parts) if len(parts) == 2 else language.day(source.issued.first_day())


def copy_words(source: Source, copy: Copy | None, language: Language) -> str:
    """What copy of a source is kept."""
    if copy is None or copy.text is None:
        return language.say(N_("No copy kept."))
    plain, dated = _KEPT[coverage_of(source)]
    kept = (
        language.say(dated, day=language.day(source.accessed))
        if source.accessed is not None
        else language.say(plain)
    )
    changed = " " + language.say(N_("It was changed since it was pinned.")) if copy.changed else ""
    return kept + changed


def coverage_of(source: Source | None) -> str:
    """How much of a source its copy holds."""
    return source.snapshot.coverage if source is not None and source.snapshot is not None else "full"


@_SAME
def state_words(state: QuoteState, copy: tuple[str, dt.date | None, bool], language: Language) -> str:
    """How far a quotation was checked, in plain words; of the copy: its coverage, when it was taken, whether it was changed."""
    coverage, accessed, changed = copy
    plain, dated = _COPIES[coverage]
    noun = (
        language.say(dated, day=language.short_day(accessed)) if accessed is not None else language.say(plain)
    )
    words = language.say(_STATES[state], copy=noun)
    return (
        language.say(N_("%(state)s; that copy was changed since it was pinned"), state=words)
        if changed
        else words
    )


def said_words(state: str, language: Language) -> str:
    """How far the claimant's own words were checked against the document examined."""
    return language.say(_SAID[state]) if state in _SAID else ""


def scale_in(
    language: Language, scale: Mapping[str, Verdict], settings: Iterable[VerdictSetting]
) -> Mapping[str, Verdict]:
    """A site's scale as a page in a language shows it: the site's own words stay as they are."""
    own = {setting.id: setting for setting in settings}
    said = dict(scale)
    for verdict in DEFAULT_SCALE:
        setting = own.get(verdict.id)
        shown = scale[verdict.id]
        said[verdict.id] = replace(
            shown,
            label=language.say(verdict.label) if setting is None or setting.label is None else shown.label,
            explanation=language.say(verdict.explanation)
            if setting is None or setting.explanation is None
            else shown.explanation,
        )
    return said


def word_in_body(kind: str, value: str, scale: Mapping[str, Verdict], language: Language) -> str:
    """What a hole for a word is filled with: see `writing.draft` and `writing.render_rules`. As HTML."""
    first, _, rest = value.partition(" ")
    if kind == "word":
        return html.escape(language.text(LABELS[first]).replace("{number}", rest))
    if kind == "verdict":
        word = scale[rest].label if rest in scale else rest
    else:
        word = language.say(NOTE_KINDS[rest])
    return html.escape(language.say(N_("Note %(number)s: %(word)s"), number=first, word=word))


def lead_words(words: str, most: int = 6) -> str:
    """The first few words, with an ellipsis where there are more."""
    parts = words.split()
    return " ".join(parts[:most]) + (" …" if len(parts) > most else "")
