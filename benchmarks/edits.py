"""What an author does while a site is measured: another word in one article, another title of one source."""

import re
import time
from pathlib import Path

from corpus import Article, Size, article


class BodyEdit:
    """A word of the article in the middle of the site; it stands near the end, outside of notes and summary."""

    def __init__(self, site: Path, size: Size) -> None:
        self.article: Article = article(size, size.articles // 2)
        self.address = self.article.path.removesuffix(".md") + "/"
        self._path = site / "content" / self.article.path
        self._text = self._path.read_text(encoding="utf-8")
        paragraph = self.article.template.split("\n\n")[-2]
        self._place = self._text.index(paragraph)
        self._rest = self._place + len(paragraph.split(" ", 1)[0])

    def write(self, word: str) -> float:
        """Save the article with this word; gives the moment before, in seconds since 1970."""
        text = f"{self._text[: self._place]}{word}{self._text[self._rest :]}"
        moment = time.time()
        self._path.write_text(text, encoding="utf-8")
        return moment


def edit_source(site: Path, word: str) -> None:
    """Save a source of sitegen's library with another title; about eighty claims quote it."""
    path = site / "content" / "sources" / "source-3.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^title: \S+", f"title: {word}", text), encoding="utf-8")
