"""What is remembered between builds: just the work that is due is done, and the bytes are those of a build without a memory."""

import datetime as dt
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from served import RICH, png
from sites import Site, contents

from sitegen.building.articles import ArticleJob
from sitegen.building.build import Work, write_pages
from sitegen.building.check import check
from sitegen.building.files import MemoryFiles
from sitegen.building.holdings import read_site_settings
from sitegen.building.memory import Memory
from sitegen.building.sources import SourceJob
from sitegen.model.errors import CannotGoOnError
from sitegen.model.files import File

Job = TypeVar("Job")
Shared = TypeVar("Shared")
Result = TypeVar("Result")
DAY = dt.date(2024, 6, 1)


@dataclass
class Remembering:
    """A site in memory that is built again and again, with what each build read and made."""

    files: dict[str, bytes]
    memory: Memory = field(default_factory=Memory)
    output: dict[str, bytes] = field(default_factory=dict)
    digests: dict[str, bytes] = field(default_factory=dict)
    done: dict[str, list[str]] = field(default_factory=dict)

    def each(
        self, function: Callable[[Job, Shared], Result], jobs: Sequence[Job], shared: Shared, /, *, what: str
    ) -> Iterable[Result]:
        self.done.setdefault(what, []).extend(map(_name, jobs))
        return [function(job, shared) for job in jobs]

    def build(self, day: dt.date = DAY) -> Work:
        """Build, as a command would, on top of what the last build left."""
        self.done = {"sources": [], "reading": [], "writing": [], "listing": []}
        files = MemoryFiles(dict(self.files))
        wanted, found = read_site_settings(files)
        checked = check(files, wanted, day, each=self.each, found=found, memory=self.memory)
        made: dict[str, bytes] = {}

        def emit(file: File) -> None:
            assert file.path not in made, "no file is made twice"
            made[file.path] = file.content

        work = write_pages(
            checked, emit, each=self.each, intact=lambda path, digest: self.digests.get(path) == digest
        )
        self.digests = dict(work.files)
        self.output = {path: made[path] if path in made else self.output[path] for path in work.files}
        return work

    def clean(self, day: dt.date = DAY) -> dict[str, bytes]:
        """What a build without a memory makes of the same files."""
        other = Remembering(self.files)
        other.build(day)
        return other.output


def _name(job: object) -> str:
    if isinstance(job, ArticleJob):
        return job.files.article + ("" if job.drafted is None else ", judged again")
    return job.file if isinstance(job, SourceJob) else str(job)


def tides(**more: str) -> dict[str, bytes]:
    """Three neighbours by date, each with a claim that cites a source of its own, and one article in a folder."""
    files = {"sitegen.yaml": "title: Tides\nchecks: {rules: {no-primary: off, single-origin: off}}\n"}
    for number, name in enumerate(("ebb", "flow", "slack"), start=1):
        files[f"content/{name}.md"] = (
            f"---\ntitle: The {name}\ndate: 2024-05-0{number}\ntags: [sea]\n---\n\nThe {name} is {number} hours long.\n\nThat is known to all who live by it.\n\n## More of {name}\n\nWords.\n"
        )
        files[f"content/{name}.yaml"] = (
            f"claims:\n  long: {{anchor: 'The {name} is {number} hours long', verdict: supported, because: The {name} book, checked: 2024-05-09,"
            f" evidence: [{{source: {name}-book, stance: supports, quote: 'it is {number} hours long'}}]}}\n"
        )
        files[f"content/sources/{name}-book.yaml"] = f"title: The book of {name}\npublisher: {name}\n"
        files[f"content/sources/{name}-book.txt"] = f"Of the {name} we know that it is {number} hours long.\n"
    files["content/far/moon.md"] = (
        "---\ntitle: The moon\ndate: 2024-05-04\n---\n\nSee [ebb](../ebb.md#more-of-ebb).\n"
    )
    return {name: content.encode() for name, content in {**files, **more}.items()}


@pytest.fixture
def known() -> Remembering:
    """The site of tides, built once."""
    built = Remembering(tides())
    built.build()
    return built


def changed(site: Remembering, name: str, old: str, new: str) -> None:
    text = site.files[name].decode()
    assert old in text
    site.files[name] = text.replace(old, new).encode()


# --- which work is done


def test_first_build_does_everything(known: Remembering) -> None:
    assert known.done["reading"] == ["ebb", "far/moon", "flow", "slack"]
    assert known.done["writing"] == known.done["reading"]
    assert len(known.done["sources"]) == 3


