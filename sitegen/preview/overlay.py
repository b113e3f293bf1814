"""What the overlay and the corner of a page say: its own problems in full, all others counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sitegen.model.places import Graded, Place, Problem
from sitegen.preview.editor import editor_link, place_on_disk
from sitegen.preview.session import Session
from sitegen.report import ReadLine, line_reader

Json: TypeAlias = Mapping[str, object]

WIDEST = 160
"""Characters of a source line that are shown: longer ones are cut around the place."""

MOST = 300
"""Problems of other pages that are listed: what is more is counted, and for `sitegen check` to tell."""

UNUSABLE = "site-unusable"
"""The rule under which a failure stands among the problems: it concerns every page."""


@dataclass(frozen=True)
class Snippet:
    """A line of a file: what stands before a place, at it, and behind it."""

    before: str
    marked: str
    after: str


def snippet(line: str, place: Place) -> Snippet:
    """Part a line at a place, and cut it where it is long."""
    begin = max(0, place.column - 1 - WIDEST // 2) if len(line) > WIDEST else 0
    cut = line[begin : begin + WIDEST].rstrip()
    column = min(max(0, place.column - 1 - begin), len(cut))
    end = place.end_column - 1 - begin if place.end_line == place.line else len(cut)
    end = min(max(end, column + 1), len(cut))
    before = ("…" if begin else "") + cut[:column]
    return Snippet(before, cut[column:end], cut[end:] + ("…" if len(line) > begin + WIDEST else ""))


def state(session: Session, path: str) -> Json:
    """What concerns the page at a path of the output."""
    article = session.article(path)
    here, elsewhere = _parted(session.problems(), article)
    read_line = _reader(session)
    return {
        "failure": session.failure,
        "here": [_problem(graded, read_line, session) for graded in here],
        "elsewhere": _counts(elsewhere),
        "entries": {
            name: [place.file, place.line, place.column]
            for name, place in (session.entries(article) if article is not None else {}).items()
        },
    }


def elsewhere(session: Session, path: str) -> Json:
    """The problems of other pages, by the file they stand in, those with errors first."""
    _, others = _parted(session.problems(), session.article(path))
    files: dict[str, list[Graded]] = {}
    for graded in others:
        files.setdefault(graded.problem.place.file, []).append(graded)
    ordered = sorted(files.items(), key=lambda item: (not _counts(item[1])["errors"], item[0]))
    read_line = _reader(session)
    groups, room = [], MOST
    for file, found in ordered:
        if room <= 0:
            break
        shown = found[:room]
        room -= len(shown)
        groups.append(
            {
                "file": file,
                "page": _address(session, shown[0].problem.article),
                **_counts(found),
                "problems": [_problem(graded, read_line, session) for graded in shown],
            }
        )
    return {"groups": groups, "more": len(others) - (MOST - room)}


def _parted(problems: Iterable[Graded], article: str | None) -> tuple[list[Graded], list[Graded]]:
    """The problems of a page, errors first, and all others."""
    here: list[Graded] = []
    others: list[Graded] = []
    for graded in problems:
        problem = graded.problem
        mine = problem.rule == UNUSABLE or (article is not None and problem.article == article)
        (here if mine else others).append(graded)
    return sorted(here, key=lambda graded: graded.level != "error"), others


def _counts(problems: Sequence[Graded]) -> Mapping[str, int]:
    errors = sum(graded.level == "error" for graded in problems)
    return {"errors": errors, "warnings": len(problems) - errors}


def _problem(graded: Graded, read_line: ReadLine, session: Session) -> Json:
    problem, place = graded.problem, graded.problem.place
    part = snippet(read_line(place.file, place.line) or "", place)
    return {
        "level": graded.level,
        "rule": problem.rule,
        "message": problem.message,
        "hint": problem.hint,
        "diff": _diff(problem),
        "likely": _likely(problem, session),
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "before": part.before,
        "marked": part.marked,
        "after": part.after,
        "link": editor_link(session.root, place.file, place.line, place.column),
    }


def _diff(problem: Problem) -> list[list[str]]:
    """How the words looked for differ from the closest ones."""
    compared = problem.sought if problem.sought is not None else problem.drift
    return [] if compared is None else [[kind, words] for kind, words in compared.diff]


def _likely(problem: Problem, session: Session) -> list[Json]:
    """Where a changed anchor may stand now: the likeliest place, and the next best."""
    if problem.drift is None:
        return []
    return [
        {
            "file": found.place.file,
            "line": found.place.line,
            "column": found.place.column,
            "score": f"{found.score:.2f}",
            "passage": found.passage,
            "link": editor_link(session.root, found.place.file, found.place.line, found.place.column),
        }
        for found in (problem.drift.likely, problem.drift.runner_up)
        if found is not None
    ]


def _address(session: Session, article: str) -> str | None:
    path = session.home_of(article) if article else None
    return None if path is None else "/" + path.removesuffix("index.html")


def _reader(session: Session) -> ReadLine:
    def read(name: str) -> bytes:
        # What was left out of the site, as a link that leads out of it, is not shown either.
        path = place_on_disk(session.root, name)
        return b"" if path is None else path.read_bytes()

    return line_reader(read)
