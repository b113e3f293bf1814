"""An article's page, and what the article gives to all pages that span articles."""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sitegen.judging.library import Shelf
from sitegen.judging.rules import UNREADABLE
from sitegen.model.files import Page
from sitegen.model.findings import UNCHECKABLE
from sitegen.model.site import Card, Draft, Judged
from sitegen.writing.addresses import address, root_of
from sitegen.writing.cards import HEIGHT, WIDTH, card_picture, picture_path
from sitegen.writing.evidence_figure import evidence_figure
from sitegen.writing.feed_content import for_readers
from sitegen.writing.languages import Language
from sitegen.writing.shares import (
    CitationShare,
    ClaimShare,
    CorrectionShare,
    EntryShare,
    OwnPage,
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
    ClaimView,
    HeadView,
    NoteView,
    SourceUseView,
    SourceView,
    UncheckableView,
)
from sitegen.writing.words import coverage_of, word_in_body
from sitegen.writing.workshop import Workshop, filled


@dataclass(frozen=True, slots=True)
class PageJob:
    """All that an article's page is made of, beside the workshop.

    `targets` gives the address below the site's root of each of the draft's links (None: it leads nowhere), `sizes`
    width and height of those that are images. `beside` are the neighbours in the folder's order. `stale` holds the stale claims with the field that makes each so; `in_feed` says whether
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

    `claims` are its entries of `claims.json`, each a line of JSON; `entry` is its content for the feed, empty where the feed does not show it; `search` is the page that is searched
    in its stead, empty where none is. An article that is its folder's
    own page has no page of its own: `own` goes into the folder's listing.
    """

    files: tuple[Page, ...]
    claims: tuple[str, ...]
    rows: tuple[ClaimShare, ...]
    citations: tuple[CitationShare, ...]
    corrections: tuple[CorrectionShare, ...]
    entry: EntryShare
    own: OwnPage | None
    search: str


def article_page(job: PageJob, shop: Workshop) -> ArticleOutput:
    """Make everything of one article."""
    return _ArticlePage(job, shop).run()


def own_source(job: PageJob, shop: Workshop, identifier: str, root: str) -> SourceView:
    """One of an article's own sources, for a page whose way to the site's root is `root`."""
    return _ArticlePage(job, shop).source_view(identifier, root, shop.language())


