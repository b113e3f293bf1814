"""Fields of a record are set, and no other byte of the file changes."""

import difflib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.reading.amend import AmendError, with_fields
from sitegen.reading.records import read_sidecar, read_source

SNAPSHOT = {"file": "x.html", "sha256": "0" * 64, "extractor": "trafilatura 2, recall: all", "status": "200"}
FIELDS: dict[str, str | Mapping[str, str]] = {
    "accessed": "2024-06-01",
    "snapshot": SNAPSHOT,
    "link": "changed",
}

RECORDS = {
    "bare": "title: A\nurl: https://example.org/\n",
    "no line end": "title: A\nurl: https://example.org/",
    "comments": "# first\nurl: https://example.org/ # the page\n\n# last\ntitle: 'A'   # quoted\n",
    "replaced": "title: A\naccessed: 2020-01-01 # then\nurl: https://example.org/\nlink: live\nsnapshot: {file: a.txt, coverage: excerpt}\n",
    "block": "title: A\nurl: https://example.org/\nsnapshot:\n  # pinned by hand\n  file: a.txt\n  sha256: '11'\nkind: primary\n",
    "empty": "title: A\nurl: https://example.org/\naccessed:\nsnapshot: # none yet\nkind: primary\n",
    "braces": "{title: A, url: https://example.org/, kind: primary}\n",
    "folded": "title: A\nurl: >-\n  https://example.org/\nnote: |\n  kept\n   as it is\n",
    "empty braces": "title: A\nsnapshot: {}\nurl: https://example.org/\n",
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("name", RECORDS)
def test_fields_are_set_and_each_other_byte_kept(name: str, mark: str, newline: str) -> None:
    before = mark + RECORDS[name].replace("\n", newline)
    after = with_fields(before, (), FIELDS, beside="url")
    source, problems = read_source(after.encode(), "x.yaml")
    assert problems == ()
    assert source is not None
    assert source.snapshot is not None
    found = source.snapshot
    assert (str(source.accessed), source.link, source.url) == (
        "2024-06-01",
        "changed",
        "https://example.org/",
    )
    assert (found.file, found.sha256, found.extractor, found.status) == (*list(SNAPSHOT.values())[:3], 200)
    lost = [
        before[first:last]
        for kind, first, last, _, _ in difflib.SequenceMatcher(
            None, before, after, autojunk=False
        ).get_opcodes()
        if kind in {"delete", "replace"}
    ]
    assert "".join(lost) == "" or name in {"replaced", "block", "empty braces"}
    for comment in ("# first", "# the page", "# last", "# then", "# pinned by hand", "# none yet"):
        assert (comment in before) == (comment in after)
    assert ("\r\n" in after) == (newline == "\r\n")
    assert after.count("\n") == after.count(newline)
    assert with_fields(after, (), FIELDS, beside="url") == after


def test_a_record_within_a_sidecar() -> None:
    text = "claims: {}\nsources:\n  one: {title: A, url: https://a.example/} # own\n  two:\n    url: https://b.example/\n    title: B\n"
    for name in ("one", "two"):
        text = with_fields(text, ("sources", name), FIELDS, beside="url")
    sidecar, problems = read_sidecar(text.encode(), "x.yaml", "x")
    assert problems == ()
    assert [source.snapshot is not None and source.snapshot.file for source in sidecar.sources] == [
        "x.html"
    ] * 2
    assert "} # own\n" in text


@pytest.mark.parametrize(
    "text",
    [
        "base: &b {file: a.txt}\ntitle: A\nurl: https://example.org/\nsnapshot: *b\n",
        "title: A\n",
        "- a list\n",
        "title: [open\n",
    ],
)
def test_what_cannot_be_done_is_refused(text: str) -> None:
    with pytest.raises(AmendError):
        with_fields(text, (), {"snapshot": {"file": "new.html"}}, beside="url")


@given(
    st.sampled_from(sorted(RECORDS)),
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30
    ),
)
def test_any_words_can_be_written(name: str, words: str) -> None:
    words = words.strip() or "x"
    after = with_fields(RECORDS[name], (), {"snapshot": {"extractor": words}}, beside="url")
    source, _ = read_source(after.encode(), "x.yaml")
    assert source is not None
    assert source.snapshot is not None
    assert source.snapshot.extractor == words
