"""`sitegen serve`: the live preview."""

import argparse
import contextlib
import ctypes
import gc
import os
import signal
import socket
import sys
import threading
import warnings
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from sitegen.building.files import SETTINGS, find_root
from sitegen.model.errors import CannotGoOnError
from sitegen.preview.keys import Keys
from sitegen.preview.safety import answers_to, is_loopback
from sitegen.preview.server import bound_socket, server
from sitegen.preview.session import Session
from sitegen.preview.terminal import Terminal
from sitegen.preview.watch import Watch

EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - known by what users write, never a default

_MOST_ARENAS = -8  # M_ARENA_MAX of mallopt(3)


def run(options: argparse.Namespace) -> int:
    """Serve until told to end. Settings that cannot be used are shown in the browser like any other problem."""
    # watchdog warns where two of its own threads met at a new folder, which does no harm.
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="watchdog")
    root = _root(options)
    listening = _listening(options.host, options.port)
    port = listening.getsockname()[1]
    address = f"http://{_written('127.0.0.1' if options.host in EVERYWHERE else options.host)}:{port}/"
    terminal = Terminal(sys.stdout, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    session = Session(root.resolve(), address, drafts=options.drafts)
    asked = threading.Event()
    _share_memory()
    watch = Watch(root, _updating(session, terminal, asked), terminal.say)
    serving = server(session, answers_to(options.host))

    def show() -> None:
        # Some browsers do not return until they are closed.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    def remake() -> None:
        asked.set()
        watch.look_at_everything()

    actions = {"q": serving.end, "o": show, "r": remake, "?": terminal.keys}
    with _ending(serving.end) as ended, Keys(actions, sys.stdin) as keys:
        others = () if is_loopback(options.host) else (f"http://{_written(socket.gethostname())}:{port}/",)
        terminal.begin(address, drafts=options.drafts, keys=keys.listening, others=others)
        if options.port not in {0, port}:
            terminal.say(f"Port {options.port} is taken: this is {port}.")
        if others:
            drafts = ", drafts included" if options.drafts else ""
            terminal.say(f"Whoever can reach this machine can read the site{drafts}.")
        if options.open:
            serving.on_start = show
        watch.start()
        # The first build is a change like any other: pages that are asked for meanwhile wait for it.
        watch.look_at_everything()
        try:
            serving.run(sockets=[listening])
        finally:
            watch.stop()
            session.close()
    return 128 + ended[0] if ended else 0


def _root(options: argparse.Namespace) -> Path:
    root: Path | None = options.site or find_root(Path.cwd())
    if root is None or not (root / SETTINGS).is_file():
        raise CannotGoOnError(
            f"there is no {SETTINGS} here or in a folder above", hint="sitegen init DIR makes a site"
        )
    return root


def _listening(host: str, port: int) -> socket.socket:
    try:
        return bound_socket(host, port)
    except OSError as error:
        raise CannotGoOnError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _updating(
    session: Session, terminal: Terminal, asked: threading.Event
) -> Callable[[frozenset[str] | None], None]:
    """What the watch calls: an update, told to the terminal where it shows something new, or was `asked` for."""

    def update(changed: frozenset[str] | None) -> None:
        before, wanted = session.version, asked.is_set()
        # Whoever asks from here on asks for the next one.
        asked.clear()
        made = session.update(changed)
        if made.version != before:
            terminal.updated(made, session.problems(), first=not before)
        elif wanted:
            terminal.say(f"Looked at everything in {made.milliseconds:.0f} ms: nothing new.")
        if not before:
            _stay_small()

    return update


def _share_memory() -> None:
    """Have all threads take memory from one place: of a place for each, glibc would hold on to what is free in all of them."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_MOST_ARENAS, 1)


def _stay_small() -> None:
    """Look for circles of dead values often from now on, and no longer at the site that was read: it stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 4)


@contextlib.contextmanager
def _ending(end: Callable[[], None]) -> Iterator[list[int]]:
    """End in good order on Ctrl-C and on SIGTERM; gives a list that will hold the signal.

    A second Ctrl-C does not wait for anything.
    """
    ended: list[int] = []

    def take(number: int, _frame: FrameType | None) -> None:
        if ended:
            raise KeyboardInterrupt
        ended.append(number)
        end()

    before = {number: signal.signal(number, take) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
