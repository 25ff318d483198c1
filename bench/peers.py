"""The reasoners that are measured, behind one shape.

Each imports what it needs when it is made, so that a process pays for its own reasoner only. A
closure counts as done when all inferred triples are in memory in the reasoner's own form.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

Triple = tuple[str, str, str]
"""Subject, predicate and object in N-Triples."""


class Peer(Protocol):
    """One reasoner, with one set of data."""

    def load(self, path: Path) -> None:
        """Take the triples of a Turtle file that is written as N-Triples."""

    def close(self) -> None:
        """Compute the closure."""

    def triples(self) -> Iterator[Triple]:
        """The inferred triples; asserted triples and noise may be among them."""


class Changing(Peer, Protocol):
    """A reasoner that takes changes once it has a closure."""

    def insert(self, triple: Triple) -> None:
        """Assert a further triple and bring the closure up to date."""

    def delete(self, triple: Triple) -> None:
        """Assert a triple no more and bring the closure up to date."""


class Legation:
    """This project's ``graph.reasoning``."""

    def __init__(self) -> None:
        from graph.reasoning import Closure, ntriples, visible
        from graph.reasoning.reasoner import Reasoner
        from graph.reasoning.relations import partition

        self._read, self._partition, self._make = ntriples.read, partition, Reasoner
        self._inferred, self._ask = visible.inferred, Closure

    def load(self, path: Path) -> None:
        dictionary, s, p, o = self._read(path.read_bytes())
        self._reasoner = self._make(dictionary, self._partition(s, p, o))

    def close(self) -> None:
        self._reasoner.close()
        self._inferred(self._reasoner)  # equality spread and noise left out, as columns
        self.closure = self._ask(self._reasoner)

    def triples(self) -> Iterator[Triple]:
        return self.closure.inferred()

    def insert(self, triple: Triple) -> None:
        self.closure.insert([triple])

    def delete(self, triple: Triple) -> None:
        self.closure.delete([triple])


class Owlrl:
    """owlrl, which starts again when something changes."""

    def __init__(self) -> None:
        import owlrl
        import rdflib

        rdflib.NORMALIZE_LITERALS = False
        self._owlrl, self._rdflib = owlrl, rdflib

    def load(self, path: Path) -> None:
        self._graph = self._rdflib.Graph()
        self._graph.parse(path, format="nt")

    def close(self) -> None:
        self._owlrl.OWLRL_Semantics(self._graph, False, False).closure()

    def triples(self) -> Iterator[Triple]:
        from graph.reasoning.terms import ntriples

        for s, p, o in self._graph:
            yield ntriples(s), ntriples(p), ntriples(o)


class Reasonable:
    """reasonable (Rust), whose closure is a list of rdflib terms."""

    def __init__(self) -> None:
        import rdflib
        import reasonable

        rdflib.NORMALIZE_LITERALS = False
        self._rdflib = rdflib
        self._reasoner: Any = reasonable.PyReasoner()
        self._closure: list[Any] = []
        self._base: dict[Any, None] = {}

    def load(self, path: Path) -> None:
        self._reasoner.load_file(str(path))

    def close(self) -> None:
        self._closure = self._reasoner.reason()

    def triples(self) -> Iterator[Triple]:
        from graph.reasoning.terms import ntriples

        for s, p, o in self._closure:
            yield ntriples(s), ntriples(p), ntriples(o)

    def insert(self, triple: Triple) -> None:
        terms = self._terms(triple)
        self._base[terms] = None
        self._reasoner.from_graph([terms])
        self._closure = self._reasoner.reason()

    def delete(self, triple: Triple) -> None:
        self._base = self._base or dict.fromkeys(self._reasoner.get_base_triples())
        del self._base[self._terms(triple)]
        self._reasoner.update_graph(self._base)
        self._closure = self._reasoner.reason()

    def _terms(self, triple: Triple) -> Any:
        graph = self._rdflib.Graph()
        graph.parse(data=" ".join(triple) + " .", format="nt")
        return next(iter(graph))


class Sparq:
    """sparq-rdf (Rust), whose reasoning adds the inferred triples to its store."""

    def __init__(self) -> None:
        import sparq

        self._sparq = sparq

    def load(self, path: Path) -> None:
        self._graph: Any = self._sparq.Graph.load(str(path), format="ntriples")

    def close(self) -> None:
        self._graph.reason("owl")

    def triples(self) -> Iterator[Triple]:
        for s, p, o in self._graph.construct("CONSTRUCT WHERE { ?s ?p ?o }"):
            yield _sparq_term(s), _sparq_term(p), _sparq_term(o)

    def insert(self, triple: Triple) -> None:
        self._graph.update(f"INSERT DATA {{ {' '.join(triple)} }}")
        self._graph.reason("owl")

    def delete(self, triple: Triple) -> None:
        self._graph.update(f"DELETE DATA {{ {' '.join(triple)} }}")
        self._graph.reason("owl")


def _sparq_term(term: Any) -> str:
    import pyoxigraph

    match term.kind:
        case "uri":
            return f"<{term.value}>"
        case "bnode":
            return f"_:{term.value}"
    if term.language:
        return str(pyoxigraph.Literal(term.value, language=term.language))
    datatype = pyoxigraph.NamedNode(term.datatype) if term.datatype else None
    return str(pyoxigraph.Literal(term.value, datatype=datatype))


PEERS: dict[str, type[Peer]] = {
    "owlrl": Owlrl,
    "reasonable": Reasonable,
    "sparq-rdf": Sparq,
    "legation": Legation,
}
