"""Sentences: where they begin and end, and which of them make a claim that can be checked."""

import re
from collections.abc import Iterator

from sitegen.judging.figures import figures
from sitegen.judging.patterns import LatePattern

_Span = tuple[int, int]

_END = re.compile(r"[.!?…]{1,60}[\"'”’»)\]]{0,20}(?=\s|$)|[。！？｡]+[」』”’）]*")
_LINE_FEED = re.compile(r"[\n\r\u000b\u000c\u0085\u2028\u2029]+")
_BLANK_LINE = re.compile(r"\s*\n[ \t\r]*\n\s*|[\u000c\u2029]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# After these a full stop ends no sentence.
_TITLES = _words(
    "adm. approx. art. assoc. bros. ca. capt. cf. ch. cmdr. col. comdr. dept. dr. e.g. ed. eds. esp. est. "
    "etal. fig. figs. gen. gov. hon. i.e. incl. lt. maj. messrs. mr. mrs. ms. mt. mx. nos. pp. pres. "
    "prof. pt. rep. reps. rev. sec. sen. sens. sgt. st. sup. supt. viz. vol. vols. vs. z.b. d.h. bzw. "
    "ggf. m. mme. mlle."
)
# After these it ends one where the next word is one that sentences like to begin with.
_ABBREVIATIONS = _words(
    "a.d. a.m. al. apr. aug. ave. b.c. blvd. co. corp. d.c. dec. etc. e.u. feb. fri. inc. jan. jr. jul. "
    "jun. ltd. mar. mon. nov. oct. p.m. ph.d. plc. sat. sep. sept. sq. sr. sun. thu. thurs. tue. tues. "
    "u.k. u.n. u.s. u.s.a. u.s.s.r. wed."
)
_OPENERS = _words(
    "a after all although an and as at but by he her his how however i if in it its meanwhile most my no "
    "none of on one our she since so some such that the their then there these they this those though to "
    "under until we what when where whether while who why with yet you"
)
# "No. 5", "p. 4": an abbreviation only before a figure.
_BEFORE_FIGURE = _words("no. p. par. para. §. nr. s. vol. v. n. bd.")
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘„«]+$")
_NEXT_WORD = re.compile(r"[\s\"'“‘„«(\[]*([\w’']+)")
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?)+")
_LIST_MARKER = re.compile(r"\s*(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})\.")


def sentences(text: str, *, wrapped: bool = False) -> tuple[_Span, ...]:
    """The spans of a text's sentences, in code points, less the white space around them.

    A line feed parts sentences, as blocks of a canonical text are parted by one; in a text whose lines are
    `wrapped` at some width only a blank line does.
    """
    spans: list[_Span] = []
    start = 0
    for gap in (_BLANK_LINE if wrapped else _LINE_FEED).finditer(text):
        spans += _of_block(text, start, gap.start())
        start = gap.end()
    spans += _of_block(text, start, len(text))
    return tuple(spans)


def sentence_edges(text: str, start: int, end: int, reach: int) -> _Span:
    """Where the sentence begins that a passage of a wrapped text begins in, and where the one ends that it ends in.

    At most `reach` code points on each side are looked at; a side without an edge there gives the passage's own.
    """
    low, high = max(0, start - reach), min(len(text), end + reach)
    begin = start
    for first, last in _from_block(text, _block_start(text, start, low), high):
        if first <= start:
            begin = first
        if last >= end:
            return begin, last
    return begin, end


def _from_block(text: str, start: int, end: int) -> Iterator[_Span]:
    """The sentences of a wrapped text from the beginning of a block on."""
    while (gap := _next_gap(text, start, end)) is not None:
        yield from _of_block(text, start, gap.start())
        start = gap.end()
    yield from _of_block(text, start, end)


def _next_gap(text: str, start: int, end: int) -> re.Match[str] | None:
    """The next blank line: looked for at line feeds alone, since to try all white space is slow."""
    if _has_odd_break(text, start, end):
        return _BLANK_LINE.search(text, start, end)
    feed = text.find("\n", start, end)
    while feed >= 0:
        gap = _BLANK_LINE.match(text, start + len(text[start:feed].rstrip()), end)
        if gap is not None:
            return gap
        feed = text.find("\n", feed + 1, end)
    return None


def _block_start(text: str, at: int, low: int) -> int:
    """Where the block of a place begins, or any place before it; never before `low`."""
    if text[at].isspace() or _has_odd_break(text, low, at):
        return low
    feed = text.rfind("\n", low, at)
    while feed >= 0:
        before = text.rfind("\n", low, feed)
        if before >= 0 and not text[before:feed].strip(" \t\r\n"):
            return at - len(text[feed:at].lstrip())
        feed = before
    return low


