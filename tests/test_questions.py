"""The competency questions over the graph that ships. Their answers were written down from the
article and stand beside them; a changed answer fails."""

import csv
import io
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import (
    DefaultGraph,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)
from rdflib import Graph
from rdflib.compare import isomorphic

from graph.snapshot import Snapshot
from ontology import PREFIXES
from ontology.examples import Question, questions, questions_folder

HERE = Path(__file__).parent
ALL = questions()
WIKIDATA = "https://query.wikidata.org/sparql"


def named(chosen: list[Question]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "question", chosen, ids=[f"{q.number:02}-{q.slug}" for q in chosen]
    )


here = named([q for q in ALL if not q.federated])
every_question = named(list(ALL))


@pytest.fixture(scope="module")
def store(shipped: Snapshot) -> Store:
    loaded = Store()
    loaded.bulk_load(path=str(shipped.dataset), format=RdfFormat.N_QUADS)
    return loaded


def expected(question: Question, ending: str) -> str:
    return (questions_folder() / f"{question.number:02}-{question.slug}{ending}").read_text("utf-8")


def rows(text: str) -> list[list[str]]:
    """The cells of a result in CSV (SPARQL 1.1 Query Results CSV and TSV Formats §3)."""
    return list(csv.reader(io.StringIO(text, newline="")))


def assert_answer(question: Question, answer: list[list[str]]) -> None:
    """The same header and rows; the same order, too, where the query asks for one."""
    wanted = rows(expected(question, ".csv"))
    assert answer[0] == wanted[0]
    if "ORDER BY" in question.query:
        assert answer[1:] == wanted[1:]
    else:
        assert Counter(map(tuple, answer[1:])) == Counter(map(tuple, wanted[1:]))


# What they are


def test_the_25_questions_of_the_model_and_those_that_a_reader_asks_next_are_numbered_on() -> None:
    assert [q.number for q in ALL] == list(range(1, len(ALL) + 1))
    assert len(ALL) >= 30
    assert len({q.slug for q in ALL}) == len(ALL)


@every_question
def test_a_question_says_what_it_asks_and_is_found_by_keywords(question: Question) -> None:
    assert question.comment.endswith("?")
    assert question.keywords
    assert question.iri == (
        f"https://w3id.org/legation/questions/{question.number:02}-{question.slug}"
    )


@every_question
def test_a_query_runs_as_it_stands_with_no_prefix_too_many(question: Question) -> None:
    declared = [line.split()[1] for line in question.query.splitlines() if line[:6] == "PREFIX"]
    body = question.query[question.query.rindex("PREFIX") :].partition("\n")[2]
    assert all(prefix in body for prefix in declared)
    assert body.startswith(question.form.upper())
    assert question.federated == ("SERVICE" in body)


@every_question
def test_the_prefixes_are_those_of_the_house(question: Question) -> None:
    house = PREFIXES | {"wdt": "http://www.wikidata.org/prop/direct/"}
    for line in question.query.splitlines():
        if line.startswith("PREFIX"):
            _, name, iri = line.split()
            assert house[name.rstrip(":")] == iri.strip("<>")


@every_question
def test_a_select_query_fixes_the_order_of_its_rows(question: Question) -> None:
    assert (question.form == "select") == ("ORDER BY" in question.query)


# What they answer


@here
def test_the_answer_is_the_one_written_from_the_article(question: Question, store: Store) -> None:
    answer = store.query(question.query)
    match answer:
        case QueryBoolean():
            assert str(bool(answer)).lower() == expected(question, ".csv").strip()
        case QuerySolutions():
            table = answer.serialize(format=QueryResultsFormat.CSV)
            assert table is not None
            assert_answer(question, rows(table.decode("utf-8")))
        case QueryTriples():
            turtle = serialize(answer, format=RdfFormat.N_TRIPLES)
            assert turtle is not None
            found = Graph().parse(data=turtle.decode("utf-8"), format="nt")
            wanted = Graph().parse(data=expected(question, ".expected.ttl"), format="turtle")
            assert isomorphic(found, wanted)


def test_no_answer_lies_about_without_its_question() -> None:
    names = {f"{q.number:02}-{q.slug}" for q in ALL}
    for file in questions_folder().iterdir():
        name = file.name.removesuffix(".csv").removesuffix(".ttl").removesuffix(".expected")
        assert name in names | {"prefixes"}


# Federation


@contextmanager
def recorded_wikidata() -> Iterator[tuple[str, list[str]]]:
    """An endpoint on loopback that gives a recorded answer, and the queries that it was sent."""
    asked: list[str] = []
    answer = (HERE / "wikidata.json").read_bytes()

    class Endpoint(BaseHTTPRequestHandler):
        def _answer(self, form: str) -> None:
            asked.extend(parse_qs(form)["query"])
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8"))

        def log_message(self, *_: object) -> None:
            """Keep the test's output to the test."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def default_graph(store: Store) -> Graph:
    """The default graph in rdflib, whose evaluator follows SERVICE to plain HTTP on loopback."""
    triples = store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    assert triples is not None
    return Graph().parse(data=triples.decode("utf-8"), format="nt")


@named([q for q in ALL if q.federated])
def test_wikidata_is_asked_about_the_same_things(question: Question, default_graph: Graph) -> None:
    with recorded_wikidata() as (address, asked):
        query = question.query.replace(WIKIDATA, address)
        assert query != question.query
        table = default_graph.query(query).serialize(format="csv")
    assert table is not None
    assert_answer(question, rows(table.decode("utf-8")))
    assert all("VALUES ?item" in text for text in asked)
