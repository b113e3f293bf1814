"""Edges: where in a text a match may begin and end without cutting a word or a figure.

Two measures. A match is *whole* when it cuts no word, number or sign: what an anchor needs. It is *unclipped* when
moreover nothing that stands right beside it changes what it says: a unit, a currency, a range, a hyphenated
compound, a contraction. That is what a quotation needs.
"""

import re
import string
import unicodedata

from sitegen.judging.folding import LINE_BREAK, without_invisible
from sitegen.judging.patterns import LatePattern

_WINDOW = 32
"""Code points looked at on each side of an edge: enough for the longest word of the tables below."""

_EDGE = "\ue000"
"""Marks the edge in a window; written `┊` in the patterns below."""

CURRENCY = "$¢£¤¥ƒ฿₠-₿﷼＄￡￥"
_CODES = (
    "AED|AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|HKD|HUF|ILS|INR|JPY|KPW|KRW|MXN|NOK|NZD|PKR|PLN|RMB|RUB|Rs\\.?|"
    "SAR|SEK|TRY|UAH|USD|ZAR"
)
COMPARED = "~<>=≤≥≠≈∼-≿⋖-⋡⩽-⪺＜-＞～"
"""Signs that compare: what follows one is no figure by itself."""

_SIGN = "\\-‐‑‒–−－+±∓"
_POINT = ".,'’·٫٬"
_THIN = " \u00a0\u2007\u2009\u202f"
_MAGNITUDES = (
    "hundred|thousand|million|billion|trillion|dozen|bn|mn|tn|per[ -]?cent|percent|percentage|pct|basis|"
    "halves|thirds|quarters|fourths|fifths|sixths|eighths|tenths|hundredths|and[ ]an?[ ](?:half|quarter|third)|"
    "Prozent|Hundert|Tausend|Mio|Mrd|Million(?:en)?|Milliarden?|Billion(?:en)?|"
    "pour[ ]?cent|mille|milliers|millions?|milliards?|por[ ]ciento|mil|mill[oó]n(?:es)?|millones|"
    "per[ ]cento|milion[ei]|miliard[oi]|процент\\w*|тысяч\\w*|млн|млрд"
)
_HAN_DIGITS = "〇零一二三四五六七八九十百千万萬億亿兆两兩"
_PREFIXES = "ex|non|anti|pre|post|pro|un|co|quasi|pseudo|neo"
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_WRITTEN = (
    f"{_UNITS}|{_TENS}|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    "hundred|thousand|million|billion|dozen"
)

