"""Weaving changes nothing but what it adds: strip the marks, and the page is byte for byte what it was."""

import html
import re
from html.parser import HTMLParser
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.judging.canonical import flatten
from sitegen.model.records import MarkdownSettings
from sitegen.reading.markdown import parse
from sitegen.writing.marks import WOVEN
from sitegen.writing.render import smarten
from sitegen.writing.weave import Mark, _Weaver, weave

MARKDOWN = MarkdownSettings()

_PARTS = re.compile(
    r'<mark class="claim"[^>]*>|</mark>|<a class="noteref"[^>]*>\d+</a>|\x00margin:[^\x00]*\x00'
)


def rendered(text: str, spans: list[tuple[int, int]], *, smart: bool = False) -> str:
    # As in a draft: no heading may be given the id of a claim.
    parsed = parse(text, MARKDOWN, taken={f"c-{number}" for number in range(1, 10)})
    flattened = flatten(parsed.tokens)
    marks = [
        Mark(
            start,
            end,
            f"c-{number}",
            f"note-{number}",
            number,
            f"Note {number}: Supported",
            "supported",
            (("class", "claim"), ("data-claim", str(number))),
        )
        for number, (start, end) in enumerate(spans, start=1)
    ]
    tokens = weave(parsed.tokens, flattened, marks)
    return WOVEN.html(smarten(tokens, "en") if smart else tokens, parsed.env)


def stripped(page: str) -> str:
    return _PARTS.sub("", page)


