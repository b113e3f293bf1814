"""The same articles written as each generator likes them best.

What a generator needs besides articles (settings and one page template) lies in `sites/NAME/`.
"""

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

from corpus import Article, Size, articles, front_matter, write_sitegen

TEMPLATES = Path(__file__).parent / "sites"


def with_footnotes(one: Article) -> str:
    """Its Markdown, the notes as footnotes."""
    marks = [f"[^{index}]" for index in range(1, len(one.notes) + 1)]
    feet = [f"{mark}: {note.whole}\n" for mark, note in zip(marks, one.notes, strict=True)]
    return "\n".join([one.body(marks), *feet])


def plain(one: Article) -> str:
    """A page with front matter in YAML, the notes as footnotes."""
    return front_matter(one) + with_footnotes(one)


def with_short_codes(one: Article) -> str:
    """A page for Hugo, each note inside a short-code at its place."""
    marks = [f"{{{{< note >}}}}{note.whole}{{{{< /note >}}}}" for note in one.notes]
    return front_matter(one) + one.body(marks)


def for_pelican(one: Article) -> str:
    """A page with lines of metadata as Pelican has them, the notes as footnotes."""
    tags = ", ".join(one.tags)
    return f"Title: {one.title}\nDate: {one.date}\nTags: {tags}\n\n{with_footnotes(one)}"


def writer(name: str, page: Callable[[Article], str]) -> Callable[[Path, Size], None]:
    """What writes a site with the settings and templates `name`, one article after the other."""

    def write(folder: Path, size: Size) -> None:
        shutil.copytree(TEMPLATES / name, folder)
        for one in articles(size):
            path = folder / "content" / one.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page(one), encoding="utf-8")

    return write


WRITERS: dict[str, Callable[[Path, Size], None]] = {
    "sitegen": write_sitegen,
    "hugo": writer("hugo", with_short_codes),
    "hugo-footnotes": writer("hugo", plain),
    "eleventy": writer("eleventy", plain),
    "mkdocs": writer("mkdocs", plain),
    "pelican": writer("pelican", for_pelican),
}


def main() -> None:
    """Write one site for one generator."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("generator", choices=WRITERS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("articles", type=int)
    options = parser.parse_args()
    WRITERS[options.generator](options.folder, Size(options.articles))


if __name__ == "__main__":
    main()
