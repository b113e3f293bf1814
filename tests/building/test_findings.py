"""What is wrong with a site, judged edit by edit: just what judging it as a whole finds."""

import datetime as dt
import random

import pytest
from test_cache import CLAIMS, DAY, FRONT, LINES, NAMES, tides

from sitegen.building.each import in_turn
from sitegen.building.files import MemoryFiles
from sitegen.building.findings import Findings
from sitegen.building.holdings import read_site_settings
from sitegen.building.memory import Memory
from sitegen.building.site import Site
from sitegen.building.survey import read_site, reread

BROKEN = ("---\ntitle: [\n---\n", "[nowhere](nowhere.md), [no place](/ebb.md#nowhere)\n")
SETTINGS = b"title: Tides\nchecks: {rules: {no-primary: off, coverage: warning}}\n"


def whole(files: MemoryFiles, day: dt.date, *, drafts: bool, memory: Memory | None = None) -> Site:
    wanted, _ = read_site_settings(files)
    return read_site(files, wanted, day, drafts=drafts, each=in_turn, memory=memory or Memory())


class Edited:
    """A site in memory of which one file after the other is edited."""

    def __init__(self, *, drafts: bool) -> None:
        self.drafts = drafts
        self.contents = {**tides(), "sitegen.yaml": SETTINGS}
        for name in NAMES:
            self.contents.setdefault(f"content/{name}.md", b"# It\n")
            self.contents[f"content/{name}.yaml"] = CLAIMS[0].encode()
        self.site = whole(self.files(), DAY, drafts=drafts)
        self.findings = Findings.of(self.site, ())

    def files(self) -> MemoryFiles:
        return MemoryFiles(dict(self.contents))

    def edit(self, name: str, text: str) -> None:
        self.contents[name] = text.encode()
        after = reread(self.site, frozenset({name}), self.files())
        assert after is not None
        self.site, self.findings = after, self.findings.of_next(after, ())


def random_edit(chance: random.Random) -> tuple[str, str]:
    name = f"content/{chance.choice(NAMES)}"
    if chance.random() < 0.4:
        return f"{name}.yaml", chance.choice((*CLAIMS, "claims: [\n", ""))
    if chance.random() < 0.2:
        return f"{name}.md", chance.choice(BROKEN)
    front = chance.sample(FRONT, 3) if chance.random() < 0.5 else ["title: One"]
    lines = chance.sample(LINES, chance.randrange(5))
    return f"{name}.md", "\n".join(["---", *front, "---", "", "\n\n".join(lines), ""])


@pytest.mark.parametrize("drafts", [True, False])
def test_edit_by_edit_is_as_a_whole(*, drafts: bool) -> None:
    chance = random.Random(5)  # noqa: S311 - the same edits every time
    edited = Edited(drafts=drafts)
    rules = set()
    for _ in range(150):
        edited.edit(*random_edit(chance))
        fresh = whole(edited.files(), DAY, drafts=drafts)
        assert list(edited.site.entries) == list(fresh.entries)
        assert list(edited.site.hidden) == list(fresh.hidden)
        assert edited.site.plan_key == fresh.plan_key
        expected = Findings.of(fresh, ())
        assert edited.findings.problems == expected.problems
        assert edited.findings.articles == expected.articles
        assert edited.findings.times == expected.times
        assert {rule: set(part) for rule, part in edited.findings.wide.items()} == {
            rule: set(part) for rule, part in expected.wide.items()
        }
        rules |= {graded.problem.rule for graded in expected.problems}
    assert rules >= {"link-broken", "yaml-syntax", "source-unused", "verdict-inconsistent", "anchor-lost"}


def test_a_body_costs_no_rule_of_the_whole_site(monkeypatch: pytest.MonkeyPatch) -> None:
    edited = Edited(drafts=True)

    def fail(_: Site) -> None:
        raise AssertionError("nothing that it rests on was changed")

    for rule in ("statements", "fragment_problems", "unused"):
        monkeypatch.setattr(Site, rule, fail)
    before = edited.findings
    text = edited.contents["content/slack.md"].decode()
    edited.edit("content/slack.md", text.replace("That is known", "This is known"))
    assert edited.findings.wide == before.wide
    assert edited.findings.problems is before.problems


def test_a_draft_that_cannot_be_read_any_longer_is_what_is_told_of_it() -> None:
    edited = Edited(drafts=False)
    edited.edit("content/far/moon.md", "---\ntitle: Moon\ndraft: true\n---\n")
    edited.edit("content/ebb.md", "See [the moon](/far/moon.md).\n")
    links = [
        graded.problem.message for graded in edited.findings.problems if "moon" in graded.problem.message
    ]
    assert links == ['a link to "/far/moon.md", which leads nowhere']
    edited.edit("content/far/moon.md", "---\ntitle: [\ndraft: true\n---\n")
    files = edited.files()
    remembered = whole(files, DAY, drafts=False, memory=edited.site.memory)
    for site in (edited.site, remembered, whole(files, DAY, drafts=False)):
        problems = [graded.problem for graded in Findings.of(site, ()).problems]
        assert [problem.rule for problem in problems if problem.article == "far/moon"] == ["yaml-syntax"]
        assert not any("moon" in problem.message for problem in problems)
