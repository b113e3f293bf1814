"""Suggesting evidence: the sentences of a library's copies that speak most of what a claim says.

Ranked by BM25, as SQLite's full-text search has it; figures, names and months weigh more than other words. A suggestion
is words to read, never a judgement: which way they point is for a person to say.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from sitegen.judging.figures import figures
from sitegen.judging.folding import fold
from sitegen.judging.sentences import sentences

MARK_WEIGHT = 3.0
"""What a figure, a name or a month counts beside a plain word, in which each of them counts once more."""

_TIES = 32
"""Sentences that are looked at beyond those asked for, so that the first of equals are given."""

_TABLES = """
CREATE TABLE IF NOT EXISTS copies (source TEXT PRIMARY KEY, digest TEXT, first INTEGER, last INTEGER);
CREATE TABLE IF NOT EXISTS held (id INTEGER PRIMARY KEY, source TEXT, passage TEXT, start INTEGER);
CREATE VIRTUAL TABLE IF NOT EXISTS passages USING fts5(words, marks, content = '', tokenize = 'porter unicode61');
"""

_SHORTEST, _LONGEST = 20, 800
"""Code points of a sentence that is suggested: shorter ones are headings, longer ones tables."""

_TERM = re.compile(r"[^\W_]+")
_NAME = re.compile(r"\b[A-Z][^\W\d_]{2,}|\b[A-Z]{2,}\b")
_WRAPPED = re.compile(r"[a-z,;]\n[a-z]")
_COMMON = frozenset(
    _TERM.findall(
        "a about after all also an and any are as at be been before but by can could did do does for from had has have he "
        "her his how if in into is it its may more most no not of on one only or other our over said says she should so "
        "some such than that the their them then there these they this those to under up was we were what when where "
        "which while who will with would you your"
    )
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A sentence that may be evidence: the copy it stands in, its code points there, and how well it fits (more is better)."""

    source: str
    passage: str
    start: int
    end: int
    score: float


