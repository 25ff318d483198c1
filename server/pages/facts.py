"""The facts about a thing: the triples with it as subject or object, and the graphs they are in."""

from collections.abc import Iterable
from dataclasses import dataclass

from ontology import INFERRED, PREFIXES
from server.pages.lookup import Term, select
from server.pages.vocabulary import HELPER, vocabulary

TYPE = PREFIXES["rdf"] + "type"


@dataclass(frozen=True)
class Fact:
    """A triple about a thing, with the named graphs in which it stands."""

    subject: str
    predicate: str
    object: Term
    graphs: tuple[str, ...]

    @property
    def inferred(self) -> bool:
        """Whether only reasoning gives it."""
        return self.graphs == (INFERRED,)


_FACTS = """
SELECT ?s ?p ?o ?g {
  GRAPH ?g {
    { $thing ?p ?o . BIND($thing AS ?s) } UNION { ?s ?p $thing . BIND($thing AS ?o) }
  }
  FILTER(!isBlank(?s) && !isBlank(?o))
}
"""


def facts_of(thing: str) -> tuple[Fact, ...]:
    """The triples with `thing` as subject or object, sorted; without those that have blank nodes.

    Blank nodes have no name that a document could keep: what they say of a thing (lists of
    different individuals, class expressions) stands in the documents of the graphs.
    """
    graphs: dict[tuple[str, str, Term], set[str]] = {}
    for row in select(_FACTS, thing=thing):
        triple = row["s"].value, row["p"].value, row["o"]
        graphs.setdefault(triple, set()).add(row["g"].value)
    return tuple(
        Fact(s, p, o, tuple(sorted(found)))
        for (s, p, o), found in sorted(graphs.items(), key=lambda item: _order(*item[0]))
    )


def _order(subject: str, predicate: str, object_: Term) -> tuple[str, ...]:
    return subject, predicate, object_.value, object_.lang or "", object_.kind


def classes_of(thing: str, facts: Iterable[Fact]) -> frozenset[str]:
    """The classes that the facts give the thing."""
    return frozenset(f.object.value for f in facts if f.subject == thing and f.predicate == TYPE)


def told(thing: str, facts: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    """The facts that a page tells in words: those with the thing as subject, then the others.

    Left out is what the page shows elsewhere (types, names, offsets), inverses that exist only for
    the reasoner, and what a more exact property already says of the same two things.
    """
    kept = [f for f in facts if not _elsewhere(f)]
    said: dict[tuple[str, Term], set[str]] = {}
    for fact in kept:
        said.setdefault((fact.subject, fact.object), set()).add(fact.predicate)
    kept = [
        f
        for f in kept
        if not (f.inferred and _implied(f.predicate, said[(f.subject, f.object)] - {f.predicate}))
    ]
    return [f for f in kept if f.subject == thing], [f for f in kept if f.subject != thing]


def _implied(predicate: str, others: Iterable[str]) -> bool:
    return any(predicate in vocabulary()[other].above for other in others if other in vocabulary())


def _elsewhere(fact: Fact) -> bool:
    word = vocabulary().get(fact.predicate)
    if fact.predicate in _SHOWN_ELSEWHERE or (word is not None and HELPER in word.above):
        return True
    return word is None and fact.predicate.startswith((PREFIXES["owl"], PREFIXES["rdfs"]))


_SHOWN_ELSEWHERE = frozenset(
    (
        TYPE,
        PREFIXES["skos"] + "prefLabel",
        PREFIXES["skos"] + "altLabel",
        PREFIXES["skos"] + "definition",
        PREFIXES["dip"] + "wikidata",
        PREFIXES["dip"] + "text",
        PREFIXES["dip"] + "notBefore",
        PREFIXES["dip"] + "notAfter",
        PREFIXES["oa"] + "exact",
        PREFIXES["oa"] + "start",
        PREFIXES["oa"] + "end",
    )
)
