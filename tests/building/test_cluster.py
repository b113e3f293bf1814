"""Work on a real Dask cluster of two processes: the same bytes as here, whatever dies, is missing or is not the same."""

import datetime as dt
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import dask
import pytest
from distributed import LocalCluster
from served import RICH
from sites import Run, Site

from sitegen.building import cluster
from sitegen.building.articles import ArticleJob, read_article
from sitegen.building.build import Work, write_pages
from sitegen.building.check import check
from sitegen.building.cluster import Cluster
from sitegen.building.each import Each, in_turn
from sitegen.building.files import MemoryFiles
from sitegen.building.holdings import SOURCES, ArticleFiles, read_site_settings
from sitegen.building.memory import Memory
from sitegen.building.parcels import Names, NotSentError, Parcel, Sent, SentFiles
from sitegen.building.pool import WORTH_IT, Spread
from sitegen.building.store import Ref
from sitegen.cli import _parser
from sitegen.model.errors import CannotGoOnError
from sitegen.model.files import File
from sitegen.model.places import Place

DAY = dt.date(2024, 6, 1)
TEXT = (
    "Our gauges show two high waters a day, as sailors know. "
    + "The sea is wide and the night is long. " * 4_000
)


def many(count: int, tags: int = 5) -> dict[str, str | bytes]:
    """Articles that cite two sources of the library and one of their own; a copy is large."""
    files: dict[str, str | bytes] = {
        f"{SOURCES}pilot.yaml": "title: The pilot's book\nsnapshot: {file: pilot-1.html}\n",
        f"{SOURCES}pilot-1.html": f"<p>{TEXT}</p>",
    }
    for number in range(count):
        path = f"content/{number % 7}/{number:03}"
        files[f"{path}.md"] = (
            f"---\ntitle: Tide {number}\ndate: 2024-05-{number % 28 + 1:02}\ntags: [sea, t{number % tags}]\n---\n\n"
            f"Gauge {number} shows two high waters a day. See [tides](../tides.md#c-pull), [a page](../sources/pilot/) and "
            f"[next](../{(number + 1) % count % 7}/{(number + 1) % count:03}.md).\n\n![A beach](../media/beach.png)\n"
        )
        files[f"{path}.yaml"] = (
            f"claims:\n  pull:\n    anchor: shows two high waters\n    claim: Claim {number}\n    verdict: supported\n"
            "    checked: 2024-05-02\n    evidence:\n"
            "      - {source: pilot, stance: supports, quote: gauges show two high waters a day}\n"
            "      - {source: survey, stance: supports, quote: two high waters a day}\n"
            "      - {source: own, stance: context}\n"
            "sources:\n  own: {title: A letter}\n"
        )
    return files


SITE = {**RICH, **many(WORTH_IT + 2)}


def started(workers: int) -> LocalCluster:
    return LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    )


@pytest.fixture(scope="module")
def running() -> Iterator[LocalCluster]:
    with dask.config.set({"distributed.scheduler.allowed-failures": 1}), started(2) as cluster_of_two:
        yield cluster_of_two


@pytest.fixture
def url(running: LocalCluster) -> str:
    return str(running.scheduler_address).replace("tcp://", "dask://")


@dataclass
class Built:
    """A build in memory: the files that it made anew, its problems, and what else it says."""

    output: dict[str, bytes]
    problems: tuple[object, ...]
    work: Work


def build(contents: Mapping[str, str | bytes], each: Each, memory: Memory) -> Built:
    raw = {name: text.encode() if isinstance(text, str) else text for name, text in contents.items()}
    files = MemoryFiles(raw)
    settings, found = read_site_settings(files)
    output: dict[str, bytes] = {}

    def emit(file: File) -> None:
        output[file.path] = file.content

    checked = check(files, settings, DAY, each=each, found=found, memory=memory)
    work = write_pages(checked, emit, each=each, intact=lambda *_: True)
    return Built(output, checked.problems, work)


def not_here(*_: object) -> None:
    raise AssertionError("a job of the cluster was done here")


# --- the same as here


