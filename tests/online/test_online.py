"""`check --online`: real servers on this machine, and what is said of each of their answers."""

import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sites import Site

from sitegen.archiving.addresses import Guard
from sitegen.archiving.answers import FILE, read_answers, write_answers
from sitegen.archiving.client import Fetched, Limits
from sitegen.archiving.online import AGES, Answer, is_home_instead

QUOTE = "the flood at the quay lasts two hours"
PROSE = (
    "Along the coast people have watched the water for centuries and have written down what they saw. " * 12
)
LIMITS = Limits(pause=0.0, backoff=0.01, retries=1, connect=2.0, read=0.5, whole=3.0, wait=0.05)


def page(words: str) -> bytes:
    return f"<!doctype html><title>A page</title><article><p>{PROSE}</p><p>{words}</p></article>".encode()


class Web:
    """A server whose pages are set by tests; it counts what it is asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, bytes] | Callable[[int], tuple[int, bytes]]] = {}
        self.asked: list[str] = []
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append(self.path)
                found = web.pages.get(self.path, (404, b"gone"))
                status, body = found(web.asked.count(self.path)) if callable(found) else found
                if status == 0:
                    time.sleep(1.0)
                    return
                self.send_response(status)
                if status in {301, 302}:
                    self.send_header("Location", body.decode())
                    body = b""
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.at = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setattr("sitegen.commands.online.guard", lambda **_: Guard(private=True, resolve=names))
    monkeypatch.setattr("sitegen.commands.online.limits", lambda: LIMITS)
    started = Web()
    yield started
    started.close()


def names(host: str, port: int) -> tuple[str, ...]:
    del port
    if host == "gone.test":
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    if host == "later.test":
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    return ("127.0.0.1",)


def cite(site: Site, url: str, *, link: str = "", quote: str = QUOTE, copy: str = PROSE + QUOTE) -> None:
    record = f"title: Survey\nkind: primary\norigin: us\nurl: {url}\n" + (f"link: {link}\n" if link else "")
    site.write(
        {
            "sitegen.yaml": "checks: {rules: {single-origin: off}}\n",
            "content/tides.md": "The flood is long.\n",
            "content/tides.yaml": (
                "claims:\n  flood:\n    anchor: The flood is long\n    verdict: supported\n    because: Measured.\n"
                f"    evidence: [{{source: survey, stance: supports, quote: {quote}}}]\n    checked: 2024-05-02\n"
            ),
            "content/sources/survey.yaml": record,
            "content/sources/survey.txt": copy,
        }
    )


def found(site: Site) -> list[str]:
    return site.lines("--online")


RECORD = "content/sources/survey.yaml:4:6"
PASSAGE = "content/tides.yaml:6:58"


def test_live_page_that_holds_the_words(site: Site, web: Web) -> None:
    cite(site, f"{web.at}/a#part")
    web.pages["/a"] = 200, page("In spring the flood at the quay lasts two hours, they say.")
    run = site.run("check", "--online")
    assert (run.status, run.out) == (0, "no problems\n")
    assert "1 address, 1 asked for now, 0 known from before" in run.err


@pytest.mark.parametrize(
    ("answer", "rules"),
    [
        ((200, page("Nothing of the kind.")), [f"{PASSAGE} link-changed"]),
        ((200, page("the flood at the quay lasts three hours")), [f"{PASSAGE} link-changed"]),
        ((404, b"no"), [f"{RECORD} link-dead"]),
        ((410, b"no"), [f"{RECORD} link-dead"]),
        ((403, b"no"), [f"{RECORD} link-unknown"]),
        ((500, b"no"), [f"{RECORD} link-unknown"]),
        ((503, b"no"), [f"{RECORD} link-unknown"]),
        ((429, b"no"), [f"{RECORD} link-unknown"]),
        ((0, b""), [f"{RECORD} link-unknown"]),
        ((302, b"/"), [f"{RECORD} link-moved"]),
        ((301, b"/en/index.html"), [f"{RECORD} link-moved"]),
        ((301, b"/moved"), []),
        ((302, b"/gone"), [f"{RECORD} link-dead"]),
        (
            (200, b"<title>Just a moment...</title><p>Checking your browser</p><script src=x></script>"),
            [f"{RECORD} link-unknown"],
        ),
    ],
)
def test_answers(site: Site, web: Web, answer: tuple[int, bytes], rules: list[str]) -> None:
    cite(site, f"{web.at}/a")
    web.pages |= {
        "/a": answer,
        "/": (200, page("Welcome.")),
        "/en/index.html": (200, page("Welcome.")),
        "/moved": (200, page(QUOTE)),
    }
    assert found(site) == rules


def test_front_page_that_holds_the_words_is_the_page(site: Site, web: Web) -> None:
    cite(site, f"{web.at}/a")
    web.pages |= {"/a": (302, b"/"), "/": (200, page(QUOTE))}
    assert found(site) == []


def test_levels(site: Site, web: Web) -> None:
    cite(site, f"{web.at}/a")
    assert site.run("check", "--online").status == 1, "dead is an error"
    web.pages["/a"] = 403, b""
    (site.root / ".sitegen" / FILE).unlink()
    run = site.run("check", "--online")
    assert run.status == 0, "what could not be told is none"
    assert "could not tell" in run.out


def test_one_missing_answer_is_not_believed(site: Site, web: Web) -> None:
    cite(site, f"{web.at}/a")
    web.pages["/a"] = lambda times: (404, b"") if times == 1 else (200, page(QUOTE))
    assert found(site) == []
    assert web.asked.count("/a") == 2


def test_host_that_does_not_exist_is_dead(site: Site, web: Web) -> None:
    del web
    cite(site, "http://gone.test/a")
    run = site.run("check", "--online")
    assert run.status == 1
    assert "link-dead" in run.out
    assert "there is no host gone.test" in run.out


def test_names_that_cannot_be_looked_up_now_are_not(site: Site, web: Web) -> None:
    del web
    cite(site, "http://later.test/a")
    run = site.run("check", "--online")
    assert run.status == 3
    assert "link-unknown" in run.out
    assert "link-dead" not in run.out
    assert "is this machine online?" in run.err
    assert not (site.root / ".sitegen" / FILE).exists()


def test_private_machines_are_not_asked(site: Site, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.commands.online.guard", Guard)
    cite(site, f"{web.at}/a")
    assert found(site) == [f"{RECORD} link-unknown"]
    assert web.asked == []
    (site.root / ".sitegen" / FILE).unlink()
    settings = (site.root / "sitegen.yaml").read_text()
    site.write({"sitegen.yaml": f"{settings}archive: {{private_addresses: true}}\n"})
    assert found(site) == [f"{RECORD} link-dead"]
    assert "/a" in web.asked


def test_robots_are_heeded(site: Site, web: Web) -> None:
    cite(site, f"{web.at}/a")
    web.pages |= {"/a": (200, page("Nothing.")), "/robots.txt": (200, b"User-agent: *\nDisallow: /\n")}
    assert found(site) == [f"{RECORD} link-unknown"]
    assert "/a" not in web.asked


@pytest.mark.parametrize(
    ("link", "answer"),
    [
        ("dead", (404, b"")),
        ("changed", (200, page("Nothing."))),
        ("paywalled", (403, b"")),
        ("dead", (302, b"/")),
    ],
)
def test_what_the_record_says_already_is_no_news(
    site: Site, web: Web, link: str, answer: tuple[int, bytes]
) -> None:
    cite(site, f"{web.at}/a", link=link)
    web.pages |= {"/a": answer, "/": (200, page("Welcome."))}
    assert found(site) == []


def test_answers_are_remembered_until_something_new_is_quoted(site: Site, web: Web) -> None:
    cite(site, f"{web.at}/a")
    web.pages["/a"] = 200, page(QUOTE)
    assert found(site) == found(site) == []
    assert web.asked.count("/a") == 1
    cite(site, f"{web.at}/a", quote="have watched the water for ages", copy="have watched the water for ages")
    assert found(site) == ["content/tides.yaml:6:58 link-changed"]
    assert web.asked.count("/a") == 2


def test_remembered_answers_that_are_damaged_are_asked_for_again(site: Site, web: Web) -> None:
    cite(site, f"{web.at}/a")
    web.pages["/a"] = 200, page(QUOTE)
    found(site)
    (site.root / ".sitegen" / FILE).write_text('{"x": 1', encoding="utf-8")
    assert found(site) == []
    assert web.asked.count("/a") == 2


def test_quotation_that_our_own_copy_lacks_is_not_told_twice(site: Site, web: Web) -> None:
    cite(site, f"{web.at}/a", copy=PROSE)
    web.pages["/a"] = 200, page("Nothing.")
    assert found(site) == [f"{PASSAGE} quote-absent"]


def test_all_that_leads_out_of_the_site_is_asked(site: Site, web: Web) -> None:
    cite(site, f"{web.at}/a")
    site.write(
        {
            "content/tides.md": f"The flood is long.\n\nSee [there]({web.at}/in-text?a=1&b=2), and <{web.at}/twice>.\n\nAgain <{web.at}/twice>.\n\n[ref]: {web.at}/unused\n",
            "content/tides.yaml": (
                "claims:\n  flood:\n    anchor: The flood is long\n    verdict: unproven\n    because: Nobody measured.\n"
                f"    note: As [told]({web.at}/in-note).\n"
                f"    claimant: {{name: Ann, url: {web.at}/ann}}\n"
                f"    said: {{at: {{title: T, url: {web.at}/said, archive: {web.at}/said-archived}}}}\n"
                "    evidence: [{source: survey, stance: context}]\n    checked: 2024-05-02\n"
            ),
            "content/sources/survey.yaml": f"title: Survey\nkind: primary\nurl: {web.at}/a\narchive: {{url: {web.at}/archived}}\n",
        }
    )
    web.pages["/a"] = 200, page("Nothing of note.")
    run = site.run("check", "--online")
    lines = [line.partition(" is dead")[0] for line in run.out.splitlines() if "[link-dead]" in line]
    assert [tuple(line.replace(web.at, "").split(": error: ")) for line in lines] == [
        ("content/sources/survey.yaml:4:16", 'the archived copy of "survey"'),
        ("content/tides.md:3:13", "the link to /in-text?a=1&b=2"),
        ("content/tides.md:3:59", "the link to /twice"),
        ("content/tides.yaml:6:21", "the link to /in-note"),
        ("content/tides.yaml:7:32", "the claimant's page /ann"),
        ("content/tides.yaml:8:32", "the page where it was said, /said"),
        ("content/tides.yaml:8:70", "the archived copy of where it was said, /said-archived"),
    ]
    assert "/unused" not in web.asked


def test_paths_narrow_what_is_asked(site: Site, web: Web) -> None:
    cite(site, f"{web.at}/a")
    site.write({"content/other.md": "Words.\n"})
    assert site.lines("--online", "content/other.md") == []
    assert web.asked == []
    assert site.lines("--online", "content/tides.md") == []
    assert "/a" in web.asked


def test_other_commands_ask_nobody(site: Site, web: Web) -> None:
    cite(site, f"{web.at}/a")
    assert site.run("check").status == 0
    assert site.build().status == 0
    assert site.run("stats").status == 0
    assert web.asked == []


def test_online_and_due_do_not_go_together(site: Site) -> None:
    assert site.run("check", "--online", "--due", "30d").status == 2


# --- single functions


def redirected(url: str, final: str) -> Fetched:
    return Fetched(url, final, 200, "text/html", "", b"", (url,))


@pytest.mark.parametrize(
    ("url", "final", "home"),
    [
        ("https://e.org/a/b", "https://e.org/", True),
        ("https://e.org/a/b", "https://www.e.org/de/", True),
        ("https://e.org/a", "https://e.org/en-gb/home", True),
        ("https://e.org/a", "https://f.org", True),
        ("http://e.org/", "https://e.org/", False),
        ("https://e.org/a", "https://e.org/b", False),
        ("https://e.org/a", "https://e.org/?p=3", False),
    ],
)
def test_front_pages(url: str, final: str, *, home: bool) -> None:
    assert is_home_instead(redirected(url, final)) is home


@given(st.sampled_from(list(AGES)), st.integers(0, 10**6))
def test_an_answer_holds_until_its_age(outcome: str, later: int) -> None:
    answer = Answer(1e9, outcome)  # type: ignore[arg-type] # drawn from the table of them
    assert answer.holds(1e9 + later, ()) == (later < AGES[answer.outcome])
    assert not answer.holds(1e9 - 1, ()), "a clock that was set back proves nothing"


def test_old_answers_are_dropped(tmp_path: Path) -> None:
    write_answers(tmp_path, {"a": Answer(0, "live"), "b": Answer(1e9, "dead")}, 1e9)
    assert set(read_answers(tmp_path)) == {"b"}
    assert set(json.loads((tmp_path / FILE).read_text(encoding="utf-8"))) == {"b"}
    assert read_answers(tmp_path / "nowhere") == {}
