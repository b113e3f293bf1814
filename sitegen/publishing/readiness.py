"""Whether the output folder is what its sources would give now: nothing older is published, and nothing with errors."""

import datetime as dt
import os
import zoneinfo
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sitegen.building.calendar import today
from sitegen.building.files import SETTINGS, DiskFiles, Stamp
from sitegen.building.output import MANIFEST, stamp_of
from sitegen.building.replay import Report, left_in
from sitegen.building.rows import Table, joined_names, joined_numbers, names_of
from sitegen.building.settings import settings_key
from sitegen.model.records import Settings

BUILD = "sitegen publish --build builds it first; --as-is publishes it as it is"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a folder should not be published: what is wrong with it, in words."""

    kind: Literal["absent", "unknown", "errors", "drafts", "older", "touched"]
    message: str
    hint: str = BUILD


def obstacle(files: DiskFiles, settings: Settings, folder: Path) -> Obstacle | None:
    """What stands against publishing a built site; None where it is what its sources, and these settings, would give now."""
    if not (folder / MANIFEST).is_file():
        return Obstacle(
            "absent", f"{folder.name}/ holds no built site", "sitegen publish --build builds it first"
        )
    row = left_in(files.root, folder)
    if row is None:
        return Obstacle("unknown", f"nothing is known of how {folder.name}/ was built")
    if row.report is None:
        return Obstacle("errors", f"the last build of {folder.name}/ had errors", "sitegen check names them")
    if row.report.options.startswith("True"):
        return Obstacle("drafts", f"{folder.name}/ was built with --drafts")
    return _age(files, settings, folder, row.report) or _touched(folder, row.files)


def _age(files: DiskFiles, settings: Settings, folder: Path, report: Report) -> Obstacle | None:
    now = files.stamps
    if report.looked.names != joined_names(now) or report.looked.numbers != joined_numbers(now.values()):
        changed = _changed(report.looked, now)
        # Where a site is published is no matter of the built site.
        if changed != [SETTINGS] or settings_key(settings) != report.settings:
            first = [*changed[:3], *([f"and {len(changed) - 3} more"] if len(changed) > 3 else [])]
            return Obstacle("older", f"{folder.name}/ is older than its sources: {', '.join(first)}")
    if not _holds_today(folder, report):
        return Obstacle(
            "older", f"{folder.name}/ was built on another day, and something has fallen due since"
        )
    return None


def _changed(looked: Table, now: dict[str, Stamp]) -> list[str]:
    """The files that came, went or changed."""
    numbers = array("q", looked.numbers)
    before = {
        name: tuple(numbers[index * 4 : index * 4 + 4]) for index, name in enumerate(names_of(looked.names))
    }
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _holds_today(folder: Path, report: Report) -> bool:
    first, last = report.days
    day = today(report.timezone).toordinal()
    if (first, last) != (0, 0):
        return first <= day < last
    # A file was saved just before the build looked at it, so the build could not say how long it holds: for its day.
    if "SOURCE_DATE_EPOCH" in os.environ:
        return True
    built = (folder / MANIFEST).stat().st_mtime
    return dt.datetime.fromtimestamp(built, zoneinfo.ZoneInfo(report.timezone)).toordinal() == day


def _touched(folder: Path, files: Table) -> Obstacle | None:
    names = names_of(files.names)
    there = joined_numbers(stamp_of(f"{folder}/{path}") for path in names)
    if there == files.numbers:
        return None
    before, after = array("q", files.numbers), array("q", there)
    changed = next(
        path
        for index, path in enumerate(names)
        if before[index * 3 : index * 3 + 3] != after[index * 3 : index * 3 + 3]
    )
    return Obstacle("touched", f"{folder.name}/{changed} was changed after the build")
