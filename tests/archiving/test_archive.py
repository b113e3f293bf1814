"""`sitegen archive`, run on sites against a server: copies, records, refreshes, the Wayback Machine."""

import datetime as dt
import email.utils
import errno
import hashlib
import io
import sys
import tempfile
from pathlib import Path

import pytest
from archive_server import PROSE, Answer, Ask, Web, page
from sites import Site
from warcio.archiveiterator import ArchiveIterator

from sitegen.reading.records import read_source

pytestmark = pytest.mark.usefixtures("no_waiting")

PRIVATE = "archive: {private_addresses: true}\n"
SIDECAR = """\
claims:
  levy:
    anchor: the levy was doubled
    verdict: supported
    evidence:
      - {source: minutes, stance: supports, quote: the levy on moorings is doubled from July}
    checked: 2024-05-20
"""


@pytest.fixture
def harbour(site: Site, web: Web) -> Site:
    """A site whose one source is at `/minutes`, with a claim that rests on it."""
    web.pages["/minutes"] = Answer(page("Minutes", *PROSE))
    record = f"# kept\ntitle: Minutes   # and this\nurl: {web.base}/minutes # here\nkind: primary\n"
    return site.write(
        {
            "sitegen.yaml": PRIVATE,
            "content/levy.md": "# Levy\n\nFew know that the levy was doubled.\n",
            "content/levy.yaml": SIDECAR,
            "content/sources/minutes.yaml": record,
        }
    )


def sources(site: Site) -> Path:
    return site.root / "content" / "sources"


def record(site: Site) -> str:
    return (sources(site) / "minutes.yaml").read_text(encoding="utf-8")


def test_a_source_is_fetched_and_pinned(harbour: Site, web: Web) -> None:
    before = record(harbour)
    done = harbour.run("archive")
    assert (done.status, done.out.splitlines()[-1]) == (0, "1 stored"), done.err
    raw, text = (sources(harbour) / f"minutes.{suffix}" for suffix in ("html", "txt"))
    source, problems = read_source(record(harbour).encode(), "content/sources/minutes.yaml")
    assert source is not None
    assert source.snapshot is not None
    assert problems == ()
    assert raw.read_bytes() == page("Minutes", *PROSE)
    assert source.snapshot.sha256 == hashlib.sha256(raw.read_bytes()).hexdigest()
    assert source.snapshot.text_sha256 == hashlib.sha256(text.read_bytes()).hexdigest()
    assert source.snapshot.extractor.startswith("trafilatura ")
    assert (source.snapshot.status, source.snapshot.coverage, source.snapshot.file) == (
        200,
        "full",
        "minutes.html",
    )
    assert source.snapshot.url == f"{web.base}/minutes"
    assert source.accessed == dt.date(2024, 6, 1)
    kept = [line for line in record(harbour).splitlines() if line in before.splitlines()]
    assert kept == before.splitlines()


def test_what_has_a_copy_is_left_alone(harbour: Site, web: Web) -> None:
    harbour.run("archive")
    asked, written = len(web.asked), record(harbour)
    done = harbour.run("archive")
    assert (done.status, done.out) == (0, "1 left as they are\n")
    assert (len(web.asked), record(harbour)) == (asked, written)


def test_copies_are_not_published(harbour: Site) -> None:
    harbour.run("archive", "--warc")
    harbour.write({"content/levy.yaml": SIDECAR.replace("2024-05-20", "2024-06-01")})
    assert harbour.run("build").status == 0
    assert (sources(harbour) / "minutes.warc.gz").is_file()
    files = [path for path in harbour.public.rglob("*") if path.is_file()]
    assert not [path for path in files if path.name.startswith("minutes.")]
    # The sentence around the quotation is shown, and none of the others.
    shown = "".join(
        path.read_text(encoding="utf-8")
        for path in files
        if path.suffix in {".html", ".json", ".jsonld", ".xml"}
    )
    assert "The harbour board met on Tuesday" in shown
    assert "Two members spoke against it" not in shown


