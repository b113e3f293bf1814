"""From an article's two files to its draft: read, flattened, anchored, woven, rendered with holes."""

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from markdown_it.token import Token

from sitegen.judging.anchors import Searchable, find_anchor
from sitegen.judging.canonical import Flattened, flatten
from sitegen.model.errors import CannotGoOnError
from sitegen.model.findings import Anchoring
from sitegen.model.places import Place, Problem
from sitegen.model.records import Claim, Note, Sidecar
from sitegen.model.site import Draft, Face
from sitegen.reading.article import Manuscript, read_manuscript
from sitegen.reading.markdown import Parsed, parse, parse_note
from sitegen.reading.records import read_sidecar
from sitegen.writing.coverage import uncovered
from sitegen.writing.holes import hole
from sitegen.writing.links import LinkFinder, place_of
from sitegen.writing.marks import WOVEN
from sitegen.writing.render_rules import LATER
from sitegen.writing.smarten import smarten, typeset
from sitegen.writing.source_lines import with_source_lines
from sitegen.writing.unplaced import Whereabouts, anchor_problems
from sitegen.writing.weave import Mark, weave

ROOM = 400
"""Code points of a paragraph beside which one note fits, after the first two."""


@dataclass(frozen=True, slots=True)
class DraftJob:
    """What a draft is made of: the two files as they are, and the site's face. `sidecar` is None where there is none."""

    article: str
    file: str
    content: bytes
    sidecar_file: str
    sidecar: bytes | None


def draft(job: DraftJob, face: Face) -> Draft:
    """Make an article's draft."""
    manuscript, problems = read_manuscript(job.content, job.file, job.article)
    # An article without a sidecar has an empty one.
    sidecar, found = read_sidecar(job.sidecar or b"", job.sidecar_file, job.article)
    language = manuscript.front.language or face.language
    return _Drafting(job, face, manuscript, sidecar, language).run((*problems, *found))


