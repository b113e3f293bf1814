"""Files of the site as a browser gets them: by address, with the preview's own parts put into pages."""

import mimetypes
import re
from dataclasses import dataclass
from hashlib import blake2b
from html import escape
from pathlib import Path, PurePosixPath

from sitegen.preview.session import Session

OWN = "/_sitegen/"
"""Where the preview's own files are: no page of a site can have this address."""

MISSING = "404.html"

_NOTHING_YET = b"<!doctype html><html lang=en><head><title>sitegen</title></head><body></body></html>"
"""Stands in before anything could be built: it shows the problems, and waits for the first page."""

_HEAD = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*(?:<!doctype[^>]*>\s*)?(?:<html(?:\s[^>]*)?>\s*)?(?:<head(?:\s[^>]*)?>)?",
    re.IGNORECASE | re.DOTALL,
)
_HASHED = re.compile(r"^assets/.+\.[0-9a-f]{8,}\.(?!html?$)\w+$")
_BODY = re.compile(rb"<body[\s>]", re.IGNORECASE)

_KINDS = {
    ".jsonld": "application/ld+json",
    ".xml": "application/xml",
    ".woff2": "font/woff2",
    ".js": "text/javascript",
}


@dataclass(frozen=True)
class Shown:
    """What an address shows: a page or file, or a page that says there is none (404).

    `state` tells this content from any other, and from that of other runs: a part for the head, a part for the body.
    """

    name: str
    content: bytes
    status: int
    file: Path | None = None
    state: str = ""

    @property
    def kind(self) -> str:
        """The media type."""
        return media_type(self.name)


class Serving:
    """Answers addresses from a session."""

    def __init__(self, session: Session, token: str) -> None:
        self.session = session
        self.token = token

    def name_of(self, address: str) -> str:
        """The file of the output behind an address: `/tides/` is `tides/index.html`."""
        path = address.lstrip("/")
        return f"{path}index.html" if not path or path.endswith("/") else path

    def redirection(self, address: str) -> str | None:
        """Where to go from an address that lacks its last slash."""
        path = address.strip("/")
        bare = is_plain(path) and not address.endswith("/") and self.session.page(path) is None
        return f"/{path}/" if bare and self.session.page(f"{path}/index.html") else None

    def shown(self, address: str) -> Shown:
        """What an address shows now."""
        name = self.name_of(address)
        served = self.session.page(name) if is_plain(name) else None
        if served is not None and served.file is not None:
            inside = served.file.resolve().is_relative_to(self.session.root.resolve())
            return Shown(name, b"", 200 if inside and served.file.is_file() else 404, served.file)
        if served is not None and not media_type(name).startswith("text/html"):
            return Shown(name, served.content, 200)
        missing = self.session.page(MISSING) if served is None else None
        content = served.content if served else missing.content if missing else _NOTHING_YET
        return self._page(name if served else MISSING, content, 200 if served else 404)

    def empty(self) -> bytes:
        """A page with nothing on it but the preview's own part: it waits for a better one."""
        return self._page(MISSING, _NOTHING_YET, 500).content

    def _page(self, name: str, content: bytes, status: int) -> Shown:
        body = _BODY.search(content)
        cut = body.start() if body else len(content)
        parts = (content[:cut], content[cut:])
        # The token is the key: pages of an earlier run are told from this one's, for their own token is void.
        state = ".".join(blake2b(part, digest_size=8, key=self.token.encode()).hexdigest() for part in parts)
        found = _HEAD.match(content)
        at = found.end() if found else 0
        return Shown(name, content[:at] + self._own(state) + content[at:], status, state=state)

    def _own(self, state: str) -> bytes:
        """The preview's part of a page. It comes first, so as to see what the page's own scripts do."""
        return (
            f'<meta name="sitegen-token" content="{escape(self.token)}"><meta name="sitegen-page" content="{state}">'
            f'<link rel="stylesheet" href="{OWN}preview.css"><script src="{OWN}idiomorph.min.js" defer></script>'
            f'<script type="module" src="{OWN}preview.js"></script>'
        ).encode()


def is_plain(path: str) -> bool:
    """Whether a path has nothing in it that could lead out of a folder."""
    return not any(part in {"", ".", ".."} for part in path.split("/")) and not re.search(r"[\0\\]", path)


def is_lasting(name: str) -> bool:
    """Whether a file has its content's hash in its name, and so never changes; anything else may at any moment."""
    return _HASHED.match(name) is not None


def media_type(name: str) -> str:
    """The media type of a file by its name, with the encoding of texts."""
    suffix = PurePosixPath(name).suffix
    kind = _KINDS.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
