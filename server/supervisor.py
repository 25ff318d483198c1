"""Starts the keeper, restarts it when it ends, and replaces it when the data change.

The supervisor owns the socket that readers accept on and hands it to each keeper. It is therefore
always there: while a keeper is being replaced or restarted, who connects waits, and is not refused.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from ctypes.util import find_library
from itertools import chain, repeat
from pathlib import Path
from typing import Protocol

from server.keeper import READY

_PAUSES_S = (0.2, 1.0, 5.0)
"""Between attempts to start a keeper again; the last one for ever."""


class Limits(Protocol):
    """What of the settings concerns readers."""

    @property
    def max_concurrent_queries(self) -> int: ...
    @property
    def queue_timeout_s(self) -> float: ...
    @property
    def readers(self) -> int: ...
    @property
    def reader_memory_mb(self) -> int: ...


class KeeperFailed(Exception):
    """A keeper ended before it was ready; what it said went to standard error."""


class Supervisor:
    """One keeper at a time, and the socket in between. Use ``close`` when done."""

    def __init__(self, snapshot: Path, limits: Limits) -> None:
        """Start a keeper and wait until it has loaded `snapshot`. Raises KeeperFailed."""
        self.folder = Path(tempfile.mkdtemp(prefix="legation-"))  # only its owner may enter
        self.socket = self.folder / "readers"
        self.status = self.folder / "status.json"
        self.restarts = 0
        self._limits = limits
        self._snapshot = snapshot
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(self.socket))
        self._listener.listen(limits.max_concurrent_queries)
        self._closing = threading.Event()
        self._changing = threading.Lock()
        try:
            with self._changing:
                self._keeper = self._start(snapshot)
        except KeeperFailed:
            self._listener.close()
            shutil.rmtree(self.folder)
            raise

    @property
    def pid(self) -> int:
        """The process id of the keeper."""
        return self._keeper.pid

    def reload(self, snapshot: Path) -> None:
        """Replace the keeper by one that holds `snapshot`; queries under way finish on the old.

        Raises KeeperFailed; the old keeper then stays.
        """
        with self._changing:
            old, self._keeper = self._keeper, self._start(snapshot)
            self._snapshot = snapshot
        _retire(old)

    def close(self, patience_s: float = 5.0) -> None:
        """Let queries under way finish for at most `patience_s`, then kill what is left."""
        self._closing.set()
        with self._changing:
            self._listener.close()
        _retire(self._keeper)
        try:
            self._keeper.wait(patience_s)
        except subprocess.TimeoutExpired:
            os.killpg(self._keeper.pid, signal.SIGKILL)
            self._keeper.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self, snapshot: Path) -> "subprocess.Popen[bytes]":
        limits = self._limits
        keeper = subprocess.Popen(  # noqa: S603 - our own interpreter, module and numbers
            [
                # -P: a folder "server" where the command is given shall not be taken for ours.
                *(sys.executable, "-P", "-m", "server.keeper", str(snapshot)),
                *("--listener", str(self._listener.fileno())),
                *("--status", str(self.status)),
                *("--most", str(limits.max_concurrent_queries)),
                *("--spare", str(limits.readers)),
                *("--memory-mb", str(limits.reader_memory_mb)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[self._listener.fileno()],
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for the server, which then stops the keeper
        )
        said = keeper.stdout.readline() if keeper.stdout else b""
        if said != READY:
            _retire(keeper)
            raise KeeperFailed(f"The keeper of {snapshot} ended with status {keeper.wait()}.")
        threading.Thread(target=self._watch, args=(keeper,), daemon=True).start()
        return keeper

    def _watch(self, keeper: "subprocess.Popen[bytes]") -> None:
        """Wait for `keeper` to end, and start another one if it should not have."""
        keeper.wait()
        _retire(keeper)
        for pause in chain(_PAUSES_S, repeat(_PAUSES_S[-1])):
            with self._changing:
                if self._closing.is_set() or keeper is not self._keeper:
                    return
                try:
                    self._keeper = self._start(self._snapshot)
                except KeeperFailed as error:
                    print(error, file=sys.stderr)
                else:
                    self.restarts += 1
                    return
            self._closing.wait(pause)


def _environment() -> dict[str, str]:
    """What a keeper inherits.

    An evaluator allocates a lot, and mimalloc is faster at it than glibc: a lookup takes two thirds
    of the time. So it is preloaded where there is one, unless something else is.
    """
    environment = dict(os.environ)
    environment["OPENBLAS_NUM_THREADS"] = "1"  # numpy's threads forbid to fork
    allocator = find_library("mimalloc")
    if allocator is not None:
        environment.setdefault("LD_PRELOAD", allocator)
    return environment


def _retire(keeper: "subprocess.Popen[bytes]") -> None:
    keeper.terminate()  # closing its input is not enough if a forked worker holds a copy of it
    for pipe in (keeper.stdin, keeper.stdout):
        if pipe is not None:
            pipe.close()
