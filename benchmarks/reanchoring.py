"""What becomes of anchors when an article is edited: sitegen beside a plain best match, over histories and made edits.

`python benchmarks/reanchoring.py [--seed N] [--articles N]` prints the share of right outcomes for each kind of edit,
the curve of thresholds, and the time for an article of 10,000 words with 100 drifted anchors.
"""

import argparse
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import yaml
from rapidfuzz.fuzz import ratio

from sitegen.judging.anchors import Searchable, find_anchor
from sitegen.judging.canonical import flatten
from sitegen.judging.folding_nearest import nearest
from sitegen.judging.reanchoring import MARGIN, SURE, is_certain
from sitegen.model.findings import Anchoring, CanonicalText
from sitegen.model.records import Anchor, MarkdownSettings
from sitegen.reading.markdown import parse

HERE = Path(__file__).parent
KINDS = ("unchanged", "moved", "typography", "light", "rewritten", "deleted", "twin left", "duplicated")


@dataclass(frozen=True)
class Case:
    """An anchor, the text that came of its article, where its words stand there (None: nowhere, or twice), and the article's former text."""

    kind: str
    quote: str
    text: CanonicalText
    place: tuple[int, int] | None
    former: str


def overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    """The part that two places have in common of what they cover together."""
    common = min(one[1], other[1]) - max(one[0], other[0])
    return max(0, common) / (max(one[1], other[1]) - min(one[0], other[0]) or 1)


def is_there(found: tuple[int, int] | None, place: tuple[int, int] | None) -> bool:
    """Whether a place found is the right one: half of both together is common to both."""
    return found is not None and place is not None and overlap(found, place) >= 0.5


# --- cases


def canonical(markdown: str) -> CanonicalText:
    """The canonical text of some Markdown."""
    return flatten(parse(markdown, MarkdownSettings()).tokens).canonical


def histories() -> Iterator[Case]:
    """Each claim of a hand-made history in each later version."""
    for file in sorted((HERE / "histories").glob("*.yaml")):
        history = yaml.safe_load(file.read_text(encoding="utf-8"))
        first, *versions = (canonical(version) for version in history["versions"])
        for claim in history["claims"].values():
            quote = claim["anchor"]
            if quote not in first.text:
                raise ValueError(f"{file.name}: {quote}")
            for text, fate in zip(versions, claim["fate"], strict=True):
                yield _fated(quote, fate, text, first)


def _fated(quote: str, fate: str, text: CanonicalText, first: CanonicalText) -> Case:
    if fate in {"deleted", "ambiguous"}:
        return Case("deleted" if fate == "deleted" else "duplicated", quote, text, None, first.text)
    start = text.text.index(fate)
    if fate == quote:
        old = first.text.index(quote)
        same = first.text[max(0, old - 20) : old] == text.text[max(0, start - 20) : start]
        kind = "unchanged" if same else "moved"
    else:
        kind = "light" if _changed(quote, fate) <= 0.2 else "rewritten"
    return Case(kind, quote, text, (start, start + len(fate)), first.text)


def _changed(before: str, after: str) -> float:
    """The share of words that were changed, of the words there were."""
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - here alone

    old, new = before.split(), after.split()
    return Levenshtein.distance(old, new) / len(old)


