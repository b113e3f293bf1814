"""What the terminal shows of a preview: the address, what changed, what was made of it, and what is wrong."""

import re
import time
from collections.abc import Iterable, Sequence
from typing import TextIO

from sitegen.model.counts import plural
from sitegen.model.places import Graded
from sitegen.preview.session import Update

FRESH = 5
"""Problems told at once, as they appear: the browser shows them all."""

NAMED = 2
"""Files named of those that changed together."""

KEYS = "o open the browser   r remake everything   q quit   ? these keys"

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Terminal:
    """Writes the view, in colour where `colour` says so."""

    def __init__(self, out: TextIO, *, colour: bool) -> None:
        self.out = out
        self.colour = colour
        self._known: frozenset[tuple[str, str]] = frozenset()

    def begin(self, address: str, *, drafts: bool, keys: bool, others: Iterable[str] = ()) -> None:
        """Say where the preview is."""
        shown = "  with drafts" if drafts else ""
        self._write(
            f"\n  {self._paint('sitegen', '1')}  {self._paint(address, '1;36')}{self._paint(shown, '2')}"
        )
        for other in others:
            self._write(f"           {self._paint(other, '36')}")
        how = KEYS if keys else "Ctrl-C ends it"
        self._write(f"           {self._paint(how, '2')}\n")

    def say(self, words: str) -> None:
        """Say something in passing."""
        self._write(f"  {self._paint(words, '2')}")

    def keys(self) -> None:
        """Say which keys there are."""
        self.say(KEYS)

    def updated(self, update: Update, problems: Sequence[Graded], *, first: bool = False) -> None:
        """Say what changed, what was made of it and how fast, and what is wrong now; new problems in full."""
        now = self._paint(time.strftime("%H:%M:%S"), "2")
        what = "the whole site" if first or not update.files else _named(update.files)
        made = f"{plural(update.remade, 'article', 'articles')} remade"
        parts = [
            what,
            self._paint(made, "2"),
            self._paint(_duration(update.milliseconds), "2"),
            self._count(problems),
        ]
        self._write(f"  {now}  {'   '.join(parts)}")
        self._fresh(problems)

    def _fresh(self, problems: Sequence[Graded]) -> None:
        known = frozenset((graded.problem.place.file, graded.problem.message) for graded in problems)
        fresh = [
            graded
            for graded in problems
            if (graded.problem.place.file, graded.problem.message) not in self._known
            and graded.level == "error"
        ]
        self._known = known
        for graded in fresh[:FRESH]:
            problem = graded.problem
            place, level = self._paint(_plain(str(problem.place)), "1"), self._paint("error", "31")
            self._write(f"            {place}: {level}: {_plain(problem.message)}")
        if len(fresh) > FRESH:
            self._write(f"            {self._paint(f'and {len(fresh) - FRESH} more', '2')}")

    def _count(self, problems: Sequence[Graded]) -> str:
        errors = sum(graded.level == "error" for graded in problems)
        warnings = len(problems) - errors
        parts = [self._paint(plural(errors, "error", "errors"), "31")] if errors else []
        parts += [self._paint(plural(warnings, "warning", "warnings"), "33")] if warnings else []
        return ", ".join(parts) or self._paint("no problems", "32")

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def _write(self, line: str) -> None:
        # The terminal may have gone while the preview goes on.
        try:
            self.out.write(f"{line}\n")
            self.out.flush()
        except (OSError, ValueError):
            return


def _named(files: Sequence[str]) -> str:
    more = len(files) - NAMED
    named = ", ".join(_plain(file) for file in files[:NAMED])
    return f"{named} and {plural(more, 'more file', 'more files')}" if more > 0 else named


def _duration(milliseconds: float) -> str:
    if milliseconds < 10:
        return f"{milliseconds:.1f} ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


def _plain(text: str) -> str:
    """A text in which nothing can steer the terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
