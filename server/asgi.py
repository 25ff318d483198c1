"""The ASGI application that ``legation serve`` runs: ``/sparql`` and ``/data`` without Flask.

It streams, ends a query whose client has gone, and breaks a transfer whose query has failed, which
is all that WSGI servers can't be relied on for. Every other path goes to the Flask application.
"""

import asyncio
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from flask import Flask

from server.app import context_of
from server.endpoint import (
    DATA_PATHS,
    SPARQL_PATHS,
    AsyncAnswer,
    Kept,
    Pending,
    RawKey,
    has,
    not_modified,
    stream_headers,
    too_late,
)
from server.observation import Seen
from server.protocol.exchange import Request, Response, raw, refusal, too_large
from server.protocol.operation import Page
from server.protocol.problem import Problem, StreamBroken

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_PATHS = frozenset((*SPARQL_PATHS, *DATA_PATHS))
_WATCH_S = 0.02
"""Seconds between looks at the clients that wait."""
_LONG = 20_000
"""Bytes of a request that takes long to read: others must get their turn meanwhile."""
_BODILESS = frozenset(("GET", "HEAD", "OPTIONS"))


class Gone(Exception):
    """The client has hung up."""


class Application:
    """Both applications as one, over the context of the Flask one."""

    def __init__(self, app: Flask) -> None:
        context = context_of(app)
        self._engine = context.engine
        self._endpoint = context.endpoint
        self._observer = context.observer
        self._max_body_bytes = context.settings.max_body_bytes
        self._flask: Any = WSGIMiddleware(cast(Any, app.wsgi_app))
        self._hits: Counter[tuple[str, int, int]] = Counter()
        self._clients = _Clients()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in _PATHS:
            await self._pass_on(scope, receive, send)
            return
        if scope["method"] == "GET":
            accept = coding = host = tag = ""
            for name, value in scope["headers"]:
                if name == b"accept":
                    accept = value.decode("latin-1")
                elif name == b"accept-encoding":
                    coding = value.decode("latin-1")
                elif name == b"host":
                    host = value.decode("latin-1")
                elif name == b"if-none-match":
                    tag = value.decode("latin-1")
            key: RawKey = (
                scope["scheme"],
                scope["path"],
                scope["query_string"],
                host,
                accept,
                coding,
            )
            kept = self._endpoint.recall(key)
            if kept is not None:
                response = not_modified(kept.etag) if has(tag, kept.etag) else kept.response
                await send(_start(response.status, response.raw_headers))
                await send({"type": "http.response.body", "body": response.body})
                self._count_hit(scope["path"], response, kept)
                return
        await self._answer(scope, receive, send)

    def _count_hit(self, path: str, response: Response, kept: Kept) -> None:
        """Counting costs as much as answering from memory does, so it is done once a second."""
        if not self._hits:
            asyncio.get_running_loop().call_later(1.0, self._report_hits)
        status, size = response.status, len(response.body)
        self._hits[path, status, size] += 1
        if self._observer.logs:
            self._observer.log(Seen("GET", path, status, size, 0.0, "hit", kept.query))

    def _report_hits(self) -> None:
        hits, self._hits = self._hits, Counter()
        for (path, status, size), times in hits.items():
            self._observer.count(Seen("GET", path, status, size, 0.0, "hit"), times)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            scope.get("query_string", b"").decode("ascii")  # as a2wsgi reads it
        except UnicodeDecodeError:
            problem = Problem(400, "The URL's query is not percent-encoded.", name="bad-request")
            await _send(scope, send, refusal(problem))
        else:
            if scope.get("path") == "/metrics":
                self._report_hits()
            await self._flask(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = _Sent(send)
        cache, query = "none", ""
        page: Request | None = None
        begun = time.monotonic()
        try:
            request = await self._request(scope, receive)
            if len(request.query_string) + len(request.body) < _LONG:
                outcome = self._endpoint.handle(request)
            else:
                outcome = await asyncio.to_thread(self._endpoint.handle, request)
            if isinstance(outcome, Page):
                page = request
            elif isinstance(outcome, Pending):
                cache = outcome.cache
                query = outcome.query if self._observer.logs else ""
                with _WhileThere(self._clients, receive):
                    await self._deliver(scope, sent, request, outcome)
            elif isinstance(outcome, Kept):
                cache, query = "hit", outcome.query
                await _send(scope, sent, outcome.response)
            else:
                await _send(scope, sent, outcome)
        except Problem as problem:
            await _send(scope, sent, refusal(problem))
        except Gone:
            pass
        except StreamBroken:  # goes on to the server, which then breaks the transfer
            raise
        except Exception:  # a bug: the last place where it can still be answered
            traceback.print_exc()
            if sent.begun:
                raise
            await _send(scope, sent, refusal(Problem(500, "The server has failed.", name="failed")))
        finally:
            if page is None:
                seconds = time.monotonic() - begun
                self._observer.seen(
                    Seen(
                        *(scope["method"], scope["path"], sent.status, sent.bytes, seconds),
                        *(cache, query, not sent.whole),
                    )
                )
        if page is not None:  # which Flask answers and counts
            await self._flask(scope, _replay(page.body, receive), send)

    async def _request(self, scope: Scope, receive: Receive) -> Request:
        """The request as a value, with its body. Raises Problem 413, Gone."""
        headers: dict[str, str] = {}
        for raw_name, raw_value in scope["headers"]:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        body = b""
        if scope["method"] not in _BODILESS:
            length = headers.get("content-length", "0")
            if length.isdecimal() and int(length) > self._max_body_bytes:
                raise too_large(self._max_body_bytes)
            body = await self._body(receive)
        return Request(
            scope["method"], scope["path"], scope["query_string"], headers, body, scope["scheme"]
        )

    async def _body(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._max_body_bytes:
                raise too_large(self._max_body_bytes)
            more = message.get("more_body", False)
        return b"".join(parts)

    async def _deliver(self, scope: Scope, send: Send, request: Request, pending: Pending) -> None:
        answer: AsyncAnswer = await self._engine.run_async(pending.plan)
        if answer.whole:
            response = self._endpoint.finish(pending, answer.first, answer)
            await _send(scope, send, response)
            return
        try:
            chunks = answer.__aiter__()
            spool = self._endpoint.spool(pending, answer.first)
            try:
                async for chunk in chunks:
                    if not spool.add(chunk):
                        break
                else:
                    whole = b"".join(spool.chunks)
                    response = self._endpoint.finish(pending, whole, answer)
                    await _send(scope, send, response)
                    return
            except StreamBroken as broken:  # nothing has been sent yet
                raise too_late(pending, broken) from None
            await send(_start(200, raw(stream_headers(pending, answer))))
            if scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
                return
            body = b"".join(spool.chunks)
            await send({"type": "http.response.body", "body": body, "more_body": True})
            async for chunk in chunks:
                spool.keep(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
            self._endpoint.streamed(pending, spool.whole(), answer)
        finally:
            answer.close()


class _WhileThere:
    """Cancels the task in it, wherever that is, when the client hangs up. Raises Gone.

    Most answers come at once, so a client is watched only if it is still waiting when those of all
    queries are looked at the second time.
    """

    def __init__(self, clients: "_Clients", receive: Receive) -> None:
        self._clients = clients
        self._receive = receive
        self._task = asyncio.current_task()
        self._watch: asyncio.Task[None] | None = None
        self._seen = self._gone = False

    def __enter__(self) -> None:
        self._clients.add(self)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._clients.discard(self)
        if self._watch is not None:
            self._watch.cancel()
        if self._gone and self._task is not None:
            self._task.uncancel()
            if kind is asyncio.CancelledError:
                raise Gone from None

    def look(self) -> None:
        """Begin to watch, the second time."""
        if self._seen and self._watch is None:
            self._watch = asyncio.ensure_future(self._hung_up())
        self._seen = True

    async def _hung_up(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._task is not None:
            self._gone = self._task.cancel()


class _Clients(set[_WhileThere]):
    """The clients that wait for an answer, of one event loop."""

    def __init__(self) -> None:
        super().__init__()
        self._looking = False

    def add(self, client: _WhileThere) -> None:
        """Add a client; they are looked at as long as there are any."""
        super().add(client)
        if not self._looking:
            self._looking = True
            asyncio.get_running_loop().call_later(_WATCH_S, self._look)

    def _look(self) -> None:
        self._looking = bool(self)
        for client in self:
            client.look()
        if self._looking:
            asyncio.get_running_loop().call_later(_WATCH_S, self._look)


class _Sent:
    """``send`` that remembers what went out."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 499
        """The status sent; without one the client left before, for which nginx made up 499."""
        self.begun = False
        self.bytes = 0
        self.whole = False

    async def __call__(self, message: Message) -> None:
        await self._send(message)
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.begun = True
        else:
            self.bytes += len(message["body"])
            self.whole = not message.get("more_body", False)


async def _send(scope: Scope, send: Send, response: Response) -> None:
    await send(_start(response.status, response.raw_headers))
    body = response.body if scope["method"] != "HEAD" else b""
    await send({"type": "http.response.body", "body": body})


def _start(status: int, headers: list[tuple[bytes, bytes]]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


def _replay(body: bytes, receive: Receive) -> Receive:
    """``receive`` for an application that wants the body which has been read already."""
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
