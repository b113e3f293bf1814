"""Themes: a site's own over the one that sitegen carries, and what is said where one is broken."""

import re

import pytest
from sites import Site

from sitegen.building.files import MemoryFiles
from sitegen.building.holdings import load_theme
from sitegen.model.errors import CannotGoOnError
from sitegen.model.records import Settings
from sitegen.writing.theme import Theme

ARTICLE = {"content/tides.md": "---\ntitle: Tides\n---\n\nWords.\n"}


def theme(files: dict[str, str | bytes], name: str = "paper") -> Theme:
    held = {
        path: content.encode() if isinstance(content, str) else content for path, content in files.items()
    }
    return load_theme(MemoryFiles(held), Settings(theme=name), {"made.css": b"a{}"})


def test_theme_that_extends_another_hides_its_files() -> None:
    made = theme(
        {
            "themes/paper/theme.yaml": "extends: stone\n",
            "themes/paper/templates/a.html": "paper",
            "themes/paper/static/x.css": "paper{}",
            "themes/stone/theme.yaml": "extends: sand\n",
            "themes/stone/templates/a.html": "stone",
            "themes/stone/templates/b.html": "stone",
            "themes/stone/static/x.css": "stone{}",
            "themes/sand/templates/b.html": "sand",
            "themes/sand/templates/c.html": "sand",
        }
    )
    assert [made.render(f"{name}.html", {}) for name in "abc"] == ["paper", "stone", "sand"]
    assert made.render("stone/a.html", {}) == "stone"
    assert made.static == {"made.css": b"a{}", "x.css": b"paper{}"}


def test_template_may_extend_the_very_one_that_it_hides(site: Site) -> None:
    site.write({**ARTICLE, "sitegen.yaml": "theme: paper\n", "themes/paper/theme.yaml": "extends: default\n"})
    site.write(
        {
            "themes/paper/templates/404.html": "{% extends 'default/404.html' %}\n{% block main %}{{ super() }}<p>Ours.</p>{% endblock %}\n"
        }
    )
    assert site.build("--quiet").status == 0
    page = site.page("404.html")
    assert "<p>Ours.</p>" in page
    assert "Page not found" in page


def test_theme_of_the_name_of_one_that_is_carried_is_laid_over_it(site: Site) -> None:
    site.write(
        {
            **ARTICLE,
            "themes/default/templates/extra-footer.html": "<p>Ours.</p>\n",
            "themes/default/static/ours.css": "a{}",
        }
    )
    assert site.build("--quiet").status == 0
    assert "<p>Ours.</p>" in site.page("tides/index.html")
    assert any(re.fullmatch(r"assets/ours\.[0-9a-f]{10}\.css", name) for name in site.output())


def test_article_may_name_a_template(site: Site) -> None:
    site.write(
        {
            "content/tides.md": "---\ntemplate: essay.html\n---\n\nWords.\n",
            "themes/default/templates/essay.html": "<p>{{ article.title }}</p>",
        }
    )
    assert site.build("--quiet").status == 0
    assert site.page("tides/index.html") == "<p>Tides</p>"


def test_static_files_carry_their_hash_and_styles_name_them() -> None:
    made = theme(
        {
            "themes/paper/static/style.css": "a{b:url(pic/x.svg)} c{d:url('pic/x.svg#e')} f{g:url(\"gone.svg\")} h{i:url(data:x)} j{k:url(#l)}",
            "themes/paper/static/sub/style.css": "a{b:url(../pic/x.svg)}",
            "themes/paper/static/pic/x.svg": "<svg/>",
        }
    )
    picture = made.assets["pic/x.svg"]
    assert re.fullmatch(r"assets/pic/x\.[0-9a-f]{10}\.svg", picture)
    name = picture.removeprefix("assets/")
    style = made.files[made.assets["style.css"]].decode()
    assert (
        style
        == f'a{{b:url("{name}")}} c{{d:url("{name}#e")}} f{{g:url("gone.svg")}} h{{i:url(data:x)}} j{{k:url(#l)}}'
    )


def test_hash_follows_what_a_style_names() -> None:
    files: dict[str, str | bytes] = {
        "themes/paper/static/style.css": "a{b:url(x.svg)}",
        "themes/paper/static/x.svg": "<svg/>",
    }
    before = theme(files).assets["style.css"]
    assert theme(files).assets["style.css"] == before
    assert theme({**files, "themes/paper/static/x.svg": "<svg></svg>"}).assets["style.css"] != before


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, 'there is no theme "paper"'),
        ({"themes/stone/theme.yaml": ""}, 'there is no theme "paper"'),
        ({"themes/paper/theme.yaml": "extends: stone\n"}, 'there is no theme "stone"'),
        (
            {"themes/paper/theme.yaml": "extends: stone\n", "themes/stone/theme.yaml": "extends: paper\n"},
            'the theme "paper" extends itself by way of others',
        ),
        (
            {"themes/paper/theme.yaml": "extend: stone\n"},
            'the theme "paper" cannot be used: unknown field "extend"',
        ),
        (
            {"themes/paper/theme.yaml": "extends: [\n"},
            'the theme "paper" cannot be used: did not find expected node content',
        ),
        ({"themes/paper/templates/a.html": b"\xff"}, "the file is not UTF-8: byte 0xff"),
    ],
)
def test_theme_that_cannot_be_used_is_told(files: dict[str, str | bytes], message: str) -> None:
    with pytest.raises(CannotGoOnError) as error:
        theme(files)
    assert error.value.message == message


