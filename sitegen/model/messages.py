"""Messages of the interface, marked where they are written."""


def N_(message: str) -> str:  # noqa: N802 - gettext's customary name for it
    """A message that a page says in its own language: marked here, so that catalogues get it."""
    return message
