"""The Flask application: all routes, over the same ``server.endpoint`` as ``server.asgi``.

It works alone under any WSGI server with threads; under ``server.asgi`` it gets every path that
isn't ``/sparql`` or ``/data``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import flask
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from graph.snapshot import Snapshot
from server.endpoint import (
    DATA_PATHS,
    SPARQL_PATHS,
    Answer,
    Endpoint,
    Engine,
    Pending,
    Spool,
    stream_headers,
    too_late,
)
from server.protocol.exchange import Request, Response, refusal, too_large
from server.protocol.operation import Page
from server.protocol.problem import Problem, StreamBroken
from server.settings import Settings

METHODS = ("GET", "HEAD", "POST", "QUERY", "PUT", "DELETE", "PATCH", "OPTIONS")
"""Every method reaches the protocol, which knows what to say to it."""

SPARQL_PAGE = "sparql_page"
"""The Flask endpoint that shows ``/sparql`` to browsers; if there is none, HTML isn't offered."""


@dataclass(frozen=True)
class Context:
    """What pages and routes work with: ``app.extensions["legation"]``."""

    engine: Engine
    settings: Settings
    snapshot: Snapshot
    endpoint: Endpoint


def create_app(engine: Engine, settings: Settings, snapshot: Snapshot) -> flask.Flask:
    """The application over a running engine that was started on ``snapshot``."""
    app = flask.Flask("server", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    endpoint = Endpoint(engine, settings, pages=SPARQL_PAGE in app.view_functions)
    app.extensions["legation"] = Context(engine, settings, snapshot, endpoint)
    for path in (*SPARQL_PATHS, *DATA_PATHS):
        app.add_url_rule(
            path,
            f"endpoint {path}",
            _endpoint,
            methods=METHODS,
            provide_automatic_options=False,
        )
    app.register_error_handler(Problem, lambda problem: _send(refusal(problem)))
    app.register_error_handler(HTTPException, _http_error)
    return app


def context_of(app: flask.Flask) -> Context:
    """The context of an application."""
    found: Context = app.extensions["legation"]
    return found


def context() -> Context:
    """The context of the application that handles the current request."""
    return context_of(flask.current_app)


def received() -> Request:
    """The current request as a value. Raises Problem 413 for too long a body."""
    try:
        body = flask.request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise too_large(context().settings.max_body_bytes) from None
    return Request(
        flask.request.method,
        flask.request.path,
        flask.request.query_string,
        {name.lower(): value for name, value in flask.request.headers.items()},
        body,
        flask.request.scheme,
    )


def _endpoint() -> flask.typing.ResponseReturnValue:
    request = received()
    outcome = context().endpoint.handle(request)
    if isinstance(outcome, Page):
        page = cast(Callable[[], str], flask.current_app.view_functions[SPARQL_PAGE])
        return page()
    if isinstance(outcome, Pending):
        return run(request, outcome)
    return _send(outcome)


def run(request: Request, pending: Pending) -> flask.Response:
    """Run a plan in this thread; a long or slow answer streams."""
    answer = context().engine.run(pending.plan)
    chunks = iter(answer)
    spool = context().endpoint.spool(pending, answer.first)
    try:
        for chunk in chunks:
            if not spool.add(chunk):
                break
        else:
            body = b"".join(spool.chunks)
            return _send(context().endpoint.finish(request, pending, body, answer))
    except StreamBroken as broken:  # nothing has been sent yet
        raise too_late(pending, broken) from None
    response = flask.Response(
        _stream(context().endpoint, pending, answer, chunks, spool), 200, direct_passthrough=True
    )
    response.headers.clear()
    response.headers.extend(stream_headers(pending, answer))
    response.call_on_close(answer.close)
    return response


def _stream(
    endpoint: Endpoint, pending: Pending, answer: Answer, chunks: Iterator[bytes], spool: Spool
) -> Iterator[bytes]:
    """What is left of an answer. It raises StreamBroken into the server, which then hangs up."""
    yield b"".join(spool.chunks)
    for chunk in chunks:
        spool.keep(chunk)
        yield chunk
    endpoint.streamed(pending, spool.whole(), answer)


def _send(response: Response) -> flask.Response:
    sent = flask.Response(response.body, response.status)
    sent.headers.clear()
    sent.headers.extend(response.headers)
    if response.status not in (204, 304):
        sent.content_length = len(response.body)
    return sent


def _http_error(error: HTTPException) -> flask.Response:
    """Flask's own errors (no such path, a method, a bug) in the same format."""
    code = error.code or 500
    return _send(refusal(Problem(code, error.description or "", name=None)))
