"""Being told to end: by a supervisor, a CI job that is cancelled, a terminal that is closed."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def ended_in_order() -> Iterator[None]:
    """What runs in this context ends as it does at Ctrl-C, where it is told to end otherwise: what is open is closed first.

    A signal that whoever started this program had ignored stays ignored. The exit status is 128 and the signal's number, as
    a shell's is.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told = [
        number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL
    ]
    for number in told:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in told:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
