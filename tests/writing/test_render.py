"""What pages show: no inline styles or scripts, words of the page's language, and rules that can be added."""

import re
import subprocess
import sys
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from sitegen.model.records import MarkdownSettings
from sitegen.reading.markdown import parse, parse_note
from sitegen.writing.render import COMMONMARK_RULES, LABELS, PAGE_RULES, HtmlRenderer, RenderProblem, render
from sitegen.writing.render_rules import Env

SETTINGS = MarkdownSettings()

EVERYTHING = """\
# Title {#own .wide}

Text with *emphasis*, `code`{.k}, [a link](x "t"){.l}, ~~gone~~, HTML, $x^2$, a note[^1] and ![img](i.png).

*[HTML]: Hyper Text

![Alone](j.png "Caption"){.wide}

- [x] done
- [ ] open

| a | b | c | d |
|:--|:-:|--:|---|
| 1 | 2 | 3 | 4 |

Term
: Meaning

!!! note
    Note

> [!WARNING] Mind
> Text

```python
print("x" < 3)
```

    indented

$$
\\frac{1}{2}
$$

[^1]: The note.
"""


def html(source: str) -> str:
    parsed = parse(source, SETTINGS)
    return render(parsed.tokens, parsed.env)


def test_no_inline_styles_scripts_or_handlers() -> None:
    page = html(EVERYTHING)
    assert not re.search(r"\sstyle=|\son\w+=|<script|<style|javascript:", page)


def test_every_id_is_unique_and_every_inner_link_has_its_target() -> None:
    page = html(EVERYTHING)
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(ids)


def test_every_tag_that_is_opened_is_closed() -> None:
    void = {"img", "input", "br", "hr"}
    opened: list[str] = []
    for closing, tag in re.findall(r"<(/?)([a-z0-9]+)[^>]*>", html(EVERYTHING)):
        if closing:
            assert opened.pop() == tag
        elif tag not in void:
            opened.append(tag)
    assert opened == []


def test_alignment_is_a_class() -> None:
    assert re.findall(r'<td class="([^"]*)">', html(EVERYTHING)) == [
        "align-left",
        "align-center",
        "align-right",
    ]


def test_sizes_of_images_are_shown_where_they_are_known() -> None:
    parsed = parse("![*a* b](c.png)", SETTINGS)
    image = (parsed.tokens[1].children or [])[0]
    image.attrs |= {"width": 640, "height": 480}
    shown = '<figure><img src="c.png" alt="a b" width="640" height="480" loading="lazy" decoding="async"></figure>\n'
    assert render(parsed.tokens, parsed.env) == shown
    assert render(parsed.tokens, parsed.env) == shown, "rendering changes no token"


def test_code_of_an_unknown_language_is_plain() -> None:
    expected = '<pre tabindex="0"><code class="language-{}">a &lt; b\n</code></pre>\n'
    assert html("``` klingon x\na < b\n```\n") == expected.format("klingon")
    assert html('~~~ "&\na < b\n~~~\n') == expected.format("&quot;&amp;")
    assert html("```\na < b\n```\n") == '<pre tabindex="0"><code>a &lt; b\n</code></pre>\n'


def test_code_is_coloured_by_class() -> None:
    assert html("```python\nreturn 'x'\n```\n") == (
        '<pre tabindex="0"><code class="language-python"><span class="hl-keyword">return </span>'
        "<span class=\"hl-string\">'x'\n</span></code></pre>\n"
    )


def test_the_words_that_are_added_can_be_in_the_pages_language() -> None:
    parsed = parse("# A\n\n> [!NOTE]\n> b[^1]\n\n[^1]: c\n", SETTINGS)
    parsed.env["labels"] = {
        "anchor": "Zu diesem Abschnitt",
        "note": "Hinweis",
        "footnote": "Fußnote {number}",
    }
    page = render(parsed.tokens, parsed.env)
    for word in ("Zu diesem Abschnitt", "Hinweis", "Fußnote 1", LABELS["footnotes"]):
        assert word in page