@pytest.mark.parametrize("name", ["../content", "/etc", ".", "..", "default/templates", ""])
def test_theme_is_a_folder_below_themes_and_nowhere_else(name: str) -> None:
    with pytest.raises(CannotGoOnError) as error:
        theme({"content/templates/a.html": "x"}, name)
    assert error.value.message == f'there is no theme "{name}"'


@pytest.mark.parametrize(
    ("template", "place", "message"),
    [
        ("{% if %}", 1, "the template is broken: Expected an expression, got 'end of statement block'"),
        ("a\n{{ b }\n", 2, "the template is broken: unexpected '}'"),
        ("a\n\n{{ nothing }}\n", 3, "the template failed: 'nothing' is undefined"),
        ("{{ asset('gone.css') }}", 1, 'the template failed: the theme has no static file "gone.css"'),
        ("a\n{{ 1 / 0 }}\n", 2, "the template failed: division by zero"),
        ("a\n{{ 1 + 'b' }}\n", 2, "the template failed: unsupported operand type(s) for +: 'int' and 'str'"),
        ("a\n{{ [][3] }}\n", 2, "the template failed: list object has no element 3"),
    ],
)
def test_template_that_is_broken_is_told_with_its_line(template: str, place: int, message: str) -> None:
    made = theme({"themes/paper/templates/a.html": template})
    with pytest.raises(CannotGoOnError) as error:
        made.render("a.html", {})
    assert error.value.message == message
    assert str(error.value.place) == f"themes/paper/templates/a.html:{place}:1"


def test_templates_escape_what_authors_write(site: Site) -> None:
    site.write(
        {
            "sitegen.yaml": "title: <b>&\"'\ndescription: <script>alert(1)</script>\n",
            "content/tides.md": "---\ntitle: <i>x</i>\nsummary: </script><script>alert(2)</script>\ntags: ['<u>']\n---\n\nWords here.\n",
            "content/tides.yaml": "claims:\n  a:\n    anchor: Words\n    claim: </script><script>alert(3)</script>\n    verdict: opinion\n    because: <img src=x onerror=alert(4)>\n"
            "    claimant: {name: <s>, url: 'https://x.example/?a=b&c=d'}\n    checked: {on: 2024-05-01, by: <em>}\n",
        }
    )
    assert site.build("--quiet").status == 0
    for name, content in site.output().items():
        if name.endswith((".html", ".xml")):
            text = content.decode()
            assert "<script>alert" not in text, name
            assert "<img src=x" not in text, name
            assert "<i>x</i>" not in text, name
            assert "<s>" not in text, name


def test_a_page_loads_one_style_which_may_import_the_one_that_it_hides() -> None:
    made = theme(
        {
            "themes/paper/theme.yaml": "extends: stone\n",
            "themes/paper/static/style.css": '/* ours */\n@import "stone/style.css";\n@import "ink.css" print;\na{b:c}',
            "themes/paper/static/ink.css": "i{j:k}",
            "themes/stone/static/style.css": '@import "style.css";\np{q:url(pic/x.svg)}',
            "themes/stone/static/pic/x.svg": "<svg/>",
        }
    )
    style = made.files[made.assets["style.css"]].decode()
    picture = made.assets["pic/x.svg"].removeprefix("assets/")
    assert f'p{{q:url("{picture}")}}' in style
    assert "@media print {\ni{j:k}}" in style
    assert "@import" not in style
    assert style.index("p{q") < style.index("i{j") < style.index("a{b")


def test_what_the_build_makes_comes_first_in_the_style_of_every_page(site: Site) -> None:
    site.write(
        {"themes/house/theme.yaml": "extends: default\n", "themes/house/static/style.css": "a { b: c }"}
    )
    site.write({"sitegen.yaml": "theme: house\n", "content/tides.md": "# Tides\n\nWords.\n"})
    assert site.build("--quiet").status == 0
    assert site.page("tides/index.html").count('rel="stylesheet"') == 1
    (style,) = (
        content.decode() for name, content in site.output().items() if re.match(r"assets/style\..*css", name)
    )
    assert style.startswith('[data-verdict="supported"]{--verdict:')
    assert style.endswith("a { b: c }")
    assert ".hl-keyword{" in style
