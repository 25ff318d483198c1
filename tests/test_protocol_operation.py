"""Reading a request: SPARQL 1.1 Protocol §2, Graph Store HTTP Protocol §5. No server, no Flask."""

import re
from pathlib import Path
from urllib.parse import quote, unquote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.protocol.exchange import Request, check_method, refusal
from server.protocol.operation import (
    DATA_METHODS,
    FORM,
    QUERY,
    UPDATE,
    Description,
    Limits,
    Page,
    read_data,
    read_sparql,
)
from server.protocol.plan import GraphPlan, QueryPlan
from server.protocol.problem import Problem

ASK = "ASK { ?s ?p ?o }"
LIMITS = Limits(query_timeout_s=30.0)


def get(query_string: str = "", method: str = "GET", **headers: str) -> Request:
    return Request(method, "/sparql", query_string.encode(), {"host": "example.org", **headers})


def post(body: str | bytes, content_type: str, query_string: str = "") -> Request:
    headers = {"host": "example.org", "content-type": content_type}
    raw = body.encode() if isinstance(body, str) else body
    return Request("POST", "/sparql", query_string.encode(), headers, raw)


def plan(request: Request, limits: Limits = LIMITS) -> QueryPlan:
    read = read_sparql(request, limits)
    assert isinstance(read, QueryPlan)
    return read


def problem(request: Request, limits: Limits = LIMITS) -> Problem:
    with pytest.raises(Problem) as caught:
        read_sparql(request, limits)
    return caught.value


@given(st.lists(st.sampled_from(["%41", "%e2%82%ac", "%", "%4", "%zz", "=", "==", "+", "a", "é"])))
def test_text_is_url_decoded_as_the_standard_library_does_it(parts: list[str]) -> None:
    text = "".join(parts)
    request = get()
    sent = Request("GET", "/sparql", b"query=ASK{}%23" + text.encode(), request.headers)
    try:
        expected = "ASK{}#" + unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        assert problem(sent).status == 400
    else:
        assert plan(sent).query == expected


# Where the query is


def test_query_by_get() -> None:
    assert plan(get(urlencode({"query": ASK}))).query == ASK


def test_query_by_post_of_a_form() -> None:
    assert plan(post(urlencode({"query": ASK}), FORM)).query == ASK


def test_query_by_direct_post() -> None:
    assert plan(post(ASK, QUERY)).query == ASK


def test_query_by_the_method_query() -> None:
    headers = {"host": "example.org", "content-type": QUERY}
    assert plan(Request("QUERY", "/sparql", b"", headers, ASK.encode())).query == ASK


def test_content_type_is_compared_without_parameters_and_case() -> None:
    assert plan(post(ASK, "Application/SPARQL-Query; charset=UTF-8")).query == ASK
    form = urlencode({"query": ASK})
    assert plan(post(form, "application/X-WWW-form-urlencoded;charset=utf-8")).query == ASK


@pytest.mark.parametrize("text", ["<http://ex.org/a%20b>", '"100%25"', '"a+b"', '"ü & = ;"'])
def test_form_is_url_decoded_once(text: str) -> None:
    query = f"SELECT * {{ ?s ?p {text} }}"
    assert plan(post(urlencode({"query": query}), FORM)).query == query
    assert plan(get(urlencode({"query": query}))).query == query
    assert plan(get("query=" + quote(query, safe=""))).query == query


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\\"), max_size=80))
def test_any_text_in_a_comment_comes_through_unchanged(text: str) -> None:
    query = "ASK {} # " + text.replace("\r", "").replace("\n", "")
    assert plan(post(urlencode({"query": query}), FORM)).query == query
    assert plan(get(urlencode({"query": query}))).query == query
    assert plan(post(query, QUERY)).query == query


# What is malformed


@pytest.mark.parametrize(
    "request_",
    [
        get("query=ASK{}&query=ASK{}"),
        post("query=ASK{}&query=ASK{}", FORM),
        post("query=ASK{}", FORM, "query=ASK{}"),
        post("ASK{}", QUERY, "query=ASK{}"),
    ],
)
def test_two_queries_are_400(request_: Request) -> None:
    assert problem(request_).status == 400


def test_query_with_update_is_400() -> None:
    assert problem(post("query=ASK{}&update=CLEAR+ALL", FORM)).status == 400
    assert problem(get("query=ASK{}&update=CLEAR+ALL")).status == 400


def test_update_by_get_is_400() -> None:
    assert problem(get("update=CLEAR+ALL")).status == 400


def test_post_without_a_query_is_400() -> None:
    assert problem(post("", FORM)).status == 400
    assert problem(post("ac=1", FORM)).status == 400


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json", "", "multipart/form-data"]
)
def test_post_with_an_unknown_content_type_is_415(content_type: str) -> None:
    refused = problem(post(ASK, content_type))
    assert refused.status == 415
    assert QUERY in refused.headers["Accept-Post"]


