"""Which article a sidecar belongs to, told by its anchors: for one that was left behind when its article was renamed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sitegen.judging.anchors import Searchable, find_anchor
from sitegen.judging.canonical import flatten
from sitegen.model.records import MarkdownSettings, Sidecar
from sitegen.reading.article import read_manuscript
from sitegen.reading.markdown import parse

ENOUGH = 0.5
"""The least share of a sidecar's anchors that must stand word for word in the article that it is given to."""

_READ = 5
"""Articles that are parsed: those in whose file most of the anchors stand as they are."""


@dataclass(frozen=True, slots=True)
class Home:
    """An article's file, and how many of a sidecar's anchors stand in it, of how many.

    `sure` says that it is at least `ENOUGH` of them and that no other article has as many.
    """

    file: str
    placed: int
    of: int
    sure: bool


def home_of(sidecar: Sidecar, articles: Mapping[str, bytes]) -> Home | None:
    """The article, of some by file, that a sidecar fits best; None where none holds any of its anchors."""
    anchors = [entry.anchor for entry in (*sidecar.entries, *sidecar.uncheckable)]
    raw = {name: " ".join(content.decode("utf-8", "replace").split()) for name, content in articles.items()}
    likely = sorted(raw, key=lambda name: (-sum(anchor.quote in raw[name] for anchor in anchors), name))
    found: list[tuple[int, str]] = []
    for name in likely[:_READ]:
        manuscript, _ = read_manuscript(articles[name], name, "")
        text = Searchable(flatten(parse(manuscript.body, MarkdownSettings()).tokens).canonical)
        placed = sum(
            find_anchor(anchor, text).state in {"exact", "folded", "ambiguous"} for anchor in anchors
        )
        found.append((-placed, name))
    found.sort()
    if not found or not found[0][0]:
        return None
    best = -found[0][0]
    alone = len(found) == 1 or -found[1][0] < best
    return Home(found[0][1], best, len(anchors), sure=alone and best >= ENOUGH * len(anchors))
