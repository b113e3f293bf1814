"""Each syntax beyond CommonMark, shown as the HTML it becomes and the tokens it leaves."""

import pytest
from markdown_it.token import Token

from sitegen.model.records import MarkdownSettings
from sitegen.reading.markdown import Heading, MarkdownProblem, Parsed, parse, parse_note, parser
from sitegen.writing.render import render

SETTINGS = MarkdownSettings()


def html(source: str, settings: MarkdownSettings = SETTINGS) -> str:
    parsed = parse(source, settings)
    return render(parsed.tokens, parsed.env)


def inline(parsed: Parsed, number: int = 0) -> list[Token]:
    return [token.children or [] for token in parsed.tokens if token.type == "inline"][number]


def words(tokens: list[Token]) -> list[str]:
    return [token.content for token in tokens if token.type == "text"]


def problems(source: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in parse(source, SETTINGS).problems]


# --- the parser


def test_one_parser_serves_all_texts_of_like_settings() -> None:
    assert parser(MarkdownSettings(smart_quotes=False)) is parser(SETTINGS)
    assert parser(MarkdownSettings(html=False)) is not parser(SETTINGS)
    assert parser(SETTINGS, extensions=False) is not parser(SETTINGS)


def test_raw_html_is_shown_as_text_where_the_settings_say_so() -> None:
    assert html("a <b>c</b>") == "<p>a <b>c</b></p>\n"
    assert html("a <b>c</b>", MarkdownSettings(html=False)) == "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n"


def test_nothing_typographic_happens() -> None:
    assert words(inline(parse('"It\'s" -- so... (c)', SETTINGS))) == ['"It\'s" -- so... (c)']


def test_lines_are_the_files_once_the_first_is_known() -> None:
    parsed = parse("One\n\n# Two\n\n[^x]\n", SETTINGS, first_line=10)
    assert [token.map for token in parsed.tokens if token.map][:2] == [[0, 1], [0, 1]]
    assert parsed.headings == (Heading(1, "two", "Two", 12),)
    assert parsed.problems == (MarkdownProblem(14, "there is no footnote [^x]"),)
    assert parsed.line(parsed.tokens[3]) == 12


# --- tables and strike-through


def test_tables_scroll_and_align_by_class() -> None:
    assert html("| a | b |\n|--:|---|\n| 1 | ~~2~~ |\n") == (
        '<div class="table-wrap" tabindex="0" role="group" aria-label="Table">\n<table>\n<thead>\n<tr>\n'
        '<th scope="col" class="align-right">a</th>\n<th scope="col">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
        '<td class="align-right">1</td>\n<td><s>2</s></td>\n</tr>\n</tbody>\n</table>\n</div>\n'
    )


# --- headings and attributes


def test_headings_have_ids_as_on_github() -> None:
    parsed = parse(
        "# What's `new`, *really*?\n\n## Über uns\n\n## Über uns\n\n### ???\n\n#### हिन्दी 中文\n", SETTINGS
    )
    assert [(heading.level, heading.id, heading.text) for heading in parsed.headings] == [
        (1, "whats-new-really", "What's new, really?"),
        (2, "über-uns", "Über uns"),
        (2, "über-uns-1", "Über uns"),
        (3, "section", "???"),
        (4, "हिन्दी-中文", "हिन्दी 中文"),
    ]


def test_a_heading_links_to_itself() -> None:
    assert html("## Why") == (
        '<h2 id="why">Why<a class="anchor" href="#why" aria-label="Link to this section"></a></h2>\n'
    )


def test_an_id_of_the_authors_wins_and_no_other_heading_is_given_it() -> None:
    parsed = parse("# One\n\n# Two {#one .wide}\n\n{#three}\n# Four\n\nFive {#five}\n===\n", SETTINGS)
    assert [heading.id for heading in parsed.headings] == ["one-1", "one", "three", "five"]
    assert [heading.text for heading in parsed.headings] == ["One", "Two", "Four", "Five"]
    assert parsed.tokens[3].attrs == {"id": "one", "class": "wide"}


def test_braces_that_are_no_attributes_stay_in_the_heading() -> None:
    assert [
        h.text for h in parse("# The set {a, b}\n\n# Empty {}\n\n# Code `{#x}`\n", SETTINGS).headings
    ] == [
        "The set {a, b}",
        "Empty {}",
        "Code {#x}",
    ]


