"""Records and findings to what templates see."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote as percent_encode

from markupsafe import Markup

from sitegen.judging.library import Shelf
from sitegen.model.findings import Anchoring, Copy, QuoteCheck, Verdict
from sitegen.model.records import Claim, Evidence, Note, Source
from sitegen.model.site import Card, Draft, Judged
from sitegen.model.tally import Tally
from sitegen.writing.addresses import address, source_path, tag_path
from sitegen.writing.languages import N_, Language
from sitegen.writing.views import (
    CardView,
    ClaimView,
    EvidenceView,
    LedgerView,
    NoteView,
    SaidView,
    SourceView,
    TagView,
    TallyView,
)
from sitegen.writing.words import (
    STANCES,
    contrary_words,
    copy_words,
    coverage_of,
    issued_words,
    kind_words,
    lead_words,
    said_words,
    stale_words,
    stance_words,
    state_words,
    unplaced_words,
)

BAR = 1000
"""The width of a bar of verdicts, in its own units."""

LONGEST_FRAGMENT = 8
"""Words that a text fragment gives in full; of a longer quotation it gives the first and the last few."""

_GAP = re.compile(r"\[?(?:…|\.\.\.)\]?")


def verdict_of(identifier: str, scale: Mapping[str, Verdict]) -> Verdict:
    """A verdict of the scale; one that is unknown (a problem of its own) is shown by its id."""
    return scale.get(identifier) or Verdict(identifier, identifier, "", None, "#5f5f5f", "#b5b5b5", "circle")


def tally_views(counts: Mapping[str, int], scale: Mapping[str, Verdict]) -> tuple[TallyView, ...]:
    """Counts by verdict in the order of the scale, as parts of a bar without gaps."""
    total = sum(counts.values())
    views: list[TallyView] = []
    seen = 0
    for identifier in [*scale, *sorted(set(counts) - set(scale))]:
        count = counts.get(identifier, 0)
        if not count:
            continue
        begin, end = seen * BAR // total, (seen + count) * BAR // total
        views.append(TallyView(verdict_of(identifier, scale), count, begin, end - begin))
        seen += count
    return tuple(views)


def card_view(card: Card, scale: Mapping[str, Verdict]) -> CardView:
    """An article's card as listings show it."""
    counts = dict(card.tallies)
    return CardView(
        title=card.title,
        path=address(card.path),
        summary=card.summary,
        date=card.date,
        updated=card.updated,
        authors=card.authors,
        tags=tuple(TagView(tag, address(tag_path(tag))) for tag in card.tags),
        tallies=tally_views(counts, scale),
        claims=sum(counts.values()),
        draft=card.draft,
    )


def source_view(
    source: Source, copy: Copy | None, note: Markup, language: Language, *, key: str | None = None
) -> SourceView:
    """A source as pages in a language show it.

    `key` is that of an article's own source, which has the article in its address; empty, the source has no page: an id
    without a record.
    """
    snapshot = source.snapshot
    return SourceView(
        id=source.id,
        path=address(source_path(source.id if key is None else key)) if key != "" else "",
        title=source.title,
        byline=", ".join(person.name for person in source.authors),
        imprint=_imprint(source, language),
        issued=issued_words(source, language),
        url=source.url,
        kind=source.kind or "",
        party=source.party,
        origin=source.source_origin,
        language=source.language,
        link=source.link or "",
        accessed=source.accessed,
        archive_url=source.archive.url if source.archive is not None else "",
        archive_on=source.archive.on if source.archive is not None else None,
        coverage=snapshot.coverage if snapshot is not None else "",
        copy_words=copy_words(source, copy, language),
        sha256=copy.sha256 if copy is not None else "",
        text_sha256=copy.text_sha256 if copy is not None else "",
        note=note,
        local=key is not None,
    )


def _imprint(source: Source, language: Language) -> str:
    parts = [source.container, source.publisher if source.publisher != source.container else ""]
    parts.append(language.say(N_("vol. %(volume)s"), volume=source.volume) if source.volume else "")
    parts.append(language.say(N_("no. %(issue)s"), issue=source.issue) if source.issue else "")
    parts += [source.number, source.edition, source.place]
    parts.append(language.say(N_("pp. %(pages)s"), pages=source.pages) if source.pages else "")
    parts += [f"doi:{source.doi}" if source.doi else "", f"ISBN {source.isbn}" if source.isbn else ""]
    return ", ".join(part for part in parts if part)


