"""A file becomes a folder, or a folder a file: what earlier builds left is in nobody's way."""

import itertools

from sites import Site, contents

ARTICLE = "---\ntitle: A thing\n---\nText.\n"
FORMS = {
    "nothing": {},
    "file": {"content/thing": "as it is"},
    "article": {"content/thing.md": ARTICLE},
    "deeper": {"content/thing/inner/index.md": ARTICLE, "content/thing/inner/chart.svg": "<svg/>"},
}


def test_every_form_follows_every_other(site: Site) -> None:
    site.write({"sitegen.yaml": "title: Things\n", "content/other.md": ARTICLE.replace("A thing", "Other")})
    clean: dict[str, dict[str, bytes]] = {}
    before: dict[str, str] = {}
    # Twice each: a build begins with what the one before the last left.
    for form in itertools.chain(*itertools.permutations(FORMS, 2), *((form, form) for form in FORMS)):
        for name in before:
            (site.root / name).unlink()
        folder = site.root / "content" / "thing"
        if folder.is_dir():
            (folder / "inner").rmdir()
            folder.rmdir()
        before = dict(FORMS[form])
        site.write(before)
        assert site.build("--quiet").status == 0, form
        output = site.output()
        if form not in clean:
            assert site.build("--quiet", "--no-cache", "--output", str(site.root.parent / form)).status == 0
            clean[form] = contents(site.root.parent / form)
        assert output == clean[form], form
