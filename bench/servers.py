"""The endpoints that are measured, behind one shape: each is started on the same dataset.

``python -m bench.servers FOLDER PORT`` is ours, on the snapshot in a folder.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pyoxigraph

from bench.queries import Query

_READY_S = 300.0


@dataclass(frozen=True)
class Endpoint:
    """A running server."""

    name: str
    port: int
    path: str
    pid: int

    def memory(self) -> float:
        """MB of the server and all its processes; what they share counts once."""
        return sum(_pss(pid) for pid in _family(self.pid)) / 1024


PATHS = {
    "legation": "/sparql",
    "legation, cache": "/sparql",
    "oxigraph": "/query",
    "rdflib-endpoint": "/",
}


@contextmanager
def started(name: str, folder: Path, port: int) -> Iterator[Endpoint]:
    """A server with the dataset of a snapshot folder, ready to answer, in a process group of its
    own. Raises RuntimeError when it does not come up."""
    command = _command(name, folder, port)
    environment = os.environ | {"LEGATION_LOG_FORMAT": "off"}
    if name == "legation":
        environment["LEGATION_CACHE_MAX_BYTES"] = "0"
    log = folder / f"{name.replace(' ', '-')}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, stdout=file, stderr=file, env=environment, start_new_session=True
        )
    try:
        _await(process, port, "/health" if name.startswith("legation") else "/", log)
        if name == "oxigraph":
            _send(port, "/store?no_transaction", folder / "dataset.nq")
        yield Endpoint(name, port, PATHS[name], process.pid)
    finally:
        process.terminate()
        process.wait()


def check(servers: list[Endpoint], query: Query) -> None:
    """Raises RuntimeError unless all servers give answers of as many lines or rows."""
    counts = {server.name: _rows(server, query) for server in servers}
    if len(set(counts.values())) > 1:
        raise RuntimeError(f"{query.text}: the servers differ in rows: {counts}")


def _rows(server: Endpoint, query: Query) -> int:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=_READY_S)
    connection.request("GET", query.target(server.path), headers={"Accept": query.accept})
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{server.name} answered {response.status}: {body[:300]!r}")
    if query.accept.endswith("json"):
        return len(json.loads(body)["results"]["bindings"])
    return len(set(body.splitlines()))


def rest(server: Endpoint) -> None:
    """Wait until a server has finished what its clients no longer wait for."""
    before = _cpu(server.pid)
    while True:
        time.sleep(0.1)
        now = _cpu(server.pid)
        if now - before <= 1:
            return
        before = now


def _cpu(pid: int) -> int:
    """Clock ticks that a family of processes has used."""
    ticks = 0
    for one in _family(pid):
        with suppress(OSError):  # it has just ended
            stat = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += int(stat[11]) + int(stat[12])
    return ticks


def _command(name: str, folder: Path, port: int) -> list[str]:
    if name.startswith("legation"):
        return [sys.executable, "-m", "bench.servers", str(folder), str(port)]
    program = str(Path(sys.executable).with_name(name))
    if name == "oxigraph":
        return [program, "serve", "--bind", f"127.0.0.1:{port}"]
    return [program, "serve", "--port", str(port), str(_default_graph(folder))]


def _default_graph(folder: Path) -> Path:
    """The dataset's default graph as N-Triples: rdflib-endpoint serves one graph."""
    path = folder / "default.nt"
    if not path.exists():
        quads = pyoxigraph.parse(path=folder / "dataset.nq", format=pyoxigraph.RdfFormat.N_QUADS)
        default = pyoxigraph.DefaultGraph()
        triples = (quad.triple for quad in quads if quad.graph_name == default)
        pyoxigraph.serialize(triples, path, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return path


def _await(process: subprocess.Popen[bytes], port: int, target: str, log: Path) -> None:
    until = time.monotonic() + _READY_S
    while time.monotonic() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", target)
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError(f"{log.stem} did not come up: {log.read_text('utf-8')[-500:]}")


def _send(port: int, target: str, path: Path) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=_READY_S)
    with path.open("rb") as file:
        headers = {"Content-Type": "application/n-quads", "Content-Length": path.stat().st_size}
        connection.request("POST", target, file, {k: str(v) for k, v in headers.items()})
        response = connection.getresponse()
        if response.status >= 300:
            raise RuntimeError(f"the dataset was refused: {response.status} {response.read()!r}")
    connection.close()


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    below: list[str] = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has just ended
            below += children.read_text().split()
    return [pid, *(one for child in below for one in _family(int(child)))]


def _pss(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def main() -> None:
    """Serve a snapshot folder."""
    from graph.snapshot import Snapshot
    from server.cli.serving import run
    from server.settings import Settings

    folder, port = sys.argv[1:]
    settings = Settings.from_environment(os.environ | {"LEGATION_PORT": port})
    run(lambda: Snapshot(Path(folder)), settings)


if __name__ == "__main__":
    main()
