"""An article's page, and what the article gives to all pages that span articles."""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from sitegen.judging.library import Shelf
from sitegen.judging.rules import UNREADABLE
from sitegen.model.files import Page
from sitegen.model.findings import UNCHECKABLE
from sitegen.model.site import Card, Draft, Judged
from sitegen.writing.addresses import address, root_of
from sitegen.writing.shares import (
    CitationShare,
    ClaimShare,
    CorrectionShare,
    OwnPage,
    citation_view,
    correction_view,
)
from sitegen.writing.smarten import typeset
from sitegen.writing.structured import (
    annotation,
    annotation_collection,
    article_jsonld,
    claim_bodies,
    claim_record,
    json_text,
    text_body,
)
from sitegen.writing.viewing import Viewing, card_view, ledger_view, source_view, verdict_of
from sitegen.writing.views import (
    ArticleView,
    CardView,
    CitationView,
    ClaimView,
    HeadView,
    NoteView,
    SourceUseView,
    SourceView,
    UncheckableView,
)
from sitegen.writing.workshop import Workshop, filled

_LOCAL = re.compile(r'href="#([^"]*)"')


@dataclass(frozen=True, slots=True)
class PageJob:
    """All that an article's page is made of, beside the workshop.

    `targets` gives the address below the site's root of each of the draft's links (None: it leads nowhere), `sizes`
    width and height of those that are images. `beside` are the neighbours in the folder's order. `stale` holds the stale claims with the reason; `in_feed` says whether
    the feed shows the article.
    """

    draft: Draft
    judged: Judged
    card: Card
    beside: tuple[Card | None, Card | None]
    targets: tuple[str | None, ...]
    sizes: tuple[tuple[int, int] | None, ...]
    stale: tuple[tuple[str, str], ...]
    in_feed: bool


@dataclass(frozen=True, slots=True)
class ArticleOutput:
    """What an article comes to: its own files, and its share of the pages that span articles.

    `claims` are its entries of `claims.json`, each a line of JSON; `entry` is its content for the feed, empty where the feed does not show it. An article that is its folder's
    own page has no page of its own: `own` goes into the folder's listing.
    """

    files: tuple[Page, ...]
    claims: tuple[str, ...]
    rows: tuple[ClaimShare, ...]
    citations: tuple[CitationShare, ...]
    corrections: tuple[CorrectionShare, ...]
    entry: str
    own: OwnPage | None


def article_page(job: PageJob, shop: Workshop) -> ArticleOutput:
    """Make everything of one article."""
    return _ArticlePage(job, shop).run()


def own_source(job: PageJob, shop: Workshop, identifier: str, root: str) -> SourceView:
    """One of an article's own sources, for a page whose way to the site's root is `root`."""
    return _ArticlePage(job, shop).source_view(identifier, root)


