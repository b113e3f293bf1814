"""`sitegen suggest`, and what `sitegen check` says of quotations that stand elsewhere."""

import json

import pytest
from sites import Site

SETTINGS = "title: T\n"
ARTICLE = "# Dues\n\nMooring dues were doubled in 2019. Sailors left because of it, the most that ever did.\n"
SIDECAR = """\
claims:
  dues:
    anchor: Mooring dues were doubled in 2019
    verdict: unchecked
"""
FILES = {
    "sitegen.yaml": SETTINGS,
    "content/harbour.md": ARTICLE,
    "content/harbour.yaml": SIDECAR,
    "content/sources/minutes.yaml": "title: Minutes\n",
    "content/sources/minutes.txt": "The council met. The dues on mooring are doubled from May 2019. Tea was served to all.\n",
    "content/sources/tides.yaml": "title: Tides\n",
    "content/sources/tides.txt": "High water stood at eight. The mooring was under water by noon.\n",
}


@pytest.fixture
def harbour(site: Site) -> Site:
    site.write(FILES)
    return site


@pytest.mark.parametrize("named", [(), ("dues",), ("harbour#dues",)])
def test_evidence_is_printed_as_yaml_with_scores(harbour: Site, named: tuple[str, ...]) -> None:
    done = harbour.run("suggest", *named)
    assert done.status == 0
    lines = done.out.splitlines()
    assert lines[0] == "# harbour#dues: Mooring dues were doubled in 2019"
    assert lines[1].startswith('- source: "minutes"  # score ')
    assert lines[3] == '  quote: "The dues on mooring are doubled from May 2019."'


def test_suggested_quotation_is_verified(harbour: Site) -> None:
    found = json.loads(harbour.run("suggest", "--format", "json", "--limit", "1").out)
    assert [entry["claim"] for entry in found] == ["harbour#dues"]
    (one,) = found[0]["suggestions"]
    evidence = (
        f"    evidence: [{{source: {one['source']}, stance: supports, quote: {json.dumps(one['quote'])}}}]\n"
    )
    harbour.write({"content/harbour.yaml": SIDECAR + evidence})
    report = json.loads(harbour.run("check", "--format", "json").out)
    assert report["summary"]["quotes"] == {"exact": 1}
    # It is quoted now, and not suggested again.
    assert "The dues on mooring" not in harbour.run("suggest", "dues").out
    assert "every claim has evidence" in harbour.run("suggest").out


def test_sentences_that_need_a_claim(harbour: Site) -> None:
    done = harbour.run("suggest", "--article", "harbour")
    assert done.status == 0
    assert done.out == (
        "claims:  # content/harbour.yaml\n"
        "  # content/harbour.md:3:36: superlative, causal\n"
        '  "sailors-left-because-of-it":\n'
        '    anchor: "Sailors left because of it, the most that ever did."\n'
        "    verdict: unchecked\n"
    )


