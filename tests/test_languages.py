"""The interface's words: all of them come from catalogues, German is complete, and each page speaks its own language."""

import datetime as dt
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import cast

import babel
import pytest
from babel.messages import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from sites import Site, contents

from sitegen.writing.environment import new_environment
from sitegen.writing.languages import ENGLISH, direction, fallbacks, language

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "sitegen/themes/default/locale"


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every message of templates and modules, found as `make words` finds it."""
    target = tmp_path_factory.mktemp("words") / "words.pot"
    keywords = re.search(r"^KEYWORDS := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert keywords is not None
    options = [part for keyword in keywords[1].split() for part in ("-k", keyword)]
    mapping = str(ROOT / "pyproject.toml")
    command = ["pybabel", "-q", "extract", "-F", mapping, "--no-default-keywords", *options, "--no-location"]
    arguments = [*command, "-o", str(target), str(ROOT / "sitegen"), str(ROOT / "themes")]
    CommandLineInterface().run(arguments)  # type: ignore[no-untyped-call] # Babel has no types for it
    return read_po(io.BytesIO(target.read_bytes()))


def messages(catalogue: Catalog) -> dict[tuple[str | None, str], Message]:
    """The messages by context and English text."""
    return {
        (message.context, message.id if isinstance(message.id, str) else message.id[0]): message
        for message in catalogue
        if message.id
    }


# --- catalogues


@pytest.mark.parametrize("file", sorted(LOCALES.glob("*.po")), ids=lambda file: file.stem)
def test_catalogues_say_every_word_and_no_other(file: Path, words: Catalog) -> None:
    theirs, ours = messages(read_po(io.BytesIO(file.read_bytes()), abort_invalid=True)), messages(words)
    assert sorted(ours.keys() - theirs.keys(), key=str) == [], "make words, then translate"
    assert sorted(theirs.keys() - ours.keys(), key=str) == [], "words that nothing says any more"
    for key, message in theirs.items():
        said = (message.string,) if isinstance(message.string, str) else message.string or ()
        assert all(said), f"{key} is not translated"
        assert not message.fuzzy, f"{key} is marked as fuzzy"
        english = ours[key]
        assert isinstance(message.id, str) == isinstance(english.id, str), f"{key} counts, or does not"
        for text in said:
            assert _placeholders(text) <= _placeholders(*_texts(english.id)), key
            assert _tags(text) == _tags(_texts(message.id)[0]), f"{key} has other elements in it"


def _texts(ids: object) -> tuple[str, ...]:
    return (ids,) if isinstance(ids, str) else tuple(cast("tuple[str, ...]", ids))


def _placeholders(*texts: str) -> set[str]:
    return {
        name for text in texts for name in re.findall(r"%\((\w+)\)s|\{(\w+)\}", text) for name in name if name
    }


def _tags(text: str) -> list[str]:
    return sorted(re.findall(r"</?\w+", text))


def test_german_is_there() -> None:
    assert (LOCALES / "de.po").is_file()


# --- no word from elsewhere

GREEK = {
    "sitegen.yaml": """\
title: Παλίρροιες
base_url: https://example.org/a/
language: el
description: Η θάλασσα.
author: {name: Άννα}
verdicts:
  shaky: {label: Αβέβαιο, explanation: Ίσως όχι., rating: 2, needs: {any: [context]}}
checks: {rules: {anchor-lost: warning, quote-near: warning, quote-absent: warning, snapshot-changed: warning}}
""",
    "content/one.md": """\
---
title: Ένα
summary: Δύο φορές.
date: 2024-05-01
updated: 2024-05-20
authors: [Άννα, Βάσω, Γιώργος]
tags: [νερό, άλλο]
aliases: [/palio/]
subject: almanac
---

Το φεγγάρι τραβά το νερό δύο φορές. Ο ήλιος βοηθά λίγο.[^1] Κανείς δεν ξέρει. Η γη γυρίζει. Το νερό ανεβαίνει.
Οι μετρητές δείχνουν. Η θάλασσα είναι ωραία.

## Επικεφαλίδα

> [!WARNING]
> Προσοχή εδώ.

> [!note]- Τίτλος
> Κάτι.

- [x] έγινε
- [ ] όχι ακόμη

| Α | Β |
|---|---|
| α | β |

$$x^2$$

