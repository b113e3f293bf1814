"""TeX formulas as MathML, made when the site is built: readers need no script."""

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

REFERENCE = re.compile(r"&#x?[0-9A-Fa-f]+;")
UNKNOWN = re.compile(r"\\[A-Za-z]+")
UNWANTED = frozenset({"style", "href", "xmlns"})
"""Attributes that are dropped: the first two may do harm, HTML does without the third."""


PARTS: Mapping[str, int] = {
    "mfrac": 2,
    "mover": 2,
    "mroot": 2,
    "msub": 2,
    "msubsup": 3,
    "msup": 2,
    "munder": 2,
    "munderover": 3,
}
"""How many parts an element must have: the converter makes some of half a command."""


class TexError(ValueError):
    """A formula that cannot be read; the text says why."""


@lru_cache(maxsize=2048)
def mathml(tex: str, *, display: bool) -> str:
    """Turn TeX into a `<math>` element, set apart from the text (`display`) or within it.

    Raises TexError for what the converter cannot read, and for commands that it does not know.
    """
    # The converter is slow to import, and most sites have no formulas.
    from latex2mathml.converter import convert_to_element  # noqa: PLC0415

    try:
        element = convert_to_element(tex, display="block" if display else "inline")
    except Exception as error:  # the converter raises whatever its parser stumbles over
        raise TexError(_reason(error)) from error
    _clean(element)
    return ET.tostring(element, encoding="unicode", short_empty_elements=False)


REASONS: Mapping[str, str] = {
    "NumeratorNotFoundError": "a fraction has no numerator",
    "DenominatorNotFoundError": "a fraction has no denominator",
    "ExtraLeftOrMissingRightError": r"a \left has no \right",
    "MissingSuperScriptOrSubscriptError": "nothing stands behind a ^ or _",
    "DoubleSubscriptsError": "two subscripts follow each other",
    "DoubleSuperscriptsError": "two superscripts follow each other",
    "NoAvailableTokensError": "the formula ends too early",
    "InvalidStyleForGenfracError": r"\genfrac has no such style",
    "MissingEndError": r"a \begin has no \end",
    "InvalidAlignmentError": "there is no such alignment",
    "InvalidWidthError": "that is no width",
    "LimitsMustFollowMathOperatorError": r"\limits must follow an operator",
}


def _reason(error: Exception) -> str:
    return REASONS.get(type(error).__name__, "this is not the TeX that can be shown")


def _clean(element: "Element") -> None:
    """Put characters for the converter's character references, and refuse what it did not understand."""
    for part in element.iter():
        if len(part) != PARTS.get(part.tag, len(part)):
            raise TexError("a fraction, root, index or power lacks a part")
        part.text = _resolved(part.text)
        part.tail = _resolved(part.tail)
        for name in UNWANTED & part.attrib.keys():
            del part.attrib[name]
        if part.tag != "mtext" and part.text and (unknown := UNKNOWN.match(part.text)):
            raise TexError(f"the command {unknown[0]} is not known")


def _resolved(text: str | None) -> str | None:
    return text and REFERENCE.sub(lambda found: html.unescape(found[0]), text)
