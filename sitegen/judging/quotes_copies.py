"""Copies without usable text: what a fetch brings home when the page itself did not come."""

import re
from collections.abc import Mapping
from typing import Literal

from sitegen.judging.patterns import LatePattern

_LONGEST_EXCUSE = 1_200
"""Code points; an error or consent page says little else, and an article says more."""

_SAMPLE = 50_000
_MEANINGLESS = tuple(
    re.compile(letters)
    for letters in ("\ufffd", "[\ue000-\uf8ff\U000f0000-\U0010ffff]", "[\x00-\x08\x0e-\x1f\x7f-\x9f]")
)

Excuse = Literal["script", "robot", "login", "error"]
"""What a page says instead of its words: that scripts must run, that a person must prove to be one, that one must log in,
that there is no such page or none just now."""

_SAYINGS: Mapping[Excuse, tuple[str, ...]] = {
    "script": (
        r"(?:please |you need to |must )?(?:enable|turn on|activate) (?:javascript|js\b)",
        r"javascript (?:is|ist|est) (?:disabled|required|not (?:enabled|available)|turned off|deaktiviert|désactivé)|javascript must be enabled",
        r"(?:requires?|needs?) javascript|your browser (?:does not|doesn.t) support",
        r"(?:bitte )?(?:aktivieren sie|activez) (?:bitte )?javascript|javascript (?:in ihrem browser )?aktivieren",
    ),
    "robot": (
        r"checking (?:if the site connection|your browser)|verifying your browser|review the security of your connection",
        r"(?:verif(?:y|ying)|confirm|prove|sure) (?:that )?(?:you are|you.re) (?:a )?(?:human|not a (?:ro)?bot)|are you a robot\?",
        r"press (?:&|and) hold to|complete the (?:captcha|security check)|(?:security|browser) checkpoint",
        r"unusual (?:traffic|activity) from your|(?:you.ve|you have|request has) been blocked|access to this page has been denied",
        r"request unsuccessful\. incapsula|website firewall|ddos-guard",
        r"ob sie ein mensch sind|kein roboter|vérification de sécurité en cours|pas un robot|activité inhabituelle|no (?:eres|es) un robot|non sei un robot",
    ),
    "login": (
        r"(?:sign|log) in (?:or (?:register|create an account|subscribe) )?to (?:continue|read|view|your account|get access)|subscribe to (?:continue|read)",
        r"(?:you (?:must|need to|have to)|please) (?:first )?(?:log|sign) in\b|to continue(?: reading)?, (?:please )?(?:log in|sign in|subscribe)",
        r"(?:melden sie sich|loggen sie sich|bitte einloggen)\b|veuillez vous (?:connecter|identifier)|connectez-vous pour|inicie? sesión para|accedi per (?:continuare|leggere)|log in om (?:verder|te lezen)",
    ),
    "error": (
        r"^\W*(?:http )?(?:error )?(?:40[0134]|410|429|451|50[0234])\W*(?:$|error|bad|unauthori[sz]ed|forbidden|(?:page |file )?not found|gone|too many|unavailable|internal|service|gateway|that.s an error)",
        r"^\W*(?:access denied|forbidden|page not found|not found|just a moment|service unavailable|bad gateway|too many requests|attention required)(?!\w|: \w)",
        r"page (?:you (?:requested|were looking for|are looking for)|not found).{0,60}(?:not (?:be )?found|not exist|moved|no longer)",
        r"(?:that|the|this) (?:page|file|article) (?:can.t|cannot|could not) be found|nothing was found at this location|file not found",
        r"this (?:article|page|content|document|story) (?:is no longer|is not|isn.t) available|content (?:you requested|is not available|has been removed)|content you (?:requested|are looking for) .{0,40}(?:removed|available)",
        r"not available in your (?:region|country|location)|unavailable (?:due to|for) legal reasons|attempting to access this website from a country",
        r"internal server error|critical error on this website|establishing a database connection|(?:we are|we.re|site is) (?:currently )?(?:performing |undergoing |down for )(?:scheduled )?maintenance|down for maintenance",
        r"^\W*welcome to nginx!|^\W*it works!\W*$|(?:this|buy this) domain (?:may be for sale|is for sale|\. related)|index of /",
        r"if you are not redirected|you are being redirected",
        r"seite (?:wurde |konnte )?(?:leider )?nicht gefunden|seite konnte (?:leider )?nicht|seite existiert nicht|angeforderte seite .{0,40}nicht|derzeit gewartet|wartungsarbeiten .{0,80}(?:in kürze|später)",
        r"page (?:est )?introuvable|page (?:que vous .{0,40})?n.existe (?:pas|plus)|erreur 404",
        r"página (?:que .{0,30})?(?:no (?:existe|encontrada|se encuentra|está disponible)|não (?:encontrada|existe|foi encontrada))",
        r"pagina (?:non (?:è stata )?trovata|richiesta non esiste|niet gevonden)|pagina die u zoekt|bestaat niet \(meer\)",
        r"strona,? (?:której szukasz,? )?nie (?:istnieje|została)|nie znaleziono strony|sidan (?:kunde inte hittas|du letar efter|finns inte)|siden (?:findes|finnes|blev|ble) ikke|sivua ei löy|sayfa bulunamadı",
        r"страница (?:не найдена|не существует|удалена)",
        r"ページが見つかりません|ページは(?:見つかりません|存在しません)|(?:页面|頁面|网页)(?:不存在|未找到|找不到|無法找到)|페이지(?:를 찾을 수 없|가 존재하지 않)",
        r"please wait\W{0,4}if this message is not eventually replaced",
    ),
}
_SURE: Mapping[Excuse, LatePattern] = {
    kind: LatePattern("|".join(sayings), re.IGNORECASE | re.DOTALL) for kind, sayings in _SAYINGS.items()
}
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
    if not any(char.isalnum() for char in bare) or is_garbled(bare):
        return True
    if len(bare) > _LONGEST_EXCUSE:
        return False
    if excuse(bare) is not None:
        return True
    return sum(1 for pattern in _TELLING if pattern.compiled.search(bare)) >= _TELLING_ENOUGH


def excuse(text: str) -> Excuse | None:
    """What a short text says instead of a source's words, if it says so plainly."""
    return next((kind for kind, pattern in _SURE.items() if pattern.compiled.search(text)), None)


def is_garbled(text: str) -> bool:
    """Whether a text is bytes that are none, or letters of which nobody knows what they look like."""
    sample = text[:_SAMPLE]
    return any(len(pattern.findall(sample)) * 5 > len(sample) for pattern in _MEANINGLESS)