class _Drafting:
    """The steps of one draft, which share the parsed article."""

    def __init__(
        self, job: DraftJob, face: Face, manuscript: Manuscript, sidecar: Sidecar, language: str
    ) -> None:
        self.job = job
        self.face = face
        self.front = manuscript.front
        self.first_line = manuscript.body_line
        self.lines = manuscript.body.split("\n")
        self.sidecar = sidecar
        self.language = language
        taken = taken_ids(sidecar, manuscript.body)
        self.parsed = parse(manuscript.body, face.markdown, first_line=manuscript.body_line, taken=taken)
        self.finder = LinkFinder(job.article, job.file, self.lines, self.first_line)
        self.problems: list[Problem] = []

    def run(self, problems: Iterable[Problem]) -> Draft:
        self.problems += (
            Problem("markdown-ignored", found.message, self._line(found.line), "", self.job.article)
            for found in self.parsed.problems
        )
        flattened = flatten(self.parsed.tokens)
        searchable = Searchable(flattened.canonical)
        entries = self.sidecar.entries
        anchorings = {entry.id: find_anchor(entry.anchor, searchable) for entry in entries}
        whereabouts = Whereabouts(self.parsed.tokens, flattened, self.lines, self.first_line, self.job.file)
        self.problems += [
            problem
            for entry in entries
            for problem in anchor_problems(entry, anchorings[entry.id], self.job.article, whereabouts)
        ]
        left_out = [find_anchor(entry.anchor, searchable) for entry in self.sidecar.uncheckable]
        words = self._uncheckable(left_out, whereabouts)
        numbers = _numbers(anchorings)
        woven = self._woven(flattened, self._marks(anchorings, numbers))
        self._crowded(woven)
        if self.face.coverage:
            self.problems += uncovered(
                self.parsed.tokens,
                flattened,
                (*anchorings.values(), *left_out),
                (self._line_place, self.job.article),
            )
        heading, heading_id, title, woven = self._take_heading(woven)
        self.finder.take(woven)
        if self.face.source_lines:
            woven = with_source_lines(woven, self.first_line)
        body = self._html(woven, self.parsed)
        texts = self._texts()
        fragments = _fragments(heading_id, heading, body, texts, numbers)
        self._local_links(fragments)
        self._image()
        return Draft(
            article=self.job.article,
            file=self.job.file,
            front=self.front,
            title=title,
            heading=heading,
            heading_id=heading_id,
            body=body,
            texts=tuple(texts.items()),
            sidecar=self.sidecar,
            anchorings=tuple(anchorings.items()),
            numbers=tuple(numbers.items()),
            words=words,
            links=tuple(self.finder.links),
            fragments=fragments,
            problems=(*problems, *self.problems, *self.finder.problems),
        )

    def _woven(self, flattened: Flattened, marks: list[Mark]) -> list[Token]:
        try:
            return weave(self.parsed.tokens, flattened, marks)
        except RecursionError as error:
            raise CannotGoOnError("emphasis is nested hundreds deep", Place(self.job.file)) from error

    def _marks(self, anchorings: Mapping[str, Anchoring], numbers: Mapping[str, int]) -> list[Mark]:
        marks = []
        for entry in self.sidecar.entries:
            number, anchoring = numbers.get(entry.id), anchorings[entry.id]
            if number is None or anchoring.start is None or anchoring.end is None:
                continue
            marks.append(_mark(entry, (anchoring.start, anchoring.end), number))
        return marks

    def _html(self, tokens: Sequence[Token], parsed: Parsed, place: Place | None = None) -> str:
        if self.face.markdown.smart_quotes:
            tokens = smarten(tokens, self.language)
        parsed.env["labels"] = LATER
        html = WOVEN.html(tokens, parsed.env)
        for problem in parsed.env.pop("render_problems", ()):
            where = place or self._line(problem.line + self.first_line)
            self.problems.append(Problem("math-unreadable", problem.message, where, "", self.job.article))
        return html

    def _line(self, line: int) -> Place:
        """The whole of a line of the article's file."""
        written = self.lines[line - self.first_line] if 0 <= line - self.first_line < len(self.lines) else ""
        return Place(self.job.file, line, 1, line, max(2, len(written) + 1))

    def _take_heading(self, woven: list[Token]) -> tuple[str, str, str, list[Token]]:
        """The title's HTML, id and text, and the tokens that are left: a first heading that is the title leaves the body."""
        fallback = PurePosixPath(self.job.article).name.replace("-", " ").replace("_", " ").capitalize()
        opens = len(woven) > 2 and woven[0].type == "heading_open" and woven[0].tag == "h1"
        plain = "".join(_plain(child) for child in woven[1].children or ()) if opens else ""
        title = self.front.title or (plain if opens else self._first_heading() or fallback)
        if not opens or (self.front.title and plain != self.front.title):
            shown = typeset(title, self.language) if self.face.markdown.smart_quotes else title
            return html.escape(shown, quote=False), "", title, woven
        identifier = str(woven[0].attrs.get("id", ""))
        rest = woven[3:]
        inline = [replace(woven[1])]
        self.finder.take(inline)
        return self._html(inline, self.parsed), identifier, title, rest

    def _first_heading(self) -> str:
        return self.parsed.headings[0].text if self.parsed.headings else ""

    def _texts(self) -> dict[str, str]:
        texts: dict[str, str] = {}
        for claim in self.sidecar.claims:
            self._text(texts, f"claim {claim.id}", claim.note, claim.at.of("note"))
            for index, evidence in enumerate(claim.evidence):
                self._text(texts, f"evidence {claim.id} {index}", evidence.note, evidence.at.of("note"))
        for note in self.sidecar.notes:
            self._text(texts, f"note {note.id}", note.note, note.at.of("note"))
        for source in self.sidecar.sources:
            self._text(texts, f"source {source.id}", source.note, source.at.of("note"))
        return texts

    def _text(self, texts: dict[str, str], key: str, markdown: str, place: Place) -> None:
        if not markdown:
            return
        parsed = parse_note(markdown, self.face.markdown, prefix=f"note-{key.replace(' ', '-')}-")
        self.finder.take(parsed.tokens, place)
        texts[key] = self._html(parsed.tokens, parsed, place)

    def _local_links(self, fragments: Iterable[str]) -> None:
        known = set(fragments)
        for fragment, place in self.finder.local:
            if fragment and fragment != "top" and fragment not in known:
                message = f'"#{fragment}" leads nowhere in this article'
                self.problems.append(Problem("link-broken", message, place, "", self.job.article))

    def _image(self) -> None:
        """The picture of the front matter, as the last of the links."""
        if not self.front.image:
            return
        place = self.front.at.of("image")
        self.finder.add("image", self.front.image, place)
        if not self.front.image_alt:
            hint = 'say what it shows: "image_alt: …"'
            self.problems.append(
                Problem("image-alt", "an image without a text in its place", place, hint, self.job.article)
            )

    def _uncheckable(
        self, found: Sequence[Anchoring], whereabouts: Whereabouts
    ) -> tuple[tuple[str, str], ...]:
        """The words that are left without a check, each with the reason."""
        words = []
        for entry, anchoring in zip(self.sidecar.uncheckable, found, strict=True):
            self.problems += anchor_problems(entry, anchoring, self.job.article, whereabouts)
            words.append((anchoring.exact or entry.anchor.quote, entry.why))
        return tuple(words)

    def _crowded(self, woven: Sequence[Token]) -> None:
        if not any(token.type == "margin" and token.content.count(" ") > 1 for token in woven):
            return
        places = {f"note-{entry.id}": entry.anchor.at.of() for entry in self.sidecar.entries}
        length = 0
        for token in woven:
            if token.type == "inline":
                length += sum(len(child.content) for child in token.children or ())
            elif token.type == "margin":
                notes = token.content.split(" ")
                room = 2 + length // ROOM
                if len(notes) > room:
                    message = f"{len(notes)} notes beside a paragraph with room for {room}"
                    hint = "part the paragraph, or join notes"
                    self.problems.append(
                        Problem("note-crowded", message, places[notes[room]], hint, self.job.article)
                    )
            if token.level == 0 and token.nesting == 1:
                length = 0

    def _line_place(self, token: Token, words: str) -> Place:
        """Where some words of a block stand in the article's file."""
        return place_of(token, words, self.lines, self.first_line, self.job.file)


