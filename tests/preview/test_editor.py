"""Which editor is opened, and what it is told."""

from pathlib import Path

import pytest

from sitegen.preview.editor import TEMPLATES, command, editor_link, open_editor, place_on_disk

FILE = Path("/site/content/a b.md")


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, None),
        ({"EDITOR": "vim"}, None),
        ({"EDITOR": "nano", "VISUAL": "code --wait"}, ["code", "--wait", "--goto", f"{FILE}:7:3"]),
        ({"EDITOR": "/usr/bin/codium"}, ["/usr/bin/codium", "--goto", f"{FILE}:7:3"]),
        ({"VISUAL": "subl -w", "EDITOR": "code"}, ["subl", "-w", f"{FILE}:7:3"]),
        ({"EDITOR": "zed"}, ["zed", f"{FILE}:7:3"]),
        ({"EDITOR": "idea"}, ["idea", "--line", "7", "--column", "3", str(FILE)]),
        ({"EDITOR": "kate"}, ["kate", "--line", "7", "--column", "3", str(FILE)]),
        ({"EDITOR": "gedit"}, ["gedit", str(FILE), "+7:3"]),
        ({"EDITOR": "gvim -f"}, ["gvim", "-f", "--remote-silent", "+call cursor(7, 3)", str(FILE)]),
        ({"EDITOR": "emacsclient"}, ["emacsclient", "--no-wait", "+7:3", str(FILE)]),
        ({"EDITOR": "emacsclient -t"}, None),
        ({"EDITOR": "emacs -nw"}, None),
        ({"EDITOR": "'unclosed"}, None),
        ({"SITEGEN_EDITOR": "code", "EDITOR": "zed"}, ["code", "--goto", f"{FILE}:7:3"]),
        ({"SITEGEN_EDITOR": "mine --at {line},{column} {file}"}, ["mine", "--at", "7,3", str(FILE)]),
        ({"SITEGEN_EDITOR": "'my editor' {file}"}, ["my editor", str(FILE)]),
        ({"SITEGEN_EDITOR": "unheard-of"}, ["unheard-of", str(FILE)]),
        ({"SITEGEN_EDITOR": " ", "EDITOR": "zed"}, ["zed", f"{FILE}:7:3"]),
    ],
)
def test_the_environment_names_the_editor(environment: dict[str, str], words: list[str] | None) -> None:
    assert command(environment, FILE, 7, 3) == words


def test_a_files_name_is_one_word_whatever_is_in_it() -> None:
    odd = Path("/site/content/{line} $(rm) ;.md")
    assert command({"SITEGEN_EDITOR": "mine {file}"}, odd, 7, 3) == ["mine", str(odd)]


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_each_editor_is_told_file_and_line(name: str) -> None:
    words = command({"EDITOR": name}, FILE, 7, 3)
    assert words is not None
    assert str(FILE) in " ".join(words)
    assert "7" in " ".join(words[1:])


def test_an_editor_that_is_not_installed_is_none() -> None:
    assert not open_editor({"EDITOR": "code", "PATH": "/nowhere"}, FILE, 1, 1)


def test_links_are_encoded() -> None:
    assert (
        editor_link(Path("/my site"), "content/a#b.md", 7, 3)
        == "vscode://file/my%20site/content/a%23b.md:7:3"
    )


def test_only_files_of_the_sites_rooms_are_places(tmp_path: Path) -> None:
    for name in ("sitegen.yaml", "content/a.md", "public/index.html"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    assert place_on_disk(tmp_path, "content/a.md") == (tmp_path / "content/a.md").resolve()
    assert place_on_disk(tmp_path, "sitegen.yaml") is not None
    for odd in ("public/index.html", "content", "", "content\\a.md", "content/a.md\0", None, 7):
        assert place_on_disk(tmp_path, odd) is None
