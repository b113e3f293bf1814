"""Quotations in figures: 1,000 of them against a copy of 5 MB, and the shares of unseen cases that are judged rightly.

    python benchmarks/quotes.py [SEED]

The unseen cases are generated anew from words.txt with the seed; nothing of the program was fitted to them.
"""

import random
import sys
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

from sitegen.judging.quotes import CopyText, check_quote

_PLAIN = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").split()
WORDS = tuple(dict.fromkeys([*_PLAIN, *(one + two for one in _PLAIN[:150] for two in _PLAIN[:200])]))
"""Some 30,000 words, of which the n-th is used as often as 1/n: as in a language, most are rare."""

OFTEN = tuple(accumulate(1 / rank for rank in range(1, len(WORDS) + 1)))
COPY_LENGTH = 5_000_000
QUOTES = 1_000
CASES = 3_000

Change = Callable[[str, random.Random], str]


def main() -> None:
    """Measure and print."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20261123
    chance = random.Random(seed)  # noqa: S311 - the cases only have to be reproducible
    speed(chance)
    print(f"unseen cases, seed {seed}")
    shares("faithful, verified", FAITHFUL, chance, wanted=True)
    shares("altered, verified", ALTERED, chance, wanted=False)


def sentence(chance: random.Random) -> str:
    """Some words with a figure among them."""
    words = chance.choices(WORDS, cum_weights=OFTEN, k=chance.randrange(7, 18))
    figure = (
        f"{chance.choice(('', '-', '$', '€', '< ', '> '))}{chance.randrange(1, 99)}.{chance.randrange(1, 99)}"
    )
    words.insert(chance.randrange(2, len(words) - 2), figure)
    return " ".join(words).capitalize() + "."


def speed(chance: random.Random) -> None:
    """1,000 quotations against one copy, all found as they stand, all only folded, one in ten altered."""
    parts: list[str] = []
    length = 0
    while length < COPY_LENGTH:
        parts.append(sentence(chance))
        length += len(parts[-1]) + 1
    quotes = [chance.choice(parts) for _ in range(QUOTES)]
    plain = " ".join(parts)
    typeset = plain.replace(" ", "\u00a0", 1000).replace("fi", "\ufb01").replace(". ", ".\n")
    for name, text, altered in (
        ("as written", plain, 0),
        ("typeset", typeset, 0),
        ("one in ten altered", plain, 10),
    ):
        asked = [
            quote.replace(".", " not.", 1) if altered and at % altered == 0 else quote
            for at, quote in enumerate(quotes)
        ]
        began = time.perf_counter()
        copy = CopyText(text)
        verified = sum(check_quote(quote, copy).verified for quote in asked)
        took = time.perf_counter() - began
        print(f"{QUOTES:,} quotes, {len(text):,} characters, {name}: {took:.2f} s, {verified:,} verified")


def shares(name: str, changes: dict[str, Change], chance: random.Random, *, wanted: bool) -> None:
    """Print for each kind of change how many of its cases were verified, and the sum."""
    right = 0
    each = CASES // len(changes)
    for kind, change in changes.items():
        verified = sum(_is_verified(change, chance) for _ in range(each))
        right += verified if wanted else each - verified
        print(f"  {name}: {kind}: {verified} of {each}")
    print(f"  judged rightly: {right} of {each * len(changes)} ({right / (each * len(changes)):.2%})")


def _is_verified(change: Change, chance: random.Random) -> bool:
    passage = sentence(chance)
    other = change(passage, chance)
    if other == passage:
        return _is_verified(change, chance)
    # What was typeset or extracted is the copy, what was altered is the quotation.
    quote, copy = (passage, other) if change in FAITHFUL.values() else (other, passage)
    return check_quote(quote, CopyText(f"{sentence(chance)} {copy}\n{sentence(chance)}")).verified


def _inside(passage: str, chance: random.Random, mark: str) -> str:
    """A passage with a mark set inside one of its longer words."""
    words = passage.split(" ")
    long = [at for at, word in enumerate(words) if word.isalpha() and len(word) > 4]
    if long:
        at = chance.choice(long)
        middle = chance.randrange(2, len(words[at]) - 2)
        words[at] = words[at][:middle] + mark + words[at][middle:]
    return " ".join(words)


def _spaced(passage: str, chance: random.Random) -> str:
    spaces = ("\u00a0", "\u202f", "\n", "  ", "\r\n", "\t", " \n ")
    return "".join(chance.choice(spaces) if char == " " else char for char in passage)


def _digit(passage: str, chance: random.Random) -> str:
    at = chance.choice([at for at, char in enumerate(passage) if char.isdigit()])
    return (
        passage[:at]
        + chance.choice([char for char in "0123456789" if char != passage[at]])
        + passage[at + 1 :]
    )


def _swapped(passage: str, chance: random.Random) -> str:
    words = passage.split(" ")
    at = chance.randrange(len(words) - 1)
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def _negated(passage: str, chance: random.Random) -> str:
    words = passage.split(" ")
    words.insert(chance.randrange(1, len(words)), chance.choice(("not", "never", "no")))
    return " ".join(words)


def _sign(passage: str, chance: random.Random) -> str:
    signs = ("-", "$", "€", "< ", "> ")
    there = next((sign for sign in signs if f" {sign}" in passage), None)
    if there is None:
        return passage
    return passage.replace(
        f" {there}", " " + chance.choice([sign for sign in ("", *signs) if sign != there]), 1
    )


def _point(passage: str, chance: random.Random) -> str:
    at = next(at for at, char in enumerate(passage) if char == "." and passage[at + 1 : at + 2].isdigit())
    return passage[:at] + chance.choice(("", ",", " ")) + passage[at + 1 :]


def _clipped(passage: str, chance: random.Random) -> str:
    # Less a first word of one letter, what is left would be a true quotation.
    return passage[chance.choice((1, 2)) :] if len(passage.split(" ", maxsplit=1)[0]) > 3 else passage


FAITHFUL: dict[str, Change] = {
    "white space": _spaced,
    "line-end hyphen": lambda passage, chance: _inside(passage, chance, "-\n"),
    "soft hyphen": lambda passage, chance: _inside(passage, chance, "\u00ad"),
    "zero-width space": lambda passage, chance: _inside(passage, chance, "\u200b"),
    "soft hyphen and line end": lambda passage, chance: _inside(passage, chance, "\u00ad\n"),
    "ligatures, minus sign": lambda passage, _: _set(passage),
}
ALTERED: dict[str, Change] = {
    "another digit": _digit,
    "words exchanged": _swapped,
    "a negation put in": _negated,
    "another sign or currency": _sign,
    "decimal point": _point,
    "part of a word": _clipped,
}


def _set(passage: str) -> str:
    for plain, typeset in (
        ("ffi", "\ufb03"),
        ("ff", "\ufb00"),
        ("fi", "\ufb01"),
        ("fl", "\ufb02"),
        (" -", " −"),
    ):
        passage = passage.replace(plain, typeset)
    return passage


if __name__ == "__main__":
    main()
