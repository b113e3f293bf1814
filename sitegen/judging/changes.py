"""What changed between two states of a site's ledger: claims that came, went or moved, and what became of the others.

Every difference between two records of a claim is some change: what has no kind of its own is told as `altered`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sitegen.reading.published import Look, Proof, Published

KINDS: Mapping[str, str] = {
    "added": "new claim",
    "removed": "claim removed",
    "moved": "moved",
    "re-judged": "re-judged",
    "anchor-lost": "no longer placed in its article",
    "anchor-found": "placed in its article again",
    "evidence-lost": "evidence lost",
    "quote-lost": "quotation no longer verified",
    "quote-found": "quotation verified now",
    "evidence-gained": "evidence gained",
    "evidence-changed": "evidence changed",
    "reworded": "claim reworded",
    "anchor-changed": "words in the article changed",
    "reason-changed": "reason changed",
    "checked": "check changed",
    "reviewed": "review changed",
    "stale": "has grown stale",
    "fresh": "no longer stale",
    "altered": "changed otherwise",
}
"""The kinds of changes, what weighs most first, each in words."""

VERIFIED = frozenset({"exact", "folded"})
"""States of an anchor that is placed, and of a quotation whose every word was found."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one claim; `was` and `now` are texts for people, empty where there is nothing to tell."""

    kind: str
    article: str
    id: str
    url: str
    was: str = ""
    now: str = ""


def changes(old: Iterable[Published], new: Iterable[Published]) -> tuple[Change, ...]:
    """All that changed, by claim, in the order of the new state; what was removed comes last."""
    before = {claim.name: claim for claim in old}
    after = {claim.name: claim for claim in new}
    moved = _moved(before, after)
    found: list[Change] = []
    for name, claim in after.items():
        known = before.get(name) or before.get(moved.get(name, ""))
        found += _came(claim) if known is None else _became(known, claim)
    gone = before.keys() - after.keys() - set(moved.values())
    found += (
        Change("removed", claim.article, claim.id, claim.url, was=claim.claim)
        for name, claim in before.items()
        if name in gone
    )
    return tuple(found)


def counts(found: Iterable[Change]) -> dict[str, int]:
    """How many changes of each kind there are, in the order of `KINDS`."""
    counted = Counter(change.kind for change in found)
    return {kind: counted[kind] for kind in KINDS if kind in counted}


def _moved(before: Mapping[str, Published], after: Mapping[str, Published]) -> dict[str, str]:
    """The claims whose article was renamed, by name, with their former names: id and statement are the same, and there is one of each."""
    gone = _by_statement(before[name] for name in before if name not in after)
    come = _by_statement(after[name] for name in after if name not in before)
    return {
        come[key][0].name: gone[key][0].name
        for key in come
        if len(come[key]) == 1 and len(gone.get(key, ())) == 1
    }


def _by_statement(claims: Iterable[Published]) -> dict[tuple[str, str], list[Published]]:
    found: dict[tuple[str, str], list[Published]] = {}
    for claim in claims:
        found.setdefault((claim.id, claim.claim), []).append(claim)
    return found


def _came(claim: Published) -> Iterator[Change]:
    yield Change("added", claim.article, claim.id, claim.url, now=f"{claim.verdict}: {claim.claim}")


def _became(old: Published, new: Published) -> tuple[Change, ...]:
    found = [*_plain(old, new), *_evidence(old, new)]
    if old.article != new.article:
        found.append(("moved", old.article, new.article))
    order = list(KINDS)
    found.sort(key=lambda change: order.index(change[0]))
    return tuple(Change(kind, new.article, new.id, new.url, was, now) for kind, was, now in found)


_Told = tuple[str, str, str]
"""The kind of a change, what was, what is now."""


def _plain(old: Published, new: Published) -> Iterator[_Told]:
    """The changes of a claim's own fields."""
    if (old.verdict, old.rating) != (new.verdict, new.rating):
        yield "re-judged", _verdict(old, new), _verdict(new, old)
    yield from _anchor(old, new)
    if old.claim != new.claim:
        yield "reworded", old.claim, new.claim
    if old.because != new.because:
        yield "reason-changed", old.because or "", new.because or ""
    if old.checked != new.checked:
        yield "checked", _look(old.checked), _look(new.checked)
    if old.reviewed != new.reviewed:
        yield "reviewed", _look(old.reviewed), _look(new.reviewed)
    if old.stale != new.stale:
        yield "stale" if new.stale else "fresh", "", ""
    for name in ("claimant", "said"):
        if getattr(old, name) != getattr(new, name):
            yield "altered", "", name


def _anchor(old: Published, new: Published) -> Iterator[_Told]:
    if _is_placed(old) != _is_placed(new):
        yield "anchor-found" if _is_placed(new) else "anchor-lost", old.anchor.state, new.anchor.state
    elif old.anchor.exact != new.anchor.exact:
        yield "anchor-changed", old.anchor.exact or "", new.anchor.exact or ""
    elif old.anchor.state != new.anchor.state:
        yield "altered", f"anchor {old.anchor.state}", new.anchor.state


def _is_placed(claim: Published) -> bool:
    return claim.anchor.state in VERIFIED


def _verdict(claim: Published, other: Published) -> str:
    """A verdict in words; with its rating where that alone tells it from the other."""
    return (
        claim.verdict if claim.verdict != other.verdict else f"{claim.verdict} ({claim.rating or 'unrated'})"
    )


def _look(look: Look | None) -> str:
    return "" if look is None else f"{look.on} by {look.by}" if look.by else look.on


# --- evidence


def _evidence(old: Published, new: Published) -> list[_Told]:
    """What became of the evidence: pieces are the same if they quote the same words of a source, else if they name it."""
    left, right = list(old.evidence), list(new.evidence)
    pairs: list[tuple[Proof, Proof]] = []
    for key in _LIKENESS:
        for proof in tuple(left):
            match = next((other for other in right if key(other) == key(proof)), None)
            if match is not None:
                left.remove(proof)
                right.remove(match)
                pairs.append((proof, match))
    found = [told for was, now in pairs for told in _piece(was, now)]
    found += (("evidence-lost", _told(proof), "") for proof in left)
    found += (("evidence-gained", "", _told(proof)) for proof in right)
    if not found and old.evidence != new.evidence:
        found.append(("evidence-changed", "", "in another order"))
    return found


_LIKENESS: tuple[Callable[[Proof], object], ...] = (
    lambda proof: proof,
    lambda proof: (proof.source, proof.quote, proof.stance, proof.at),
    lambda proof: (proof.source, proof.quote),
    lambda proof: proof.source,
)
"""By what a piece of evidence is known again, the strictest first."""


def _piece(was: Proof, now: Proof) -> Iterator[_Told]:
    """What became of one piece of evidence."""
    verified = was.state in VERIFIED, now.state in VERIFIED
    if verified == (True, False):
        yield "quote-lost", f"{_told(was)} ({was.state})", now.state
    elif verified == (False, True):
        yield "quote-found", f"{_told(was)} ({was.state})", now.state
    for name in Proof.__struct_fields__:
        if getattr(was, name) == getattr(now, name) or (name == "state" and verified[0] != verified[1]):
            continue
        before, after = (_value(getattr(proof, name)) for proof in (was, now))
        yield "evidence-changed", f"{was.source}: {name} {before}", after


def _value(value: object) -> str:
    return "none" if value is None else f'"{value}"' if isinstance(value, str) else str(value).lower()


def _told(proof: Proof) -> str:
    quote = f', "{proof.quote}"' if proof.quote else ""
    return f"{proof.source} {proof.stance}{quote}"
