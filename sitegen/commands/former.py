"""What an article said before: its former texts, as the git repository that the site may stand in has them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from sitegen.judging.anchors import Searchable, find_anchor
from sitegen.judging.canonical import flatten
from sitegen.model.records import Anchor, MarkdownSettings
from sitegen.reading.article import read_manuscript
from sitegen.reading.markdown import parse

MOST = 50
"""Revisions of an article that are looked at, the last ones."""


class FormerTexts:
    """The canonical texts that an article's file had, the last first; each is read when it is first needed."""

    def __init__(self, root: Path, file: str, markdown: MarkdownSettings) -> None:
        self._file = file
        self._markdown = markdown
        self._read: list[Searchable] = []
        self._coming = self._texts(root)

    def __call__(self, anchor: Anchor) -> str | None:
        """The last text in which an anchor's words stood; None where none is known."""
        index = 0
        while True:
            if index == len(self._read):
                text = next(self._coming, None)
                if text is None:
                    return None
                self._read.append(text)
            if find_anchor(Anchor(quote=anchor.quote), self._read[index]).state in {
                "exact",
                "folded",
                "ambiguous",
            }:
                return self._read[index].text
            index += 1

    def _texts(self, root: Path) -> Iterator[Searchable]:
        found = _git(root, "log", f"--max-count={MOST}", "--format=%H", "--", self._file)
        for commit in (found or b"").decode("ascii", "replace").split():
            content = _git(root, "cat-file", "blob", f"{commit}:./{self._file}")
            if content is not None:
                manuscript, _ = read_manuscript(content, self._file, "")
                yield Searchable(flatten(parse(manuscript.body, self._markdown).tokens).canonical)


def _git(root: Path, *arguments: str) -> bytes | None:
    """What git answers; None where there is no git, no repository, or nothing of that name in it."""
    try:
        done = subprocess.run(  # noqa: S603 - no shell; names follow a `--` or a colon
            ["git", "-C", str(root), *arguments],  # noqa: S607 - git is found as the user finds it
            capture_output=True,
            check=False,
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
