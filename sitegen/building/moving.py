"""An article's move worked out: which files go where, and what must be written anew so that nothing breaks."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from sitegen.building.articles import drafts
from sitegen.building.entries import Sign
from sitegen.building.files import Files, MemoryFiles
from sitegen.building.holdings import CONTENT, ArticleFiles
from sitegen.building.moving_aliases import with_alias
from sitegen.building.moving_html import Streets, mended, with_addresses
from sitegen.building.plan import address_of
from sitegen.model.places import Place
from sitegen.model.site import Draft, Face, Link
from sitegen.reading.article import read_manuscript


@dataclass(frozen=True)
class Move:
    """What is to be done: `renamed` maps old names to new ones, `written` has new contents by new name.

    `left` are the links that still lead to the old place, with what is written there.
    """

    renamed: Mapping[str, str]
    written: Mapping[str, bytes]
    left: tuple[tuple[Place, str], ...]


def plan_move(
    files: Files, articles: Iterable[ArticleFiles], face: Face, renamed: Mapping[str, str], base: str = "/"
) -> Move:
    """Work out the renaming of some files, by name: former addresses become aliases, links are mended.

    `base` is the path that the site is published under: links in raw HTML may begin with it.
    """
    articles = tuple(articles)
    routes = {old.removeprefix(CONTENT): new.removeprefix(CONTENT) for old, new in renamed.items()}
    before = tuple(drafts(files, articles, face))
    pages = _addresses(before, routes)
    streets = Streets(pages, {old: new for old, new in routes.items() if not old.endswith(".md")}, base)
    written: dict[str, bytes] = {}
    for article, made in zip(articles, before, strict=True):
        new_file = renamed.get(article.file, article.file)
        folder = posixpath.dirname(new_file.removeprefix(CONTENT))
        mends = {
            link.written: new
            for link in made.links
            if (new := _mended(link, made.article, folder, routes, pages)) and new != link.written
        }
        for name in filter(None, (article.file, article.sidecar)):
            content = files.read(name)
            after = _with_links(content, mends)
            old = address_of(_sign(made, made.article))
            after = _with_html(
                after, face, (old, pages.get(old, old)), streets, is_article=name == article.file
            )
            if name == article.file and pages.get(old) is not None and old:
                after = with_alias(after, made.front, old, pages[old])
            if after != content:
                written[renamed.get(name, name)] = after
    return Move(renamed, written, tuple(_left(files, articles, face, renamed, written, routes)))


def _addresses(before: Iterable[Draft], routes: Mapping[str, str]) -> dict[str, str]:
    """Old and new address of each article that moves, where they differ."""
    pages = {}
    for made in before:
        if f"{made.article}.md" in routes:
            new = routes[f"{made.article}.md"].removesuffix(".md")
            old_address, address = (address_of(_sign(made, name)) for name in (made.article, new))
            if old_address != address:
                pages[old_address] = address
    return pages


def _sign(made: Draft, article: str) -> Sign:
    return Sign(article, made.file, made.title, "", made.front, (), (), unread=False)


def _mended(
    link: Link, article: str, folder: str, routes: Mapping[str, str], pages: Mapping[str, str]
) -> str | None:
    """A link as it must be written from an article that stands in `folder` now; None where it leads on as it is."""
    target = routes.get(link.path) or pages.get(link.path) or pages.get(f"{link.path}/")
    from_root = link.written.startswith("/")
    if target is None:
        if from_root or posixpath.dirname(article) == folder or not link.path:
            return None
        target = link.path
    written, mark, rest = link.written, "", ""
    found = re.search(r"[?#]", written)
    if found:
        mark, rest = found[0], written[found.end() :]
    path = "/" + target if from_root else posixpath.relpath(target, folder or ".")
    if not from_root and target.endswith("/"):
        path += "/"
    encoded = quote(path) if unquote(written) != written else path
    return f"{encoded}{mark}{rest}"


def _with_links(content: bytes, mends: Mapping[str, str]) -> bytes:
    """A file with its links written anew, wherever Markdown or the front matter's `image:` holds them."""
    if not mends:
        return content
    text = content.decode("utf-8")
    for old, new in mends.items():
        forms = {old, unquote(old)}
        either = "|".join(re.escape(form) for form in sorted(forms))
        text = re.sub(
            rf"(?P<head>\]\(\s*<?|^\s*\[[^\]\n]+\]:\s*<?|^image:\s*[\"']?)(?:{either})(?=[)\s>\"']|\Z)",
            lambda match, new=new: match["head"] + new,  # type: ignore[misc]  # mypy infers no type for the default
            text,
            flags=re.MULTILINE,
        )
    return text.encode()


def _with_html(
    content: bytes, face: Face, addresses: tuple[str, str], streets: Streets, *, is_article: bool
) -> bytes:
    """A file with the links of its raw HTML written anew; `addresses` are the page's old and new ones."""
    if b"<" not in content:
        return content
    text = content.decode("utf-8")
    if not is_article:
        return mended(text, *addresses, streets).encode()
    body = read_manuscript(content, "", "")[0].body
    after = with_addresses(body, face.markdown, *addresses, streets)
    return (text.removesuffix(body) + after).encode() if text.endswith(body) else content


def _left(
    files: Files,
    articles: Iterable[ArticleFiles],
    face: Face,
    renamed: Mapping[str, str],
    written: Mapping[str, bytes],
    routes: Mapping[str, str],
) -> Iterator[tuple[Place, str]]:
    """The links that, once all is done, still name a file that moved."""
    after: dict[str, bytes] = {}
    again = []
    for article in articles:
        names = [renamed.get(name, name) for name in (article.file, article.sidecar)]
        for old, new in zip((article.file, article.sidecar), names, strict=True):
            if old:
                after[new] = written.get(new) or files.read(old)
        again.append(ArticleFiles(names[0].removeprefix(CONTENT).removesuffix(".md"), *names))
    for made in drafts(MemoryFiles(after), again, face):
        yield from ((link.place, link.written) for link in made.links if link.path in routes)