def test_a_warc_holds_the_answer(harbour: Site, web: Web) -> None:
    web.pages["/minutes"] = Answer(
        page("Minutes", *PROSE), headers={"Set-Cookie": "secret=1", "X-Seen": "yes"}
    )
    assert harbour.run("archive", "--warc").status == 0
    content = (sources(harbour) / "minutes.warc.gz").read_bytes()
    found = [
        (entry.rec_headers.get_header("WARC-Target-URI"), entry.http_headers, entry.content_stream().read())
        for entry in ArchiveIterator(io.BytesIO(content))
        if entry.rec_type == "response"
    ]
    assert [(uri, body) for uri, _, body in found] == [(f"{web.base}/minutes", page("Minutes", *PROSE))]
    assert found[0][1].get_header("X-Seen") == "yes"
    assert b"secret" not in content
    assert found[0][1].get_header("Set-Cookie") is None


def test_private_addresses_are_refused_unless_allowed(harbour: Site, web: Web) -> None:
    harbour.write({"sitegen.yaml": ""})
    before = record(harbour)
    done = harbour.run("archive")
    assert done.status == 1
    assert "content/sources/minutes.yaml:3:6: error: " in done.err
    assert "[refused]" in done.err
    assert (web.asked, record(harbour)) == ([], before)


def test_an_unreadable_answer_is_never_stored(harbour: Site, web: Web) -> None:
    web.pages["/minutes"] = Answer(page("404 Not Found", "Sorry, this page does not exist."))
    before = sorted(sources(harbour).iterdir())
    done = harbour.run("archive")
    assert done.status == 1
    assert "unreadable: an error page with status 200 [unreadable]" in done.err
    assert sorted(sources(harbour).iterdir()) == before
    web.pages["/minutes"] = Answer(status=404)
    assert "HTTP 404" in harbour.run("archive").err


def test_records_that_cannot_be_read_are_told_and_passwords_are_not(harbour: Site, web: Web) -> None:
    for name, url in (("secret", "http://bob:hunter2@x.test/"), ("file", "file:///etc/passwd")):
        harbour.write({f"content/sources/{name}.yaml": f"title: {name}\nurl: {url}\n"})
    done = harbour.run("archive")
    assert done.status == 1
    assert "content/sources/file.yaml:2:6: error: " in done.err
    assert "url: http://***********@x.test/" in done.err
    assert "hunter2" not in done.err
    assert web.paths == ["/robots.txt", "/minutes"]