def test_compressed_body_is_415() -> None:
    request = post(ASK, QUERY)
    compressed = Request(
        "POST", "/sparql", b"", {**request.headers, "content-encoding": "gzip"}, b"\x1f\x8b"
    )
    assert problem(compressed).status == 415


def test_body_that_is_not_utf8_is_400() -> None:
    assert problem(post(b"ASK { ?s ?p '\xff' }", QUERY)).status == 400
    assert problem(post(b"query=%FF", FORM)).status == 400
    assert problem(get("query=%FF")).status == 400


# The dataset, §2.1.4


def test_dataset_of_the_request_is_read_from_the_url_and_from_a_form() -> None:
    dataset = "default-graph-uri=urn:a&default-graph-uri=urn:b&named-graph-uri=urn:c"
    for request in (
        get(f"query=ASK{{}}&{dataset}"),
        post(f"query=ASK{{}}&{dataset}", FORM),
        post("ASK{}", QUERY, dataset),
    ):
        assert plan(request).default_graphs == ("urn:a", "urn:b")
        assert plan(request).named_graphs == ("urn:c",)


def test_without_a_dataset_the_query_or_the_store_decides() -> None:
    assert plan(get("query=ASK{}")).default_graphs is None
    assert plan(get("query=ASK{}")).named_graphs is None


def test_named_graphs_alone_leave_the_default_graph_empty() -> None:
    found = plan(get("query=ASK{}&named-graph-uri=urn:c"))
    assert found.default_graphs == ()
    assert found.named_graphs == ("urn:c",)


def test_dataset_of_the_query_becomes_that_of_the_plan() -> None:
    found = plan(post("ASK FROM <a> FROM <urn:b> FROM NAMED <urn:c> {}", QUERY))
    assert found.default_graphs == ("http://example.org/a", "urn:b")
    assert found.named_graphs == ("urn:c",)


def test_dataset_of_the_request_goes_before_that_of_the_query() -> None:
    found = plan(post("ASK FROM <urn:a> FROM NAMED <urn:b> {}", QUERY, "default-graph-uri=urn:c"))
    assert (found.default_graphs, found.named_graphs) == (("urn:c",), ())


@pytest.mark.parametrize("iri", ["", "relative", "http://[", "a b:c", "file"])
def test_graph_that_is_no_absolute_iri_is_400(iri: str) -> None:
    assert problem(get(urlencode({"query": ASK, "default-graph-uri": iri}))).status == 400


# Parameters


def test_unknown_parameters_are_ignored() -> None:
    bare = plan(get("query=ASK{}"))
    assert plan(get("query=ASK{}&ac=1&format=csv&output=xml&should-sponge=")) == bare


@pytest.mark.parametrize(
    ("asked", "seconds"), [("5", 5.0), ("0.5", 0.5), ("90", 30.0), ("0", 30.0)]
)
def test_timeout_lowers_the_deadline_and_never_raises_it(asked: str, seconds: float) -> None:
    assert plan(get(f"query=ASK{{}}&timeout={asked}")).timeout_s == seconds


@pytest.mark.parametrize("asked", ["-1", "soon", "nan", ""])
def test_timeout_that_is_no_number_is_400(asked: str) -> None:
    assert problem(get(f"query=ASK{{}}&timeout={asked}")).status == 400


# The base IRI


def test_base_iri_is_the_request_url_without_its_query() -> None:
    assert plan(get("query=ASK{}")).base_iri == "http://example.org/sparql"
    https = Request("GET", "/sparql/", b"query=ASK{}", {"host": "h:8443"}, b"", "https")
    assert plan(https).base_iri == "https://h:8443/sparql/"


def test_public_base_iri_goes_before_the_host_header() -> None:
    limits = Limits(base_iri="https://example.com/kg/")
    assert plan(get("query=ASK{}"), limits).base_iri == "https://example.com/kg/sparql"


@pytest.mark.parametrize("host", ["", "a b", "h/<x>", "h:port", "[::1", "h?x", "ü"])
def test_host_that_is_none_is_400(host: str) -> None:
    assert problem(get("query=ASK{}", host=host)).status == 400


# What is refused


@pytest.mark.parametrize(
    "request_",
    [
        post("update=CLEAR+ALL", FORM),
        post("CLEAR ALL", UPDATE),
        post(urlencode({"query": "PREFIX select: <urn:x> CLEAR ALL"}), FORM),
        get(urlencode({"query": "# SELECT\nINSERT DATA { <a> <b> <c> }"})),
        post("LOAD <http://example.org/>", QUERY),
    ],
)
def test_update_is_403_however_it_comes(request_: Request) -> None:
    refused = problem(request_)
    assert refused.status == 403
    assert refused.name == "update-refused"


