"""The preview's server: what it shows, to whom, and what it refuses."""

import json
import re
from pathlib import Path

import pytest
from previewing import ARTICLE, SIDECAR, Preview, wait_for

from sitegen.preview.safety import answers_to, host_name
from sitegen.preview.server import bound_socket
from sitegen.preview.serving import is_lasting, is_plain


def token(preview: Preview) -> str:
    found = re.search(rb'<meta name="sitegen-token" content="([^"]+)"', preview.get("/tides/")[1])
    assert found is not None
    return found[1].decode()


def test_pages_come_from_memory_with_the_previews_scripts(still: Preview) -> None:
    status, body = still.get("/tides/")
    assert status == 200
    assert b"/_sitegen/preview.js" in body
    assert b'data-line="5"' in body
    assert not (still.root / "public").exists()
    assert still.get("/tides")[0] == 307
    assert still.get("/nowhere/")[0] == 404


def test_the_previews_scripts_come_before_those_of_the_page(still: Preview) -> None:
    body = still.get("/tides/")[1]
    assert body.index(b"<head>") < body.index(b"/_sitegen/preview.js") < body.index(b"/site.")


def test_files_beside_the_pages_are_served_with_their_kinds(preview: Preview) -> None:
    preview.write("content/media/water level.csv", "a,b\n")
    wait_for(lambda: preview.get("/media/water%20level.csv")[0] == 200)
    assert preview.get("/media/water%20level.csv")[1] == b"a,b\n"
    assert preview.get("/feed.xml")[0] == preview.get("/claims.json")[0] == 200
    for name in ("preview.js", "morph.js", "panel.js", "panel.css", "idiomorph.min.js"):
        assert preview.get(f"/_sitegen/{name}")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../sitegen.yaml",
        "/%2e%2e/sitegen.yaml",
        "/media/..%2f..%2fsitegen.yaml",
        "/..%5csitegen.yaml",
        "//sitegen.yaml",
        "/%00",
        "/_sitegen/../server.py",
        "/_sitegen/%2e%2e/server.py",
        "/_sitegen/..%2fserver.py",
    ],
)
def test_paths_cannot_leave_the_site(still: Preview, path: str) -> None:
    status, body = still.get(path)
    assert status == 404
    assert b"title: Preview" not in body
    assert b"import " not in body


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "[::2]", "10.0.0.1", ""]
)
def test_other_host_names_are_refused(still: Preview, host: str) -> None:
    assert still.get("/tides/", Host=host)[0] == 400


def test_other_sites_cannot_listen(still: Preview) -> None:
    assert still.get("/_sitegen/state", **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert still.get("/tides/", **{"Sec-Fetch-Site": "cross-site"})[0] == 200  # a link to it may be followed


def test_which_names_are_answered_to() -> None:
    local, everywhere, named = answers_to("127.0.0.1"), answers_to("0.0.0.0"), answers_to("box.lan")  # noqa: S104
    assert all(answers("localhost") and answers("127.0.0.1") for answers in (local, everywhere, named))
    assert not local("192.168.1.7")
    assert everywhere("192.168.1.7")
    assert everywhere("fe80::1")
    assert named("box.lan")
    assert not any(answers("evil.example") for answers in (local, everywhere, named))


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("LocalHost:80", "localhost"),
        ("[::1]:80", "::1"),
        ("[::1]", "::1"),
        ("10.0.0.1", "10.0.0.1"),
        ("", ""),
    ],
)
def test_hosts_are_read_from_their_header(header: str, host: str) -> None:
    assert host_name(header) == host


# --- opening the editor


