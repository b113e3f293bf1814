"""The stream of events, as a client hears it."""

import http.client
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from previewing import ARTICLE, SITE, Preview, wait_for


class Client:
    """Listens to the events for one page."""

    def __init__(self, preview: Preview, path: str = "/tides/", shown: str = "") -> None:
        self.connection = http.client.HTTPConnection(urlsplit(preview.address).netloc, timeout=5)
        self.connection.request("GET", f"/_sitegen/events?path={quote(path)}&shown={shown}")
        self.answer = self.connection.getresponse()

    def news(self) -> dict[str, Any]:
        """The next news; waits for them."""
        while True:
            line = self.answer.readline()
            assert line, "the stream has ended"
            if line.startswith(b"data: "):
                news: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                return news

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


def shown(preview: Preview, path: str = "/tides/") -> str:
    found = re.search(rb'<meta name="sitegen-page" content="([^"]+)"', preview.get(path)[1])
    assert found is not None
    return found[1].decode()


@pytest.fixture
def client(preview: Preview) -> Iterator[Client]:
    listening = Client(preview, shown=shown(preview))
    yield listening
    listening.close()


def test_at_first_only_what_the_page_does_not_know(preview: Preview, client: Client) -> None:
    news = client.news()
    assert news["version"] == preview.session.version
    assert news.keys() == {"version", "state"}
    assert news["state"]["entries"] == {
        "": ["content/tides.md", 1, 1],
        "pull": ["content/tides.yaml", 2, 3],
        "sun": ["content/tides.yaml", 7, 3],
    }


def test_an_edit_brings_the_page_itself(preview: Preview, client: Client) -> None:
    client.news()
    preview.write("content/tides.md", ARTICLE.replace("they say", "we say"))
    news = client.news()
    assert "we say" in news["html"]
    assert news["html"].encode() == preview.get("/tides/")[1]
    assert news["page"] == shown(preview)
    assert "state" not in news


def test_an_edit_of_another_page_brings_nothing_but_the_version(preview: Preview, client: Client) -> None:
    before = client.news()["version"]
    preview.write("content/ebb.md", "---\ntitle: Ebb\ndraft: true\n---\n\nAlone.\n")
    news = client.news()
    preview.write("content/ebb.md", "---\ntitle: Ebb\ndraft: true\n---\n\nAlone again.\n")
    news = client.news()
    assert news["version"] > before
    assert news.keys() <= {"version", "assets"}


def test_only_the_heads_part_changes_with_a_stylesheet(preview: Preview, client: Client) -> None:
    before = shown(preview)
    client.news()
    preview.write("themes/mine/theme.yaml", "extends: default\n")
    preview.write("themes/mine/static/style.css", "body { color: teal }")
    preview.write("sitegen.yaml", "title: Preview\ntheme: mine\n")
    news = client.news()
    while "page" not in news:
        news = client.news()
    assert news["page"].split(".")[0] != before.split(".")[0]
    assert news["page"].split(".")[1] == before.split(".")[1]


def test_a_deleted_page_brings_the_page_that_says_so(preview: Preview, client: Client) -> None:
    client.news()
    (preview.root / "content" / "tides.md").unlink()
    (preview.root / "content" / "tides.yaml").unlink()
    news = client.news()
    while "html" not in news:
        news = client.news()
    assert news["html"].encode() == preview.get("/tides/")[1]
    assert preview.get("/tides/")[0] == 404
    preview.write("content/tides.md", ARTICLE)
    news = client.news()
    while "More words" not in news.get("html", ""):
        news = client.news()


def test_who_was_away_is_told_the_difference(preview: Preview) -> None:
    old = shown(preview)
    preview.write("content/tides.md", ARTICLE.replace("they say", "we say"))
    wait_for(lambda: shown(preview) != old)
    late = Client(preview, shown=old)
    assert "we say" in late.news()["html"]
    late.close()


def test_after_a_restart_the_page_is_sent_with_its_new_token(tmp_path: Path) -> None:
    first = Preview(tmp_path)
    old = shown(first)
    first.stop()
    second = Preview(tmp_path, SITE, first.port)
    late = Client(second, shown=old)
    news = late.news()
    assert news["page"] == shown(second) != old
    assert re.search('sitegen-token" content="[^"]+"', news["html"])
    late.close()
    second.stop()


def test_a_burst_of_updates_is_told_once_it_is_read(preview: Preview, client: Client) -> None:
    client.news()
    for number in range(20):
        preview.write("content/tides.md", ARTICLE.replace("they say", f"we say {number}"))
        preview.session.update(None)
    told = [client.news()]
    while "we say 19" not in told[-1].get("html", ""):
        told.append(client.news())
    assert len(told) <= 41


def test_news_that_could_not_be_had_are_asked_for_again(
    preview: Preview, client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client.news()
    page, failures = preview.session.page, iter([ZeroDivisionError] * 2)

    def failing(path: str) -> object:
        for failure in failures:
            raise failure
        return page(path)

    monkeypatch.setattr(preview.session, "page", failing)
    preview.write("content/tides.md", ARTICLE.replace("they say", "we say"))
    assert "we say" in client.news()["html"]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_page_that_fails_waits_for_a_better_one(
    preview: Preview, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: str) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as failing:
        failing.setattr(preview.session, "page", fail)
        status, body = preview.get("/tides/")
    assert status == 500
    assert b"/_sitegen/preview.js" in body
    assert "ZeroDivisionError" in capsys.readouterr().err
    waiting = Client(preview, shown="whatever.it-shows")
    assert "More words" in waiting.news()["html"]
    waiting.close()


def test_streams_that_closed_are_forgotten(preview: Preview) -> None:
    clients = [Client(preview) for _ in range(5)]
    for client in clients:
        client.news()
    assert preview.state()["listening"] == 5
    for client in clients:
        client.close()
    wait_for(lambda: preview.state()["listening"] == 0)


def test_the_server_ends_with_streams_open(tmp_path: Path) -> None:
    preview = Preview(tmp_path)
    client = Client(preview)
    client.news()
    started = time.monotonic()
    preview.stop()
    assert time.monotonic() - started < 3
    assert not preview.thread.is_alive()
    client.close()
