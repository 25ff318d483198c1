"""server.evaluation: a plan and a store in, the bytes of an answer out."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from server.engine import Collected, LocalEngine
from server.evaluation import GRAPHS, RESULTS, Data, evaluate
from server.protocol.plan import GraphPlan, QueryPlan
from server.protocol.problem import Problem

EX = "https://example.org/"
DATA = f"""
<{EX}iran> <{EX}name> "Iran"@en .
<{EX}iran> <{EX}name> "line\\nfeed, \\"quote\\"\\tand tab" .
<{EX}iran> <{EX}since> "1979"^^<http://www.w3.org/2001/XMLSchema#gYear> .
<{EX}egypt> <{EX}name> "Egypt"@en .
<{EX}iran> <{EX}name> "Iran"@en <{EX}one> .
<{EX}iran> <{EX}in> _:region <{EX}one> .
<{EX}iran> <{EX}name> "Iran"@en <{EX}two> .
<{EX}egypt> <{EX}in> _:region <{EX}two> .
""".lstrip()


@pytest.fixture(scope="module")
def data() -> Data:
    store = ox.Store()
    store.bulk_load(DATA.encode(), ox.RdfFormat.N_QUADS)
    return Data(store, lambda: b"", {})


def plan(query: str, **fields: Any) -> QueryPlan:
    return QueryPlan(
        **{
            "query": query,
            "form": "SELECT",
            "default_graphs": None,
            "named_graphs": None,
            "base_iri": EX + "sparql",
            "media_type": "text/csv",
            "format": "csv",
            "timeout_s": 5.0,
            "cacheable": True,
            "max_rows": None,
            **fields,
        }
    )


def answer(data: Data, query: str, **fields: Any) -> Collected:
    output = Collected("generation")
    evaluate(plan(query, **fields), data, output)
    return output


def rows(data: Data, query: str, **fields: Any) -> list[list[str]]:
    text = answer(data, query, **fields).first.decode()
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


@pytest.mark.parametrize("name", RESULTS)
def test_solutions_in_every_format_say_the_same(data: Data, name: str) -> None:
    query = "SELECT ?o { <iran> <name> ?o } ORDER BY ?o"
    written = answer(data, query, format=name).first
    if name == "csv":
        assert b"Iran" in written
        return
    solutions = ox.parse_query_results(written, RESULTS[name])
    assert isinstance(solutions, ox.QuerySolutions)
    assert {solution["o"] for solution in solutions} == {
        ox.Literal("Iran", language="en"),
        ox.Literal('line\nfeed, "quote"\tand tab'),
    }


@pytest.mark.parametrize("name", RESULTS)
def test_ask_in_every_format(data: Data, name: str) -> None:
    assert b"true" in answer(data, "ASK { <iran> ?p ?o }", form="ASK", format=name).first


@pytest.mark.parametrize("name", GRAPHS)
def test_construct_in_every_format_says_the_same(data: Data, name: str) -> None:
    query = "CONSTRUCT WHERE { ?s <name> ?o }"
    written = answer(data, query, form="CONSTRUCT", format=name).first
    assert len(set(ox.parse(written, GRAPHS[name]))) == 3


def test_relative_iris_resolve_against_the_base(data: Data) -> None:
    assert rows(data, "SELECT ?s { VALUES ?s { <x> } }") == [[EX + "x"]]


def test_without_a_dataset_the_default_graph_is_the_store_s_own(data: Data) -> None:
    assert rows(data, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [["4"]]


def test_default_graph_parameter_replaces_the_default_graph_and_hides_the_named(
    data: Data,
) -> None:
    dataset: dict[str, Any] = {"default_graphs": (EX + "one",), "named_graphs": ()}
    assert rows(data, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", **dataset) == [["2"]]
    assert rows(data, "SELECT ?g { GRAPH ?g { ?s ?p ?o } }", **dataset) == []


def test_named_graph_parameter_alone_leaves_the_default_graph_empty(data: Data) -> None:
    dataset: dict[str, Any] = {"default_graphs": (), "named_graphs": (EX + "two",)}
    assert rows(data, "SELECT ?s { ?s ?p ?o }", **dataset) == []
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    assert rows(data, query, **dataset) == [[EX + "two"]]


def test_parameters_override_from_and_from_named(data: Data) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM <{EX}two> FROM NAMED <{EX}two> {{ <egypt> ?p ?o }}"
    assert rows(data, query, default_graphs=(EX + "one",), named_graphs=()) == [["0"]]


def test_several_default_graphs_are_merged_so_that_a_shared_triple_counts_once(
    data: Data,
) -> None:
    both: dict[str, Any] = {"default_graphs": (EX + "one", EX + "two"), "named_graphs": ()}
    assert rows(data, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", **both) == [["3"]]


def test_a_merge_keeps_a_blank_node_that_graphs_share_one_node(data: Data) -> None:
    both: dict[str, Any] = {"default_graphs": (EX + "one", EX + "two"), "named_graphs": ()}
    assert rows(data, "SELECT ?s { <iran> <in> ?r . ?s <in> ?r } ORDER BY ?s", **both) == [
        [EX + "egypt"],
        [EX + "iran"],
    ]


def test_a_merge_offers_the_named_graphs_that_were_asked_for(data: Data) -> None:
    dataset: dict[str, Any] = {
        "default_graphs": (EX + "one", EX + "two"),
        "named_graphs": (EX + "two",),
    }
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    assert rows(data, query, **dataset) == [[EX + "two", "2"]]


def test_a_graph_that_does_not_exist_is_empty(data: Data) -> None:
    for graph in (EX + "none", "file:///etc/passwd"):
        assert rows(data, f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}") == []
        asked: dict[str, Any] = {"default_graphs": (graph,), "named_graphs": ()}
        assert rows(data, "SELECT * { ?s ?p ?o }", **asked) == []


@pytest.mark.parametrize("name", RESULTS)
def test_rows_beyond_the_limit_are_cut_in_every_format(data: Data, name: str) -> None:
    query = "SELECT ?n { VALUES ?n { 5 4 3 2 1 } } ORDER BY ?n"
    cut = answer(data, query, format=name, max_rows=2)
    exact = answer(data, query + " LIMIT 2", format=name)
    assert cut.truncated is True
    assert cut.first == exact.first


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_an_answer_is_called_cut_only_if_it_was(data: Data, limit: int) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o }"
    cut = answer(data, query, format="json", max_rows=limit)
    assert cut.truncated is (limit < 4)
    assert len(json.loads(cut.first)["results"]["bindings"]) == min(limit, 4)


def test_a_cut_changes_no_term(data: Data) -> None:
    query = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
    whole = answer(data, query, format="json")
    assert answer(data, query, format="json", max_rows=9).first == whole.first
    assert whole.truncated is None


def test_a_long_answer_is_cut_at_the_limit_exactly(data: Data) -> None:
    query = "SELECT ?s { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?q }"
    cut = answer(data, query, format="tsv", max_rows=1500)
    assert cut.truncated is True
    assert cut.first.count(b"\n") == 1501


@pytest.mark.parametrize("name", GRAPHS)
def test_triples_beyond_the_limit_are_cut_in_every_format(data: Data, name: str) -> None:
    query = "CONSTRUCT WHERE { ?s ?p ?o }"
    cut = answer(data, query, form="CONSTRUCT", format=name, max_rows=3)
    assert cut.truncated is True
    assert len(list(ox.parse(cut.first, GRAPHS[name]))) == 3


def test_the_answer_of_ask_is_never_cut(data: Data) -> None:
    cut = answer(data, "ASK {}", form="ASK", format="tsv", max_rows=1)
    assert (cut.first, cut.truncated) == (b"true", False)


def test_a_syntax_error_says_where(data: Data) -> None:
    with pytest.raises(Problem) as caught:
        answer(data, "SELECT * {\n ?s ?p }")
    assert caught.value.status == 400
    assert caught.value.members["line"] == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"base_iri": "no scheme"},
        {"default_graphs": ("relative",), "named_graphs": ()},
        {"default_graphs": (), "named_graphs": (EX + "> { } <x",)},
        {"query": "ASK { <s> <p> '\ud800' }"},
    ],
)
def test_what_is_no_iri_or_no_text_is_the_request_s_fault(
    data: Data, fields: dict[str, Any]
) -> None:
    with pytest.raises(Problem) as caught:
        answer(data, **{"query": "ASK {}", "form": "ASK", "format": "tsv", **fields})
    assert caught.value.status == 400


def test_an_unknown_function_is_the_request_s_fault(data: Data) -> None:
    with pytest.raises(Problem, match="custom function") as caught:
        answer(data, "SELECT (<f>(1) AS ?x) {}")
    assert caught.value.status == 400


def test_service_that_got_through_is_refused_when_it_cannot_connect(data: Data) -> None:
    with pytest.raises(Problem) as caught:
        answer(data, "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    assert caught.value.status == 403


def graph(data: Data, name: str | None, syntax: str = "turtle") -> bytes:
    output = Collected("generation")
    evaluate(GraphPlan(name, "text/turtle", syntax, 5.0, EX), data, output)
    return output.first


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_in_every_format_holds_its_triples_only(data: Data, name: str) -> None:
    quads = list(ox.parse(graph(data, EX + "one", name), GRAPHS[name]))
    assert len(quads) == 2
    assert {quad.graph_name for quad in quads} == {ox.DefaultGraph()}


def test_the_default_graph_can_be_read(data: Data) -> None:
    assert len(list(ox.parse(graph(data, None), ox.RdfFormat.TURTLE))) == 4


def test_a_graph_that_is_not_there_is_404(data: Data) -> None:
    with pytest.raises(Problem) as caught:
        graph(data, EX + "none")
    assert caught.value.status == 404


def test_what_write_raises_ends_the_evaluation(data: Data) -> None:
    class Full(Exception):
        pass

    class Refusing(Collected):
        def write(self, data: bytes, /) -> int:
            raise Full

    with pytest.raises(Full):
        evaluate(plan("SELECT * { ?s ?p ?o }"), data, Refusing("generation"))


def test_local_engine_answers_from_a_snapshot(tmp_path: Path) -> None:
    (tmp_path / "dataset.nq").write_text(DATA, "utf-8")
    (tmp_path / "asserted.nt").touch()
    (tmp_path / "manifest.json").write_text('{"digest": "abc"}', "utf-8")
    engine = LocalEngine(tmp_path)
    whole = engine.run(plan("ASK {}", form="ASK", format="tsv"))
    assert (whole.first, list(whole), whole.generation) == (b"true", [], "abc")
