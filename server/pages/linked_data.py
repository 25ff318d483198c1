"""Linked data: things answer 303 to their documents, documents 200 in the format of their address.

A path without an extension negotiates, one with an extension never does. Hash terms are served by
one document, the ontology with all its modules.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ontology import BASE, ONTOLOGY, PREFIXES, SHAPES
from server.pages import (
    article,
    claim,
    documents,
    graphs,
    questions,
    relationship,
    sentence,
    situation,
    terms,
    thing,
)
from server.pages.addresses import EXTENSIONS, extension
from server.pages.errors import missing
from server.pages.facts import Fact, classes_of, facts_of
from server.pages.lookup import Term, context, select
from server.protocol import negotiate
from server.protocol.plan import GraphPlan
from shapes import catalogue

_DIP = PREFIXES["dip"]

pages = Blueprint("linked_data", __name__)

_OFFERS = (*negotiate.GRAPHS, negotiate.HTML)
_EXTENSION = {format_: suffix for suffix, format_ in EXTENSIONS.items()}
_LABELS = {offer.format: offer for offer in reversed(_OFFERS)}


@pages.get("/id/<path:name>")
@pages.get("/code/<path:name>")
@pages.get("/questions/<path:name>")
def thing_or_document(name: str) -> ResponseReturnValue:
    """A thing, a code or a question: 303 to its document, or with an extension the document."""
    stem, suffix = extension(request.path.lstrip("/"))
    iri = BASE + stem
    facts = facts_of(iri) if _is_iri(iri) else ()
    if not facts:
        raise missing(f"<{iri}>")
    if suffix is None:
        return _see_other(stem)
    if suffix == "html":
        return _document(_page(iri, facts), "html", stem, iri)
    document = f"{BASE}{stem}.{suffix}"
    body = documents.write(document, iri, facts, EXTENSIONS[suffix])
    return _document(body, EXTENSIONS[suffix], stem, iri)


_SHOWN_BY: tuple[tuple[str, Callable[[str, Sequence[Fact]], str]], ...] = (
    (_DIP + "Claim", claim.show),
    (_DIP + "Source", article.show),
    (_DIP + "Situation", situation.show),
    (_DIP + "BilateralRelationship", relationship.show),
    (_DIP + "Sentence", sentence.show),
    (PREFIXES["sh"] + "SPARQLExecutable", questions.show),
)


def _page(iri: str, facts: Sequence[Fact]) -> str:
    """The page for a thing of its class; things of other classes have the plain one."""
    classes = classes_of(iri, facts)
    for class_, show in _SHOWN_BY:
        if class_ in classes:
            return show(iri, facts)
    return thing.show(iri, facts)


@pages.get("/ontology")
@pages.get("/ontology.<suffix>")
def ontology(suffix: str | None = None) -> ResponseReturnValue:
    """The whole ontology: every module in one document, without ``owl:imports``."""
    if suffix is not None and suffix not in EXTENSIONS:
        raise missing(request.path)
    format_ = EXTENSIONS[suffix] if suffix else _negotiated().format
    if format_ == "html":
        return _document(terms.show_ontology(), format_, "ontology", ONTOLOGY)
    return _document(_merged(format_), format_, "ontology", ONTOLOGY)


@pages.get("/ontology/<path:name>")
@pages.get("/graph/<path:name>")
@pages.get("/shapes/<path:name>")
def graph(name: str) -> ResponseReturnValue:
    """A named graph as a document; a version IRI gives the graph that has it; a shape its file."""
    stem, suffix = extension(request.path.lstrip("/"))
    iri = BASE + stem
    if iri not in context().snapshot.manifest["graphs"]:
        if iri.startswith(SHAPES):
            return _shape(iri, suffix)
        iri = _of_version(iri)
    format_ = EXTENSIONS[suffix] if suffix else _negotiated().format
    if iri == ONTOLOGY and stem != "ontology":
        body = terms.show_ontology() if format_ == "html" else _merged(format_)
    elif format_ == "html":
        body = graphs.show(iri)
    else:
        body = _dumped(iri, format_)
    return _document(body, format_, stem, iri)


def _shape(iri: str, suffix: str | None) -> Response:
    """303 from a shape to the document of its file, or to where the page of the rules tells it."""
    for row in select(_GRAPH_OF_SHAPE, shape=iri) if _is_iri(iri) else ():
        format_ = EXTENSIONS[suffix] if suffix else _negotiated().format
        if format_ == "html" and any(shape.iri == iri for shape in catalogue()):
            return _redirect("shapes.html#" + iri.removeprefix(SHAPES))
        return _redirect(f"{row['graph'].value.removeprefix(BASE)}.{_EXTENSION[format_]}")
    raise missing(f"<{iri}>")


_GRAPH_OF_VERSION = "SELECT ?graph { GRAPH ?module { ?graph owl:versionIRI $iri } }"
_GRAPH_OF_SHAPE = "SELECT ?graph { GRAPH ?graph { $shape a ?class } } LIMIT 1"


def _negotiated() -> negotiate.Offer:
    return negotiate.best(request.headers.get("Accept", ""), _OFFERS)


def _see_other(stem: str) -> Response:
    """303 to the document of a thing in the format that the client likes most."""
    response = _redirect(f"{stem}.{_EXTENSION[_negotiated().format]}")
    response.headers.extend(
        [("Link", link) for link in _links(stem, EXTENSIONS.values(), "describedby")]
    )
    return response


def _redirect(path: str) -> Response:
    response = Response(status=303, headers={"Location": f"{request.script_root}/{path}"})
    del response.headers["Content-Type"]  # there is nothing to have one
    response.headers["Cache-Control"] = "no-cache"
    return response


def _document(body: bytes | str, format_: str, stem: str, about: str) -> Response:
    """200, with what a client may want to know of the document: where it is, in which other
    formats, and what it is about (RFC 8288, RFC 6596, RFC 6892)."""
    response = Response(body, content_type=_LABELS[format_].label)
    own = f"{stem}.{_EXTENSION[format_]}"
    response.headers["Content-Location"] = f"{request.script_root}/{own}"
    others = [other for other in EXTENSIONS.values() if other != format_]
    links = [
        f'<{BASE}{own}>; rel="canonical"',
        f'<{about}>; rel="describes"',
        f'<{request.script_root}/.well-known/void>; rel="describedby"; type="text/turtle"',
        *_links(stem, others, "alternate"),
    ]
    response.headers.extend([("Link", link) for link in links])
    return response


def _links(stem: str, formats: Iterable[str], relation: str) -> list[str]:
    return [
        f"<{request.script_root}/{stem}.{_EXTENSION[format_]}>; "
        f'rel="{relation}"; type="{_LABELS[format_].name}"'
        for format_ in formats
    ]


_MODULES = """
SELECT ?s ?p ?o {
  GRAPH ?g { ?s ?p ?o }
  FILTER(?g IN (MODULES)) FILTER(?p != owl:imports)
}
"""


def _merged(format_: str) -> bytes:
    """Ontology modules in one document. Blank nodes keep the labels that the build gave them."""
    return _merged_once(format_, context().engine.generation)


@lru_cache(maxsize=2 * len(EXTENSIONS))
def _merged_once(format_: str, generation: str) -> bytes:
    modules = ", ".join(f"<{iri}>" for iri in terms.modules())
    rows = select(_MODULES.replace("MODULES", modules))
    triples = {
        Triple(_subject(row["s"]), NamedNode(row["p"].value), _node(row["o"])) for row in rows
    }
    return documents.write_triples(sorted(triples, key=str), format_)


def _subject(term: Term) -> NamedNode | BlankNode:
    return BlankNode(term.value) if term.kind == "bnode" else NamedNode(term.value)


def _node(term: Term) -> NamedNode | BlankNode | Literal:
    return BlankNode(term.value) if term.kind == "bnode" else documents.node(term)


def _dumped(iri: str, format_: str) -> bytes:
    plan = GraphPlan(
        graph=iri,
        media_type=_LABELS[format_].label,
        format=format_,
        timeout_s=context().settings.query_timeout_s,
        base_iri=BASE,
    )
    answer = context().engine.run(plan)
    return b"".join((answer.first, *answer))


def _of_version(iri: str) -> str:
    """The graph that has this version IRI. Raises Problem 404 if there is none."""
    if _is_iri(iri):
        for row in select(
            "SELECT ?graph { GRAPH ?module { ?graph owl:versionIRI $iri } }", iri=iri
        ):
            return row["graph"].value
    raise missing(f"<{iri}>")


def _is_iri(text: str) -> bool:
    """Whether a path that came in names anything that an RDF graph could hold."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True
