"""The preview: a real server, a real browser, real files that change."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser import chromium

from sitegen.preview.server import LOCAL_HOSTS, bound_socket, server
from sitegen.preview.session import Session
from sitegen.preview.watch import Watch

ARTICLE = "---\ntitle: Tides\n---\n\nThe moon pulls the water, they say.\n\n" + "More words.\n\n" * 80
SIDECAR = "claims:\n  pull: {anchor: moon pulls the water, verdict: opinion, because: A reason.}\n"


class Preview:
    """A preview that runs, and the site that it shows."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("sitegen.yaml", "title: Preview\n")
        self.write("content/tides.md", ARTICLE)
        self.write("content/tides.yaml", SIDECAR)
        listening = bound_socket("127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        self.session = Session(root, self.address, drafts=True)
        self.session.rebuild()
        self.watch = Watch(root, lambda: (self.session.rebuild(), None)[1])
        self.watch.start()
        self.server = server(self.session, LOCAL_HOSTS)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listening]}, daemon=True)
        self.thread.start()
        wait_for(lambda: self.server.started)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=10)
        connection.putrequest("GET", path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def problems(self) -> list[str]:
        return [
            problem["rule"] for problem in json.loads(self.get("/_sitegen/state?path=/tides/")[1])["problems"]
        ]

    def stop(self) -> None:
        self.watch.stop()
        self.server.force_exit = True
        self.server.should_exit = True
        self.thread.join(timeout=10)


def wait_for(condition: Callable[[], object]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come true within twelve seconds")


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    running = Preview(tmp_path.resolve())
    yield running
    running.stop()


def test_pages_come_from_memory_with_the_previews_scripts(preview: Preview) -> None:
    status, body = preview.get("/tides/")
    assert status == 200
    assert b"/_sitegen/preview.js" in body
    assert not (preview.root / "public").exists()
    assert preview.get("/tides")[0] == 307
    assert preview.get("/nowhere/")[0] == 404


@pytest.mark.parametrize(
    "path",
    ["/../sitegen.yaml", "/%2e%2e/sitegen.yaml", "/_sitegen/../server.py", "/_sitegen/%2e%2e/server.py"],
)
def test_paths_cannot_leave_the_site(preview: Preview, path: str) -> None:
    status, body = preview.get(path)
    assert status == 404
    assert b"title: Preview" not in body


def test_other_host_names_are_refused(preview: Preview) -> None:
    assert preview.get("/tides/", Host="evil.example")[0] == 400


def test_a_broken_sidecar_leaves_the_page_up_and_is_told_and_goes_when_mended(preview: Preview) -> None:
    preview.write("content/tides.yaml", "claims:\n  pull: {anchor: [\n")
    wait_for(lambda: "yaml-syntax" in preview.problems())
    assert preview.get("/tides/")[0] == 200
    preview.write("content/tides.yaml", SIDECAR)
    wait_for(lambda: not preview.problems())


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
    preview.session.rebuild()
    assert preview.get("/tides/") == before
    assert preview.problems() == ["site-unusable"]
    if kept is None:
        (preview.root / name).unlink()
    else:
        preview.write(name, kept)
    preview.session.rebuild()
    assert preview.problems() == []


def test_files_that_are_renamed_into_place_and_deleted_are_noticed(preview: Preview) -> None:
    fresh = preview.root / "content" / "tides.md.tmp~"
    fresh.write_text(ARTICLE.replace("they say", "we say"))
    fresh.rename(preview.root / "content" / "tides.md")
    wait_for(lambda: b"we say" in preview.get("/tides/")[1])
    (preview.root / "content" / "tides.md").unlink()
    (preview.root / "content" / "tides.yaml").unlink()
    wait_for(lambda: preview.get("/tides/")[0] == 404)


@pytest.mark.browser
def test_the_page_follows_an_edit_without_being_loaded_again(preview: Preview) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 600})
        page.goto(f"{preview.address}tides/")
        page.evaluate("document.fonts.ready.then(() => true)")
        page.evaluate(
            "window.stays = true; scrollTo({top: 300, behavior: 'instant'}); document.querySelector('details')?.setAttribute('open', '')"
        )
        wait_for(lambda: preview.session.listeners)
        preview.write("content/tides.md", ARTICLE.replace("they say", "we all say"))
        wait_for(lambda: "we all say" in page.inner_text("body"))
        assert page.evaluate("[window.stays, scrollY]") == [True, 300]
        preview.write("content/tides.md", ARTICLE.replace("moon pulls", "moon draws"))
        page.wait_for_selector("#sitegen-preview li")
        assert "anchor-drifted" in page.inner_text("#sitegen-preview")
        assert "content/tides.yaml:2:18" in page.inner_text("#sitegen-preview")
        preview.write("content/tides.md", ARTICLE)
        wait_for(lambda: page.locator("#sitegen-preview li").count() == 0)
        assert page.evaluate("[window.stays, scrollY]") == [True, 300]
