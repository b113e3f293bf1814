"""Paths below the site's root, and the addresses that lead to them."""

import functools
import re
from urllib.parse import quote


@functools.lru_cache(maxsize=16_384)
def address(path: str) -> str:
    """A path as an address: percent-encoded where an address demands it, `/` kept."""
    return quote(path, safe="/-._~!$&'()*+,;=:@")


def source_path(key: str) -> str:
    """The path of a source's page. `key` is its id; for one of an article's own, the article and its id."""
    return f"sources/{key}/"


def root_of(path: str) -> str:
    """The way from a page's address to the site's root: right under any subpath, and from disk."""
    return "../" * path.count("/") or "./"


@functools.cache
def slug(words: str) -> str:
    """Words as part of an address: lower case, letters and digits of any script, hyphens."""
    return re.sub(r"[^\w+#]+", "-", words.casefold()).strip("-_") or "tag"


def tag_path(tag: str) -> str:
    """The path of a tag's listing."""
    return f"tags/{slug(tag)}/"
