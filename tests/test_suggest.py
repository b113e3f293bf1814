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
    assert (
        done.out
        == 'content/harbour.md:3:36: "Sailors left because of …" (superlative, causal) carries no claim\n'
    )


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