def test_nothing_changed_is_nothing_done(known: Remembering) -> None:
    work = known.build()
    assert known.done == {"sources": [], "reading": [], "writing": [], "listing": []}
    assert (work.articles, work.shared) == ((), ())


def test_changed_body_remakes_its_page_alone(known: Remembering) -> None:
    changed(known, "content/ebb.md", "Words.", "Other words.")
    work = known.build()
    assert known.done["reading"] == known.done["writing"] == ["ebb"]
    assert work.shared == ("feed: feed",)
    assert known.output == known.clean()


def test_words_before_a_claim_move_its_positions_and_no_list_but_the_records(known: Remembering) -> None:
    changed(known, "content/ebb.md", "The ebb is", "Know that. The ebb is")
    work = known.build()
    assert work.articles == ("ebb",)
    assert work.shared == ("records: claims.json", "feed: feed")
    assert known.output == known.clean()


def test_changed_title_remakes_its_neighbours_and_the_lists_that_show_it(known: Remembering) -> None:
    changed(known, "content/flow.md", "title: The flow", "title: The flood")
    work = known.build()
    assert known.done["reading"] == ["flow"]
    assert work.articles == ("ebb", "flow", "slack")
    assert set(work.shared) == {
        "listings: ",
        "listings: tags/sea/",
        "claims: claims/index.html",
        "records: claims/index.json",
        "sources: flow-book",
        "feed: feed",
        "map: sitemap",
    }
    assert known.output == known.clean()


def test_changed_source_remakes_the_pages_that_cite_it(known: Remembering) -> None:
    changed(known, "content/sources/flow-book.yaml", "The book of flow", "The old book of flow")
    work = known.build()
    assert known.done["sources"] == ["content/sources/flow-book.yaml"]
    assert known.done["reading"] == ["flow, judged again"]
    assert work.articles == ("flow",)
    assert set(work.shared) == {
        "claims: claims/index.html",
        "records: claims/index.json",
        "records: claims.json",
        "sources: sources/index.html",
        "sources: flow-book",
        "feed: feed",
    }
    assert known.output == known.clean()


def test_changed_copy_judges_the_quotations_again(known: Remembering) -> None:
    known.files["content/sources/flow-book.txt"] = b"Nothing is known of it.\n"
    known.build()
    assert known.done["reading"] == ["flow, judged again"]
    assert b'"state":"absent"' in known.output["claims.json"]
    assert known.output == known.clean()


def test_copy_that_comes_later_is_found(known: Remembering) -> None:
    text = known.files.pop("content/sources/slack-book.txt")
    known.build()
    assert b'"state":"unarchived"' in known.output["claims.json"]
    known.files["content/sources/slack-book.txt"] = text
    known.build()
    assert known.done["reading"] == ["slack, judged again"]
    assert known.output == known.clean()


def test_changed_template_remakes_every_page_and_reads_nothing(known: Remembering) -> None:
    known.files["themes/default/templates/extra-footer.html"] = b"<p>Ours</p>\n"
    work = known.build()
    assert known.done["reading"] == []
    assert work.articles == ("ebb", "far/moon", "flow", "slack")
    assert known.output == known.clean()


def test_changed_settings_remake_every_page_and_read_nothing(known: Remembering) -> None:
    changed(known, "sitegen.yaml", "title: Tides", "title: Tides and moons")
    known.build()
    assert known.done["reading"] == []
    assert len(known.done["writing"]) == 4
    assert known.output == known.clean()


def test_changed_way_of_reading_markdown_reads_everything(known: Remembering) -> None:
    known.files["sitegen.yaml"] += b"markdown: {smart_quotes: false}\n"
    known.build()
    assert len(known.done["reading"]) == 4
    assert known.output == known.clean()


def test_new_and_deleted_articles_reach_their_neighbours(known: Remembering) -> None:
    known.files["content/mid.md"] = b"---\ntitle: Mid\ndate: 2024-05-02\n---\n\nWords.\n"
    work = known.build()
    assert known.done["reading"] == ["mid"]
    assert set(work.articles) == {"flow", "mid", "slack"}
    assert known.output == known.clean()
    del known.files["content/mid.md"]
    known.build()
    assert known.done["reading"] == []
    assert known.output == known.clean()
    assert "mid/index.html" not in known.output


