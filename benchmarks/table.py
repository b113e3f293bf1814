"""Figures as tables in Markdown, and the machine that they come from."""

import math
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from peers import GENERATORS

BASE = "hugo"
"""The generator whose figures all ratios are to."""

ROWS = {
    "cold": "cold build, s",
    "nothing": "nothing changed, s",
    "body": "one body edited, s",
    "source": "one source edited, s",
    "memory": "peak memory, MiB",
    "size": "output, MB",
    "files": "files",
    "live": "edit to served page, ms",
    "browser": "edit to words in the browser, ms",
}
"""What can be measured, with its heading and unit."""

Figure = float | str | None
"""A figure, or why there is none, or nothing where there is no such thing."""


@dataclass
class Results:
    """What one run has measured, by size, generator and row."""

    figures: dict[tuple[int, str, str], Figure] = field(default_factory=dict)
    runs: dict[tuple[int, str, str], list[float]] = field(default_factory=dict)
    """The figures of single runs, in the order of the rounds, of whatever is measured in rounds."""
    latencies: dict[tuple[int, str, str], list[float]] = field(default_factory=dict)

    left_out: dict[int, list[str]] = field(default_factory=dict)
    """The generators that are too slow to be measured at a size."""

    def sizes(self) -> list[int]:
        """The sizes measured, in articles."""
        return sorted({size for size, _, _ in self.figures})

    def keys(self, size: int) -> list[str]:
        """The generators measured at a size."""
        measured = {key for at, key, _ in self.figures if at == size}
        return [key for key in GENERATORS if key in measured]

    def rows(self, size: int) -> list[str]:
        """What was measured at a size."""
        measured = {row for at, _, row in self.figures if at == size}
        return [row for row in ROWS if row in measured]


def machine() -> str:
    """The machine, in one line."""
    cpu = _field("/proc/cpuinfo", "model name") or platform.machine()
    memory = int(_field("/proc/meminfo", "MemTotal").split()[0]) / 2**20
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{len(os.sched_getaffinity(0))} cores of {cpu}, {memory:.0f} GiB, {system}"


def _field(path: str, name: str) -> str:
    lines = (line.partition(":") for line in Path(path).read_text(encoding="utf-8").splitlines())
    return next((value.strip() for key, _, value in lines if key.strip() == name), "")


def report(results: Results, versions: Sequence[str], *, where: str, runs: int) -> str:
    """All tables of a run."""
    how = (
        f"Medians of {runs} rounds (fewer of slow peers); in brackets the ratio to {GENERATORS[BASE].name}, "
        "the median of the rounds' ratios."
    )
    parts = [
        f"Machine: {machine()}. Sites and output lie {where}. {how}",
        f"Versions: {', '.join(versions)}.",
    ]
    parts += [f"### {size:,} articles\n\n{figures(results, size)}" for size in results.sizes()]
    if results.latencies:
        parts.append(f"### Latencies\n\n{latencies(results)}")
    if len(results.sizes()) > 1 and any(row == "cold" for _, _, row in results.figures):
        parts.append(f"### Growth\n\n{growth(results)}")
    return "\n\n".join(parts) + "\n"


def figures(results: Results, size: int) -> str:
    """The table of one size: a line for each generator."""
    rows = results.rows(size)
    lines = [
        [GENERATORS[key].name, *(_cell(results, size, key, row) for row in rows)]
        for key in results.keys(size)
    ]
    table = markdown(["generator", *(ROWS[row] for row in rows)], lines)
    names = ", ".join(GENERATORS[key].name for key in results.left_out.get(size, []))
    return f"{table}\n\nLeft out at this size: {names}." if names else table


def latencies(results: Results) -> str:
    """How the latencies scatter."""
    lines = [
        [
            f"{size:,}",
            GENERATORS[key].name,
            "served page" if row == "live" else "browser",
            str(len(found)),
            str(sum(map(math.isinf, found))),
            *(f"{value:.0f}" for value in spread([value for value in found if math.isfinite(value)])),
        ]
        for (size, key, row), found in results.latencies.items()
    ]
    return markdown(
        ["articles", "generator", "edit to", "edits", "lost", "median", "p90", "p95", "max"], lines
    )


def spread(found: Sequence[float]) -> list[float]:
    """Median, 90th and 95th percentile, and the most."""
    cuts = statistics.quantiles([*found, *found][: max(2, len(found))], n=20, method="inclusive")
    return [statistics.median(found), cuts[17], cuts[18], max(found)]


def growth(results: Results) -> str:
    """Milliseconds of a cold build for each article, by size."""
    sizes = results.sizes()
    lines = [
        [GENERATORS[key].name, *(_each(results.figures.get((size, key, "cold")), size) for size in sizes)]
        for key in GENERATORS
        if any(isinstance(results.figures.get((size, key, "cold")), float) for size in sizes)
    ]
    heads = [f"{size:,} articles" for size in sizes]
    return "Cold build, milliseconds an article:\n\n" + markdown(["generator", *heads], lines)


def markdown(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table; all columns but those of words are set to the right."""
    words = [not any(_is_number(line[column]) for line in lines) for column in range(len(heads))]
    rules = ["---" if is_words else "---:" for is_words in words]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, rules, *lines))


def _each(figure: Figure, size: int) -> str:
    return f"{figure / size * 1000:.2f}" if isinstance(figure, float) else "–"


def _is_number(cell: str) -> bool:
    return cell[:1].isdigit()


def _cell(results: Results, size: int, key: str, row: str) -> str:
    figure = results.figures.get((size, key, row))
    if not isinstance(figure, float):
        return figure or "–"
    ratio = None if key == BASE or row == "files" else ratio_to_base(results, size, key, row)
    return _number(figure, row) + ("" if ratio is None else f" ({_ratio(ratio)})")


def ratio_to_base(results: Results, size: int, key: str, row: str) -> float | None:
    """How a figure compares to Hugo's: the median over the rounds, as neighbours in a round meet the same weather."""
    own, base = results.runs.get((size, key, row)), results.runs.get((size, BASE, row))
    if own and base:
        return statistics.median(one / other for one, other in zip(own, base, strict=False))
    figure, other = results.figures.get((size, key, row)), results.figures.get((size, BASE, row))
    return figure / other if isinstance(figure, float) and isinstance(other, float) else None


def _number(figure: float, row: str) -> str:
    if row in {"memory", "files", "live", "browser"}:
        return f"{figure:,.0f}"
    return f"{figure:.2f}" if figure < 10 else f"{figure:.1f}"


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"
