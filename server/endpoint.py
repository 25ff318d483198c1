"""The endpoint that both applications share: from a request to a plan, from an answer to bytes.

It evaluates nothing and sends nothing: ``server.app`` runs plans in threads, ``server.asgi`` in
asyncio, and both ask here before and after.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Protocol

from werkzeug.http import parse_etags

from ontology import GRAPH
from server.cache import ByteLRU, encode, etag
from server.observation import Status, query_hash
from server.protocol import description, negotiate
from server.protocol.exchange import COMMON, Headers, Request, Response, check_method
from server.protocol.operation import (
    DATA_METHODS,
    SPARQL_METHODS,
    Description,
    Limits,
    Page,
    read_data,
    read_sparql,
)
from server.protocol.plan import GraphPlan, QueryPlan
from server.protocol.problem import Problem, StreamBroken
from server.settings import Settings

SPARQL_PATHS = ("/sparql", "/sparql/")
DATA_PATHS = ("/data", "/data/")

_SPOOL_S = 0.025
"""Seconds after its first byte for which an answer is waited for as a whole before it streams."""
_ENTRY_COST = 1000
"""Bytes that a kept request or answer takes beside its text, roughly."""

KEPT: Headers = (("Cache-Control", "no-cache"), ("Vary", "Accept, Accept-Encoding"))
"""A client may keep the answer and ask whether it still holds."""
NOT_KEPT: Headers = (("Cache-Control", "no-store"), ("Vary", "Accept, Accept-Encoding"))

RawKey = tuple[str, str, bytes, str, str, str]


class Answer(Protocol):
    """What ``server.engine`` gives for a plan: the first chunk is known, the others follow."""

    generation: str
    truncated: bool | None
    seconds: float

    @property
    def first(self) -> bytes: ...
    def __iter__(self) -> Iterator[bytes]: ...
    def close(self) -> None: ...


class AsyncAnswer(Protocol):
    """The same for asyncio."""

    generation: str
    truncated: bool | None
    seconds: float

    @property
    def first(self) -> bytes: ...
    @property
    def whole(self) -> bool: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def close(self) -> None: ...


class Engine(Protocol):
    """What evaluates plans. Both calls raise Problem; iterating an answer raises StreamBroken."""

    @property
    def generation(self) -> str: ...
    def run(self, plan: QueryPlan | GraphPlan) -> Answer: ...
    async def run_async(self, plan: QueryPlan | GraphPlan) -> AsyncAnswer: ...
    def status(self) -> Status: ...


@dataclass(frozen=True)
class Pending:
    """A request that the engine must answer, and how its answer is to be sent."""

    plan: QueryPlan | GraphPlan
    coding: str | None
    raw: RawKey | None
    etag: str
    """Under which tag its answer is kept, in ``coding``; "": it is volatile."""
    generation: str
    rewrite: Callable[[bytes], bytes] | None = None
    """What makes the body of the engine's answer; None: it is the answer."""
    begun: float = field(default_factory=time.monotonic)

    @property
    def query(self) -> str:
        """The query's hash, for the access log; "" without a query."""
        return query_hash(self.plan.query) if isinstance(self.plan, QueryPlan) else ""

    @property
    def cache(self) -> str:
        """For the access log: ``miss``, or ``none`` for what is never kept."""
        return "miss" if self.etag else "none"


@dataclass(frozen=True)
class Kept:
    """A whole answer in one content coding, ready to be sent again."""

    etag: str
    """"" if it is for one client only."""
    body: bytes
    coding: str | None
    truncated: bool | None
    pending: Pending
    """The request that it was first the answer to."""

    @property
    def generation(self) -> str:
        """The digest of the data that it was made from."""
        return self.pending.generation

    @cached_property
    def query(self) -> str:
        """The query's hash, for the access log; "" without a query."""
        return self.pending.query

    @cached_property
    def response(self) -> Response:
        """The answer from memory."""
        return whole(self, "cache;desc=hit")


Outcome = Response | Kept | Pending | Page
"""What to do with a request: send this, send what was kept, run a plan, or show a page."""


