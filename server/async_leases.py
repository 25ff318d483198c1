"""Readers on loan to an event loop, as ``server.leases`` lends them to threads.

A query takes no thread, no timer and few system calls: its request is sent at once, and its frames
come by one callback that stays registered as long as the lease.
"""

import asyncio
import socket
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from server.leases import GRACE_S, WARM, Connection, Lost, Unbegun, busy
from server.wire import MORE, PART, RETIRED, Frame, missing, take_frame

_LONG_S = 0.01
"""A query that has run for so long is a long one. Short ones share as many readers as there are
processors, since more would only get in each other's way; behind long ones nobody waits."""
_CHECK_S = 0.05
_ABANDONED_S = 2.0
"""How long a query goes on whose client has left. Most end by themselves within that; and a reader
that is killed costs the next one the copies of all the pages that it had."""
_ENOUGH = 2 * PART
"""Bytes of an answer that may wait here; then nothing more is read, and the reader blocks."""


class AsyncLease(Connection):
    """A reader on loan to an event loop."""

    def __init__(
        self, connected: socket.socket, loop: asyncio.AbstractEventLoop, scratch: memoryview
    ) -> None:
        """`scratch` is room to receive into, which all leases of a loop may share."""
        super().__init__(connected)
        self.since = 0.0
        self.deadline = float("inf")
        self._loop = loop
        self._scratch = scratch
        self._ended = False
        self._reading = False
        self._waiter: asyncio.Future[None] | None = None
        self._read(True)

    @property
    def idle(self) -> bool:
        """Whether the reader is still there and silent, as it should be between queries."""
        return not self._ended and not self.buffer

    async def send(self, request: bytes) -> None:
        """Raises Unbegun when the reader has left."""
        try:
            try:
                sent = self.socket.send(request)
            except BlockingIOError:
                sent = 0
            if sent < len(request):
                await self._loop.sock_sendall(self.socket, request[sent:])
        except OSError:
            raise Unbegun from None

    async def frame(self) -> Frame:
        """The next frame. Raises Lost when the reader ends."""
        while missing(self.buffer) > 0:
            if self._ended:
                raise Lost
            self._read(True)
            self._waiter = self._loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        frame = take_frame(self.buffer)
        if frame.kind == RETIRED:
            raise Unbegun
        return frame

    def close(self) -> None:
        self._read(False)
        self._ended = True
        self._wake()
        super().close()

    def _readable(self) -> None:
        try:
            received = self.socket.recv_into(self._scratch)
        except BlockingIOError:
            return
        except OSError:
            received = 0
        if received:
            self.buffer += self._scratch[:received]
        else:
            self._ended = True
        if self._ended or (self._waiter is None and len(self.buffer) >= _ENOUGH):
            self._read(False)
        if self._ended or missing(self.buffer) <= 0:
            self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _read(self, wanted: bool) -> None:
        if wanted == self._reading or self._loop.is_closed():
            return
        self._reading = wanted
        if wanted:
            self._loop.add_reader(self.socket.fileno(), self._readable)
        else:
            self._loop.remove_reader(self.socket.fileno())


