"""A site whose articles were read and judged one by one, and what follows from them together: addresses, order, problems.

Keys first, values late: what spans articles is a value remembered under the digest of all that it depends on, and is taken from
there, or made, when it is first asked for.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from sitegen.building.collisions import collisions
from sitegen.building.entries import FRAGMENTS, LINKS, STATEMENTS, Entry, Sign, SourceRow, Statement, sign_of
from sitegen.building.files import Files
from sitegen.building.holdings import Holdings
from sitegen.building.memory import Linked, Memory, forget_others
from sitegen.building.plan import (
    SEARCH_PAGES,
    Atlas,
    card_of,
    chart,
    folders_of,
    in_order,
    made_pages,
    neighbours,
)
from sitegen.building.rows import key_of, section
from sitegen.building.sitewide import inconsistent, lost_fragments, unused
from sitegen.building.sources import Copies, Records, Texts
from sitegen.building.store import Store
from sitegen.judging.elsewhere import Catalogue
from sitegen.judging.library import Library
from sitegen.judging.rules import UNREADABLE
from sitegen.model.findings import Verdict
from sitegen.model.places import Problem, Sought
from sitegen.model.records import Settings
from sitegen.model.site import Card, Face, Link
from sitegen.model.tally import Tally, joined
from sitegen.reading.shapes import nearest
from sitegen.writing.source_notes import source_note
from sitegen.writing.theme import Theme

Beside = tuple[str | None, str | None]
"""The articles before and after one in its folder's order."""