class Spool:
    """The chunks of an answer until it is whole, too long, or late."""

    def __init__(self, max_bytes: float, first: bytes) -> None:
        self._max_bytes = max_bytes
        self._until = time.monotonic() + _SPOOL_S
        self._size = len(first)
        self.chunks = [first]

    def add(self, chunk: bytes) -> bool:
        """Take a chunk; False once the answer should stream."""
        self.chunks.append(chunk)
        self._size += len(chunk)
        return self._size <= self._max_bytes and time.monotonic() < self._until

    def keep(self, chunk: bytes) -> None:
        """Take a chunk that has been sent already, as long as the whole may still be kept."""
        self._size += len(chunk)
        if self._size <= self._max_bytes:
            self.chunks.append(chunk)
        else:
            self.chunks.clear()

    def whole(self) -> bytes | None:
        """The answer; None if it is too long to keep."""
        return b"".join(self.chunks) if self._size <= self._max_bytes else None


class Endpoint:
    """Requests in, plans or responses out; keeps answers by what they depend on."""

    def __init__(self, engine: Engine, settings: Settings, *, pages: bool = False) -> None:
        self.engine = engine
        self.settings = settings
        self.pages = pages
        self.limits = Limits(settings.query_timeout_s, settings.max_result_rows, settings.base_iri)
        self._answers: ByteLRU[str, Kept] = ByteLRU(settings.cache_max_bytes)
        self._requests: ByteLRU[RawKey, str] = ByteLRU(settings.cache_max_bytes // 8)

    def recall(self, raw: RawKey) -> Kept | None:
        """The kept answer to a GET that has been answered before, without reading it again."""
        tag = self._requests.get(raw)
        kept = self._answers.get(tag) if tag is not None else None
        return kept if kept is not None and kept.generation == self.engine.generation else None

    def handle(self, request: Request) -> Outcome:
        """What to do with a request to ``/sparql`` or ``/data``. Raises Problem."""
        if request.path in DATA_PATHS:
            response = check_method(request, DATA_METHODS)
            if response is not None:
                return response
            return self._look_up(request, read_data(request, self.limits))
        response = check_method(request, SPARQL_METHODS)
        if response is not None:
            return response
        operation = read_sparql(request, self.limits, pages=self.pages)
        if isinstance(operation, Page):
            return operation
        if isinstance(operation, Description):
            url = request.url(self.limits.base_iri)
            offer = operation.offer
            plan = description.plan(url, offer.label, self.limits.query_timeout_s)
            rewrite = partial(description.write, format_=offer.format, endpoint=url)
            return self._look_up(request, plan, rewrite)
        return self._look_up(request, operation)

    def document(self, request: Request, graph: str) -> Response | Kept | Pending:
        """A graph under a name of its own, such as ``/.well-known/void``. Raises Problem."""
        response = check_method(request, DATA_METHODS)
        if response is not None:
            return response
        offer = negotiate.best(request.header("accept"), negotiate.GRAPHS)
        plan = GraphPlan(
            str(GRAPH[graph]),
            offer.label,
            offer.format,
            self.limits.query_timeout_s,
            request.url(self.limits.base_iri),
        )
        return self._look_up(request, plan)

    def _look_up(
        self,
        request: Request,
        plan: QueryPlan | GraphPlan,
        rewrite: Callable[[bytes], bytes] | None = None,
    ) -> Response | Kept | Pending:
        coding = negotiate.encoding(request.header("accept-encoding"))
        generation = self.engine.generation
        if isinstance(plan, QueryPlan) and not plan.cacheable:
            return Pending(plan, coding, None, "", generation, rewrite)
        tag = etag(plan, generation, coding)
        pending = Pending(plan, coding, raw_key(request), tag, generation, rewrite)
        if has(request.header("if-none-match"), tag):
            return not_modified(tag)
        kept = self._answers.get(tag)
        if kept is None and coding is not None:
            plain = self._answers.get(etag(plan, generation, None))
            if plain is not None:
                kept = self._keep(pending, plain.body, plain.truncated)
        if kept is None:
            return pending
        self._remember(pending)
        return kept

    def spool(self, pending: Pending, first: bytes) -> Spool:
        """Where to collect an answer; one that is rewritten is collected to its end."""
        return Spool(
            float("inf") if pending.rewrite else self.settings.cache_entry_max_bytes, first
        )

    def finish(self, pending: Pending, body: bytes, answer: Answer | AsyncAnswer) -> Response:
        """The response for an answer that is known as a whole; keeps it if it may be kept."""
        if pending.rewrite is not None:
            body = pending.rewrite(body)
        if _lasts(pending, answer):
            sent = self._keep(pending, body, answer.truncated)
            self._remember(pending)
        else:
            sent = _encoded(pending, pending.coding, body, answer.truncated)
        return whole(sent, f"query;dur={answer.seconds * 1000:.1f}")

    def streamed(self, pending: Pending, body: bytes | None, answer: Answer | AsyncAnswer) -> None:
        """Keep an answer that has been sent as a stream, if it wasn't too long for that."""
        if body is not None and _lasts(pending, answer):
            tag = etag(pending.plan, pending.generation, None)
            self._put(_encoded(pending, None, body, answer.truncated, tag))

    def _keep(self, pending: Pending, body: bytes, truncated: bool | None) -> Kept:
        """Keep an answer as it is and in the coding that was asked for; give the latter."""
        if pending.coding is not None:
            tag = etag(pending.plan, pending.generation, None)
            self._put(_encoded(pending, None, body, truncated, tag))
        return self._put(_encoded(pending, pending.coding, body, truncated, pending.etag))

    def _put(self, kept: Kept) -> Kept:
        if kept.etag:
            self._answers.put(kept.etag, kept, len(kept.body) + _ENTRY_COST)
        return kept

    def _remember(self, pending: Pending) -> None:
        if pending.raw is not None:
            size = _ENTRY_COST + sum(map(len, pending.raw))
            self._requests.put(pending.raw, pending.etag, size)


def too_late(pending: Pending, broken: StreamBroken) -> Problem:
    """The Problem for an answer that broke while nothing of it had been sent."""
    late = time.monotonic() - pending.begun >= pending.plan.timeout_s
    return Problem(504 if late else 503, f"The answer broke off: {broken}.", name="broken")


def raw_key(request: Request) -> RawKey | None:
    """What a GET's answer can depend on, unread; None for other methods."""
    if request.method != "GET":
        return None
    return (
        request.scheme,
        request.path,
        request.query_string,
        request.header("host"),
        request.header("accept"),
        request.header("accept-encoding"),
    )


def has(if_none_match: str, tag: str) -> bool:
    """Whether the client says that it has the representation, RFC 9110 §13.1.2."""
    return bool(if_none_match) and parse_etags(if_none_match).contains_weak(
        tag.removeprefix("W/").strip('"')
    )


def not_modified(tag: str) -> Response:
    """The response that tells a client to use what it has."""
    return Response(304, (("ETag", tag), *KEPT, *COMMON))


def _encoded(
    pending: Pending,
    coding: str | None,
    body: bytes,
    truncated: bool | None,
    tag: str = "",
) -> Kept:
    return Kept(tag, *encode(body, coding), truncated, pending)


def _lasts(pending: Pending, answer: Answer | AsyncAnswer) -> bool:
    """Whether an answer may be kept: it isn't volatile, and the data haven't just changed."""
    return bool(pending.etag) and answer.generation == pending.generation


def whole(kept: Kept, timing: str) -> Response:
    """A whole answer as a response."""
    return Response(
        200,
        (
            ("Content-Type", kept.pending.plan.media_type),
            *_caching(kept.etag),
            *((("Content-Encoding", kept.coding),) if kept.coding is not None else ()),
            *_cut(kept.truncated),
            ("Server-Timing", timing),
            *COMMON,
        ),
        kept.body,
    )


def stream_headers(pending: Pending, answer: Answer | AsyncAnswer) -> Headers:
    """The headers of an answer that is sent as it comes: not compressed, of unknown length."""
    tag = etag(pending.plan, answer.generation, None) if pending.etag else ""
    return (
        ("Content-Type", pending.plan.media_type),
        *_caching(tag),
        *_cut(answer.truncated),
        ("Server-Timing", f"query;dur={answer.seconds * 1000:.1f}"),
        *COMMON,
    )


def _caching(tag: str) -> Headers:
    return (("ETag", tag), *KEPT) if tag else NOT_KEPT


def _cut(truncated: bool | None) -> Headers:
    return () if truncated is None else (("Legation-Truncated", str(truncated).lower()),)