def test_rules_can_be_added() -> None:
    def mark_open(_r: RendererHTML, tokens: Sequence[Token], i: int, _o: OptionsDict, _env: Env) -> str:
        return f"<mark data-claim={tokens[i].meta['claim']}>"

    parsed = parse("a b", SETTINGS)
    parsed.tokens[1].children = [
        Token("mark_open", "", 0, meta={"claim": "x"}),
        *(parsed.tokens[1].children or []),
    ]
    renderer = HtmlRenderer({**PAGE_RULES, "mark_open": mark_open})
    assert renderer.html(parsed.tokens, parsed.env) == "<p><mark data-claim=x>a b</p>\n"


# --- formulas


def test_formulas_are_mathml() -> None:
    assert html("$a<b$ and $\\alpha_1$") == (
        '<p><math display="inline"><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></math> and '
        '<math display="inline"><mrow><msub><mi>α</mi><mn>1</mn></msub></mrow></math></p>\n'
    )


def test_formulas_that_cannot_be_read_are_shown_as_typed_and_reported() -> None:
    parsed = parse("One\n\ntwo $\\frac{1}$ $\\nosuch$\n\n$$\nx^\n$$\n", SETTINGS)
    page = render(parsed.tokens, parsed.env)
    assert '<code class="math-error">$\\frac{1}$</code>' in page
    assert '<code class="math-error">$\\nosuch$</code>' in page
    assert parsed.env["render_problems"] == [
        RenderProblem(
            2, "the formula \\frac{1} cannot be shown: a fraction, root, index or power lacks a part"
        ),
        RenderProblem(2, "the formula \\nosuch cannot be shown: the command \\nosuch is not known"),
        RenderProblem(4, "the formula x^ cannot be shown: nothing stands behind a ^ or _"),
    ]


def test_formulas_bring_in_no_markup() -> None:
    for tex in (
        r"\text{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{color:red}{x}",
        r"\text{&lt;b onclick=x&gt;}",
        r"<img src=x onerror=y>",
    ):
        page = html(f"${tex}$")
        assert not re.search(r"<(script|b|img)\b|<[^>]*\s(on\w+|style|href)=", page), page


@given(st.text(st.sampled_from("\\{}^_&<>$ab1 frac{}left()sqrt[]begin{matrix}end#%~'\""), max_size=40))
@settings(deadline=None)
def test_any_formula_is_rendered(tex: str) -> None:
    parsed = parse_note(f"$${tex}$$", SETTINGS, "n")
    assert " style=" not in render(parsed.tokens, parsed.env)


# --- what is loaded


def test_pygments_and_tex_are_imported_only_when_they_are_needed() -> None:
    program = """
import sys
from sitegen.model.records import MarkdownSettings
from sitegen.reading.markdown import parse
from sitegen.writing.render import render
parsed = parse("# A\\n\\n```\\nx\\n```\\n\\n```text\\nx\\n```\\n\\nb $5", MarkdownSettings())
render(parsed.tokens, parsed.env)
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"pygments", "latex2mathml"}))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


class _AsMarkdownItDoes(HtmlRenderer):
    renderInline = RendererHTML.renderInline  # noqa: N815 - markdown-it's name
    renderToken = RendererHTML.renderToken  # noqa: N815 - likewise


PIECES = ("a", "<&\"'", "\n", "\n\n", "- ", "  - b", "1. ", "> ", "# ", "*x* **y** `z`", "[l](/m)", "![i](j.png)", "---\n", "| a |\n|---|\n| b |", "[^1]", "\n\n[^1]: f", "{#i .c}\n", "!!! note\n    t", "<b>", "```\nc\n```\n", "T\n: d\n", "- [ ] t", "~~s~~", "$x$")  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(max_examples=300, deadline=None)
def test_short_ways_of_rendering_change_nothing(source: str) -> None:
    for extensions, rules in ((True, PAGE_RULES), (False, COMMONMARK_RULES)):
        ours, theirs = (parse(source, MarkdownSettings(), extensions=extensions) for _ in range(2))
        xhtml = not extensions
        expected = _AsMarkdownItDoes(rules, xhtml=xhtml).html(theirs.tokens, theirs.env)
        assert HtmlRenderer(rules, xhtml=xhtml).html(ours.tokens, ours.env) == expected
