"""Copies without usable text: what a fetch brings home when the page itself did not come."""

import re

from sitegen.judging.patterns import LatePattern

_LONGEST_EXCUSE = 1_200
"""Code points; an error or consent page says little else, and an article says more."""

_SURE = LatePattern(
    r"(?:please |you need to |must )?(?:enable|turn on|activate) (?:javascript|js\b)|javascript (?:is (?:disabled|required|not enabled|turned off)|must be enabled)"
    r"|(?:requires?|needs?) javascript|your browser (?:does not|doesn.t) support|checking (?:if the site connection|your browser)"
    r"|verif(?:y|ying) (?:that )?you are (?:a )?human|are you a robot|complete the captcha|unusual traffic from your"
    r"|^\W*(?:http )?(?:error )?(?:40[0134]|410|429|451|50[0234])\W*(?:$|error|bad|unauthori[sz]ed|forbidden|(?:page |file )?not found|gone|too many|unavailable|internal|service|gateway|that.s an error)|^\W*(?:access denied|forbidden|page not found|not found|just a moment|service unavailable|bad gateway|too many requests|attention required)"
    r"|sorry, you have been blocked|page (?:you (?:requested|were looking for|are looking for)|not found).{0,60}(?:not (?:be )?found|not exist|moved|no longer)"
    r"|(?:sign|log) in (?:or (?:register|create an account|subscribe) )?to (?:continue|read|view)|subscribe to (?:continue|read)",
    re.IGNORECASE | re.DOTALL,
)
_TELLING = tuple(
    LatePattern(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:we|our partners|this (?:web)?site|sites?) (?:and our partners )?uses? (?:third-party )?cookies",
        r"accept (?:all|cookies)|alle akzeptieren|tout accepter|aceptar todo",
        r"reject all|decline all|alle ablehnen|tout refuser|only necessary",
        r"cookie (?:policy|settings|preferences|notice|consent)|cookie-(?:richtlinie|einstellungen)",
        r"manage (?:options|preferences|consent|cookies)",
        r"(?:privacy|data protection) (?:policy|settings)|datenschutz",
        r"(?:sign|log) in\b|create (?:an|your) account|forgot(?:ten)? (?:your )?password",
        r"already (?:a )?(?:subscriber|have an account|subscribed)|start your (?:free )?trial",
        r"ray id|cloudflare|security check|captcha",
        r"return to (?:the )?home ?page|go back home|contact (?:the )?(?:site|web) ?(?:owner|master|administrator)",
    )
)
_TELLING_ENOUGH = 2


def is_unreadable(text: str) -> bool:
    """Whether a copy's text is empty, garbled, or only a consent, login, script or error page.

    Conservative: a longer text is an article whatever its first lines say, and one telling phrase is not enough.
    """
    bare = text.strip()
    if not any(char.isalnum() for char in bare):
        return True
    if bare.count("\ufffd") * 5 > len(bare):
        return True
    if len(bare) > _LONGEST_EXCUSE:
        return False
    if _SURE.compiled.search(bare):
        return True
    return sum(1 for pattern in _TELLING if pattern.compiled.search(bare)) >= _TELLING_ENOUGH