PAGE_IDS = frozenset({"main", "sources", "corrections", "unplaced", "uncheckable", "claims", "citations"})
"""Ids that the templates of an article's page give: no heading may be given one of them."""


def taken_ids(sidecar: Sidecar, body: str) -> frozenset[str]:
    """The ids that a page has of itself: those of its template, of its claims and notes, and of its footnotes."""
    notes = {f"{kind}-{entry.id}" for entry in sidecar.entries for kind in ("c", "n", "note")}
    feet = {f"{kind}-{number}" for number in range(1, body.count("[^") + 1) for kind in ("fn", "fnref")}
    return PAGE_IDS | notes | feet


def _plain(token: Token) -> str:
    return (
        " "
        if token.type in {"softbreak", "hardbreak"}
        else token.content
        if token.type not in {"noteref", "image"}
        else ""
    )


def _numbers(anchorings: Mapping[str, Anchoring]) -> dict[str, int]:
    """The placed entries, numbered in the order in which their references stand in the text."""
    placed = [
        (found.end, -(found.start or 0), index, identifier)
        for index, (identifier, found) in enumerate(anchorings.items())
        if found.placed and found.end is not None
    ]
    return {identifier: number for number, (*_, identifier) in enumerate(sorted(placed), start=1)}


def _mark(entry: Claim | Note, span: tuple[int, int], number: int) -> Mark:
    note = f"note-{entry.id}"
    if isinstance(entry, Claim):
        return Mark(
            *span,
            element=f"c-{entry.id}",
            note=note,
            number=number,
            label=hole("verdict", f"{number} {entry.verdict}"),
            verdict=entry.verdict,
            attrs=(
                ("class", "claim"),
                ("data-claim", entry.id),
                ("data-verdict", entry.verdict),
                ("aria-details", note),
            ),
        )
    return Mark(
        *span,
        element=f"n-{entry.id}",
        note=note,
        number=number,
        label=hole("kind", f"{number} {entry.kind}"),
        verdict="",
        attrs=(("class", "annotated"), ("data-note", entry.id), ("aria-details", note)),
    )


def _fragments(
    heading_id: str, heading: str, body: str, texts: Mapping[str, str], numbers: Iterable[str]
) -> tuple[str, ...]:
    """Every id of the finished page that a link may name."""
    found = {html.unescape(name) for part in (heading, body, *texts.values()) for name in _ids(part)}
    found |= {f"note-{identifier}" for identifier in numbers}
    if heading_id:
        found.add(heading_id)
    return tuple(sorted(found))


def _ids(markup: str) -> Iterator[str]:
    """The values of all `id="…"`: what white space and a plain search find much faster than an expression does."""
    at = markup.find('id="')
    while at >= 0:
        begin = at + 4
        end = markup.find('"', begin)
        if end > begin and at > 0 and markup[at - 1].isspace():
            yield markup[begin:end]
            begin = end + 1
        at = markup.find('id="', begin)
