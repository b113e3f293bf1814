"""The words of templates, said when a template is compiled: a page of a known language looks up no message.

`_('Sources')` becomes the translated text itself, `_('By %(people)s', people=x)` that text with the expression set into it. The
arguments are checked there, too: a message that is not written out, or a value that nothing gives, is a broken template.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer

from sitegen.writing.languages import PLACEHOLDER, Language

if TYPE_CHECKING:
    from jinja2.nodes import Expr, Node, Template

_LITERALS = {"_": 1, "gettext": 1, "pgettext": 2, "ngettext": 2, "plurals": 2}
"""The functions that say something, each with how many of its first arguments are literal texts."""


def fold_words(template: "Template", language: Language, filename: str | None = None) -> "Template":
    """A template's tree with its words in a language. Raises `TemplateSyntaxError` with the file and line."""
    try:
        folded: Template = _Folding(language).visit(template)
    except TemplateSyntaxError as error:
        error.filename = filename
        raise
    return folded


class _Folding(NodeTransformer):
    def __init__(self, language: Language) -> None:
        self.language = language

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802 - Jinja2 names it so
        """What is put out: the pieces of a message stand between the values, as the template's own text does."""
        shown: list[Expr] = []
        for child in node.nodes:
            pieces = self._pieces(child)
            if pieces is None:
                shown.append(self.visit(child))
                continue
            shown += (
                nodes.TemplateData(piece, lineno=child.lineno) if isinstance(piece, str) else piece
                for piece in pieces
            )
        node.nodes = shown
        return node

    def visit_Call(self, node: nodes.Call) -> "Node":  # noqa: N802 - likewise
        """A message inside an expression."""
        pieces = self._pieces(node)
        if pieces is None:
            self.generic_visit(node)
            return node
        parts: list[Expr] = [
            nodes.MarkSafe(nodes.Const(piece), lineno=node.lineno) if isinstance(piece, str) else piece
            for piece in pieces
        ]
        return parts[0] if len(parts) == 1 else nodes.Concat(parts, lineno=node.lineno)

    def _pieces(self, node: "Node") -> "Sequence[str | Expr] | None":
        """What a call says, in pieces: texts in the language, and the values between them. None: it says nothing, or counts."""
        if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name):
            return None
        name = node.node.name
        if name not in _LITERALS:
            return None
        literals = self._literals(node, name)
        values = {keyword.key: keyword.value for keyword in node.kwargs}
        if name in {"ngettext", "plurals"}:
            # Scripts give the values of `plurals`.
            named = (match[1] for text in literals for match in PLACEHOLDER.finditer(text))
            self._check(named if name == "ngettext" else (), {*values, "num"}, node)
            return None
        context, message = ("", *literals)[-2:]
        text = self.language.text(message, context)
        self._check((match[1] for match in PLACEHOLDER.finditer(message)), values.keys(), node)
        pieces: list[str | Expr] = []
        end = 0
        for match in PLACEHOLDER.finditer(text):
            pieces += [text[end : match.start()], "%" if match[1] is None else self.visit(values[match[1]])]
            end = match.end()
        return [piece for piece in (*pieces, text[end:]) if piece != ""] or [""]

    @staticmethod
    def _literals(node: nodes.Call, name: str) -> tuple[str, ...]:
        first = node.args[: _LITERALS[name]]
        written = tuple(
            arg.value for arg in first if isinstance(arg, nodes.Const) and isinstance(arg.value, str)
        )
        extra = len(node.args) - _LITERALS[name] - (name == "ngettext")
        if len(written) != _LITERALS[name] or extra or node.dyn_args or node.dyn_kwargs:
            raise TemplateSyntaxError(f"{name}() wants its words written out, as literals", node.lineno)
        return written

    @staticmethod
    def _check(named: "Iterable[str | None]", given: "Iterable[str]", node: nodes.Call) -> None:
        for lacking in sorted({name for name in named if name is not None} - set(given)):
            raise TemplateSyntaxError(f"a message names %({lacking})s, which is not given", node.lineno)
