"""Readers on loan to threads: a connection to a reader is leased for one query after another.

A few leases are kept for the next query, the one used last first, so that few readers make copies
of the store's pages. ``server.async_leases`` is the same for an event loop.
"""

import json
import os
import select
import signal
import socket
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path

from server.protocol.problem import Problem
from server.wire import PART, RETIRED, Frame, missing, take_frame

GRACE_S = 0.05
"""A reader ends itself at the deadline, but gives up a big store's memory before its connection:
after so long it is killed as well, and its client is not kept waiting for the rest."""
WARM = os.cpu_count() or 1
"""Leases that are kept between queries."""


class Lost(Exception):
    """The reader has ended, or never was."""


class Unbegun(Lost):
    """The reader has left before it began: another one may be asked."""


def busy() -> Problem:
    """What to answer when no reader is free in time."""
    return Problem(
        503,
        "The server is answering as many queries as it may; try again in a second.",
        name="busy",
        headers={"Retry-After": "1"},
    )


class Connection:
    """A socket to a reader, and the means to kill it."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self.buffer = bytearray()
        self.generation = ""
        self._process: int | None = None

    def greet(self, hello: Frame) -> None:
        """Take in what the reader says of itself."""
        about = json.loads(hello.payload)
        self.generation = about["generation"]
        try:
            # A descriptor and not the number, which another process may get once this one is gone.
            self._process = os.pidfd_open(about["pid"])
        except ProcessLookupError:
            raise Unbegun from None

    def kill(self) -> None:
        """End the reader, whatever it does, and the lease."""
        # A reader that has closed its end has said all that it had to say, perhaps unread so far,
        # and works for somebody else by now.
        if self._process is not None and not self._left():
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
        self.close()

    def _left(self) -> bool:
        poll = select.poll()
        poll.register(self.socket, select.POLLRDHUP)
        return bool(poll.poll(0))

    def close(self) -> None:
        """Give the reader back."""
        self.socket.close()
        if self._process is not None:
            os.close(self._process)
            self._process = None


class Lease(Connection):
    """A reader on loan to a thread."""

    @property
    def idle(self) -> bool:
        """Whether the reader is still there and silent, as it should be between queries."""
        self.socket.setblocking(False)
        try:
            self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def send(self, request: bytes, until: float) -> None:
        """Raises Unbegun when the reader has left."""
        self.socket.settimeout(max(until - time.monotonic(), 0.001))
        try:
            self.socket.sendall(request)
        except OSError:
            raise Unbegun from None

    def frame(self, until: float) -> Frame:
        """The next frame. Raises Lost when the reader ends, or gives none before `until`."""
        try:
            while (lacking := missing(self.buffer)) > 0:
                self.socket.settimeout(max(until - time.monotonic(), 0.001))
                received = self.socket.recv(max(lacking, PART))
                if not received:
                    raise Lost
                self.buffer += received
        except OSError:
            raise Lost from None
        frame = take_frame(self.buffer)
        if frame.kind == RETIRED:
            raise Unbegun
        return frame


class Readers:
    """The readers behind a socket, for threads."""

    def __init__(self, path: Path, queue_timeout_s: float) -> None:
        self._path = str(path)
        self._queue_timeout_s = queue_timeout_s
        self._kept: list[Lease] = []
        self._lock = threading.Lock()

    def take(self, until: float) -> Lease:
        """A lease of a reader that waits for a query. Raises Problem when there is none in time."""
        while True:
            with self._lock:
                lease = self._kept.pop() if self._kept else None
            if lease is None:
                return self._open(min(until, time.monotonic() + self._queue_timeout_s))
            if lease.idle:
                return lease
            lease.close()

    def give_back(self, lease: Lease) -> None:
        """The answer has been read to its end."""
        with self._lock:
            if len(self._kept) < WARM:
                self._kept.append(lease)
                return
        lease.close()

    def close(self) -> None:
        with self._lock:
            kept, self._kept = self._kept, []
        for lease in kept:
            lease.close()

    def _open(self, until: float) -> Lease:
        while True:
            lease = Lease(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            try:
                _connect(lease.socket, self._path, until)
                lease.greet(lease.frame(until))
            except (OSError, Lost) as error:
                lease.close()
                # A reader may end between accepting and greeting; the next one then greets.
                if isinstance(error, OSError) or time.monotonic() >= until:
                    raise busy() from None
            except BaseException:
                lease.close()
                raise
            else:
                return lease


def _connect(connection: socket.socket, path: str, until: float) -> None:
    """Blocking, with the kernel's own timeout: without, a full queue is an error at once."""
    microseconds = max(int((until - time.monotonic()) * 1e6), 1000)
    timeout = struct.pack("ll", *divmod(microseconds, 1_000_000))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
    connection.connect(path)
