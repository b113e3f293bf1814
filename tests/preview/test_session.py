"""The preview's state: many threads ask while it changes, and each answer is of one state."""

import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from previewing import ARTICLE, SIDECAR, SITE

from sitegen.building.files import DiskFiles
from sitegen.preview import session as sessions
from sitegen.preview.held import HeldRef
from sitegen.preview.session import Session, Update

OWN = SIDECAR + "sources:\n  letter: {title: A letter}\n  book: {title: A book}\n"
CITING = OWN.replace(
    "because: A reason.", "because: A reason.\n    evidence: [{source: letter, stance: context}]"
)
PAGE = "tides/index.html"


def begun(root: Path) -> Session:
    session = Session(root, "http://127.0.0.1:1/", drafts=True)
    session.update(None)
    return session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    for name, text in SITE.items():
        write(tmp_path, name, text)
    made = begun(tmp_path)
    yield made
    made.close()


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def edit(session: Session, name: str, text: str) -> Update:
    write(session.root, name, text)
    return session.update(frozenset({name}))


def text_of(session: Session, path: str = PAGE) -> str:
    served = session.page(path)
    assert served is not None
    return served.content.decode()


# --- many threads


@pytest.mark.slow
def test_every_page_is_of_one_state_whoever_asks_meanwhile(session: Session) -> None:
    states: set[tuple[str, str]] = {("they say", "A reason.")}
    seen: set[tuple[str, str]] = set()
    faults: list[BaseException] = []
    ended = threading.Event()

    def look() -> None:
        text = text_of(session)
        words = re.search(r"water</mark>.*?</a>, (.*?)\.</p>", text)
        reason = re.search(r'<p class="because">(A reason.*?)</p>', text)
        assert words is not None
        assert reason is not None
        seen.add((words[1], reason[1]))

    asks: tuple[Callable[[], object], ...] = (
        look,
        session.problems,
        lambda: session.entries("tides"),
        lambda: (session.home_of("tides"), session.article(PAGE), session.article("gone/index.html")),
        lambda: [
            session.page(path) for path in ("claims.json", "index.html", "claims/index.html", "feed.xml")
        ],
        lambda: [session.page(f"other-{number}/index.html") for number in range(5)],
    )

    def ask(turn: int) -> None:
        while not ended.is_set():
            turn += 1
            try:
                asks[turn % len(asks)]()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the test's to tell
                faults.append(error)
                return

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        now = {"content/tides.md": "they say", "content/tides.yaml": "A reason."}
        for number in range(300):
            name = ("content/tides.md", "content/tides.yaml")[number % 3 == 0]
            if number % 20 == 19:
                edit(session, f"content/other-{number % 3}.md", f"---\ntitle: {number}\n---\n\n[x](y.md)\n")
                continue
            if name.endswith(".md"):
                now[name] = f"number {number}"
                text = ARTICLE.replace("they say", now[name])
            else:
                now[name] = f"A reason {number}."
                text = SIDECAR.replace("A reason.", now[name])
            states.add((now["content/tides.md"], now["content/tides.yaml"]))
            edit(session, name, text)
            assert not session.failure
            look()
    finally:
        ended.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert faults == []
    assert seen <= states
    assert len(seen) > 200


def test_a_page_is_of_what_was_read_until_the_next_state_is_there(session: Session) -> None:
    write(session.root, "content/tides.md", ARTICLE.replace("they say", "we say"))
    write(session.root, "content/tides.yaml", SIDECAR.replace("  sun:", "  ocean:"))
    text = text_of(session)
    assert "they say" in text
    assert 'id="note-sun"' in text
    session.update(frozenset({"content/tides.md", "content/tides.yaml"}))
    text = text_of(session)
    assert "we say" in text
    assert 'id="note-ocean"' in text
    assert 'data-line="5"' in text
    (session.root / "content/tides.md").unlink()
    session._good.clear()  # noqa: SLF001 - the page is made, not taken from there
    session._shown._pages.clear()  # type: ignore[union-attr] # noqa: SLF001
    assert "we say" in text_of(session)