_CUT_START = rf"""
    \d[{_POINT}]┊\d                                     # 1.|5   5,|000
  | (?:^|[\s(\[{COMPARED}{_SIGN}{CURRENCY}])[.,]┊\d          # p = .|05
  | \d┊[{_POINT}]\d                                     # 1|.5
  | (?:^|[^\w\s)\]%°])[{_SIGN}]┊[{CURRENCY}]?\d         # (-|5
  | (?:^|\s)[{_SIGN}]┊[{CURRENCY}]?[.,]?\d              # to -|5
  | [\w{_SIGN}]┊[{_SIGN}]\d                              # a range: 10|-5
"""
_CUT_END = rf"""
    \d┊[{_POINT}]\d                                     # 1|.5
  | \d[{_POINT}]┊\d                                     # 1.|5
  | [{_SIGN}{CURRENCY}]┊[.,]?\d                         # -|5   $|5
  | \w┊['’]t\b                                          # can|'t
"""
_CLIPPED_START = rf"""
    [{_SIGN}{COMPARED}#№{CURRENCY}/⁄:^×]┊[.,]?\d         # >|5   10:|30   covid-|19
  | (?:[±−{CURRENCY}]|(?!>)[{COMPARED}]|(?<=[^\n])>)\s┊[{CURRENCY}]?[.,]?\d        # < |5   € |5   − |5
  | [\w{_SIGN}{COMPARED}]┊[{CURRENCY}]                  # US|$5   -|$5   >|$5
  | \d[—―]┊\d                                           # 5—|10
  | \w┊[—―][{CURRENCY}]?\d                              # range|—5: no sign
  | \d\s[+×÷]\s┊\d                                     # 2 + |2
  | \d[*_~`]+┊\d                                       # 1**|5**
  | \b(?:{_CODES}|minus|negative)\s?┊[{CURRENCY}]?[.,]?\d   # USD |5   minus |5
  | (?<![\d.,])\d{{1,3}}(?:[{_THIN}]\d{{3}})*[{_THIN}]┊\d{{3}}(?!\d)    # 10 |000
  | \d\s?┊[%‰‱°′″％]                                    # 5|%
  | [!{COMPARED}]┊[{COMPARED}]                          # >|=
  | (?:\d|\b(?i:{_WRITTEN}))[\s-]┊(?:{_MAGNITUDES})\b    # five| million
  | \b(?i:{_TENS})[\s-]┊(?:{_UNITS})\b                   # twenty| two
  | \b[A-Z]\.┊[A-Z]\.                                   # U.|S.S.R.
  | \w[-‐‑&@]┊\w                                        # non-|profit   AT&|T
  | \b(?i:{_PREFIXES})[–−]┊\w                           # ex–|prime minister
  | [a-z]\.┊[a-z]                                       # example.|com
  | [^\W\d_][-‐]\s*{LINE_BREAK}\s*┊\w                   # exam-\n|ple
  | @┊\w                                                # @|name
  | [{_HAN_DIGITS}]┊[{_HAN_DIGITS}]                      # 十|五
  | [不没沒未非無无]┊                                   # a negation before the word it negates
"""
_CLIPPED_END = rf"""
    \d┊\s?[%‰‱°′″％±×]                                  # 5|%   5| %
  | °┊\s?(?:[CFKNSEWO]\b|\d)                            # 5°|C
  | [A-Z]┊[{CURRENCY}]                                  # US|$
  | \d┊\s?[{CURRENCY}](?!\s?\d)                         # 5| €
  | \d┊\s?(?:{_CODES})\b(?!\s?\d)                      # 5| USD
  | \d┊\s÷\s?\d                                        # 2| ÷ 2
  | [\d%]┊\s?[+]                                        # 50|+
  | [\d%][%°]?┊[—―/⁄:^]\d                              # 5|—10   10|:30
  | [\w%°{CURRENCY}]┊[{_SIGN}][{CURRENCY}]?\d           # 5|-10   5 million|–7
  | [\d%]┊[{_SIGN}]\s?{LINE_BREAK}\s*\d                 # 1990|-\n2000
  | \d┊\s?(?:[¼-¾⅐-⅞]|\d+[/⁄]\d)                        # 5| ½
  | (?<![\d.,])\d{{1,3}}(?:[{_THIN}]\d{{3}})*┊[{_THIN}]\d{{3}}(?!\d)    # 10| 000
  | (?:\d|\b(?i:{_WRITTEN}))┊[\s-](?:{_MAGNITUDES})\b    # 5| million
  | \b(?i:{_TENS})┊[\s-](?:{_UNITS})\b                   # twenty| two
  | \d\s?\w{{1,3}}┊[/⁄]\w                               # 5 km|/h
  | \b[A-D]{{1,3}}┊[{_SIGN}]                              # AA|-
  | \w┊[+\#]                                            # C|++
  | \b[A-Z]\.?┊\.?[A-Z]\.                               # U.S|.S.R.
  | \d┊\s?[十百千万萬億亿兆割成]
  | [{_HAN_DIGITS}]┊[{_HAN_DIGITS}]                      # 三|百
  | [{COMPARED}]┊[{COMPARED}]                           # <|=
  | \w┊[-‐‑&@]\w                                        # well|-known   AT|&T
  | \b(?i:{_PREFIXES})┊[–−]\w                           # ex|–prime minister
  | [a-z]┊\.[a-z]                                       # example|.com
  | [^\W\d_]┊[-‐]\s*{LINE_BREAK}\s*\w                   # exam|-\nple
  | \w┊['’ʼ]\w                                          # Russia|'s
  | ┊[ぁ-ん]{{0,6}}(?:ない|なかっ|なく|ません|ず(?!っ))   # a negation after the word it negates
  | ┊\w{{0,2}}지(?:\s?[는도])?\s?(?:않|못|말)|┊[이가은는]?\s?아니
"""
# An elided article or preposition leaves a whole word: l'|homme. A negation is none: n'|est.
_ELISION = LatePattern(
    r"(?:^|[^\w'’])(?:[dljmstc]|qu|jusqu|lorsqu|puisqu|quoiqu|un|(?:d|n|s|c)?[ae]ll|quell|quest|dall|sull)['’]$",
    re.IGNORECASE,
)
_COUNTS = re.compile(rf"(?:{_MAGNITUDES}|{_UNITS})\b")
_BLANKS = frozenset(" \n")
_JOINING = frozenset("-‐'’ʼ")
"""What makes one word of two across a line's end, or may be an elision before it."""

