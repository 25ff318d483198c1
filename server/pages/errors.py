"""Errors: a page for those who ask for HTML, a problem document (RFC 9457) for everyone else."""

from flask import Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound

from server.protocol import negotiate
from server.protocol.exchange import refusal
from server.protocol.problem import MEDIA_TYPE, Problem

_OFFERS = (negotiate.Offer(MEDIA_TYPE, MEDIA_TYPE, "problem"), negotiate.HTML)


def register(app: Flask) -> None:
    """Answer what goes wrong on pages, and every path that there is not."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(NotFound, _not_found)


def missing(what: str) -> Problem:
    """The Problem for something that the graph does not hold."""
    return Problem(404, f"There is nothing about {what} here.", name="not-found")


def wants_page() -> bool:
    """Whether the client would rather read HTML than anything else that an error comes in."""
    try:
        return negotiate.best(request.headers.get("Accept", ""), _OFFERS) is negotiate.HTML
    except Problem:
        return False


def _problem(problem: Problem) -> ResponseReturnValue:
    if request.blueprint is not None and wants_page():
        return _page(problem)
    refused = refusal(problem)
    response = Response(refused.body, refused.status)
    response.headers.clear()
    response.headers.extend(refused.headers)
    response.content_length = len(refused.body)
    return response


def _not_found(error: HTTPException) -> ResponseReturnValue:
    problem = Problem(404, f"There is no {request.path} here.", name="not-found")
    return _page(problem) if wants_page() else _problem(problem)


def _page(problem: Problem) -> Response:
    g.page = True  # for `responses.finish`, since no route of ours stands for it
    return Response(
        render_template("error.html", problem=problem),
        problem.status,
        {**problem.headers, "Cache-Control": "no-store"},
        content_type=negotiate.HTML.label,
    )
