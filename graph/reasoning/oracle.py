"""owlrl, the reference implementation of OWL 2 RL in Python, behind the shape of our own closure.

It is slow and knows neither proofs nor deletion, but it was written by others: the tests hold our
closure against it. What it is known to get wrong: prp-key skips the last key, the last member of
an AllDifferent list is skipped, AllDisjointProperties raises no clash, and a functional data
property merges its values. It writes a clash as a triple; here it becomes a ``Clash``.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import owlrl
import pyoxigraph
import rdflib

from graph.reasoning.clashes import Clash
from graph.reasoning.noise import expressions, judge
from graph.reasoning.terms import Triple, ntriples

_ERROR = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")


@dataclass(frozen=True)
class OracleClosure:
    """What owlrl makes of some triples."""

    asserted: frozenset[Triple]
    triples: frozenset[Triple]
    """Everything that holds according to owlrl, noise and asserted triples too."""
    clashes: tuple[Clash, ...]

    def inferred(self, hidden: Collection[str] = ()) -> Iterator[Triple]:
        """The inferred triples without noise; ``hidden`` are predicates to leave out as well."""
        noise = judge(expressions(self.asserted), hidden)
        return (t for t in self.triples if t not in self.asserted and not noise(t))

    def inferred_ntriples(self, hidden: Collection[str] = ()) -> bytes:
        """The inferred triples without noise as sorted N-Triples."""
        return b"".join(sorted(f"{s} {p} {o} .\n".encode() for s, p, o in self.inferred(hidden)))


def close_ntriples_with_owlrl(data: bytes) -> OracleClosure:
    """The closure of N-Triples according to owlrl; raises SyntaxError when they are not that."""
    graph = rdflib.Graph()
    asserted = set()
    for quad in pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_TRIPLES):
        s, p, o = quad.subject, quad.predicate, quad.object
        asserted.add(Triple(str(s), str(p), str(o)))
        graph.add((_rdflib(s), _rdflib(p), _rdflib(o)))
    semantics = owlrl.OWLRL_Semantics(graph, False, False)
    semantics.closure()
    reports = {node for node, _, _ in graph.triples((None, _ERROR, None))}
    messages = sorted(str(message) for message in graph.objects(None, _ERROR))
    return OracleClosure(
        asserted=frozenset(asserted),
        triples=frozenset(
            Triple(ntriples(s), ntriples(p), ntriples(o)) for s, p, o in graph if s not in reports
        ),
        clashes=tuple(Clash("owlrl", (), message) for message in messages),
    )


def _rdflib(term: object) -> rdflib.term.Identifier:
    match term:
        case pyoxigraph.NamedNode():
            return rdflib.URIRef(term.value)
        case pyoxigraph.BlankNode():
            return rdflib.BNode(term.value)
        case pyoxigraph.Literal():
            if term.language:
                return rdflib.Literal(term.value, lang=term.language)
            datatype = rdflib.URIRef(term.datatype.value)
            return rdflib.Literal(term.value, datatype=datatype, normalize=False)
    raise ValueError(f"owlrl cannot take {term}: RDF 1.1 has no such term")
