"""Ports for daemons that must be told theirs before they start."""

import random
import socket
from contextlib import ExitStack

BELOW_WHAT_THE_SYSTEM_GIVES = range(20_000, 32_000)
"""Linux gives outgoing connections ports from 32768 on: one of those might be taken again before the daemon has it."""


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens at."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            probe = held.enter_context(socket.socket())
            try:
                probe.bind(("127.0.0.1", random.choice(BELOW_WHAT_THE_SYSTEM_GIVES)))  # noqa: S311 - no secret
            except OSError:
                continue
            found.append(probe.getsockname()[1])
    return found
