"""Problems for people and machines: text with the line and a caret, JSON, SARIF, and GitHub's annotations."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from sitegen import __version__
from sitegen.building.files import SETTINGS
from sitegen.judging.rules import RULES
from sitegen.model.findings import DiffWord
from sitegen.model.places import Drift, Graded, Place, Problem, Proposal
from sitegen.model.tally import Summing

ReadLine = Callable[[str, int], str | None]
"""File and line number (1-based) to that line's text, or None where it cannot be read."""

_LOGIN = re.compile(r"(?<=://)[^/?#\s\"'<>]+(?=@)")

WIDEST = 100
"""Columns of a source line that are shown: longer ones are cut around the caret."""

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")


def text_report(problems: Iterable[Graded], read_line: ReadLine, *, colour: bool = False) -> str:
    """Each problem as `file:line:column: level: message [rule]`, its line, a caret, and a hint."""
    return "".join(_text_problem(graded, read_line, colour=colour) for graded in problems)


def _text_problem(graded: Graded, read_line: ReadLine, *, colour: bool) -> str:
    problem, level = graded.problem, graded.level
    paint = _painter(colour=colour)
    shown = paint(level, "1;31" if level == "error" else "1;33")
    place = paint(one_line(str(problem.place)), "1")
    lines = [f"{place}: {shown}: {one_line(problem.message)} [{problem.rule}]"]
    written = read_line(problem.place.file, problem.place.line) if problem.place.line else None
    if written is not None and written.strip():
        lines += _pointed(written, problem.place, paint)
    if problem.hint:
        lines.append(f"    {paint('hint:', '36')} {one_line(problem.hint)}")
    if problem.sought is not None and not problem.sought.verified and problem.sought.diff:
        lines.append(f"    {paint('diff:', '36')} {_shown_diff(problem.sought.diff, paint)}")
    return "\n".join([*lines, ""])


def _shown_diff(diff: Iterable[DiffWord], paint: Callable[[str, str], str]) -> str:
    """A word diff on one line, as git writes it: `[-gone-]` stands only in the quotation, `{+new+}` only in the copy."""
    forms = {"gone": ("[-{}-]", "31"), "new": ("{{+{}+}}", "32")}
    shown = []
    for kind, words in diff:
        form, colour = forms.get(kind, ("{}", ""))
        told = form.format(one_line(words))
        shown.append(paint(told, colour) if colour else told)
    return " ".join(shown)


def without_logins(text: str) -> str:
    """A text in which the name and password of an address are stars, as many as there were letters."""
    return _LOGIN.sub(lambda found: "*" * len(found[0]), text)


def _painter(*, colour: bool) -> Callable[[str, str], str]:
    return (lambda text, code: f"\x1b[{code}m{text}\x1b[0m") if colour else (lambda text, _: text)


def one_line(text: str) -> str:
    """A text on one line, in which nothing can steer the terminal, and no address tells a password."""
    text = without_logins(text)
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()) if "\n" in text else text)


