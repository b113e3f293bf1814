"""What became of the addresses that a site cites: `sitegen check --online`.

Only what is certain is called dead: the server says so (404, 410), or the host's name does not exist, both asked twice. All else that
fails is "could not tell". Answers are remembered, so that no server is asked often.
"""

import hashlib
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from sitegen.archiving.addresses import Guard, Resolver, resolve
from sitegen.archiving.citations import Citation, Passage
from sitegen.archiving.client import Client, Fetched, FetchError, Limits
from sitegen.archiving.extraction import UnsupportedError, extract
from sitegen.archiving.unreadable import why_unreadable
from sitegen.judging.quotes import CopyText, check_evidence_quote
from sitegen.model.places import Problem

Outcome = Literal["live", "dead", "moved", "unknown"]

AGES: Mapping[Outcome, int] = {"live": 7 * 86_400, "moved": 86_400, "dead": 86_400, "unknown": 3_600}
"""Seconds for which an answer is not asked for again."""

LIMITS = Limits(size=24 * 1024 * 1024, whole=90.0, retries=1, wait=30.0)
HOSTS_AT_ONCE = 4

_GONE = frozenset({404, 410})
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
_HOME = frozenset({"", "index.html", "index.htm", "index.php", "home", "default.aspx"})


class Answer(msgspec.Struct, frozen=True):
    """What an address came to: `asked` in seconds since 1970, `words` say what was wrong, `final` where redirects led.

    `states` holds the state of each quotation that was looked for, by its digest, with the nearest passage; `reached` says
    whether any machine answered.
    """

    asked: float
    outcome: Outcome
    words: str = ""
    final: str = ""
    reached: bool = True
    states: dict[str, tuple[str, str]] = {}

    def holds(self, now: float, quotes: Iterable[str]) -> bool:
        """Whether it need not be asked for again: it is young, and tells of each of these quotations."""
        known = self.outcome != "live" or all(digest(quote) in self.states for quote in quotes)
        return known and 0 <= now - self.asked < AGES[self.outcome]


def digest(quote: str) -> str:
    """By what a quotation is known in an answer."""
    return hashlib.sha256(quote.encode()).hexdigest()


@dataclass
class Nameless:
    """A resolver that counts how often each host was said not to exist."""

    ask: Resolver = resolve
    times: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, host: str, port: int) -> tuple[str, ...]:
        """Resolve a name."""
        try:
            return self.ask(host, port)
        except socket.gaierror as error:
            if error.errno in _NO_SUCH_NAME:
                with self._lock:
                    self.times[host] = self.times.get(host, 0) + 1
            raise


def look(
    cited: Sequence[Citation], known: Mapping[str, Answer], now: float, guard: Guard, limits: Limits = LIMITS
) -> dict[str, Answer]:
    """Ask for each address that is not known, several hosts at once and each host one request after another.

    Gives an answer for every address; `now` is in seconds since 1970.
    """
    wanted: dict[str, list[str]] = {}
    for citation in cited:
        wanted.setdefault(citation.url, []).extend(passage.quote for passage in citation.passages)
    answers = {
        url: known[url] for url, quotes in wanted.items() if url in known and known[url].holds(now, quotes)
    }
    hosts: dict[str, list[str]] = {}
    for url in sorted(wanted.keys() - answers.keys()):
        hosts.setdefault(urlsplit(url).netloc, []).append(url)
    names = Nameless(guard.resolve)
    with (
        Client(limits, guard=Guard(guard.private, names), robots=True) as client,
        ThreadPoolExecutor(HOSTS_AT_ONCE) as threads,
    ):

        def ask_host(urls: Sequence[str]) -> list[tuple[str, Answer]]:
            return [(url, _ask(url, wanted[url], client, names, now)) for url in urls]

        for found in threads.map(ask_host, hosts.values()):
            answers.update(found)
    return answers


