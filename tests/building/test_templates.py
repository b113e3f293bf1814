"""Compiled templates: kept in one run, found in the next, and never used when they are not whole."""

import gc
import weakref
from pathlib import Path

import pytest
from jinja2.bccache import Bucket

from sitegen.building import templates
from sitegen.building.templates import place_of
from sitegen.cli import main
from sitegen.writing import theme
from sitegen.writing.environment import COMPILED, Compiled, new_environment
from sitegen.writing.languages import ENGLISH
from sitegen.writing.theme import Theme

SITE = {"sitegen.yaml": "title: Tides\n", "content/tides.md": "# Tides\n\nThe moon pulls the water.\n"}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's program keeps its templates; and a process that has compiled none."""
    folder = tmp_path / "kept"
    folder.mkdir()
    monkeypatch.setattr(templates, "place_of", lambda theme: folder / f"{theme.form}.templates")
    return folder


def built(root: Path, *files: tuple[str, str]) -> int:
    """Build a site in what is as good as a new process; gives how many templates were compiled."""
    for name, text in {**SITE, **dict(files)}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    COMPILED.codes.clear()
    COMPILED.has_new = False
    templates._known.clear()  # noqa: SLF001 - a new process has none
    theme._ENVIRONMENTS.clear()  # noqa: SLF001 - likewise
    count = 0
    dump = Compiled.dump_bytecode

    def counting(self: Compiled, bucket: Bucket) -> None:
        nonlocal count
        count += 1
        dump(self, bucket)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compiled, "dump_bytecode", counting)
        assert main(["--site", str(root), "build", "--quiet"]) == 0
    return count


def test_second_build_of_a_site_compiles_nothing(kept: Path, tmp_path: Path) -> None:
    assert built(tmp_path / "one") > 5
    assert len(list(kept.iterdir())) == 1
    assert built(tmp_path / "one", ("content/tides.md", "# Tides\n\nThe sun helps.\n")) == 0


@pytest.mark.usefixtures("kept")
def test_first_build_of_another_site_compiles_nothing(tmp_path: Path) -> None:
    built(tmp_path / "one")
    assert built(tmp_path / "two") == 0
    pages = [(tmp_path / name / "public/tides/index.html").read_bytes() for name in ("one", "two")]
    assert pages[0] == pages[1]


def test_templates_of_a_site_are_kept_by_themselves(kept: Path, tmp_path: Path) -> None:
    footer = ("themes/default/templates/extra-footer.html", "<p>Ours</p>\n")
    everything = built(tmp_path / "one", footer)
    assert built(tmp_path / "two") == everything
    assert built(tmp_path / "one", footer, ("content/tides.md", "# Tides\n\nThe sun helps.\n")) == 0
    assert "Ours" in (tmp_path / "one/public/tides/index.html").read_text()
    assert len(list(kept.iterdir())) == 2


def test_only_the_last_few_are_kept(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MOST", 2)
    for number in range(4):
        built(tmp_path / "one", ("themes/default/templates/extra-footer.html", f"<p>{number}</p>\n"))
    assert len(list(kept.iterdir())) == 2


def test_folder_that_cannot_be_written_keeps_nothing(kept: Path, tmp_path: Path) -> None:
    kept.rmdir()
    before = built(tmp_path / "one")
    assert built(tmp_path / "two") == before


@pytest.mark.parametrize("spoil", [lambda content: content[:-9], lambda content: bytes(64) + content[64:]])
def test_what_is_damaged_or_foreign_is_not_used(kept: Path, tmp_path: Path, spoil: object) -> None:
    before = built(tmp_path / "one")
    assert callable(spoil)
    (file,) = kept.iterdir()
    file.write_bytes(spoil(file.read_bytes()))
    assert built(tmp_path / "two") == before


def test_they_lie_where_python_keeps_its_own() -> None:
    assert place_of(Theme("default", {}, {})).parent.name == "__pycache__"


class Shown:
    """A value that a page shows."""


def test_page_lets_go_of_its_values_when_it_is_done() -> None:
    templates = {
        "page": "{% import 'pieces' as pieces with context %}{% from 'apart' import told %}"
        "{% macro own() %}{{ shown.word }}{% endmacro %}{{ own() }}{{ pieces.piece() }}{{ told('x') }}",
        "pieces": "{% macro piece() %}{{ shown.word }}{{ again() }}{% endmacro %}"
        "{% macro again() %}!{% endmacro %}",
        "apart": "{% set mark = '*' %}{% macro told(word) %}{{ mark }}{{ word }}{% endmacro %}",
    }
    environment = new_environment(lambda name: (templates[name], name), {}, ENGLISH)
    gc.collect()
    gc.disable()
    try:
        for _ in range(2):
            shown = Shown()
            shown.word = "w"  # type: ignore[attr-defined] # any value will do
            known = weakref.ref(shown)
            assert environment.get_template("page").render(shown=shown) == "ww!*x"
            del shown
            assert known() is None
    finally:
        gc.enable()
