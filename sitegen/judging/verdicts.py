"""The scale of verdicts: the default one, and a site's changes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sitegen.model.findings import Verdict
from sitegen.model.messages import N_
from sitegen.model.records import VerdictSetting

UNCHECKED = "unchecked"
UNPROVEN = "unproven"

DEFAULT_SCALE: tuple[Verdict, ...] = (
    Verdict("supported", N_("Supported"), N_("The evidence bears the claim out."), 5, "#0e5237", "#56c9a2", "check", needs_any=("supports",)),
    Verdict("mostly-supported", N_("Mostly supported"), N_("Right in the main; a detail is off or missing."), 4, "#5b6e3a", "#cadb8f", "check-partial", needs_any=("supports",)),
    Verdict("disputed", N_("Disputed"), N_("Good evidence points both ways."), 3, "#662f93", "#ce9ffe", "scales", needs_all=("supports", "refutes"), origins=2),
    Verdict("misleading", N_("Misleading"), N_("Not plainly false, but it leaves a wrong impression."), 2, "#a44602", "#eba941", "bend", needs_any=("refutes", "context")),
    Verdict("refuted", N_("Refuted"), N_("The evidence shows it to be false."), 1, "#86200c", "#f27168", "cross", needs_any=("refutes",)),
    Verdict("unproven", N_("Unproven"), N_("What was found neither bears it out nor shows it false."), None, "#243145", "#acc0d8", "question"),
    Verdict("outdated", N_("Outdated"), N_("It was right once; events have overtaken it."), None, "#056b85", "#599ac2", "clock", needs_any=("refutes", "context")),
    Verdict("opinion", N_("Opinion, not checkable"), N_("A judgement, a hope or a phrase too vague to test."), None, "#7c5e5a", "#f1cecd", "speech"),
    Verdict("unchecked", N_("Not checked yet"), N_("Nobody has checked this claim so far."), None, "#474b51", "#9a9fa6", "circle"),
)  # fmt: skip


def scale_of(settings: Iterable[VerdictSetting]) -> Mapping[str, Verdict]:
    """A site's scale, in order: the default verdicts with the site's changes, then the site's own."""
    scale = {verdict.id: verdict for verdict in DEFAULT_SCALE}
    for setting in settings:
        scale[setting.id] = _changed(scale.get(setting.id) or _blank(setting.id), setting)
    return scale


def _blank(identifier: str) -> Verdict:
    return Verdict(
        identifier, identifier.replace("-", " ").capitalize(), "", None, "#56606a", "#aab4be", "circle"
    )


def _changed(verdict: Verdict, setting: VerdictSetting) -> Verdict:
    given = {
        name: value
        for name in ("label", "explanation", "rating", "colour", "dark", "icon")
        if (value := getattr(setting, name)) is not None
    }
    if "colour" in given and "dark" not in given:
        given["dark"] = f"color-mix(in oklab, {given['colour']}, white 45%)"
    if setting.needs is not None:
        needs = setting.needs
        given |= {"needs_any": needs.any, "needs_all": needs.all, "origins": needs.origins}
    return replace(verdict, **given)