def _ask(url: str, quotes: Iterable[str], client: Client, names: Nameless, now: float) -> Answer:
    try:
        answer = client.fetch(url)
        if answer.status in _GONE:
            answer = client.fetch(url)
    except FetchError as error:
        if error.kind == "unreachable" and names.times.get(_host(url), 0) > 1:
            return Answer(now, "dead", f"there is no host {_host(url)}")
        return Answer(now, "unknown", error.message, reached=error.kind not in {"unreachable", "timeout"})
    if answer.status in _GONE:
        return Answer(
            now, "dead", f"the server says that there is no such page (HTTP {answer.status})", answer.final
        )
    return _read(answer, quotes, now)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _read(answer: Fetched, quotes: Iterable[str], now: float) -> Answer:
    """What an answer that is a page, or says why not, tells of the address."""
    home = is_home_instead(answer)
    try:
        found = extract(answer)
    except UnsupportedError as error:
        quoted = any(quotes)
        if answer.status >= 400 or quoted:
            return Answer(
                now, "unknown", f"HTTP {answer.status}" if answer.status >= 400 else str(error), answer.final
            )
        return Answer(now, "live", final=answer.final)
    text = CopyText(found.text)
    checks = {quote: check_evidence_quote(quote, text) for quote in quotes if quote}
    # Words that are found are found, whatever else the page seems to be.
    if not (checks and all(check.verified for check in checks.values())):
        if home and answer.status < 400:
            return Answer(now, "moved", f"it leads to the site's front page, {answer.final}", answer.final)
        why = why_unreadable(answer, found)
        if why:
            return Answer(now, "unknown", f"what came is {why}", answer.final)
        if any(check.state == "unreadable" for check in checks.values()):
            return Answer(now, "unknown", "what came has no usable text", answer.final)
    states: dict[str, tuple[str, str]] = {
        digest(quote): (check.state, check.passage[:300]) for quote, check in checks.items()
    }
    return Answer(now, "live", final=answer.final, states=states)


def is_home_instead(answer: Fetched) -> bool:
    """Whether a redirect led from a page to the front page of a site."""
    return bool(answer.redirects) and not _is_home(answer.url) and _is_home(answer.final)


def _is_home(url: str) -> bool:
    """Whether an address is a front page: none, or only a language, stands before the page's name."""
    parts = urlsplit(url)
    names = [name for name in parts.path.lower().split("/") if name]
    if (
        names
        and len(names[0].partition("-")[0]) == 2
        and names[0].replace("-", "").isalpha()
        and len(names[0]) <= 5
    ):
        names = names[1:]
    return not parts.query and (not names or (len(names) == 1 and names[0] in _HOME))


# --- what is wrong


def link_problems(cited: Iterable[Citation], answers: Mapping[str, Answer]) -> tuple[Problem, ...]:
    """What the answers say is wrong. What a record already says of its address (`link:`) is no news."""
    return tuple(problem for citation in cited for problem in _problems(citation, answers[citation.url]))


def _problems(cited: Citation, answer: Answer) -> Iterator[Problem]:
    article = cited.place.file.removeprefix("content/").rpartition(".")[0]
    article = article if article in cited.articles else ""
    if answer.outcome == "live":
        if cited.link not in {"changed", "unfit"}:
            yield from _changed(cited, answer)
        return
    saying = _SAYINGS[answer.outcome]
    if cited.link not in saying.accepted:
        message = saying.message.format(what=cited.what, why=answer.words)
        hint = saying.of_source if cited.is_source else saying.of_other
        yield Problem(saying.rule, message, cited.place, hint, article)


@dataclass(frozen=True, slots=True)
class _Saying:
    """How an outcome is reported, unless a record says one of `accepted` of its link; with a hint for either kind."""

    rule: str
    accepted: frozenset[str]
    message: str
    of_source: str
    of_other: str


_SAYINGS: Mapping[str, _Saying] = {
    "dead": _Saying(
        "link-dead",
        frozenset({"dead"}),
        "{what} is dead: {why}",
        'give its new address, or say "link: dead" and name an archived copy under archive:',
        "give its new address, or that of an archived copy",
    ),
    "moved": _Saying(
        "link-moved",
        frozenset({"dead", "changed"}),
        "{what} leads elsewhere: {why}",
        'give the page\'s new address, or say "link: dead"',
        "give the page's new address, or that of an archived copy",
    ),
    "unknown": _Saying(
        "link-unknown",
        frozenset({"dead", "paywalled", "unfit"}),
        "could not tell what became of {what}: {why}",
        "open it yourself; that it is dead is not said",
        "open it yourself; that it is dead is not said",
    ),
}


def _changed(cited: Citation, answer: Answer) -> Iterator[Problem]:
    for passage in cited.passages:
        state, nearest = answer.states.get(digest(passage.quote), ("exact", ""))
        if state in {"near", "absent"} and "link-changed" not in passage.allow:
            message = f"{cited.what} leads to a page that no longer holds these words"
            if state == "near":
                message = f"{cited.what} leads to a page that now reads differently"
            hint = (
                f"nearest there: {nearest}"
                if nearest
                else 'look at it; "link: changed" in the record says that you have'
            )
            yield _at(passage, message, hint)


def _at(passage: Passage, message: str, hint: str) -> Problem:
    return Problem("link-changed", message, passage.place, hint, passage.article, passage.claim)