def test_one_id_set_twice_is_reported() -> None:
    assert problems("# A {#x}\n\n# B {#x}\n") == [(3, 'the id "x" is set twice')]


def test_ids_that_are_taken_are_not_given() -> None:
    assert parse("# C one", SETTINGS, taken={"c-one"}).headings[0].id == "c-one-1"


def test_attributes_of_blocks_images_links_code_and_spans() -> None:
    assert html('{.lead #start}\nOne\n\n[a](b){rel="nofollow"} `c`{.key} [mot]{lang=fr}\n') == (
        '<p id="start" class="lead">One</p>\n'
        '<p><a href="b" rel="nofollow">a</a> <code class="key">c</code> <span lang="fr">mot</span></p>\n'
    )


def test_a_line_with_words_between_braces_is_no_attribute() -> None:
    assert html("{.a} words {.b}\n") == "<p>{.a} words {.b}</p>\n"


def test_attributes_that_could_do_harm_are_refused_and_reported() -> None:
    source = '# T {style="color:red"}\n\n[a](b){onclick="x" .ok}\n\n{data-x=1}\nP\n'
    assert "style" not in html(source)
    assert "onclick" not in html(source)
    assert problems(source) == [
        (1, "attributes that may not be set here: style"),
        (3, "attributes that may not be set here: onclick"),
        (6, "attributes that may not be set here: data-x"),
    ]


# --- footnotes


def test_footnotes_stand_at_the_end_and_lead_back() -> None:
    assert html("One[^a] two^[In *line*.] three[^a]\n\n[^a]: First.\n") == (
        '<p>One<sup class="footnote-ref"><a href="#fn-1" id="fnref-1" role="doc-noteref" aria-label="Footnote 1">[1]</a>'
        '</sup> two<sup class="footnote-ref"><a href="#fn-2" id="fnref-2" role="doc-noteref" aria-label="Footnote 2">[2]'
        '</a></sup> three<sup class="footnote-ref"><a href="#fn-1" id="fnref-1-2" role="doc-noteref"'
        ' aria-label="Footnote 1">[1]</a></sup></p>\n'
        '<section class="footnotes" role="doc-endnotes" aria-label="Footnotes">\n<ol>\n<li id="fn-1"><p>First.'
        ' <a href="#fnref-1" class="footnote-back" role="doc-backlink" aria-label="Back to reference 1">↩︎</a>'
        ' <a href="#fnref-1-2" class="footnote-back" role="doc-backlink" aria-label="Back to reference 1">↩︎</a></p>\n'
        '</li>\n<li id="fn-2"><p>In <em>line</em>. <a href="#fnref-2" class="footnote-back" role="doc-backlink"'
        ' aria-label="Back to reference 2">↩︎</a></p>\n</li>\n</ol>\n</section>\n'
    )


def test_a_footnote_mark_has_no_words() -> None:
    tokens = inline(parse("One[^a] two\n\n[^a]: First.\n", SETTINGS))
    assert [(token.type, token.content) for token in tokens] == [
        ("text", "One"),
        ("footnote_ref", ""),
        ("text", " two"),
    ]


def test_footnotes_and_references_that_miss_each_other_are_reported() -> None:
    assert problems("See[^a].\n\n[^b]: Lost.\n") == [
        (1, "there is no footnote [^a]"),
        (3, "nothing refers to the footnote [^b]"),
    ]


def test_a_footnote_in_a_line_has_its_blocks_lines() -> None:
    parsed = parse("One\n\ntwo^[note]\n", SETTINGS)
    assert [token.map for token in parsed.tokens if token.type == "inline"] == [[0, 1], [2, 3], [2, 3]]


# --- lists


def test_definition_lists() -> None:
    assert html("Term\n: Meaning\n\nOther *one*\n\n: One\n\n  more\n: Two\n") == (
        "<dl>\n<dt>Term</dt>\n<dd>\n<p>Meaning</p>\n</dd>\n<dt>Other <em>one</em></dt>\n<dd>\n<p>One</p>\n<p>more</p>\n"
        "</dd>\n<dd>\n<p>Two</p>\n</dd>\n</dl>\n"
    )
    assert html("Term\n: Meaning\n") == "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>\n"


