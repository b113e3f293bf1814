"""The claims of a site as it is, or as it was at a revision of its git repository."""

import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from sitegen.building.build import write_pages
from sitegen.building.calendar import today
from sitegen.building.check import check
from sitegen.building.files import ROOMS, SETTINGS, DiskFiles
from sitegen.commands.problems import print_problems
from sitegen.commands.site import open_site
from sitegen.judging.rules import UNREADABLE
from sitegen.model.errors import CannotGoOnError
from sitegen.model.files import File, Page
from sitegen.reading.published import Published, read_published

_HIDING = UNREADABLE | {"field-type", "id-duplicate"}
"""Rules whose breach may leave claims unread: what seems to be gone may be there."""


def claims_now(files: DiskFiles, revision: str = "") -> tuple[Published, ...]:
    """The claims that a build of these files publishes, errors or not; drafts are none of them.

    Raises `UnusableSettingsError` where the settings cannot be used.
    """
    site = open_site(files)
    # The same day for both states: what has only grown older is a change of the calendar, not of the site.
    checked = check(files, site.settings, today(site.settings.timezone), found=site.found)
    hiding = [
        graded for graded in checked.problems if graded.level == "error" and graded.problem.rule in _HIDING
    ]
    if hiding:
        where = f"the revision {revision}" if revision else "the site"
        print(
            f"warning: parts of {where} cannot be read; claims in them seem not to be there", file=sys.stderr
        )
        print_problems(hiding, files.shown)
    kept: list[bytes] = []

    def keep(file: File) -> None:
        if file.path == "claims.json":
            kept.append(file.content if isinstance(file, Page) else b"".join(file.parts()))

    write_pages(checked, keep)
    return read_published(kept[-1])


def claims_of_revision(revision: str, root: Path) -> tuple[Published, ...]:
    """The claims of a site at a revision, built from a copy in a temporary folder.

    `root` is the site's folder, at or below the top of a repository. Raises `CannotGoOnError` where git knows no such revision,
    or it holds no site there.
    """
    commit = _commit(revision, root)
    # From within a folder, the archive is of that folder.
    archive = _git(root, "archive", "--format=tar", commit)
    with tempfile.TemporaryDirectory(prefix="sitegen-") as folder:
        if not archive.returncode:
            with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
                _unpack(tar, Path(folder))
        if not (Path(folder) / SETTINGS).is_file():
            raise CannotGoOnError(f'at the revision "{revision}" there is no {SETTINGS} in this folder')
        return claims_now(DiskFiles(Path(folder)), revision)


def _commit(revision: str, root: Path) -> str:
    """The full name of a revision."""
    if _git(root, "rev-parse", "--git-dir").returncode:
        hint = "name two files, such as old/claims.json and public/claims.json"
        raise CannotGoOnError(f'"{revision}" is no file, and {root.name}/ is in no git repository', hint=hint)
    found = _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if found.returncode or revision.startswith("-"):
        hint = "name a revision (main, v1.2, HEAD~3), a claims.json, or the folder of a built site"
        raise CannotGoOnError(f'"{revision}" is neither a file nor a revision of this repository', hint=hint)
    return found.stdout.decode().strip()


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - no shell, and a revision that begins with a dash is refused
            ["git", "-C", str(root), *arguments],  # noqa: S607 - git is found as the user finds it
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise CannotGoOnError(
            "git is not installed, so there are no revisions to compare", hint="name two claims.json"
        ) from error


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Lay out what a build reads. Links that lead out are left out, as they are in the site itself."""
    for member in tar.getmembers():
        if member.name != SETTINGS and member.name.partition("/")[0] not in ROOMS:
            continue
        try:
            tar.extract(member, folder, filter="data")
        except tarfile.FilterError:
            continue
