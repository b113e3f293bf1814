"""The one place where Jinja2 is set up: escaping on, undefined names refused, and its two most frequent steps made short.

A page is some thousand values put out and as many attributes looked up, nearly all of them plain texts and fields of the
frozen values of `writing.views`. For these the compiled templates take a direct way; for all else Jinja2's own.
"""

import datetime as dt
import functools
import marshal
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import fields, is_dataclass
from types import CodeType
from typing import Any, ClassVar

import jinja2
import markupsafe
from jinja2 import nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

from sitegen.model import findings, records
from sitegen.model.counts import plural
from sitegen.model.days import day_words, short_day_words
from sitegen.writing import views

_escaped: Callable[[str], str] = getattr(markupsafe, "_escape_inner", escape)
"""What `escape` itself calls for a text, without a wrapping that nothing looks at."""


class _Generator(CodeGenerator):
    """Compiles templates so that plain texts and known fields take the direct way."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 - no public type
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.put(")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja2 names it so
        known = isinstance(self.environment, Environment) and node.attr in self.environment.fields
        if not known:
            super().visit_Getattr(node, frame)
            return
        # Evaluated once, then asked for its kind: a field that its kind has is there.
        name = f"t_of_{self._depth(node)}"
        self.write(f"({name}.{node.attr} if ({name} := ")
        self.visit(node.node, frame)
        self.write(f").__class__ in environment.fields[{node.attr!r}] else ")
        self.write(f"environment.getattr({name}, {node.attr!r}))")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: FBT001, FBT002, N802 - Jinja2's
        if forward_caller or node.kwargs or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("environment.call_plainly(context, ")
        self.visit(node.node, frame)
        for argument in node.args:
            self.write(", ")
            self.visit(argument, frame)
        self.write(")")

    @staticmethod
    def _depth(node: nodes.Getattr) -> int:
        return sum(1 for _ in node.find_all(nodes.Getattr))


def put(value: object) -> str:
    """A value as a template puts it out: escaped, unless it is HTML already."""
    kind = type(value)
    if kind is str:
        return _escaped(value)  # type: ignore[arg-type] # a text
    if kind is Markup:
        return value  # type: ignore[return-value] # HTML
    return str(value) if kind is int else escape(value)


def call_plainly(context: Context, callee: Callable[..., object], *args: object) -> object:
    """Call a macro or function with positional arguments alone, without looking at what else a call may have."""
    if type(callee) is Macro:
        lacking = callee._argument_count - len(args)  # noqa: SLF001 - what `Macro.__call__` does in the end
        if lacking >= 0 and not (callee.caller or callee.catch_kwargs or callee.catch_varargs):
            made = callee._func(*args, *(missing,) * lacking)  # noqa: SLF001 - likewise
            return str.__new__(Markup, made) if context.eval_ctx.autoescape else made
    elif type(callee) is functools.partial:
        return callee(*args)
    return context.call(callee, *args)


class Environment(jinja2.Environment):
    """Jinja2 with the direct ways. `fields` has for each field of a value that templates get the classes that have it."""

    code_generator_class = _Generator
    put = staticmethod(put)
    call_plainly = staticmethod(call_plainly)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template has besides what it is given: a plain mapping, which is joined for every rendering."""
        return {**self.globals, **(d or {})}

    fields: ClassVar[Mapping[str, frozenset[type]]]


class Compiled(BytecodeCache):
    """Templates as they were compiled, by name and source: what is compiled in one process, or of one run, serves others."""

    def __init__(self) -> None:
        self.codes: dict[str, CodeType] = {}
        self.has_new = False
        """Whether one was compiled since they were last kept."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code, if that is known."""
        bucket.code = self.codes.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code."""
        if len(self.codes) >= MOST_COMPILED:
            self.codes.clear()
        if bucket.code is not None:
            self.codes[bucket.key + bucket.checksum] = bucket.code
            self.has_new = True

    def kept(self) -> dict[str, bytes]:
        """All codes in a form that this version of Python can read again."""
        self.has_new = False
        return {name: marshal.dumps(code) for name, code in self.codes.items()}

    def know(self, kept: Mapping[str, bytes]) -> None:
        """Take codes as `kept` gave them. They are programs: whoever hands them in vouches for them, as for a theme."""
        for name in kept.keys() - self.codes.keys():
            self.codes[name] = marshal.loads(kept[name])  # noqa: S302 - see above


MOST_COMPILED = 200
"""Templates whose code is kept in a process; a preview meets new ones at every edit of a theme."""

COMPILED = Compiled()
"""The codes that this process knows."""


def _fields() -> dict[str, frozenset[type]]:
    found: dict[str, set[type]] = {}
    for module in (views, findings, records):
        for kind in vars(module).values():
            if isinstance(kind, type) and is_dataclass(kind):
                for field in fields(kind):
                    found.setdefault(field.name, set()).add(kind)
    return {name: frozenset(kinds) for name, kinds in found.items()}


Environment.fields = _fields()


def new_environment(load: Callable[[str], tuple[str, str] | None], given: Mapping[str, Any]) -> Environment:
    """An environment whose templates come from `load` (source and file), and that have what is `given` besides."""

    def loaded(name: str) -> tuple[str, str, None] | None:
        found = load(name)
        return None if found is None else (*found, None)

    environment = Environment(
        loader=jinja2.FunctionLoader(loaded),
        autoescape=jinja2.select_autoescape(("html", "xml"), default_for_string=True, default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=COMPILED,
    )
    environment.filters.update(
        day=functools.lru_cache(maxsize=4_096)(day_words),
        shortday=functools.lru_cache(maxsize=4_096)(short_day_words),
        isodate=dt.date.isoformat,
        plural=plural,
    )
    environment.globals.update(given)
    return environment