def passage_url(url: str, quote: str) -> str:
    """An address that opens a page at a quotation: a text fragment, of which browsers without it take no notice."""
    words = [part.split() for part in _GAP.split(re.sub(r"\[[^\]]*\]", "…", quote)) if part.strip()]
    if not url or not words:
        return url
    first, last = words[0], words[-1]
    if len(words) == 1 and len(first) <= LONGEST_FRAGMENT:
        text = _fragment(first)
    else:
        text = f"{_fragment(first[:4])},{_fragment(last[-4:])}"
    return f"{url}{'' if '#' in url else '#'}:~:text={text}"


def _fragment(words: Iterable[str]) -> str:
    return percent_encode(" ".join(words), safe="").replace("-", "%2D")


@dataclass(frozen=True, slots=True)
class Viewing:
    """What the notes of one article are made from.

    `html` gives the finished HTML of a text of the draft, `plain` a plain text as it is set; `url` is the article's
    absolute address. `scale` and all words are in its `language`; `stale` names the field that makes a claim's check stale.
    """

    draft: Draft
    judged: Judged
    shelf: Shelf
    scale: Mapping[str, Verdict]
    source_views: Mapping[str, SourceView]
    stale: Mapping[str, str]
    path: str
    url: str
    html: Callable[[str], Markup]
    plain: Callable[[str], str]
    language: Language

    def notes(self) -> tuple[tuple[ClaimView | NoteView, ...], tuple[ClaimView | NoteView, ...]]:
        """The notes that could be placed, by number, and those that could not, in the order written."""
        numbers = dict(self.draft.numbers)
        anchorings = dict(self.draft.anchorings)
        checks, said = dict(self.judged.checks), dict(self.judged.said)
        views: list[ClaimView | NoteView] = []
        for claim in self.draft.sidecar.claims:
            number = numbers.get(claim.id, 0)
            views.append(
                self._claim(claim, number, anchorings[claim.id], (checks[claim.id], said.get(claim.id)))
            )
        views += [
            self._note(note, numbers.get(note.id, 0), anchorings[note.id])
            for note in self.draft.sidecar.notes
        ]
        placed = sorted((view for view in views if view.number), key=lambda view: view.number)
        return tuple(placed), tuple(view for view in views if not view.number)

    def _claim(
        self,
        claim: Claim,
        number: int,
        found: Anchoring,
        checks: tuple[Sequence[QuoteCheck], QuoteCheck | None],
    ) -> ClaimView:
        path = f"{self.path}#c-{claim.id}"
        return ClaimView(
            id=claim.id,
            number=number,
            path=path,
            url=f"{self.url}#c-{claim.id}",
            lead=lead_words(found.exact or claim.anchor.quote),
            anchor=found.exact if found.placed and found.exact else claim.anchor.quote,
            statement=self.plain(claim.statement),
            restated=bool(claim.claim),
            kind=claim.kind or "",
            claimant=claim.claimant,
            said=_said_view(claim, checks[1], self.language),
            verdict=verdict_of(claim.verdict, self.scale),
            because=self.plain(claim.because),
            note=self.html(f"claim {claim.id}"),
            evidence=tuple(self._evidence(claim, index, check) for index, check in enumerate(checks[0])),
            stances=_stances(claim.evidence),
            contrary_words=contrary_words(claim.contrary, self.language),
            checked=claim.checked,
            reviewed=claim.reviewed,
            stale=claim.id in self.stale,
            stale_words=stale_words(claim, self.stale.get(claim.id, ""), self.language),
            corrections=claim.corrections,
            allowed=claim.allow,
            why_allowed=self.plain(claim.why),
            unplaced_words=unplaced_words(found.state, self.language),
            nearest="" if found.placed else found.exact or "",
        )

    def _evidence(self, claim: Claim, index: int, check: QuoteCheck) -> EvidenceView:
        evidence: Evidence = claim.evidence[index]
        source = self.source_views.get(evidence.source)
        record = self.shelf.record(evidence.source)
        if source is None or record is None:
            title = self.language.say(N_("[no record of “%(id)s”]"), id=evidence.source)
            record = Source(id=evidence.source, title=title)
            source = source_view(record, None, Markup(""), self.language, key="")
        copy = self.shelf.copy(evidence.source)
        return EvidenceView(
            source=source,
            stance=evidence.stance,
            stance_words=stance_words(evidence.stance, self.language),
            direct=evidence.direct,
            quote=evidence.quote,
            at=evidence.at_,
            note=self.html(f"evidence {claim.id} {index}"),
            state=check.state,
            state_words=state_words(
                check.state,
                (coverage_of(record), record.accessed, copy is not None and copy.changed),
                self.language,
            ),
            verified=check.verified,
            before=check.before if check.verified else "",
            after=check.after if check.verified else "",
            nearest="" if check.verified else check.passage,
            diff=check.diff if check.state == "near" else (),
            passage_url=passage_url(source.url, check.passage if check.verified else evidence.quote),
        )

    def _note(self, note: Note, number: int, found: Anchoring) -> NoteView:
        return NoteView(
            id=note.id,
            number=number,
            path=f"{self.path}#n-{note.id}",
            lead=lead_words(found.exact or note.anchor.quote),
            anchor=found.exact if found.placed and found.exact else note.anchor.quote,
            kind=note.kind,
            kind_words=kind_words(note.kind, self.language),
            note=self.html(f"note {note.id}"),
            unplaced_words=unplaced_words(found.state, self.language),
            nearest="" if found.placed else found.exact or "",
        )