@dataclass(frozen=True, slots=True)
class SharedImage:
    """A picture that stands for an article elsewhere: its absolute address, what it shows, and its size where that is known."""

    address: str = ""
    words: str = ""
    size: tuple[int, int] | None = None


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
        self.tag = self.draft.front.language or shop.settings.language
        self.language = shop.language(self.tag)
        self.scale = shop.scale_in(self.tag)
        self.shelf = Shelf.of(self.draft, shop.library)
        self.cited = {
            evidence.source: source
            for claim in self.draft.sidecar.claims
            for evidence in claim.evidence
            if (source := self.shelf.record(evidence.source)) is not None
        }

    def run(self) -> ArticleOutput:
        draft, judged = self.draft, self.job.judged
        card = card_view(self.job.card, self.scale)
        viewing = self._viewing(self.root)
        placed, unplaced = viewing.notes()
        ledger = ledger_view(
            draft.sidecar.claims,
            dict(judged.checks),
            self.cited,
            self.scale,
            notes=len(draft.sidecar.notes),
            stale=len(self.job.stale),
        )
        before, after = (
            card_view(beside, self.scale) if beside is not None else None for beside in self.job.beside
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
            sources=self._uses(citations, viewing.source_views),
            unplaced=unplaced,
            uncheckable=tuple(UncheckableView(words, why) for words, why in draft.words),
            corrections=tuple(correction_view(correction, card) for correction in corrections),
            before=before,
            after=after,
            figure=evidence_figure(claims, mirrored=self.language.direction == "rtl"),
        )
        own = None if self.job.card.listed else self._own_page(article)
        return ArticleOutput(
            files=(*(self._page(article) if own is None else ()), *self._annotations()),
            claims=tuple(self._claim_records()),
            rows=tuple(self._rows(claims)) if draft.front.search else (),
            citations=citations,
            corrections=corrections,
            entry=self._entry() if self.job.in_feed else EntryShare("", "", ""),
            own=own,
            search=self._search(article, (*placed, *unplaced)) if self._is_searched else "",
        )

    @property
    def _is_searched(self) -> bool:
        return self.shop.settings.search and self.draft.front.search

    def _search(self, article: ArticleView, notes: Iterable[ClaimView | NoteView]) -> str:
        """The article as it is searched: its words alone, and each claim under its own address."""
        # One index a language: a regional variant is searched together with what it is a variant of.
        language = self.tag.partition("-")[0].lower()
        body = self._fill(self.draft.body, self.root, {})
        names = {"article": article, "body": body, "notes": tuple(notes), "searched": language}
        return self.shop.theme.render("search-entry.html", names, self.tag)

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
        title = self.job.card.title
        names = {"site": self.shop.site, "root": root, "notes": tuple(notes), "line": line, "title": title}
        return Markup(self.shop.theme.render("margin.html", names, self.tag))  # noqa: S704 - a template's output

    def _plain(self, text: str) -> str:
        """A plain text as it is set: with the language's quotation marks, if the site wants them."""
        return typeset(text, self.tag) if self.shop.settings.markdown.smart_quotes else text

    def _viewing(self, root: str) -> Viewing:
        subject = self.draft.front.subject
        wanted = [*self.cited, *([subject] if self.shelf.record(subject) is not None else [])]
        return Viewing(
            draft=self.draft,
            judged=self.job.judged,
            shelf=self.shelf,
            scale=self.scale,
            source_views={key: self.source_view(key, root, self.language) for key in wanted},
            stale=dict(self.job.stale),
            path=address(self.path),
            url=self.url,
            html=lambda key: self._fill(self.texts.get(key, ""), root, {}),
            plain=self._plain,
            language=self.language,
        )

    def source_view(self, identifier: str, root: str, language: Language) -> SourceView:
        own = self.shelf.own.get(identifier)
        if own is None:
            return self.shop.source_view(identifier, root, language)
        note = self._fill(self.texts.get(f"source {identifier}", ""), root, {})
        return source_view(own, self.shelf.copy(identifier), note, language, key=self.shelf.key(identifier))

    def _fill(self, markup: str, root: str, margins: Mapping[str, ClaimView | NoteView]) -> Markup:
        """HTML of the draft with its links, image sizes and margins filled in; without `margins` they stay out."""

        def hole(kind: str, value: str) -> str:
            if kind == "link":
                return html.escape(self._address(int(value), root), quote=True)
            if kind != "margin":
                return word_in_body(kind, value, self.scale, self.language)
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
        front, image = self.draft.front, self._image()
        verdicts = [(claim, verdict_of(claim.verdict, self.scale)) for claim in self.draft.sidecar.claims]
        return HeadView(
            kind="article",
            title=self.job.card.title,
            path=self.path,
            url=self.url,
            description=self.job.card.summary or self.shop.settings.description,
            language=self.tag,
            image=image.address,
            image_alt=image.words,
            image_size=image.size,
            published=front.date,
            updated=front.updated,
            jsonld=article_jsonld(
                self.job.card, (self.url, self.tag), self.shop.settings, verdicts, self.cited.values()
            ),
            index=not self.job.card.draft,
        )

    def _image(self) -> SharedImage:
        """The front matter's picture, whose address is the last of the draft's links; else the one that is drawn."""
        front, links = self.draft.front, self.draft.links
        if not front.image:
            if not self.shop.settings.cards or not self.job.card.listed:
                return SharedImage()
            picture = card_picture(self.job.card, front.language, self.shop)
            address = self.shop.url(picture_path(picture, self.shop.theme))
            return SharedImage(address, picture.words, (WIDTH, HEIGHT))
        if not links or links[-1].written != front.image:
            return SharedImage(front.image, front.image_alt)
        target = self.job.targets[-1]
        address = "" if target is None else self.shop.url(target)
        return SharedImage(address, front.image_alt, self.job.sizes[-1])

    def _claim_records(self) -> Iterable[str]:
        anchorings, checks, stale = (
            dict(self.draft.anchorings),
            dict(self.job.judged.checks),
            dict(self.job.stale),
        )
        for claim in self.draft.sidecar.claims:
            of = (self.draft.article, self.url, verdict_of(claim.verdict, self.scale), claim.id in stale)
            yield json_text(claim_record(claim, anchorings[claim.id], checks[claim.id], self.cited, of))

    def _annotations(self) -> tuple[Page, ...]:
        anchorings = dict(self.draft.anchorings)
        items = []
        for claim in self.draft.sidecar.claims:
            if anchorings[claim.id].placed:
                bodies = claim_bodies(claim, verdict_of(claim.verdict, self.scale), self.cited)
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
                    verified=evidence.verified,
                    coverage=coverage_of(self.cited.get(evidence.source.id)),
                    accessed=evidence.source.accessed,
                    changed=self._was_changed(evidence.source.id),
                )

    def _was_changed(self, source: str) -> bool:
        copy = self.shelf.copy(source)
        return copy is not None and copy.changed

    def _uses(
        self, citations: Iterable[CitationShare], views: Mapping[str, SourceView]
    ) -> tuple[SourceUseView, ...]:
        grouped: dict[str, list[CitationShare]] = {}
        for citation in citations:
            grouped.setdefault(citation.source, []).append(citation)
        keys = {self.shelf.key(identifier): view for identifier, view in views.items()}
        return tuple(source_use(keys[key], uses) for key, uses in grouped.items() if key in keys)

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

    def _entry(self) -> EntryShare:
        """The article for feeds: absolute addresses, and the notes as endnotes."""
        root = self.shop.settings.base_url
        placed, unplaced = self._viewing(root).notes()
        body = self._fill(self.draft.body, root, {})
        notes = (*placed, *unplaced)
        names = {"site": self.shop.site, "root": root, "body": body, "notes": notes, "url": self.url}
        entry = self.shop.theme.render("feed-entry.html", names, self.tag)
        return EntryShare(for_readers(entry, self.url), self._image().address, self.tag)


def source_use(source: SourceView, uses: Sequence[CitationShare]) -> SourceUseView:
    """How one article uses a source."""
    quoted = [use for use in uses if use.state != "unquoted"]
    return SourceUseView(
        source=source,
        citations=len(uses),
        articles=1,
        quotes=len(quoted),
        verified=sum(use.verified for use in quoted),
        uncheckable=sum(use.state in UNCHECKABLE for use in quoted),
    )
