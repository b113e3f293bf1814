"""Realistic sites of any size, the same for the same seed: what benchmarks build.

An article has about 900 words (headings, lists, a table, a quotation, code now and then) and eight annotations of
about forty words with a link; every claim quotes a source of the library, whose copies hold the quotations.
"""

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

WORDS = [
    "the",
    "a",
    "of",
    "to",
    "and",
    "in",
    "is",
    "that",
    "for",
    "it",
    "as",
    "was",
    "with",
    "be",
    "by",
    "on",
    "not",
    "he",
    "his",
    "but",
    "at",
    "are",
    "this",
    "have",
    "from",
    "or",
    "had",
    "an",
    "they",
    "which",
    "one",
    "you",
    "were",
    "all",
    "her",
    "she",
    "there",
    "would",
    "their",
    "we",
    "him",
    "been",
    "has",
    "when",
    "who",
    "will",
    "no",
    "more",
    "if",
    "out",
    "so",
    "said",
    "what",
    "up",
    "its",
    "about",
    "into",
    "than",
    "them",
    "can",
    "only",
    "other",
    "new",
    "some",
    "could",
    "time",
    "these",
    "two",
    "may",
    "then",
    "do",
    "first",
    "any",
    "my",
    "now",
    "such",
    "like",
    "our",
    "over",
    "man",
    "me",
    "even",
    "most",
    "made",
    "after",
    "also",
    "did",
    "many",
    "before",
    "must",
    "through",
    "back",
    "years",
    "where",
    "much",
    "your",
    "way",
    "well",
    "down",
    "should",
    "because",
    "each",
    "just",
    "those",
    "people",
    "how",
    "too",
    "little",
    "state",
    "good",
    "very",
    "make",
    "world",
    "still",
    "own",
    "see",
    "men",
    "work",
    "long",
    "get",
    "here",
    "between",
    "both",
    "life",
    "being",
    "under",
    "never",
    "day",
    "same",
    "another",
    "know",
    "while",
    "last",
    "might",
    "us",
    "great",
    "old",
    "year",
    "off",
    "come",
    "since",
    "against",
    "go",
    "came",
    "right",
    "used",
    "take",
    "three",
    "harbour",
    "river",
    "council",
    "budget",
    "engine",
    "survey",
    "archive",
    "column",
    "measure",
    "record",
    "winter",
    "signal",
    "bridge",
    "market",
]
TAGS = (
    "sea",
    "moon",
    "archives",
    "budgets",
    "bridges",
    "markets",
    "winters",
    "signals",
    "rivers",
    "councils",
)
VERDICTS = ("supported", "supported", "mostly-supported", "misleading", "refuted", "unproven")
STANCES = {"misleading": "refutes", "refuted": "refutes", "unproven": "context"}


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


def sentence(chance: random.Random, words: int) -> str:
    """A sentence of common words."""
    chosen = [chance.choice(WORDS) for _ in range(words)]
    return f"{chosen[0].capitalize()} {' '.join(chosen[1:])}."


def write_sitegen(folder: Path, size: Size) -> None:
    """A site for sitegen: articles, sidecars, sources with copies."""
    chance = random.Random(size.seed)  # noqa: S311 - a benchmark wants the same site every time
    (folder / "content" / "sources").mkdir(parents=True)
    (folder / "sitegen.yaml").write_text(SETTINGS, encoding="utf-8")
    sources = max(10, size.articles // 10)
    passages = [[sentence(chance, 14) for _ in range(12)] for _ in range(sources)]
    for number, sentences in enumerate(passages):
        stem = folder / "content" / "sources" / f"source-{number}"
        stem.with_suffix(".yaml").write_text(
            f"type: report\ntitle: {sentences[0][:40]}\npublisher: Publisher {number % 97}\nkind: primary\n"
            f"url: https://example.org/source/{number}\naccessed: 2024-01-01\n",
            encoding="utf-8",
        )
        stem.with_suffix(".txt").write_text("\n\n".join(sentences) + "\n", encoding="utf-8")
    for number in range(size.articles):
        body, anchors = article(chance, number, size)
        path = folder / "content" / f"section-{number % 20}" / f"article-{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(body, encoding="utf-8")
        path.with_suffix(".yaml").write_text(sidecar(chance, anchors, passages), encoding="utf-8")


def article(chance: random.Random, number: int, size: Size) -> tuple[str, list[str]]:
    """An article, and the words in it that carry notes."""
    tags = ", ".join(chance.sample(TAGS, 2))
    parts = [
        f"---\ntitle: Article {number} on {chance.choice(WORDS)}\ndate: 2023-{number % 12 + 1:02}-{number % 28 + 1:02}\ntags: [{tags}]\n---\n"
    ]
    anchors: list[str] = []
    for section in range(5):
        if section:
            parts.append(f"## {sentence(chance, 4)[:-1]}")
        for _ in range(3):
            marked = f"{sentence(chance, 9)[:-1]} number {number} {len(anchors)}"
            text = f"{sentence(chance, 18)} {marked}, as *{chance.choice(WORDS)}* is [here](https://example.org/). {sentence(chance, 20)}"
            if len(anchors) < size.notes:
                anchors.append(marked)
            parts.append(text)
        if section == 1:
            parts.append("\n".join(f"- {sentence(chance, 8)}" for _ in range(4)))
        if section == 2:
            rows = "\n".join(f"| {chance.choice(WORDS)} | {chance.randrange(999)} |" for _ in range(4))
            parts.append(f"| Name | Number |\n|---|--:|\n{rows}")
        if section == 3:
            parts.append(f"> {sentence(chance, 25)}")
        if section == 4 and number % 5 == 0:
            parts.append("```\nmake all\n```")
    return "\n\n".join(parts) + "\n", anchors


def sidecar(chance: random.Random, anchors: list[str], passages: list[list[str]]) -> str:
    """The annotations of an article, one a marked stretch of words."""
    lines = ["claims:"]
    for index, anchor in enumerate(anchors):
        source, verdict = chance.randrange(len(passages)), chance.choice(VERDICTS)
        lines += [
            f"  claim-{index}:",
            f"    anchor: {anchor}",
            f"    verdict: {verdict}",
            f"    because: {sentence(chance, 12)}",
            "    note: |",
            f"      {sentence(chance, 28)} See [the page](https://example.org/{index}).",
            "    evidence:",
            f"      - source: source-{source}",
            f"        stance: {STANCES.get(verdict, 'supports')}",
            f"        quote: {chance.choice(passages[source])[:-1]}",
            "    checked: {on: 2024-01-02, by: somebody}",
            "    review_by: 2099-01-01",
        ]
    return "\n".join([*lines, ""])


def main() -> None:
    """Write one site."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("articles", type=int)
    options = parser.parse_args()
    write_sitegen(options.folder, Size(options.articles))


if __name__ == "__main__":
    main()
