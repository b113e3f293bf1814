"""The interface's words, dates and numbers in the language of a page.

Words come from gettext catalogues, `locale/LANG.po` of a theme and of those that it builds on; English is the language that
they are written in, and has none. Dates and numbers follow the Unicode CLDR, by way of Babel, which is imported for other
languages than English alone.
"""

import datetime as dt
import functools
import gettext
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sitegen.model.days import MONTHS, day_words, short_day_words
from sitegen.model.errors import CannotGoOnError
from sitegen.model.messages import N_
from sitegen.model.places import Place

if TYPE_CHECKING:
    from babel import Locale
    from babel.messages import Message

__all__ = (
    "ENGLISH",
    "N_",
    "SOURCE",
    "Catalogues",
    "Language",
    "direction",
    "fallbacks",
    "fill_in",
    "language",
)

Catalogues = Mapping[str, Sequence[tuple[str, bytes]]]
"""The catalogues of a theme by language tag, in lower case: files with their contents, nearest theme first."""

SOURCE = "en"
"""The language that templates and modules are written in."""

PLACEHOLDER = re.compile(r"%(?:%|\((\w+)\)s)")
"""What stands for a value in a message, and the sign that stands for a percent sign."""

_SCRIPTS = {
    **dict.fromkeys(["adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"], "rtl"),
    **dict.fromkeys(["cyrl", "deva", "latn"], "ltr"),
}


@functools.cache
def direction(tag: str) -> str:
    """Which way a language is written, by its BCP 47 tag: `ltr` or `rtl`; by its script if it names one, else as the CLDR has it."""
    parts = tag.lower().replace("_", "-").split("-")
    script = next((part for part in parts[1:3] if part in _SCRIPTS), "")
    if script or parts[0] == SOURCE:
        return _SCRIPTS.get(script, "ltr")
    locale = _locale(tag)
    return locale.text_direction if locale is not None else "ltr"


def fallbacks(tag: str) -> tuple[str, ...]:
    """A tag and those that it falls back on, in lower case: `de-AT` on `de`."""
    parts = tag.lower().replace("_", "-").split("-")
    return tuple("-".join(parts[:length]) for length in range(len(parts), 0, -1))


def fill_in(text: str, values: Mapping[str, object]) -> str:
    """A message with its values."""
    if "%" not in text:
        return text
    return PLACEHOLDER.sub(lambda match: "%" if match[1] is None else str(values[match[1]]), text)


