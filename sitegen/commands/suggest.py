"""`sitegen suggest`: passages of the library's copies that may be evidence, and sentences that need a claim."""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sitegen.building.articles import draft_job, read_own_copies
from sitegen.building.cache import Cache
from sitegen.building.calendar import today
from sitegen.building.each import in_turn
from sitegen.building.entries import draft_of
from sitegen.building.files import DiskFiles
from sitegen.building.holdings import read_holdings
from sitegen.building.passages import searched
from sitegen.building.site import Site
from sitegen.building.survey import face_of, read_site
from sitegen.commands.paths import below, is_of, site_root
from sitegen.commands.site import open_site, with_memory
from sitegen.judging.folding import fold
from sitegen.judging.suggesting import Passages, Suggestion
from sitegen.model.errors import CannotGoOnError
from sitegen.model.records import Anchor, Claim
from sitegen.reading.shapes import nearest
from sitegen.writing.proposing import ProposedClaim, proposed_claims


def run(options: argparse.Namespace) -> int:
    """Print what is suggested; the status says only whether that could be done."""
    with Cache(site_root(options)) as cache:
        files = DiskFiles(cache.root)
        if options.article is not None:
            return _sentences(files, options)
        site = open_site(files)
        files.know(cache.inputs())
        day = today(site.settings.timezone)
        read = with_memory(
            cache,
            lambda memory: read_site(files, site.settings, day, drafts=True, each=in_turn, memory=memory),
        )
        return _evidence(read, options, cache.kept_in)


# --- evidence for claims


def _evidence(site: Site, options: argparse.Namespace, folder: Path | None) -> int:
    claims = tuple(_wanted(site, options.claims))
    own = _own(site, claims)
    found = (
        searched(site, own, folder, lambda passages: _found(passages, claims, options.limit))
        if claims
        else ()
    )
    if options.format == "json":
        print(json.dumps([_as_json(*row) for row in found], ensure_ascii=False, indent=2))
        return 0
    if not found:
        print("every claim has evidence with a quotation; name a claim to look for more")
    print("\n".join(_as_yaml(*row) for row in found), end="")
    return 0


_Found = tuple[str, Claim, tuple[Suggestion, ...]]
"""A claim by its name, and what is suggested for it."""


def _found(passages: Passages, claims: Sequence[tuple[str, Claim]], most: int) -> tuple[_Found, ...]:
    return tuple((name, claim, tuple(_fresh(passages, name, claim, most))) for name, claim in claims)


def _own(site: Site, claims: Sequence[tuple[str, Claim]]) -> dict[str, dict[str, str | None]]:
    """The own sources of the articles of some claims, with the texts of their copies."""
    found: dict[str, dict[str, str | None]] = {}
    entries = {**site.entries, **site.hidden}
    for article in dict.fromkeys(_article(name) for name, _ in claims):
        sidecar = draft_of(entries[article], site.store).sidecar
        if sidecar.sources:
            copies, _, _ = read_own_copies(article, sidecar, site.files)
            texts = {source: copy.text for (_, source), copy in copies.items()}
            found[article] = {source.id: texts.get(source.id) for source in sidecar.sources}
    return found


def _article(name: str) -> str:
    """The article of a claim that is named `ARTICLE#ID`."""
    return name.rpartition("#")[0]


def _wanted(site: Site, names: Sequence[str]) -> Iterator[tuple[str, Claim]]:
    """The claims named, each as `ID` or `ARTICLE#ID`; if none is, those whose evidence quotes nothing.

    Raises `CannotGoOnError` for a name that no claim has.
    """
    claims = [
        (f"{entry.article}#{claim.id}", claim)
        for entry in site.entries.values()
        if entry.tally.claims
        for claim in draft_of(entry, site.store).sidecar.claims
    ]
    if not names:
        yield from (row for row in claims if not any(evidence.quote for evidence in row[1].evidence))
        return
    for name in dict.fromkeys(names):
        found = [row for row in claims if name in {row[0], row[1].id}]
        if not found:
            known = dict.fromkeys(part for full, claim in claims for part in (full, claim.id))
            raise CannotGoOnError(f'there is no claim "{name}"', hint=nearest(name, known))
        yield from found


