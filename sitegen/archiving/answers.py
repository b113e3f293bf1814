"""The answers of servers that are remembered between runs, in a file of the folder `.sitegen/`."""

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from sitegen.archiving.online import AGES, Answer

FILE = "online.json"


def read_answers(folder: Path) -> dict[str, Answer]:
    """What is remembered, by address: nothing, where the file is not there or was not written by this version."""
    with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode((folder / FILE).read_bytes(), type=dict[str, Answer])
    return {}


def write_answers(folder: Path, answers: Mapping[str, Answer], now: float) -> None:
    """Remember these; what is too old to be used is dropped. The file is whole at every moment, or is not written."""
    kept = {
        url: answer for url, answer in sorted(answers.items()) if now - answer.asked < AGES[answer.outcome]
    }
    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(dir=folder, prefix=".online-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(msgspec.json.encode(kept))
            Path(name).replace(folder / FILE)
        except OSError:
            Path(name).unlink(missing_ok=True)
