"""An author who edits a site at random, as authors do: words, notes, sources, names; and breaks things and mends them."""

import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from served import RICH, png

START: Mapping[str, str | bytes] = {name: text for name, text in RICH.items() if name != "content/.secret"}

LINES = (
    "The *moon pulls the water* twice a day, says the `almanac`.",
    "The sun helps it by 46 %. Nobody knows why.",
    "See [tides](/tides.md#gauges) and [low tide](/history/ebb.md#low-water).",
    "## Gauges",
    "Gauges show two high waters a day. They follow the moon.",
    "![A beach](/media/beach.png)",
    "It’s “so”.[^1]\n\n[^1]: A foot.",
    "[claims](/claims/), [a source](/sources/almanac/) and [the data](/media/data.csv)",
    "| place | water |\n|-------|-------|\n| coast | 4 m   |",
    "- one\n- two\n\n> Quoted.",
)
FRONT = ("title: One", "title: Two", "date: 2024-05-02", "date: 2024-07-01", "draft: true", "tags: [sea]", "tags: [sea, moon]", "slug: other", "aliases: [/old/]", "weight: 3", "summary: Few words.", "language: de")  # fmt: skip
CLAIMS = (
    "claims:\n  a: {anchor: moon pulls the water, verdict: opinion, checked: 2024-05-02}\n",
    "claims:\n  a: {anchor: moon draws the water, verdict: supported, checked: 2024-05-02, evidence: [{source: almanac, stance: supports, quote: the sun helps it by 46 %}]}\n",
    "claims:\n  a: {anchor: The sun helps it, claimant: Ann, verdict: refuted, checked: 2024-05-02, evidence: [{source: own, stance: refutes, quote: words}, {source: survey, stance: context}], corrections: [{on: 2024-05-03, why: A slip}]}\nsources: {own: {title: A letter, note: 'See [tides](/tides.md).'}}\n",
    "claims:\n  b: {anchor: Gauges show, verdict: unproven, because: They do.}\nsources: {own: {title: Another letter}}\n",
    "notes:\n  c: {anchor: Nobody knows, kind: definition, note: 'A *note* on [ebb](/history/ebb.md).'}\n",
)
ARTICLES = ("tides", "index", "history/index", "history/ebb", "history/deep/down", "new", "far/moon")
ALMANAC = str(RICH["content/sources/almanac.yaml"])
CHOICES: Mapping[str, tuple[str | bytes | None, ...]] = {
    "sitegen.yaml": (
        str(RICH["sitegen.yaml"]),
        str(RICH["sitegen.yaml"]).replace("Moons>", "Suns>"),
        "title: A\nlanguage: de\n",
        "title: A\nverdicts: {opinion: {label: A view}}\n",
        "title: A\nmarkdown: {smart_quotes: false}\n",
    ),
    "content/sources/almanac.yaml": (ALMANAC, ALMANAC.replace("Nautical", "New"), None),
    "content/sources/almanac.txt": (str(RICH["content/sources/almanac.txt"]), "The sea is wide.\n", None),
    "content/sources/more.yaml": ("title: More\n", "title: Less\nnote: See [tides](/tides.md).\n", None),
    "content/media/beach.png": (png(4, 3), png(5, 3), None),
    "content/media/data.csv": ("a,b\n", "c,d\n"),
    "seeds/leaflet.txt": ("They say that the moon does it all.\n", "Nothing.\n", None),
    "themes/default/templates/extra-footer.html": ("<p>x</p>", "<p>y</p>", None),
    "themes/default/static/style.css": ("p { color: teal }", "p { color: navy }", None),
}
BROKEN: Mapping[str, str] = {
    "sitegen.yaml": "title: [\n",
    "themes/default/templates/extra-footer.html": "{% if %}",
    "themes/default/templates/extra-head.html": "{{ nothing.at.all }}",
    "content/tides.md": "---\ntitle: [\n---\n",
    "content/tides.yaml": "claims:\n  a: {anchor: [\n",
    "content/sources/survey.yaml": "title: [\n",
}


class Author:
    """Edits the site of a folder, a little at a time; the same edits for the same seed."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.chance = random.Random(seed)  # noqa: S311 - the same edits every time
        self._mend: tuple[str, bytes | None] | None = None
        self._kinds: tuple[Callable[[], list[str]], ...] = (
            *[self._body] * 7,
            *[self._sidecar] * 4,
            *[self._one_of] * 4,
            self._front,
            self._remove,
            self._rename,
            self._rename_folder,
            self._break,
        )

    def step(self) -> list[str]:
        """One edit; gives the names of the files it touched, all of which are told by name or as "anything"."""
        if self._mend is not None and self.chance.random() < 0.4:
            return self.mend()
        return self.chance.choice(self._kinds)()

    def mend(self) -> list[str]:
        """Mend what is broken on purpose."""
        if self._mend is None:
            return []
        (name, content), self._mend = self._mend, None
        return self._put(name, content)

    def _put(self, name: str, content: bytes | None) -> list[str]:
        path = self.root / name
        if content is None:
            if not path.exists():
                return []
            path.unlink()
        elif self.chance.random() < 0.3 and path.exists():
            fresh = path.with_name(f".{path.name}.tmp")
            fresh.write_bytes(content)
            fresh.replace(path)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return [name]

    def _body(self) -> list[str]:
        name = self._article()
        text = (self.root / name).read_text() if (self.root / name).exists() else "---\ntitle: New\n---\n"
        head, mark, _ = text.rpartition("---\n")
        lines = self.chance.sample(LINES, self.chance.randrange(1, 6))
        return self._put(name, f"{head}{mark}\n{chr(10) * 2}".encode() + "\n\n".join(lines).encode() + b"\n")

    def _front(self) -> list[str]:
        name = self._article()
        lines = {line.partition(":")[0]: line for line in self.chance.sample(FRONT, 4)}
        body = "\n\n".join(self.chance.sample(LINES, 3))
        return self._put(name, "\n".join(["---", *lines.values(), "---", "", body, ""]).encode())

    def _sidecar(self) -> list[str]:
        name = self._article().removesuffix(".md") + ".yaml"
        if self.chance.random() < 0.15:
            return self._put(name, None)
        return self._put(name, self.chance.choice(CLAIMS).encode())

    def _one_of(self) -> list[str]:
        name = self.chance.choice(sorted(CHOICES))
        content = self.chance.choice(CHOICES[name])
        return self._put(name, content.encode() if isinstance(content, str) else content)

    def _remove(self) -> list[str]:
        return self._put(self._article(), None)

    def _rename(self) -> list[str]:
        name = self._article()
        path, other = self.root / name, self.root / "content" / f"named-{self.chance.randrange(3)}.md"
        if not path.exists():
            return []
        path.replace(other)
        return [name, other.relative_to(self.root).as_posix()]

    def _rename_folder(self) -> list[str]:
        one, other = self.root / "content" / "history", self.root / "content" / "annals"
        if one.exists() and other.exists():
            shutil.rmtree(other)
        if other.exists():
            one, other = other, one
        if not one.exists():
            return []
        one.rename(other)
        return [f"{folder.relative_to(self.root).as_posix()}/" for folder in (one, other)]

    def _break(self) -> list[str]:
        if self._mend is not None:
            return self.mend()
        name = self.chance.choice(sorted(BROKEN))
        path = self.root / name
        self._mend = name, path.read_bytes() if path.exists() else None
        return self._put(name, BROKEN[name].encode())

    def _article(self) -> str:
        return f"content/{self.chance.choice(ARTICLES)}.md"
