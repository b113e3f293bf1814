"""Records for machines: `claims.json`, Web Annotations, and the JSON-LD inside pages."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from markupsafe import Markup

from sitegen.judging.verdicts import UNCHECKED
from sitegen.model.findings import Anchoring, QuoteCheck, Verdict
from sitegen.model.records import Check, Claim, Evidence, Person, Said, Settings, Source
from sitegen.model.site import Card

Json = dict[str, object]


def json_text(value: object) -> str:
    """A value as JSON, one way only, so that equal values give equal bytes."""
    return msgspec.json.encode(value).decode()


def json_in_page(value: object) -> Markup:
    """JSON that can stand inside a script element: no `</` and no comment can end it."""
    text = json_text(value).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return Markup(text)  # noqa: S704 - every character that HTML minds was replaced


# --- claims.json


def claim_record(
    claim: Claim,
    found: Anchoring,
    checks: Sequence[QuoteCheck],
    sources: Mapping[str, Source],
    of: tuple[str, str, Verdict, bool],
) -> Json:
    """A claim's entry in `claims.json`; `of` is its article, its address, its verdict, and whether it is stale."""
    article, url, verdict, stale = of
    return {
        "article": article,
        "url": f"{url}#c-{claim.id}",
        "id": claim.id,
        "claim": claim.statement,
        "anchor": {
            "exact": found.exact,
            "prefix": found.prefix,
            "suffix": found.suffix,
            "start": found.start,
            "end": found.end,
            "state": found.state,
            "score": found.score,
        },
        "claimant": None
        if claim.claimant is None
        else {
            "name": claim.claimant.name,
            "role": claim.claimant.role or None,
            "url": claim.claimant.url or None,
        },
        "said": _said_record(claim.said),
        "verdict": claim.verdict,
        "rating": verdict.rating,
        "because": claim.because or None,
        "checked": _check_record(claim.checked),
        "reviewed": _check_record(claim.reviewed),
        "stale": stale,
        "evidence": [
            _evidence_record(evidence, check, sources.get(evidence.source))
            for evidence, check in zip(claim.evidence, checks, strict=True)
        ],
    }


def _said_record(said: Said | None) -> Json | None:
    if said is None:
        return None
    where = said.at_
    at = (
        None
        if where is None
        else {"title": where.title or None, "url": where.url or None, "archive": where.archive or None}
    )
    return {
        "on": said.on.isoformat() if said.on is not None else None,
        "at": at,
        "seed": said.seed or None,
        "quote": said.quote or None,
    }


def _check_record(check: Check | None) -> Json | None:
    return None if check is None else {"on": check.on.isoformat(), "by": check.by or None}


def _evidence_record(evidence: Evidence, check: QuoteCheck, source: Source | None) -> Json:
    return {
        "source": evidence.source,
        "title": source.title if source is not None else None,
        "url": (source.url or None) if source is not None else None,
        "kind": source.kind if source is not None else None,
        "origin": source.source_origin if source is not None else None,
        "stance": evidence.stance,
        "direct": evidence.direct,
        "quote": evidence.quote or None,
        "at": evidence.at_ or None,
        "state": check.state,
        "coverage": source.snapshot.coverage if source is not None and source.snapshot is not None else None,
    }


# --- W3C Web Annotations


def annotation_collection(url: str, title: str, items: Sequence[Json]) -> bytes:
    """An article's annotations as an AnnotationCollection of one page."""
    address = f"{url}annotations.jsonld"
    collection = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": address,
        "type": "AnnotationCollection",
        "label": title,
        "total": len(items),
        "first": {"id": f"{address}#page", "type": "AnnotationPage", "startIndex": 0, "items": items},
    }
    return (json_text(collection) + "\n").encode()


def annotation(url: str, fragment: str, found: Anchoring, motivation: str, bodies: Iterable[Json]) -> Json:
    """One annotation of a stretch of an article's canonical text."""
    return {
        "id": f"{url}#{fragment}",
        "type": "Annotation",
        "motivation": motivation,
        "body": list(bodies),
        "target": {
            "source": url,
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": found.exact,
                    "prefix": found.prefix,
                    "suffix": found.suffix,
                },
                {"type": "TextPositionSelector", "start": found.start, "end": found.end},
            ],
        },
    }


def text_body(value: str, purpose: str, form: str = "text/plain") -> Json:
    """A body that holds its text."""
    return {"type": "TextualBody", "value": value, "format": form, "purpose": purpose}


