"""The scale of verdicts: the default one, and a site's changes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sitegen.model.findings import Verdict
from sitegen.model.records import VerdictSetting

UNCHECKED = "unchecked"
UNPROVEN = "unproven"

DEFAULT_SCALE: tuple[Verdict, ...] = (
    Verdict("supported", "Supported", "The evidence bears the claim out.", 5, "#0a6650", "#5ecbaa", "check", needs_any=("supports",)),
    Verdict("mostly-supported", "Mostly supported", "Right in the main; a detail is off or missing.", 4, "#55680f", "#b9cb62", "check-partial", needs_any=("supports",)),
    Verdict("disputed", "Disputed", "Good evidence points both ways.", 3, "#6a3d9e", "#c6aaf3", "scales", needs_all=("supports", "refutes"), origins=2),
    Verdict("misleading", "Misleading", "Not plainly false, but it leaves a wrong impression.", 2, "#954f00", "#f2b569", "bend", needs_any=("refutes", "context")),
    Verdict("refuted", "Refuted", "The evidence shows it to be false.", 1, "#b0241c", "#ff9488", "cross", needs_any=("refutes",)),
    Verdict("unproven", "Unproven", "What was found neither bears it out nor shows it false.", None, "#44576f", "#a8bbd4", "question"),
    Verdict("outdated", "Outdated", "It was right once; events have overtaken it.", None, "#00647f", "#6cc5e3", "clock", needs_any=("refutes", "context")),
    Verdict("opinion", "Opinion, not checkable", "A judgement, a hope or a phrase too vague to test.", None, "#75584a", "#cfb3a4", "speech"),
    Verdict("unchecked", "Not checked yet", "Nobody has checked this claim so far.", None, "#63646a", "#aeb0b6", "circle"),
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
