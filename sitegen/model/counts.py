"""Counts in words."""


def plural(count: int, one: str, many: str) -> str:
    """A count with its noun."""
    return f"{count:,} {one if count == 1 else many}"


def counted(errors: int, warnings: int) -> str:
    """Numbers of problems, in words."""
    parts = [
        f"{count} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return " and ".join(parts) or "no problems"
