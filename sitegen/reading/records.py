"""The files that hold one record each: settings, sidecars, source records, seeds, themes."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TypeVar

from sitegen.model.places import Place, Places, Problem
from sitegen.model.records import Claim, Seed, Settings, Sidecar, Source, ThemeSettings
from sitegen.reading.nodes import Mapping, compose
from sitegen.reading.shapes import Reporter, id_hint, nearest, read_record
from sitegen.reading.text import decode

Record = TypeVar("Record")
_COLOUR = re.compile(
    r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|[a-zA-Z]+|[a-z-]+\([\w\s.,%/#()+-]*\)"
)
_BASE_URL = re.compile(r"https?://[^/\s?#@]+(/[^\s?#]*)?")


def read_settings(content: bytes, file: str, rules: Collection[str]) -> tuple[Settings, tuple[Problem, ...]]:
    """The site's settings; `rules` are the ids that `checks.rules` may name."""
    import zoneinfo  # noqa: PLC0415 - slow to import, and drafts need it not

    settings, problems = _read_file(Settings, content, file)
    report = Reporter(file)
    if settings is None:
        return Settings(at=Places(file)), problems
    _check_settings(settings, rules, report)
    if settings.publish.targets or settings.publish.default:
        from sitegen.reading.targets import check_targets  # noqa: PLC0415 - publishing is the smaller part of a site's life

        settings = replace(settings, publish=check_targets(settings.publish, report))
    if not _BASE_URL.fullmatch(settings.base_url):
        says_who = "@" in settings.base_url.partition("://")[2].partition("/")[0]
        report.add(
            "field-type",
            '"base_url" holds a name or password, and every page would show it'
            if says_who
            else f'"{settings.base_url}" is not an address',
            settings.at.spans["base_url"],
            "write it as https://example.org/checked/",
        )
        settings = replace(settings, base_url=Settings().base_url)
    try:
        zoneinfo.ZoneInfo(settings.timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        report.add(
            "field-type",
            f'"{settings.timezone}" is not a time zone',
            settings.at.spans["timezone"],
            "write it as Europe/Berlin",
        )
        settings = replace(settings, timezone="UTC")
    if not settings.base_url.endswith("/"):
        settings = replace(settings, base_url=settings.base_url + "/")
    return settings, (*problems, *report.problems)


def _check_settings(settings: Settings, rules: Collection[str], report: Reporter) -> None:
    for rule in settings.checks.rules:
        if rule not in rules:
            span = settings.checks.at.spans[f"rules.{rule}"]
            report.add("field-unknown", f'unknown rule "{rule}"', span, nearest(rule, rules))
    for verdict in settings.verdicts:
        for name in ("colour", "dark"):
            colour = getattr(verdict, name)
            if colour is not None and not _COLOUR.fullmatch(colour):
                hint = "write it as #17693f, darkgreen or oklch(50% 0.1 150)"
                report.add("field-type", f'"{colour}" is not a colour', verdict.at.spans[name], hint)
        if verdict.rating is not None and not 1 <= verdict.rating <= 5:
            hint = "write a number from 1 (false) to 5 (true)"
            report.add("field-type", f'"{verdict.rating}" is not a rating', verdict.at.spans["rating"], hint)


def read_sidecar(content: bytes, file: str, article: str) -> tuple[Sidecar, tuple[Problem, ...]]:
    """An article's annotations. Ids must be unique among its claims and notes together."""
    sidecar, problems = _read_file(Sidecar, content, file, article=article)
    if sidecar is None:
        return Sidecar(at=Places(file)), problems
    report = Reporter(file, article)
    _check_sidecar(sidecar, report)
    return sidecar, (*problems, *report.problems)


def read_source(content: bytes, file: str) -> tuple[Source | None, tuple[Problem, ...]]:
    """A record of the source library; its id is the file's stem."""
    source, problems = _read_file(Source, content, file, key=PurePosixPath(file).stem)
    return source, (*problems, *_misnamed(source))


def read_seed(content: bytes, file: str) -> tuple[Seed | None, tuple[Problem, ...]]:
    """The record of a document under examination; its id is the file's stem."""
    seed, problems = _read_file(Seed, content, file, key=PurePosixPath(file).stem)
    return seed, (*problems, *_misnamed(seed))


def _misnamed(record: Source | Seed | None) -> Iterator[Problem]:
    """A file whose stem is no id: it stands in addresses."""
    if record is not None and (hint := id_hint("stem", record.id)):
        message = f'"{record.id}" is not an id, so no file can be named so'
        yield Problem("field-type", message, Place(record.at.file), hint)


def read_theme(content: bytes, file: str) -> tuple[ThemeSettings, tuple[Problem, ...]]:
    """What a theme says of itself."""
    theme, problems = _read_file(ThemeSettings, content, file)
    return theme or ThemeSettings(at=Places(file)), problems


def looks_like_sidecar(content: bytes) -> bool:
    """Whether a YAML file holds annotations: used for one that stands beside no article."""
    text = decode(content, "")
    if isinstance(text, Problem):
        return False
    node, _ = compose(text, "")
    return isinstance(node, Mapping) and any(
        key.text in {"claims", "notes", "uncheckable"} for key, _ in node.pairs
    )


def _read_file(
    record: type[Record],
    content: bytes,
    file: str,
    *,
    key: str = "",
    article: str = "",
) -> tuple[Record | None, tuple[Problem, ...]]:
    text = decode(content, file)
    if isinstance(text, Problem):
        return None, (replace(text, article=article),)
    node, found = compose(text, file)
    if node is None and found:
        return None, tuple(replace(problem, article=article) for problem in found)
    report = Reporter(file, article)
    value = read_record(record, node, report, key=key)
    return value, (*(replace(problem, article=article) for problem in found), *report.problems)


def _check_sidecar(sidecar: Sidecar, report: Reporter) -> None:
    first: dict[str, Places] = {}
    for entry in sidecar.entries:
        if entry.id in first:
            line = first[entry.id].of().line
            report.add(
                "id-duplicate",
                f'the id "{entry.id}" stands here a second time',
                entry.at.spans[""],
                f"it stands first in line {line}",
            )
        first.setdefault(entry.id, entry.at)
        if isinstance(entry, Claim) and entry.allow and not entry.why:
            report.claim = entry.id
            report.add(
                "field-type",
                "rules are allowed without a reason",
                entry.at.spans["allow"],
                'say why: add "why:" to the claim',
            )
            report.claim = ""
