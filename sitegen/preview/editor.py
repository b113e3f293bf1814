"""Opening the author's editor at a place in a file of the site."""

import re
import shlex
import shutil
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from sitegen.building.files import ROOMS, SETTINGS

_GOTO = ("--goto", "{file}:{line}:{column}")
_PLACE = ("{file}:{line}:{column}",)
_FLAGS = ("--line", "{line}", "--column", "{column}", "{file}")
_PLUS_AFTER = ("{file}", "+{line}:{column}")
_PLUS_BEFORE = ("+{line}:{column}", "{file}")

TEMPLATES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "positron"), _GOTO),
    **dict.fromkeys(("subl", "sublime_text", "zed", "zeditor", "lapce", "geany"), _PLACE),
    **dict.fromkeys(
        ("idea", "pycharm", "webstorm", "phpstorm", "rubymine", "goland", "clion", "rustrover", "rider"),
        _FLAGS,
    ),
    **dict.fromkeys(("kate", "kwrite"), _FLAGS),
    **dict.fromkeys(("gedit", "xed", "pluma"), _PLUS_AFTER),
    **dict.fromkeys(("gvim", "mvim"), ("--remote-silent", "+call cursor({line}, {column})", "{file}")),
    "emacs": _PLUS_BEFORE,
    "emacsclient": ("--no-wait", *_PLUS_BEFORE),
    "mate": ("--line", "{line}:{column}", "{file}"),
    "bbedit": ("+{line}:{column}", "{file}"),
    "notepad++": ("-n{line}", "-c{column}", "{file}"),
}
"""What graphical editors are told, after their own name, to open a file at a place."""

_IN_TERMINAL = frozenset({"-t", "-nw", "-tty", "--tty", "--no-window-system"})
_HOLE = re.compile(r"\{(file|line|column)\}")


def command(environment: Mapping[str, str], file: Path, line: int, column: int) -> list[str] | None:
    """The command that opens a file at a place; None where the environment names no editor that has a window.

    `SITEGEN_EDITOR` is taken as it is: with holes `{file}`, `{line}` and `{column}`, or as the name of an editor.
    `VISUAL` and `EDITOR` count if they name an editor of the table: one that needs a terminal has none here.
    """
    values = {"file": str(file), "line": str(line), "column": str(column)}
    for variable in ("SITEGEN_EDITOR", "VISUAL", "EDITOR"):
        words = _words(environment.get(variable, ""))
        own = variable == "SITEGEN_EDITOR"
        if not words or (not own and _IN_TERMINAL & {*words[1:]}):
            continue
        if own and any(_HOLE.search(word) for word in words):
            return _filled(words, values)
        template = TEMPLATES.get(_program(words[0]), ("{file}",) if own else None)
        if template is not None:
            return [*words, *_filled(template, values)]
    return None


def open_editor(environment: Mapping[str, str], file: Path, line: int, column: int) -> bool:
    """Open the editor; whether there is one, and it could be started."""
    words = command(environment, file, line, column)
    program = shutil.which(words[0], path=environment.get("PATH")) if words else None
    if words is None or program is None:
        return False
    quiet = subprocess.DEVNULL
    try:
        started = subprocess.Popen(  # noqa: S603 - the author's own editor, without a shell
            [program, *words[1:]], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError:
        return False
    # Somebody must wait for it, or it stays as a zombie when it has ended.
    threading.Thread(target=started.wait, daemon=True).start()
    return True


def place_on_disk(root: Path, file: object) -> Path | None:
    """A file of the site by the name that a browser sent; None for whatever else the name may lead to."""
    if not isinstance(file, str) or "\0" in file or "\\" in file:
        return None
    name = PurePosixPath(file)
    if name.is_absolute() or ".." in name.parts or not name.parts:
        return None
    if name.parts[0] not in ROOMS and name.as_posix() != SETTINGS:
        return None
    path = (root / name).resolve()
    return path if path.is_relative_to(root.resolve()) and path.is_file() else None


def editor_link(root: Path, file: str, line: int, column: int) -> str:
    """The address by which Visual Studio Code opens a file: for where no editor is known here."""
    return f"vscode://file{quote((root / file).as_posix())}:{line}:{column}"


def _words(setting: str) -> list[str]:
    try:
        return shlex.split(setting)
    except ValueError:  # a quotation mark that is never closed
        return []


def _program(word: str) -> str:
    """The name by which the table knows a program: without its folder and Windows' endings."""
    return re.sub(r"\.(exe|cmd|bat|sh)$", "", re.split(r"[/\\]", word)[-1].lower())


def _filled(template: list[str] | tuple[str, ...], values: Mapping[str, str]) -> list[str]:
    return [_HOLE.sub(lambda hole: values[hole[1]], word) for word in template]
