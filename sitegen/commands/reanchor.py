"""`sitegen reanchor`: new anchors for words that were changed, as a patch of the sidecars or written into them."""

import argparse
import difflib
import io
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from sitegen.building.articles import drafts
from sitegen.building.files import DiskFiles
from sitegen.building.holdings import read_holdings
from sitegen.building.survey import face_of
from sitegen.commands.former import FormerTexts
from sitegen.commands.paths import below, is_of, site_root
from sitegen.commands.site import open_site
from sitegen.judging.reanchoring import Reanchoring, reanchorings
from sitegen.model.errors import CannotGoOnError
from sitegen.model.site import Draft
from sitegen.reading.amend import AmendError, Amendment, amend


def run(options: argparse.Namespace) -> int:
    """Show or write the new anchors; the status is 1 while anchors without a certain place remain."""
    files = DiskFiles(site_root(options))
    site = open_site(files)
    wanted = [below(path, site.root) for path in options.paths]
    articles = (
        article
        for article in read_holdings(files).articles
        if not wanted or any(is_of(path, article.file, article.article) for path in wanted)
    )
    face = face_of(site.settings)
    left = 0
    asked = _Asked() if options.interactive else None
    for draft in drafts(files, articles, face):
        former = FormerTexts(site.root, draft.file, site.settings.markdown)
        proposals = tuple(reanchorings(draft, former))
        left += _reanchor(draft, proposals, site.root, write=options.write or asked is not None, asked=asked)
    return 1 if left else 0


class _Asked:
    """Asks of each proposal whether it is to be written; after `q`, or at the end of the input, the answer is no."""

    def __init__(self) -> None:
        self._ended = False

    def takes(self, article: str, proposal: Reanchoring) -> bool:
        """Show a proposal and hear the answer; `certain` ones are asked for too."""
        if self._ended:
            return False
        differs = proposal.recheck or _slight(proposal)
        print(f"{article}#{proposal.entry.id} (likeness {_likeness(proposal)}): {differs}", file=sys.stderr)
        words = (f"…{proposal.before}[", proposal.words, f"]{proposal.after}…")
        print(f"  was: {_line(proposal.entry.anchor.quote)}", file=sys.stderr)
        print(f"  now: {_line(''.join(words))}", file=sys.stderr)
        while True:
            print("write it? [y/n/q] ", end="", file=sys.stderr, flush=True)
            answer = sys.stdin.readline()
            letter = answer.strip().casefold()[:1]
            self._ended = not answer or letter == "q"
            if self._ended or letter in {"y", "n"}:
                return letter == "y"


def _line(words: str) -> str:
    """Words on one line, in which nothing can steer the terminal."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in " ".join(words.split())
    )


def _slight(proposal: Reanchoring) -> str:
    """What changed where the words did not: their typography, or what the anchor says of their surroundings."""
    typography = ["typography alone"] if proposal.words != proposal.entry.anchor.quote.strip() else []
    stale = [f"its {' and '.join(proposal.fields)} no longer held"] if proposal.fields else []
    return "; ".join(typography + stale)


def _likeness(proposal: Reanchoring) -> str:
    next_best = f", next best {proposal.runner_up:.2f}" if proposal.runner_up else ""
    return f"{proposal.score:.2f}{next_best}"


def _reanchor(
    draft: Draft, proposals: Sequence[Reanchoring], root: Path, *, write: bool, asked: _Asked | None
) -> int:
    """Do one article; give the number of its anchors that remain without a certain place."""
    certain = tuple(
        proposal
        for proposal in proposals
        if (asked.takes(draft.article, proposal) if asked is not None else proposal.certain)
    )
    homeless = [
        identifier
        for identifier, found in draft.anchorings
        if found.state in {"lost", "ambiguous"}
        or (found.state == "drifted" and not _is_among(identifier, certain))
    ]
    shown = certain if write else proposals
    if shown and not _patch(draft.sidecar.at.file, shown, root, write=write):
        return len(shown) + len(homeless)
    for proposal in proposals:
        how = (
            f"{proposal.recheck} (likeness {_likeness(proposal)})" if proposal.recheck else _slight(proposal)
        )
        verb = (
            "written"
            if write and proposal in certain
            else "left as it was"
            if asked is not None
            else "certain"
            if proposal.certain
            else "not certain: look, and write it yourself"
        )
        print(f"{draft.article}#{proposal.entry.id}: {how}: {verb}", file=sys.stderr)
    for identifier in homeless:
        if not _is_among(identifier, proposals):
            state = dict(draft.anchorings)[identifier].state
            print(f"{draft.article}#{identifier}: {state}: no likely place to propose", file=sys.stderr)
    written = {proposal.entry.id for proposal in certain} if write else set()
    open_ones = {proposal.entry.id for proposal in proposals if proposal.recheck} | set(homeless)
    return len(open_ones - written)


def _is_among(identifier: str, proposals: Sequence[Reanchoring]) -> bool:
    return any(proposal.entry.id == identifier for proposal in proposals)


def _patch(file: str, proposals: Sequence[Reanchoring], root: Path, *, write: bool) -> bool:
    """Show the patch of a sidecar, or write it; say whether it could be made."""
    path = root / file
    # Bytes, so that the file's own line ends are seen and kept.
    before = path.read_bytes().decode("utf-8")
    after = before
    try:
        after = amend(
            before, tuple(amendment for proposal in proposals for amendment in _amendments(proposal))
        )
    except AmendError as error:
        print(f"{file} cannot be changed without touching more of it: {error}", file=sys.stderr)
        return False
    sys.stdout.writelines(_unified(before, after, file))
    if write:
        _replace(path, after.encode())
    return True


def _unified(before: str, after: str, file: str) -> Iterator[str]:
    """The lines of a unified diff that `patch -p1` and `git apply` take: a line ends with a line feed and nothing else."""
    end = "\t" if " " in file else ""
    old, new = (io.StringIO(text, newline="\n").readlines() for text in (before, after))
    for line in difflib.unified_diff(old, new, f"a/{file}{end}", f"b/{file}{end}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _amendments(proposal: Reanchoring) -> list[Amendment]:
    entry = proposal.entry
    span = entry.anchor.at.spans["quote"]
    found = [Amendment(span, proposal.words)] if proposal.words != entry.anchor.quote.strip() else []
    found += (Amendment(entry.anchor.at.spans[name], value) for name, value in proposal.fields.items())
    if proposal.recheck and hasattr(entry, "recheck"):
        existing = entry.at.spans.get("recheck")
        found.append(
            Amendment(existing, proposal.recheck)
            if existing is not None
            else Amendment(entry.at.spans["anchor"], proposal.recheck, key="recheck")
        )
    return found


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that it is whole at every moment."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".sitegen-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.chmod(path.stat().st_mode)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CannotGoOnError(f"cannot write {path.name}: {error.strerror}") from error
