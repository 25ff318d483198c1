"""The ASGI application that ``legation serve`` runs: ``/sparql`` and ``/data`` without Flask.

It streams, ends a query whose client has gone, and breaks a transfer whose query has failed, which
is all that WSGI servers can't be relied on for. Every other path goes to the Flask application.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from flask import Flask

from server.app import context_of
from server.endpoint import (
    DATA_PATHS,
    SPARQL_PATHS,
    AsyncAnswer,
    Pending,
    RawKey,
    has,
    not_modified,
    stream_headers,
    too_late,
)
from server.protocol.exchange import Request, Response, raw, refusal, too_large
from server.protocol.operation import Page
from server.protocol.problem import Problem, StreamBroken

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_PATHS = frozenset((*SPARQL_PATHS, *DATA_PATHS))
_BODILESS = frozenset(("GET", "HEAD", "OPTIONS"))


class Gone(Exception):
    """The client has hung up."""


class Application:
    """Both applications as one, over the context of the Flask one."""

    def __init__(self, app: Flask) -> None:
        context = context_of(app)
        self._engine = context.engine
        self._endpoint = context.endpoint
        self._max_body_bytes = context.settings.max_body_bytes
        self._flask: Any = WSGIMiddleware(cast(Any, app.wsgi_app))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in _PATHS:
            await self._flask(scope, receive, send)
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
                return
        await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = await self._request(scope, receive)
            outcome = self._endpoint.handle(request)
            if isinstance(outcome, Page):
                await self._flask(scope, _replay(request.body, receive), send)
            elif isinstance(outcome, Pending):
                await self._run(scope, receive, send, request, outcome)
            else:
                await self._send(scope, send, outcome)
        except Problem as problem:
            await self._send(scope, send, refusal(problem))
        except Gone:
            pass

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

    async def _run(
        self, scope: Scope, receive: Receive, send: Send, request: Request, pending: Pending
    ) -> None:
        """Run a plan; stop it when the client hangs up, wherever it is."""
        work = asyncio.ensure_future(self._deliver(scope, send, request, pending))
        gone = asyncio.ensure_future(_hung_up(receive))
        try:
            await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                work.cancel()
                await asyncio.wait((work,))
                raise Gone
            work.result()
        finally:
            work.cancel()
            gone.cancel()

    async def _deliver(self, scope: Scope, send: Send, request: Request, pending: Pending) -> None:
        answer: AsyncAnswer = await self._engine.run_async(pending.plan)
        try:
            chunks = answer.__aiter__()
            spool = self._endpoint.spool(pending, answer.first)
            try:
                async for chunk in chunks:
                    if not spool.add(chunk):
                        break
                else:
                    whole = b"".join(spool.chunks)
                    response = self._endpoint.finish(request, pending, whole, answer)
                    await self._send(scope, send, response)
                    return
            except StreamBroken as broken:  # nothing has been sent yet
                raise too_late(pending, broken) from None
            await send(_start(200, raw(stream_headers(pending, answer))))
            if scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
                return
            body = b"".join(spool.chunks)
            await send({"type": "http.response.body", "body": body, "more_body": True})
            # StreamBroken goes on to the server, which then breaks the transfer.
            async for chunk in chunks:
                spool.keep(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
            self._endpoint.streamed(pending, spool.whole(), answer)
        finally:
            answer.close()

    async def _send(self, scope: Scope, send: Send, response: Response) -> None:
        await send(_start(response.status, response.raw_headers))
        body = response.body if scope["method"] != "HEAD" else b""
        await send({"type": "http.response.body", "body": body})


def _start(status: int, headers: list[tuple[bytes, bytes]]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


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
