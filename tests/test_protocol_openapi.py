"""The HTTP interface as its OpenAPI document says it is, and however it is abused: never a 5xx."""

from collections.abc import Iterator
from urllib.parse import urlencode

import flask
import jsonschema_rs
import pyoxigraph as ox
import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks

from graph.snapshot import Snapshot, write
from server.app import create_app
from server.engine import LocalEngine
from server.pages.why import FORMATS
from server.protocol import openapi
from server.settings import Settings

load_all_checks()
# Every text is a query to try, and parameters that are not known are to be ignored.
APART = CHECKS.get_by_names(["positive_data_acceptance", "negative_data_rejection"])


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> flask.Flask:
    quad = ox.Quad(
        ox.NamedNode("http://e/s"),
        ox.NamedNode("http://e/p"),
        ox.Literal("o"),
        ox.NamedNode("https://w3id.org/legation/graph/questions"),
    )
    data: Snapshot = write(
        tmp_path_factory.mktemp("openapi") / "one",
        graphs=[quad],
        apart=[],
        asserted=b'<http://e/s> <http://e/p> "o" .\n',
        manifest={},
    )
    return create_app(LocalEngine(data.folder), Settings(log_format="off"), data)


@pytest.fixture(scope="module")
def api(app: flask.Flask) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


@pytest.fixture(scope="module")
def client(app: flask.Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


OPERATIONS = [
    (path, method) for path, methods in openapi.document(1)["paths"].items() for method in methods
]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_server_does_what_the_document_says(
    api: schemathesis.BaseSchema, path: str, method: str, data: st.DataObject
) -> None:
    case = data.draw(api[path][method].as_strategy())
    case.call_and_validate(excluded_checks=APART)


def test_document_is_valid_openapi() -> None:
    document = openapi.document(1)
    assert document["openapi"].startswith("3.1")
    for name in document["components"]["schemas"]:
        jsonschema_rs.validator_for({**document, "$ref": f"#/components/schemas/{name}"})


def test_document_knows_every_route_of_the_protocol(app: flask.Flask) -> None:
    from server.operations import operations

    documented = openapi.document(1)["paths"]
    assert set(documented) == {"/sparql", "/data", "/why", "/why-not", *operations()}


@pytest.mark.parametrize("accept", ["application/json", "text/turtle", "text/html"])
@pytest.mark.parametrize(("path", "object_"), [("/why", '"o"'), ("/why-not", '"other"')])
def test_proof_is_what_the_document_says(
    api: schemathesis.BaseSchema, path: str, object_: str, accept: str
) -> None:
    for asked, status in ((path, 200), ("/why-not" if path == "/why" else "/why", 404)):
        triple = {"s": "http://e/s", "p": "http://e/p", "o": object_}
        case = api[asked]["get"].Case(query=triple, headers={"Accept": accept})
        reply = case.call()
        case.validate_response(reply, excluded_checks=APART)
        graph = accept == "text/turtle"  # in which there are proofs, but no gaps
        assert reply.status_code == (406 if graph and asked == "/why-not" else status)


def test_formats_of_a_proof_are_those_of_the_document() -> None:
    *_, format_ = openapi.document(1)["paths"]["/why"]["get"]["parameters"]
    assert format_["schema"]["enum"] == list(FORMATS)


TRUE_QUERY = """PREFIX e: <http://e/> SELECT ?s (COUNT(?o) AS ?n) FROM <http://e/g>
WHERE { ?s e:p "x"@en , 'y'^^e:t ; (e:q/^e:r)* [ e:s ( 1 2.0 ) ] . # comment
OPTIONAL { GRAPH ?g { ?a ?b ?c } FILTER (?c < 3 && REGEX(?a, "a\\\\.b", "i")) }
BIND (IF(BOUND(?a), <x>, \"\"\"long\"\"\") AS ?z) } GROUP BY ?s HAVING (COUNT(*) > 1) LIMIT 3"""
pieces = st.sampled_from([*TRUE_QUERY.split(" "), "\\", "\\u0041", "\x00", "\ud7ff", "'", '"', "{"])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(TRUE_QUERY)), st.integers(0, 9), pieces), max_size=4),
    st.sampled_from(["", "*/*", "text/csv", "text/turtle", "application/sparql-results+xml"]),
)
def test_damaged_query_is_answered_or_a_problem(
    client: FlaskClient, damages: list[tuple[int, int, str]], accept: str
) -> None:
    query = TRUE_QUERY
    for place, length, piece in damages:
        query = query[:place] + piece + query[place + length :]
    reply = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert reply.status_code in (200, 400, 403, 406)
    if reply.status_code != 200:
        assert reply.content_type == "application/problem+json"
        assert reply.get_json()["detail"]
        assert "Traceback" not in reply.text


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60), st.sampled_from(["/sparql", "/data"]))
def test_any_query_string_and_body_is_answered_or_a_problem(
    client: FlaskClient, raw: bytes, path: str
) -> None:
    for reply in (
        client.open(path, query_string=raw.decode("latin-1")),
        client.post(path, data=raw, content_type="application/x-www-form-urlencoded"),
        client.post(path, data=raw, content_type="application/sparql-query"),
        client.get(path + "?" + urlencode({"graph": raw, "query": raw})),
    ):
        assert reply.status_code < 500


@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60))
def test_any_accept_header_is_answered_or_406(client: FlaskClient, accept: str) -> None:
    for path in ("/sparql?query=ASK%7B%7D", "/sparql", "/data?default", "/prefixes"):
        reply = client.get(path, headers={"Accept": accept, "Accept-Encoding": accept})
        assert reply.status_code in (200, 406)
