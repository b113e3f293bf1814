"""Single keys from a terminal, which is left as it was found, however the program ends or rests."""

import contextlib
import os
import select
import signal
import termios
import threading
import tty
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any, Self, TextIO

Actions = Mapping[str, Callable[[], object]]


class Keys:
    """Runs actions by key for as long as the context lasts; where there is no terminal, does nothing.

    Keys are read without waiting for the end of a line and are not shown; Ctrl-C and Ctrl-Z work as ever. To be entered
    on the main thread, since signals are handled.
    """

    def __init__(self, actions: Actions, stream: TextIO) -> None:
        self.actions = actions
        self.file = stream.fileno() if _is_terminal(stream) else -1
        self._before: list[Any] | None = None
        self._handlers: dict[int, Any] = {}
        self._wake = (-1, -1)
        self._thread: threading.Thread | None = None

    @property
    def listening(self) -> bool:
        """Whether there is a terminal to listen to."""
        return self.file >= 0

    def __enter__(self) -> Self:
        if not self.listening:
            return self
        self._wake = os.pipe()
        for number, handler in ((signal.SIGTSTP, self._rest), (signal.SIGCONT, self._resume)):
            self._handlers[number] = signal.signal(number, handler)
        self._take()
        self._thread = threading.Thread(target=self._run, name="sitegen-keys", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread is None:
            return
        os.write(self._wake[1], b"x")
        self._thread.join(timeout=2)
        self._give_back()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        for end in self._wake:
            os.close(end)

    def _take(self) -> None:
        """Have single keys, unless another program has the terminal: whoever then changes it is stopped by the system."""
        with contextlib.suppress(OSError, termios.error):
            if os.tcgetpgrp(self.file) == os.getpgrp() and self._before is None:
                self._before = termios.tcgetattr(self.file)
                tty.setcbreak(self.file, termios.TCSADRAIN)

    def _give_back(self) -> None:
        before, self._before = self._before, None
        if before is None:
            return
        # In the background, changing the terminal would stop the program instead of letting it end.
        ignored = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        try:
            with contextlib.suppress(OSError, termios.error):
                termios.tcsetattr(self.file, termios.TCSADRAIN, before)
        finally:
            signal.signal(signal.SIGTTOU, ignored)

    def _rest(self, _number: int, _frame: FrameType | None) -> None:
        """Ctrl-Z: the shell gets the terminal as it lent it."""
        self._give_back()
        os.kill(os.getpid(), signal.SIGSTOP)

    def _resume(self, _number: int, _frame: FrameType | None) -> None:
        self._take()

    def _run(self) -> None:
        while True:
            try:
                ready, _, _ = select.select([self.file, self._wake[0]], [], [])
                if self._wake[0] in ready:
                    return
                pressed = os.read(self.file, 64)
            except OSError:  # the terminal has gone
                return
            if not pressed:
                return
            for key in pressed.decode("utf-8", errors="ignore"):
                action = self.actions.get(key.lower())
                if action is not None:
                    action()


def _is_terminal(stream: TextIO | None) -> bool:
    # A program that was started without a standard input has none at all.
    with contextlib.suppress(OSError, ValueError):
        return stream is not None and stream.isatty()
    return False
