"""Searching a large library: `python benchmarks/library.py [--sources N]`, 10,000 sources if not told.

A made-up site of one article, whose claims quote from the wrong copies, and of N sources with copies of some sixty sentences.
Each line is one run of a whole command: suggestions for one claim and for all, and a check that looks for quotations elsewhere.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from corpus import SETTINGS, seeded, sentence
from measure import peak, seconds

CLAIMS = 20
"""Claims of the article: half quote words that stand in another copy, half words that stand in none."""

PASSAGES = 60
LIMIT = 600.0


def passage(source: int, index: int) -> str:
    """A sentence of a copy, with a figure and a name as real ones have."""
    chance = seeded("library", source, index)
    name = f"{chance.choice(('Kiel', 'Whitby', 'Bergen', 'Tallinn'))}{source % 97}"
    return f"In {name} {sentence(chance, 14)[:-1].lower()} by {chance.randrange(10_000)}."


def write(folder: Path, sources: int) -> None:
    """The site."""
    library = folder / "content" / "sources"
    library.mkdir(parents=True)
    (folder / "sitegen.yaml").write_text(SETTINGS, encoding="utf-8")
    for number in range(sources):
        text = " ".join(passage(number, index) for index in range(PASSAGES))
        (library / f"s{number}.yaml").write_text(f"title: Source {number}\n", encoding="utf-8")
        (library / f"s{number}.txt").write_text(f"{text}\n", encoding="utf-8")
    anchors, ledger = [], ["claims:"]
    for number in range(CLAIMS):
        wanted = number * sources // CLAIMS
        quote = passage(wanted, 7) if number % 2 else f"{sentence(seeded('none', number), 15)[:-1]} zebra"
        anchors.append(f"The {number + 1}. thing: {passage(wanted, 8)}")
        ledger += [
            f"  c{number}:",
            f"    anchor: {anchors[-1]!r}",
            "    verdict: supported",
            f"    evidence: [{{source: s{(wanted + 1) % sources}, stance: supports, quote: {quote!r}}}]",
        ]
    (folder / "content" / "a.md").write_text("# A\n\n" + "\n\n".join(anchors) + "\n", encoding="utf-8")
    (folder / "content" / "a.yaml").write_text("\n".join(ledger) + "\n", encoding="utf-8")


def main() -> None:
    """Write the site and print the seconds of each command."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sources", type=int, default=10_000)
    number = options.parse_args().sources
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        write(site, number)
        size = sum(file.stat().st_size for file in (site / "content" / "sources").glob("*.txt"))
        print(f"{number} sources, {size / 1e6:.1f} MB of text, {number * PASSAGES} sentences")
        program = (sys.executable, "-m", "sitegen", "--site", str(site))
        every = [f"a#c{claim}" for claim in range(CLAIMS)]
        # Problems are what is looked for: the status of a check is 1, and is taken for done.
        check = ("sh", "-c", '"$@" >/dev/null 2>&1; [ $? = 1 ]', "sh", *program, "check")
        fix = ("sh", "-c", 'sed -i "s/zebra/zebu/" "$0/content/a.yaml"; "$@"', str(site), *check)
        edit = (
            "sh",
            "-c",
            'for n in 0 1 2 3 4 5 6 7 8 9; do echo More of it. >> "$0/content/sources/s$n.txt"; done; "$@"',
            str(site),
        )
        for what, command in (
            ("check, cold", check),
            ("check, nothing changed", check),
            ("check, ten quotations edited", fix),
            ("suggest, the first time", (*program, "suggest", "c3")),
            ("suggest, one claim", (*program, "suggest", "c3")),
            (f"suggest, {CLAIMS} claims", (*program, "suggest", *every)),
            ("suggest, ten copies edited", (*edit, *program, "suggest", "c3")),
        ):
            print(f"{what:30} {seconds(command, site, LIMIT):6.2f} s", flush=True)
        print(f"{'suggest, peak memory':30} {peak((*program, 'suggest', 'c3'), site, LIMIT):6.0f} MiB")


if __name__ == "__main__":
    main()
