"""What the dataset holds, in VoID (https://www.w3.org/TR/void/), computed once at build."""

from collections import Counter
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad

from ontology import BASE, GRAPH, PREFIXES

VOID = str(GRAPH["void"])
_RDF_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_INTEGER = NamedNode(PREFIXES["xsd"] + "integer")


def describe(quads: Iterable[Quad], *, inferred: str) -> list[Quad]:
    """The description of named graphs: one ``void:Dataset``, its graphs as subsets, their sizes."""
    sizes = Counter(str(quad.graph_name).strip("<>") for quad in quads)
    place = NamedNode(VOID)
    dataset = NamedNode(BASE + "graph/void#dataset")

    def term(name: str) -> NamedNode:
        return NamedNode(PREFIXES["void"] + name)

    described = [Quad(dataset, _RDF_TYPE, term("Dataset"), place)]
    for graph, size in sorted(sizes.items()):
        subset = NamedNode(graph)
        described += [
            Quad(dataset, term("subset"), subset, place),
            Quad(subset, _RDF_TYPE, term("Dataset"), place),
            Quad(subset, term("triples"), Literal(str(size), datatype=_INTEGER), place),
        ]
    return described
