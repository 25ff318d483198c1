"""Linked-data documents: the triples about a thing in every format, each with its graph.

JSON-LD, TriG and N-Quads carry named graphs. Turtle, N-Triples and RDF/XML know only triples: there
the triples stand grouped by graph, each group beneath a comment that names it, and the document's
own description says which graphs it was taken from.
"""

import re
from collections.abc import Iterable, Sequence
from typing import cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, serialize
from pyoxigraph import Literal as RdfLiteral

from graph.void import DATASET
from ontology import ID, PREFIXES
from server.evaluation import GRAPHS
from server.pages.facts import Fact
from server.pages.lookup import Term

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""Under which facts and ontology are given."""

_WITH_GRAPHS = ("jsonld", "trig", "nquads")


def write(document: str, thing: str, facts: Iterable[Fact], format_: str) -> bytes:
    """The document at the IRI `document` about `thing`.

    `format_` is one of ``turtle ntriples jsonld rdfxml trig nquads``.
    """
    quads = [
        Quad(
            NamedNode(fact.subject), NamedNode(fact.predicate), node(fact.object), NamedNode(graph)
        )
        for fact in facts
        for graph in fact.graphs
    ]
    graphs = sorted({cast(NamedNode, quad.graph_name).value for quad in quads})
    quads = [*_described(document, thing, graphs), *quads]
    prefixes = _used(quads)
    if format_ in _WITH_GRAPHS:
        return cast(bytes, serialize(quads, format=GRAPHS[format_], prefixes=prefixes))
    return _grouped(quads, graphs, format_, prefixes)


def write_triples(triples: Iterable[Triple], format_: str) -> bytes:
    """Triples without named graphs as a document, for what is one graph as a whole."""
    found = list(triples)
    return cast(bytes, serialize(found, format=GRAPHS[format_], prefixes=_used(found)))


def node(term: Term) -> NamedNode | RdfLiteral:
    """A term of an answer as pyoxigraph has it. Not for blank nodes."""
    if term.kind == "uri":
        return NamedNode(term.value)
    if term.lang:
        return RdfLiteral(term.value, language=term.lang)
    if term.datatype:
        return RdfLiteral(term.value, datatype=NamedNode(term.datatype))
    return RdfLiteral(term.value)


def _described(document: str, thing: str, graphs: Iterable[str]) -> list[Quad]:
    """What the document says of itself, outside of every named graph."""
    said = [
        (PREFIXES["rdf"] + "type", PREFIXES["foaf"] + "Document"),
        (PREFIXES["foaf"] + "primaryTopic", thing),
        (PREFIXES["dcterms"] + "license", LICENCE),
        (PREFIXES["void"] + "inDataset", DATASET.value),
        *((PREFIXES["prov"] + "wasDerivedFrom", graph) for graph in graphs),
    ]
    return [Quad(NamedNode(document), NamedNode(p), NamedNode(o), DefaultGraph()) for p, o in said]


def _grouped(
    quads: Sequence[Quad], graphs: Sequence[str], format_: str, prefixes: dict[str, str]
) -> bytes:
    groups: list[tuple[str, list[Triple]]] = [
        ("This document", [q.triple for q in quads if q.graph_name == DefaultGraph()])
    ]
    for graph in graphs:
        held = [q.triple for q in quads if q.graph_name == NamedNode(graph)]
        groups.append((f"graph <{graph}>", held))
    parts = [
        (title, cast(bytes, serialize(held, format=GRAPHS[format_], prefixes=prefixes)))
        for title, held in groups
    ]
    if GRAPHS[format_] == RdfFormat.RDF_XML:
        return _joined_xml(parts)
    return _joined_lines(parts)


def _joined_lines(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Turtle or N-Triples, with the prefixes once."""
    head: list[bytes] = []
    body: list[bytes] = []
    for title, text in parts:
        lines = text.splitlines(keepends=True)
        head = [line for line in lines if line.startswith(b"@prefix ")]
        body += [f"\n# {title}\n\n".encode(), *(x for x in lines if not x.startswith(b"@prefix "))]
    return b"".join((*head, *body)).lstrip()


def _joined_xml(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """RDF/XML with one root; every part was written with the same prefixes, so the same root."""
    start = end = b""
    body: list[bytes] = []
    for title, text in parts:
        opened = text.index(b">", text.index(b"<rdf:RDF")) + 1
        closed = text.rindex(b"</rdf:RDF>")
        start, end = text[:opened], text[closed:]
        comment = title.replace("--", "-%2D")  # XML 1.0 §2.5: no “--” inside a comment
        body += [f"\n\t<!-- {comment} -->".encode(), text[opened:closed]]
    return b"".join((start, *body, end))


def _used(triples: Iterable[Quad | Triple]) -> dict[str, str]:
    """The usual prefixes that some IRI of the triples begins with, and one for each source, under
    whose IRI its claims stand. Slashes in a local name would have to be escaped, so that graphs
    are written out."""
    terms = {t for triple in triples for t in (triple.subject, triple.predicate, triple.object)}
    iris = {term.value for term in terms if isinstance(term, NamedNode)}
    iris |= {term.datatype.value for term in terms if isinstance(term, RdfLiteral)} - _IMPLICIT
    found = {
        prefix: namespace
        for prefix, namespace in PREFIXES.items()
        if prefix != "graph" and any(iri.startswith(namespace) for iri in iris)
    }
    nested = {match[1] for iri in iris if (match := _NESTED.match(iri))}
    return found | {name: f"{ID}{name}/" for name in nested - PREFIXES.keys()}


_IMPLICIT = {PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString"}
"""Datatypes that no format writes."""
_NESTED = re.compile(re.escape(ID) + r"([A-Za-z][A-Za-z0-9-]*)/[^/]")