@dataclass(frozen=True)
class Site:
    """A site whose files were read and judged, article by article.

    `entries` are those of the published articles by name, in order; `hidden` those of the others. `plan_key` is the digest of all
    that addresses, neighbours and listings depend on.
    """

    files: Files
    settings: Settings
    day: dt.date
    drafts: bool
    scale: Mapping[str, Verdict]
    face: Face
    theme: Theme
    holdings: Holdings
    rows: Mapping[str, SourceRow]
    entries: Mapping[str, Entry]
    hidden: Mapping[str, Entry]
    memory: Memory

    @property
    def store(self) -> Store:
        """Where the values are kept."""
        return self.memory.store

    def with_entries(self, fresh: Mapping[str, Entry], files: Files) -> "Site":
        """The same site with some of its articles read again; what does not depend on these is taken over."""
        if not all(self._has_place_of(entry) for entry in fresh.values()):
            known = {**self.entries, **self.hidden, **fresh}
            ordered = {name: known[name] for name in (files.article for files in self.holdings.articles)}
            published, hidden = parted(ordered, self.day, drafts=self.drafts)
            return replace(self, files=files, entries=published, hidden=hidden)
        other = replace(
            self, files=files, entries=_exchanged(self.entries, fresh), hidden=_exchanged(self.hidden, fresh)
        )
        other.__dict__.update({name: self.__dict__[name] for name in _PLANNED if name in self.__dict__})
        return other

    def _has_place_of(self, entry: Entry) -> bool:
        """Whether an article that was read again tells the rest of the site what it told before."""
        known = self.entries.get(entry.article) or self.hidden[entry.article]
        published = entry.is_published(self.day, drafts=self.drafts)
        return entry.sign_digest == known.sign_digest and published == (entry.article in self.entries)

    @cached_property
    def library(self) -> Library:
        """The records, and what is known of the copies but for their texts."""
        return Library(Records(self.rows, self.store), Copies(self.rows, self.store), self.holdings.seeds)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The library's copies, to look in for what was quoted from the wrong one."""
        bare, records = Copies(self.rows, self.store), Records(self.rows, self.store)
        return Catalogue(Texts(bare, records, self.rows, self.files))

    def look_elsewhere(self) -> None:
        """Have ready where else the library has what published articles quote in vain."""
        missing = sorted(
            {
                problem.sought
                for entry in self.entries.values()
                for problem in entry.problems
                if problem.sought is not None
            },
            key=lambda sought: (sought.source, sought.quote),
        )
        if not missing:
            return
        key = key_of("elsewhere", missing, [(row.id, row.key) for row in self.rows.values()])
        kind = tuple[Sought, ...]
        found = self.memory.value(
            "elsewhere", key, kind, lambda: tuple(self.catalogue.find(sought) for sought in missing)
        )
        self.catalogue.found.update(zip(missing, found, strict=True))

    @cached_property
    def plan_key(self) -> bytes:
        """The digest of all that the plan depends on."""
        settings = self.settings
        return key_of(
            "plan",
            [
                (name, entry.sign_digest, not entry.is_published(self.day, drafts=False))
                for name, entry in self.entries.items()
            ],
            [(name, entry.sign_digest) for name, entry in self.hidden.items()],
            self.holdings.media,
            [key for key, row in self.rows.items() if row.record is not None],
            settings.author,
            settings.search,
            settings.language,
            settings.markdown.smart_quotes,
            self.theme.digest,
        )

    @cached_property
    def signs(self) -> Mapping[str, Sign]:
        """What each published article tells of itself."""
        return {name: sign_of(entry, self.store) for name, entry in self.entries.items()}

    @cached_property
    def cards(self) -> Mapping[str, Card]:
        """The cards of the published articles, by name."""
        return {name: self._card(sign) for name, sign in self.signs.items()}

    def card(self, article: str) -> Card:
        """The card of one article, without looking at the others."""
        if "cards" in vars(self):
            return self.cards[article]
        return self._card(sign_of(self.entries[article], self.store))

    def _card(self, sign: Sign) -> Card:
        unpublished = not self.entries[sign.article].is_published(self.day, drafts=False)
        return card_of(sign, self.settings, unpublished=unpublished)

    @cached_property
    def atlas(self) -> Atlas:
        """Where everything of the site is."""
        return self.memory.value("atlas", self.plan_key, Atlas, self._charted)

    def _charted(self) -> Atlas:
        pages, shelves = self._made_pages()
        hidden = (sign_of(entry, self.store) for entry in self.hidden.values())
        return chart(tuple(self.signs.values()), self.holdings.media, (*pages, *shelves), hidden)

    def _made_pages(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        cards = tuple(self.cards.values())
        own = [f"{sign.article}/{source}" for sign in self.signs.values() for source in sign.sources]
        keys = [key for key, row in self.rows.items() if row.record is not None]
        pages = made_pages(cards, [*keys, *own], self.listed_claims)
        return (*pages, *(SEARCH_PAGES if self.settings.search else ())), ("", *folders_of(cards))

    @cached_property
    def listed_claims(self) -> tuple[tuple[str, int], ...]:
        """How many claims each article has in the list of all claims, in the order of listings."""
        return self.memory.value("listed", self.plan_key, tuple[tuple[str, int], ...], self._listed_claims)

    def _listed_claims(self) -> tuple[tuple[str, int], ...]:
        listed = ((name, self.signs[name]) for name in self.order)
        return tuple(
            (name, sum(dict(sign.verdicts).values()) if sign.front.search else 0) for name, sign in listed
        )

    @cached_property
    def tally(self) -> Tally:
        """What all published articles hold."""
        return joined(entry.tally for entry in self.entries.values())

    def chart(self) -> None:
        """Have ready what the making of every page looks up: processes that are forked later share it."""
        _ = self.owners, self.beside

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """The article that each address is of; where several want one, the last by name has it."""
        return {path: file.removesuffix(".md") for file, path in self.atlas.articles.items()}

    @cached_property
    def beside(self) -> Mapping[str, Beside]:
        """For each listed article the ones before and after it."""
        return self.memory.value("beside", self.plan_key, dict[str, Beside], self._neighbours)

    def _neighbours(self) -> dict[str, Beside]:
        found = neighbours(tuple(self.cards.values()))
        return {
            name: (
                before.article if before is not None else None,
                after.article if after is not None else None,
            )
            for name, (before, after) in found.items()
        }

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The articles in the order of listings."""
        return self.memory.value("order", self.plan_key, tuple[str, ...], self._ordered)

    def _ordered(self) -> tuple[str, ...]:
        return tuple(card.article for card in in_order(self.cards.values()))

    def planned(self) -> tuple[Problem, ...]:
        """What is wrong with addresses and templates."""
        return self.memory.value("planned", self.plan_key, tuple[Problem, ...], self._plan_problems)

    def _plan_problems(self) -> tuple[Problem, ...]:
        pages, shelves = self._made_pages()
        signs = tuple(self.signs.values())
        found = [*collisions(signs, tuple(self.cards.values()), self.holdings.media, pages, shelves)]
        return (*found, *_template_problems(signs, self.theme))

    @cached_property
    def noted(self) -> tuple[dict[str, str], tuple[Problem, ...]]:
        """The notes of the library's records as HTML with holes for the way to the root, and what is wrong with them."""
        with_notes = [row for row in self.rows.values() if row.has_note and row.record is not None]
        key = key_of(
            "notes",
            self.plan_key,
            [row.key for row in with_notes],
            self.settings.markdown.html,
            self.settings.markdown.linkify,
            self.settings.markdown.smart_quotes,
        )
        return self.memory.value(
            "notes",
            key,
            tuple[dict[str, str], tuple[Problem, ...]],
            lambda: self._source_notes(with_notes),
        )

    def _source_notes(self, rows: Iterable[SourceRow]) -> tuple[dict[str, str], tuple[Problem, ...]]:
        notes: dict[str, str] = {}
        problems: list[Problem] = []
        manner = self.settings.markdown, self.settings.language
        for row in rows:
            notes[row.id], found, links = source_note(self.library.sources[row.id], manner, self.atlas.target)
            problems += found
            problems += (problem for link in links if (problem := self.atlas.problem(link, "")) is not None)
        return notes, tuple(problems)

    def statements(self) -> tuple[Problem, ...]:
        """The claims that are judged twice, differently."""
        column = [
            (name, entry.statements_digest) for name, entry in self.entries.items() if entry.tally.claims
        ]
        return self.memory.value(
            "inconsistent",
            key_of("inconsistent", column),
            tuple[Problem, ...],
            lambda: tuple(
                inconsistent(
                    (name, section(self.store, entry.drafted, STATEMENTS, tuple[Statement, ...]))
                    for name, entry in self.entries.items()
                    if entry.tally.claims
                )
            ),
        )

    def link_problems(self, entry: Entry) -> tuple[Problem, ...]:
        """The links of an article that lead nowhere."""
        known = self.memory.linked
        if entry.drafted.lengths[LINKS] == 1:
            known.pop(entry.article, None)
            return ()
        row = known.get(entry.article)
        if row is None or row.atlas != self.plan_key or row.links != entry.links_digest:
            links = section(self.store, entry.drafted, LINKS, tuple[Link, ...])
            found = (self.atlas.problem(link, entry.article) for link in links)
            problems = tuple(problem for problem in found if problem is not None)
            row = known[entry.article] = Linked(self.plan_key, entry.links_digest, problems)
        return row.problems

    def forget_links_of_others(self) -> None:
        """Remember nothing of the links of articles that are not there."""
        forget_others(self.memory.linked, self.entries)

    def fragment_problems(self) -> tuple[Problem, ...]:
        """The links to places inside other pages that these do not have."""
        wanting = [entry for entry in self.entries.values() if entry.wants]
        if not wanting:
            return ()
        column = [entry.fragments_digest for entry in self.entries.values()]
        key = key_of("fragments", self.plan_key, [(entry.article, entry.wants) for entry in wanting], column)
        return self.memory.value("fragments", key, tuple[Problem, ...], lambda: self._lost_fragments(wanting))

    def _lost_fragments(self, wanting: Iterable[Entry]) -> tuple[Problem, ...]:
        known: dict[str, frozenset[str]] = {}

        def fragments(path: str) -> frozenset[str] | None:
            owner = self.owners.get(path)
            if owner is None:
                return None
            if path not in known:
                ids = section(self.store, self.entries[owner].drafted, FRAGMENTS, tuple[str, ...])
                known[path] = frozenset(ids)
            return known[path]

        return tuple(lost_fragments(wanting, self.atlas.target, fragments))

    def unused(self) -> Iterable[Problem]:
        """The records that no article cites; nothing is said while an article cannot be read."""
        everything = (*self.entries.values(), *self.hidden.values())
        if any(problem.rule in UNREADABLE for entry in everything for problem in entry.problems):
            return
        for key, _ in unused(everything, self.rows):
            message = f'no article cites the source "{key}"'
            place = self.library.sources[key].at.of()
            yield Problem("source-unused", message, place, "cite it, or remove the record")


def _exchanged(entries: Mapping[str, Entry], fresh: Mapping[str, Entry]) -> dict[str, Entry]:
    """Some articles' entries, in their order, with fresh ones in the place of former ones."""
    return {**entries, **{name: entry for name, entry in fresh.items() if name in entries}}


def parted(
    entries: Mapping[str, Entry], day: dt.date, *, drafts: bool
) -> tuple[dict[str, Entry], dict[str, Entry]]:
    """The articles that are published on a day, and the others."""
    published = {name: entry for name, entry in entries.items() if entry.is_published(day, drafts=drafts)}
    return published, {name: entry for name, entry in entries.items() if name not in published}


_PLANNED = (
    "library",
    "catalogue",
    "plan_key",
    "signs",
    "cards",
    "atlas",
    "owners",
    "beside",
    "order",
    "listed_claims",
    "noted",
)
"""What of a site depends on no body."""


def _template_problems(signs: Iterable[Sign], theme: Theme) -> Iterable[Problem]:
    for sign in signs:
        name = sign.front.template
        if name and name not in theme.templates:
            known = (template for template in theme.templates if "/" not in template)
            message, hint = f'the theme "{theme.name}" has no template "{name}"', nearest(name, known)
            yield Problem("field-type", message, sign.front.at.of("template"), hint, sign.article)
