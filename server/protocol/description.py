"""The endpoint's Service Description, SPARQL 1.1 Service Description.

What it says of the data (graphs, counts, partitions, entailment) is precomputed at build by
``graph.void``; what it says of the service is here. The endpoint itself is written as the relative
reference ``<>``, so that the description is right under every name the server is reached by.
"""

from collections.abc import Iterator
from typing import cast

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from ontology import GRAPH, ONTOLOGY, PREFIXES, SHAPES
from server.protocol.plan import QueryPlan

SD = "http://www.w3.org/ns/sparql-service-description#"
SH = "http://www.w3.org/ns/shacl#"
_A = NamedNode(PREFIXES["rdf"] + "type")
_XSD = PREFIXES["xsd"]

DATASET = str(GRAPH["void"]) + "#dataset"
"""The dataset that ``graph.void`` describes."""

_HERE = "legation-endpoint://here/"
"""Stands for the endpoint until it is written; of a scheme that no IRI in the data has."""

FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
}
_RESULT_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
    "TriG",
    "N-Quads",
)
_LANGUAGES = ("SPARQL11Query", "SPARQL10Query")


def plan(base_iri: str, media_type: str, timeout_s: float) -> QueryPlan:
    """What to ask the engine for: the precomputed part, as N-Triples; empty if there is none."""
    return QueryPlan(
        query=f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{GRAPH['void']}> {{ ?s ?p ?o }} }}",
        form="CONSTRUCT",
        default_graphs=None,
        named_graphs=None,
        base_iri=base_iri,
        media_type=media_type,
        format="ntriples",
        timeout_s=timeout_s,
        cacheable=True,
        max_rows=None,
    )


def write(precomputed: bytes, format_: str, endpoint: str) -> bytes:
    """The description in a format of ``negotiate.GRAPHS``: the service and the precomputed part.

    N-Triples and N-Quads have no relative references, so there ``endpoint`` stands in full.
    """
    triples = [
        *service(_HERE),
        *(
            Triple(quad.subject, quad.predicate, quad.object)
            for quad in parse(precomputed, format=RdfFormat.N_TRIPLES)
        ),
    ]
    prefixes = PREFIXES | {"sd": SD}
    text = cast(
        bytes,
        serialize(triples, format=FORMATS[format_], prefixes=prefixes, base_iri=_HERE),
    )
    here = _HERE.encode()
    return (
        text.replace(b"@base <" + here + b"> .\n", b"", 1)
        .replace(b' xml:base="' + here + b'"', b"", 1)
        .replace(b'"' + here + b'"', b'""')
        .replace(b"<" + here + b">", b"<" + endpoint.encode() + b">")
    )


def service(endpoint: str) -> Iterator[Triple]:
    """What can be said of the service without its data."""
    here = NamedNode(endpoint)

    def about(property_: str, value: str) -> Triple:
        return Triple(here, NamedNode(SD + property_), NamedNode(value))

    yield Triple(here, _A, NamedNode(SD + "Service"))
    yield about("endpoint", endpoint)
    for language in _LANGUAGES:
        yield about("supportedLanguage", SD + language)
    for name in _RESULT_FORMATS:
        yield about("resultFormat", "http://www.w3.org/ns/formats/" + name)
    # The default graph holds the inferences too. It is no union of the named graphs: shapes,
    # examples and this description are named graphs only.
    yield about("defaultEntailmentRegime", "http://www.w3.org/ns/entailment/OWL-RDF-Based")
    yield about("defaultSupportedEntailmentProfile", "http://www.w3.org/ns/owl-profile/RL")
    yield about("defaultDataset", DATASET)
    yield about("availableGraphs", DATASET)


def prefixes() -> Iterator[Triple]:
    """The prefixes of ``ontology.PREFIXES`` as SHACL declares them, SHACL §5.2.1."""
    root = NamedNode(ONTOLOGY)
    for prefix, namespace in PREFIXES.items():
        declaration = NamedNode(f"{SHAPES}prefixes#{prefix}")
        yield Triple(root, NamedNode(SH + "declare"), declaration)
        yield Triple(declaration, NamedNode(SH + "prefix"), RdfLiteral(prefix))
        yield Triple(
            declaration,
            NamedNode(SH + "namespace"),
            RdfLiteral(namespace, datatype=NamedNode(_XSD + "anyURI")),
        )
