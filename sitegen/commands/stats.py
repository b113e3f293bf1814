"""`sitegen stats`: what the site holds, in numbers."""

import argparse
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace

from sitegen.building.cache import Cache
from sitegen.building.calendar import today
from sitegen.building.check import Checked, check
from sitegen.building.files import DiskFiles
from sitegen.building.pool import Spread
from sitegen.commands.paths import site_root
from sitegen.commands.site import open_site
from sitegen.model.records import Settings


def run(options: argparse.Namespace) -> int:
    """Count and print."""
    # Coverage is counted here, and by no build: what is read for it is not remembered.
    with Cache(site_root(options), wanted=False) as cache:
        files = DiskFiles(cache.root)
        site = open_site(files)
        settings = _counting_coverage(site.settings)
        checked = check(
            files,
            settings,
            today(settings.timezone),
            drafts=options.drafts,
            each=Spread(),
            found=site.found,
            memory=cache.memory(),
        )
        numbers = _numbers(checked)
    print(json.dumps(numbers, ensure_ascii=False, indent=2) if options.format == "json" else _text(numbers))
    return 0


def _counting_coverage(settings: Settings) -> Settings:
    rules = {**settings.checks.rules, "coverage": "warning"}
    return replace(settings, checks=replace(settings.checks, rules=rules))


def _numbers(checked: Checked) -> dict[str, object]:
    sums, tally = checked.summing, checked.tally
    bare = sum(graded.problem.rule == "coverage" for graded in checked.problems)
    sentences = tally.claims + bare + tally.excused
    return {
        "articles": sums.articles,
        "claims": sums.claims,
        "verdicts": {
            verdict: sums.verdicts[verdict] for verdict in checked.site.scale if verdict in sums.verdicts
        },
        "notes": sums.notes,
        "note kinds": tally.kinds,
        "sources": sums.sources,
        "sources cited": len(tally.cited),
        "evidence": sums.evidence,
        "stances": tally.stances,
        "quotes": dict(sums.quotes),
        "anchors": dict(sums.anchors),
        "reviewed": tally.reviewed,
        "stale": tally.stale,
        "oldest check": _day(tally.oldest),
        "newest check": _day(tally.newest),
        "checkable sentences without a claim": bare,
        "coverage": round((sentences - bare) / sentences, 3) if sentences else None,
    }


def _day(ordinal: int | None) -> str | None:
    return dt.date.fromordinal(ordinal).isoformat() if ordinal is not None else None


def _text(numbers: Mapping[str, object]) -> str:
    width = max(len(name) for name in numbers)
    return "\n".join(f"{name:<{width}}  {_shown(value)}" for name, value in numbers.items())


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {name}" for name, count in value.items()) or "none"
    return "none" if value is None else str(value)
