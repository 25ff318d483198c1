"""The page of a named graph: a file of facts, what the build derives, a file of shapes."""

from flask import render_template

from ontology import INFERRED
from server.pages.lookup import context, labels, select

_SHOWN = 300
"""Triples on the page; the page says so when the graph holds more."""

_TRIPLES = """
SELECT ?s ?p ?o { GRAPH $graph { ?s ?p ?o } FILTER(!isBlank(?s) && !isBlank(?o)) }
ORDER BY ?s ?p ?o LIMIT 300
"""


def show(iri: str) -> str:
    """The page of a graph: its triples as sentences, inferred ones with their proofs."""
    rows = select(_TRIPLES, graph=iri)
    terms = {t.value for row in rows for t in row.values() if t.kind == "uri"}
    return render_template(
        "graph.html",
        graph=iri,
        rows=rows,
        names=labels(terms | {iri}),
        triples=context().snapshot.manifest["graphs"][iri],
        shown=_SHOWN,
        inferred=iri == INFERRED,
    )