class AsyncReaders:
    """The readers behind a socket, for one event loop."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop, queue_timeout_s: float) -> None:
        self.loop = loop
        self._path = str(path)
        self._queue_timeout_s = queue_timeout_s
        self._scratch = memoryview(bytearray(_ENOUGH))
        self._kept: list[AsyncLease] = []
        self._busy: set[AsyncLease] = set()
        self._waiting: deque[_Waiting] = deque()
        self._opening: set[asyncio.Task[None]] = set()
        self._abandoned: set[asyncio.Task[None]] = set()
        self._sharing: asyncio.TimerHandle | None = None
        self._checking: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many queries wait for a reader."""
        return len(self._waiting)

    async def take(self, deadline: float) -> AsyncLease:
        """A lease of a reader that waits for a query. Raises Problem when there is none in time."""
        lease = self._pop() or await self._wait(deadline)
        lease.deadline = deadline
        if self._checking is None:
            self._checking = self.loop.call_later(_CHECK_S, self._check)
        return lease

    def give_back(self, lease: AsyncLease) -> None:
        """The answer has been read to its end."""
        self._busy.discard(lease)
        self._hand_on(lease)

    def drop(self, lease: AsyncLease) -> None:
        """The reader has left."""
        self._busy.discard(lease)
        lease.close()
        self._open()

    def kill(self, lease: AsyncLease) -> None:
        """The reader is lost, or what it does is of no use any more: end it."""
        lease.kill()
        self.drop(lease)

    def abandon(self, lease: AsyncLease) -> None:
        """Nobody waits for the answer any more: end the query, unless it ends soon by itself."""
        task = self.loop.create_task(self._see_off(lease))
        self._abandoned.add(task)
        task.add_done_callback(self._abandoned.discard)

    async def _see_off(self, lease: AsyncLease) -> None:
        try:
            async with asyncio.timeout(_ABANDONED_S):
                while (await lease.frame()).kind == MORE:
                    pass
        except Unbegun:
            self.drop(lease)
        except (Lost, TimeoutError, asyncio.CancelledError):
            self.kill(lease)
        else:
            self.give_back(lease)

    def close(self) -> None:
        for lease in (*self._kept, *self._busy):
            lease.close()
        self._kept.clear()
        for timer in (self._sharing, self._checking):
            if timer is not None:
                timer.cancel()
        if not self.loop.is_closed():
            for task in (*self._opening, *self._abandoned):
                task.cancel()

    def _pop(self) -> AsyncLease | None:
        while self._kept:
            lease = self._kept.pop()
            if lease.idle:
                self._begin(lease)
                return lease
            lease.close()
        return None

    async def _wait(self, deadline: float) -> AsyncLease:
        now = time.monotonic()
        future: asyncio.Future[AsyncLease] = self.loop.create_future()
        self._waiting.append(_Waiting(min(now + self._queue_timeout_s, deadline), future))
        self._open()
        if self._sharing is None:
            self._sharing = self.loop.call_later(_LONG_S, self._share)
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self.give_back(future.result())
            raise

    def _hand_on(self, lease: AsyncLease) -> None:
        if not lease.idle:
            lease.close()
            self._open()
            return
        while self._waiting and self._short() < WARM:
            future = self._waiting.popleft().future
            if not future.done():
                self._begin(lease)
                future.set_result(lease)
                return
        if len(self._kept) < WARM and not self._waiting:
            self._kept.append(lease)
        else:
            lease.close()

    def _begin(self, lease: AsyncLease) -> None:
        lease.since, lease.deadline = time.monotonic(), float("inf")
        self._busy.add(lease)

    def _short(self) -> int:
        """How many readers work on a query that may yet turn out to be short."""
        if len(self._busy) < WARM:
            return len(self._busy)
        recent = time.monotonic() - _LONG_S
        return sum(lease.since > recent for lease in self._busy)

    def _open(self) -> None:
        """Ask for one more reader, if there is a query for it and a processor."""
        if len(self._opening) < min(len(self._waiting), WARM - self._short()):
            task = self.loop.create_task(self._connect())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _connect(self) -> None:
        while True:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.setblocking(False)
            try:
                connection.connect(self._path)
            except OSError:  # too many wait for a reader already; those here may still get one
                connection.close()
                return
            lease = AsyncLease(connection, self.loop, self._scratch)
            try:
                lease.greet(await lease.frame())
            except Lost:  # it ended between accepting and greeting; the next one then greets
                lease.close()
            except asyncio.CancelledError:
                lease.close()
                raise
            else:
                self._hand_on(lease)
                return

    def _share(self) -> None:
        now = time.monotonic()
        for waiting in self._waiting:
            if waiting.until <= now and not waiting.future.done():
                waiting.future.set_exception(busy())
        self._waiting = deque(each for each in self._waiting if not each.future.done())
        self._open()
        self._sharing = self.loop.call_later(_LONG_S, self._share) if self._waiting else None

    def _check(self) -> None:
        now = time.monotonic()
        for lease in [lease for lease in self._busy if lease.deadline + GRACE_S < now]:
            lease.kill()
        self._checking = self.loop.call_later(_CHECK_S, self._check) if self._busy else None


@dataclass(frozen=True, slots=True)
class _Waiting:
    until: float
    future: asyncio.Future[AsyncLease]