def test_the_day_remakes_what_it_makes_stale(known: Remembering) -> None:
    known.files["content/ebb.yaml"] = known.files["content/ebb.yaml"].replace(
        b"checked: 2024-05-09", b"checked: 2024-05-09, review_by: 2024-06-10"
    )
    known.build()
    known.build(dt.date(2024, 6, 10))
    assert known.done["reading"] == known.done["writing"] == []
    work = known.build(dt.date(2024, 6, 11))
    assert known.done["reading"] == ["ebb, judged again"]
    assert work.articles == ("ebb",)
    assert known.output == known.clean(dt.date(2024, 6, 11))


def test_article_of_the_future_appears_on_its_day(known: Remembering) -> None:
    known.files["content/later.md"] = b"---\ntitle: Later\ndate: 2024-06-03\n---\n\nWords.\n"
    known.build()
    assert "later/index.html" not in known.output
    known.build(dt.date(2024, 6, 3))
    assert known.done["reading"] == ["later, judged again"]
    assert known.output == known.clean(dt.date(2024, 6, 3))
    assert "later/index.html" in known.output


def test_image_of_another_size_remakes_the_pages_that_show_it(known: Remembering) -> None:
    known.files["content/media/sea.png"] = png(40, 30)
    known.files["content/ebb.md"] += b"\n![The sea](media/sea.png)\n"
    known.build()
    known.files["content/media/sea.png"] = png(80, 30)
    work = known.build()
    assert known.done["reading"] == []
    assert work.articles == ("ebb",)
    assert b'width="80"' in known.output["ebb/index.html"]
    assert known.output == known.clean()


def test_heading_that_goes_is_told_at_the_link_to_it(known: Remembering) -> None:
    changed(known, "content/ebb.md", "## More of ebb", "## Less of ebb")
    files = MemoryFiles(known.files)
    wanted, _ = read_site_settings(files)
    found = check(files, wanted, DAY, memory=known.memory).problems
    assert [(graded.problem.rule, graded.problem.article) for graded in found] == [
        ("link-broken", "far/moon")
    ]


# --- the same bytes as without a memory, whatever was done

NAMES = ("ebb", "flow", "slack", "far/moon", "far/index", "index", "new")
LINES = (
    "The ebb is 1 hours long.",
    "The flow is 2 hours long.",
    "See [ebb](/ebb.md) and [the moon](/far/moon.md#more).",
    "## More",
    "![Sea](/media/sea.png)",
    "It’s “so”.[^1]\n\n[^1]: A foot.",
    "[claims](/claims/) and [a source](/sources/ebb-book/)",
)
FRONT = ("title: One", "title: Two", "date: 2024-05-02", "date: 2024-07-01", "draft: true", "tags: [sea]", "tags: [sea, moon]", "slug: other", "aliases: [/old/]", "weight: 3", "summary: Few words.", "language: de")  # fmt: skip
CLAIMS = (
    "claims:\n  a: {anchor: hours long, verdict: opinion, checked: 2024-05-02}\n",
    "claims:\n  a: {anchor: The ebb is 1 hours long, verdict: supported, checked: 2024-05-02, evidence: [{source: ebb-book, stance: supports, quote: it is 1 hours long}]}\n",
    "claims:\n  a: {anchor: The flow is 2 hours long, claimant: Ann, verdict: refuted, checked: 2024-05-02, evidence: [{source: own, stance: refutes, quote: words}], corrections: [{on: 2024-05-03, why: A slip}]}\nsources: {own: {title: A letter, note: 'See [ebb](/ebb.md).'}}\n",
    "notes:\n  b: {anchor: hours, note: 'A *note* on [ebb](/ebb.md).'}\n",
    "claims:\n  a: {anchor: hours long, verdict: unproven, checked: 2024-05-02, review_by: 2024-06-15}\n",
)
SETTINGS = ("title: A\n", "title: B\n", "title: A\nbase_url: https://example.org/x/\n", "title: A\nverdicts: {opinion: {label: A view}}\n", "title: A\nmarkdown: {smart_quotes: false}\n", "title: A\nlanguage: de\n", "title: A\nauthor: Ann\n")  # fmt: skip
OTHERS: Mapping[str, tuple[bytes, ...]] = {
    "content/sources/ebb-book.yaml": (b"title: The book\n", b"title: Another book\nnote: See [ebb](/ebb.md).\n", b"title: The book\naccessed: 2024-05-20\n"),
    "content/sources/ebb-book.txt": (b"We know that it is 1 hours long.\n", b"We know nothing.\n"),
    "content/sources/own.txt": (b"A few words.\n", b"Other ones.\n"),
    "content/media/sea.png": (png(4, 3), png(5, 3)),
    "themes/default/templates/extra-footer.html": (b"<p>x</p>", b"<p>y</p>"),
    "themes/default/static/style.css": (b"p{}", b"q{}"),
}  # fmt: skip