class _ArticlePage:
    """The steps of one page, which share what was looked up for it."""

    def __init__(self, job: PageJob, shop: Workshop) -> None:
        self.job = job
        self.shop = shop
        self.draft = job.draft
        self.path = job.card.path
        self.url = shop.url(self.path)
        self.root = root_of(self.path)
        self.texts = dict(self.draft.texts)
        self.shelf = Shelf.of(self.draft, shop.library)
        self.cited = {
            evidence.source: source
            for claim in self.draft.sidecar.claims
            for evidence in claim.evidence
            if (source := self.shelf.record(evidence.source)) is not None
        }

    def run(self) -> ArticleOutput:
        draft, judged, shop = self.draft, self.job.judged, self.shop
        card = card_view(self.job.card, shop.scale)
        viewing = self._viewing(self.root)
        placed, unplaced = viewing.notes()
        ledger = ledger_view(
            draft.sidecar.claims,
            dict(judged.checks),
            self.cited,
            shop.scale,
            notes=len(draft.sidecar.notes),
            stale=len(self.job.stale),
        )
        before, after = (
            card_view(beside, shop.scale) if beside is not None else None for beside in self.job.beside
        )
        claims = [note for note in (*placed, *unplaced) if isinstance(note, ClaimView)]
        citations = tuple(self._citations(claims))
        corrections = tuple(self._corrections(claims))
        margins = {f"note-{note.id}": note for note in placed}
        article = ArticleView(
            title=self.job.card.title,
            heading=self._fill(draft.heading, self.root, margins),
            heading_id=draft.heading_id,
            summary=self.job.card.summary,
            authors=self.job.card.authors,
            date=draft.front.date,
            updated=draft.front.updated,
            tags=card.tags,
            draft=self.job.card.draft,
            unread=any(
                found.rule in UNREADABLE and found.place.file != draft.file for found in draft.problems
            ),
            body=self._fill(draft.body, self.root, margins),
            ledger=ledger,
            subject=viewing.source_views.get(draft.front.subject),
            sources=self._uses(citations, card, viewing.source_views),
            unplaced=unplaced,
            uncheckable=tuple(UncheckableView(words, why) for words, why in draft.words),
            corrections=tuple(correction_view(correction, card) for correction in corrections),
            before=before,
            after=after,
        )
        own = None if self.job.card.listed else self._own_page(article)
        return ArticleOutput(
            files=(*(self._page(article) if own is None else ()), *self._annotations()),
            claims=tuple(self._claim_records()),
            rows=tuple(self._rows(claims)) if draft.front.search else (),
            citations=citations,
            corrections=corrections,
            entry=self._entry() if self.job.in_feed else "",
            own=own,
        )

    def _page(self, article: ArticleView) -> tuple[Page, ...]:
        wanted = self.draft.front.template
        template = wanted if wanted in self.shop.theme.templates else ""
        return (self.shop.page(self._head(), {"article": article}, template=template),)

    def _own_page(self, article: ArticleView) -> OwnPage:
        head = self._head()
        body = article.body
        if article.unplaced:
            body += self._margin(article.unplaced, 0, self.root)
        jsonld = head.jsonld if self.draft.sidecar.claims else ""
        return OwnPage(self.job.card.title, self.job.card.summary, str(body), str(jsonld))

    def _margin(self, notes: Iterable[ClaimView | NoteView], line: int, root: str) -> Markup:
        names = {"site": self.shop.site, "root": root, "notes": tuple(notes), "line": line}
        return Markup(self.shop.theme.render("margin.html", names))  # noqa: S704 - a template's output

    def _plain(self, text: str) -> str:
        """A plain text as it is set: with the language's quotation marks, if the site wants them."""
        language = self.draft.front.language or self.shop.settings.language
        return typeset(text, language) if self.shop.settings.markdown.smart_quotes else text

    def _viewing(self, root: str) -> Viewing:
        subject = self.draft.front.subject
        wanted = [*self.cited, *([subject] if self.shelf.record(subject) is not None else [])]
        return Viewing(
            draft=self.draft,
            judged=self.job.judged,
            shelf=self.shelf,
            scale=self.shop.scale,
            source_views={key: self.source_view(key, root) for key in wanted},
            stale=dict(self.job.stale),
            path=address(self.path),
            url=self.url,
            html=lambda key: self._fill(self.texts.get(key, ""), root, {}),
            plain=self._plain,
        )

    def source_view(self, identifier: str, root: str) -> SourceView:
        own = self.shelf.own.get(identifier)
        if own is None:
            return self.shop.source_view(identifier, root)
        note = self._fill(self.texts.get(f"source {identifier}", ""), root, {})
        return source_view(own, self.shelf.copy(identifier), note, key=self.shelf.key(identifier))

    def _fill(self, markup: str, root: str, margins: Mapping[str, ClaimView | NoteView]) -> Markup:
        """HTML of the draft with its links, image sizes and margins filled in; without `margins` they stay out."""

        def hole(kind: str, value: str) -> str:
            if kind == "link":
                return html.escape(self._address(int(value), root), quote=True)
            line, *notes = value.split(" ")
            shown = tuple(margins[note] for note in notes if note in margins)
            return self._margin(shown, int(line), root) if shown else ""

        return filled(markup, hole, lambda index: self.job.sizes[index])

    def _address(self, index: int, root: str) -> str:
        link, target = self.draft.links[index], self.job.targets[index]
        if target is None:
            return link.written
        query = f"?{link.query}" if link.query else ""
        return root + address(target) + query + (f"#{address(link.fragment)}" if link.fragment else "")

    def _head(self) -> HeadView:
        front = self.draft.front
        language = front.language or self.shop.settings.language
        verdicts = [
            (claim, verdict_of(claim.verdict, self.shop.scale)) for claim in self.draft.sidecar.claims
        ]
        return HeadView(
            kind="article",
            title=self.job.card.title,
            path=self.path,
            url=self.url,
            description=self.job.card.summary or self.shop.settings.description,
            language=language,
            image=self._image(),
            image_alt=front.image_alt,
            published=front.date,
            updated=front.updated,
            jsonld=article_jsonld(
                self.job.card, (self.url, language), self.shop.settings, verdicts, self.cited.values()
            ),
            index=not self.job.card.draft,
        )

    def _image(self) -> str:
        """The absolute address of the front matter's picture, which is the last of the draft's links."""
        image = self.draft.front.image
        if not image or not self.draft.links or self.draft.links[-1].written != image:
            return image
        target = self.job.targets[-1]
        return "" if target is None else self.shop.url(target)

    def _claim_records(self) -> Iterable[str]:
        anchorings, checks, stale = (
            dict(self.draft.anchorings),
            dict(self.job.judged.checks),
            dict(self.job.stale),
        )
        for claim in self.draft.sidecar.claims:
            of = (self.draft.article, self.url, verdict_of(claim.verdict, self.shop.scale), claim.id in stale)
            yield json_text(claim_record(claim, anchorings[claim.id], checks[claim.id], self.cited, of))

    def _annotations(self) -> tuple[Page, ...]:
        anchorings = dict(self.draft.anchorings)
        items = []
        for claim in self.draft.sidecar.claims:
            if anchorings[claim.id].placed:
                bodies = claim_bodies(claim, verdict_of(claim.verdict, self.shop.scale), self.cited)
                items.append(annotation(self.url, f"c-{claim.id}", anchorings[claim.id], "assessing", bodies))
        for note in self.draft.sidecar.notes:
            if anchorings[note.id].placed:
                motivation = "describing" if note.kind == "definition" else "commenting"
                body = text_body(note.note, motivation, "text/markdown")
                items.append(annotation(self.url, f"n-{note.id}", anchorings[note.id], motivation, [body]))
        return (
            Page(f"{self.path}annotations.jsonld", annotation_collection(self.url, self.draft.title, items)),
        )

    def _citations(self, claims: Iterable[ClaimView]) -> Iterable[CitationShare]:
        for claim in claims:
            for evidence in claim.evidence:
                yield CitationShare(
                    source=self.shelf.key(evidence.source.id),
                    claim=claim.statement,
                    path=claim.path,
                    verdict=claim.verdict.id,
                    stance=evidence.stance,
                    quote=evidence.quote,
                    at=evidence.at,
                    state=evidence.state,
                    state_words=evidence.state_words,
                    verified=evidence.verified,
                )

    def _uses(
        self, citations: Iterable[CitationShare], card: CardView, views: Mapping[str, SourceView]
    ) -> tuple[SourceUseView, ...]:
        grouped: dict[str, list[CitationShare]] = {}
        for citation in citations:
            grouped.setdefault(citation.source, []).append(citation)
        keys = {self.shelf.key(identifier): view for identifier, view in views.items()}
        return tuple(
            source_use(keys[key], [citation_view(use, card, self.shop.scale) for use in uses])
            for key, uses in grouped.items()
            if key in keys
        )

    def _corrections(self, claims: Iterable[ClaimView]) -> Iterable[CorrectionShare]:
        for claim in claims:
            for correction in claim.corrections:
                yield CorrectionShare(
                    on=correction.on,
                    was=correction.was,
                    now=correction.now,
                    why=correction.why,
                    claim=claim.statement,
                    path=claim.path,
                    url=claim.url,
                )

    def _rows(self, claims: Iterable[ClaimView]) -> Iterable[ClaimShare]:
        for claim in claims:
            quoted = [evidence for evidence in claim.evidence if evidence.state != "unquoted"]
            yield ClaimShare(
                path=claim.path,
                statement=claim.statement,
                verdict=claim.verdict.id,
                because=claim.because,
                claimant=claim.claimant.name if claim.claimant is not None else "",
                quotes=len(quoted),
                verified=sum(evidence.verified for evidence in quoted),
                uncheckable=sum(evidence.state in UNCHECKABLE for evidence in quoted),
                stale=claim.stale,
                checked=claim.checked.on if claim.checked is not None else None,
                sources=tuple(
                    dict.fromkeys(self.shelf.key(evidence.source.id) for evidence in claim.evidence)
                ),
            )

    def _entry(self) -> str:
        """The article for feeds: absolute addresses, and the notes as endnotes."""
        root = self.shop.settings.base_url
        placed, unplaced = self._viewing(root).notes()
        body = self._fill(self.draft.body, root, {})
        notes = (*placed, *unplaced)
        names = {"site": self.shop.site, "root": root, "body": body, "notes": notes, "url": self.url}
        entry = self.shop.theme.render("feed-entry.html", names)
        return _LOCAL.sub(lambda match: f'href="{html.escape(self.url)}#{match[1]}"', entry)


def source_use(source: SourceView, citations: Iterable[CitationView]) -> SourceUseView:
    """How a source is used."""
    uses = tuple(citations)
    quoted = [use for use in uses if use.state != "unquoted"]
    return SourceUseView(
        source=source,
        citations=len(uses),
        articles=len({use.article.path for use in uses}),
        quotes=len(quoted),
        verified=sum(use.verified for use in quoted),
        uncheckable=sum(use.state in UNCHECKABLE for use in quoted),
    )
