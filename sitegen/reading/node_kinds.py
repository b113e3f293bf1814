"""What YAML is read as: scalars, lists and mappings, each with its place."""

from typing import NamedTuple

from sitegen.model.places import Span


class Scalar(NamedTuple):
    """A scalar's text; `quoted` also for block scalars: then an empty text is a value, not a gap."""

    text: str
    quoted: bool
    span: Span


class Sequence(NamedTuple):
    """A list of nodes."""

    items: "tuple[Node, ...]"
    span: Span


class Mapping(NamedTuple):
    """Pairs of key and value, in the order written."""

    pairs: "tuple[tuple[Scalar, Node], ...]"
    span: Span


Node = Scalar | Sequence | Mapping
