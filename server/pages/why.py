"""Why a triple holds: its derivation as a tree down to the quoted words, or what it lacks."""

import json
from typing import cast

from flask import Blueprint, Response, redirect, render_template, request
from pyoxigraph import RdfFormat, parse
from werkzeug.wrappers import Response as AnyResponse

from ontology import PREFIXES
from server.engine import Engine
from server.evaluation import WhyPlan
from server.pages.claims import claims_where
from server.pages.derivation import derivations
from server.pages.lookup import context
from server.protocol.problem import Problem

pages = Blueprint("why", __name__)

_FORMS = {"json": "application/json", "turtle": "text/turtle"}
_CLAIM = "VALUES ?claim { $claim }"


@pages.get("/why")
def why() -> AnyResponse:
    """The page ``/why?s=&p=&o=``; JSON or PROV-O by Accept, or by ``format=json|turtle``."""
    terms = tuple(_term(request.args.get(name, "").strip()) for name in ("s", "p", "o"))
    form = request.args.get("format") or _asked()
    try:
        answer = _run(terms, "turtle" if form == "turtle" else "json")
    except Problem as problem:
        if problem.name != "does-not-hold" or form in _FORMS:
            raise
        page = render_template("why_not.html", terms=terms, **problem.members)
        return Response(page, 404, content_type="text/html; charset=utf-8")
    if form in _FORMS:
        return Response(answer, content_type=_FORMS[form])
    ways = derivations(json.loads(answer))
    quoted = sorted({claim for way in ways for claim in way.claims})
    claims = {claim.iri: claim for claim in claims_where(_CLAIM, claim=quoted)} if quoted else {}
    page = render_template("why.html", ways=ways, claims=claims)
    return Response(page, content_type="text/html; charset=utf-8")


@pages.get("/why-not")
def why_not() -> AnyResponse:
    """The same page under the question's other name."""
    return redirect(f"{request.script_root}/why?{request.query_string.decode()}", 303)


def _asked() -> str:
    best = request.accept_mimetypes.best_match(["text/html", *_FORMS.values()])
    return next((form for form, media_type in _FORMS.items() if media_type == best), "html")


def _run(terms: tuple[str, ...], form: str) -> bytes:
    plan = WhyPlan(
        subject=terms[0],
        predicate=terms[1],
        object=terms[2],
        format=form,
        media_type=_FORMS[form],
        timeout_s=context().settings.query_timeout_s,
    )
    # The protocol knows no such plan: the engine does.
    answer = cast(Engine, context().engine).run(plan)
    return b"".join((answer.first, *answer))


def _term(text: str) -> str:
    """A term in N-Triples syntax from an IRI, a prefixed name or a literal. Raises Problem 400."""
    prologue = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    written = f"<{text}>" if text.startswith(("http:", "https:")) else text
    try:
        (quad,) = parse(f"{prologue}<x:s> <x:p> {written} .".encode(), format=RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        detail = f"“{text}” is not a term: give s, p and o as IRIs."
        raise Problem(400, detail, name="malformed-query") from None
    return str(quad.object)
