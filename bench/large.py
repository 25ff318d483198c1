"""An answer of 20 MB: how long it takes, when it begins, and what several at once do to memory."""

import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from statistics import median
from typing import ClassVar

from bench.queries import Query
from bench.servers import Endpoint, rest
from bench.table import number

_CLIENTS = 4
_PART = 2**16


@dataclass
class Large:
    """One server's large answers."""

    size: int
    server: str
    bytes: int = 0
    seconds: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    """Seconds to the first byte of the body."""
    growth: float = 0.0
    """By how many MB the server's memory grew, at most, while four clients took the answer."""
    memory: float = 0.0
    """MB of the server in the end, after all that it was asked."""

    COLUMNS: ClassVar[tuple[str, ...]] = (
        *("Triples", "Server", "MB", "Seconds", "First byte, ms", "Slowest first byte, ms"),
        *("Growth, MB", "Memory, MB"),
    )

    def row(self) -> tuple[str, ...]:
        """The row of a table."""
        first = (median(self.first) * 1000, max(self.first) * 1000)
        return (
            *(f"{self.size:,}", self.server, number(self.bytes / 1e6)),
            *map(number, (median(self.seconds), *first, self.growth, self.memory)),
        )


def measure(size: int, servers: list[Endpoint], query: Query, rounds: int) -> list[Large]:
    """Every server in turn, ``rounds`` times; the first answers, after which readers are warm,
    don't count."""
    found = [Large(size, server.name) for server in servers]
    for server in servers:
        _together(server, query)
    for _ in range(rounds):
        for server, large in zip(servers, found, strict=True):
            large.bytes, first, seconds = take(server, query)
            large.first.append(first)
            large.seconds.append(seconds)
            rest(server)
    for server, large in zip(servers, found, strict=True):
        large.growth = _together(server, query)
        large.memory = server.memory()
    return found


def take(server: Endpoint, query: Query) -> tuple[int, float, float]:
    """Take an answer: bytes, seconds to the first, seconds to the last."""
    begun = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", server.port, timeout=300)
    connection.request("GET", query.target(server.path), headers={"Accept": query.accept})
    response = connection.getresponse()
    size = len(response.read(1))
    first = time.perf_counter() - begun
    buffer = bytearray(_PART)
    while got := response.readinto(buffer):
        size += got
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{server.name} answered {response.status}")
    return size, first, time.perf_counter() - begun


def _together(server: Endpoint, query: Query) -> float:
    """The most MB by which memory grows while four clients take the answer."""
    before = most = server.memory()
    clients = [threading.Thread(target=take, args=(server, query)) for _ in range(_CLIENTS)]
    for client in clients:
        client.start()
    while any(client.is_alive() for client in clients):
        most = max(most, server.memory())
        time.sleep(0.02)
    rest(server)
    return most - before