@st.composite
def edit(draw: st.DrawFn) -> tuple[str, bytes | None]:
    """A file and its new bytes; None takes it away."""
    kind = draw(st.sampled_from(("article", "article", "article", "sidecar", "sidecar", "settings", "other")))
    if kind == "settings":
        return "sitegen.yaml", draw(st.sampled_from(SETTINGS)).encode()
    if kind == "other":
        name = draw(st.sampled_from(sorted(OTHERS)))
        return name, draw(st.one_of(st.none(), st.sampled_from(OTHERS[name])))
    name = f"content/{draw(st.sampled_from(NAMES))}"
    if draw(st.integers(0, 5)) == 0:
        return f"{name}.md" if kind == "article" else f"{name}.yaml", None
    if kind == "sidecar":
        return f"{name}.yaml", draw(st.sampled_from(CLAIMS)).encode()
    front = draw(st.lists(st.sampled_from(FRONT), unique_by=lambda line: line.partition(":")[0], max_size=4))
    lines = draw(st.lists(st.sampled_from(LINES), unique=True, max_size=4))
    return f"{name}.md", "\n".join(["---", *front, "---", "", "\n\n".join(lines), ""]).encode()


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    st.lists(st.tuples(st.lists(edit(), min_size=1, max_size=3), st.integers(0, 40)), min_size=2, max_size=6)
)
def test_remembering_changes_no_byte(steps: list[tuple[list[tuple[str, bytes | None]], int]]) -> None:
    site = Remembering(tides())
    site.build()
    day = DAY
    for edits, days in steps:
        for name, content in edits:
            if content is None:
                site.files.pop(name, None)
            else:
                site.files[name] = content
        day += dt.timedelta(days=days)
        try:
            expected = site.clean(day)
        except CannotGoOnError:
            continue
        site.build(day)
        assert site.output == expected
        site.build(day)
        assert site.done == {"sources": [], "reading": [], "writing": [], "listing": []}


def test_remembering_on_disk_changes_no_byte(site: Site, tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - the same edits every time
    site.write({**RICH, "content/CNAME": "x"})
    for step in range(14):
        run = site.build("--quiet", "--keep-going")
        site.run("build", "--quiet", "--keep-going", "--no-cache", "--output", str(tmp_path / "clean"))
        assert site.output() == contents(tmp_path / "clean"), f"after step {step}: {run.err}"
        _disturb(site, chance)


def _disturb(site: Site, chance: random.Random) -> None:
    """One change of a site's files or of its output, as people make them."""
    articles = sorted((site.root / "content").rglob("*.md"))
    one = chance.choice(articles)
    match chance.randrange(7):
        case 0:
            one.write_text(one.read_text() + "\nMore words.\n")
        case 1:
            one.rename(one.with_name(f"renamed-{chance.randrange(99)}.md"))
        case 2 if len(articles) > 4:
            one.unlink()
        case 3:
            site.write({"sitegen.yaml": (site.root / "sitegen.yaml").read_text() + f"# {chance.random()}\n"})
        case 4:
            chance.choice(sorted(site.public.rglob("*.html"))).write_text("spoilt")
        case 5:
            chance.choice(sorted(site.public.rglob("*.html"))).unlink()
        case _:
            folder = site.root / "content" / "history"
            folder.rename(folder.with_name("annals")) if folder.exists() else shutil.rmtree(site.public)


# --- the folder


@pytest.fixture
def built(site: Site) -> Site:
    """The rich site, built twice: the second time from memory."""
    site.write(RICH)
    assert site.build("--quiet").status == 0
    assert site.build("--quiet").status == 0
    return site


def remembered(site: Site) -> list[Path]:
    """The files of the cache but for the folder that is laid aside, which is one with the output."""
    folder = site.root / ".sitegen"
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and folder / "spare" not in path.parents
    )


def test_cache_is_ignored_by_git_and_by_backups(built: Site) -> None:
    assert (built.root / ".sitegen" / ".gitignore").read_text() == "*\n"
    assert (
        (built.root / ".sitegen" / "CACHEDIR.TAG")
        .read_text()
        .startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for index in range(0, len(content), 97):
        content[index] ^= 0x55
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    "harm",
    [_cut, _spoil, Path.unlink, lambda path: path.write_bytes(b"")],
    ids=["cut", "spoilt", "gone", "empty"],
)
@pytest.mark.parametrize("which", ["index", ".pack", ""])
def test_damaged_cache_is_made_anew(built: Site, harm: Callable[[Path], object], which: str) -> None:
    before = built.output()
    for path in remembered(built):
        if which in path.name:
            harm(path)
    built.write(
        {
            "content/tides.md": str(RICH["content/tides.md"]).replace(
                "Nobody knows why.", "Nobody knows why. So."
            )
        }
    )
    assert built.build("--quiet").status == 0
    after = built.output()
    assert after["tides/index.html"] != before["tides/index.html"]
    assert built.build("--quiet", "--no-cache").status == 0
    assert built.output() == after


