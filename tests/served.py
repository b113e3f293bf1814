"""A site with something of everything, and its output as a web server would serve it."""

import zlib
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urljoin, urlsplit

BASE = "https://example.org/a/b/"


def png(width: int, height: int) -> bytes:
    """A small, black picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
        )

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    pixels = zlib.compress(b"".join(b"\0" + bytes(width) for _ in range(height)))
    header = chunk(b"IHDR", size + b"\x08\0\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


RICH: dict[str, str | bytes] = {
    "sitegen.yaml": f"""\
title: Tides & <Moons>
base_url: {BASE}
description: What "the sea" does.
author: {{name: Ann & Ben, url: https://ann.example/}}
timezone: Europe/Berlin
verdicts:
  shaky: {{label: Shaky, explanation: It may not hold., rating: 2, needs: {{any: [context]}}}}
checks: {{rules: {{single-origin: off, no-primary: off, note-crowded: off, quote-unarchived: off, quote-unreadable: off}}}}
""",
    "content/index.md": """\
---
title: Home of tides
aliases: [/start/]
---

Read about [tides](tides.md), their [history](history/), one [claim](tides.md#c-pull), and [all claims](claims/).
""",
    "content/tides.md": """\
---
title: Tides
summary: Twice a "day" & night.
date: 2024-05-01
updated: 2024-05-20
authors: [Ann, {name: Ben, url: https://ben.example/}]
tags: [sea, Deep water, été 2024]
aliases: [/tide/, /old/tide.html, "/old%20sea/"]
image: media/beach.png
image_alt: A beach
---

# Tides

The *moon pulls the water* twice a day, says the `almanac`. The sun helps it by 46 %.[^1] Nobody knows why.

See [low tide](history/ebb.md#low-water), [the folder](history/index.md), [down](history/deep/down.md), [below](#gauges),
[high water](<été/high water.md>), [the data](media/data.csv), [a source](sources/almanac/) and [elsewhere](https://example.com/).

![A beach](media/beach.png)

## Gauges

> Gauges show two high waters a day.
>
> They follow the moon.

| place | water |
|-------|-------|
| coast | 4 m   |

- The sea is beautiful.
- The sea rose by 3 mm.

[^1]: A note at the foot of the page.
""",
    "content/tides.yaml": """\
claims:
  pull:
    anchor: The moon pulls the water twice a day
    claim: The moon causes two tides a day
    kind: causal
    claimant: {name: Nautical Almanac, role: a yearbook, url: https://almanac.example/}
    said: {on: 2024-01-02, at: {title: The Almanac, url: https://almanac.example/2024, archive: https://web.archive.org/x}, seed: leaflet, quote: the moon does it all}
    verdict: supported
    because: Both the almanac and the gauges say so.
    note: See [low tide](history/ebb.md) and **more**.
    evidence:
      - {source: almanac, stance: supports, quote: The moon pulls the water of the sea twice a day, at: p. 4, note: 'Also [here](sources/survey/).'}
      - {source: survey, stance: supports, quote: two high waters a day, direct: false}
      - {source: own, stance: context}
      - {source: dead, stance: context, quote: the moon is a lamp}
      - {source: scan, stance: context, quote: the moon is a mirror}
    contrary: searched
    checked: {on: 2024-05-02, by: Ann}
    reviewed: {on: 2024-05-03, by: Ben}
    review_by: 2025-01-01
    corrections:
      - {on: 2024-05-10, was: once a day, now: twice a day, why: A slip & a <slip>.}
      - {on: 2024-05-12, why: Another.}
  sun:
    anchor: The sun helps it by 46 %
    claimant: A teacher
    verdict: shaky
    evidence: [{source: almanac, stance: context, quote: the sun helps it by 46 % or so}]
    checked: 2024-05-02
    recheck: "46 % became 64 %"
  water:
    anchor: the water twice
    verdict: opinion
    checked: 2024-05-02
  unknown:
    anchor: {quote: Nobody knows why, suffix: .}
    claimant: Everybody
  rise:
    anchor: The sea rose by 3 mm
    verdict: disputed
    because: The gauges differ.
    evidence:
      - {source: almanac, stance: supports, quote: It rose by 3 mm}
      - {source: survey, stance: refutes, quote: they follow the moon}
    checked: 2024-05-02
  gauges:
    anchor: two high waters a day. They follow the moon
    claimant: {name: The Coast Survey}
    verdict: opinion
    checked: {on: 2024-05-02}
notes:
  gauge: {anchor: Gauges show, kind: definition, note: 'A *gauge* measures.'}
  lone: {anchor: says the almanac, note: A book.}
sources:
  own: {title: A letter & more, authors: [Ann], issued: 2023, note: Kept *here*.}
  dead: {title: A page that is gone, url: 'https://gone.example/?a=b&c=d#e', link: dead}
uncheckable:
  - {anchor: The sea is beautiful, why: a matter of taste}
""",
    "content/history/index.md": "---\ntitle: The history\nsummary: Old tides.\n---\n\nOf [ebb](ebb.md), [tides](../tides.md) and [the root](/tides.md#gauges). Old tides were lower.\n",
    "content/history/index.yaml": "claims:\n  lower: {anchor: Old tides were lower, verdict: unproven, checked: 2024-05-02, note: 'See [ebb](ebb.md#low-water).'}\n",
    "content/history/ebb.md": "---\ntitle: Ebb\ndate: 2024-05-03\nslug: low-tide\ntags: [sea, deep-water]\nlanguage: de\nsubject: survey\n---\n\n## Low water\n\nBack to [tides](../tides.md), [history](index.md), [home](../index.md), [claims](/claims/), [tags](/tags/sea/).\n",
    "content/history/deep/down.md": "# Down\n\nUp to [ebb](../ebb.md) and [here](down.md).\n",
    "content/été/high water.md": "---\ntitle: High water\ndate: 2024-05-04\n---\n\nTo [tides](../tides.md) and the [pic](../media/beach.png).\n",
    "content/draft.md": "---\ntitle: A draft\ndraft: true\ndate: 2024-05-05\n---\n\nWords.\n",
    "content/future.md": "---\ntitle: The future\ndate: 2030-01-01\n---\n\nWords.\n",
    "content/media/beach.png": png(40, 30),
    "content/media/data.csv": "place,water\r\ncoast,4\r\n",
    "content/CNAME": "example.org\n",
    "content/.secret": "hidden\n",
    "content/sources/almanac.yaml": "title: Nautical Almanac\ntype: book\npublisher: Admiralty\nissued: 2024\nkind: primary\norigin: almanac\nurl: https://almanac.example/book\naccessed: 2024-04-30\narchive: {url: https://web.archive.org/almanac, on: 2024-04-30}\nsnapshot: {coverage: excerpt}\nnote: See [tides](/tides.md).\n",
    "content/sources/almanac.txt": "The moon pulls the water of the sea twice a day, and\nthe sun helps it by 46 % or so. It rose by 3 mm.\n",
    "content/sources/survey.yaml": "title: Survey of the Coast\npublisher: Coast Survey\nkind: secondary\nparty: the Coast Survey\nsnapshot: {file: survey.html}\n",
    "content/sources/survey.html": "<html><head><title>x</title><body><p>Our gauges show two high waters a day, and they follow the moon.</p>",
    "content/sources/scan.yaml": "title: A scanned page\n",
    "content/sources/scan.pdf": b"%PDF-1.4\n",
    "seeds/leaflet.yaml": "title: A leaflet\n",
    "seeds/leaflet.txt": "They say that the moon does it all.\n",
}
"""Files of the site, by path. The day is 1 June 2024."""


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]


@dataclass
class Html(HTMLParser):
    """A page taken apart: its elements in order, and the text of each script."""

    markup: str
    elements: list[Element] = field(default_factory=list)
    scripts: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        if tag == "script":
            self.scripts.append((self.elements[-1].attributes.get("type", ""), ""))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1].tag == "script" and self.scripts:
            kind, text = self.scripts[-1]
            self.scripts[-1] = (kind, text + data)

    def values(self, name: str, *tags: str) -> list[str]:
        """The values of an attribute, of all elements or of some."""
        return [
            element.attributes[name]
            for element in self.elements
            if name in element.attributes and (not tags or element.tag in tags)
        ]

    def all(self, tag: str) -> list[dict[str, str]]:
        return [element.attributes for element in self.elements if element.tag == tag]


class Served:
    """A folder of output served under the path of a base address."""

    def __init__(self, folder: Path, base: str = BASE) -> None:
        self.folder = folder
        self.base = base
        self.files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        self.pages = {
            name: Html((folder / name).read_text(encoding="utf-8"))
            for name in sorted(self.files)
            if name.endswith(".html")
        }
        self.ids = {name: set(page.values("id")) for name, page in self.pages.items()}

    def address(self, name: str) -> str:
        """The address at which a file is served."""
        return self.base + quote(name.removesuffix("index.html"))

    def target(self, name: str, link: str) -> str | None:
        """Why a link of a page leads nowhere, or None where it leads somewhere, or out of the site."""
        if link.startswith("#"):
            return None if unquote(link[1:]) in self.ids[name] else f"{link} is not in the page"
        # Served for any address, the page for what is missing links by absolute paths alone.
        whole = urljoin(self.address(name) if name != "404.html" else f"{self.base}x/y/z", link)
        parts = urlsplit(whole)
        host, root = urlsplit(self.base).netloc, urlsplit(self.base).path
        if parts.scheme not in {"http", "https"} or parts.netloc != host:
            return None
        if not parts.path.startswith(root):
            return f"{link} leads out of {root}"
        path = unquote(parts.path.removeprefix(root))
        file = f"{path}index.html" if path.endswith("/") or not path else path
        if file not in self.files:
            return f"{link} leads to {file}, which is not there"
        fragment = unquote(parts.fragment)
        if fragment and not fragment.startswith(":~:") and PurePosixPath(file).suffix == ".html":
            return None if fragment in self.ids[file] else f"{link} leads to a missing #{fragment}"
        return None
