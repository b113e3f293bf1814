"""The one place where Jinja2 is set up: escaping on, undefined names refused, and its two most frequent steps made short.

A page is some thousand values put out and as many attributes looked up, nearly all of them plain texts and fields of the
frozen values of `writing.views`. For these the compiled templates take a direct way; for all else Jinja2's own.
"""

import datetime as dt
import functools
import json
import marshal
from collections.abc import Callable, Mapping, MutableMapping
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from types import CodeType
from typing import Any, ClassVar

import jinja2
import markupsafe
from jinja2 import nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

from sitegen.model import findings, records
from sitegen.writing import views
from sitegen.writing.folding_words import fold_words
from sitegen.writing.languages import Language, direction, fill_in

_escaped: Callable[[str], str] = getattr(markupsafe, "_escape_inner", escape)
"""What `escape` itself calls for a text, without a wrapping that nothing looks at."""


class _Generator(CodeGenerator):
    """Compiles templates so that plain texts and known fields take the direct way, and what a template puts out is gathered.

    Jinja2 hands each piece on alone, through every template that includes or extends another.
    """

    _gathers = True

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja2 names it so
        # An include without context is always handed on, past whatever is being gathered.
        self._gathers = all(include.with_context for include in node.find_all(nodes.Include))
        super().visit_Template(node, frame)

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        if self._is_whole(frame) and frame.buffer is None:
            self.buffer(frame)

    def leave_frame(self, frame: Frame, with_python_scope: bool = False) -> None:  # noqa: FBT001, FBT002 - Jinja2's
        if self._is_whole(frame) and frame.buffer is not None:
            self.writeline(f"yield concat({frame.buffer})")
        super().leave_frame(frame, with_python_scope=with_python_scope)

    def _is_whole(self, frame: Frame) -> bool:
        """Whether this is the frame of a template or of a block, which are generators."""
        return self._gathers and frame.parent is None and (frame.rootlevel or frame.block_frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 - no public type
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("(environment.escaped(t_put) if (t_put := ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 - no public type
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_post(node, frame, finalize)
        else:
            self.write(
                ").__class__ is str else t_put if t_put.__class__ is Markup else environment.put(t_put))"
            )

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
    """A value as a template puts it out: escaped, unless it is HTML already. Texts and HTML do not come here from templates."""
    return str(value) if type(value) is int else escape(value)


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


_OPEN: ContextVar[list[Context] | None] = ContextVar(
    "contexts of the page that is being rendered", default=None
)


class _Context(Context):
    """A context that is known as long as its page is rendered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - handed on as they are
        super().__init__(*args, **kwargs)
        opened = _OPEN.get()
        if opened is not None:
            opened.append(self)


class _Template(jinja2.Template):
    """A template whose contexts are emptied when its page is done.

    Macros hold the context that holds them. Left to themselves, these circles keep all that a page was made of until the
    collector comes by, which then takes a sixteenth of a build's time.
    """

    def render(self, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401 - handed on as they are
        opened: list[Context] = []
        before = _OPEN.set(opened)
        try:
            return super().render(*args, **kwargs)
        finally:
            _OPEN.reset(before)
            for context in opened:
                context.vars.clear()
                context.exported_vars.clear()
                context.parent = {}

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        """The macros of a template that is imported without context; they serve all pages, and so does their context."""
        before = _OPEN.set(None)
        try:
            return super()._get_default_module(ctx)
        finally:
            _OPEN.reset(before)


class Environment(jinja2.Environment):
    """Jinja2 with the direct ways. `fields` has for each field of a value that templates get the classes that have it."""

    code_generator_class = _Generator
    context_class = _Context
    template_class = _Template
    put = staticmethod(put)
    escaped = staticmethod(_escaped)
    call_plainly = staticmethod(call_plainly)

    language: Language
    tongue: str
    """Names the language and its words, for the code of templates."""

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,  # noqa: FBT001, FBT002 - Jinja2's
    ) -> str:
        """The code of a template, its words in the language of this environment."""
        return super()._generate(
            fold_words(source, self.language, filename), name, filename, defer_init=defer_init
        )

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template has besides what it is given: a plain mapping, which is joined for every rendering."""
        return {**self.globals, **(d or {})}

    fields: ClassVar[Mapping[str, frozenset[type]]]


class Compiled(BytecodeCache):
    """Templates as they were compiled, by name, source and language: what is compiled in one process, or of one run, serves others."""

    def __init__(self) -> None:
        self.codes: dict[str, CodeType] = {}
        self.has_new = False
        """Whether one was compiled since they were last kept."""

    def get_bucket(
        self, environment: jinja2.Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """The place of a template's code: the words of a language, and of one catalogue of it, are compiled into it."""
        tongue = environment.tongue if isinstance(environment, Environment) else ""
        key = f"{self.get_cache_key(name, filename)}{tongue}"
        bucket = Bucket(environment, key, self.get_source_checksum(source))
        self.load_bytecode(bucket)
        return bucket

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


def new_environment(
    load: Callable[[str], tuple[str, str] | None],
    given: Mapping[str, Any],
    language: Language,
    tongue: str = "",
) -> Environment:
    """An environment whose templates come from `load` (source and file), and that have what is `given` besides.

    `tongue` tells the language's words from those of other catalogues.
    """

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
    environment.language = language
    environment.tongue = tongue
    environment.filters.update(
        day=language.day,
        shortday=language.short_day,
        isodate=dt.date.isoformat,
        number=language.number,
        plural=functools.partial(_plural, language),
    )
    environment.globals.update(
        ngettext=functools.partial(_many, language),
        plurals=functools.partial(_plurals, language),
        speaks=functools.partial(_speaks, language),
        language=language,
        **given,
    )
    return environment


def _many(language: Language, one: str, many: str, num: int, **values: object) -> Markup:
    """A message that counts, as HTML: its values are escaped."""
    if all(type(value) is int for value in values.values()):
        return _counted(language, one, many, num, **values)
    shown = {name: put(value) for name, value in values.items()}
    text = fill_in(language.messages.ngettext(one, many, num), {"num": language.number(num), **shown})
    return str.__new__(Markup, text)


@functools.lru_cache(2_000)
def _counted(language: Language, one: str, many: str, num: int, **values: object) -> Markup:
    """A message of nothing but numbers: the same few stand on every page."""
    return str.__new__(Markup, language.many(one, many, num, **values))


def _plural(language: Language, num: int, one: str, many: str) -> str:
    """A count with its noun, which a theme without catalogues says in its own language."""
    return f"{language.number(num)} {one if num == 1 else many}"


def _plurals(language: Language, one: str, many: str) -> str:
    return json.dumps(language.plurals(one, many), ensure_ascii=False)


def _speaks(language: Language, tag: str) -> Markup:
    """The attributes of an element whose words are in another language than the page."""
    if not tag or tag.lower() == language.tag.lower():
        return Markup("")
    way = direction(tag)
    turned = f' dir="{way}"' if way != language.direction else ""
    return Markup(' lang="{}"').format(tag) + Markup(turned)  # noqa: S704 - one of two words
