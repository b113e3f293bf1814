"""Claims proposed for the sentences of an article that need one: what `sitegen suggest --article` prints."""

from collections.abc import Iterator
from dataclasses import dataclass

from sitegen.judging.anchors import Searchable, find_anchor
from sitegen.judging.canonical import flatten
from sitegen.model.places import Place
from sitegen.model.records import Anchor
from sitegen.model.site import Face
from sitegen.reading.article import read_manuscript
from sitegen.reading.markdown import parse
from sitegen.reading.records import read_sidecar
from sitegen.writing.coverage import Bare, bare_sentences
from sitegen.writing.draft import DraftJob, taken_ids
from sitegen.writing.links import place_of
from sitegen.writing.starting import claim_ids

BESIDE = 32
"""Code points before and after a sentence that stands in its article twice: they tell the one from the other."""


@dataclass(frozen=True, slots=True)
class ProposedClaim:
    """A claim on a sentence that carries none: an id that is free in the sidecar, an anchor that is placed, and why."""

    article: str
    sidecar: str
    id: str
    anchor: Anchor
    reasons: tuple[str, ...]
    place: Place


def proposed_claims(job: DraftJob, face: Face) -> tuple[ProposedClaim, ...]:
    """A claim for each sentence of an article that the rule `coverage` is about; those with most reasons come first."""
    manuscript, _ = read_manuscript(job.content, job.file, job.article)
    sidecar, _ = read_sidecar(job.sidecar or b"", job.sidecar_file, job.article)
    first, lines = manuscript.body_line, manuscript.body.split("\n")
    taken = taken_ids(sidecar, manuscript.body)
    tokens = parse(manuscript.body, face.markdown, first_line=first, taken=taken).tokens
    flattened = flatten(tokens)
    searchable = Searchable(flattened.canonical)
    covered = [find_anchor(entry.anchor, searchable) for entry in (*sidecar.entries, *sidecar.uncheckable)]
    found = sorted(
        bare_sentences(
            tokens, flattened, covered, lambda token, words: place_of(token, words, lines, first, job.file)
        ),
        key=lambda bare: (-len(bare.reasons), bare.place),
    )
    anchored = [(bare, _anchor(bare, searchable)) for bare in found]
    ids = claim_ids((anchor.quote for _, anchor in anchored), (entry.id for entry in sidecar.entries))
    ledger = job.sidecar_file or f"{job.file.removesuffix('.md')}.yaml"
    return tuple(
        ProposedClaim(job.article, ledger, name, anchor, bare.reasons, bare.place)
        for name, (bare, anchor) in zip(ids, anchored, strict=True)
    )


def _anchor(bare: Bare, searchable: Searchable) -> Anchor:
    """The shortest anchor that is placed at a sentence; where none is, the longest, which checks call ambiguous."""
    anchors = tuple(_anchors(bare, searchable.canonical.text))
    for anchor in anchors:
        found = find_anchor(anchor, searchable)
        if found.placed and (found.start, found.end) == (bare.start, bare.end):
            return anchor
    return anchors[-1]


def _anchors(bare: Bare, text: str) -> Iterator[Anchor]:
    quote = " ".join(text[bare.start : bare.end].split())
    yield Anchor(quote=quote)
    for reach in (BESIDE, 8 * BESIDE):
        before = " ".join(text[max(0, bare.start - reach) : bare.start].split())
        after = " ".join(text[bare.end : bare.end + reach].split())
        yield Anchor(quote=quote, prefix=before)
        yield Anchor(quote=quote, prefix=before, suffix=after)
