"""Regular expressions that are compiled when they are first used."""

import re
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class LatePattern:
    """A large expression that many runs never need: to compile it takes longer than to check a claim."""

    source: str
    flags: re.RegexFlag = re.NOFLAG

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The expression, ready for searching."""
        return re.compile(self.source, self.flags)
