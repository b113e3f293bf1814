"""A site that has every kind of page, some with problems, built once for tests that look at all of them."""

import contextlib
import io
from pathlib import Path

import pytest
from served import RICH

from sitegen.cli import main

KINDS: dict[str, str] = {
    "home": "",
    "article": "tides/",
    "folder": "history/",
    "tags": "tags/",
    "tag": "tags/sea/",
    "claims": "claims/",
    "sources": "sources/",
    "source": "sources/almanac/",
    "corrections": "corrections/",
    "verdicts": "verdicts/",
    "missing": "404.html",
    "unplaced": "broken/",
}
"""The kinds of page, each with the address of one."""

BROKEN = {
    "content/broken.md": "---\ntitle: A broken article\ndate: 2024-05-06\n---\n\nThe first words stand here.\n\n```python\nprint(1)\n```\n",
    "content/broken.yaml": "claims:\n"
    "  lost: {anchor: Nothing of this kind is written anywhere, verdict: opinion, checked: 2024-05-06}\n"
    "  near: {anchor: The first words stood here, verdict: refuted, checked: 2024-05-06, evidence: [{source: almanac, stance: refutes, quote: the sun helps it by 64 % or so}]}\n",
}


def build_everything(root: Path) -> Path:
    """Build the site below a folder, as of 1 June 2024, and give its output."""
    for name, content in {**RICH, **BROKEN}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(io.StringIO()):
        patch.setenv("SOURCE_DATE_EPOCH", "1717200000")
        # Served from the root of a host here, also the page for what is missing.
        main(
            [
                "--site",
                str(root),
                "build",
                "--jobs",
                "1",
                "--quiet",
                "--keep-going",
                "--base-url",
                "http://127.0.0.1/",
            ]
        )
    return root / "public"
