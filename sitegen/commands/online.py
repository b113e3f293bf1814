"""The part of `sitegen check --online` that asks the network."""

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sitegen.building.check import Checked
from sitegen.judging.rules import grade
from sitegen.model.counts import plural
from sitegen.model.errors import CannotGoOnError
from sitegen.model.places import Graded

if TYPE_CHECKING:
    from sitegen.archiving.addresses import Guard
    from sitegen.archiving.client import Limits

Wanted = Callable[[str, str], bool]
"""Whether a file, or an article, is among those that the command was asked about."""


def online_problems(
    checked: Checked, folder: Path, wanted: Wanted, lines_of: Callable[[str], Iterable[str]]
) -> tuple[tuple[Graded, ...], bool]:
    """What is wrong with the addresses that a site cites, and whether any machine answered.

    `folder` is `.sitegen/`, `lines_of` gives the lines of a file of the site.

    Raises `CannotGoOnError` where the libraries for it are not installed.
    """
    try:
        from sitegen.archiving import answers as kept  # noqa: PLC0415 - slow, and only for this
        from sitegen.archiving import online  # noqa: PLC0415 - likewise
        from sitegen.archiving.citations import citations  # noqa: PLC0415 - likewise
    except ModuleNotFoundError as error:
        hint = "pip install 'sitegen[archive]'"
        raise CannotGoOnError(
            f"--online needs a library that is not installed: {error.name}", hint=hint
        ) from error
    cited = tuple(
        citation
        for citation in citations(checked.site, lines_of)
        if any(wanted(citation.place.file, article) for article in citation.articles or ("",))
    )
    now = time.time()
    known = kept.read_answers(folder)
    answers = online.look(
        cited, known, now, guard(private=checked.settings.archive.private_addresses), limits()
    )
    asked = [answer for url, answer in answers.items() if known.get(url) != answer]
    reached = not asked or any(answer.reached for answer in asked)
    if reached:
        # What a machine that is offline could not tell is not worth remembering.
        kept.write_answers(folder, {**known, **answers}, now)
    counted = f"{plural(len(answers), 'address', 'addresses')}, {len(asked)} asked for now"
    print(f"online: {counted}, {len(answers) - len(asked)} known from before", file=sys.stderr)
    found = online.link_problems(cited, answers)
    return grade(found, checked.settings.checks), reached


def guard(*, private: bool) -> "Guard":
    """Which machines may be asked: those of the public internet, and `private` ones where the site says so."""
    from sitegen.archiving.addresses import Guard  # noqa: PLC0415 - see above

    return Guard(private)


def limits() -> "Limits":
    """How long and how often they are asked."""
    from sitegen.archiving.online import LIMITS  # noqa: PLC0415 - see above

    return LIMITS
