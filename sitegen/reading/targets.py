"""Targets of publishing: which fields a kind takes, what it needs, and that no secret stands among them."""

import re
from dataclasses import replace

from sitegen.model.places import Span
from sitegen.model.records import TARGET_FIELDS, PublishSettings, Target
from sitegen.reading.shapes import Reporter, nearest

_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s@]*:[^/\s@]+@|https?://[^/\s@]+@", re.IGNORECASE)
_COMMON = frozenset({"kind", "url"})
_HINTS = {
    "to": "write it as user@host:/srv/www/site",
    "path": "write it as ../published, or as an absolute path",
    "bucket": "write its name, as the provider shows it",
    "site": "write its name, as the provider shows it",
    "account": "write its id, as the provider shows it",
}
_ENDINGS = {"zip": (".zip",), "tar": (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")}


def check_targets(publish: PublishSettings, report: Reporter) -> PublishSettings:
    """The settings without targets that cannot be used; what is wrong with those is reported."""
    known = [target.id for target in publish.targets]
    if publish.default and publish.default not in known:
        span = publish.at.spans["default"]
        report.add(
            "field-type", f'there is no target "{publish.default}"', span, nearest(publish.default, known)
        )
    usable = tuple(target for target in publish.targets if _check(target, report))
    return replace(publish, targets=usable)


def _check(target: Target, report: Reporter) -> bool:
    before = len(report.problems)
    fields = TARGET_FIELDS[target.kind]
    known = {field.removesuffix("!") for field in fields}
    for name, span in target.at.spans.items():
        if not name or "." in name:
            continue
        if name not in known | _COMMON:
            taken = ", ".join(sorted(known))
            message = f'a target of the kind "{target.kind}" takes no "{name}"'
            report.add("field-unknown", message, span, f"it takes {taken}, url")
        elif _PASSWORD.search(str(getattr(target, name))):
            message = f'"{name}" holds a password or token'
            hint = "take it out, and out of the file's history; keep it in the environment or a keyring"
            report.add("field-type", message, span, hint)
    for field in fields:
        name = field.removesuffix("!")
        if field != name and not getattr(target, name):
            message = f'target "{target.id}" lacks "{name}", which the kind "{target.kind}" needs'
            report.add("field-type", message, target.at.spans[""], _HINTS.get(name, ""))
    _check_values(target, report)
    return len(report.problems) == before


def _check_values(target: Target, report: Reporter) -> None:
    def refuse(name: str, message: str, hint: str) -> None:
        span: Span = target.at.spans.get(name, target.at.spans[""])
        report.add("field-type", message, span, hint)

    endings = _ENDINGS.get(target.kind)
    if endings and target.path and not target.path.endswith(endings):
        refuse("path", f'"{target.path}" is not the name of such a file', f"end it in {' or '.join(endings)}")
    if target.keep < 1:
        refuse("keep", f'"{target.keep}" is not a number of releases', "keep 1 or more")
    if target.port is not None and not 0 < target.port < 65536:
        refuse("port", f'"{target.port}" is not a port', "write a number up to 65535")
    if set(target.prefix.split("/")) & {".", ".."} or target.prefix.startswith("/"):
        refuse("prefix", f'"{target.prefix}" is no prefix', "write it as checked/, without dots")
    if target.cname and re.search(r"[\s/:@]", target.cname):
        refuse("cname", f'"{target.cname}" is not a domain', "write it as www.example.org")
    for name in ("remote", "to", "branch"):
        # What begins with a hyphen would be an option of git, rsync or ssh.
        if getattr(target, name).startswith("-"):
            refuse(name, f'"{getattr(target, name)}" begins with a hyphen', "")
