"""`sitegen serve`: the live preview."""

import argparse
import sys
import threading
import time
import webbrowser
from pathlib import Path

from sitegen.building.files import SETTINGS, find_root
from sitegen.commands.site import counted
from sitegen.model.errors import CannotGoOnError
from sitegen.preview.server import LOCAL_HOSTS, bound_socket, server
from sitegen.preview.session import Session, Shown
from sitegen.preview.watch import Watch
from sitegen.writing.words import plural


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted. Settings that cannot be used are shown in the browser like any other problem."""
    root = options.site or find_root(Path.cwd())
    if root is None or not (root / SETTINGS).is_file():
        raise CannotGoOnError(
            f"there is no {SETTINGS} here or in a folder above", hint="sitegen init DIR makes a site"
        )
    try:
        listening = bound_socket(options.host, options.port)
    except OSError as error:
        raise CannotGoOnError(f"cannot listen on {options.host}:{options.port}: {error.strerror}") from error
    port = listening.getsockname()[1]
    shown_host = f"[{options.host}]" if ":" in options.host else options.host
    address = f"http://{shown_host}:{port}/"
    session = Session(root.resolve(), address, drafts=options.drafts)
    watch = Watch(root, lambda: _timed(session))
    watch.start()
    _timed(session)
    print(f"{address}   (Ctrl-C ends it)", flush=True)
    if options.open:
        threading.Timer(0.3, webbrowser.open, (address,)).start()
    hosts = LOCAL_HOSTS if options.host in LOCAL_HOSTS else ("*",)
    try:
        server(session, hosts).run(sockets=[listening])
    finally:
        watch.stop()
    return 0


def _timed(session: Session) -> None:
    started = time.perf_counter()
    before = session.shown.version
    shown = session.rebuild()
    if shown.version != before:
        print(_line(shown, time.perf_counter() - started), file=sys.stderr, flush=True)


def _line(shown: Shown, seconds: float) -> str:
    errors = sum(graded.level == "error" for graded in shown.problems)
    pages = sum(path.endswith(".html") for path in shown.changed)
    what = shown.failure or f"{plural(pages, 'page', 'pages')} changed"
    return f"{time.strftime('%H:%M:%S')}  {what} in {seconds * 1000:.0f} ms; {counted(errors, len(shown.problems) - errors)}"
