"""Secrets: where they are found, and how they are kept out of all that is printed."""

import os
import re
from collections.abc import Iterable

KEYRING = "sitegen"
"""The service under which the system's keyring is asked: `keyring set sitegen NAME`."""

_IN_ADDRESS = re.compile(r"(?<=://)[^/\s@]+@")
_known: set[str] = set()  # of the whole process: whatever is printed, by whom ever, must be free of them
_SHORTEST = 4
"""Shorter texts are no secrets: taking them out would take words apart."""


def find_secret(names: Iterable[str]) -> str | None:
    """The first of these environment variables that is set, else the first of them that the system's keyring holds.

    What is found is kept out of messages from then on. The keyring is asked only where the library `keyring` is installed.
    """
    wanted = tuple(names)
    for name in wanted:
        if value := os.environ.get(name):
            return kept_secret(value)
    for name in wanted:
        if value := _from_keyring(name):
            return kept_secret(value)
    return None


def kept_secret(value: str) -> str:
    """Take note of a secret that was found elsewhere, and give it back."""
    if len(value) >= _SHORTEST:
        _known.add(value)
    return value


def scrubbed(text: str) -> str:
    """A text without known secrets, and without the credentials of addresses."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, "***")
    return _IN_ADDRESS.sub(_without_password, text)


def _without_password(found: re.Match[str]) -> str:
    """`git@` of an ssh address is no secret; a password is one, and so is a token that stands alone before an @."""
    user, colon, _ = found[0][:-1].partition(":")
    before = found.string[: found.start()]
    if not colon and before.endswith("ssh://"):
        return found[0]
    return f"{user}:***@" if colon else "***@"


def _from_keyring(name: str) -> str | None:
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow
    except ImportError:
        return None
    try:
        return keyring.get_password(KEYRING, name)
    except Exception:  # noqa: BLE001 - a keyring is a plug-in, and one that cannot be opened, for whatever reason, is none
        return None
