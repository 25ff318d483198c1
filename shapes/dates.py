"""What the rules on dates compare, derived from EDTF strings for validation only.

Situations have their bounds in the graph. A claim has none there, since a bound belongs to what
happened and not to what is said of it; and the bounds of an interval do not say how early it may
have ended. So the rules get both from here, as properties of the shapes' own vocabulary.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from rdflib import XSD, Graph, Literal, URIRef
from rdflib.term import Node

from ontology import DIP, SHAPES


class Bounds(Protocol):
    """The first and last second of a date as ``xsd:dateTime``; an open end is None."""

    @property
    def not_before(self) -> str | None: ...
    @property
    def not_after(self) -> str | None: ...


def compared(
    data: Graph, bounds: Callable[[str], Bounds]
) -> Iterator[tuple[Node, URIRef, Literal]]:
    """The bounds of what claims state, and the latest start and earliest end of intervals.

    `bounds` gives those of one EDTF date and raises ValueError for what is none, which then has
    no triples here: that it is no date is a finding of its own.
    """
    for claim, date in data.subject_objects(DIP.statedDate):
        first, last = _bounds(str(date), bounds)
        yield from _instant(claim, SHAPES.statedNotBefore, first)
        yield from _instant(claim, SHAPES.statedNotAfter, last)
    for situation, date in data.subject_objects(DIP.date):
        start, slash, end = str(date).partition("/")
        if slash:
            yield from _instant(situation, SHAPES.latestStart, _bounds(start, bounds)[1])
            yield from _instant(situation, SHAPES.earliestEnd, _bounds(end, bounds)[0])


def _bounds(date: str, bounds: Callable[[str], Bounds]) -> tuple[str | None, str | None]:
    try:
        found = bounds(date)
    except ValueError:
        return None, None
    return found.not_before, found.not_after


def _instant(
    subject: Node, predicate: URIRef, value: str | None
) -> Iterator[tuple[Node, URIRef, Literal]]:
    if value is not None:
        yield subject, predicate, Literal(value, datatype=XSD.dateTime)
