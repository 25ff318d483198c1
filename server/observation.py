"""What is counted and logged of each request: Prometheus metrics and the access log.

With ``PROMETHEUS_MULTIPROC_DIR`` set before this is imported, the workers of one server share
their counts through that folder, and whichever is asked for ``/metrics`` answers for all.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

_BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


class Status(Protocol):
    """What the engine says of its readers, see ``server.engine.EngineStatus``."""

    @property
    def generation(self) -> str: ...
    @property
    def snapshot(self) -> str: ...
    @property
    def readers(self) -> int: ...
    @property
    def free(self) -> int: ...
    @property
    def forks(self) -> int: ...
    @property
    def ends(self) -> dict[str, int]: ...
    @property
    def waiting(self) -> int: ...


@dataclass(frozen=True)
class Seen:
    """A request that has been answered. No address and no query text: only the query's hash."""

    method: str
    path: str
    status: int
    bytes: int
    seconds: float
    cache: str = "none"
    """``hit``, ``miss``, or ``none`` for what is never kept."""
    query: str = ""
    """``query_hash`` of the query; "" without one."""
    broken: bool = False
    """Whether the transfer was broken off, because the query failed or the client left."""


def query_hash(query: str) -> str:
    """What stands for a query in the access log: the first 16 digits of its SHA-256."""
    return sha256(query.encode("utf-8", "backslashreplace")).hexdigest()[:16]


class Observer:
    """Counts and logs. Everything may be called from any thread."""

    def __init__(self, log_format: str, status: Callable[[], Status]) -> None:
        self._log_format = log_format
        self._registry = CollectorRegistry()
        self._readers = _Readers(status)
        self._requests = Counter(
            "legation_requests",
            "Requests answered, by path, method and status.",
            ("path", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "legation_request_seconds",
            "Seconds from a request to the last byte of its answer, unless it came from memory.",
            ("path",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._cache = Counter(
            "legation_cache",
            "Answers that could have come from memory, by whether they did.",
            ("result",),
            registry=self._registry,
        )
        self._bytes = Counter(
            "legation_response_bytes", "Bytes of bodies sent.", registry=self._registry
        )
        self._broken = Counter(
            "legation_broken_transfers",
            "Answers that broke off after their first byte.",
            registry=self._registry,
        )
        # Finding a labelled metric costs more than counting with it.
        self._requests_of = lru_cache(maxsize=512)(self._requests.labels)
        self._seconds_of = lru_cache(maxsize=16)(self._seconds.labels)
        self._cache_of = lru_cache(maxsize=4)(self._cache.labels)

    @property
    def logs(self) -> bool:
        """Whether there is an access log."""
        return self._log_format != "off"

    def seen(self, request: Seen) -> None:
        """Count a request, and log it."""
        self.count(request)
        self.log(request)

    def count(self, request: Seen, times: int = 1) -> None:
        """Count a request, or as many of its like as there were."""
        path = request.path if request.path in _PATHS else "other"
        method = request.method if request.method in _METHODS else "other"
        self._requests_of(path, method, str(request.status)).inc(times)
        self._bytes.inc(request.bytes * times)
        if request.cache != "none":
            self._cache_of(request.cache).inc(times)
        if request.cache != "hit":
            self._seconds_of(path).observe(request.seconds)
        if request.broken:
            self._broken.inc()

    def log(self, request: Seen) -> None:
        """Write a request to the access log, if there is one."""
        if self._log_format != "off":
            sys.stderr.write(_LINES[self._log_format](request))

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All metrics for Prometheus: body and content type."""
        registry = self._registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            # The one untyped function of a typed library.
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        encode, content_type = choose_encoder(accept)
        both = CollectorRegistry()
        both.register(_Joined(registry, self._readers))
        return encode(both), content_type


class _Joined:
    """The metrics of the registry and of the readers, which only the keeper counts."""

    def __init__(self, registry: CollectorRegistry, readers: "_Readers") -> None:
        self._registry = registry
        self._readers = readers

    def collect(self) -> Iterator[Metric]:
        yield from self._registry.collect()
        yield from self._readers.collect()


class _Readers:
    """The engine's counts as metrics."""

    def __init__(self, status: Callable[[], Status]) -> None:
        self._status = status

    def collect(self) -> Iterator[Metric]:
        status = self._status()
        readers = GaugeMetricFamily("legation_readers", "Reader processes.", labels=("state",))
        readers.add_metric(("free",), status.free)
        readers.add_metric(("busy",), status.readers - status.free)
        yield readers
        yield CounterMetricFamily(
            "legation_reader_forks", "Reader processes forked.", value=status.forks
        )
        ends = CounterMetricFamily(
            "legation_reader_ends", "Reader processes that were ended, by cause.", labels=("cause",)
        )
        for cause, number in sorted(status.ends.items()):
            ends.add_metric((cause,), number)
        yield ends
        yield GaugeMetricFamily(
            "legation_queries_waiting", "Queries that wait for a reader.", value=status.waiting
        )


_PATHS = frozenset(("/sparql", "/sparql/", "/data", "/data/", "/health", "/metrics"))
_METHODS = frozenset(("GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "DELETE", "PATCH"))
_quoted = lru_cache(maxsize=256)(json.dumps)


def _json(request: Seen) -> str:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return (
        f'{{"time": "{now}", "method": {_quoted(request.method)}, '
        f'"path": {_quoted(request.path)}, "status": {request.status}, '
        f'"bytes": {request.bytes}, "ms": {request.seconds * 1000:.1f}, '
        f'"cache": "{request.cache}", "query": "{request.query}", '
        f'"broken": {str(request.broken).lower()}}}\n'
    )


def _text(request: Seen) -> str:
    clock = time.strftime("%H:%M:%S")
    cache = "" if request.cache == "none" else f" {request.cache}"
    query = f" {request.query}" if request.query else ""
    broken = " broken" if request.broken else ""
    return (
        f"{clock} {request.method} {_quoted(request.path)[1:-1]} {request.status} "
        f"{request.bytes} bytes {request.seconds * 1000:.1f} ms{cache}{query}{broken}\n"
    )


_LINES = {"json": _json, "text": _text}
