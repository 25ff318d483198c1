"""A reader: the process in which queries run, disposable at any moment.

The keeper forks it with the loaded store. It accepts a server's connection, answers one request
after another on it, and goes back to accepting when the server has been silent for a while. The
kernel ends it at a query's deadline (SIGALRM, default action) or when it wants more memory than it
may have; it holds no state that would be missed.

It can open nothing: while a query runs, its limit on file descriptors is what it holds already, so
that ``open`` and ``socket`` fail whatever a query has talked the engine into.
"""

import json
import os
import resource
import select
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path

from server.evaluation import Data, evaluate
from server.protocol.problem import Problem
from server.wire import (
    BROKEN,
    HELLO,
    LAST,
    LENGTH,
    MORE,
    PART,
    PROBLEM,
    RETIRED,
    Frame,
    decode_request,
    encode_frame,
    encode_problem,
)

_SILENCE_MS = 200
"""A connection on which no request came for so long goes back; others may wait for a reader."""
_YIELD_S = 0.0005
_YIELDS = 20
"""How often, and how long each time, a reader stands back for one that should answer before it."""
BUSY, FRESH, USED = range(3)
"""The standing of a reader: not to be had, never used, used before. A reader copies the pages of
the store that it visits, so the same few should be visiting always: those that were used go first,
and among equals the one of the lowest rank."""
_REST_MS = 60_000
"""A reader that was used and then not for so long leaves, and takes the pages along that are its
own by now; the keeper forks another one that shares all of them."""
_OOM_SCORE = 500
_USUAL = 8192
"""Bytes that a request rarely exceeds."""


@dataclass(frozen=True)
class Post:
    """What a reader is given when it is forked."""

    listener: socket.socket
    """Where servers connect; non-blocking, shared by all readers."""
    lifeline: int
    """A pipe that ends when the keeper has gone or wants its readers to go."""
    reports: int
    """A pipe to the keeper: a line ``+PID`` when taken, ``-PID`` when free again."""
    standings: mmap
    """Memory that all readers share: a byte for the standing of each rank."""
    rank: int
    """The lowest number that no other reader has."""
    memory_bytes: int
    """The address space that queries may take on top of what the keeper has mapped."""


class _Gone(Exception):
    pass


def serve(post: Post, data: Data, generation: str) -> None:
    """Answer requests until the lifeline ends."""
    _limit(post)
    hello = Frame(HELLO, json.dumps({"pid": os.getpid(), "generation": generation}).encode())
    watch = select.poll()
    watch.register(post.listener, select.POLLIN)
    watch.register(post.lifeline, select.POLLIN)
    standing = FRESH
    while True:
        post.standings[post.rank] = standing
        ready = dict(watch.poll(_REST_MS if standing == USED else None))
        if not ready or post.lifeline in ready:
            post.standings[post.rank] = BUSY
            return
        _stand_back(post)
        try:
            connection, _ = post.listener.accept()
        except BlockingIOError:  # another reader was faster
            continue
        post.standings[post.rank] = BUSY
        _report(post, b"+")
        # Once the server has closed, nobody waits for what was under way.
        with connection, suppress(OSError, _Gone):
            connection.sendall(encode_frame(hello))
            _converse(connection, post.lifeline, data)
        _report(post, b"-")
        standing = USED


def _stand_back(post: Post) -> None:
    """Let those go first that should."""
    for _ in range(_YIELDS):
        standings = bytes(post.standings)
        if standings.index(max(standings)) == post.rank:
            return
        time.sleep(_YIELD_S)


def _report(post: Post, sign: bytes) -> None:
    with suppress(BrokenPipeError):  # no keeper any more: the lifeline says so too
        os.write(post.reports, sign + b"%d\n" % os.getpid())


def _limit(post: Post) -> None:
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _cap(resource.RLIMIT_AS, mapped + post.memory_bytes)
    _cap(resource.RLIMIT_CORE, 0)
    # When the machine itself runs out of memory, a reader is the one to lose.
    score = Path("/proc/self/oom_score_adj")
    if int(score.read_text()) < _OOM_SCORE:  # only root may lower it
        score.write_text(str(_OOM_SCORE))
    # Fill the gaps, then leave room for one descriptor: the connection that is to be accepted.
    free = os.open(os.devnull, os.O_RDONLY)
    highest = max(int(name) for name in os.listdir("/proc/self/fd"))
    while free < highest:
        free = os.dup(free)
    os.close(free)
    _cap(resource.RLIMIT_NOFILE, free + 1)


def _cap(limit: int, value: int) -> None:
    hard = resource.getrlimit(limit)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(limit, (value, value))


def _converse(connection: socket.socket, lifeline: int, data: Data) -> None:
    watch = select.poll()
    watch.register(connection, select.POLLIN)
    watch.register(lifeline, select.POLLIN)
    while True:
        ready = dict(watch.poll(_SILENCE_MS))
        if not ready or lifeline in ready:
            connection.sendall(encode_frame(Frame(RETIRED, b"")))
            return
        deadline, plan = decode_request(_request(connection))
        answer = _Answer(connection)
        # The kernel's clock, since nothing in this process runs while the engine does. Zero would
        # disarm it.
        signal.setitimer(signal.ITIMER_REAL, max(deadline - time.monotonic(), 1e-4))
        try:
            evaluate(plan, data, answer)
            answer.end()
        except Problem as problem:
            answer.fail(problem)
        except MemoryError:
            answer.fail(
                Problem(503, "The query needs more memory than it may have.", name="memory")
            )
            os.abort()  # as the evaluator does when it is the one to notice
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def _request(connection: socket.socket) -> bytes:
    received = connection.recv(_USUAL)
    if len(received) < LENGTH.size:  # a request is longer: the server has closed
        raise _Gone
    (length,) = LENGTH.unpack_from(received)
    parts = [received[LENGTH.size :]]
    length -= len(parts[0])
    while length > 0:
        parts.append(connection.recv(min(length, PART)))
        if not parts[-1]:
            raise _Gone
        length -= len(parts[-1])
    return b"".join(parts)


class _Answer:
    """Sends what is written to it in frames; blocks while the server takes no more."""

    def __init__(self, connection: socket.socket) -> None:
        self.truncated: bool | None = None
        self._connection = connection
        self._start = time.monotonic()
        self._buffer = bytearray()
        self._begun = False

    def write(self, data: bytes, /) -> int:
        self._buffer += data
        if len(self._buffer) >= PART:
            self._send(MORE, bytes(self._buffer))
            self._buffer.clear()
        return len(data)

    def flush(self) -> None:
        pass

    def end(self) -> None:
        self._send(LAST, bytes(self._buffer))

    def fail(self, problem: Problem) -> None:
        self._send(BROKEN if self._begun else PROBLEM, encode_problem(problem))

    def _send(self, kind: bytes, payload: bytes) -> None:
        seconds = time.monotonic() - self._start
        try:
            self._connection.sendall(encode_frame(Frame(kind, payload, self.truncated, seconds)))
        except OSError:  # not to be taken for an error of the evaluator
            raise _Gone from None
        self._begun = True
