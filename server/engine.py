"""Runs plans: in readers that can be killed (``Engine``), or in this process (``LocalEngine``).

A plan has ``timeout_s`` from the moment it is handed over, waiting for a reader included. What goes
wrong before the first byte of an answer is raised as ``Problem``; after it, as ``StreamBroken``,
upon which a server must break the transfer.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graph.snapshot import Snapshot
from server.async_leases import AsyncLease, AsyncReaders
from server.evaluation import Data, Plan, evaluate
from server.leases import GRACE_S, Lease, Lost, Readers, Unbegun
from server.protocol.problem import Problem, StreamBroken
from server.supervisor import Limits, Supervisor
from server.wire import BROKEN, LAST, PROBLEM, Frame, decode_problem, encode_request


@dataclass(frozen=True)
class EngineStatus:
    """Counts of what the readers did since the keeper started."""

    generation: str
    """The digest of the data that new readers hold."""
    snapshot: str = ""
    """The folder of the snapshot that they hold."""
    readers: int = 0
    """Readers that are alive."""
    free: int = 0
    """Readers that nobody has taken."""
    forks: int = 0
    """Readers that were ever forked."""
    ends: dict[str, int] = field(default_factory=dict)
    """How readers ended that did not leave by themselves: at their ``deadline``, by ``abort``
    (memory, as a rule), by ``kill`` (the client has gone), by another ``crash``."""
    waiting: int = 0
    """Queries of this process that wait for a reader."""
    restarts: int = 0
    """How often a keeper had to be started again; known to the engine that started it."""


class Answer:
    """An answer to a thread: ``first``, then the rest by iteration, once.

    Its last part gives the reader back; whoever stops before must ``close`` it.
    """

    def __init__(
        self, readers: Readers, lease: Lease, first: Frame, plan: Plan, deadline: float
    ) -> None:
        self.first = first.payload
        self.truncated = first.truncated
        self.seconds = first.seconds
        self.generation = lease.generation
        self._readers = readers
        self._plan = plan
        self._deadline = deadline
        self._lease: Lease | None = lease
        if first.kind == LAST:
            self._finish()

    def __iter__(self) -> Iterator[bytes]:
        while self._lease is not None:
            try:
                frame = self._lease.frame(self._deadline + GRACE_S)
            except Lost:
                self.close()
                raise StreamBroken(_lost(self._plan, self._deadline).detail) from None
            if frame.kind == BROKEN:
                self._finish()
                raise StreamBroken(decode_problem(frame.payload).detail)
            if frame.kind == LAST:
                self._finish()
            yield frame.payload

    def close(self) -> None:
        """Stop the query, if it still runs."""
        if self._lease is not None:
            self._lease.kill()
            self._lease = None

    def _finish(self) -> None:
        if self._lease is not None:
            self._readers.give_back(self._lease)
            self._lease = None


class AsyncAnswer:
    """An answer to a coroutine: ``first``, then the rest by ``async for``, once.

    Its last part gives the reader back; whoever stops before must ``close`` it.
    """

    def __init__(
        self, readers: AsyncReaders, lease: AsyncLease, first: Frame, plan: Plan, deadline: float
    ) -> None:
        self.first = first.payload
        self.truncated = first.truncated
        self.seconds = first.seconds
        self.generation = lease.generation
        self._readers = readers
        self._plan = plan
        self._deadline = deadline
        self._lease: AsyncLease | None = lease
        if first.kind == LAST:
            self._finish()

    @property
    def whole(self) -> bool:
        """Whether ``first`` is all of it."""
        return self._lease is None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._lease is not None:
            try:
                frame = await self._lease.frame()
            except Lost:
                self._readers.kill(self._lease)
                self._lease = None
                raise StreamBroken(_lost(self._plan, self._deadline).detail) from None
            if frame.kind == BROKEN:
                self._finish()
                raise StreamBroken(decode_problem(frame.payload).detail)
            if frame.kind == LAST:
                self._finish()
            yield frame.payload

    def close(self) -> None:
        """Stop the query, if it still runs and doesn't end soon."""
        if self._lease is not None:
            self._readers.abandon(self._lease)
            self._lease = None

    def _finish(self) -> None:
        if self._lease is not None:
            self._readers.give_back(self._lease)
            self._lease = None


