"""`sitegen stats`: what the site holds, in numbers."""

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from sitegen.building.calendar import today
from sitegen.building.check import Checked, check
from sitegen.building.pool import Spread
from sitegen.commands.site import open_site
from sitegen.model.records import Settings


def run(options: argparse.Namespace) -> int:
    """Count and print."""
    site = open_site(options)
    settings = _counting_coverage(site.settings)
    day = today(settings.timezone)
    checked = check(site.files, settings, day, drafts=options.drafts, each=Spread(), found=site.found)
    numbers = _numbers(checked)
    print(json.dumps(numbers, ensure_ascii=False, indent=2) if options.format == "json" else _text(numbers))
    return 0


def _counting_coverage(settings: Settings) -> Settings:
    rules = {**settings.checks.rules, "coverage": "warning"}
    return replace(settings, checks=replace(settings.checks, rules=rules))


def _numbers(checked: Checked) -> dict[str, object]:
    sums = checked.summing
    claims = [claim for draft in checked.drafts for claim in draft.sidecar.claims]
    days = [claim.checked.on for claim in claims if claim.checked is not None]
    bare = sum(graded.problem.rule == "coverage" for graded in checked.problems)
    sentences = len(claims) + bare + sum(len(draft.words) for draft in checked.drafts)
    return {
        "articles": sums.articles,
        "claims": sums.claims,
        "verdicts": {
            verdict: sums.verdicts[verdict] for verdict in checked.scale if verdict in sums.verdicts
        },
        "notes": sums.notes,
        "note kinds": dict(
            sorted(Counter(note.kind for draft in checked.drafts for note in draft.sidecar.notes).items())
        ),
        "sources": sums.sources,
        "sources cited": len({evidence.source for claim in claims for evidence in claim.evidence}),
        "evidence": sums.evidence,
        "stances": dict(
            sorted(Counter(evidence.stance for claim in claims for evidence in claim.evidence).items())
        ),
        "quotes": dict(sums.quotes),
        "anchors": dict(sums.anchors),
        "reviewed": sum(claim.reviewed is not None for claim in claims),
        "stale": sum(len(stale) for stale in checked.stale),
        "oldest check": min(days).isoformat() if days else None,
        "newest check": max(days).isoformat() if days else None,
        "checkable sentences without a claim": bare,
        "coverage": round((sentences - bare) / sentences, 3) if sentences else None,
    }


def _text(numbers: Mapping[str, object]) -> str:
    width = max(len(name) for name in numbers)
    return "\n".join(f"{name:<{width}}  {_shown(value)}" for name, value in numbers.items())


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {name}" for name, count in value.items()) or "none"
    return "none" if value is None else str(value)
