"""Elements that say which line of the article's file they were written on."""

import re
from dataclasses import replace

from sitegen.model.records import MarkdownSettings
from sitegen.model.site import Face
from sitegen.writing.draft import DraftJob, draft

BODY = """\
---
title: Tides
---

# Tides

One
paragraph, with *a mark*.

- an item

  of two paragraphs
- another

> a quote

| a | b |
|---|---|
| 1 | 2 |

```py
code
```

---

Last.
"""
SIDECAR = b"notes:\n  mark: {anchor: a mark, note: A note.}\n"
FACE = Face(MarkdownSettings(), "en", coverage=False)
JOB = DraftJob("tides", "content/tides.md", BODY.encode(), "content/tides.yaml", SIDECAR)


def test_each_block_says_its_line() -> None:
    body = draft(JOB, replace(FACE, source_lines=True)).body
    found = [(tag, int(line)) for tag, line in re.findall(r'<(\w+)[^>]*? data-line="(\d+)"', body)]
    written = BODY.split("\n")
    starts = {
        "p": ("One", "- an", "  of", "> a", "Last"),
        "ul": ("- an",),
        "li": ("- ",),
        "blockquote": ("> ",),
        "table": ("| a",),
        "pre": ("```py",),
        "hr": ("---",),
    }
    assert {tag for tag, _ in found} >= starts.keys()
    for tag, line in found:
        assert tag not in starts or written[line - 1].startswith(starts[tag]), (tag, line)


def test_they_are_all_that_differs() -> None:
    lined, plain = draft(JOB, replace(FACE, source_lines=True)), draft(JOB, FACE)
    assert "data-line" not in plain.body
    assert replace(lined, body=re.sub(r' data-line="\d+"', "", lined.body)) == plain