def test_build_on_a_cluster_is_the_build_of_this_machine(
    site: Site, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write({**SITE, **many(WORTH_IT + 2, tags=WORTH_IT)})
    here = site.build("--no-cache", "--quiet")
    assert here.status == 0
    first = site.output()
    site.public.rename(site.root / "before")
    with monkeypatch.context() as patched:
        patched.setattr("sitegen.building.articles.draft", not_here)
        patched.setattr("sitegen.building.pages.article_page", not_here)
        # What spans articles is done here, by processes that are forked after the cluster was asked.
        there = site.run("build", "--executor", url, "--jobs", "2", "--quiet")
    assert there == here
    assert site.output() == first
    again = site.build("--executor", url, "--profile")
    assert (again.status, again.err.splitlines()[-1]) == (0, "nothing has changed since the last build")


def test_check_on_a_cluster_finds_what_this_machine_finds(site: Site, url: str) -> None:
    site.write(
        {
            **SITE,
            "content/broken.md": "# Broken\n\nTo [nowhere](nowhere.md).\n",
            "content/broken.yaml": BROKEN,
        }
    )
    arguments = ("check", "--format", "json", "--coverage")
    here = site.run(*arguments)
    assert here.status == 1
    assert site.run(*arguments, "--executor", url) == here


BROKEN = """\
claims:
  lost: {anchor: These words are nowhere, verdict: unproven, checked: 2024-05-02}
  nowhere:
    anchor: To nowhere
    verdict: supported
    said: {seed: "leafl\\u0065t", quote: the sun does it all}
    evidence:
      - {source: unheard-of, stance: supports, quote: no words}
      - {source: "p\\x69lot", stance: supports, quote: gauges show three high waters}
    checked: 2024-05-02
"""
"""It names a seed and sources in ways that only who reads it as YAML can see, and a source that is not there."""


def edited(name: str, old: str, new: str) -> Callable[[dict[str, str | bytes]], None]:
    def edit(contents: dict[str, str | bytes]) -> None:
        before = contents[name]
        assert isinstance(before, str)
        assert old in before
        contents[name] = before.replace(old, new)

    return edit


EDITS: tuple[Callable[[dict[str, str | bytes]], object], ...] = (
    edited("content/3/003.md", "Gauge 3", "Gauge three"),
    edited(f"{SOURCES}pilot.yaml", "The pilot's book", "The book of pilots"),
    edited(f"{SOURCES}pilot-1.html", "show two high waters", "show no high waters"),
    edited("sitegen.yaml", "Tides & <Moons>", "Tides"),
    edited("sitegen.yaml", "verdicts:", "markdown: {smart_quotes: false}\nverdicts:"),
    lambda contents: contents.update(SITE),
    lambda contents: contents.pop("content/3/003.md"),
)


def test_edits_make_anew_what_they_make_anew_here(url: str) -> None:
    contents = dict(SITE)
    there, here = Cluster(url.replace("dask", "tcp"), Spread(1)), in_turn
    memories = Memory(), Memory()
    assert build(contents, there, memories[0]) == build(contents, here, memories[1])
    for number, edit in enumerate(EDITS):
        edit(contents)
        assert build(contents, there, memories[0]) == build(contents, here, memories[1]), number
    assert build(contents, there, memories[0]).output == {}


def test_template_that_fails_on_a_worker_is_told_with_its_place(site: Site, url: str) -> None:
    template = "{% extends 'default/article.html' %}\n{% block main %}{{ article.titel }}{% endblock %}\n"
    site.write(
        {
            **many(WORTH_IT),
            "sitegen.yaml": "theme: paper\n",
            "themes/paper/theme.yaml": "extends: default\n",
            "themes/paper/templates/article.html": template,
        }
    )
    run = site.run("build", "--keep-going", "--executor", url)
    assert run.status == 2
    assert run.err.splitlines()[-2].startswith(
        "themes/paper/templates/article.html:2:1: error: the template failed: "
    )
    assert not site.public.exists()


# --- nothing that was not sent is taken for missing


def test_what_was_not_sent_cannot_be_asked_for() -> None:
    library = Names(frozenset({f"{SOURCES}a.txt"}))
    files = SentFiles({"content/a.md": b"words"}, library)
    assert files.read("content/a.md") == b"words"
    assert files.digest(f"{SOURCES}b.txt") == b""
    sent = Sent({"a": 1}, {"a", "b"})
    assert (sent["a"], sent.get("b")) == (1, None)
    asked: tuple[Callable[[], object], ...] = (
        files.names,
        files.problems,
        lambda: files.read("content/b.md"),
        lambda: files.digest(f"{SOURCES}a.txt"),
        lambda: files.digest("content/b.md"),
        lambda: sent.get("c"),
        lambda: "c" in sent,
        lambda: list(sent),
        lambda: len(sent),
        lambda: Parcel({}).get(Ref("abc", 0, (1,)), 0),
    )
    for ask in asked:
        with pytest.raises(NotSentError):
            ask()


# --- what dies


def test_worker_that_is_killed_costs_its_work_alone(running: LocalCluster) -> None:
    killed: list[int] = []
    told: list[str] = []

    def kill_one(what: str, done: int, total: int) -> None:
        if (what, done, total) == ("writing", 1, len(memory.entries) - 2):
            killed.append(next(iter(running.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    memory = Memory()
    each = Cluster(running.scheduler_address, Spread(1, kill_one, told.append))
    made = build(SITE, each, memory)
    assert len(killed) == 1
    assert told == ["a worker of the cluster is gone: what it was at work on was done again by another"]
    assert made == build(SITE, in_turn, Memory())


class Killer:
    """Kills the process that unpacks it."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (9,)


def test_article_that_kills_worker_after_worker_is_named(running: LocalCluster) -> None:
    there = Cluster(running.scheduler_address, Spread(1))

    def poisoned(function: Any, jobs: Any, shared: Any, /, *, what: str) -> Any:  # noqa: ANN401 - an `Each`
        if function is not read_article:
            return in_turn(function, jobs, shared, what=what)
        deadly = ArticleJob(ArticleFiles(cast("str", Killer()), jobs[46].files.file, ""), None)
        return there(function, [*jobs[:46], deadly, *jobs[47:]], shared, what=what)

    contents = {f"content/{number:03}.md": "# Tide\n" for number in range(WORTH_IT)}
    with pytest.raises(CannotGoOnError) as caught:
        build({"sitegen.yaml": "", **contents}, poisoned, Memory())
    assert caught.value.place == Place("content/046.md")
    assert caught.value.message == "2 workers of the cluster ended at work on this, one after the other"


# --- what is missing


def test_scheduler_that_does_not_answer_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    site.write({"content/tides.md": "# Tides\n"})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for port in (1, 99_999, silent.getsockname()[1]):
            run = site.run("build", "--executor", f"dask://127.0.0.1:{port}")
            assert run == Run(3, "", f"error: no Dask scheduler answers at tcp://127.0.0.1:{port}\n")


def test_cluster_without_workers_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with started(0) as idle:
        address = idle.scheduler_address
        run = site.run("check", "--executor", address.replace("tcp", "dask"))
    assert run == Run(3, "", f"error: the Dask cluster at {address} has no workers\n")


def test_workers_with_another_program_are_told(site: Site, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "program", lambda: "of another day")
    run = site.write(many(WORTH_IT)).run("build", "--executor", url)
    assert run == Run(
        2,
        "",
        "error: a worker of the cluster runs another sitegen than this machine\n"
        "    hint: install the same version on all machines\n",
    )


def test_package_that_is_not_installed_is_told(site: Site, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    run = site.run("build", "--executor", url)
    assert run == Run(
        2,
        "",
        "error: a Dask cluster needs the package distributed, which is not installed\n"
        "    hint: pip install 'sitegen[dask]'\n",
    )


@pytest.mark.parametrize(
    "wrong", ["ray://a:1", "dask://", "dask://a:b", "dask://u@a", "a:8786", "dask://a/b"]
)
def test_executor_that_is_none_is_told(site: Site, wrong: str) -> None:
    run = site.run("build", "--executor", wrong)
    assert run.status == 2
    assert f'"{wrong}" is no cluster; write it as dask://scheduler.example:8786' in run.err


def test_executor_names_a_scheduler() -> None:
    named = {"dask://a": "tcp://a:8786", "dask://a:1/": "tcp://a:1", "dask://[::1]:2": "tcp://[::1]:2"}
    for url, address in named.items():
        assert _parser().parse_args(["check", "--executor", url]).executor == address
