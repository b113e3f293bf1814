"""Answers that are not the source: what came instead of its words."""

import html
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin, urlsplit

from sitegen.archiving.charsets import is_torn
from sitegen.archiving.client import Fetched
from sitegen.archiving.extraction import Extract
from sitegen.judging.quotes_copies import Excuse, excuse, is_garbled, is_unreadable
from sitegen.judging.sentences import sentences

_SHORT = 1_500
"""Code points of an article's words up to which a page may be something else that speaks of itself."""

_FEW = 200
"""Code points below which a page that runs scripts, or asks for a password, has shown nothing of its own."""

_LONGEST_WALL = 4_000
"""Code points of a consent wall, with all that it says of its partners."""

_ERROR = "an error page with status 200"
_LOGIN = "a login page"
_CONSENT = "a consent wall"
_SCRIPTED = "a page whose words only a script would write"
_NAMES: Mapping[Excuse, str] = {
    "error": _ERROR,
    "login": _LOGIN,
    "script": _SCRIPTED,
    "robot": "a page that asks whether a person is reading",
}

_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_HEADING = re.compile(r"<h1\b[^>]*>(.*?)</h1", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_PARTED = re.compile(r"\s[-–—|:·•›»]\s|\s*[|›»·•]\s*|\s+[-–—]+\s+")
_ERROR_TITLE = re.compile(
    r"(?:(?:http )?(?:error|fehler|erreur|errore|erro)\W*)?(?:40[0134]|410|429|451|50[0234])(?:\W*(?:error|bad request|unauthori[sz]ed|forbidden|(?:page |file )?not found|gone|too many requests|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|internal server error|unavailable (?:due to|for) legal reasons))?"
    r"|(?:sorry|oops|hoppla|ups|oups)?\W*(?:(?:this |that |the )?(?:page|file|document|article) (?:was |is )?(?:not found|missing|can.t be found|could not be found|no longer available|not available|unavailable)|not found|access denied|forbidden|bad gateway|service unavailable|internal server error|website? (?:is )?(?:down|unavailable)|database error|(?:down for |under )?maintenance|unavailable|blocked|we.ll be (?:right )?back(?: soon)?|oops)"
    r"|seite (?:leider )?nicht gefunden|nicht gefunden|wartungs(?:arbeiten|modus)?|page (?:introuvable|non trouvée)|página no encontrada|página não encontrada|pagina non trovata|pagina niet gevonden|nie znaleziono(?: strony)?|sidan (?:hittades inte|kunde inte hittas|finns inte)|siden (?:blev |ble )?ikke (?:fundet|funnet)|страница не найдена|ページが見つかりません|页面(?:不存在|未找到)|페이지를 찾을 수 없습니다|index of /\S*|welcome to nginx|apache2? .{0,20}default.*|.*› error",
    re.IGNORECASE,
)
_ROBOT_TITLE = re.compile(
    r"(?:nur einen moment|just a moment|un instant|un momento|attention required|please wait|one moment,? please|human verification|security check(?:point)?|.{0,12}security checkpoint|(?:are you a |robot or )(?:robot|human)|.*prove your humanity|making sure you.re not a bot|ddos-guard|access to this page has been denied|checking your browser|pardon our interruption)\W*",
    re.IGNORECASE,
)
_LOGIN_TITLE = re.compile(
    r"(?:(?:please )?(?:sign|log) ?in(?: to (?:continue|your account|\w+))?|log ?in or sign ?up|sign ?up|members only|anmelden|anmeldung|einloggen|login erforderlich|connexion|(?:se connecter|connectez-vous)|identification|iniciar sesión|acceso|accedi|inloggen|aanmelden|zaloguj się|logowanie|entrar|logga in|log ind|logg inn|вход|ログイン|登录|로그인)\W*",
    re.IGNORECASE,
)
_CONSENT_TITLE = re.compile(
    r"before you continue|bevor sie (?:zu .{1,30} )?(?:fortfahren|weitergehen)|avant de continuer|antes de continuar|cookie consent|consent-|your (?:privacy|data|consent)|privacy (?:choices|settings|gate)|we value your privacy|zustimmung|rispettiamo la tua privacy|tu privacidad|szanujemy twoją prywatność",
    re.IGNORECASE,
)
_CONSENT_WORD = re.compile(
    r"cookies?|consent|einwilligung|zustimm|datenschutz|\w*tracking|personenbezogen|partnern?|vendors?|purposes|legitimate interests?|privacy|personal data|accept|akzeptieren|reject|ablehnen"
    r"|données|confidentialité|consentement|accepter|refuser|partenaires|privacidad|consentimiento|socios|aceptar|rechazar|datos personales|consenso|accetta|rifiuta|terze parti|toestemming|akkoord|voorkeuren|prywatność|partnerzy|akceptuj|przetwarzamy|クッキー|同意|个人数据|隐私",
    re.IGNORECASE,
)
_CONSENT_BUTTON = re.compile(
    r"accept (?:all|and|cookies|&)|(?:reject|decline) all|manage (?:options|preferences|consent|cookies|your choices)|i (?:accept|agree)\b|agree (?:and|&) |alle (?:akzeptieren|ablehnen)|akzeptieren und weiter|(?:^|\W)einverstanden|tout (?:accepter|refuser)|accepter et|aceptar (?:y|todo)|accetta (?:e|tutto)|rifiuta|akkoord|akceptuj|同意する|同意"
    r"|without tracking|pur-abo",
    re.IGNORECASE,
)
_CONSENT_HOST = re.compile(r"^(?:consent|privacy|cmp|guce|privacy-mgmt|consentmanager)\b", re.IGNORECASE)
_LOGIN_PATH = re.compile(
    r"/(?:login|log-in|signin|sign-in|sso|oauth2?|account/login|users/sign_in|wp-login\.php)(?:[/?.]|$)",
    re.IGNORECASE,
)
_CONSENT_PATH = re.compile(
    r"/(?:consent|collectconsent|cookie-?wall|privacy-?gate)(?:[/?.]|$)", re.IGNORECASE
)
_PASSWORD = re.compile(r"<input[^>]+type\s*=\s*[\"']?password", re.IGNORECASE)
_FIELD = re.compile(r"<input\b", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_MOUNT = re.compile(
    r"<(?:app-root\b[^>]*|(?:div|main|section)\b[^>]*\bid\s*=\s*[\"']?(?:root|app|__next|__nuxt|main-app|application|react-root|svelte)\b[^>]*)>\s*</",
    re.IGNORECASE,
)
_LED_BY_SCRIPT = re.compile(
    r"<script\b[^>]*>[^<]{0,200}\blocation(?:\.(?:href|replace|assign)\b|\s*=)", re.IGNORECASE
)
_FRAMESET = re.compile(r"<frameset\b", re.IGNORECASE)
_FRAME = re.compile(
    r"<(?:i?frame\b[^>]*\bsrc(?:doc)?|embed\b[^>]*\bsrc|object\b[^>]*\bdata)\s*=\s*[\"']?([^\"'\s>]+)",
    re.IGNORECASE,
)
_META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh\b", re.IGNORECASE)
_LEADS = re.compile(
    r"content\s*=\s*[\"']?\s*([0-9]+)[.0-9]*\s*[;,]\s*url\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE
)
_AT_ONCE = 30
"""Seconds up to which a page that leads on is not meant to be read."""


def why_unreadable(answer: Fetched, found: Extract) -> str:
    """What an answer is instead of the source, in plain words; empty where it seems to be the source."""
    status = why_not_by_status(answer)
    if status:
        return status
    if found.suffix == ".pdf":
        return _why_pdf(found)
    if is_torn(found.text):
        return "text in another encoding than the one that it names"
    return _why_html(answer, found) if found.suffix == ".html" else _why_text(found)


def why_not_by_status(answer: Fetched) -> str:
    """What an answer's status says against its being the source, whatever its body."""
    if answer.status >= 400:
        return f"an error page (HTTP {answer.status})"
    if answer.status in {204, 205} or (answer.status == 202 and not answer.body):
        return f"nothing (HTTP {answer.status})"
    if answer.status == 206:
        return "a part of the page (HTTP 206)"
    if not 200 <= answer.status < 300:
        return f"a redirect that leads nowhere (HTTP {answer.status})"
    return ""


def _why_pdf(found: Extract) -> str:
    if found.trouble:
        return found.trouble
    if not found.pages:
        return "an empty PDF"
    if is_garbled(found.main):
        return "a PDF whose fonts do not say which letters they show"
    letters = sum(char.isalpha() for char in found.main)
    if not letters:
        return "a scan without text, or an empty PDF"
    if letters < 20 * found.pages and found.bare * 2 > found.pages:
        return "a scan without usable text"
    return "a form that only some programs show" if len(found.main) <= _SHORT and excuse(found.main) else ""


def _why_text(found: Extract) -> str:
    if not found.text.strip():
        return "an empty text"
    return "an error page, or no text" if is_unreadable(found.text) else ""


def _why_html(answer: Fetched, found: Extract) -> str:
    """The first of the signs that a page shows, the surest first."""
    signs = (_elsewhere, _moved, _titled, _login, _consent, _excuse, _shell)
    return next((why for sign in signs if (why := sign(answer, found))), "")


def _elsewhere(answer: Fetched, found: Extract) -> str:
    """Frames, and pages that only lead on."""
    markup = found.markup
    frames = [urljoin(answer.final, html.unescape(src)) for src in _FRAME.findall(markup)[:4]]
    if _FRAMESET.search(markup):
        return f"a page of frames, whose words are elsewhere: {', '.join(frames) or 'nowhere'}"
    leads = _leads_on(answer, markup) if len(found.main) <= _SHORT else ""
    if leads:
        return f"a page that only leads on to {leads}"
    if len(found.main) <= 2 * _FEW and _LED_BY_SCRIPT.search(markup):
        return "a page that only leads on, by a script"
    if frames and len(found.main.strip()) <= _FEW and not excuse(found.main):
        return f"a page whose words are in a frame: {frames[0]}"
    return ""


def _leads_on(answer: Fetched, markup: str) -> str:
    """Where a page sends its readers at once; empty where it does not."""
    for meta in _META.findall(markup):
        leads = _LEADS.search(meta) if _REFRESH.search(meta) else None
        target = urljoin(answer.final, html.unescape(leads[2])) if leads else answer.final
        if leads and int(leads[1][:9]) <= _AT_ONCE and target != answer.final:
            return target
    return ""


def _titles(markup: str, element: re.Pattern[str]) -> Iterator[str]:
    """What the titles or headings of a page say: the whole of each, and its parts."""
    for found in element.findall(markup):
        told = " ".join(html.unescape(_TAG.sub(" ", found)).split())
        yield told
        yield from _PARTED.split(told)


def _moved(answer: Fetched, found: Extract) -> str:
    """What a redirect led to, where its address tells."""
    if not answer.redirects:
        return ""
    asked, came = urlsplit(answer.url), urlsplit(answer.final)
    same = asked.netloc + asked.path == came.netloc + came.path
    if _LOGIN_PATH.search(came.path) and not _LOGIN_PATH.search(asked.path):
        return _LOGIN
    if not same and (_CONSENT_HOST.search(came.netloc) or _CONSENT_PATH.search(came.path)):
        return _CONSENT
    if came.path in {"", "/"} and not came.query and len(asked.path) > 1:
        return "the site's front page, and not the page asked for"
    if len(found.main) <= _SHORT and re.search(r"/(?:404|error|not-?found)\b", came.path):
        return _ERROR
    return ""


def _titled(_: Fetched, found: Extract) -> str:
    """What a page calls itself. A page whose one heading says that it is not found is not, however long its menus."""
    headings = [
        " ".join(html.unescape(_TAG.sub(" ", told)).split()) for told in _HEADING.findall(found.markup)
    ]
    if len(headings) == 1 and len(headings[0]) > 3 and _ERROR_TITLE.fullmatch(headings[0].rstrip(".! ")):
        return _ERROR
    if len(found.main) > _SHORT and len(found.text) > 2 * _SHORT:
        return ""
    told = [*_titles(found.markup, _TITLE), *_titles(found.markup, _HEADING)]
    if any(_ROBOT_TITLE.fullmatch(title) for title in told):
        return _NAMES["robot"]
    if any(_ERROR_TITLE.fullmatch(title.rstrip(".! ")) for title in told):
        return _ERROR
    return ""


def _login(_: Fetched, found: Extract) -> str:
    main = found.main
    if len(main) <= _FEW and _PASSWORD.search(found.markup) and not _speaks(main):
        return _LOGIN
    if len(main) > _SHORT or not _FIELD.search(found.markup):
        return ""
    told = (*_titles(found.markup, _TITLE), *_titles(found.markup, _HEADING))
    return _LOGIN if any(_LOGIN_TITLE.fullmatch(title) for title in told) else ""


def _speaks(main: str) -> bool:
    """Whether a text of a few words has a sentence of its own: a verbless row of labels has no full stop inside."""
    return any(
        len(main[start:end].split()) >= 8 and main[start:end].rstrip().endswith((".", "。", "!", "?"))
        for start, end in sentences(main)
        if not excuse(main[start:end])
    )


def _consent(_: Fetched, found: Extract) -> str:
    main = found.main
    words = len(main.split())
    told = len(_CONSENT_WORD.findall(main))
    if told >= 3 and any(_CONSENT_TITLE.search(title) for title in _titles(found.markup, _TITLE)):
        return _CONSENT
    if not _CONSENT_BUTTON.search(found.text) or len(main) > _LONGEST_WALL:
        return ""
    dense = told >= 8 and told * 12 > words
    return _CONSENT if dense or (told >= 3 and _share_of_consent(main) > 0.6) else ""


def _share_of_consent(main: str) -> float:
    """The share of a text's letters in sentences and labels that speak of consent."""
    pieces = [main[start:end] for start, end in sentences(main)]
    asking = sum(len(piece) for piece in pieces if _CONSENT_WORD.search(piece))
    return asking / max(1, sum(map(len, pieces)))


def _excuse(_: Fetched, found: Extract) -> str:
    """What a short page says instead of the source's words, by the best name for it."""
    main = _own_words(found.main)
    if len(main) > _SHORT:
        return ""
    said = excuse(main) or (excuse(found.text) if len(found.text) < len(main) + _FEW else None)
    if said is not None:
        return _NAMES[said]
    if is_garbled(found.text):
        return "bytes that are no text"
    return _named(main, found.markup) if is_unreadable(main) else ""


def _named(main: str, markup: str) -> str:
    """What words that judging would not take for a source's are most likely."""
    if not main and _SCRIPT.search(markup):
        return _SCRIPTED
    if _PASSWORD.search(markup) or re.search(r"(?:sign|log) in\b", main, re.IGNORECASE):
        return _LOGIN
    if len(_CONSENT_WORD.findall(main)) >= 2:
        return _CONSENT
    return _ERROR if main else "an empty page"


def _own_words(main: str) -> str:
    """A text without the banner that asks for consent above or below it, if more than that is left."""
    pieces = [main[start:end] for start, end in sentences(main)]
    own = " ".join(piece for piece in pieces if not _CONSENT_WORD.search(piece))
    return own if len(own.split()) >= 12 and _CONSENT_BUTTON.search(main) else main


def _shell(_: Fetched, found: Extract) -> str:
    """A page that runs scripts and has all but nothing to read."""
    text = found.text.strip()
    bare = len(text) <= _FEW and (len(text.split()) < 12 or "loading" in text.lower())
    empty = len(found.main) <= 2 * _FEW and _MOUNT.search(found.markup) and not _speaks(found.main)
    if (bare or empty) and _SCRIPT.search(found.markup):
        return _SCRIPTED
    return "" if any(char.isalnum() for char in text) else "an empty page"
