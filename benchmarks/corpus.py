"""Realistic articles of any number, the same for the same seed: what all sites of the benchmarks are made of.

An article has about 900 words (headings, lists, a table, a quotation, code now and then) and eight notes of
about forty words with a link: with them, 7 KB of Markdown. For sitegen each note is a claim that quotes a source of the
library, whose copies hold the quotations.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

WORDS = Path(__file__).with_name("words.txt").read_text(encoding="ascii").split()
"""Common words of English, and some nouns."""
TAGS = ("sea", "moon", "archives", "budgets", "bridges", "markets", "winters", "signals", "rivers", "canals")
VERDICTS = ("supported", "supported", "mostly-supported", "misleading", "refuted", "unproven")
STANCES = {"misleading": "refutes", "refuted": "refutes", "unproven": "context"}
SECTIONS = 20
PASSAGES = 12
"""Sentences that the copy of a source has."""

SETTINGS = """\
title: Benchmark
base_url: https://example.org/
checks: {stale_after: 99y, rules: {single-origin: off, number-unsupported: off}}
"""
"""Made-up claims would be warned of by the thousand, and printing is not what is measured."""


@dataclass(frozen=True)
class Size:
    """How large a site is. There is a source for every ten articles, and at least ten."""

    articles: int
    notes: int = 8
    seed: int = 1

    @property
    def sources(self) -> int:
        """How many sources the library has."""
        return max(10, self.articles // 10)


@dataclass(frozen=True)
class Note:
    """What is said of one stretch of an article's words."""

    anchor: str
    verdict: str
    because: str
    text: str
    source: int
    passage: int

    @property
    def whole(self) -> str:
        """The note as one paragraph of Markdown, for generators that know no verdicts and sources."""
        return f"{self.because} {self.text}"


@dataclass(frozen=True)
class Article:
    """One article. `template` is its Markdown, with a place to fill after the words of each note."""

    number: int
    title: str
    date: str
    tags: Sequence[str]
    template: str
    notes: Sequence[Note]

    @property
    def path(self) -> str:
        """Where it is, below the folder of content."""
        return f"section-{self.number % SECTIONS}/article-{self.number}.md"

    def body(self, marks: Sequence[str] = ()) -> str:
        """Its Markdown, with these marks set where its notes are referred to; nothing there without marks."""
        return self.template.format(*(marks or [""] * len(self.notes)))


def sentence(chance: random.Random, words: int) -> str:
    """A sentence of common words."""
    return " ".join(chance.choices(WORDS, k=words)).capitalize() + "."


def seeded(*names: object) -> random.Random:
    """Chance that is the same for the same names, whatever has been drawn before."""
    return random.Random("-".join(map(str, names)))  # noqa: S311 - a benchmark wants the same site every time


def passage(size: Size, source: int, index: int) -> str:
    """A sentence of a source's copy."""
    return sentence(seeded(size.seed, "source", source, index), 14)


def articles(size: Size) -> Iterator[Article]:
    """All articles of a site, one at a time."""
    return (article(size, number) for number in range(size.articles))


def article(size: Size, number: int) -> Article:
    """One article: five sections of three paragraphs, a note in each of the first paragraphs."""
    chance = seeded(size.seed, "article", number)
    parts: list[str] = []
    notes: list[Note] = []
    for section in range(5):
        if section:
            parts.append(f"## {sentence(chance, 4)[:-1]}")
        for _ in range(3):
            marked = f"{sentence(chance, 9)[:-1]} number {number} {len(notes)}"
            hole = ""
            if len(notes) < size.notes:
                hole = f"{{{len(notes)}}}"
                notes.append(note(chance, marked, len(notes), size))
            word = chance.choice(WORDS)
            parts.append(
                f"{sentence(chance, 18)} {marked}{hole}, as *{word}* is [here](https://example.org/). {sentence(chance, 20)}"
            )
        parts += extras(chance, section, number)
    return Article(
        number,
        f"Article {number} on {chance.choice(WORDS)}",
        f"2023-{number % 12 + 1:02}-{number % 28 + 1:02}",
        tuple(chance.sample(TAGS, 2)),
        "\n\n".join(parts) + "\n",
        notes,
    )


def extras(chance: random.Random, section: int, number: int) -> list[str]:
    """What a section has besides paragraphs."""
    if section == 1:
        return ["\n".join(f"- {sentence(chance, 8)}" for _ in range(4))]
    if section == 2:
        rows = "\n".join(f"| {chance.choice(WORDS)} | {chance.randrange(999)} |" for _ in range(4))
        return [f"| Name | Number |\n|---|--:|\n{rows}"]
    if section == 3:
        return [f"> {sentence(chance, 25)}"]
    if section == 4 and number % 5 == 0:
        return ["```\nmake all\n```"]
    return []


def note(chance: random.Random, anchor: str, index: int, size: Size) -> Note:
    """What is said of the words `anchor`."""
    return Note(
        anchor,
        chance.choice(VERDICTS),
        sentence(chance, 12),
        f"{sentence(chance, 28)} See [the page](https://example.org/{index}).",
        chance.randrange(size.sources),
        chance.randrange(PASSAGES),
    )


def write_sitegen(folder: Path, size: Size) -> None:
    """A site for sitegen: articles, sidecars, sources with copies."""
    content = folder / "content"
    (content / "sources").mkdir(parents=True)
    (folder / "sitegen.yaml").write_text(SETTINGS, encoding="utf-8")
    for number in range(size.sources):
        sentences = [passage(size, number, index) for index in range(PASSAGES)]
        stem = content / "sources" / f"source-{number}"
        stem.with_suffix(".yaml").write_text(
            f"type: report\ntitle: {sentences[0][:40]}\npublisher: Publisher {number % 97}\nkind: primary\n"
            f"url: https://example.org/source/{number}\naccessed: 2024-01-01\n",
            encoding="utf-8",
        )
        stem.with_suffix(".txt").write_text("\n\n".join(sentences) + "\n", encoding="utf-8")
    for one in articles(size):
        path = content / one.path
        path.parent.mkdir(exist_ok=True)
        path.write_text(front_matter(one) + one.body(), encoding="utf-8")
        path.with_suffix(".yaml").write_text(sidecar(one.notes, size), encoding="utf-8")


def front_matter(one: Article) -> str:
    """Title, date and tags between lines of dashes."""
    return f"---\ntitle: {one.title}\ndate: {one.date}\ntags: [{', '.join(one.tags)}]\n---\n\n"


def sidecar(notes: Sequence[Note], size: Size) -> str:
    """The annotations of an article, one a marked stretch of words."""
    lines = ["claims:"]
    for index, one in enumerate(notes):
        lines += [
            f"  claim-{index}:",
            f"    anchor: {one.anchor}",
            f"    verdict: {one.verdict}",
            f"    because: {one.because}",
            "    note: |",
            f"      {one.text}",
            "    evidence:",
            f"      - source: source-{one.source}",
            f"        stance: {STANCES.get(one.verdict, 'supports')}",
            f"        quote: {passage(size, one.source, one.passage)[:-1]}",
            "    checked: {on: 2024-01-02, by: somebody}",
            "    review_by: 2099-01-01",
        ]
    return "\n".join([*lines, ""])


def main() -> None:
    """Write one site for sitegen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("articles", type=int)
    options = parser.parse_args()
    write_sitegen(options.folder, Size(options.articles))


if __name__ == "__main__":
    main()
