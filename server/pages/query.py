"""The query editor, and the endpoint's answers as a page: with scripts or without."""

import json
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request

from ontology import BASE, PREFIXES
from ontology.examples import questions
from server.pages.lookup import Term, context, select
from server.protocol import negotiate
from server.protocol.exchange import Request
from server.protocol.operation import Description, Limits, Page, read_sparql
from server.protocol.plan import QueryPlan
from server.protocol.problem import Problem, StreamBroken

pages = Blueprint("query", __name__)

SHOWN = 1000
"""Rows of an answer on a page; the page says so when there are more."""
_CHARACTERS = 200_000
"""Characters of a constructed graph on a page."""

_FIRST = """PREFIX dip: <{dip}>
PREFIX skos: <{skos}>
SELECT ?state ?name {{
  ?state a dip:State ; skos:prefLabel ?name .
  FILTER(LANG(?name) = "en")
}} ORDER BY ?name
""".format(**PREFIXES)
"""What the editor begins with."""

_WORDS = """
SELECT DISTINCT ?word ?kind {
  VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
  ?word a ?kind FILTER(isIRI(?word))
} ORDER BY ?word
"""


@dataclass(frozen=True)
class Answer:
    """What a page shows of an answer: rows under their variables, a truth value, or Turtle."""

    variables: tuple[str, ...] = ()
    rows: tuple[dict[str, Term], ...] = ()
    truth: bool | None = None
    turtle: str | None = None
    cut: bool = False
    """Whether the whole answer is longer."""


@dataclass(frozen=True)
class Citation:
    """How to cite the answer to a query over the data as they are served now."""

    permalink: str
    version: str
    digest: str
    bibtex: str
    csl: str


@pages.get("/query")
def editor() -> str:
    """The editor, ``/query?query=&view=``: a form, which a script replaces by YASGUI.

    ``view`` is how it shows the answer: table, timeline, network or response.
    """
    return _form(request.args.get("query", "").strip(), request.args.get("view", ""))


def results() -> Response:
    """``/sparql`` for who would rather have HTML: the answer as a table, or else the form.

    What is wrong with a query stands above the form that holds it.
    """
    g.page = True  # for `responses.finish`, since the route is the endpoint's
    query, problem, answer = "", None, None
    try:
        asked = _received()
        query = _query(asked)
        plan = read_sparql(asked, _limits())
        if isinstance(plan, QueryPlan):
            answer = _run(plan)
        elif isinstance(plan, Description | Page):
            return _html(_form(""))
    except Problem as found:
        problem = found
    page = render_template(
        "results.html", query=query, answer=answer, problem=problem, shown=SHOWN, cite=_cite(query)
    )
    return _html(page, problem)


def _html(page: str, problem: Problem | None = None) -> Response:
    status, headers = (problem.status, problem.headers) if problem else (200, {})
    return Response(page, status, headers, content_type=negotiate.HTML.label)


def _form(query: str, view: str = "") -> str:
    words = select(_WORDS)
    classes = [row["word"].value for row in words if row["kind"].value.endswith("#Class")]
    properties = [row["word"].value for row in words if not row["kind"].value.endswith("#Class")]
    return render_template(
        "query.html",
        query=query or _FIRST,
        questions=questions(),
        vocabulary={"prefixes": PREFIXES, "class": classes, "property": properties},
        cite=_cite(query or _FIRST, view),
    )


def _received() -> Request:
    """The request as the protocol reads it, but for a format that is read here."""
    from server.app import received  # the application imports the pages

    asked = received()
    accept = "application/sparql-results+json, text/turtle;q=0.9"
    return replace(asked, headers={**asked.headers, "accept": accept})


def _query(asked: Request) -> str:
    """The text of a query as it was sent, to show it again."""
    if asked.media_type == "application/sparql-query":
        return asked.body.decode(errors="replace")
    return request.values.get("query", "")


def _limits() -> Limits:
    settings = context().settings
    rows = SHOWN if settings.max_result_rows is None else min(SHOWN, settings.max_result_rows)
    return Limits(settings.query_timeout_s, rows, settings.base_iri)


def _run(plan: QueryPlan) -> Answer:
    found = context().engine.run(plan)
    try:
        body = b"".join((found.first, *found)).decode()
    except StreamBroken as broken:
        raise Problem(504, f"The answer broke off: {broken}.", name="broken") from None
    if plan.format != "json":
        return Answer(turtle=body[:_CHARACTERS], cut=len(body) > _CHARACTERS)
    document = cast(dict[str, Any], json.loads(body))
    if "boolean" in document:
        return Answer(truth=document["boolean"])
    return Answer(
        variables=tuple(document["head"]["vars"]),
        rows=tuple(
            {name: _term(value) for name, value in row.items()}
            for row in document["results"]["bindings"]
        ),
        cut=bool(found.truncated),
    )


def _term(value: dict[str, Any]) -> Term:
    """A term of an answer; a quoted triple as its text."""
    if value["type"] == "triple":
        return Term("literal", json.dumps(value["value"], ensure_ascii=False))
    return Term(value["type"], value["value"], value.get("xml:lang"), value.get("datatype"))


def _cite(query: str, view: str = "") -> Citation:
    root = context().settings.base_iri or request.url_root
    snapshot = context().snapshot
    link = f"{root}query?{urlencode({'query': query} | ({'view': view} if view else {}))}"
    title = "Answer to a query over Legation, a knowledge graph of diplomacy"
    note = f"Data sha256:{snapshot.digest}"
    fields = {
        "author": "{Legation contributors}",
        "title": f"{{{title}}}",
        "version": snapshot.version,
        "howpublished": rf"\url{{{link}}}",
        "note": note,
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    csl = {
        "id": f"legation-{snapshot.digest[:12]}",
        "type": "dataset",
        "title": title,
        "author": [{"literal": "Legation contributors"}],
        "version": snapshot.version,
        "URL": link,
        "note": f"{note}; things under {BASE}",
    }
    return Citation(
        permalink=link,
        version=snapshot.version,
        digest=snapshot.digest,
        bibtex=f"@misc{{legation-{snapshot.digest[:12]},\n{body}}}\n",
        csl=json.dumps([csl], ensure_ascii=False, indent=2),
    )