class Engine:
    """A client of the readers, and with ``start`` the owner of their keeper.

    ``run`` may be called from any thread, ``run_async`` in one event loop at a time.
    """

    def __init__(
        self, socket_path: Path, limits: Limits, supervisor: Supervisor | None = None
    ) -> None:
        self.socket_path = socket_path
        self._supervisor = supervisor
        self._queue_timeout_s = limits.queue_timeout_s
        self._readers = Readers(socket_path, self._queue_timeout_s)
        self._async_readers: AsyncReaders | None = None
        self._status_path = socket_path.with_name("status.json")
        self._status = EngineStatus("")
        self._status_until = 0.0

    @classmethod
    def start(cls, snapshot_dir: Path, limits: Limits) -> "Engine":
        """Start a keeper for `snapshot_dir` and wait until it is ready. Raises KeeperFailed."""
        supervisor = Supervisor(snapshot_dir, limits)
        return cls(supervisor.socket, limits, supervisor)

    @classmethod
    def connect(cls, socket_path: Path, limits: Limits) -> "Engine":
        """Use the readers of an engine that another process has started: its ``socket_path``."""
        return cls(socket_path, limits)

    def run(self, plan: Plan) -> Answer:
        """Evaluate `plan`; blocks until the first part of the answer. Raises Problem."""
        deadline = time.monotonic() + plan.timeout_s
        request = encode_request(plan, deadline)
        while True:
            lease = self._readers.take(deadline)
            try:
                lease.send(request, deadline + GRACE_S)
                frame = lease.frame(deadline + GRACE_S)
            except Unbegun:
                lease.close()
            except Lost:
                lease.kill()
                raise _lost(plan, deadline) from None
            except BaseException:
                lease.kill()
                raise
            else:
                break
        if frame.kind == PROBLEM:
            self._readers.give_back(lease)
            raise decode_problem(frame.payload)
        return Answer(self._readers, lease, frame, plan, deadline)

    async def run_async(self, plan: Plan) -> AsyncAnswer:
        """Evaluate `plan`; cancelling it stops the query. Raises Problem."""
        deadline = time.monotonic() + plan.timeout_s
        request = encode_request(plan, deadline)
        readers = self._loop_readers()
        while True:
            lease = await readers.take(deadline)
            try:
                await lease.send(request)
                frame = await lease.frame()
            except Unbegun:
                readers.drop(lease)
            except Lost:
                readers.kill(lease)
                raise _lost(plan, deadline) from None
            except BaseException:
                readers.abandon(lease)
                raise
            else:
                break
        if frame.kind == PROBLEM:
            readers.give_back(lease)
            raise decode_problem(frame.payload)
        return AsyncAnswer(readers, lease, frame, plan, deadline)

    @property
    def keeper_pid(self) -> int | None:
        """The process id of the keeper that this engine started."""
        return self._supervisor.pid if self._supervisor else None

    @property
    def generation(self) -> str:
        """The digest of the data that new readers hold, at most a tenth of a second old."""
        return self.status().generation

    def status(self) -> EngineStatus:
        """What the keeper has last said of its readers."""
        now = time.monotonic()
        if now >= self._status_until:
            try:
                counts = json.loads(self._status_path.read_bytes())
            except FileNotFoundError:  # stopped; what was last known still tells
                counts = {}
            self._status = EngineStatus(
                **{"generation": self._status.generation, **counts},
                waiting=self._async_readers.waiting if self._async_readers else 0,
                restarts=self._supervisor.restarts if self._supervisor else 0,
            )
            self._status_until = now + 0.1
        return self._status

    def reload(self, snapshot_dir: Path) -> None:
        """Change to another snapshot without refusing a request; queries under way finish.

        Only for the engine that was started, not for those that connected. Raises KeeperFailed.
        """
        if self._supervisor is None:
            raise RuntimeError("only the engine that started the keeper can reload it")
        self._supervisor.reload(snapshot_dir)

    def close(self) -> None:
        """Give the readers back; stop the keeper if this engine started it."""
        self._readers.close()
        if self._async_readers is not None:
            self._async_readers.close()
        if self._supervisor is not None:
            self._supervisor.close()

    def _loop_readers(self) -> AsyncReaders:
        loop = asyncio.get_running_loop()
        readers = self._async_readers
        if readers is None or readers.loop is not loop:
            if readers is not None:
                readers.close()
            readers = self._async_readers = AsyncReaders(
                self.socket_path, loop, self._queue_timeout_s
            )
        return readers


class Collected:
    """An answer that is whole: all of it is ``first``."""

    def __init__(self, generation: str) -> None:
        self.generation = generation
        self.truncated: bool | None = None
        self.seconds = 0.0
        self.whole = True
        self._parts: list[bytes] = []

    @property
    def first(self) -> bytes:
        return b"".join(self._parts)

    def write(self, data: bytes, /) -> int:
        self._parts.append(data)
        return len(data)

    def flush(self) -> None:
        pass

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part

    def close(self) -> None:
        pass


class LocalEngine:
    """Evaluates in this process: for tests and one-off commands. It knows no deadline."""

    def __init__(self, snapshot_dir: Path) -> None:
        snapshot = Snapshot(snapshot_dir)
        self.generation = snapshot.digest
        self._data = Data.load(snapshot)

    def run(self, plan: Plan) -> Collected:
        answer = Collected(self.generation)
        start = time.monotonic()
        evaluate(plan, self._data, answer)
        answer.seconds = time.monotonic() - start
        return answer

    async def run_async(self, plan: Plan) -> Collected:
        return await asyncio.to_thread(self.run, plan)

    def status(self) -> EngineStatus:
        return EngineStatus(self.generation)

    def close(self) -> None:
        pass


def _lost(plan: Plan, deadline: float) -> Problem:
    if time.monotonic() >= deadline:
        return Problem(
            504,
            f"The query was stopped at its time limit of {plan.timeout_s:g} s; "
            "ask for less, or set a LIMIT.",
            name="timeout",
        )
    return Problem(
        503,
        "The query ended the process that ran it: it needs more memory than a query may have, "
        "or the engine failed on it.",
        name="reader-lost",
    )
