"""Days in words."""

import datetime as dt

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_words(day: dt.date) -> str:
    """A day as prose has it: 20 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day_words(day: dt.date) -> str:
    """A day as a note has it: 20 Nov 2026."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"
