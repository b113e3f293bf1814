"""Articles that no designer would order, made up from a seed: crowded, nested, overlapping, long and wide."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

SETTINGS = """\
title: Layouts
description: Pages that are hard to set.
checks:
  rules: {note-crowded: off, unchecked: off, evidence-missing: off, quote-unarchived: off, check-stale: off, coverage: off,
          source-unused: off, verdict-inconsistent: off, single-origin: off, no-primary: off, verdict-contested: off, verdict-against-evidence: off}
"""
SOURCE = "title: A source with a long name, kept for the pages that are hard to set\npublisher: Nobody\n"
VERDICTS = (
    "supported",
    "mostly-supported",
    "disputed",
    "misleading",
    "refuted",
    "unproven",
    "outdated",
    "opinion",
)
SYLLABLES = ("ba", "rel", "ton", "mi", "sur", "pha", "lo", "gen", "ti", "cre", "da", "vos", "un", "ker")
LONG = "https://example.org/" + "an-address-that-has-no-end/" * 4


@dataclass
class Layout:
    """An article as it grows: its blocks, and the claims that are made in them, in order."""

    dice: random.Random
    blocks: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    words: int = 0
    claims: int = 0

    def text(self, words: int) -> list[str]:
        """Words that occur nowhere else in the article."""
        made = []
        for _ in range(words):
            self.words += 1
            made.append("".join(self.dice.choices(SYLLABLES, k=self.dice.randint(1, 4))) + f"{self.words}")
        return made

    def claim(self, anchor: list[str]) -> None:
        """A claim of some words, with a note of any length; now and then a note that judges nothing."""
        self.claims += 1
        dice = self.dice
        reason = " ".join(self.text(dice.choice((0, 6, 12, 25, 60))))
        long = dice.choice(("", "", " ".join(self.text(80)), LONG))
        name = f"c{self.claims}"
        if dice.random() < 0.12:
            note = long or reason or "A word."
            self.plain.append(f"  {name}: {{anchor: {' '.join(anchor)}, kind: definition, note: '{note}'}}")
            return
        lines = [f"  {name}:", f"    anchor: {' '.join(anchor)}", f"    verdict: {dice.choice(VERDICTS)}"]
        if reason:
            lines.append(f"    because: {reason}")
        if long:
            lines.append(f"    note: {long}")
        if dice.random() < 0.5:
            lines.append(
                f"    evidence: [{{source: book, stance: context, quote: {' '.join(self.text(9))}}}]"
            )
        self.entries.append("\n".join(lines))

    def claimed(self, words: int, claims: int) -> str:
        """A run of text with claims in it, some of them inside others, some across each other's ends."""
        text = self.text(words)
        for _ in range(claims):
            start = self.dice.randrange(max(1, words - 2))
            end = min(words, start + self.dice.randint(1, 9))
            self.claim(text[start:end])
        return " ".join(text)

    # --- blocks

    def paragraph(self) -> str:
        return self.claimed(self.dice.randint(8, 90), self.dice.choice((0, 0, 1, 1, 2, 3)))

    def crowd(self) -> str:
        return self.claimed(self.dice.randint(30, 70), self.dice.randint(6, 12))

    def listing(self) -> str:
        items = [
            f"{self.dice.choice(('', '  '))}- {self.claimed(self.dice.randint(3, 25), self.dice.choice((0, 1)))}"
            for _ in range(self.dice.randint(2, 6))
        ]
        return "\n".join((f"- {self.claimed(6, 1)}", *items))

    def quotation(self) -> str:
        return f"> {self.claimed(30, 2)}\n>\n> {self.claimed(20, 1)}"

    def table(self) -> str:
        columns = self.dice.choice((2, 4, 9))
        rows = [
            "| " + " | ".join(self.claimed(2, self.dice.random() < 0.3) for _ in range(columns)) + " |"
            for _ in range(self.dice.randint(2, 5))
        ]
        head = "| " + " | ".join(self.text(columns)) + " |"
        return "\n".join((head, "|" + "---|" * columns, *rows))

    def heading(self) -> str:
        return f"## {self.claimed(self.dice.randint(2, 9), 1)}"

    def code(self) -> str:
        return f"```\n{'_'.join(self.text(30))}\n{self.claimed(8, 1)}\n```"

    def wide(self) -> str:
        cells = "".join(f"<td>{word}</td>" for word in self.text(6))
        return f'<figure class="wide"><table><tr>{cells}</tr></table><figcaption>{" ".join(self.text(12))}</figcaption></figure>'

    def across(self) -> str:
        """Two paragraphs, and a claim that begins in one and ends in the other."""
        one, other = self.text(25), self.text(25)
        self.claim([*one[20:], *other[:5]])
        return f"{' '.join(one)}\n\n{' '.join(other)}"

    def files(self) -> tuple[str, str]:
        """The article, and its sidecar."""
        claims = "claims:\n" + "\n".join(self.entries) if self.entries else ""
        notes = "\nnotes:\n" + "\n".join(self.plain) if self.plain else ""
        return "\n\n".join(self.blocks) + "\n", f"{claims}{notes}\n"


def layout(seed: int) -> tuple[str, str]:
    """The article and the sidecar of a seed: the same for ever."""
    it = Layout(random.Random(seed))  # noqa: S311 - nothing here is a secret
    makes = (
        it.paragraph,
        it.crowd,
        it.listing,
        it.quotation,
        it.table,
        it.heading,
        it.code,
        it.wide,
        it.across,
    )
    it.blocks.append(f"# {it.claimed(5, seed % 3 == 0)}")
    # Each kind of block is met again and again; the rest is chance.
    it.blocks.append(makes[seed % len(makes)]())
    for _ in range(it.dice.randint(3, 8)):
        it.blocks.append(it.dice.choice(makes)())
    it.blocks.append(it.paragraph())
    return it.files()


def layouts(count: int) -> Iterator[tuple[str, str]]:
    """The files of a site of such articles, by path: `/0/` to `/COUNT-1/`."""
    yield "sitegen.yaml", SETTINGS
    yield "content/sources/book.yaml", SOURCE
    for seed in range(count):
        article, sidecar = layout(seed)
        yield f"content/{seed}.md", article
        yield f"content/{seed}.yaml", sidecar