@dataclass(frozen=True)
class Language:
    """A language as pages speak it. `tag` is the page's own, `direction` is `ltr` or `rtl`."""

    tag: str
    direction: str
    messages: gettext.NullTranslations

    def text(self, message: str, context: str = "") -> str:
        """A message as it stands in the catalogue, its placeholders still in it."""
        if not context:
            return self.messages.gettext(message)
        return self.messages.pgettext(context, message)

    def say(self, message: str, **values: object) -> str:
        """A message of the interface with its values, as plain text."""
        return fill_in(self.messages.gettext(message), values)

    def say_as(self, context: str, message: str, **values: object) -> str:
        """The same, for an English text that is said differently in different places."""
        return fill_in(self.messages.pgettext(context, message), values)

    def many(self, one: str, many: str, num: int, **values: object) -> str:
        """A message that counts: `%(num)s claim`, `%(num)s claims`."""
        return fill_in(self.messages.ngettext(one, many, num), {"num": self.number(num), **values})

    def number(self, number: int) -> str:
        """A whole number with the language's separator of thousands."""
        if -1000 < number < 1000:
            return str(number)
        locale = self._locale
        if locale is None:
            return f"{number:,}"
        from babel.numbers import format_decimal  # noqa: PLC0415 - not for English

        return format_decimal(number, locale=locale)

    @functools.cached_property
    def _days(self) -> dict[tuple[str, dt.date], str]:
        return {}

    def day(self, day: dt.date) -> str:
        """A day as prose has it: 20 November 2026."""
        return self._day("long", day)

    def short_day(self, day: dt.date) -> str:
        """A day as a note has it: 20 Nov 2026."""
        return self._day("medium", day)

    def _day(self, form: str, day: dt.date) -> str:
        known = self._days.get((form, day))
        if known is None:
            known = self._days[form, day] = self._new_day(form, day)
        return known

    def _new_day(self, form: str, day: dt.date) -> str:
        locale = self._locale
        if locale is None:
            return day_words(day) if form == "long" else short_day_words(day)
        from babel.dates import format_date  # noqa: PLC0415 - not for English

        return format_date(day, form, locale=locale)

    def month(self, year: int, month: int) -> str:
        """A month with its year: November 2026."""
        locale = self._locale
        if locale is None:
            return f"{MONTHS[month - 1]} {year}"
        from babel.dates import format_skeleton  # noqa: PLC0415 - not for English

        return format_skeleton("yMMMM", dt.date(year, month, 1), locale=locale)

    def plurals(self, one: str, many: str) -> dict[str, str]:
        """What is said of each kind of number, by the names that `Intl.PluralRules` gives to the kinds, for scripts that count."""
        locale = self._locale
        if locale is None:
            return {"one": one, "other": many}
        samples = (*range(200), 1_000, 1_000_000)
        kinds = {locale.plural_form(number): number for number in reversed(samples)}
        return {kind: self.messages.ngettext(one, many, kinds[kind]) for kind in sorted(kinds)}

    @functools.cached_property
    def _locale(self) -> "Locale | None":
        return None if self.tag.lower() == SOURCE else _locale(self.tag)


ENGLISH = Language(SOURCE, "ltr", gettext.NullTranslations())
"""The language that everything is written in."""


def _locale(tag: str) -> "Locale | None":
    """What the CLDR knows of a language, or of the next one that it falls back on."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - not for English

    for candidate in fallbacks(tag):
        try:
            return Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


def language(tag: str, catalogues: Catalogues) -> Language:
    """A language with what the catalogues have for it; what they lack is English.

    Raises `CannotGoOnError` with the file and line of a catalogue that cannot be used.
    """
    messages = gettext.NullTranslations()
    found = [
        _translations(file, content, candidate)
        for candidate in fallbacks(tag)
        for file, content in catalogues.get(candidate, ())
    ]
    for translations in reversed(found):
        translations.add_fallback(messages)
        messages = translations
    return Language(tag, direction(tag), messages)


def _translations(file: str, content: bytes, tag: str) -> gettext.GNUTranslations:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - not for English
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415 - likewise

    try:
        # Without a language, the rule of plurals that the catalogue states would not be kept.
        catalogue = read_po(io.BytesIO(content), locale=_locale(tag) or SOURCE, abort_invalid=True)
    except PoFileError as error:
        line = (error.lineno or 0) + 1
        raise CannotGoOnError(
            f"the catalogue cannot be read: {error}", Place(file, line, 1, line, 2)
        ) from error
    except (ValueError, LookupError) as error:
        raise CannotGoOnError(f"the catalogue cannot be read: {error}", Place(file)) from error
    for message in catalogue:
        for lacking in _unknown_placeholders(message):
            line = message.lineno or 1
            hint = "a translation names the values that its English message names"
            text = f'the translation of "{_id(message)}" names a value that there is not: %({lacking})s'
            raise CannotGoOnError(text, Place(file, line, 1, line, 2), hint)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _id(message: "Message") -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _unknown_placeholders(message: "Message") -> Iterator[str]:
    if not message.id:  # the catalogue's head
        return
    ids = (message.id,) if isinstance(message.id, str) else message.id
    said = (message.string,) if isinstance(message.string, str) else message.string or ()
    known = {match[1] for text in ids for match in PLACEHOLDER.finditer(text)}
    for text in said:
        yield from sorted({match[1] for match in PLACEHOLDER.finditer(text) if match[1]} - known)