_LETTERS = frozenset(string.ascii_letters)
_PLAIN = _LETTERS | frozenset(string.digits)
_PLAIN_ENDS = frozenset(mark + blank for mark in '.,;:!?)"' for blank in ("", " ", "\n"))
_IN_WORD = re.compile(r"\w['’ʼ]$")


def _measure(pattern: str) -> LatePattern:
    return LatePattern(pattern.replace("┊", _EDGE), re.VERBOSE)


_STARTS = (_measure(_CUT_START), _measure(_CLIPPED_START))
_ENDS = (_measure(_CUT_END), _measure(_CLIPPED_END))


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether a range of a text, not empty, cuts no word, number or sign at either edge."""
    return _is_clean(text, start, end, measures=1)


def is_unclipped(text: str, start: int, end: int) -> bool:
    """Whether a range, not empty, is whole and nothing right beside it changes what it says."""
    return _is_clean(text, start, end, measures=2)


def begins_clean(text: str, start: int, end: int, *, measures: int = 2) -> bool:
    """Whether a range begins where a word or figure does: whole with one measure, unclipped with two."""
    if start == 0:
        return not _is_mark(text[0])
    first = text[start]
    before = without_invisible(text[max(0, start - _WINDOW) : start] + first)[:-1]
    if _begins_plainly(before, first) and not _COUNTS.match(text, start, end):
        return True
    if _runs_on(before[-1:], first) or _is_mark(first):
        return False
    if measures == 2 and _is_word(first) and _IN_WORD.search(before) and not _ELISION.compiled.search(before):
        return False
    window = _window(before, text[start : min(end, start + _WINDOW)])
    return not any(clipped.compiled.search(window) for clipped in _STARTS[:measures])


def ends_clean(text: str, start: int, end: int, *, measures: int = 2) -> bool:
    """Whether a range ends where a word or figure does: whole with one measure, unclipped with two."""
    if end >= len(text):
        return True
    last = text[end - 1]
    after = without_invisible(last + text[end : end + _WINDOW])[1:]
    if _ends_plainly(last, after):
        return True
    if _runs_on(last, after[:1]) or (after and _is_mark(after[0])):
        return False
    window = _window(text[max(start, end - _WINDOW) : end], after)
    return not any(clipped.compiled.search(window) for clipped in _ENDS[:measures])


def _is_clean(text: str, start: int, end: int, *, measures: int) -> bool:
    return begins_clean(text, start, end, measures=measures) and ends_clean(
        text, start, end, measures=measures
    )


def _window(before: str, after: str) -> str:
    return f"{before.replace(_EDGE, ' ')}{_EDGE}{after.replace(_EDGE, ' ')}"


def _begins_plainly(before: str, first: str) -> bool:
    """The common case, an ASCII letter after a blank: only a number word, or a hyphen before the blank, matters then."""
    return first in _LETTERS and before[-1:] in _BLANKS and before.rstrip()[-1:] not in _JOINING


def _ends_plainly(last: str, after: str) -> bool:
    """The common case, an ASCII letter or digit before a mark and a blank, or a letter before a blank and no number word."""
    if last not in _PLAIN:
        return False
    if after[:2] in _PLAIN_ENDS:
        return True
    return after[:1] in _BLANKS and last in _LETTERS and not _COUNTS.match(after, 1)


def _runs_on(left: str, right: str) -> bool:
    """Whether two neighbours belong to one word.

    Scripts that do not part words by spaces, and Korean, which hangs particles on them, are cut anywhere, but not
    within a run of katakana.
    """
    if not (left and right and _is_word(left) and _is_word(right)):
        return False
    if "\u30a1" <= left <= "\u30ff" and "\u30a1" <= right <= "\u30ff":
        return True
    return not (_is_unspaced(left) or _is_unspaced(right))


def _is_word(char: str) -> bool:
    return char.isalnum() or char in "_\u200c\u200d" or _is_mark(char)


def _is_mark(char: str) -> bool:
    return char > "\u02ff" and unicodedata.category(char)[0] == "M" and not "\ufe00" <= char <= "\ufe0f"


def _is_unspaced(char: str) -> bool:
    return char > "\u0dff" and (
        "\u0e00" <= char <= "\u0eff"  # Thai, Lao
        or "\u1000" <= char <= "\u109f"  # Burmese
        or "\u1780" <= char <= "\u17ff"  # Khmer
        or "\u3005" <= char <= "\u30ff"  # kana
        or "\u3400" <= char <= "\u9fff"
        or "\uac00" <= char <= "\ud7a3"
        or "\uf900" <= char <= "\ufaff"
        or "\U00020000" <= char <= "\U0003ffff"
    )
