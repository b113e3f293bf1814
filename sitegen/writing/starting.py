"""The first files of a new article: empty ones to fill in, or claims proposed from a text under examination."""

import json
import re
from collections.abc import Iterable

from sitegen.judging.folding import fold
from sitegen.judging.sentences import checkable, sentences
from sitegen.writing.addresses import slug

_EXAMPLE = """\
# claims:
#   my-first-claim:                  # the id: a permalink
#     anchor: the very words in the article
#     verdict: unchecked
#     because: One plain sentence that a reader sees first.
#     evidence:
#       - source: some-source        # content/sources/some-source.yaml
#         stance: supports           # supports | refutes | context
#         quote: the source's own words
# notes:
#   what-it-means:
#     anchor: other words in the article
#     kind: definition               # context | definition | aside | question | correction
#     note: Markdown.
"""


def new_article(title: str) -> str:
    """An article's file with a title and nothing else. It is a draft until its author says otherwise."""
    return f"---\ntitle: {_quoted(title)}\nsummary: \ndraft: true\n---\n\n"


def new_sidecar(schema: str) -> str:
    """A sidecar that shows what can stand in it; `schema` is the way to its JSON Schema."""
    return f"# yaml-language-server: $schema={schema}\n{_EXAMPLE}"


def proposed_article(title: str, seed: str, text: str) -> tuple[str, str]:
    """The body of an article that quotes each checkable sentence of a text, and the sidecar's claims on them.

    A sentence that stands in the text twice is proposed once.
    """
    found = list(dict.fromkeys(_checkable_sentences(text)))
    ids = claim_ids(words for words, _ in found)
    quotes = "\n\n".join(f"> {_as_markdown(words)}" for words, _ in found)
    body = (
        f"{new_article(title)}The sentences below were taken from the text under examination because they can be checked.\n"
        f"Keep those that matter, put them into your own words, and move their anchors along.\n\n{quotes}\n"
    )
    claims = "\n".join(
        f"  {identifier}:  # {', '.join(reasons)}\n"
        f"    anchor: {_quoted(words)}\n"
        f"    said: {{seed: {seed}, quote: {_quoted(words)}}}\n"
        "    verdict: unchecked"
        for identifier, (words, reasons) in zip(ids, found, strict=True)
    )
    return body, f"claims:\n{claims}\n" if found else _EXAMPLE


def _checkable_sentences(text: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    # Where a line goes on in lower case, the text was wrapped, and its line ends part no sentences.
    for start, end in sentences(text, wrapped=bool(re.search(r"[a-z,;]\n[a-z]", text))):
        words = " ".join(text[start:end].split())
        reasons = checkable(words)
        if reasons:
            yield words, reasons


def claim_ids(sentences_found: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """An id for the claim on each of some sentences, from its first words; none is given twice, nor one that is taken."""
    used = set(taken)
    ids: list[str] = []
    for words in sentences_found:
        plain = re.sub(r"[^a-z0-9]+", "-", slug(" ".join(fold(words).text.split()[:5]))).strip("-") or "claim"
        number = 2
        unique = plain
        while unique in used:
            unique, number = f"{plain}-{number}", number + 1
        used.add(unique)
        ids.append(unique)
    return ids


def _as_markdown(words: str) -> str:
    """Words so escaped that Markdown shows them as they are."""
    escaped = re.sub(r"([\\`*_\[\]<>&$|~^{}])", r"\\\1", words)
    return re.sub(r"^([#+\-=:!]|\d+[.)])", r"\\\1", escaped)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def new_seed(title: str, digest: str, length: int, schema: str) -> str:
    """The record of a document under examination, with what its text alone tells."""
    return (
        f"# yaml-language-server: $schema={schema}\n"
        f"title: {_quoted(title)}\n"
        "author: \npublisher: \nurl: \nissued: \n"
        f"sha256: {digest}\n"
        f"length: {length}\n"
        "language: \nrights: third party; short quotations only\n"
    )