def _fresh(passages: Passages, name: str, claim: Claim, most: int) -> Iterator[Suggestion]:
    """The best passages that the claim does not quote already."""
    quoted = [(evidence.source, fold(evidence.quote).text) for evidence in claim.evidence if evidence.quote]
    kept = 0
    for suggestion in passages.best(claim.statement, most + 4 * len(quoted), _article(name)):
        words = fold(suggestion.passage).text
        known = any(source == suggestion.source and (old in words or words in old) for source, old in quoted)
        if not known and kept < most:
            kept += 1
            yield suggestion


def _as_json(name: str, claim: Claim, found: Sequence[Suggestion]) -> dict[str, object]:
    return {
        "claim": name,
        "statement": claim.statement,
        "suggestions": [
            {"source": one.source, "quote": _one_line(one.passage), "score": one.score} for one in found
        ],
    }


def _as_yaml(name: str, claim: Claim, found: Sequence[Suggestion]) -> str:
    """What can be put under `evidence:`; the stance is for a person to set."""
    lines = [f"# {name}: {_one_line(claim.statement)}"]
    if not found:
        lines.append("# nothing in the copies of the library speaks of it")
    for one in found:
        lines += [
            f"- source: {json.dumps(one.source)}  # score {one.score:.2f}",
            "  stance: context  # for you to judge: supports | refutes | context",
            f"  quote: {json.dumps(_one_line(one.passage), ensure_ascii=False)}",
        ]
    return "\n".join([*lines, ""])


def _one_line(text: str) -> str:
    return " ".join(text.split())


# --- sentences that need a claim


def _sentences(files: DiskFiles, options: argparse.Namespace) -> int:
    site = open_site(files)
    path = below(options.article, site.root)
    articles = [
        article for article in read_holdings(files).articles if is_of(path, article.file, article.article)
    ]
    if not articles:
        raise CannotGoOnError(
            f'there is no article "{options.article}"', hint="name an article below content/"
        )
    face = face_of(site.settings)
    found = [claim for article in articles for claim in proposed_claims(draft_job(files, article), face)]
    found.sort(key=lambda claim: (-len(claim.reasons), claim.place))
    kept = found[: options.limit]
    if options.format == "json":
        print(json.dumps([_sentence_as_json(claim) for claim in kept], ensure_ascii=False, indent=2))
        return 0
    if not kept:
        print("# every sentence that looks checkable carries a claim")
    ledgers: dict[str, list[ProposedClaim]] = {}
    for claim in kept:
        ledgers.setdefault(claim.sidecar, []).append(claim)
    print("\n".join(_ledger_as_yaml(ledger, claims) for ledger, claims in ledgers.items()), end="")
    return 0


def _sentence_as_json(claim: ProposedClaim) -> dict[str, object]:
    return {
        "article": claim.article,
        "file": claim.place.file,
        "line": claim.place.line,
        "column": claim.place.column,
        "sidecar": claim.sidecar,
        "reasons": claim.reasons,
        "claim": claim.id,
        "anchor": _anchor_fields(claim.anchor),
    }


def _ledger_as_yaml(ledger: str, claims: Iterable[ProposedClaim]) -> str:
    """What can stand in a sidecar; one that has claims already takes what is below the first line."""
    lines = [f"claims:  # {ledger}"]
    for claim in claims:
        fields = _anchor_fields(claim.anchor)
        anchor = fields["quote"] if len(fields) == 1 else fields
        lines += [
            f"  # {claim.place}: {', '.join(claim.reasons)}",
            f"  {json.dumps(claim.id)}:",
            f"    anchor: {json.dumps(anchor, ensure_ascii=False)}",
            "    verdict: unchecked",
        ]
    return "\n".join([*lines, ""])


def _anchor_fields(anchor: Anchor) -> dict[str, str]:
    """What an anchor says, as a sidecar has it."""
    said = {"quote": anchor.quote, "prefix": anchor.prefix, "suffix": anchor.suffix}
    return {name: value for name, value in said.items() if value}
