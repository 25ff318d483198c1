"""FROM and FROM NAMED, SPARQL 1.1 Query §13.2: which graphs a query names."""

import pyoxigraph as ox
import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from server.protocol.dataset import of_query
from server.protocol.tokens import read

BASE = "http://example.org/sparql"


@pytest.mark.parametrize(
    ("query", "default", "named"),
    [
        ("ASK FROM <urn:a> FROM <urn:b> {}", ("urn:a", "urn:b"), ()),
        ("SELECT*from<urn:a>From Named<urn:b>where{}", ("urn:a",), ("urn:b",)),
        ("CONSTRUCT { ?s ?p ?o } FROM NAMED <urn:b> WHERE {}", (), ("urn:b",)),
        ("CONSTRUCT FROM <urn:a> WHERE { ?s ?p ?o }", ("urn:a",), ()),
        ("DESCRIBE <urn:x> FROM <urn:a>", ("urn:a",), ()),
        ("DESCRIBE <urn:x> FROM <urn:a> LIMIT 1", ("urn:a",), ()),
        ("ASK FROM <urn:a> FROM <urn:a> {}", ("urn:a",), ()),
        ("ASK FROM # one\n <urn:a> {} # FROM <urn:b>", ("urn:a",), ()),
    ],
)
def test_each_form_says_which_graphs_are_its_own(
    query: str, default: tuple[str, ...], named: tuple[str, ...]
) -> None:
    assert of_query(read(query), BASE) == (default, named)


@pytest.mark.parametrize(
    ("query", "graph"),
    [
        ("ASK FROM <a> {}", "http://example.org/a"),
        ("ASK FROM <> {}", BASE),
        ("BASE <urn:x/> BASE <y/> ASK FROM <a> {}", "urn:x/y/a"),
        ("PREFIX from: <urn:> ASK FROM from:a { ?s from:b ?o }", "urn:a"),
        ("PREFIX : <urn:x> PREFIX : <urn:y> ASK FROM :a {}", "urn:ya"),
        ("PREFIX select: <urn:> # ASK\n SELECT * FROM select:a {}", "urn:a"),
        ("ASK FROM <urn:\\u0061> {}", "urn:a"),
        ("PREFIX : <urn:> ASK FROM :a\\-b {}", "urn:a-b"),
    ],
)
def test_names_resolve_by_base_prefix_and_request(query: str, graph: str) -> None:
    assert of_query(read(query), BASE) == ((graph,), ())


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?from { ?from <urn:p> 'FROM <urn:a>' } # FROM <urn:a>",
        "SELECT * FROM",
        "SELECT * FROM NAMED",
        "SELECT * FROM <urn:a> FROM NAMED {}",
        "SELECT * FROM undeclared:a {}",
        "SELECT * FROM <http://[> {}",
        "FROM <urn:a>",
        "ASKFROM<urn:a>FROM<urn:b>{}",
        "SELECT*FROM<urn:a>FROMNAMED<urn:b>{}",
        "PREFIX : <urn:> ASK FROM:a FROM<urn:b>{}",
        "PREFIX : <urn:> ASK FROM<urn:b>FROM:a{}",
    ],
)
def test_what_names_no_dataset_by_the_grammar_is_left_to_the_evaluator(query: str) -> None:
    assert of_query(read(query), BASE) == (None, None)


STORE = ox.Store()
STORE.extend(
    ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:in"), ox.Literal(g), ox.NamedNode(graph))
    for g, graph in [("a", "urn:a"), ("b", "urn:b"), ("c", "http://example.org/c")]
)
SEEN = "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
space = st.sampled_from(["", "", " ", "\n# FROM <urn:c>\n"])
name = st.sampled_from(["<urn:a>", "<urn:b>", "<c>", ":a", "named:b", "from:a", "<urn:none>"])
clause = st.tuples(
    space, st.sampled_from(["FROM", "from"]), space, st.sampled_from(["", "NAMED"]), space, name
)


@given(st.lists(clause, max_size=4), space, st.sampled_from(["", "WHERE"]))
def test_it_names_the_graphs_that_the_evaluator_would_take(
    clauses: list[tuple[str, ...]], end: str, where: str
) -> None:
    written = "".join("".join(parts) for parts in clauses)
    prologue = "PREFIX : <urn:> PREFIX named: <urn:> PREFIX from: <urn:> "
    query = f"{prologue} SELECT DISTINCT ?g ?o{end or ' '}{written}{end}{where} {SEEN}"
    default, named = of_query(read(query), BASE)
    assume(default is not None and named is not None)
    try:
        expected = STORE.query(query, base_iri=BASE)
    except SyntaxError:
        reject()
    found = STORE.query(
        query,
        base_iri=BASE,
        default_graph=[ox.NamedNode(iri) for iri in default],
        named_graphs=[ox.NamedNode(iri) for iri in named],
    )
    assert {str(row) for row in found} == {str(row) for row in expected}, query
