"""The file `_headers`, from which Netlify and Cloudflare Pages learn what headers to serve files with."""

from sitegen.publishing.headers import YEAR
from sitegen.publishing.tree import Tree, added

HEADERS = "_headers"
RULES = ("_redirects", HEADERS)
"""Files that tell these hosts how to serve the others."""

_FEEDS = ("feed.xml", "feed.json")


def with_headers(tree: Tree) -> Tree:
    """The tree with a `_headers` in it; one that the site brings itself is left as it is."""
    rules = []
    assets = [file for path, file in tree.items() if path.startswith("assets/")]
    if assets and all(file.headers.cache_control == YEAR for file in assets):
        rules.append(f"/assets/*\n  Cache-Control: {YEAR}\n")
    rules += [
        f"/{path}\n  Content-Type: {file.headers.content_type}\n"
        for path, file in tree.items()
        if path in _FEEDS
    ]
    return tree if HEADERS in tree or not rules else added(tree, HEADERS, "".join(rules).encode())
