"""Code in colours: Pygments tells the words apart, the site's stylesheet colours them.

Pygments' many kinds of words are folded into a few roles, and each is a class, `hl-ROLE`, whose colour is a custom
property of the page: themes change colours, not classes.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer

Piece = tuple[str, str]
"""A role, "" for plain code, and the words that play it."""

ROLES: Mapping[str, str] = {
    "Comment": "comment",
    "Comment.Preproc": "meta",
    "Keyword": "keyword",
    "Keyword.Type": "type",
    "Name.Attribute": "attribute",
    "Name.Builtin": "type",
    "Name.Class": "type",
    "Name.Constant": "number",
    "Name.Decorator": "meta",
    "Name.Exception": "type",
    "Name.Function": "function",
    "Name.Tag": "keyword",
    "Name.Variable": "attribute",
    "Number": "number",
    "Literal": "number",
    "Literal.Number": "number",
    "Literal.String": "string",
    "Operator.Word": "keyword",
    "Generic.Deleted": "deleted",
    "Generic.Inserted": "inserted",
    "Generic.Heading": "function",
    "Generic.Subheading": "function",
    "Generic.Prompt": "comment",
    "Generic.Emph": "emph",
    "Generic.Strong": "strong",
    "Error": "",
}
"""The role of each of Pygments' kinds of words; one that is not named plays the part of the kind above it."""

COLOURS: Mapping[str, tuple[str, str]] = {
    "comment": ("#57606a", "#9aa4af"),
    "keyword": ("#a40e26", "#ff9492"),
    "type": ("#953800", "#ffb77c"),
    "function": ("#6639ba", "#dbb7ff"),
    "attribute": ("#0550ae", "#91cbff"),
    "number": ("#0550ae", "#91cbff"),
    "string": ("#0a4d68", "#addcff"),
    "meta": ("#7d4e00", "#f0b72f"),
    "deleted": ("#82071e", "#ffc1bc"),
    "inserted": ("#116329", "#72f088"),
}
"""The colour of each role, on light and on dark pages: at least 4.5 to 1 against the ground (a test says so)."""

GROUND = ("#f6f8fa", "#161b22")
TEXT = ("#1f2328", "#e6edf3")


def pieces(code: str, language: str) -> tuple[Piece, ...]:
    """Cut code into words of one role; all of it is plain where the language is unknown. Nothing is added or lost."""
    lexer = _lexer(language)
    if lexer is None:
        return (("", code),)
    cut = tuple(_merged((_role(str(kind)), words) for kind, words in lexer.get_tokens(code)))
    # Canonical positions count on it: a lexer that drops or adds characters is not used.
    return cut if "".join(words for _, words in cut) == code else (("", code),)


def stylesheet() -> str:
    """Give the rules for the classes: each colour a pair, of which the page's scheme takes the light or the dark one."""
    pairs = {**COLOURS, "ground": GROUND, "text": TEXT}.items()
    colours = "".join(f"--hl-{role}:light-dark({light},{dark});" for role, (light, dark) in pairs)
    rules = "".join(f".hl-{role}{{color:var(--hl-{role})}}\n" for role in COLOURS)
    return (
        f":root{{{colours}}}\n"
        "pre:has(>code){background:var(--hl-ground);color:var(--hl-text)}\n"
        f"{rules}.hl-emph{{font-style:italic}}\n.hl-strong{{font-weight:bold}}\n"
        "@media print{[class^=hl-]{color:inherit}}\n"
    )


@lru_cache(maxsize=64)
def _lexer(language: str) -> "Lexer | None":
    """Find the lexer for the first word of a fence; Pygments is imported only when one names a language."""
    if not language or language in {"text", "plain", "plaintext", "txt"}:
        return None
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=512)
def _role(kind: str) -> str:
    """Find the role of a kind such as `Token.Name.Function.Magic`, or of the nearest kind above it that has one."""
    name = kind.removeprefix("Token").removeprefix(".")
    while name:
        if name in ROLES:
            return ROLES[name]
        name = name.rpartition(".")[0]
    return ""


def _merged(words: Iterable[Piece]) -> Iterator[Piece]:
    """Join neighbours of one role; white space takes the role that stands before it."""
    role, run = "", ""
    for next_role, text in words:
        if not run or next_role == role or text.isspace():
            role = role if run and text.isspace() else next_role
            run += text
        else:
            yield role, run
            role, run = next_role, text
    if run:
        yield role, run
