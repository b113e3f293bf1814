"""Answers that are not the source: what came instead of its words."""

import re
from urllib.parse import urljoin, urlsplit

from sitegen.archiving.client import Fetched
from sitegen.archiving.extraction import Extract
from sitegen.judging.quotes_copies import is_unreadable

_SHORT = 1_500
"""Code points of an article's words up to which a page may be something else that speaks of itself."""

_FEW = 200
"""Code points below which a page that runs scripts, or asks for a password, has shown nothing of its own."""

_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_ERROR_TITLE = re.compile(
    r"^\W*(?:error\W*)?(?:40[0134]|410|429|451|50[0234])\W*(?:$|[-–—|:]|error|not|bad|un|forb|gone|too|serv|gate|intern)|page (?:was )?not found|^\W*(?:not found|access denied|forbidden|oops)\b"
    r"|seite nicht gefunden|page introuvable|página no encontrada|service unavailable|just a moment|attention required",
    re.IGNORECASE,
)
_CONSENT_TITLE = re.compile(
    r"before you continue|bevor sie fortfahren|avant de continuer|cookie consent|your (?:privacy|data|consent)|privacy (?:choices|settings)",
    re.IGNORECASE,
)
_CONSENT_WORD = re.compile(
    r"cookies?|consent|einwilligung|datenschutz|partners?|vendors?|purposes|legitimate interests?|privacy|personal data|accept|akzeptieren|reject|ablehnen",
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
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_FRAMESET = re.compile(r"<frameset\b", re.IGNORECASE)
_FRAME = re.compile(r"<i?frame\b[^>]*\bsrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_REFRESH = re.compile(
    r"<meta\b[^>]*http-equiv\s*=\s*[\"']?refresh[\"']?[^>]*content\s*=\s*[\"']?\s*\d+\s*;\s*url\s*=\s*([^\"'\s>]+)",
    re.IGNORECASE,
)


def why_unreadable(answer: Fetched, found: Extract) -> str:
    """What an answer is instead of the source, in plain words; empty where it seems to be the source."""
    if answer.status >= 400:
        return f"an error page (HTTP {answer.status})"
    if answer.status in {202, 204, 205} and not answer.body:
        return f"nothing (HTTP {answer.status})"
    if answer.status == 304 or 300 <= answer.status < 400:
        return f"a redirect that leads nowhere (HTTP {answer.status})"
    if found.suffix == ".pdf":
        return _why_pdf(found)
    return _why_html(answer, found) if found.suffix == ".html" else _why_text(found)


def _why_pdf(found: Extract) -> str:
    if found.trouble:
        return found.trouble
    if not found.pages:
        return "an empty PDF"
    if any(char.isalnum() for char in found.main):
        letters = sum(char.isalnum() for char in found.main)
        return (
            "a scan without usable text"
            if letters < 20 * found.pages and found.bare * 2 > found.pages
            else ""
        )
    return "a scan without text, or an empty PDF"


def _why_text(found: Extract) -> str:
    if not found.text.strip():
        return "an empty text"
    return "an error page, or no text" if is_unreadable(found.text) else ""


def _why_html(answer: Fetched, found: Extract) -> str:
    """The first of the signs that a page shows, the surest first."""
    signs = (_elsewhere, _moved, _error, _login, _consent, _excuse, _shell)
    return next((why for sign in signs if (why := sign(answer, found))), "")


def _elsewhere(answer: Fetched, found: Extract) -> str:
    """Frames, and pages that only lead on."""
    markup = found.markup
    frames = [urljoin(answer.final, src) for src in _FRAME.findall(markup)[:4]]
    if _FRAMESET.search(markup):
        return f"a page of frames, whose words are elsewhere: {', '.join(frames) or 'nowhere'}"
    if len(found.main) <= _SHORT and (leads := _REFRESH.search(markup)):
        return f"a page that only leads on to {urljoin(answer.final, leads[1])}"
    if frames and len(found.text.strip()) <= _FEW // 4:
        return f"a page whose words are in a frame: {frames[0]}"
    return ""


def _title(markup: str) -> str:
    found = _TITLE.search(markup)
    return " ".join(found[1].split()) if found else ""


def _moved(answer: Fetched, found: Extract) -> str:
    """What a redirect led to, where its address tells."""
    if not answer.redirects:
        return ""
    asked, came = urlsplit(answer.url), urlsplit(answer.final)
    same = asked.netloc + asked.path == came.netloc + came.path
    if _LOGIN_PATH.search(came.path) and not _LOGIN_PATH.search(asked.path):
        return "a login page"
    if not same and (_CONSENT_HOST.search(came.netloc) or _CONSENT_PATH.search(came.path)):
        return "a consent wall"
    if came.path in {"", "/"} and not came.query and len(asked.path) > 1:
        return "the site's front page, and not the page asked for"
    if len(found.main) <= _SHORT and re.search(r"/(?:404|error|not-?found)\b", came.path):
        return "an error page with status 200"
    return ""


def _error(_: Fetched, found: Extract) -> str:
    short = len(found.main) <= _SHORT or len(found.text) <= 2 * _SHORT
    return "an error page with status 200" if short and _ERROR_TITLE.search(_title(found.markup)) else ""


def _login(_: Fetched, found: Extract) -> str:
    return "a login page" if len(found.main) <= _FEW and _PASSWORD.search(found.markup) else ""


def _consent(_: Fetched, found: Extract) -> str:
    words = len(found.main.split())
    told = len(_CONSENT_WORD.findall(found.main))
    dense = words > 0 and told >= 8 and told * 12 > words
    titled = told >= 3 and _CONSENT_TITLE.search(_title(found.markup)) is not None
    return "a consent wall" if dense or titled else ""


def _excuse(_: Fetched, found: Extract) -> str:
    """What judging would not take for a source's text either, by the best name for it."""
    main = found.main
    if len(main) > _SHORT or not is_unreadable(found.text if len(found.text) < len(main) + _FEW else main):
        return ""
    if re.search(r"javascript", main, re.IGNORECASE) or (not main and _SCRIPT.search(found.markup)):
        return "a page whose words only a script would write"
    if _PASSWORD.search(found.markup) or re.search(r"(?:sign|log) in\b", main, re.IGNORECASE):
        return "a login page"
    if len(_CONSENT_WORD.findall(main)) >= 2:
        return "a consent wall"
    return "an error page with status 200" if main else "an empty page"


def _shell(_: Fetched, found: Extract) -> str:
    """A page that runs scripts and has all but nothing to read."""
    bare = len(found.text) <= _FEW and len(found.text.split()) < 12
    if bare and _SCRIPT.search(found.markup):
        return "a page whose words only a script would write"
    return "" if any(char.isalnum() for char in found.text) else "an empty page"