def _pointed(written: str, place: Place, paint: Callable[[str, str], str]) -> list[str]:
    """The line and, under it, a caret at the place; tabs are kept so that both stand in line."""
    written = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", without_logins(written))
    begin = max(0, place.column - 1 - WIDEST * 2 // 3) if len(written) > WIDEST else 0
    cut = written[begin : begin + WIDEST]
    column = min(place.column - 1 - begin, len(cut))
    last = place.end_column - 1 - begin if place.end_line == place.line else len(cut)
    marked = cut[column : max(last, column + 1)]
    indent = "".join("\t" if character == "\t" else " " * _columns(character) for character in cut[:column])
    carets = "^" * max(1, sum(_columns(character) for character in marked))
    return [f"    {cut.rstrip()}", f"    {indent}{paint(carets, '32')}"]


def _columns(character: str) -> int:
    """How many columns of a terminal a character takes."""
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def github_report(problems: Iterable[Graded], folder: str = "") -> str:
    """Workflow commands that GitHub shows in the diff; `folder` is the site's, below the top of the repository."""
    return "".join(_github_problem(graded, _prefix(folder)) for graded in problems)


def _prefix(folder: str) -> str:
    """What stands before the files of a site in a repository."""
    return f"{folder}/" if folder not in {"", "."} else ""


def _github_problem(graded: Graded, prefix: str) -> str:
    problem, place = graded.problem, graded.problem.place
    message = without_logins(problem.message + (f"\nhint: {problem.hint}" if problem.hint else ""))
    data = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    fields: Mapping[str, object] = {
        "file": prefix + place.file,
        "line": place.line,
        "endLine": place.end_line,
        "col": place.column,
        "endColumn": place.end_column,
        "title": problem.rule,
    }
    written = ",".join(f"{name}={_github_value(value)}" for name, value in fields.items())
    return f"::{graded.level} {written}::{data}\n"


def _github_value(value: object) -> str:
    text = str(value)
    for plain, escaped in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        text = text.replace(plain, escaped)
    return text


def json_report(problems: Sequence[Graded], summing: Summing | None) -> str:
    """The problems and a summary, as `docs/checking.md` describes them."""
    counted = {level: sum(graded.level == level for graded in problems) for level in ("error", "warning")}
    none = Summing(0, 0, 0, 0, 0, {}, {}, {})
    sums = summing or none
    summary = {
        "articles": sums.articles,
        "claims": sums.claims,
        "notes": sums.notes,
        "evidence": sums.evidence,
        "sources": sums.sources,
        "anchors": dict(sums.anchors),
        "quotes": dict(sums.quotes),
        "verdicts": dict(sums.verdicts),
        "errors": counted["error"],
        "warnings": counted["warning"],
    }
    whole = {"problems": [_json_problem(graded) for graded in problems], "summary": summary}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _json_problem(graded: Graded) -> dict[str, object]:
    problem, place = graded.problem, graded.problem.place
    nearest = nearest_passage(problem)
    return {
        "rule": problem.rule,
        "level": graded.level,
        "message": without_logins(problem.message),
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "article": problem.article or None,
        "claim": problem.claim or None,
        "hint": without_logins(problem.hint) or None,
        # Only of quotations and of changed anchors: all else has the keys that it always had.
        **({} if nearest is None else {"nearest": nearest}),
        **({} if problem.drift is None else {"drift": drift_of(problem.drift)}),
    }


def drift_of(drift: Drift) -> dict[str, object]:
    """Where a changed anchor may stand now, for machines: the likeliest place with a word diff, and the next best."""
    return {
        **_proposal(drift.likely),
        "diff": [[kind, words] for kind, words in drift.diff],
        "runner_up": None if drift.runner_up is None else _proposal(drift.runner_up),
    }


def _proposal(proposal: Proposal) -> dict[str, object]:
    place = proposal.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "passage": proposal.passage,
        "score": proposal.score,
    }


def nearest_passage(problem: Problem) -> dict[str, object] | None:
    """The passage closest to a quotation that was not found, for machines; None where there is none."""
    sought = problem.sought
    if sought is None or not sought.place:
        return None
    return {
        "source": sought.place,
        "passage": sought.passage,
        "verified": sought.verified,
        "score": sought.score,
        "diff": [[kind, words] for kind, words in sought.diff],
    }


def sarif_report(problems: Sequence[Graded], folder: str = "") -> str:
    """The problems as SARIF 2.1.0, for code-scanning services; `folder` is the site's, below the top of the repository."""
    rules = sorted(RULES)
    driver = {
        "name": "sitegen",
        "version": __version__,
        "rules": [
            {
                "id": rule,
                "shortDescription": {"text": RULES[rule].meaning},
                "defaultConfiguration": {
                    "level": "none" if RULES[rule].level == "off" else RULES[rule].level
                },
            }
            for rule in rules
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(graded, rules, _prefix(folder)) for graded in problems],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return (
        json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)
        + "\n"
    )


def _sarif_result(graded: Graded, rules: Sequence[str], prefix: str) -> dict[str, object]:
    problem, place = graded.problem, graded.problem.place
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": max(place.end_line, place.line),
        "endColumn": place.end_column if place.end_line > place.line else max(place.end_column, place.column),
    }
    location = {"artifactLocation": {"uri": _uri(prefix + place.file)}, "region": region}
    return {
        "ruleId": problem.rule,
        "ruleIndex": rules.index(problem.rule),
        "level": graded.level,
        "message": {"text": without_logins(problem.message + (f" ({problem.hint})" if problem.hint else ""))},
        "locations": [{"physicalLocation": location}],
    }


def _uri(file: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - only this format needs it

    return quote(file)


def line_reader(read: Callable[[str], bytes]) -> ReadLine:
    """Reads lines of the site's files, each file at most once; what cannot be read gives None.

    Secrets that someone wrote into the settings by mistake are covered: what is shown may end in a log.
    """
    known: dict[str, list[str]] = {}

    def read_line(file: str, line: int) -> str | None:
        if file not in known:
            try:
                text = read(file).decode("utf-8-sig", errors="replace")
            except OSError:
                text = ""
            known[file] = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        lines = known[file]
        if not 0 < line <= len(lines):
            return None
        return _SECRET.sub(_covered, lines[line - 1]) if file == SETTINGS else lines[line - 1]

    return read_line


_SECRET = re.compile(
    r"""(?<=://)[^/\s@]+(?=@) | (?<![^\W_]) (?P<name>(?:\w+_)?(?:token|secret|password|key)["']?\s*:\s*) [^\s,}]+""",
    re.IGNORECASE | re.VERBOSE,
)


def _covered(found: re.Match[str]) -> str:
    """As wide as it was, so that carets stand where they should."""
    name = found["name"] or ""
    return name + "*" * (len(found[0]) - len(name))