class Passages:
    """The sentences of some copies, ready to be searched for many claims.

    `copies` are the library's sources with the texts of their copies; equal scores come in their order. `own` has
    for articles the ids of their own sources, each with its copy's text, or None where there is no copy: these are
    searched for claims of that article alone, and hide the library's of the same id.

    `base` is a database in which the sentences of the library are kept for the next time, by the digests of the texts that
    `digests` gives: only texts that are not in it yet are asked for. What is found does not depend on what was kept. Raises
    `sqlite3.Error` where the database cannot be used.
    """

    def __init__(
        self,
        copies: Mapping[str, str],
        own: Mapping[str, Mapping[str, str | None]] | None = None,
        *,
        base: sqlite3.Connection | None = None,
        digests: Mapping[str, str] | None = None,
    ) -> None:
        self._base = base or sqlite3.connect(":memory:")
        self._base.executescript(_TABLES)
        self._spans: dict[tuple[str, str], tuple[int, int]] = {}
        self._order = {source: at for at, source in enumerate(copies)}
        self._hold(copies, digests or dict.fromkeys(copies, ""))
        self._library = (1, self._last())
        # The sentences of articles' own sources count among all others, and are not kept.
        for article, sources in (own or {}).items():
            for source, held in sources.items():
                self._spans[article, source] = self._take(source, held or "")

    def _hold(self, copies: Mapping[str, str], digests: Mapping[str, str]) -> None:
        """Have the sentences of just these copies in the database."""
        held = {
            source: (digest, first, last)
            for source, digest, first, last in self._base.execute("SELECT * FROM copies")
        }
        stale = [source for source, row in held.items() if row[0] != digests.get(source)]
        fresh = [source for source in copies if source not in held or source in stale]
        for source in stale:
            self._drop(source, *held.pop(source)[1:])
        for source in fresh:
            first, last = self._take(source, copies[source])
            self._base.execute(
                "INSERT INTO copies VALUES (?, ?, ?, ?)", (source, digests[source], first, last)
            )
            held[source] = (digests[source], first, last)
        self._base.commit()
        self._spans.update((("", source), (first, last)) for source, (_, first, last) in held.items())

    def _drop(self, source: str, first: int, last: int) -> None:
        """Forget a copy. The index holds no words of its own: it is told which ones it loses."""
        rows = self._base.execute("SELECT id, passage FROM held WHERE id BETWEEN ? AND ?", (first, last))
        self._base.executemany(
            "INSERT INTO passages (passages, rowid, words, marks) VALUES ('delete', ?, ?, ?)",
            [(at, *_indexed(passage)) for at, passage in rows],
        )
        self._base.execute("DELETE FROM held WHERE id BETWEEN ? AND ?", (first, last))
        self._base.execute("DELETE FROM copies WHERE source = ?", (source,))

    def _last(self) -> int:
        (last,) = self._base.execute("SELECT coalesce(max(id), 0) FROM held").fetchone()
        return int(last)

    def _take(self, source: str, text: str) -> tuple[int, int]:
        """Add the sentences of a text; the first and the last of their numbers."""
        first = self._last() + 1
        found = list(_sentences(text))
        self._base.executemany(
            "INSERT INTO held VALUES (?, ?, ?, ?)",
            ((first + at, source, passage, start) for at, (passage, start) in enumerate(found)),
        )
        self._base.executemany(
            "INSERT INTO passages (rowid, words, marks) VALUES (?, ?, ?)",
            ((first + at, *_indexed(passage)) for at, (passage, _) in enumerate(found)),
        )
        return first, first + len(found) - 1

    def best(self, statement: str, most: int, article: str = "") -> tuple[Suggestion, ...]:
        """The sentences that fit a statement of an article best, best first; none where no word of it is anywhere."""
        terms = [f"words : {_quoted(term)}" for term in _terms(statement)]
        terms += [f"marks : {_quoted(mark)}" for mark in _marks(statement)]
        if not terms:
            return ()
        limit = most + _TIES
        while True:
            rows = self._scored(" OR ".join(terms), article, limit)
            # Of equals those that come first are given, and the database has its own idea of which these are.
            if len(rows) < limit or rows[-1].score < rows[most - 1].score:
                break
            limit *= 4
        rows.sort(key=lambda one: (-one.score, self._order.get(one.source, len(self._order))))
        return tuple(replace(one, score=round(one.score, 2)) for one in rows[:most])

    def _scored(self, wanted: str, article: str, most: int) -> list[Suggestion]:
        shown, hidden = self._shelf(article)
        within = " OR ".join(["rowid BETWEEN ? AND ?"] * len(shown))
        without = " AND rowid NOT BETWEEN ? AND ?" * len(hidden)
        # Which sentences are best is found without looking at them: only those are read.
        rows = self._base.execute(
            "SELECT source, passage, start, score FROM ("  # noqa: S608 - nothing but placeholders is put in
            "SELECT rowid AS id, -bm25(passages, 1.0, ?) AS score FROM passages"
            f" WHERE passages MATCH ? AND ({within}){without} ORDER BY score DESC, id LIMIT ?"
            ") JOIN held USING (id) ORDER BY score DESC, id",
            (MARK_WEIGHT, wanted, *chain.from_iterable((*shown, *hidden)), most),
        )
        return [
            Suggestion(source, passage, start, start + len(passage), score)
            for source, passage, start, score in rows
        ]

    def _shelf(self, article: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """The rows that an article's claims can be given, and those of these that its own sources hide."""
        own = {source: span for (owner, source), span in self._spans.items() if article and owner == article}
        hidden = [self._spans["", source] for source in own if ("", source) in self._spans]
        return [self._library, *own.values()], hidden


def _indexed(passage: str) -> tuple[str, str]:
    """What a sentence is found by: its words, and what it hangs on."""
    return fold(passage).text, " ".join(_marks(passage))


def _sentences(text: str) -> Iterator[tuple[str, int]]:
    """The sentences of a copy that can be suggested, and where each begins."""
    for start, end in sentences(text, wrapped=bool(_WRAPPED.search(text))):
        if _SHORTEST <= end - start <= _LONGEST:
            yield text[start:end], start


def _terms(text: str) -> tuple[str, ...]:
    """The words that tell one statement from another, each once."""
    found = (term[0].lower() for term in _TERM.finditer(fold(text).text))
    return tuple(dict.fromkeys(term for term in found if term not in _COMMON))


def _marks(text: str) -> tuple[str, ...]:
    """What a statement hangs on, each once: its figures as values, and words with a capital as names."""
    values = (format(abs(figure.value).normalize(), "f").replace(".", "p") for figure in figures(text))
    names = (name[0].lower() for name in _NAME.finditer(fold(text).text))
    marks = (
        *(f"value{value}" for value in values),
        *(f"name{name}" for name in names if name not in _COMMON),
    )
    return tuple(dict.fromkeys(marks))


def _quoted(term: str) -> str:
    """A term as SQLite's query language writes it."""
    return '"' + term.replace('"', '""') + '"'
