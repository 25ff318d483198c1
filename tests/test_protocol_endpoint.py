"""The endpoint over HTTP, as clients meet it: the same tests against each server that runs it."""

import gzip
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import brotli
import pyoxigraph as ox
import pytest
from werkzeug.serving import make_server

from graph.snapshot import Snapshot, write
from server.app import create_app
from server.engine import Engine, LocalEngine
from server.settings import Settings
from server.worker import SNAPSHOT, SOCKET

A, B = "https://w3id.org/legation/graph/a", "https://w3id.org/legation/graph/b"
SETTINGS = Settings(
    query_timeout_s=5.0,
    max_body_bytes=20_000,
    cache_entry_max_bytes=100_000,
    readers=2,
    log_format="off",
)
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@dataclass(frozen=True)
class Reply:
    """A response, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A server that runs, and how to ask it."""

    port: int

    def send(
        self, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        """The response, to be read; the connection is closed with it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Connection": "close", **named})
        return connection.getresponse()

    def ask(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Reply:
        response = self.send(method, path, body, **headers)
        named = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, named, response.read())

    def query(self, query: str, **headers: str) -> Reply:
        return self.ask("GET", "/sparql?" + urlencode({"query": query}), **headers)


def iri(name: str) -> ox.NamedNode:
    return ox.NamedNode("http://e/" + name)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Two graphs that share a triple, and enough triples for a product to be endless."""
    a, b = ox.NamedNode(A), ox.NamedNode(B)
    shared = (iri("s"), iri("p"), ox.Literal("shared"))
    graphs = [
        ox.Quad(*shared, a),
        ox.Quad(*shared, b),
        ox.Quad(iri("s"), iri("only"), ox.Literal("b"), b),
        *(ox.Quad(iri(f"x{n}"), iri("n"), ox.Literal(n), a) for n in range(2000)),
    ]
    return write(
        tmp_path_factory.mktemp("snapshot") / "one",
        graphs=graphs,
        apart=[],
        asserted=b"",
        manifest={},
    )


@pytest.fixture(scope="module")
def engine(data: Snapshot) -> Iterator[Engine]:
    running = Engine.start(data.folder, SETTINGS)
    yield running
    running.close()


def listening(port: int) -> None:
    """Wait until something listens: granian says that it has started a little before."""
    until = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            os.sched_yield()
        else:
            return


@pytest.fixture(scope="module", params=["flask", "gunicorn", "granian"])
def server(request: pytest.FixtureRequest, data: Snapshot, engine: Engine) -> Iterator[Server]:
    """The endpoint as Flask alone, under gunicorn, and under granian as ``serve`` has it."""
    if request.param == "flask":
        wsgi = make_server("127.0.0.1", 0, create_app(engine, SETTINGS, data), threaded=True)
        thread = threading.Thread(target=wsgi.serve_forever)
        thread.start()
        yield Server(wsgi.server_port)
        wsgi.shutdown()
        thread.join()
        wsgi.server_close()
        return
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {**os.environ, **SETTINGS.environment(), SNAPSHOT: str(data.folder)}
    environment["PYTHONUNBUFFERED"] = "1"
    if request.param == "gunicorn":
        command = ["gunicorn", "--worker-class", "gthread", "--threads", "8"]
        command += ["--bind", f"127.0.0.1:{port}", "server.wsgi:application()"]
        ready = "Booting worker"
    else:
        environment[SOCKET] = str(engine.socket_path)
        command = ["granian", "--interface", "asginl", "--port", str(port), "--no-ws"]
        command += ["--factory", "server.worker:application"]
        ready = "Started worker"
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if ready in line:
            break
    else:
        pytest.fail("".join(lines))
    # What comes after must be read, or the server stops when the pipe is full.
    drain = threading.Thread(target=process.stdout.read)
    drain.start()
    listening(port)
    yield Server(port)
    process.terminate()
    process.wait(20)
    drain.join()
    process.stdout.close()


SHARED = "SELECT ?o { <http://e/s> <http://e/p> ?o }"
ONE = "CONSTRUCT { <http://e/s> <http://e/p> ?o } WHERE { <http://e/s> <http://e/p> ?o }"

# Reading


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_endpoint_answers_with_and_without_a_slash(server: Server, path: str) -> None:
    assert server.ask("GET", f"{path}?query=ASK%7B%7D").json["boolean"] is True


def test_query_by_each_method(server: Server) -> None:
    form = urlencode({"query": SHARED})
    direct = "application/sparql-query"
    replies = [
        server.ask("GET", "/sparql?" + form),
        server.ask("POST", "/sparql", form, content_type="application/x-www-form-urlencoded"),
        server.ask("POST", "/sparql", SHARED, content_type=direct),
        server.ask("QUERY", "/sparql", SHARED, content_type=direct),
    ]
    assert {reply.status for reply in replies} == {200}
    assert {reply.body for reply in replies} == {replies[0].body}
    assert replies[0].json["results"]["bindings"] == [{"o": {"type": "literal", "value": "shared"}}]


def test_chunked_body_is_read(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request(
        "POST",
        "/sparql",
        iter([b"ASK {", b" }"]),
        {"Content-Type": "application/sparql-query"},
        encode_chunked=True,
    )
    assert json.loads(connection.getresponse().read())["boolean"] is True
    connection.close()


def test_body_over_the_limit_is_413(server: Server) -> None:
    query = "ASK { } # " + "x" * SETTINGS.max_body_bytes
    reply = server.ask("POST", "/sparql", query, content_type="application/sparql-query")
    assert reply.status == 413
    assert reply.headers["content-type"] == "application/problem+json"


def test_unknown_content_type_is_415(server: Server) -> None:
    assert server.ask("POST", "/sparql", "ASK {}", content_type="text/plain").status == 415


def test_update_is_403_and_write_methods_are_405(server: Server) -> None:
    update = server.ask("POST", "/sparql", "CLEAR ALL", content_type="application/sparql-update")
    assert update.status == 403
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        reply = server.ask(method, "/data?default", "", content_type="text/turtle")
        assert reply.status == 405
        assert reply.headers["allow"] == "GET, HEAD, OPTIONS"
        assert reply.json["status"] == 405
    assert server.ask("PUT", "/sparql", "").status == 405


@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/data"])
def test_options_says_allow_and_answers_preflight(server: Server, path: str) -> None:
    reply = server.ask(
        "OPTIONS",
        path,
        origin="https://example.org",
        access_control_request_method="GET",
        access_control_request_headers="accept",
    )
    assert reply.status == 204
    assert "GET" in reply.headers["allow"]
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-headers"] == "accept"


# Answering


@pytest.mark.parametrize(
    ("accept", "label"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("application/json", "application/json"),
        ("*/*", "application/sparql-results+json"),
    ],
)
def test_solutions_and_truth_values_in_each_format(server: Server, accept: str, label: str) -> None:
    for query in (SHARED, "ASK { ?s ?p ?o }"):
        reply = server.query(query, accept=accept)
        assert reply.status == 200
        assert reply.headers["content-type"] == label
    assert b"shared" in server.query(SHARED, accept=accept).body


@pytest.mark.parametrize(
    ("accept", "label", "format_"),
    [
        ("text/turtle", "text/turtle; charset=utf-8", ox.RdfFormat.TURTLE),
        ("application/n-triples", "application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/ld+json", "application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/rdf+xml", "application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/trig", "application/trig", ox.RdfFormat.TRIG),
        ("application/n-quads", "application/n-quads", ox.RdfFormat.N_QUADS),
    ],
)
def test_graphs_in_each_format(
    server: Server, accept: str, label: str, format_: ox.RdfFormat
) -> None:
    for query in (ONE, "DESCRIBE <http://e/s>"):
        reply = server.query(query, accept=accept)
        assert reply.headers["content-type"] == label
        triples = {quad.triple for quad in ox.parse(reply.body, format=format_)}
        assert ox.Triple(iri("s"), iri("p"), ox.Literal("shared")) in triples


def test_nothing_that_fits_is_406(server: Server) -> None:
    reply = server.query(SHARED, accept="image/png")
    assert reply.status == 406
    assert "text/csv" in reply.json["offers"]


def test_head_is_get_without_the_body(server: Server) -> None:
    query = "/sparql?" + urlencode({"query": SHARED})
    for path in (query, "/sparql", "/data?default", "/health"):
        get, head = server.ask("GET", path), server.ask("HEAD", path)
        assert head.status == get.status == 200
        assert head.body == b""
        assert head.headers["content-type"] == get.headers["content-type"]
        assert head.headers["content-length"] == get.headers["content-length"]


def test_each_format_and_coding_has_its_own_etag(server: Server) -> None:
    query = "SELECT * { ?s <http://e/n> ?n } LIMIT 100"
    tags = set()
    for accept in ("text/csv", "application/sparql-results+json", "application/json"):
        for coding in ("", "gzip", "br"):
            reply = server.query(query, accept=accept, accept_encoding=coding)
            assert reply.headers.get("content-encoding", "") == coding
            assert reply.headers["vary"] == "Accept, Accept-Encoding"
            tags.add(reply.headers["etag"])
    assert len(tags) == 9


def test_compressed_answers_hold_the_same(server: Server) -> None:
    query = "SELECT * { ?s <http://e/n> ?n } ORDER BY ?s LIMIT 100"
    plain = server.query(query).body
    assert gzip.decompress(server.query(query, accept_encoding="gzip").body) == plain
    assert brotli.decompress(server.query(query, accept_encoding="gzip, br").body) == plain


def test_long_answer_streams_as_it_is_and_is_not_kept(server: Server) -> None:
    query = "SELECT * { ?s <http://e/n> ?n }"
    for _ in range(2):
        reply = server.query(query, accept_encoding="gzip, br")
        assert len(reply.json["results"]["bindings"]) == 2000
        assert len(reply.body) > SETTINGS.cache_entry_max_bytes
        assert "content-length" not in reply.headers
        assert "content-encoding" not in reply.headers
        assert reply.headers["server-timing"].startswith("query")
        assert server.query(query, if_none_match=reply.headers["etag"]).status == 304


def test_if_none_match_gives_304(server: Server) -> None:
    first = server.query(SHARED)
    for held in (first.headers["etag"], f'"x", {first.headers["etag"]}'):
        again = server.query(SHARED, if_none_match=held)
        assert again.status == 304
        assert again.body == b""
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["vary"] == "Accept, Accept-Encoding"
        assert again.headers["access-control-allow-origin"] == "*"
    assert server.query(SHARED, if_none_match='"other"').status == 200
    other = server.query(SHARED, accept="text/csv", if_none_match=first.headers["etag"])
    assert other.status == 200


def test_repeated_query_is_answered_from_memory(server: Server) -> None:
    query = SHARED + " # " + str(time.monotonic_ns())
    assert server.query(query).headers["server-timing"].startswith("query;dur=")
    again = server.query(query)
    assert again.headers["server-timing"] == "cache;desc=hit"
    assert again.body == server.query(SHARED).body


def test_volatile_query_is_never_kept(server: Server) -> None:
    first, second = (
        server.query("SELECT (UUID() AS ?u) {}"),
        server.query("SELECT (UUID() AS ?u) {}"),
    )
    assert first.body != second.body
    assert "etag" not in first.headers
    assert first.headers["cache-control"] == "no-store"


def test_relative_iris_resolve_against_the_request_url(server: Server) -> None:
    reply = server.query("SELECT (<x> AS ?x) {}", host="example.org")
    assert reply.json["results"]["bindings"][0]["x"]["value"] == "http://example.org/x"


def test_forged_host_does_not_reach_others(server: Server) -> None:
    query = "SELECT (<> AS ?here) {} # " + str(time.monotonic_ns())
    forged = server.query(query, host="evil.example")
    honest = server.query(query)
    assert b"http://evil.example/sparql" in forged.body
    assert f"http://127.0.0.1:{server.port}/sparql".encode() in honest.body


def test_cors_is_open_and_without_credentials(server: Server) -> None:
    for reply in (server.query(SHARED), server.query("nonsense"), server.ask("GET", "/nothing")):
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in reply.headers
        exposed = reply.headers["access-control-expose-headers"]
        assert {"ETag", "Link", "Location"} <= set(exposed.split(", "))


def test_security_headers_are_on_every_answer(server: Server) -> None:
    for reply in (server.query(SHARED), server.query("nonsense"), server.ask("GET", "/health")):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
        assert reply.headers["referrer-policy"] == "no-referrer"


# Problems


def test_syntax_error_says_line_and_column(server: Server) -> None:
    reply = server.query("SELECT *\nWHERE {\n  ?s ?p }")
    assert reply.status == 400
    assert reply.headers["content-type"] == "application/problem+json"
    assert (reply.json["line"], reply.json["column"]) == (3, 9)


def test_undeclared_prefix_comes_with_the_declaration(server: Server) -> None:
    reply = server.query("SELECT *\n { ?s dip:states ?o }")
    assert reply.status == 400
    assert reply.json["line"] == 2
    assert reply.json["declaration"] == "PREFIX dip: <https://w3id.org/legation/ontology#>"


def test_error_of_evaluation_is_known_before_200(server: Server) -> None:
    reply = server.query("SELECT (<http://e/no-such-function>(1) AS ?x) {}")
    assert reply.status == 400
    assert "no-such-function" in reply.json["detail"]


@pytest.mark.parametrize(
    "query",
    [
        HEAVY,
        ENDLESS + " ORDER BY ?a",
        "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(CONCAT(STR(?c), STR(?f))) < 1) }",
    ],
)
def test_query_over_its_deadline_is_504(server: Server, query: str) -> None:
    begun = time.monotonic()
    reply = server.ask("GET", "/sparql?timeout=0.4&query=" + quote(query))
    assert reply.status == 504
    assert reply.headers["content-type"] == "application/problem+json"
    assert time.monotonic() - begun < 10


def test_failure_in_mid_stream_breaks_the_transfer(server: Server) -> None:
    response = server.send("GET", "/sparql?timeout=1&query=" + quote(ENDLESS))
    assert response.status == 200
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        response.read()


def test_client_that_leaves_frees_its_reader(server: Server) -> None:
    for _ in range(2 * SETTINGS.readers):
        response = server.send("GET", "/sparql?query=" + quote(ENDLESS))
        assert response.read(1000)
        response.close()
    reply = server.query(SHARED + " # after those who left " + str(time.monotonic_ns()))
    assert reply.status == 200


# The dataset


def test_dataset_of_the_request_goes_before_from(server: Server) -> None:
    query = f"SELECT ?o FROM <{B}> {{ <http://e/s> <http://e/only> ?o }}"
    assert len(server.query(query).json["results"]["bindings"]) == 1
    parameters = urlencode({"query": query, "default-graph-uri": A})
    reply = server.ask("GET", "/sparql?" + parameters)
    assert reply.json["results"]["bindings"] == []


def test_dataset_of_a_direct_post_rides_in_the_url(server: Server) -> None:
    query = "SELECT * { <http://e/s> ?p ?o }"
    path = "/sparql?" + urlencode({"default-graph-uri": A})
    reply = server.ask("POST", path, query, content_type="application/sparql-query")
    assert len(reply.json["results"]["bindings"]) == 1


@pytest.mark.parametrize("names", ["<{a}> FROM <{b}>", "g:a FROM <b>"])
def test_several_from_are_merged_as_several_default_graph_uri_are(
    server: Server, names: str
) -> None:
    root = A.removesuffix("a")
    count = "SELECT (COUNT(*) AS ?n) {} {{ <http://e/s> ?p ?o }}"
    clauses = "FROM " + names.format(a=A, b=B)
    query = f"BASE <{root}> PREFIX g: <{root}> " + count.format(clauses)
    graphs = [("default-graph-uri", A), ("default-graph-uri", B)]
    parameters = urlencode([("query", count.format("")), *graphs])
    for reply in (server.query(query), server.ask("GET", "/sparql?" + parameters)):
        assert reply.json["results"]["bindings"][0]["n"]["value"] == "2"


def test_from_named_says_which_graphs_there_are(server: Server) -> None:
    query = f"SELECT DISTINCT ?g FROM NAMED <{B}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    (row,) = server.query(query).json["results"]["bindings"]
    assert row["g"]["value"] == B
    assert server.query(f"ASK FROM NAMED <{B}> {{ ?s ?p ?o }}").json["boolean"] is False


def test_graph_that_does_not_exist_is_empty(server: Server) -> None:
    for graph in ("urn:nothing", "file:///etc/passwd"):
        parameters = urlencode({"query": "ASK { ?s ?p ?o }", "default-graph-uri": graph})
        assert server.ask("GET", "/sparql?" + parameters).json["boolean"] is False
        assert server.query(f"ASK FROM <{graph}> {{ ?s ?p ?o }}").json["boolean"] is False


def test_default_graph_holds_each_triple_once(server: Server) -> None:
    reply = server.query("SELECT (COUNT(*) AS ?n) { <http://e/s> <http://e/p> ?o }")
    assert reply.json["results"]["bindings"][0]["n"]["value"] == "1"


def test_service_is_refused_before_evaluation(server: Server) -> None:
    reply = server.query("SELECT * { SERVICE SILENT <http://127.0.0.1:1/> {} }")
    assert reply.status == 403
    assert reply.json["type"].endswith("service-refused")


# The cases of W3C's test suite for SPARQL 1.1 Protocol §2.1, by their names there

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
OF_BOTH = "{ <http://e/x1> ?p ?n . <http://e/s> <http://e/only> ?o }"
OF_NAMED = (
    "{ GRAPH ?g { <http://e/x1> ?p ?n } GRAPH ?h { <http://e/s> <http://e/only> ?o } "
    "FILTER NOT EXISTS { ?x ?y ?z } }"
)
OF_FULL = "{ <http://e/x1> ?p ?n GRAPH ?g { <http://e/s> <http://e/only> ?o } }"
TWO_DEFAULT = [("default-graph-uri", A), ("default-graph-uri", B)]
TWO_NAMED = [("named-graph-uri", A), ("named-graph-uri", B)]
FULL = [("default-graph-uri", A), ("named-graph-uri", B)]


@pytest.mark.parametrize(
    ("query", "dataset"),
    [
        pytest.param("ASK {}", [], id="query_get query_post_form query_post_direct"),
        pytest.param("ASK " + OF_BOTH, TWO_DEFAULT, id="query_dataset_default_graphs"),
        pytest.param("ASK " + OF_NAMED, TWO_NAMED, id="query_dataset_named_graphs"),
        pytest.param("ASK " + OF_FULL, FULL, id="query_dataset_full"),
        pytest.param(f"ASK FROM <{B}> " + OF_BOTH, TWO_DEFAULT, id="query_multiple_dataset"),
    ],
)
def test_query_and_dataset_come_by_get_by_form_and_direct(
    server: Server, query: str, dataset: list[tuple[str, str]]
) -> None:
    named = [("query", query), *dataset]
    for reply in (
        server.ask("GET", "/sparql/?" + urlencode(named)),
        server.ask("POST", "/sparql/", urlencode(named), content_type=FORM),
        server.ask("POST", "/sparql/?" + urlencode(dataset), named[0][1], content_type=DIRECT),
        server.ask(
            "POST",
            "/sparql/?" + urlencode(dataset),
            urlencode({"query": query}),
            content_type=FORM,
        ),
    ):
        assert reply.status == 200
        assert reply.json["boolean"] is True
    for graph in {graph for _, graph in dataset}:  # it takes both: one of them will not do
        fewer = urlencode([("query", query), *((n, g) for n, g in dataset if g != graph)])
        assert server.ask("GET", "/sparql/?" + fewer).json["boolean"] is False


@pytest.mark.parametrize(
    ("query", "types"),
    [
        pytest.param(
            "SELECT (1 AS ?value) {}",
            {"application/sparql-results+json", "application/sparql-results+xml", "text/csv"},
            id="query_content_type_select",
        ),
        pytest.param(
            "ASK {}",
            {"application/sparql-results+json", "application/sparql-results+xml"},
            id="query_content_type_ask",
        ),
        pytest.param(
            "DESCRIBE <http://example.org/>",
            {"text/turtle", "application/rdf+xml", "application/n-triples"},
            id="query_content_type_describe",
        ),
        pytest.param(
            "CONSTRUCT { <s> <p> 1 } WHERE {}",
            {"text/turtle", "application/rdf+xml", "application/n-triples"},
            id="query_content_type_construct",
        ),
    ],
)
def test_without_accept_each_form_has_a_type_of_its_own(
    server: Server, query: str, types: set[str]
) -> None:
    reply = server.ask("POST", "/sparql/", urlencode({"query": query}), content_type=FORM)
    assert reply.status == 200
    assert reply.headers["content-type"].partition(";")[0] in types


@pytest.mark.parametrize(
    ("method", "parameters", "body", "content_type", "status"),
    [
        pytest.param("PUT", "query=ASK%20%7B%7D", "", None, 405, id="bad_query_method"),
        pytest.param(
            "GET",
            "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D",
            None,
            None,
            400,
            id="bad_multiple_queries",
        ),
        pytest.param("POST", "", "ASK {}", "text/plain", 415, id="bad_query_wrong_media_type"),
        pytest.param("POST", "", "query=ASK%20%7B%7D", None, 415, id="bad_query_missing_form_type"),
        pytest.param("POST", "", "ASK {}", None, 415, id="bad_query_missing_direct_type"),
        pytest.param(
            "POST",
            "",
            "ASK {}".encode("utf-16"),
            DIRECT + "; charset=UTF-16",
            400,
            id="bad_query_non_utf8",
        ),
        pytest.param(
            "GET", urlencode({"query": "ASK { WHERE"}), None, None, 400, id="bad_query_syntax"
        ),
        pytest.param("GET", "update=CLEAR%20ALL", None, None, 400, id="bad_update_get"),
    ],
)
def test_bad_request_is_a_problem_of_the_client(
    server: Server,
    method: str,
    parameters: str,
    body: bytes | str | None,
    content_type: str | None,
    status: int,
) -> None:
    raw = body.encode() if isinstance(body, str) else body
    headers = {} if content_type is None else {"content_type": content_type}
    reply = server.ask(method, "/sparql/?" + parameters, raw, **headers)
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"


# The Graph Store


def test_graph_store_gives_a_graph_by_its_iri(server: Server) -> None:
    reply = server.ask("GET", "/data?graph=" + quote(B, safe=""), accept="application/n-triples")
    assert reply.body.count(b"\n") == 2


def test_graph_store_gives_the_default_graph(server: Server) -> None:
    reply = server.ask("GET", "/data?default", accept="application/n-triples")
    assert reply.body.count(b"\n") == 2002


def test_graph_store_knows_no_other_graph(server: Server) -> None:
    reply = server.ask("GET", "/data?graph=urn:nothing")
    assert reply.status == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert "urn:nothing" in reply.json["detail"]


# Documents


def test_endpoint_without_a_query_describes_itself(server: Server) -> None:
    reply = server.ask("GET", "/sparql", accept="text/turtle")
    assert reply.headers["content-type"] == "text/turtle; charset=utf-8"
    assert b"@base" not in reply.body
    store = ox.Store()
    store.load(reply.body, ox.RdfFormat.TURTLE, base_iri="http://other.example/sparql")
    found = store.query(
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
        "PREFIX void: <http://rdfs.org/ns/void#> "
        "SELECT ?endpoint ?triples { ?s sd:endpoint ?endpoint ; "
        "sd:defaultDataset/sd:defaultGraph/void:triples ?triples }"
    )
    assert isinstance(found, ox.QuerySolutions)
    (row,) = found
    assert row["endpoint"] == ox.NamedNode("http://other.example/sparql")
    assert row["triples"].value == "2002"


def test_void_is_at_its_well_known_place(server: Server) -> None:
    reply = server.ask("GET", "/.well-known/void", accept="application/n-triples")
    assert b"<http://rdfs.org/ns/void#propertyPartition>" in reply.body


def test_health_says_which_data_are_served(server: Server, data: Snapshot) -> None:
    reply = server.ask("GET", "/health")
    assert reply.json == {"status": "up", "generation": data.digest}


def test_metrics_count_requests_and_readers(server: Server) -> None:
    server.query(SHARED)
    reply = server.ask("GET", "/metrics")
    assert b'legation_requests_total{method="GET",path="/sparql",status="200"}' in reply.body
    assert b"legation_readers{" in reply.body


def test_prefixes_in_json_and_turtle(server: Server) -> None:
    assert server.ask("GET", "/prefixes").json["dip"] == "https://w3id.org/legation/ontology#"
    turtle = server.ask("GET", "/prefixes", accept="text/turtle").body
    assert b"http://www.w3.org/ns/shacl#declare" in turtle


def test_unknown_path_is_a_problem(server: Server) -> None:
    reply = server.ask("GET", "/no/such/path")
    assert reply.status == 404
    assert reply.headers["content-type"] == "application/problem+json"


# Settings that change answers


def test_truncation_is_never_silent(data: Snapshot) -> None:
    settings = Settings(max_result_rows=3, log_format="off")
    client = create_app(LocalEngine(data.folder), settings, data).test_client()
    cut = client.get("/sparql", query_string={"query": "SELECT * { ?s <http://e/n> ?n }"})
    assert len(cut.get_json()["results"]["bindings"]) == 3
    assert cut.headers["Legation-Truncated"] == "true"
    whole = client.get("/sparql", query_string={"query": "SELECT * { <http://e/s> ?p ?o }"})
    assert whole.headers["Legation-Truncated"] == "false"


def test_without_a_limit_nothing_is_said_of_truncation(server: Server) -> None:
    assert "legation-truncated" not in server.query(SHARED).headers


def test_public_base_iri_goes_before_host(data: Snapshot) -> None:
    settings = Settings(base_iri="https://example.com/kg/", log_format="off")
    client = create_app(LocalEngine(data.folder), settings, data).test_client()
    reply = client.get("/sparql", query_string={"query": "SELECT (<> AS ?here) {}"})
    assert b"https://example.com/kg/sparql" in reply.data


def test_cache_can_be_off(data: Snapshot) -> None:
    settings = Settings(cache_max_bytes=0, log_format="off")
    client = create_app(LocalEngine(data.folder), settings, data).test_client()
    for _ in range(2):
        reply = client.get("/sparql", query_string={"query": SHARED})
        assert reply.headers["Server-Timing"].startswith("query")