@pytest.mark.parametrize("parameter", ["using-graph-uri", "using-named-graph-uri"])
def test_using_graph_beside_using_or_with_is_400(parameter: str) -> None:
    for update in (
        "DELETE { ?s ?p ?o } USING <urn:a> WHERE { ?s ?p ?o }",
        "WITH <urn:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ):
        assert problem(post(update, UPDATE, f"{parameter}=urn:b")).status == 400
        form = urlencode({"update": update, parameter: "urn:b"})
        assert problem(post(form, FORM)).status == 400
    assert problem(post("CLEAR ALL", UPDATE, f"{parameter}=urn:b")).status == 403


def test_service_is_403_with_its_place() -> None:
    refused = problem(post("SELECT * {\n  SERVICE <urn:x> {}\n}", QUERY))
    assert (refused.status, refused.name) == (403, "service-refused")
    assert (refused.members["line"], refused.members["column"]) == (2, 3)


def test_other_methods_are_405_with_those_allowed() -> None:
    with pytest.raises(Problem) as caught:
        check_method(Request("PUT", "/data"), DATA_METHODS)
    assert caught.value.status == 405
    assert caught.value.headers["Allow"] == "GET, HEAD, OPTIONS"


# Options


def test_options_says_allow() -> None:
    response = check_method(Request("OPTIONS", "/data"), DATA_METHODS)
    assert response is not None
    assert response.status == 204
    assert dict(response.headers)["Allow"] == "GET, HEAD, OPTIONS"


def test_preflight_says_which_methods_and_headers() -> None:
    headers = {
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type, x-requested-with",
    }
    response = check_method(Request("OPTIONS", "/sparql", headers=headers), ("GET", "POST"))
    assert response is not None
    found = dict(response.headers)
    assert found["Access-Control-Allow-Origin"] == "*"
    assert "POST" in found["Access-Control-Allow-Methods"]
    assert found["Access-Control-Allow-Headers"] == "content-type, x-requested-with"
    assert "Access-Control-Allow-Credentials" not in found


# What comes out


def test_get_without_a_query_asks_for_the_description() -> None:
    assert isinstance(read_sparql(get(), LIMITS), Description)
    assert isinstance(read_sparql(get(method="HEAD"), LIMITS), Description)


def test_browsers_get_a_page_if_there_is_one() -> None:
    browser = get("query=ASK{}", accept="text/html,application/xml;q=0.9,*/*;q=0.8")
    assert isinstance(read_sparql(browser, LIMITS, pages=True), Page)
    assert plan(browser).media_type == "application/xml"


def test_plan_says_form_format_and_label() -> None:
    found = plan(get(urlencode({"query": "CONSTRUCT WHERE { ?s ?p ?o }"}), accept="text/turtle"))
    assert (found.form, found.format) == ("CONSTRUCT", "turtle")
    assert found.media_type == "text/turtle; charset=utf-8"


def test_query_with_a_volatile_function_is_not_cacheable() -> None:
    assert not plan(get(urlencode({"query": "SELECT (NOW() AS ?now) {}"}))).cacheable
    assert plan(get(urlencode({"query": "SELECT ?now {}"}))).cacheable


def test_problem_is_a_problem_document() -> None:
    response = refusal(problem(get("query=ASK{}&query=ASK{}")))
    assert response.status == 400
    assert dict(response.headers)["Content-Type"] == "application/problem+json"
    assert b'"status": 400' in response.body


# The Graph Store


def data(query_string: str, accept: str = "") -> GraphPlan:
    headers = {"host": "example.org", "accept": accept}
    return read_data(Request("GET", "/data", query_string.encode(), headers), LIMITS)


def test_graph_by_its_iri() -> None:
    found = data(urlencode({"graph": "urn:a"}), "application/rdf+xml")
    assert (found.graph, found.format) == ("urn:a", "rdfxml")


@pytest.mark.parametrize("query_string", ["default", "default="])
def test_default_graph(query_string: str) -> None:
    assert data(query_string).graph is None


@pytest.mark.parametrize(
    "query_string", ["", "graph=urn:a&default", "graph=urn:a&graph=urn:b", "graph=relative"]
)
def test_not_exactly_one_graph_is_400(query_string: str) -> None:
    with pytest.raises(Problem) as caught:
        data(query_string)
    assert caught.value.status == 400


def test_every_kind_of_problem_is_documented(root: Path) -> None:
    code = "".join(path.read_text("utf-8") for path in (root / "server").rglob("*.py"))
    names = set(re.findall(r'[(,\n] *name="([a-z]+(?:-[a-z]+)*)"', code)) | {"service-refused"}
    documented = re.findall(
        r"^\| `([a-z-]+)` \| [45]\d\d", (root / "docs" / "endpoint.md").read_text(), re.M
    )
    assert names - {"legation"} == set(documented)