def _stances(evidence: Iterable[Evidence]) -> tuple[tuple[str, int], ...]:
    counts = Counter[str](piece.stance for piece in evidence)
    return tuple((stance, counts[stance]) for stance in STANCES if counts[stance])


def _said_view(claim: Claim, check: QuoteCheck | None, language: Language) -> SaidView | None:
    said = claim.said
    if said is None:
        return None
    where = said.at_
    state = check.state if check is not None else ""
    return SaidView(
        on=said.on,
        title=where.title if where is not None else "",
        url=where.url if where is not None else "",
        archive_url=where.archive if where is not None else "",
        quote=said.quote,
        state=state,
        state_words=said_words(state, language),
    )


def ledger_view(
    claims: Sequence[Claim],
    checks: Mapping[str, Sequence[QuoteCheck]],
    sources: Mapping[str, Source],
    scale: Mapping[str, Verdict],
    *,
    notes: int,
    stale: int,
) -> LedgerView:
    """How far some claims were checked; `checks` has those of each claim's evidence, in order."""
    pairs = [pair for claim in claims for pair in zip(claim.evidence, checks[claim.id], strict=True)]
    states = Counter(check.state for _, check in pairs if check.state != "unquoted")
    days: list[dt.date] = [claim.checked.on for claim in claims if claim.checked is not None]
    return LedgerView(
        claims=len(claims),
        notes=notes,
        tallies=tally_views(Counter(claim.verdict for claim in claims), scale),
        quotes=sum(states.values()),
        verified=states["exact"] + states["folded"],
        uncheckable=states["unarchived"] + states["unreadable"],
        excerpts=sum(check.verified and _is_part(sources.get(evidence.source)) for evidence, check in pairs),
        sources=len({evidence.source for evidence, _ in pairs}),
        oldest_check=min(days, default=None),
        newest_check=max(days, default=None),
        stale=stale,
        reviewed=sum(claim.reviewed is not None for claim in claims),
        corrections=sum(len(claim.corrections) for claim in claims),
    )


def _is_part(source: Source | None) -> bool:
    """Whether the copy of a source holds only a part of it."""
    return source is not None and source.snapshot is not None and source.snapshot.coverage != "full"


def site_ledger(tally: Tally, scale: Mapping[str, Verdict], sources: int) -> LedgerView:
    """How far the claims of a site were checked; `sources` counts those that are cited."""
    states = Counter(tally.quotes)
    return LedgerView(
        claims=tally.claims,
        notes=tally.notes,
        tallies=tally_views(tally.verdicts, scale),
        quotes=sum(states.values()) - states["unquoted"],
        verified=states["exact"] + states["folded"],
        uncheckable=states["unarchived"] + states["unreadable"],
        excerpts=tally.excerpts,
        sources=sources,
        oldest_check=dt.date.fromordinal(tally.oldest) if tally.oldest is not None else None,
        newest_check=dt.date.fromordinal(tally.newest) if tally.newest is not None else None,
        stale=tally.stale,
        reviewed=tally.reviewed,
        corrections=tally.corrections,
    )
