"""Content types and cache headers, by a file's name."""

import mimetypes
import re
from dataclasses import dataclass

YEAR = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300, must-revalidate"
MEDIUM = "public, max-age=86400"
"""Files whose name holds their hash never change; pages, feeds and records change at each build; pictures seldom do."""

_HASHED = re.compile(r"(?:^|/)assets/(?:.*/)?[^/]+\.[0-9a-f]{10,64}\.[A-Za-z0-9]+$")
_PAGES = frozenset({".html", ".xml", ".json", ".jsonld", ".txt", ".webmanifest", ""})

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".svg": "image/svg+xml",
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".ico": "image/vnd.microsoft.icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".epub": "application/epub+zip",
    ".pdf": "application/pdf",
}
"""Types that a site is made of. What a machine's own tables say of these differs from one to the next."""

_FEEDS = {"feed.xml": "application/atom+xml; charset=utf-8", "feed.json": "application/feed+json"}
_TEXTS = (
    "text/", "application/json", "application/ld+json", "application/xml", "application/atom+xml",
    "application/feed+json", "application/manifest+json", "image/svg+xml",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Headers:
    """What a server should say of a file."""

    content_type: str
    cache_control: str
    encoding: str = ""
    """How the bytes are compressed at the target, if they are."""

    @property
    def tag(self) -> str:
        """One word for all, for the manifest: another tag means that the headers must be set anew."""
        return " | ".join(part for part in (self.content_type, self.cache_control, self.encoding) if part)

    @property
    def is_text(self) -> bool:
        """Whether the file is worth compressing."""
        return self.content_type.startswith(_TEXTS)


def headers_of(path: str) -> Headers:
    """The headers of the file at a path below the site's root."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    ending = name[dot:].lower() if dot > 0 else ""
    content_type = _FEEDS.get(name) or _TYPES.get(ending) or _guessed(name)
    if _HASHED.search(path):
        return Headers(content_type, YEAR)
    return Headers(content_type, SHORT if ending in _PAGES else MEDIUM)


_table = mimetypes.MimeTypes()


def _guessed(name: str) -> str:
    # Python's own table, without the machine's: the same headers everywhere.
    guessed, encoding = _table.guess_type(name)
    return "application/octet-stream" if guessed is None or encoding is not None else guessed