def test_what_is_kept_of_copies_may_be_damaged_old_or_in_use(harbour: Site) -> None:
    expected = harbour.run("suggest", "dues").out
    kept = harbour.root / ".sitegen" / "passages.db"
    harbour.write(
        {"content/sources/tides.txt": "The dues on mooring are doubled from May 2019, as all know.\n"}
    )
    changed = harbour.run("suggest", "dues").out
    assert changed != expected
    whole = kept.read_bytes()
    for content in (b"no database", whole[:5000] + b"?" * 3000 + whole[8000:], whole[: len(whole) // 2]):
        kept.write_bytes(content)
        assert (harbour.run("suggest", "dues").out, kept.is_file()) == (changed, True)
    kept.unlink()
    kept.mkdir()
    assert harbour.run("suggest", "dues").out == changed


TWICE = """\
# Dues

It was *raised* to 45 “pounds” in 2019. The ships left.

Nobody paid. It was *raised* to 45 “pounds” in 2019.

    in code it fell by 12 % in 2020
"""


def test_proposed_claims_are_a_sidecar_whose_anchors_stand(site: Site) -> None:
    site.write({"content/a.md": TWICE, "content/b/index.md": "# B\n\nIt cost 7 pounds because of rain.\n"})
    found = json.loads(site.run("suggest", "--article", "a", "--format", "json").out)
    assert [(row["claim"], row["line"], row["column"]) for row in found] == [
        ("it-was-raised-to-45", 3, 1),
        ("it-was-raised-to-45-2", 5, 1),
    ]
    assert all(row["sidecar"] == "content/a.yaml" and row["file"] == "content/a.md" for row in found)
    assert [sorted(row["anchor"]) for row in found] == [["prefix", "quote"]] * 2
    site.write({"content/a.yaml": site.run("suggest", "--article", "a").out})
    report = json.loads(site.run("check", "--coverage", "--format", "json", "content/a.md").out)
    assert report["summary"]["anchors"] == {"exact": 2}
    assert {problem["rule"] for problem in report["problems"] if problem["article"] == "a"} == {"unchecked"}
    # Nothing is left to propose, and what is printed is YAML still.
    assert site.run("suggest", "--article", "a").out.startswith("# every sentence")
    assert json.loads(site.run("suggest", "--article", "a", "--format", "json").out) == []
    assert "claims:  # content/b/index.yaml" in site.run("suggest", "--article", "b").out


def test_ids_that_the_sidecar_has_are_not_proposed(harbour: Site) -> None:
    taken = SIDECAR.replace("dues:\n    anchor", "sailors-left-because-of-it:\n    anchor")
    harbour.write({"content/harbour.yaml": taken})
    assert '"sailors-left-because-of-it-2":' in harbour.run("suggest", "--article", "harbour").out


OWN = """\
sources:
  minutes:
    title: Minutes of the chapel
    snapshot: {file: chapel.txt}
  letter:
    title: A letter
    snapshot: {file: harbour.letter.txt}
"""


def test_own_sources_are_looked_through_and_hide_the_librarys(harbour: Site) -> None:
    harbour.write(
        {
            "content/harbour.yaml": SIDECAR + OWN,
            "content/sources/harbour.letter.txt": "Dear sir. Dues for mooring have doubled since 2019, they say.\n",
            "content/other.md": "# Other\n\nMooring dues doubled.\n",
            "content/other.yaml": "claims:\n  more:\n    anchor: Mooring dues doubled\n    verdict: unchecked\n",
        }
    )
    found = {
        row["claim"]: [one["source"] for one in row["suggestions"]]
        for row in json.loads(harbour.run("suggest", "--format", "json").out)
    }
    # "minutes" is another source here, whose copy is gone; elsewhere it is the library's, and there is no letter.
    assert found == {"harbour#dues": ["letter", "tides"], "other#more": ["minutes", "tides"]}


@pytest.mark.parametrize(
    "asked", [("nothing",), ("--article", "nowhere"), ("--limit", "0"), ("--limit", "x")]
)
def test_what_cannot_be_asked_for(harbour: Site, asked: tuple[str, ...]) -> None:
    done = harbour.run("suggest", *asked)
    assert done.status == 2
    assert "error: " in done.err


def test_quotation_of_another_source_is_told_as_such(harbour: Site) -> None:
    quoted = (
        "    evidence: [{source: tides, stance: supports, quote: The dues on mooring are doubled from May}]\n"
    )
    harbour.write({"content/harbour.yaml": SIDECAR + quoted})
    for _ in range(2):
        report = json.loads(harbour.run("check", "--format", "json").out)
        (problem,) = (entry for entry in report["problems"] if entry["rule"].startswith("quote-"))
        assert problem["hint"].startswith('the quotation is in the copy of "minutes", not in that of "tides"')
        assert problem["nearest"]["source"] == "minutes"
        assert problem["nearest"]["verified"]
    # What is remembered of the search must not outlive the copy.
    harbour.write({"content/sources/minutes.txt": "Tea was served to all that day.\n"})
    after = json.loads(harbour.run("check", "--format", "json").out)
    assert "minutes" not in str([entry["hint"] for entry in after["problems"]])


def test_word_diff_is_printed(harbour: Site) -> None:
    quoted = "    evidence: [{source: minutes, stance: supports, quote: The dues on mooring were doubled from May 2019}]\n"
    harbour.write({"content/harbour.yaml": SIDECAR + quoted})
    done = harbour.run("check")
    assert "    diff: The dues on mooring [-were-] {+are+} doubled from May 2019" in done.out + done.err