def test_a_full_disk_changes_nothing(harbour: Site, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of the files it is that has no room, of a first copy and of a refreshed one."""
    make = tempfile.mkstemp

    def state() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sources(harbour).iterdir()}

    for refresh, most in (((), 2), (("--refresh",), 4)):
        web.pages["/minutes"] = Answer(page("Minutes", *PROSE, *refresh))
        before = state()
        for room in range(most + 1):
            made: list[str] = []

            def staged(
                *,
                dir: Path,  # noqa: A002 - as tempfile has it
                prefix: str,
                made: list[str] = made,
                room: int = room,
            ) -> tuple[int, str]:
                if len(made) == room:
                    raise OSError(errno.ENOSPC, "No space left on device")
                made.append(prefix)
                return make(dir=dir, prefix=prefix)

            monkeypatch.setattr("sitegen.archiving.copies.tempfile.mkstemp", staged)
            done = harbour.run("archive", *refresh)
            assert (done.status, "minutes cannot be stored" in done.err, state()) == (2, True, before), room
        monkeypatch.setattr("sitegen.archiving.copies.tempfile.mkstemp", make)
        assert harbour.run("archive", *refresh).status == 0


def test_two_runs_at_once_are_refused(harbour: Site, web: Web) -> None:
    said = []

    def meanwhile(_: Ask) -> Answer:
        said.append(harbour.run("archive"))
        return Answer(page("Minutes", *PROSE))

    web.pages["/minutes"] = meanwhile
    assert harbour.run("archive").status == 0
    assert [(done.status, "another sitegen archive" in done.err) for done in said] == [(2, True)]


def test_who_does_not_answer_is_an_outside_failure(harbour: Site, web: Web) -> None:
    web.pages["/minutes"] = Answer(status=503)
    assert harbour.run("archive").status == 3


def test_robots_bind_a_run_over_all_and_not_a_source_that_is_named(harbour: Site, web: Web) -> None:
    web.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /\n", kind="text/plain")
    assert "[robots]" in harbour.run("archive").err
    assert harbour.run("archive", "minutes").status == 0


def test_an_unknown_id_is_a_mistake(harbour: Site) -> None:
    done = harbour.run("archive", "minute")
    assert done.status == 2
    assert 'did you mean "minutes"?' in done.err


def test_a_source_of_one_article_is_pinned_in_its_sidecar(harbour: Site, web: Web) -> None:
    own = f"{SIDECAR}sources:\n  minutes: {{title: Own, url: '{web.base}/minutes'}} # own\n"
    harbour.write({"content/levy.yaml": own})
    assert harbour.run("archive").status == 0
    assert (sources(harbour) / "levy.minutes.html").is_file()
    written = (harbour.root / "content" / "levy.yaml").read_text(encoding="utf-8")
    assert written.startswith(SIDECAR)
    assert written.endswith("} # own\n")
    assert "file: levy.minutes.html" in written
    assert {problem["rule"] for problem in harbour.problems()} & {
        "snapshot-changed",
        "yaml-syntax",
        "quote-absent",
    } == set()


def test_a_record_that_cannot_be_amended_stores_nothing(harbour: Site, web: Web) -> None:
    text = f"title: Minutes\nsnapshot: &s {{coverage: full}}\nurl: {web.base}/minutes\narchive: {{url: &u 'https://a.example/'}}\n"
    harbour.write(
        {"content/sources/minutes.yaml": text.replace("snapshot: &s", "base: &s") + "snapshot: *s\n"}
    )
    before = {path: path.read_bytes() for path in sources(harbour).iterdir()}
    done = harbour.run("archive")
    assert (done.status, "[record]" in done.err) == (1, True)
    assert {path: path.read_bytes() for path in sources(harbour).iterdir()} == before


def test_a_copy_that_is_gone_is_fetched_again(harbour: Site) -> None:
    harbour.run("archive")
    (sources(harbour) / "minutes.html").unlink()
    assert harbour.run("archive").out.splitlines()[-1] == "1 stored"
    assert not [line for line in harbour.lines() if "snapshot-changed" in line]


def test_the_libraries_are_asked_for(harbour: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [
        name for name in sys.modules if name.startswith(("sitegen.archiving", "sitegen.commands.archive"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "httpx", None)
    done = harbour.run("archive")
    assert done.status == 2
    assert "pip install 'sitegen[archive]'" in done.err


def test_a_large_page_is_kept_and_a_text_past_what_checks_read_is_refused(harbour: Site, web: Web) -> None:
    head = f"<script>/*{'x' * 30_000_000}*/</script>"
    web.pages["/minutes"] = Answer(page("Minutes", *PROSE, head=head))
    assert harbour.run("archive").status == 0
    assert (sources(harbour) / "minutes.html").stat().st_size > 30_000_000
    web.pages["/minutes"] = Answer(("words " * 3_000_000).encode(), kind="text/plain")
    done = harbour.run("archive", "--refresh")
    assert (done.status, "[too-large]" in done.err) == (1, True)


# --- refreshing


def test_the_same_words_change_nothing(harbour: Site, web: Web) -> None:
    harbour.run("archive")
    before = {path: path.read_bytes() for path in sources(harbour).iterdir()}
    web.pages["/minutes"] = Answer(page("Minutes", *PROSE, head="<script>var n=2</script>"))
    done = harbour.run("archive", "--refresh")
    assert (done.status, done.out.splitlines()[-1]) == (0, "1 unchanged")
    assert {path: path.read_bytes() for path in sources(harbour).iterdir()} == before


def test_other_words_keep_the_old_copy_and_say_what_changed(
    harbour: Site, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    harbour.run("archive")
    old = (sources(harbour) / "minutes.html").read_bytes()
    sidecar = (harbour.root / "content" / "levy.yaml").read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1719878400")
    web.pages["/minutes"] = Answer(page("Minutes", PROSE[0].replace("Tuesday", "Monday"), *PROSE[1:]))
    done = harbour.run("archive", "--refresh")
    assert "levy#levy: the quotation is still there; the words around it were changed" in done.out
    assert "[-Tuesday-] {+Monday+}" in done.out
    aside = f"minutes.{hashlib.sha256(old).hexdigest()[:8]}"
    assert (sources(harbour) / f"{aside}.html").read_bytes() == old
    assert "Tuesday" in (sources(harbour) / f"{aside}.txt").read_text(encoding="utf-8")
    assert "\naccessed: 2024-07-02" in record(harbour)
    assert "first_accessed: 2024-06-01" in record(harbour)
    assert "link:" not in record(harbour)
    assert (harbour.root / "content" / "levy.yaml").read_bytes() == sidecar


def test_a_check_before_a_refresh_stays_possible(
    harbour: Site, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    harbour.run("archive")
    sidecar = harbour.root / "content" / "levy.yaml"
    sidecar.write_text(SIDECAR.replace("2024-05-20", "2024-06-15"))
    for date, day in (("1719878400", "Monday"), ("1722556800", "Sunday")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", date)
        web.pages["/minutes"] = Answer(page("Minutes", PROSE[0].replace("Tuesday", day), *PROSE[1:]))
        harbour.run("archive", "--refresh")
        assert "first_accessed: 2024-06-01" in record(harbour)
        assert "date-impossible" not in [problem["rule"] for problem in harbour.problems()]
    # Before it was opened at all, nothing can have been checked.
    sidecar.write_text(SIDECAR.replace("2024-05-20", "2024-05-31"))
    (told,) = (problem for problem in harbour.problems() if problem["rule"] == "date-impossible")
    assert "was opened on 2024-06-01" in told["message"]


def test_a_lost_quotation_is_told_and_stays_checkable(harbour: Site, web: Web) -> None:
    harbour.run("archive")
    old = (sources(harbour) / "minutes.html").read_bytes()
    web.pages["/minutes"] = Answer(page("Minutes", PROSE[0].replace("doubled", "halved"), *PROSE[1:]))
    done = harbour.run("archive", "--refresh")
    assert "levy#levy: the quotation is not in the new copy any more" in done.out
    assert "link: changed" in record(harbour)
    aside = f"minutes.{hashlib.sha256(old).hexdigest()[:8]}.html"
    assert f'"snapshot: {{file: {aside}}}"' in done.out
    assert any("quote-near" in line for line in harbour.lines())
    text = "title: Minutes\nkind: primary\nsnapshot: {file: " + aside + "}\n"
    harbour.write({"content/sources/minutes.yaml": text})
    assert not [line for line in harbour.lines() if "quote-" in line]


def test_an_unreadable_answer_leaves_the_old_copy(harbour: Site, web: Web) -> None:
    harbour.run("archive")
    before = {path: path.read_bytes() for path in sources(harbour).iterdir()}
    web.pages["/minutes"] = Answer(page("Just a moment...", "Checking your browser."))
    assert harbour.run("archive", "--refresh").status == 1
    assert {path: path.read_bytes() for path in sources(harbour).iterdir()} == before


def test_what_a_person_says_of_a_copys_extent_outlasts_a_refresh(harbour: Site, web: Web) -> None:
    harbour.run("archive")
    path = sources(harbour) / "minutes.yaml"
    path.write_text(record(harbour).replace("coverage: full", "coverage: abstract"), encoding="utf-8")
    web.pages["/minutes"] = Answer(page("Minutes", *PROSE, "The meeting was closed at nine in the evening."))
    assert "1 refreshed" in harbour.run("archive", "--refresh").out
    assert "coverage: abstract" in record(harbour)
    assert "closed at nine" in (sources(harbour) / "minutes.txt").read_text(encoding="utf-8")


def test_a_refresh_that_was_ended_goes_on_where_it_was(harbour: Site, web: Web) -> None:
    harbour.run("archive")
    harbour.write({".sitegen/archive-refresh": "content/sources/minutes.yaml\n"})
    asked = len(web.asked)
    assert harbour.run("archive", "--refresh").out == "1 left as they are\n"
    assert len(web.asked) == asked
    assert harbour.run("archive", "--refresh").out.splitlines()[-1] == "1 unchanged"


# --- the Wayback Machine


class Machine:
    """Plays the Wayback Machine: what it answers to a request, and whether it saves."""

    def __init__(self, web: Web, status: int = 200, *, saves: bool = True) -> None:
        self.web, self.status, self.saves = web, status, saves
        self.saved: dt.datetime | None = None
        web.pages["/save*"] = self.save
        web.pages["/web/*"] = self.memento

    def save(self, ask: Ask) -> Answer:
        if self.saves:
            self.saved = dt.datetime.now(dt.UTC)
        if ask.method == "POST":
            return Answer(b'{"job_id": "spn2-1"}', kind="application/json", status=self.status)
        if ask.path.startswith("/save/status/"):
            return Answer(b'{"status": "success", "timestamp": "20240601000000"}', kind="application/json")
        return Answer(b"", status=self.status)

    def memento(self, ask: Ask) -> Answer:
        if self.saved is None:
            return Answer(b"not saved", status=404)
        stamp = self.saved.strftime("%Y%m%d%H%M%S")
        _, _, asked, url = ask.path.split("/", 3)
        if asked != stamp:
            return Answer(status=302, headers={"Location": f"{self.web.base}/web/{stamp}/{url}"})
        return Answer(
            b"saved", headers={"Memento-Datetime": email.utils.format_datetime(self.saved, usegmt=True)}
        )


@pytest.mark.parametrize("status", [200, 523, 500])
def test_a_page_that_was_saved_is_recorded_whatever_the_answer_was(
    harbour: Site, web: Web, status: int
) -> None:
    harbour.write({"sitegen.yaml": f"archive: {{private_addresses: true, wayback: '{web.base}'}}\n"})
    machine = Machine(web, status)
    done = harbour.run("archive", "--wayback")
    assert done.status == 0, done.err
    source, _ = read_source(record(harbour).encode(), "content/sources/minutes.yaml")
    assert source is not None
    assert source.archive is not None
    assert machine.saved is not None
    stamp = machine.saved.strftime("%Y%m%d%H%M%S")
    assert source.archive.url == f"{web.base}/web/{stamp}/{web.base}/minutes"
    assert source.archive.on == machine.saved.date()


@pytest.mark.parametrize(
    ("status", "words"), [(200, "does not have it"), (523, "HTTP 523"), (429, "no more requests")]
)
def test_a_page_that_was_not_saved_is_not_recorded(harbour: Site, web: Web, status: int, words: str) -> None:
    harbour.write({"sitegen.yaml": f"archive: {{private_addresses: true, wayback: '{web.base}'}}\n"})
    Machine(web, status, saves=False)
    done = harbour.run("archive", "--wayback")
    assert done.status == 3
    assert words in done.err
    assert "archive:" not in record(harbour)
    assert "sha256" in record(harbour)


def test_keys_are_sent_and_never_told(harbour: Site, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITEGEN_WAYBACK_KEYS", "access:hush")
    harbour.write({"sitegen.yaml": f"archive: {{private_addresses: true, wayback: '{web.base}'}}\n"})
    Machine(web)
    done = harbour.run("archive", "--wayback")
    assert done.status == 0, done.err
    assert [ask.headers["authorization"] for ask in web.asked if ask.method == "POST"] == ["LOW access:hush"]
    assert "hush" not in done.out + done.err + record(harbour)
