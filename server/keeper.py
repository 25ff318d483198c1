"""The keeper: holds the loaded snapshot and forks readers from it, ahead of need.

``python -m server.keeper`` is started by ``server.supervisor``, by exec, so that it has one thread
and nothing of a server in it; a fork is safe only from such a process. Its standard input is a
pipe: when that ends, the keeper retires, and so it does on SIGTERM: it closes the readers'
lifeline, waits until each has finished what it does, and exits. On standard output it writes one
line when it is ready.
"""

import argparse
import gc
import json
import os
import select
import signal
import socket
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from mmap import mmap
from pathlib import Path

import server.explanation  # noqa: F401 - readers use it and can open no module any more
from graph.snapshot import Snapshot
from server.evaluation import Data
from server.reader import BUSY, Post, serve

READY = b"ready\n"
_STILLBORN = 20
"""Readers that may fail before their first query, in a row, until the keeper gives up."""
_CAUSES = {-signal.SIGALRM: "deadline", -signal.SIGABRT: "abort", -signal.SIGKILL: "kill"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="server.keeper")
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("--listener", type=int, required=True, help="descriptor to accept on")
    parser.add_argument("--status", type=Path, required=True, help="file to keep the counts in")
    parser.add_argument("--most", type=int, required=True, help="readers, at most")
    parser.add_argument("--spare", type=int, required=True, help="free readers, ahead of need")
    parser.add_argument("--memory-mb", type=int, required=True, help="of each reader")
    arguments = parser.parse_args()
    snapshot = Snapshot(arguments.snapshot)
    try:
        data = Data.load(snapshot, _held(snapshot.asserted))
        generation = snapshot.digest
    except (OSError, SyntaxError, KeyError) as error:
        sys.exit(f"keeper: {snapshot.folder} is no snapshot that can be served: {error}")
    keeper = Keeper(
        data,
        generation,
        snapshot.folder,
        listener=socket.socket(fileno=arguments.listener),
        status=arguments.status,
        most=arguments.most,
        spare=arguments.spare,
        memory_bytes=arguments.memory_mb << 20,
    )
    keeper.run()
    os._exit(0)  # to take a big store apart node by node takes seconds


def _held(path: Path) -> Callable[[], bytes]:
    """What reads a file that is opened now, in readers too, which can open nothing any more."""
    descriptor = os.open(path, os.O_RDONLY)
    # At an offset of its own: processes that share a descriptor share its position.
    return lambda: os.pread(descriptor, os.fstat(descriptor).st_size, 0)


class Keeper:
    """The readers that are alive, and how those ended that are not."""

    def __init__(
        self,
        data: Data,
        generation: str,
        folder: Path,
        *,
        listener: socket.socket,
        status: Path,
        most: int,
        spare: int,
        memory_bytes: int,
    ) -> None:
        self._data = data
        self._generation = generation
        self._folder = folder
        self._status = status
        self._most = most
        self._spare = spare
        self._lifeline, self._lifeline_end = os.pipe()
        self._reports, reports_end = os.pipe()
        self._wakeups, self._wakeups_end = os.pipe()
        for descriptor in (self._reports, self._wakeups, self._wakeups_end):
            os.set_blocking(descriptor, False)
        listener.setblocking(False)
        self._standings = mmap(-1, most)
        self._post = Post(listener, self._lifeline, reports_end, self._standings, 0, memory_bytes)
        self._taken: dict[int, bool] = {}
        self._ranks: dict[int, int] = {}
        self._fresh: set[int] = set()
        self._ends: Counter[str] = Counter()
        self._forks = 0
        self._stillborn = 0
        self._retired = False

    def run(self) -> None:
        """Fork and reap until told to retire and the last reader has gone."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self._retire())
        signal.set_wakeup_fd(self._wakeups_end)
        gc.collect()
        gc.freeze()  # a collection in a reader shall not write to what it shares
        self._fill()
        os.write(sys.stdout.fileno(), READY)
        watch = select.poll()
        for descriptor in (sys.stdin.fileno(), self._reports, self._wakeups):
            watch.register(descriptor, select.POLLIN)
        while self._taken or not self._retired:
            ready = dict(watch.poll())
            if self._wakeups in ready:
                os.read(self._wakeups, 4096)
            if self._reports in ready:
                self._read_reports()
            if sys.stdin.fileno() in ready:
                watch.unregister(sys.stdin.fileno())
                self._retire()
            self._reap()
            self._fill()

    def _retire(self) -> None:
        if not self._retired:
            self._retired = True
            os.close(self._lifeline_end)

    def _fill(self) -> None:
        """Fork as many readers as are missing, and publish the counts."""
        if self._retired:
            return
        while len(self._taken) < self._most and self._free() < self._spare:
            self._fork()
        counts = {
            "generation": self._generation,
            "snapshot": str(self._folder),
            "readers": len(self._taken),
            "free": self._free(),
            "forks": self._forks,
            "ends": self._ends,
        }
        draft = self._status.with_suffix(".draft")
        draft.write_text(json.dumps(counts))
        draft.replace(self._status)

    def _free(self) -> int:
        return list(self._taken.values()).count(False)

    def _fork(self) -> None:
        rank = min(set(range(self._most)) - set(self._ranks.values()))
        pid = os.fork()
        if pid == 0:
            self._be_reader(rank)
        self._ranks[pid] = rank
        self._taken[pid] = False
        self._fresh.add(pid)
        self._forks += 1

    def _be_reader(self, rank: int) -> None:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGALRM):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, ())  # whatever we were started with
            for descriptor in (
                self._lifeline_end,
                self._reports,
                self._wakeups,
                self._wakeups_end,
                sys.stdin.fileno(),
                sys.stdout.fileno(),
            ):
                os.close(descriptor)
            serve(replace(self._post, rank=rank), self._data, self._generation)
            code = 0
        except BaseException:  # whatever it is: a child must never return into the keeper's loop
            traceback.print_exc()
        finally:
            os._exit(code)

    def _read_reports(self) -> None:
        for line in os.read(self._reports, 65536).splitlines():
            pid = int(line[1:])
            if pid in self._taken:
                self._taken[pid] = line.startswith(b"+")
                self._fresh.discard(pid)
                self._stillborn = 0

    def _reap(self) -> None:
        while self._taken:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            del self._taken[pid]
            self._standings[self._ranks.pop(pid)] = BUSY
            code = os.waitstatus_to_exitcode(status)
            if code != 0:
                self._ends[_CAUSES.get(code, "crash")] += 1
                self._stillborn += pid in self._fresh
            self._fresh.discard(pid)
            if self._stillborn >= _STILLBORN:
                sys.exit(f"keeper: {_STILLBORN} readers in a row failed before their first query")


if __name__ == "__main__":
    main()