def test_cache_of_another_program_is_not_used(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.building.replay.fingerprint", lambda: b"\0" * 32)
    run = built.build("--profile")
    assert "made anew: 6 articles" in run.err


def test_cache_of_a_site_that_was_moved_holds(built: Site, tmp_path: Path) -> None:
    before = built.output()
    shutil.copytree(built.root, tmp_path / "moved")
    built.root = tmp_path / "moved"
    assert "made anew: 0 articles, 0 lists" in built.build("--profile").err
    assert built.output() == before


def test_folder_that_cannot_be_written_costs_the_memory_alone(site: Site) -> None:
    site.write({**RICH, ".sitegen": "a file in the way"})
    assert site.build("--quiet").status == 0
    assert (site.root / ".sitegen").read_text() == "a file in the way"
    assert site.run("check").status == 0


def test_check_and_build_share_what_they_read(site: Site) -> None:
    site.write(RICH)
    assert site.run("check").status == 0
    run = site.build("--profile")
    assert run.status == 0
    first = next(line for line in run.err.splitlines() if line.startswith("articles"))
    assert float(first.split()[1]) < 0.5


def test_waste_is_cleared_away(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.building.cache._SMALL", 0)
    site.write(RICH)
    sizes = []
    for number in range(12):
        site.write({"content/tides.md": f"{RICH['content/tides.md']!s}\n\nWord {number}.\n"})
        assert site.build("--quiet").status == 0
        sizes.append(sum(path.stat().st_size for path in remembered(site)))
    assert sizes[-1] < 3 * sizes[0]


def test_file_that_changes_twice_within_a_tick_of_the_clock_is_read_again(site: Site) -> None:
    site.write({"content/a.md": "# One\n\nFirst words.\n"})
    path = site.root / "content" / "a.md"
    assert site.build("--quiet").status == 0
    status = path.stat()
    path.write_text("# One\n\nOther words.\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert site.build("--quiet").status == 0
    assert "Other words" in site.page("a/index.html")


def test_builds_at_once_do_no_harm(site: Site, tmp_path: Path) -> None:
    site.write(RICH)
    site.write({f"content/many/{number}.md": f"# Tide {number}\n\nWords.\n" for number in range(60)})
    running = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "sitegen",
                "--site",
                str(site.root),
                "build",
                "--quiet",
                "--jobs",
                "2",
                "--output",
                str(tmp_path / f"out-{number % 2}"),
            ],
            stderr=subprocess.PIPE,
        )
        for number in range(4)
    ]
    for process in running:
        _, error = process.communicate()
        assert process.returncode == 0, error
    assert site.build("--quiet").status == 0
    assert contents(tmp_path / "out-0") == contents(tmp_path / "out-1") == site.output()


def test_spoilt_output_is_mended(built: Site) -> None:
    before = built.output()
    (built.public / "tides" / "index.html").write_text("spoilt")
    (built.public / "claims.json").unlink()
    shutil.rmtree(built.public / "history")
    assert built.build("--quiet").status == 0
    assert built.output() == before


def test_problems_are_told_again_although_nothing_changed(site: Site) -> None:
    site.write({"content/a.md": "![](b.png)\n", "content/b.png": png(1, 1)})
    first, second, third = site.build(), site.build(), site.run("check")
    assert "image-alt" in first.err
    assert second.err == first.err
    assert "image-alt" in third.out
    assert site.build("--strict").status == 1


def test_failed_build_is_not_taken_for_a_finished_one(built: Site) -> None:
    before = built.output()
    built.write({"content/bad.md": "[x](nowhere.md)\n"})
    assert built.build().status == 1
    assert built.build().status == 1
    assert built.output() == before
    (built.root / "content" / "bad.md").unlink()
    assert built.build().status == 0
    assert built.output() == before


def test_drafts_are_asked_for_each_time(built: Site) -> None:
    before = built.output()
    assert built.build("--quiet", "--drafts").status == 0
    assert "draft/index.html" in built.output()
    assert built.build("--quiet").status == 0
    assert built.output() == before
