"""Problems on a terminal."""

import sys
from collections.abc import Callable, Sequence

from sitegen.model.places import Graded


def print_problems(
    problems: Sequence[Graded], read: Callable[[str], bytes], *, to_errors: bool = True
) -> None:
    """Print problems as text, in colour on a terminal; `read` gives the files whose lines are shown."""
    if not problems:
        return
    from sitegen.report import line_reader, text_report  # noqa: PLC0415 - it knows every rule, and often there is no problem

    stream = sys.stderr if to_errors else sys.stdout
    stream.write(text_report(problems, line_reader(read), colour=stream.isatty()))