[^1]: Λίγο.
""",
    "content/one.yaml": """\
claims:
  pull:
    anchor: Το φεγγάρι τραβά το νερό
    claim: Το φεγγάρι κινεί το νερό
    claimant: {name: Άννα, role: ναύτης, url: https://a.example/}
    said: {on: 2024-04-01, at: {title: Βιβλίο, url: https://b.example/, archive: https://c.example/}, seed: leaflet, quote: το φεγγάρι}
    verdict: supported
    because: Το λέει.
    note: Περισσότερα.
    evidence:
      - {source: almanac, stance: supports, quote: το φεγγάρι τραβά, at: σ. 4, note: Σαφές.}
      - {source: almanac, stance: refutes, quote: το φεγγάρι τραβά τη θάλασσα της γης, direct: false}
      - {source: survey, stance: context, quote: κάτι εντελώς άλλο που δεν υπάρχει πουθενά}
      - {source: dead, stance: supports, quote: τίποτα}
      - {source: almanac, stance: supports}
      - {source: scan, stance: context, quote: κάτι}
    contrary: found
    checked: {on: 2024-05-01, by: Άννα}
    reviewed: {on: 2024-05-02, by: Βάσω}
    allow: [single-origin]
    why: Αρκεί.
    corrections: [{on: 2024-05-03, was: το τρίτο, now: το δεύτερο, why: Λάθος.}]
  sun:
    anchor: Ο ήλιος βοηθά λίγο
    verdict: refuted
    evidence: [{source: own, stance: refutes, quote: ο ήλιος}]
    contrary: searched
    checked: 2024-05-01
    review_by: 2024-05-10
  nobody: {anchor: Κανείς δεν ξέρει, verdict: opinion, contrary: not-searched, checked: 2022-05-01}
  earth: {anchor: Η γη γυρίζει, verdict: shaky, recheck: άλλο, evidence: [{source: almanac, stance: context}]}
  rise: {anchor: Το νερό ανεβαίνει, verdict: disputed}
  gone: {anchor: Αυτά δεν είναι εδώ, verdict: unchecked}
  show: {anchor: Οι μετρητές δείχνουν, verdict: misleading, because: Όχι., checked: 2024-05-01}
notes:
  c: {anchor: νερό δύο φορές, kind: context, note: Κάτι.}
  d: {anchor: νερό, kind: definition, note: Κάτι.}
  a: {anchor: {quote: γη, prefix: 'Η '}, kind: aside, note: Κάτι.}
  q: {anchor: ήλιος, kind: question, note: Κάτι.}
  k: {anchor: δεν ξέρει, kind: correction, note: Κάτι.}
uncheckable:
  - {anchor: Η θάλασσα είναι ωραία, why: γνώμη}
sources:
  own: {title: Γράμμα, origin: γ, issued: 2024-02, party: η θάλασσα}
""",
    "content/two.md": "---\ntitle: Δύο\ndate: 2024-05-02\n---\n\nΆλλο ένα.\n",
    "content/draft.md": "---\ntitle: Πρόχειρο\ndraft: true\ndate: 2024-05-02\ntags: [νερό]\n---\n\nΛόγια.\n",
    "content/fold/index.md": "---\ntitle: Φάκελος\nsummary: Όλα.\n---\n\nΛόγια.\n",
    "content/fold/deep/index.md": "# Βαθιά\n\nΛόγια.\n",
    "content/fold/deep/x.md": "# Πιο βαθιά\n\nΛόγια.\n",
    "content/list/index.md": "# Κατάλογος\n\nΛόγια.\n",
    "content/broken.md": "---\ntitle: Σπασμένο\ndate: 2024-05-02\n---\n\nΛόγια.\n",
    "content/broken.yaml": "claims: [\n",
    "content/sources/almanac.yaml": "title: Ημερολόγιο\npublisher: Ναυαρχείο\nvolume: 3\nissue: 4\npages: 5-6\nissued: 2024-05-01\nkind: primary\norigin: ναυαρχείο\nurl: https://d.example/\naccessed: 2024-04-30\nlink: dead\nparty: το Ναυαρχείο\narchive: {url: https://e.example/, on: 2024-04-30}\nsnapshot: {coverage: excerpt, sha256: '00'}\nnote: |\n  Σημείωση.\n\n  > [!tip]\n  > Κάτι.\n",
    "content/sources/almanac.txt": "το φεγγάρι τραβά το νερό της γης κάθε μέρα\n",
    "content/sources/survey.yaml": "title: Μέτρηση\norigin: μ\nkind: secondary\naccessed: 2024-04-30\nlink: changed\nurl: https://f.example/\n",
    "content/sources/survey.txt": "μετρητές στην ακτή\n",
    "content/sources/scan.yaml": "title: Σάρωση\norigin: σ\nkind: tertiary\nlink: paywalled\nurl: https://g.example/\narchive: {url: https://h.example/}\n",
    "content/sources/scan.pdf": "%PDF-1.4\n",
    "content/sources/dead.yaml": "title: Χαμένο\norigin: χ\nlink: unfit\nurl: https://i.example/\nlanguage: en\n",
    "seeds/leaflet.yaml": "title: Φυλλάδιο\n",
    "seeds/leaflet.txt": "λένε πως το φεγγάρι τα κάνει όλα\n",
}
"""A site with something of everything, written in Greek: a Latin letter outside a message is the interface's."""

MARKED = re.compile(r"[A-Za-z]{2,}")
NOT_WORDS = {"code", "kbd", "pre", "math", "script", "style", "annotation"}
SHOWN = ("aria-label", "title", "alt", "placeholder", "aria-description", "aria-roledescription")
OF_MACHINES = {
    "data-bundle",
    "data-claim",
    "data-filter",
    "data-index",
    "data-keys",
    "data-kind",
    "data-note",
    "data-of",
    "data-pagefind-body",
    "data-pagefind-filter",
    "data-pagefind-ignore",
    "data-pagefind-meta",
    "data-root",
    "data-single-keys",
    "data-source-line",
    "data-stance",
    "data-state",
    "data-step",
    "data-verdict",
    "data-verdict-of",
}
"""Attributes that scripts and styles read. The rest of `data-` holds words for scripts to say."""


class Words(HTMLParser):
    """The words of a page that stand in no message: what is said is marked with brackets, which nest."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.depth = 0
        self.found: list[str] = []
        self.said = self.said_by_scripts = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NOT_WORDS or any(name == "class" and value == "address" for name, value in attrs):
            self.inside.append(tag)
        for name, value in attrs:
            if name in SHOWN or (name == "content" and ("name", "description") in attrs):
                self.found += [f"{name}: {word}" for word in MARKED.findall(unmarked(value or ""))]
            elif name.startswith("data-") and name not in OF_MACHINES and value:
                for said in json.loads(value).values() if value.startswith("{") else (value,):
                    self.said_by_scripts += said.count("⟦")
                    self.found += [f"{name}: {word}" for word in MARKED.findall(unmarked(said))]

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        outside = ""
        for character in data:
            self.said += character == "⟦"
            self.depth += (character == "⟦") - (character == "⟧")
            outside += character if self.depth == 0 else " "
        if not self.inside:
            self.found += MARKED.findall(re.sub(r"https?://\S+", " ", outside.replace("⟧", " ")))


def unmarked(text: str) -> str:
    """A text without its messages."""
    while "⟦" in text:
        shorter = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
        if shorter == text:
            break
        text = shorter
    return text


def pseudo(words: Catalog) -> bytes:
    """A catalogue that says each message in brackets."""
    catalogue = Catalog(charset="utf-8")
    for message in words:
        if message.id:
            ids = message.id
            marked = f"⟦{ids}⟧" if isinstance(ids, str) else tuple(f"⟦{text}⟧" for text in ids)
            catalogue.add(ids, marked, context=message.context)
    out = io.BytesIO()
    write_po(out, catalogue)
    return out.getvalue().replace(
        b'"MIME-Version', b'"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n"MIME-Version', 1
    )


def test_every_word_of_every_page_comes_from_a_catalogue(site: Site, words: Catalog) -> None:
    many = "\n".join(f"Πρόταση αριθμός {number} εδώ.\n" for number in range(101))
    ledger = "claims:\n" + "".join(
        f"  c{number}: {{anchor: αριθμός {number} εδώ, verdict: opinion, checked: 2024-05-01}}\n"
        for number in range(101)
    )
    site.write({**GREEK, "content/many.md": f"# Πολλά\n\n{many}", "content/many.yaml": ledger})
    site.write({f"content/list/{number}.md": f"# {number}\n\nΛόγια.\n" for number in range(51)})
    site.write({"themes/default/locale/el.po": pseudo(words)})
    run = site.build("--keep-going", "--drafts", "--quiet")
    assert run.status == 1, run.err
    pages = {name: content.decode() for name, content in site.output().items() if name.endswith(".html")}
    for name, page in pages.items():
        body = page.replace("JSON Feed", "").replace("Atom", "")
        found = Words(body)
        assert found.found == [], name
        assert found.said, name
        assert found.said_by_scripts >= 2 or not name.startswith(("claims/", "one/")), name
    assert {
        "one/index.html",
        "claims/page/2/index.html",
        "list/page/2/index.html",
        "404.html",
    } <= pages.keys()
    assert "Draft" in pages["draft/index.html"]
    one = pages["one/index.html"]
    for said in ("⟦Warning⟧", "⟦done⟧", "⟦Footnote 1⟧", "⟦Notes without a place⟧", "⟦Left without a check⟧"):
        assert said in one
    feeds = site.page("feed.json") + site.page("feed.xml") + site.page("corrections/feed.xml")
    assert "⟦Claim: " in feeds
    for entry in json.loads(site.page("feed.json"))["items"]:
        assert Words(entry["content_html"]).found == []
    assert '"alternateName":"⟦Supported⟧"' in one
    assert "⟦Refuted⟧" in site.page("one/annotations.jsonld")


# --- German, and several languages in one site


TIDES = {
    "sitegen.yaml": "title: Gezeiten\nlanguage: de\nbase_url: https://example.org/\nchecks: {rules: {no-primary: off}}\n",
    "content/ebbe.md": "---\ntitle: Ebbe\ndate: 2024-05-01\n---\n\nDer Mond zieht am Wasser. Die Sonne hilft.\n",
    "content/ebbe.yaml": """\
claims:
  mond: {anchor: Der Mond zieht, verdict: supported, checked: 2024-05-02, evidence: [{source: almanac, stance: supports, quote: the moon pulls}]}
  sonne: {anchor: Die Sonne hilft, verdict: opinion, checked: 2024-05-02}
""",
    "content/tide.md": "---\ntitle: Tide\ndate: 2024-05-03\nlanguage: en\n---\n\nThe moon pulls the water.\n",
    "content/tide.yaml": "claims:\n  moon: {anchor: The moon pulls, verdict: supported, checked: 2024-05-02, evidence: [{source: almanac, stance: supports, quote: the moon pulls}]}\n",
    "content/sources/almanac.yaml": "title: An Almanac\nkind: primary\nlanguage: en\naccessed: 2024-04-30\n",
    "content/sources/almanac.txt": "the moon pulls the water\n",
}


def test_site_speaks_german(site: Site) -> None:
    assert site.write(TIDES).build("--quiet").status == 0
    page = site.page("ebbe/index.html")
    assert '<html lang="de" dir="ltr"' in page
    for word in ("1. Mai 2024", "2 Behauptungen", "Belegt", 'aria-label="Anmerkung 1: Belegt"', "Prüfbuch"):
        assert word in page
    assert "Wort für Wort gefunden in unserer Kopie vom 30.04.2024" in page
    assert '<blockquote lang="en">' in page
    assert "Die Belege bestätigen die Behauptung." in site.page("verdicts/index.html")
    assert "Alle Behauptungen · Gezeiten" in site.page("claims/index.html")
    assert '"alternateName": "Belegt"' not in page  # only claims of others are reviewed


def test_article_speaks_its_own_language_and_shared_pages_the_sites(site: Site) -> None:
    assert site.write(TIDES).build("--quiet").status == 0
    page = site.page("tide/index.html")
    assert '<html lang="en" dir="ltr"' in page
    assert "3 May 2024" in page
    assert "Supported" in page
    assert "Belegt" not in page
    assert "found word for word in our copy of 30 Apr 2024" in page
    source = site.page("sources/almanac/index.html")
    assert source.count("Wort für Wort gefunden in unserer Kopie vom 30.04.2024") == 2
    assert "Supported" not in source
    assert '"Supported"' in site.page("tide/annotations.jsonld")


@pytest.mark.parametrize(("tag", "day"), [("de-AT", "30. April 2024"), ("de-CH", "30. April 2024")])
def test_regional_language_falls_back(site: Site, tag: str, day: str) -> None:
    site.write(TIDES).write({"sitegen.yaml": f"title: Gezeiten\nlanguage: {tag}\n"})
    site.write({"themes/default/locale/de-AT.po": 'msgid "Draft"\nmsgstr "Konzept"\n'})
    site.write({"content/e.md": "---\ntitle: E\ndraft: true\ndate: 2024-04-30\n---\n\nX.\n"})
    assert site.build("--quiet", "--drafts").status == 0
    page = site.page("e/index.html")
    assert f'lang="{tag}"' in page
    assert day in page
    assert "Zum Text springen" in page
    assert ("Konzept" in page) == (tag == "de-AT")


def test_language_without_a_catalogue_has_english_words_and_its_own_dates(site: Site) -> None:
    site.write(TIDES).write({"sitegen.yaml": "title: Marées\nlanguage: fr\n"})
    assert site.build("--quiet").status == 0
    page = site.page("ebbe/index.html")
    assert "1 mai 2024" in page
    assert "Skip to the text" in page


def test_own_words_of_the_scale_stay_as_they_are(site: Site) -> None:
    settings = TIDES["sitegen.yaml"] + "verdicts: {supported: {label: Supported}, opinion: Geschmackssache}\n"
    assert site.write({**TIDES, "sitegen.yaml": settings}).build("--quiet").status == 0
    page = site.page("ebbe/index.html")
    assert "Supported" in page
    assert "Geschmackssache" in page
    assert "Ein Werturteil, eine Hoffnung" in site.page("verdicts/index.html")


def test_changed_catalogue_remakes_pages_as_a_clean_build_would(site: Site) -> None:
    assert site.write(TIDES).build("--quiet").status == 0
    site.write({"themes/default/locale/de.po": 'msgid "Skip to the text"\nmsgstr "Hinein"\n'})
    assert site.build("--quiet").status == 0
    cached = contents(site.public)
    assert "Hinein" in site.page("ebbe/index.html")
    assert "Prüfbuch" in site.page("ebbe/index.html")
    assert "Skip to the text" in site.page("tide/index.html")
    assert site.build("--quiet", "--no-cache").status == 0
    assert contents(site.public) == cached
    assert site.run("build", "--quiet", "--no-cache", "--jobs", "2").status == 0
    assert contents(site.public) == cached


@pytest.mark.parametrize(
    ("catalogue", "line", "words"),
    [
        ('msgid "Tags"\nmsgstr "Tags"\n\nmsgidd "Draft"\nmsgstr "Entwurf"\n', 4, "cannot be read"),
        ('msgid "Tags"\nmsgstr "Tags"\n\nmsgid "By %(people)s"\nmsgstr "Von %(leute)s"\n', 4, "%(leute)s"),
        ("", None, ""),
    ],
)
def test_broken_catalogue_is_named_with_its_line(
    site: Site, catalogue: str, line: int | None, words: str
) -> None:
    site.write(TIDES).write({"themes/default/locale/de.po": catalogue})
    run = site.build("--quiet")
    if line is None:
        assert run.status == 0
        return
    assert run.status == 2
    assert run.err.startswith(f"themes/default/locale/de.po:{line}:1: error: ")
    assert words in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ _(site.title) }}", "wants its words written out"),
        ("{{ _('By %(people)s') }}", "%(people)s, which is not given"),
        ("{{ ngettext('%(num)s of %(all)s', '%(num)s', 2) }}", "%(all)s, which is not given"),
        ("{{ pgettext('x') }}", "wants its words written out"),
    ],
)
def test_broken_message_of_a_template_is_named_with_its_line(site: Site, template: str, words: str) -> None:
    site.write(TIDES).write({"themes/default/templates/extra-footer.html": f"\n{template}\n"})
    run = site.build("--quiet")
    assert run.status == 2
    assert run.err.startswith("themes/default/templates/extra-footer.html:2:1: error: ")
    assert words in run.err


# --- single pieces


def says(template: str, tag: str = "en", po: str = "", **names: object) -> str:
    """What a template comes to in a language, with a catalogue of that."""
    catalogues = {tag: [("x.po", po.encode())]} if po else {}
    spoken = language(tag, catalogues)
    environment = new_environment({"x.html": (template, "x.html")}.get, {}, spoken, f"{tag}{po}")
    return environment.get_template("x.html").render(names)


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(before=TEXTS, between=TEXTS, first=TEXTS, second=TEXTS)
def test_values_are_set_into_messages_and_escaped(before: str, between: str, first: str, second: str) -> None:
    message = (
        f"{before}%(a)s{between}%(b)s".replace("%", "%%")
        .replace("%%(a)s", "%(a)s")
        .replace("%%(b)s", "%(b)s")
    )
    written = json.dumps(message, ensure_ascii=False)
    plain = f"{before}{escape(first)}{between}{escape(second)}"
    if re.search(r"%\(\w+\)s", before + between) or "\\u" in written:
        return
    values = {"x": first, "y": second}
    assert says("{{ _(" + written + ", a=x, b=y) }}", **values) == plain
    assert says("{% set m = _(" + written + ", a=x, b=y) %}{{ m }}", **values) == plain


def test_counts_follow_the_languages_rules() -> None:
    head = 'msgid ""\nmsgstr "Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"\n'
    po = (
        head
        + '\nmsgid "%(num)s claim"\nmsgid_plural "%(num)s claims"\nmsgstr[0] "%(num)s teza"\nmsgstr[1] "%(num)s tezy"\nmsgstr[2] "%(num)s tez"\n'
    )
    template = "{{ ngettext('%(num)s claim', '%(num)s claims', n) }}"
    assert [says(template, "pl", po, n=n) for n in (1, 3, 5, 12)] == ["1 teza", "3 tezy", "5 tez", "12 tez"]
    kinds = json.loads(says("{{ plurals('%(num)s claim', '%(num)s claims')|safe }}", "pl", po))
    assert kinds == {"one": "%(num)s teza", "few": "%(num)s tezy", "many": "%(num)s tez"}
    assert says(template, n=1200) == "1,200 claims"
    assert says(template, "de", n=1200) == "1.200 claims"


def test_order_of_values_is_the_translations() -> None:
    po = 'msgid "%(a)s of %(b)s"\nmsgstr "%(b)s / %(a)s 100 %%"\n'
    assert says("{{ _('%(a)s of %(b)s', a=x, b='<i>') }}", "de", po, x=1) == "&lt;i&gt; / 1 100 %"


def test_words_in_another_language_say_which() -> None:
    template = "{% for tag in tags %}<q{{ speaks(tag) }}>{% endfor %}"
    shown = says(template, "de", tags=("", "de", "DE", "en", "ar", 'x"y'))
    assert shown == '<q><q><q><q lang="en"><q lang="ar" dir="rtl"><q lang="x&#34;y">'
    assert says(template, "he", tags=("de", "ar")) == '<q lang="de" dir="ltr"><q lang="ar">'


def test_direction_is_that_of_the_cldr() -> None:
    # A region changes no direction that its language and script have.
    for identifier in (
        name
        for name in babel.localedata.locale_identifiers()
        if not re.search("_([A-Z]{2}|[0-9]{3})\\b", name)
    ):
        known = babel.Locale.parse(identifier)
        if known.script == "Mong":  # from top to bottom, which no page here is
            continue
        assert direction(identifier) == known.text_direction, identifier


def test_scripts_and_tags_beyond_the_cldr_have_a_direction() -> None:
    assert [direction(tag) for tag in ("ar-EG", "he_IL", "iw", "uz-Arab-AF", "en-Hebr")] == ["rtl"] * 5
    assert [direction(tag) for tag in ("he-Latn", "ks-Deva", "de-AT", "x-klingon", "tlh", "")] == ["ltr"] * 6


def test_days_and_numbers_are_localised() -> None:
    day = dt.date(2024, 5, 1)
    assert (ENGLISH.day(day), ENGLISH.short_day(day)) == ("1 May 2024", "1 May 2024")
    assert language("en-US", {}).day(day) == "May 1, 2024"
    assert language("de", {}).month(2024, 5) == "Mai 2024"
    assert language("tlh", {}).day(day) == "1 May 2024"
    assert language("fr", {}).number(1234567) == "1\u202f234\u202f567"


def test_tags_fall_back_from_the_right() -> None:
    assert fallbacks("zh-Hant_TW") == ("zh-hant-tw", "zh-hant", "zh")