def evidence_body(evidence: Evidence, source: Source) -> Json:
    """A body that points to a passage of a source, with the archived copy as a TimeState."""
    body: Json = {"type": "SpecificResource", "source": source.url or source.id, "purpose": "linking"}
    if evidence.quote:
        body["selector"] = {"type": "TextQuoteSelector", "exact": evidence.quote}
    if source.archive is not None:
        state: Json = {"type": "TimeState", "cached": source.archive.url}
        if source.archive.on is not None:
            state["sourceDate"] = f"{source.archive.on.isoformat()}T00:00:00Z"
        body["state"] = state
    return body


def claim_bodies(claim: Claim, verdict: Verdict, sources: Mapping[str, Source]) -> list[Json]:
    """What a claim's annotation says: the verdict, the reason, the note, and the evidence."""
    bodies = [text_body(verdict.label, "classifying")]
    bodies += [text_body(claim.because, "assessing")] if claim.because else []
    bodies += [text_body(claim.note, "commenting", "text/markdown")] if claim.note else []
    known = ((evidence, sources.get(evidence.source)) for evidence in claim.evidence)
    return bodies + [evidence_body(evidence, source) for evidence, source in known if source is not None]


# --- JSON-LD inside pages


def article_jsonld(
    card: Card,
    of: tuple[str, str],
    settings: Settings,
    claims: Iterable[tuple[Claim, Verdict]],
    cited: Iterable[Source],
) -> Markup:
    """An article and its claim reviews; `of` is its address and its language.

    Only claims of others are reviewed, and only ones that were checked.
    """
    url, language = of
    authors = card.authors or ((settings.author,) if settings.author is not None else ())
    article: Json = {
        "@type": "Article",
        "@id": f"{url}#article",
        "headline": card.title,
        "url": url,
        "mainEntityOfPage": url,
        "inLanguage": language,
        "publisher": _publisher(settings),
    }
    if card.summary:
        article["description"] = card.summary
    if card.date is not None:
        article["datePublished"] = card.date.isoformat()
        article["dateModified"] = (card.updated or card.date).isoformat()
    if authors:
        article["author"] = [_person(author) for author in authors]
    citations = [_citation(source) for source in cited]
    if citations:
        article["citation"] = citations
    reviews = [
        _claim_review(claim, verdict, url, settings)
        for claim, verdict in claims
        if claim.claimant is not None and verdict.id != UNCHECKED
    ]
    return json_in_page({"@context": "https://schema.org", "@graph": [article, *reviews]})


def site_jsonld(settings: Settings) -> Markup:
    """The site, for the home page."""
    site = {
        "@type": "WebSite",
        "name": settings.title,
        "url": settings.base_url,
        "inLanguage": settings.language,
    }
    return json_in_page({"@context": "https://schema.org", **site, "publisher": _publisher(settings)})


def _person(person: Person) -> Json:
    return {"@type": "Person", "name": person.name, **({"url": person.url} if person.url else {})}


def _publisher(settings: Settings) -> Json:
    return {"@type": "Organization", "name": settings.title, "url": settings.base_url}


def _citation(source: Source) -> Json:
    work: Json = {"@type": "CreativeWork", "name": source.title}
    if source.url:
        work["url"] = source.url
    if source.publisher:
        work["publisher"] = {"@type": "Organization", "name": source.publisher}
    if source.issued is not None:
        work["datePublished"] = source.issued.text
    return work


def _claim_review(claim: Claim, verdict: Verdict, url: str, settings: Settings) -> Json:
    rating: Json = {"@type": "Rating", "alternateName": verdict.label}
    if verdict.rating is not None:
        rating |= {"ratingValue": verdict.rating, "bestRating": 5, "worstRating": 1}
    claimant = claim.claimant
    reviewed: Json = {"@type": "Claim", "name": claim.statement}
    if claimant is not None:
        reviewed["author"] = {
            "@type": "Thing",
            "name": claimant.name,
            **({"url": claimant.url} if claimant.url else {}),
        }
    if claim.said is not None:
        if claim.said.on is not None:
            reviewed["datePublished"] = claim.said.on.isoformat()
        if claim.said.at_ is not None and claim.said.at_.url:
            reviewed["appearance"] = {"@type": "CreativeWork", "url": claim.said.at_.url}
    review: Json = {
        "@type": "ClaimReview",
        "@id": f"{url}#c-{claim.id}",
        "url": f"{url}#c-{claim.id}",
        "claimReviewed": claim.statement,
        "itemReviewed": reviewed,
        "author": _publisher(settings),
        "reviewRating": rating,
    }
    if claim.checked is not None:
        review["datePublished"] = claim.checked.on.isoformat()
    if claim.because:
        review["reviewBody"] = claim.because
    return review