def _has_odd_break(text: str, start: int, end: int) -> bool:
    """Whether there is a break between blocks that is no line feed."""
    return text.find("\u000c", start, end) >= 0 or text.find("\u2029", start, end) >= 0


def _of_block(text: str, start: int, end: int) -> Iterator[_Span]:
    begin = start
    for stop in _END.finditer(text, start, end):
        if _ends_sentence(text, begin, stop, end):
            yield from _trimmed(text, begin, stop.end())
            begin = stop.end()
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[_Span]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _ends_sentence(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    following = _NEXT_WORD.match(text, stop.end(), end)
    if following is None or stop[0][0] in "。！？｡":
        return True
    if following[1][0].islower():
        return False
    if not stop[0].startswith(".") or stop[0].startswith(".."):
        return True
    if _LIST_MARKER.fullmatch(text, begin, stop.start() + 1):
        return False
    last = _LAST_WORD.search(text, max(begin, stop.start() - 20), stop.start() + 1)
    return last is None or not _is_abbreviation(last[0], following[1])


def _is_abbreviation(word: str, following: str) -> bool:
    lower = word.lower()
    if lower in _TITLES:
        return True
    if lower in _BEFORE_FIGURE:
        return following[0].isdigit() or (len(word) == 2 and word[0].isupper())
    if lower in _ABBREVIATIONS or _INITIAL.fullmatch(word):
        return following.lower() not in _OPENERS
    return False


# --- what deserves a claim

_MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
_DATE = LatePattern(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b\.?,?(?: \d{{4}}\b)?"
    rf"|\b{_MONTH}\b\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:, ?\d{{4}}\b)?"
    rf"|\b{_MONTH}\b\.?,? \d{{4}}\b"
    r"|\b\d{4}-\d{2}(?:-\d{2})?\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
    r"|\b(?:1[0-9]|20)\d{2}s?\b(?![.,]\d|\s*[%‰])"
    r"|\b(?:January|February|April|June|July|August|September|October|November|December)\b"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:yesterday|last (?:week|month|year|night))\b"
)
_QUOTATION = LatePattern(
    r"[“\"„«]\s*[^\s“”\"„«»]+(?:\s+[^\s“”\"„«»]+){2,}\s*[”\"“»]|(?<!\w)‘[^\s’]+(?:\s+\S+?){2,}’(?!\w)"
)
_SUPERLATIVE = LatePattern(
    r"\b(?:the|its|their|his|her|our|world’s|world's|ever)\s+(?:\w+\s+)?(?!(?:w|r|t|gu|mod|hon|inter|fo|for|pro|prot|"
    r"requ|harv|arr|cont|manif|conqu|b?l|ch|nor?thw|southw|midw|inv|n|qu|v|dig|eve?r|sugg|crest|rev|under)est\b)"
    r"[a-z]{2,}est\b"
    r"|\b(?:best|worst)\b|\bthe (?:most|least)\b|\bat its (?:peak|height)\b"
    r"|\bthe (?:first|last|only)\b(?= (?:\w+ ){0,4}(?:to|ever|in|since|that|who|country|time|state))"
    r"|\b(?:unprecedented|never before|record(?:-| )(?:high|low|breaking)|without precedent|all-time)\b",
    re.IGNORECASE,
)
_CAUSAL = LatePattern(
    r"\bbecause\b|\b(?:caus|trigger|provok|prompt)(?:es|ed|ing)\b|\bcaused? by\b|\b(?:due|owing|thanks) to\b"
    r"|\b(?:led|leads?|leading|contribut(?:es|ed|ing)) to\b|\bresult(?:s|ed|ing)? (?:in|from)\b|\bas a (?:result|consequence)\b"
    r"|\b(?:therefore|consequently|thereby|thus|hence)\b|\b(?:responsible|to blame) for\b|\bbrought about\b"
    r"|\bthe (?:cause|reason) (?:of|for|why)\b",
    re.IGNORECASE,
)


def checkable(sentence: str) -> tuple[str, ...]:
    """Why a sentence deserves a claim: any of figure, date, quotation, superlative and causal, in this order.

    The word lists are English and short on purpose: a sentence too few is found by a reader, a hundred too many by nobody.
    """
    dates = [match.span() for match in _DATE.compiled.finditer(sentence)]
    counted = any(
        figure.text.lower() != "one"
        and all(figure.end <= start or end <= figure.start for start, end in dates)
        for figure in figures(sentence)
    )
    found = {
        "figure": counted,
        "date": bool(dates),
        "quotation": _QUOTATION.compiled.search(sentence) is not None,
        "superlative": _SUPERLATIVE.compiled.search(sentence) is not None,
        "causal": _CAUSAL.compiled.search(sentence) is not None,
    }
    return tuple(reason for reason, holds in found.items() if holds)
