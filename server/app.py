"""The Flask application: all routes, over the same ``server.endpoint`` as ``server.asgi``.

It works alone under any WSGI server with threads; under ``server.asgi`` it gets every path that
isn't ``/sparql`` or ``/data``.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

import flask
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from graph.snapshot import Snapshot
from server import pages
from server.endpoint import (
    DATA_PATHS,
    SPARQL_PATHS,
    Answer,
    Endpoint,
    Engine,
    Kept,
    Outcome,
    Pending,
    Spool,
    stream_headers,
    too_late,
)
from server.observation import Observer, Seen
from server.operations import operations
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
    started_on: Snapshot
    endpoint: Endpoint
    observer: Observer

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that readers hold now: a reload changes it under a running worker."""
        folder = self.engine.status().snapshot
        return _snapshot(folder) if folder else self.started_on


@lru_cache(maxsize=2)
def _snapshot(folder: str) -> Snapshot:
    return Snapshot(Path(folder))


def create_app(engine: Engine, settings: Settings, snapshot: Snapshot) -> flask.Flask:
    """The application over a running engine that was started on ``snapshot``."""
    app = flask.Flask("server", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.before_request(_begin)
    app.after_request(_seen)
    app.register_error_handler(Problem, lambda problem: send(refusal(problem)))
    app.register_error_handler(HTTPException, _http_error)
    for path in (*SPARQL_PATHS, *DATA_PATHS):
        _route(app, path, _endpoint)
    for path, answer in operations().items():
        _route(app, path, _operation(answer))
    pages.register(app)
    endpoint = Endpoint(engine, settings, pages=SPARQL_PAGE in app.view_functions)
    observer = Observer(settings.log_format, engine.status)
    app.extensions["legation"] = Context(engine, settings, snapshot, endpoint, observer)
    return app


def _route(app: flask.Flask, path: str, view: Callable[[], flask.typing.ResponseValue]) -> None:
    # What stands before a dot in an endpoint's name, Flask takes for a blueprint.
    name = path.replace(".", "-")
    app.add_url_rule(
        path, name, view, methods=METHODS, provide_automatic_options=False, strict_slashes=True
    )


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
        body = flask.request.get_data()
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


def _endpoint() -> flask.typing.ResponseValue:
    request = received()
    return _answer(request, context().endpoint.handle(request))


def _operation(
    answer: Callable[[Request, Endpoint, Observer], Outcome],
) -> Callable[[], flask.typing.ResponseValue]:
    def view() -> flask.typing.ResponseValue:
        request = received()
        return _answer(request, answer(request, context().endpoint, context().observer))

    return view


def _answer(request: Request, outcome: Outcome) -> flask.typing.ResponseValue:
    if isinstance(outcome, Pending):
        return _run(request, outcome)
    if isinstance(outcome, Kept):
        flask.g.cache, flask.g.query = "hit", outcome.query
        return send(outcome.response)
    if isinstance(outcome, Page):
        page = cast(
            Callable[[], flask.typing.ResponseValue], flask.current_app.view_functions[SPARQL_PAGE]
        )
        return page()
    return send(outcome)


def _run(request: Request, pending: Pending) -> flask.Response:
    """Run a plan in this thread; a long or slow answer streams."""
    flask.g.cache, flask.g.query = pending.cache, pending.query
    endpoint = context().endpoint
    answer = context().engine.run(pending.plan)
    chunks = iter(answer)
    spool = endpoint.spool(pending, answer.first)
    try:
        for chunk in chunks:
            if not spool.add(chunk):
                break
        else:
            return send(endpoint.finish(pending, b"".join(spool.chunks), answer))
    except StreamBroken as broken:  # nothing has been sent yet
        raise too_late(pending, broken) from None
    transfer = _Transfer(context(), pending, answer, chunks, spool)
    # Passed through, since werkzeug's own iterator would hide ``close`` from the server.
    response = flask.Response(transfer, 200, direct_passthrough=True)
    response.headers.clear()
    response.headers.extend(stream_headers(pending, answer))
    flask.g.streams = True
    return response


class _Transfer:
    """An answer on its way, after its first bytes."""

    def __init__(
        self,
        context: Context,
        pending: Pending,
        answer: Answer,
        chunks: Iterator[bytes],
        spool: Spool,
    ) -> None:
        self._context = context
        self._pending = pending
        self._answer = answer
        self._chunks = chunks
        self._spool = spool
        self._method, self._path = flask.request.method, flask.request.path
        self._begun: float = flask.g.begun
        self._sent = 0
        self._whole = False

    def __iter__(self) -> Iterator[bytes]:
        """The bytes. StreamBroken goes on to the server, which then breaks the transfer."""
        first = b"".join(self._spool.chunks)
        self._sent = len(first)
        yield first
        for chunk in self._chunks:
            self._spool.keep(chunk)
            self._sent += len(chunk)
            yield chunk
        self._whole = True
        self._context.endpoint.streamed(self._pending, self._spool.whole(), self._answer)

    def close(self) -> None:
        """Stop the query, if it still runs."""
        self._answer.close()
        self._context.observer.seen(
            Seen(
                self._method,
                self._path,
                200,
                self._sent,
                time.monotonic() - self._begun,
                self._pending.cache,
                self._pending.query,
                broken=not self._whole and self._method != "HEAD",
            )
        )


def send(response: Response) -> flask.Response:
    """A response of the protocol as Flask's."""
    sent = flask.Response(response.body, response.status)
    sent.headers.clear()
    sent.headers.extend(response.headers)
    if response.status not in (204, 304):
        sent.content_length = len(response.body)
    return sent


def _http_error(error: HTTPException) -> flask.typing.ResponseValue:
    """Flask's own errors (no such path, a method, a bug) in the same format; redirects go on."""
    code = error.code or 500
    found = error.get_response()
    if code < 400:
        return cast(flask.typing.ResponseValue, found)
    allow = {"Allow": found.headers["Allow"]} if "Allow" in found.headers else {}
    return send(refusal(Problem(code, error.description or error.name, headers=allow)))


def _begin() -> None:
    flask.g.begun = time.monotonic()


def _seen(response: flask.Response) -> flask.Response:
    if not flask.g.get("streams"):
        length = response.content_length or 0
        context().observer.seen(
            Seen(
                flask.request.method,
                flask.request.path,
                response.status_code,
                0 if flask.request.method == "HEAD" else length,
                time.monotonic() - flask.g.begun,
                flask.g.get("cache", "none"),
                flask.g.get("query", ""),
            )
        )
    return response
