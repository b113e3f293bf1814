"""`sitegen publish` in a site without a target: the likely ones are offered, and one is written into the settings."""

import sys

from sitegen.building.files import SETTINGS
from sitegen.commands.asking import chosen, said_yes
from sitegen.commands.site import OpenSite
from sitegen.model.errors import CannotGoOnError
from sitegen.publishing.first_time import Likely, as_setting, likely_targets, with_target


def offer(site: OpenSite, *, may_ask: bool) -> None:
    """Offer likely targets, and write one of them into the settings after a yes.

    Raises `CannotGoOnError`, with what to write, where nobody is there to answer, or nothing was chosen.
    """
    targets = likely_targets(site.root)
    if not may_ask:
        raise _by_hand(targets[0])
    print("sitegen.yaml names no place to publish to. Likely ones:", file=sys.stderr)
    for count, likely in enumerate(targets, 1):
        print(f"  {count}  {likely.why}\n     {{{likely.setting}}}", file=sys.stderr)
    number = chosen("Which one?", len(targets))
    if number is None:
        raise _by_hand(targets[0])
    likely = targets[number - 1]
    path = site.root / SETTINGS
    # As bytes: the ends of lines stay as they are.
    written = with_target(path.read_bytes().decode(), likely)
    if written is None:
        raise _by_hand(likely)
    print(f"\n{as_setting(likely)}", file=sys.stderr)
    if not said_yes("Write this at the end of sitegen.yaml, and publish there?"):
        raise _by_hand(likely)
    path.write_bytes(written.encode())


def _by_hand(likely: Likely) -> CannotGoOnError:
    lines = "\n".join(f"          {line}" for line in as_setting(likely).splitlines())
    return CannotGoOnError(
        "sitegen.yaml names no place to publish to", hint=f"write there, for {likely.why}:\n{lines}"
    )