def test_a_failure_of_a_former_state_is_not_told_of_this_one(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(session, "themes/default/templates/extra-footer.html", "{{ nothing.at.all }}")
    former = session._shown  # noqa: SLF001
    assert former is not None
    make = former.page

    def mended_meanwhile(path: str) -> bytes | None:
        edit(session, "themes/default/templates/extra-footer.html", "")
        return make(path)

    monkeypatch.setattr(former, "page", mended_meanwhile)
    session.page(PAGE)
    assert session.failure == ""
    assert session.problems() == ()


# --- which pages an update concerns


@pytest.mark.parametrize(
    ("before", "after"), [(OWN, CITING), (CITING, OWN), (OWN, OWN.replace("A book", "Another"))]
)
def test_lists_of_what_an_article_cites_or_cited_may_be_others(
    session: Session, before: str, after: str
) -> None:
    edit(session, "content/tides.yaml", before)
    spanning = (
        "sources/tides/letter/index.html",
        "sources/tides/book/index.html",
        "sources/index.html",
        "index.html",
    )
    pages = {path: text_of(session, path) for path in spanning}
    update = edit(session, "content/tides.yaml", after)
    assert any(text_of(session, path) != text for path, text in pages.items())
    assert update.changed == frozenset({PAGE, "tides/annotations.jsonld"})
    assert update.shared
    assert not any(session.shows_one_article(path) for path in (*spanning, "404.html", "nowhere/index.html"))
    assert session.shows_one_article(PAGE)


def test_an_update_that_changes_nothing_concerns_nobody(session: Session) -> None:
    version = session.version
    for changed in (None, frozenset({"content/tides.md"})):
        update = session.update(changed)
        assert (update.version, update.changed, update.shared) == (version, frozenset(), False)


# --- what goes away meanwhile


def test_a_file_that_goes_away_while_it_is_looked_for_is_no_failure(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(session.root, "content/ebb.md", "# Ebb\n")
    read = DiskFiles.read

    def late(files: DiskFiles, name: str) -> bytes:
        if name == "content/ebb.md":
            (session.root / name).unlink(missing_ok=True)
        return read(files, name)

    monkeypatch.setattr(DiskFiles, "read", late)
    assert session.update(None).failure == ""
    assert session.page("ebb/index.html") is None


def test_what_edits_make_is_held_in_memory_until_the_end(tmp_path: Path) -> None:
    for name, text in SITE.items():
        write(tmp_path, name, text)

    def packed() -> int:
        return sum(path.stat().st_size for path in (tmp_path / ".sitegen" / "packs").iterdir())

    def is_held(session: Session) -> bool:
        shown = session._shown  # noqa: SLF001
        assert shown is not None
        return isinstance(shown.site.entries["tides"].drafted, HeldRef)

    first = begun(tmp_path)
    before = packed()
    for number in range(20):
        edit(first, "content/tides.md", ARTICLE.replace("they say", f"we say {number}"))
        text_of(first)
        text_of(first, "claims/index.html")
    assert is_held(first)
    assert packed() == before
    first.close()
    again = Session(tmp_path, first.address, drafts=True)
    assert again.update(None).remade == 1
    assert "we say 19" in text_of(again)
    assert not is_held(again)
    again.close()


def test_what_processes_put_on_disk_is_cleared_of_waste(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, small in (("sitegen.preview.session._SPACE", 0), ("sitegen.building.cache._SMALL", 0)):
        monkeypatch.setattr(name, small)
    sizes = []
    for number in range(12):
        session._store.holding = False  # noqa: SLF001 - as if by processes of their own
        write(session.root, "content/tides.md", ARTICLE.replace("they say", f"we say {number}"))
        session.update(None)
        assert f"we say {number}" in text_of(session)
        assert session.entries("tides")
        sizes.append(session._size())  # noqa: SLF001
    assert max(sizes[6:]) <= max(sizes[:6])
    assert len(session._good) <= sessions.MOST_PAGES  # noqa: SLF001