def test_task_lists_say_what_is_done() -> None:
    assert html("- [x] one\n- [ ] two\n- three\n") == (
        '<ul class="contains-task-list">\n'
        '<li class="task-list-item"><input type="checkbox" disabled checked aria-label="done"> one</li>\n'
        '<li class="task-list-item"><input type="checkbox" disabled aria-label="not done"> two</li>\n'
        "<li>three</li>\n</ul>\n"
    )
    assert words(inline(parse("- [x] one\n", SETTINGS))) == ["one"]


# --- callouts


@pytest.mark.parametrize(
    "source", ['!!! warning "Mind *this*"\n    Text\n', "> [!WARNING] Mind *this*\n> Text\n"]
)
def test_callouts_with_a_title(source: str) -> None:
    assert html(source) == (
        '<div class="callout callout-warning" role="note">\n<p class="callout-title">Mind <em>this</em></p>\n'
        "<p>Text</p>\n</div>\n"
    )


@pytest.mark.parametrize("source", ["!!! note\n    Text\n", "> [!NOTE]\n> Text\n", "> [!note]\n>\n> Text\n"])
def test_callouts_without_a_title_are_named_by_their_kind_outside_the_text(source: str) -> None:
    assert html(source) == (
        '<div class="callout callout-note" role="note">\n<p class="callout-title">Note</p>\n<p>Text</p>\n</div>\n'
    )
    assert [words(token.children or []) for token in parse(source, SETTINGS).tokens if token.children] == [
        ["Text"]
    ]


def test_callouts_without_any_title_that_fold_and_that_nest() -> None:
    assert (
        html('!!! tip ""\n    Text\n')
        == '<div class="callout callout-tip" role="note">\n<p>Text</p>\n</div>\n'
    )
    assert html('???+ info "More"\n    Text\n\n    ??? made-up\n        Deep\n') == (
        '<details class="callout callout-info" open>\n<summary class="callout-title">More</summary>\n<p>Text</p>\n'
        '<details class="callout callout-made-up">\n<summary class="callout-title">Made up</summary>\n<p>Deep</p>\n'
        "</details>\n</details>\n"
    )


def test_a_callout_in_a_quote_and_a_quote_in_a_callout() -> None:
    assert html("> > [!TIP]\n> > a\n> >\n> > > b\n>\n> c\n") == (
        '<blockquote>\n<div class="callout callout-tip" role="note">\n<p class="callout-title">Tip</p>\n<p>a</p>\n'
        "<blockquote>\n<p>b</p>\n</blockquote>\n</div>\n<p>c</p>\n</blockquote>\n"
    )


def test_other_quotes_stay_quotes() -> None:
    assert html("> [!sic] he said\n") == "<blockquote>\n<p>[!sic] he said</p>\n</blockquote>\n"


# --- figures


def test_an_image_alone_is_a_figure_and_its_title_the_caption() -> None:
    assert html('![A map](map.png "The *front*, see [source](x)"){.wide #map}\n') == (
        '<figure class="wide" id="map"><img src="map.png" alt="A map" loading="lazy" decoding="async">'
        '<figcaption>The <em>front</em>, see <a href="x">source</a></figcaption>\n</figure>\n'
    )


def test_figures_without_caption_and_in_a_link() -> None:
    image = '<img src="b" alt="a" loading="lazy" decoding="async">'
    assert html("![a](b)\n") == f"<figure>{image}</figure>\n"
    assert html("[![a](b)](c)\n") == f'<figure><a href="c">{image}</a></figure>\n'


def test_an_image_among_words_is_no_figure() -> None:
    assert html('See ![a](b "t")\n') == (
        '<p>See <img src="b" alt="a" title="t" loading="lazy" decoding="async"></p>\n'
    )


def test_a_caption_takes_no_html() -> None:
    assert "<figcaption>a &lt;b&gt; &amp;amp; c</figcaption>" in html('![x](y "a &lt;b> &amp;amp; c")\n')


# --- abbreviations