class Nesting(HTMLParser):
    """Checks that tags close in order, and collects the text inside the marks of each claim."""

    VOID = frozenset({"br", "img", "hr", "input", "wbr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []
        self.marked: dict[str, str] = {}
        self.skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a" and values.get("class") == "noteref":
            self.skipping += 1
        if tag not in self.VOID:
            self.open.append((tag, (values.get("data-claim") or "") if tag == "mark" else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        top, _ = self.open.pop()
        assert top == tag, f"</{tag}> closes <{top}>"
        if tag == "a" and self.skipping:
            self.skipping -= 1

    def handle_data(self, data: str) -> None:
        if self.skipping:
            return
        for _, claim in self.open:
            if claim:
                self.marked[claim] = self.marked.get(claim, "") + data


INLINE = st.one_of(
    st.text(alphabet="abc é—'\"ẞ漢", min_size=1, max_size=8),
    st.text(alphabet="abc", min_size=1, max_size=5).map("**{}**".format),
    st.text(alphabet="abc", min_size=1, max_size=5).map("*{}*".format),
    st.text(alphabet="abc<&", min_size=1, max_size=5).map("`{}`".format),
    st.text(alphabet="abc", min_size=1, max_size=5).map("[{}](https://example.org/)".format),
    st.text(alphabet="abc", min_size=1, max_size=4).map("***x{}*** y**".format),
    st.sampled_from(
        ["\n", "  \n", "[^1]", "<b>x</b>", "<br>", "&amp;", "\\*", "~~gone~~", "![alt](x.png)", "$x^2$"]
    ),
)
BLOCK = st.one_of(
    st.lists(INLINE, min_size=1, max_size=8).map(" ".join),
    st.lists(INLINE, min_size=1, max_size=4).map(lambda parts: "## " + " ".join(parts).replace("\n", " ")),
    st.lists(INLINE, min_size=1, max_size=4).map(lambda parts: "- " + " ".join(parts).replace("\n", " ")),
    st.lists(INLINE, min_size=1, max_size=4).map(lambda parts: "> " + " ".join(parts).replace("\n", " ")),
    st.just("```python\ndef f(x):\n    return 1 < 2\n```"),
    st.just("    plain & code"),
    st.just("$$\nx^2 + 1\n$$"),
    st.just("| a | b |\n|---|--:|\n| one | **two** |"),
)
DOCUMENT = st.lists(BLOCK, min_size=1, max_size=5).map(
    lambda blocks: "\n\n".join(blocks) + "\n\n[^1]: A footnote.\n"
)


@st.composite
def documents_with_spans(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(DOCUMENT)
    length = len(flatten(parse(text, MARKDOWN).tokens).canonical.text)
    position = st.integers(0, max(0, length))
    pairs = draw(st.lists(st.tuples(position, position), max_size=6))
    return text, [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]


@settings(max_examples=400, deadline=None)
@given(documents_with_spans(), st.booleans())
def test_stripping_the_marks_gives_back_the_page_byte_for_byte(
    case: tuple[str, list[tuple[int, int]]],
    smart: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    text, spans = case
    assert stripped(rendered(text, spans, smart=smart)) == rendered(text, [], smart=smart)


@settings(max_examples=300, deadline=None)
@given(documents_with_spans())
def test_tags_stay_nested_and_ids_are_given_once(case: tuple[str, list[tuple[int, int]]]) -> None:
    text, spans = case
    if "<b>" in text:
        text = text.replace("<b>x</b>", "x")
        length = len(flatten(parse(text, MARKDOWN).tokens).canonical.text)
        spans = [(start, end) for start, end in spans if end <= length]
    page = rendered(text, spans)
    reader = Nesting()
    reader.feed(page)
    assert not reader.open
    ids = re.findall(r'id="(c-\d+)"', page)
    assert len(ids) == len(set(ids))


@settings(max_examples=300, deadline=None)
@given(documents_with_spans())
def test_marks_within_texts_are_set_as_all_others(case: tuple[str, list[tuple[int, int]]]) -> None:
    page = rendered(*case)
    with patch.object(_Weaver, "_within_texts", return_value=None):
        assert rendered(*case) == page


PLAIN = st.lists(
    st.one_of(
        st.text(alphabet="abc é漢", min_size=1, max_size=8),
        st.text(alphabet="abc", min_size=1, max_size=5).map("**{}**".format),
        st.text(alphabet="abc", min_size=1, max_size=5).map("`{}`".format),
        st.text(alphabet="abc", min_size=1, max_size=5).map("[{}](https://example.org/)".format),
    ),
    min_size=1,
    max_size=8,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(PLAIN, st.data())
def test_what_is_marked_is_what_the_span_holds(text: str, data: st.DataObject) -> None:
    canonical = flatten(parse(text, MARKDOWN).tokens).canonical.text
    words = [match.span() for match in re.finditer(r"\S+", canonical)]
    if not words:
        return
    chosen = data.draw(
        st.lists(st.tuples(st.sampled_from(words), st.sampled_from(words)), min_size=1, max_size=4)
    )
    spans = [(min(one, other)[0], max(one, other)[1]) for one, other in chosen]
    reader = Nesting()
    reader.feed(rendered(text, spans))
    for number, (start, end) in enumerate(spans, start=1):
        assert "".join(reader.marked[str(number)].split()) == "".join(canonical[start:end].split())


def test_a_mark_is_split_only_where_markup_demands_it() -> None:
    page = rendered("It is *very* clear **and** true.", [(3, 25)])
    assert page == (
        '<p>It <mark class="claim" id="c-1" data-claim="1">is <em>very</em> clear <strong>and</strong> true</mark>'
        '<a class="noteref" href="#note-1" data-verdict="supported" role="doc-noteref" aria-label="Note 1: Supported">1</a>.</p>\n'
        "\x00margin:0 note-1\x00"
    )


def test_a_mark_that_ends_inside_emphasis_is_split_there() -> None:
    page = rendered("one *two three* four", [(0, 7)])
    assert (
        '<mark class="claim" id="c-1" data-claim="1">one </mark><em><mark class="claim" data-claim="1">two</mark>'
        in page
    )


def test_a_reference_never_stands_inside_a_link() -> None:
    page = rendered("see [the two words](https://example.org/) here", [(4, 11)])
    assert re.search(r"</a><a class=\"noteref\"", page)


def test_a_claim_across_blocks_has_one_id_and_its_note_after_the_last() -> None:
    page = rendered("First block.\n\nSecond block.", [(6, 19)])
    assert page.count('id="c-1"') == 1
    assert page.count("<mark") == 2
    assert page.index("Second") < page.index("\x00margin")


@pytest.mark.parametrize(("start", "end"), [(0, 8), (4, 17), (0, 60)])
def test_marks_in_highlighted_code_stay_nested(start: int, end: int) -> None:
    text = "```python\ndef f(x):\n    return x + 1\n```\n"
    length = len(flatten(parse(text, MARKDOWN).tokens).canonical.text)
    page = rendered(text, [(start, min(end, length)), (2, min(12, length))])
    reader = Nesting()
    reader.feed(page)
    assert not reader.open
    assert stripped(page) == rendered(text, [])
    assert html.unescape(reader.marked["1"]).strip().startswith("def f(x)"[start:6].strip()[:3])
