"""The network: who did what to whom, as plain facts between states, people and treaties."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template

from ontology import INFERRED, PREFIXES
from server.pages.addresses import page
from server.pages.lookup import Row, labels, select
from server.pages.vocabulary import label
from server.pages.words import local_name

_DIP = PREFIXES["dip"]

KINDS = tuple(
    _DIP + name
    for name in (
        "hadContactWith",
        "recognises",
        "severedRelationsWith",
        "appointedAmbassadorTo",
        "signed",
        "supported",
        "represents",
        "visited",
        "phoned",
        "assassinated",
    )
)
"""The properties drawn: between states first, then what people do."""

pages = Blueprint("network", __name__)


@dataclass(frozen=True)
class Edge:
    """A plain fact, with the years in which its situations may have begun or been."""

    subject: str
    predicate: str
    object: str
    inferred: bool
    both_ways: bool
    """Whether the property is symmetric: then the fact is told once for both directions."""
    years: tuple[tuple[int | None, int | None], ...]
    """First and last possible year of each situation that it follows from; None: not bounded."""

    @property
    def first(self) -> int | None:
        """The earliest year that some situation's date allows; None if none says."""
        return min((first for first, _ in self.years if first is not None), default=None)

    @property
    def last(self) -> int | None:
        """The latest year that some situation's date allows, or the earliest if it is open."""
        known = [last if last is not None else first for first, last in self.years]
        return max((year for year in known if year is not None), default=None)

    @property
    def when(self) -> str:
        """The years in words: ``1979``, ``1979–1980``, ``2012; undated``, ``until 1980``."""
        return "; ".join(sorted({_span(*years) for years in self.years})) or "undated"


_EDGES = """
SELECT ?s ?p ?o ?symmetric (SAMPLE(?graph) AS ?inferred) {
  VALUES ?p { $kinds }
  ?s ?p ?o .
  BIND(EXISTS { ?p a owl:SymmetricProperty } AS ?symmetric)
  OPTIONAL { GRAPH ?graph { ?s ?p ?o } FILTER(?graph = $inferred) }
} GROUP BY ?s ?p ?o ?symmetric
"""

# The situations that a fact follows from, as the property chains of the ontology have them.
_SITUATIONS = """
SELECT DISTINCT ?s ?p ?o ?situation ?from ?to {
  { ?situation dip:caller ?s ; dip:callee ?o BIND(dip:phoned AS ?p) }
  UNION { ?situation dip:visitor ?s ; dip:host ?o BIND(dip:visited AS ?p) }
  UNION { ?situation dip:recogniser ?s ; dip:recognised ?o BIND(dip:recognises AS ?p) }
  UNION { ?situation dip:signatory ?s ; dip:signs ?o BIND(dip:signed AS ?p) }
  UNION { ?situation dip:supporter ?s ; dip:supportee ?o BIND(dip:supported AS ?p) }
  UNION { ?situation dip:assassin ?s ; dip:victim ?o BIND(dip:assassinated AS ?p) }
  UNION {
    ?situation dip:toPost ?post . ?post dip:sendingState ?s ; dip:receivingState ?o
    BIND(dip:appointedAmbassadorTo AS ?p)
  }
  UNION {
    ?situation dip:severs ?relationship .
    ?relationship dip:firstParty|dip:secondParty ?s , ?o . FILTER(?s != ?o)
    BIND(dip:severedRelationsWith AS ?p)
  }
  UNION {
    ?situation dip:holder ?s ; dip:post ?post .
    ?post dip:postOfState|org:postIn/dip:ministryOf ?o
    BIND(dip:represents AS ?p)
  }
  UNION {
    { ?situation dip:caller/dip:represents ?from_ ; dip:callee/dip:represents ?to_ }
    UNION { ?situation dip:visitor/dip:represents ?from_ ; dip:host ?to_ }
    VALUES ?back { true false }
    BIND(IF(?back, ?to_, ?from_) AS ?s) BIND(IF(?back, ?from_, ?to_) AS ?o)
    BIND(dip:hadContactWith AS ?p)
  }
  OPTIONAL { ?situation dip:notBefore ?from }
  OPTIONAL { ?situation dip:notAfter ?to }
}
"""

_CLASSES = """
SELECT ?thing ?class {
  VALUES ?thing { $things } VALUES ?class { dip:State foaf:Person dip:Treaty }
  ?thing a ?class
}
"""


@pages.get("/network")
def network() -> str:
    """The network, ``/network``: a drawing for those with scripts, a table for everyone."""
    found = edges()
    things = {iri for edge in found for iri in (edge.subject, edge.object)}
    names = labels(things)
    years = [year for edge in found for year in (edge.first, edge.last) if year is not None]
    present = {edge.predicate for edge in found}
    return render_template(
        "network.html",
        edges=found,
        kinds=[kind for kind in KINDS if kind in present],
        names=names,
        first=min(years, default=None),
        last=max(years, default=None),
        graph=_graph(found, names),
    )


def edges() -> list[Edge]:
    """Every plain fact of the kinds drawn, in the order of the kinds and of time."""
    dated: dict[tuple[str, str, str], set[tuple[int | None, int | None]]] = defaultdict(set)
    for row in select(_SITUATIONS):
        years = _year(row, "from"), _year(row, "to")
        dated[row["s"].value, row["p"].value, row["o"].value].add(years)
    found = []
    for row in select(_EDGES, kinds=KINDS, inferred=INFERRED):
        s, p, o = row["s"].value, row["p"].value, row["o"].value
        both_ways = row["symmetric"].value == "true"
        if both_ways and s > o:
            continue
        years_ = sorted(dated[s, p, o], key=lambda span: [year or 0 for year in span])
        found.append(Edge(s, p, o, "inferred" in row, both_ways, tuple(years_)))
    return sorted(
        found, key=lambda edge: (KINDS.index(edge.predicate), edge.first or 9999, edge.subject)
    )


def _graph(found: Iterable[Edge], names: dict[str, str]) -> dict[str, list[dict[str, object]]]:
    """What the script draws: nodes with their class and page, edges with their kind."""
    things = {iri for edge in found for iri in (edge.subject, edge.object)}
    classes: dict[str, str] = {}
    for row in select(_CLASSES, things=sorted(things)) if things else []:
        classes[row["thing"].value] = local_name(row["class"].value)
    return {
        "nodes": [
            {
                "id": iri,
                "label": names[iri],
                "class": classes.get(iri, ""),
                "href": page(iri),
            }
            for iri in sorted(things)
        ],
        "edges": [
            {
                "source": edge.subject,
                "target": edge.object,
                "kind": edge.predicate,
                "label": label(edge.predicate),
                "when": edge.when,
                "first": edge.first,
                "last": edge.last,
                "bothWays": edge.both_ways,
            }
            for edge in found
        ],
    }


def _year(row: Row, name: str) -> int | None:
    if name not in row:
        return None
    # An xsd:dateTime: its year may have a sign, and more than four digits.
    year, _, _ = row[name].value.lstrip("-").partition("-")
    return -int(year) if row[name].value.startswith("-") else int(year)


def _span(first: int | None, last: int | None) -> str:
    if first is None:
        return "undated" if last is None else f"until {last}"
    if last is None:
        return f"from {first}"
    return str(first) if first == last else f"{first}–{last}"
