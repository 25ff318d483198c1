"""Why a triple holds: its derivations down to the quoted words; or which premises it lacks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Response, render_template, request
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from ontology import PREFIXES
from server.engine import Engine
from server.evaluation import WhyPlan
from server.pages.claims import claims_where
from server.pages.derivation import Derivation, Lack, derivations, lacks, verb
from server.pages.documents import write_triples
from server.pages.lookup import context, labels
from server.pages.rule_words import rule_in_words
from server.protocol import negotiate
from server.protocol.problem import Problem

pages = Blueprint("why", __name__)

_JSON = negotiate.Offer("application/json", "application/json", "json")
_LACKS = (_JSON, negotiate.HTML)
_PROOFS = (_JSON, *negotiate.GRAPHS, negotiate.HTML)
FORMATS = {"json": "json", "ttl": "turtle", "jsonld": "jsonld", "rdf": "rdfxml", "nt": "ntriples"}
"""Values of the parameter ``format``, which goes before Accept; what they mean to negotiation."""

_CLAIMS = "VALUES ?claim { $claims }"


@dataclass(frozen=True)
class Question:
    """The triple that is asked about, its terms in N-Triples syntax."""

    subject: str
    predicate: str
    object: str

    @property
    def terms(self) -> tuple[str, str, str]:
        return self.subject, self.predicate, self.object

    @property
    def parameters(self) -> dict[str, str]:
        """As the parameters of a page's address; IRIs without their brackets."""
        return {
            name: term[1:-1] if term.startswith("<") else term
            for name, term in zip("spo", self.terms, strict=True)
        }


@pages.get("/why")
def why() -> Response:
    """``/why?s=&p=&o=``: the proof as a page, as JSON, or in PROV-O; 404 if there is none."""
    offer = _offer(_PROOFS)
    if not any(request.args.get(name) for name in "spo"):
        return _form(offer)
    question = _question()
    if offer.format not in ("html", "json"):
        return Response(_prov(question, offer.format), content_type=offer.label)
    try:
        answer = _run(question, "json")
    except Problem as problem:
        if problem.name != "does-not-hold" or offer.format != "html":
            raise
        return _page(_missing(question, problem.members), 404)
    if offer.format == "json":
        return Response(answer, content_type=offer.label)
    return _page(_proof(question, derivations(json.loads(answer))))


@pages.get("/why-not")
def why_not() -> Response:
    """``/why-not?s=&p=&o=``: what a triple lacks, as a page or as JSON; 404 if it holds."""
    offer = _offer(_LACKS)
    if not any(request.args.get(name) for name in "spo"):
        return _form(offer)
    question = _question()
    try:
        answer = _run(question, "json")
    except Problem as problem:
        if problem.name != "does-not-hold":
            raise
        if offer.format == "html":
            return _page(_missing(question, problem.members))
        return Response(json.dumps(problem.members, ensure_ascii=False), content_type=_JSON.label)
    if offer.format != "html":
        raise Problem(404, f"{' '.join(question.terms)} holds; ask /why.", name="holds")
    return _page(_proof(question, derivations(json.loads(answer))), 404)


def _offer(offered: tuple[negotiate.Offer, ...]) -> negotiate.Offer:
    """What the parameter ``format`` or else Accept asks for. Raises Problem 400, 406."""
    asked = request.args.get("format")
    if asked is None:
        return negotiate.best(request.headers.get("Accept", ""), offered)
    for offer in offered:
        if offer.format == FORMATS.get(asked):
            return offer
    known = {offer.format for offer in offered}
    names = ", ".join(name for name, format_ in FORMATS.items() if format_ in known)
    raise Problem(400, f"format: “{asked}” is none of {names}.", name="bad-request")


def _form(offer: negotiate.Offer) -> Response:
    if offer.format != "html":
        raise Problem(400, "Name a triple: s, p and o.", name="bad-request")
    return _page(render_template("why_form.html"))


def _page(html: str, status: int = 200) -> Response:
    return Response(html, status, content_type=negotiate.HTML.label)


def _question() -> Question:
    return Question(*(_term(name, request.args.get(name, "").strip()) for name in "spo"))


def _term(name: str, text: str) -> str:
    """A term in N-Triples syntax from an IRI, a prefixed name or a literal. Raises Problem 400."""
    prefix, colon, local = text.partition(":")
    try:
        if text.startswith("<"):
            return str(NamedNode(text.removeprefix("<").removesuffix(">")))
        if text.startswith('"'):
            (triple,) = parse(f"<x:s> <x:p> {text} .", format=RdfFormat.N_TRIPLES)
            return str(triple.object)
        if colon and prefix in PREFIXES:
            return str(NamedNode(PREFIXES[prefix] + local))
        if colon:
            return str(NamedNode(text))
    except (SyntaxError, ValueError):
        pass
    else:
        if text and name == "o":  # the bare text of a literal, as a page's own links have it
            return str(Literal(text))
    detail = f'{name}: “{text}” is no IRI, no name such as id:Egypt and no literal such as "1979".'
    raise Problem(400, detail, name="bad-request")


def _run(question: Question, form: str) -> bytes:
    plan = WhyPlan(
        *question.terms,
        media_type=_JSON.label,
        format=form,
        timeout_s=context().settings.query_timeout_s,
    )
    # The protocol knows no such plan: the engine does.
    answer = cast(Engine, context().engine).run(plan)
    return b"".join((answer.first, *answer))


def _prov(question: Question, format_: str) -> bytes:
    turtle = _run(question, "turtle")
    if format_ == "turtle":
        return turtle
    quads = parse(turtle, format=RdfFormat.TURTLE)
    return write_triples((Triple(q.subject, q.predicate, q.object) for q in quads), format_)


def _proof(question: Question, ways: list[Derivation]) -> str:
    quoted = sorted({claim for way in ways for claim in way.claims})
    claims = {claim.iri: claim for claim in claims_where(_CLAIMS, claims=quoted)} if quoted else {}
    words = {iri: claim.exact for iri, claim in claims.items()}
    graphs = {step.graph for way in ways for step in way.steps if step.graph}
    return render_template(
        "why.html",
        question=question,
        ways=ways,
        conclusion=ways[0].conclusion,
        claims=claims,
        names=labels({claim.voice for claim in claims.values()} | graphs),
        pictures=[way.picture(words) for way in ways],
        rule_in_words=rule_in_words,
        formats=FORMATS,
        iri=_iri,
    )


def _missing(question: Question, members: Mapping[str, Any]) -> str:
    found = members["labels"]

    def name(term: str) -> str:
        return "something" if term.startswith("_:") else str(found.get(term, term))

    def said(terms: tuple[str, str, str]) -> str:
        s, p, o = terms
        return f"{name(s)} {verb(p, found)} {name(o)}"

    gaps: list[Lack] = lacks(members["gaps"])
    return render_template(
        "why_not.html",
        question=question,
        said=said(question.terms),
        gaps=gaps,
        name=name,
        verb=lambda predicate: verb(predicate, found),
        rule_in_words=rule_in_words,
        iri=_iri,
    )


def _iri(term: str) -> str | None:
    """The IRI of a term in N-Triples syntax, None for other terms."""
    return term[1:-1] if term.startswith("<") else None
