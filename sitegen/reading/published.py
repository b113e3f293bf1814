"""`claims.json` of a built site, read back: what two states of a site are compared by."""

import msgspec


class Publication(msgspec.Struct, frozen=True):
    """Where a claim was made."""

    title: str | None = None
    url: str | None = None
    archive: str | None = None


class Saying(msgspec.Struct, frozen=True):
    """When and where a claim was made; `on` is a day as ISO 8601."""

    on: str | None = None
    at: Publication | None = None
    seed: str | None = None
    quote: str | None = None


class Speaker(msgspec.Struct, frozen=True):
    """Who made a claim."""

    name: str
    role: str | None = None
    url: str | None = None


class Look(msgspec.Struct, frozen=True):
    """Who looked, and when; `on` is a day as ISO 8601."""

    on: str
    by: str | None = None


class Proof(msgspec.Struct, frozen=True):
    """One piece of evidence, with the state of its quotation."""

    source: str
    stance: str
    state: str
    title: str | None = None
    url: str | None = None
    kind: str | None = None
    origin: str | None = None
    direct: bool = True
    quote: str | None = None
    at: str | None = None
    coverage: str | None = None


class Words(msgspec.Struct, frozen=True):
    """Where a claim stands; of its place, only what a reader would notice: positions move with every edit."""

    state: str
    exact: str | None = None


class Published(msgspec.Struct, frozen=True):
    """A claim as a built site publishes it. Fields that a later version adds are passed over."""

    article: str
    id: str
    claim: str
    anchor: Words
    verdict: str
    url: str = ""
    rating: int | None = None
    because: str | None = None
    claimant: Speaker | None = None
    said: Saying | None = None
    checked: Look | None = None
    reviewed: Look | None = None
    stale: bool = False
    evidence: tuple[Proof, ...] = ()

    @property
    def name(self) -> str:
        """What the site knows the claim by: `article#id`."""
        return f"{self.article}#{self.id}"


def read_published(content: bytes) -> tuple[Published, ...]:
    """The claims of a `claims.json`, in its order; raises `ValueError` that says what is wrong with it."""
    try:
        claims = msgspec.json.decode(content, type=tuple[Published, ...])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error
    seen: set[str] = set()
    for claim in claims:
        if claim.name in seen:
            raise ValueError(f'it lists "{claim.name}" twice')
        seen.add(claim.name)
    return claims