def test_abbreviations_mark_whole_words_and_change_no_text() -> None:
    source = 'The HTML and HTML5 of *HTML*, `HTML`.\n\n*[HTML]: Hyper "Text"\n*[HTML5]: newer\n'
    assert html(source) == (
        '<p>The <abbr title="Hyper &quot;Text&quot;">HTML</abbr> and <abbr title="newer">HTML5</abbr> of'
        ' <em><abbr title="Hyper &quot;Text&quot;">HTML</abbr></em>, <code>HTML</code>.</p>\n'
    )
    assert "".join(words(inline(parse(source, SETTINGS)))) == "The HTML and HTML5 of HTML, ."


def test_no_abbreviation_within_a_word() -> None:
    assert html("WHOM WHO's\n\n*[WHO]: World\n") == '<p>WHOM <abbr title="World">WHO</abbr>\'s</p>\n'


# --- links


def test_bare_addresses_are_links_only_by_wish_and_with_a_scheme() -> None:
    source = "See https://example.com/a_b. Run setup.py, e.g. www.x.org"
    assert html(source) == f"<p>{source}</p>\n"
    assert html(source, MarkdownSettings(linkify=True)) == (
        '<p>See <a href="https://example.com/a_b">https://example.com/a_b</a>. Run setup.py, e.g. www.x.org</p>\n'
    )


# --- formulas


@pytest.mark.parametrize(
    "money",
    [
        "$5 and $10",
        "$5-$10",
        "between $5, or 5$ more",
        "US$ 5 and A$ 6",
        "US$x and CA$y",
        "$5M in 2020 (US$)",
        "$1,000 to 2,000$",
        "$HOME and $PATH",
        "$HOME/$PATH",
        "a \\$x$ b",
        "$ x $",
        "$$",
        "cost: $",
        "$1.5 billion (or 1.4$)",
    ],
)
def test_money_is_no_formula(money: str) -> None:
    tokens = inline(parse(money, SETTINGS))
    assert {token.type for token in tokens} == {"text"}
    assert "".join(words(tokens)) == money.replace("\\$", "$")


@pytest.mark.parametrize(
    "tex", ["x", "x^2", "5", "10^6", "2x", "3 \\times 4", "1 + 1 = 2", "n < 5", "a, b", "\\$5"]
)
def test_formulas(tex: str) -> None:
    tokens = inline(parse(f"so ${tex}$, and", SETTINGS))
    assert [(token.type, token.content) for token in tokens][1] == ("math_inline", tex)


def test_formulas_set_apart() -> None:
    assert [t.type for t in parse("$$\nx\n$$\n", SETTINGS).tokens] == ["math_block"]
    assert [t.type for t in inline(parse("so $$x$$ is", SETTINGS))] == ["text", "math_inline_double", "text"]
    assert html("$$x$$\n") == (
        '<div class="math-block" tabindex="0" role="group" aria-label="Formula">'
        '<math display="block"><mrow><mi>x</mi></mrow></math></div>\n'
    )


# --- quotation marks that stay


def test_escaped_quotation_marks_are_text_that_is_marked_as_literal() -> None:
    tokens = inline(parse("5'10\\\" \\* tall &quot;", SETTINGS))
    assert [(token.content, bool(token.meta.get("literal"))) for token in tokens] == [
        ("5'10", False),
        ('"', True),
        (" * tall ", False),
        ('"', True),
    ]


# --- notes


def test_ids_within_notes_do_not_meet_those_of_the_page() -> None:
    note = parse_note("## Why\n\nSo[^1].\n\n[^1]: Because.\n", SETTINGS, "n-x-")
    rendered = render(note.tokens, note.env)
    for part in (
        '<h2 id="n-x-why">',
        'href="#n-x-why"',
        'href="#fn-n-x-1"',
        'id="fnref-n-x-1"',
        'id="fn-n-x-1"',
    ):
        assert part in rendered


def test_a_note_of_one_paragraph_is_what_the_parser_makes_of_it() -> None:
    parsed = parse_note("One *two*\nthree.\n", SETTINGS, "x")
    assert [(t.type, t.map, t.level, t.block) for t in parsed.tokens] == [
        ("paragraph_open", [0, 2], 0, True),
        ("inline", [0, 2], 1, True),
        ("paragraph_close", None, 0, True),
    ]
    assert render(parsed.tokens, parsed.env) == "<p>One <em>two</em>\nthree.</p>\n"
