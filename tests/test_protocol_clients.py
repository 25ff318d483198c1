"""Real clients against the endpoint: what they send by themselves, and whether they understand."""

import io
import shutil
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pandas
import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed
from werkzeug.serving import make_server

from graph.snapshot import write
from server.app import create_app
from server.engine import LocalEngine
from server.settings import Settings

SELECT = "SELECT ?s ?n { ?s <http://e/n> ?n } ORDER BY ?n"
CONSTRUCT = "CONSTRUCT WHERE { ?s <http://e/n> ?n }"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an endpoint over three triples."""
    graph = ox.NamedNode("http://e/graph")
    data = write(
        tmp_path_factory.mktemp("clients") / "one",
        graphs=[
            ox.Quad(ox.NamedNode(f"http://e/{n}"), ox.NamedNode("http://e/n"), ox.Literal(n), graph)
            for n in range(3)
        ],
        apart=[],
        asserted=b"",
        manifest={},
    )
    app = create_app(LocalEngine(data.folder), Settings(log_format="off"), data)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sparql"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("body", ["urlencoded", POSTDIRECTLY])
def test_sparqlwrapper_selects(endpoint: str, method: str, body: str) -> None:
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(body)
    wrapper.setQuery(SELECT)
    wrapper.setReturnFormat(JSON)
    found: Any = wrapper.queryAndConvert()
    assert [row["n"]["value"] for row in found["results"]["bindings"]] == ["0", "1", "2"]


def test_sparqlwrapper_reads_xml_csv_and_turtle(endpoint: str) -> None:
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setQuery(SELECT)
    wrapper.setReturnFormat(XML)
    assert "<sparql" in wrapper.queryAndConvert().toxml()
    wrapper.setReturnFormat(CSV)
    assert wrapper.queryAndConvert().startswith(b"s,n")
    wrapper.setQuery(CONSTRUCT)
    wrapper.setReturnFormat(TURTLE)
    assert len(Graph().parse(data=wrapper.queryAndConvert(), format="turtle")) == 3


def test_sparqlwrapper_reports_a_malformed_query_with_our_words(endpoint: str) -> None:
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setQuery("SELECT * { ?s dip:date ?o }")
    with pytest.raises(QueryBadFormed, match="PREFIX dip:"):
        wrapper.query()


def test_rdflib_sparqlstore_reads_as_if_it_were_a_graph(endpoint: str) -> None:
    graph = Graph(SPARQLStore(endpoint))
    assert len(graph) == 3
    assert (URIRef("http://e/1"), URIRef("http://e/n"), Literal(1)) in graph
    assert [int(row.n) for row in graph.query(SELECT)] == [0, 1, 2]


def test_rdflib_parses_the_graph_store_and_the_description(endpoint: str) -> None:
    assert len(Graph().parse(endpoint.replace("/sparql", "/data?default"))) == 3
    assert len(Graph().parse(endpoint)) > 10


def test_pandas_reads_csv(endpoint: str) -> None:
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setQuery(SELECT)
    wrapper.setReturnFormat(CSV)
    frame = pandas.read_csv(io.BytesIO(wrapper.queryAndConvert()))
    assert frame["n"].tolist() == [0, 1, 2]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_gets_json_and_follows_the_exit_code(endpoint: str) -> None:
    command = ["curl", "--silent", "--show-error", "--fail-with-body", "--compressed"]
    query = ["--data-urlencode", f"query={SELECT}", endpoint]
    found = subprocess.run([*command, *query], capture_output=True, text=True, check=True)
    assert found.stdout.startswith('{"head":{"vars":["s","n"]}')
    bad = ["--data-urlencode", "query=nonsense", endpoint]
    refused = subprocess.run([*command, *bad], capture_output=True, text=True, check=False)
    assert refused.returncode == 22
    assert "malformed-query" in refused.stdout