def sentences() -> list[str]:
    """Sentences of the manual: prose of our own, without code and tables."""
    found: list[str] = []
    for page in sorted((HERE.parent / "docs").glob("*.md")):
        for block in page.read_text(encoding="utf-8").split("\n\n"):
            if re.match(r"[A-Z][a-z]", block) and "|" not in block and "```" not in block:
                block = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", block.replace("`", "").replace("*", ""))  # noqa: PLW2901
                found += re.split(r"(?<=[.!?])\s+(?=[A-Z])", " ".join(block.split()))
    kept: list[str] = []
    for line in sorted({line for line in found if 6 <= len(line.split()) <= 40}):
        # Sentences that are nearly one are a kind of case of their own.
        if all(ratio(line, other) < 75 for other in kept):
            kept.append(line)
    return kept


def made(kind: str, chance: random.Random, stock: list[str]) -> Case:
    """A made article of some sixty sentences, of which one is a claim, and an edit of that kind."""
    chosen = chance.sample(stock, 60)
    at = chance.randrange(60)
    claim = chosen[at].rstrip(".!?")
    words = claim.split()
    rest = [*chosen[:at], *chosen[at + 1 :]]
    where = chance.randrange(60) if kind == "moved" else at
    new = claim
    if kind == "typography":
        new = claim.replace("'", "’").replace(" ", "\u00a0", 1)
    elif kind in {"light", "rewritten"}:
        share = chance.uniform(0.01, 0.2) if kind == "light" else chance.uniform(0.4, 0.7)
        new = " ".join(_edited(words, max(1, int(share * len(words))), chance, " ".join(rest).split()))
    lines = [*rest[:where], f"{new}.", *rest[where:]]
    former = [*rest[:at], f"{claim}.", *rest[at:]]
    if kind == "deleted":
        lines = rest
    elif kind == "twin left":
        # Two sentences that differ in two words: one is deleted, the other stays.
        twin = " ".join(_edited(words, 2, chance, ["spring", "nine", "north", "Kiel"])) + "."
        lines = [*rest[:where], twin, *rest[where:]]
        former.insert(at + chance.randrange(2), twin)
    elif kind == "duplicated":
        lines.insert(chance.randrange(60), f"{claim}.")
    text, was = (
        "\n".join(" ".join(some[i : i + 5]) for i in range(0, len(some), 5)) for some in (lines, former)
    )
    start = text.find(new + ".")
    place = (start, start + len(new)) if kind not in {"deleted", "twin left", "duplicated"} else None
    return Case(kind, claim, CanonicalText(text), place, was)


def _edited(words: list[str], times: int, chance: random.Random, stock: list[str]) -> list[str]:
    """Some words replaced, put in or taken out."""
    new = list(words)
    for at in sorted(chance.sample(range(len(words)), times), reverse=True):
        deed = chance.choice(("replace", "insert", "remove"))
        new[at : at + (deed != "insert")] = [] if deed == "remove" else [chance.choice(stock)]
    return new


# --- outcomes


def outcome(case: Case, *, history: bool = True) -> tuple[str, tuple[int, int] | None, Anchoring]:
    """What sitegen does: `placed`, `certain` (`--write` writes it), `proposed` or `none`, and where.

    With `history` it knows the former text, as from the site's git repository.
    """
    found = find_anchor(Anchor(quote=case.quote), case.text)
    place = (found.start, found.end) if found.start is not None and found.end is not None else None
    if found.placed:
        return "placed", place, found
    if found.state != "drifted":
        return "none", None, found
    sure = is_certain(Anchor(quote=case.quote), found, (), case.former if history else None)
    return "certain" if sure else "proposed", place, found


def is_right(case: Case, *, history: bool = True) -> bool:
    """Whether the outcome is the right one for the kind of edit."""
    deed, place, _ = outcome(case, history=history)
    if case.kind in {"unchanged", "moved", "typography"}:
        # Words that stand in the text twice are rightly ambiguous; a made article has none.
        return deed == "placed" and place == case.place
    if case.kind == "light":
        return deed in {"certain", "proposed"} and is_there(place, case.place)
    if case.kind == "rewritten":
        return deed != "placed" and (deed != "certain" or is_there(place, case.place))
    if case.kind == "duplicated":
        return deed in {"none", "proposed"}
    return deed in {"proposed", "none"}


def baseline(case: Case) -> bool:
    """Whether taking the best match anywhere, whatever its likeness, is right."""
    best = next(iter(nearest(case.quote, Searchable(case.text))), None)
    return best is not None and is_there((best.start, best.end), case.place)


def table(title: str, cases: list[Case]) -> None:
    """Print the shares of right outcomes for each kind."""
    print(
        f"\n{title}\n\n| edit | cases | sitegen | without history | best match anywhere |\n|:--|--:|--:|--:|--:|"
    )
    for kind in KINDS:
        those = [case for case in cases if case.kind == kind]
        if those:
            judges = (is_right, partial(is_right, history=False), baseline)
            shares = " | ".join(_share(those, judge) for judge in judges)
            print(f"| {kind} | {len(those)} | {shares} |")


def _share(cases: list[Case], judge: Callable[[Case], bool]) -> str:
    right = sum(map(judge, cases))
    return f"{100 * right / len(cases):.1f} %"


def curve(cases: list[Case]) -> None:
    """Print for each threshold and margin what would be written, and how much of it wrongly."""
    print("\n| threshold | margin | light edits written | deleted claims written | twins written |")
    print("|--:|--:|--:|--:|--:|")
    found = [(case, *outcome(case)[1:]) for case in cases if case.kind in {"light", "deleted", "twin left"}]
    for sure in (0.7, 0.75, 0.8, 0.85, 0.9, 0.95):
        for margin in (0.0, 0.1, 0.2):
            written = {"light": 0, "deleted": 0, "twin left": 0}
            for case, _, anchoring in found:
                behind = anchoring.runner_up.score if anchoring.runner_up is not None else 0
                score = anchoring.score or 0
                written[case.kind] += score >= sure and score - behind >= margin
            shares = [100 * n / sum(case.kind == kind for case, *_ in found) for kind, n in written.items()]
            mark = " (used)" if (sure, margin) == (SURE, MARGIN) else ""
            print(f"| {sure}{mark} | {margin} | " + " | ".join(f"{share:.1f} %" for share in shares) + " |")


def written(cases: list[Case]) -> None:
    """Print what `--write` writes, all conditions counted, with and without the article's history."""
    print("\n| written | with history | without |\n|:--|--:|--:|")
    for kind in ("light", "rewritten", "deleted", "twin left"):
        those = [case for case in cases if case.kind == kind]
        shares = (
            _share(those, lambda case, known=known: outcome(case, history=known)[0] == "certain")  # type: ignore[misc]  # mypy infers no type for the default
            for known in (True, False)
        )
        print(f"| {kind} | " + " | ".join(shares) + " |")


def seconds(chance: random.Random, stock: list[str], words: int) -> float:
    """How long 100 drifted anchors take in an article of so many words."""
    lines: list[str] = []
    while sum(len(line.split()) for line in lines) < words:
        lines.append(" ".join(chance.sample(" ".join(chance.sample(stock, 3)).split(), 15)) + ".")
    quotes = [" ".join(_edited(line.split(), 2, chance, ["spring"])) for line in chance.sample(lines, 100)]
    begin = time.perf_counter()
    text = Searchable(CanonicalText(" ".join(lines)))
    for quote in quotes:
        find_anchor(Anchor(quote=quote), text)
    return time.perf_counter() - begin


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--articles", type=int, default=200, help="made articles for each kind of edit")
    given = options.parse_args()
    chance, stock = random.Random(given.seed), sentences()  # noqa: S311 - nothing is kept secret
    cases = [made(kind, chance, stock) for kind in KINDS for _ in range(given.articles)]
    table("Histories", list(histories()))
    table(f"Made edits (seed {given.seed}, {len(stock)} sentences)", cases)
    curve(cases)
    written(cases)
    print()
    for words in (10_000, 20_000, 40_000):
        print(f"{words} words, 100 drifted anchors: {seconds(chance, stock, words):.2f} s")


if __name__ == "__main__":
    main()