@pytest.fixture
def opened(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What an editor was told: a file of lines."""
    folder = tmp_path_factory.mktemp("editor")
    script, record = folder / "editor", folder / "record"
    script.write_text(f'#!/bin/sh\necho "$@" >>"{record}"\n')
    script.chmod(0o755)
    monkeypatch.setenv("SITEGEN_EDITOR", f"{script} {{file}} {{line}} {{column}}")
    return record


def ask_to_open(still: Preview, /, asked: object = None, **headers: str) -> int:
    body = json.dumps(asked or {"file": "content/tides.yaml", "line": 2, "column": 3}).encode()
    return still.ask("POST", "/_sitegen/open", body, headers)[0]


def test_a_page_of_the_preview_may_open_the_editor(still: Preview, opened: Path) -> None:
    headers = {
        "X-Sitegen-Token": token(still),
        "Origin": still.address.rstrip("/"),
        "Sec-Fetch-Site": "same-origin",
    }
    assert ask_to_open(still, **headers) == 204
    wait_for(opened.exists)
    wait_for(lambda: opened.read_text() == f"{still.root}/content/tides.yaml 2 3\n")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Sitegen-Token": ""},
        {"X-Sitegen-Token": "guess"},
        {"X-Sitegen-Token": "TOKEN", "Origin": "https://evil.example"},
        {"X-Sitegen-Token": "TOKEN", "Origin": "null"},
        {"X-Sitegen-Token": "TOKEN", "Sec-Fetch-Site": "cross-site"},
        {"X-Sitegen-Token": "TOKEN", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_nobody_else_may(still: Preview, opened: Path, headers: dict[str, str]) -> None:
    sent = {name: value.replace("TOKEN", token(still)) for name, value in headers.items()}
    assert ask_to_open(still, **sent) == 403
    assert not opened.exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"file": "../outside.md", "line": 1},
        {"file": "/etc/passwd", "line": 1},
        {"file": "content/../../outside.md", "line": 1},
        {"file": "content/link.md", "line": 1},
        {"file": "content/nowhere.md", "line": 1},
        {"file": "content", "line": 1},
        {"file": "content/tides.md", "line": "1; rm"},
        {"file": "content/tides.md", "line": 0},
        {"file": "content/tides.md"},
        ["content/tides.md", 1],
        "content/tides.md",
    ],
)
def test_only_places_in_files_of_the_site_are_opened(still: Preview, opened: Path, asked: object) -> None:
    (still.root.parent / "outside.md").write_text("secret")
    link = still.root / "content" / "link.md"
    if not link.is_symlink():
        link.symlink_to(still.root.parent / "outside.md")
    assert ask_to_open(still, asked, **{"X-Sitegen-Token": token(still)}) == 400
    assert not opened.exists()


def test_a_get_opens_nothing(still: Preview, opened: Path) -> None:
    assert still.get("/_sitegen/open", **{"X-Sitegen-Token": token(still)})[0] in {404, 405}
    assert not opened.exists()


def test_without_an_editor_the_page_is_given_a_link(still: Preview, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SITEGEN_EDITOR", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    body = json.dumps({"file": "content/tides.md", "line": 5}).encode()
    status, link = still.ask("POST", "/_sitegen/open", body, {"X-Sitegen-Token": token(still)})
    assert (status, link.decode()) == (501, f"vscode://file{still.root}/content/tides.md:5:1")


# --- what breaks


def test_a_broken_sidecar_leaves_the_page_up_and_is_told_and_goes_when_mended(preview: Preview) -> None:
    before = preview.get("/tides/")
    preview.write("content/tides.yaml", "claims:\n  pull: {anchor: [\n")
    wait_for(lambda: "yaml-syntax" in preview.problems())
    assert preview.get("/tides/") == before
    preview.write("content/tides.yaml", SIDECAR)
    wait_for(lambda: not preview.problems())


def test_broken_front_matter_leaves_the_page_up(preview: Preview) -> None:
    before = preview.get("/tides/")
    preview.write("content/tides.md", ARTICLE.replace("title: Tides", "title: [Tides"))
    wait_for(lambda: "yaml-syntax" in preview.problems())
    assert preview.get("/tides/") == before


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sitegen.yaml", "title: [\n"),
        ("sitegen.yaml", "theme: nowhere\n"),
        ("themes/default/templates/article.html", "{% if %}"),
        ("themes/default/templates/article.html", "{{ nothing.at.all }}"),
    ],
)
def test_the_last_good_page_stays_whatever_breaks(preview: Preview, name: str, text: str) -> None:
    (preview.root / "themes").mkdir(exist_ok=True)
    preview.watch.stop()
    before = preview.get("/tides/")
    kept = (preview.root / name).read_text() if (preview.root / name).exists() else None
    preview.write(name, text)
    preview.session.update(None)
    assert preview.get("/tides/") == before
    assert preview.problems() == ["site-unusable"]
    assert preview.state("/nowhere/")["failure"]
    if kept is None:
        (preview.root / name).unlink()
    else:
        preview.write(name, kept)
    preview.session.update(None)
    assert preview.problems() == []


def test_problems_are_told_with_their_line_and_those_elsewhere_counted(preview: Preview) -> None:
    preview.write("content/tides.yaml", SIDECAR.replace("moon pulls the water", "moon draws the water"))
    preview.write("content/ebb.md", "# Ebb\n\n[nowhere](nowhere.md) and [nowhere](else.md)\n")
    wait_for(lambda: preview.state()["elsewhere"]["errors"] == 2)
    [problem] = preview.state()["here"]
    assert (problem["file"], problem["line"], problem["column"]) == ("content/tides.yaml", 3, 13)
    assert (problem["before"], problem["marked"]) == ("    anchor: ", "moon draws the water")
    elsewhere = json.loads(preview.get("/_sitegen/problems?path=/tides/")[1])
    [group] = elsewhere["groups"]
    assert (group["file"], group["page"], group["errors"], elsewhere["more"]) == (
        "content/ebb.md",
        "/ebb/",
        2,
        0,
    )


def test_files_that_are_renamed_into_place_and_deleted_are_noticed(preview: Preview) -> None:
    fresh = preview.root / "content" / "tides.md.tmp~"
    fresh.write_text(ARTICLE.replace("they say", "we say"))
    fresh.rename(preview.root / "content" / "tides.md")
    wait_for(lambda: b"we say" in preview.get("/tides/")[1])
    (preview.root / "content" / "tides.md").unlink()
    (preview.root / "content" / "tides.yaml").unlink()
    wait_for(lambda: preview.get("/tides/")[0] == 404)


@pytest.mark.parametrize(
    ("name", "lasting"),
    [
        ("assets/style.0f1e2d3c4b.css", True),
        ("assets/fonts/newsreader.0f1e2d3c4b.woff2", True),
        ("assets/style.css", False),
        ("assets/index.html", False),
        ("assets/notes.deadbeef.html", False),
        ("media/map.0f1e2d3c4b.png", False),
    ],
)
def test_only_what_is_named_by_its_hash_is_kept_by_browsers(name: str, *, lasting: bool) -> None:
    assert is_lasting(name) is lasting


@pytest.mark.parametrize("path", ["", "/", "a//b", "../a", "a/../b", "a/.", "a\\b", "a\0"])
def test_odd_paths_are_known(path: str) -> None:
    assert not is_plain(path)


def test_a_taken_port_is_passed_over() -> None:
    with bound_socket("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with bound_socket("127.0.0.1", port) as second:
            assert port < second.getsockname()[1] < port + 50


def test_an_address_that_is_not_this_machines_is_no_port_to_pass_over() -> None:
    with pytest.raises(OSError, match="assign"):
        bound_socket("192.0.2.1", 8000)
