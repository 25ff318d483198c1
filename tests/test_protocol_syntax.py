"""Syntax errors: the place in the query where it goes wrong, and what to do about it."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology import PREFIXES
from server.protocol.problem import Problem
from server.protocol.syntax import syntax_problem


def problem(query: str) -> Problem:
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(query, base_iri="http://e/")
    return syntax_problem(str(caught.value), query)


@pytest.mark.parametrize(
    ("query", "line", "column", "found"),
    [
        ("SELECT *\nWHERE {\n  ?s ?p }", 3, 9, "}"),
        ("SELECT ?s\nWHERE {\n ?s ?p ?o . FILTER(?s ~ 3) }", 3, 23, "~"),
        ("SELECT * {} LIMIT 5 LIMIT 6", 1, 21, "LIMIT"),
        ("SELECT * {} VALUEZ ?x {}", 1, 13, "VALUEZ"),
        ("SELEKT * {}", 1, 1, "SELEKT"),
        ("SELECT * { ?s ?p 'ü' . 'é' ~ }", 1, 28, "~"),
        ("SELECT * { ?s ?p ?o } ORDER ?s", 1, 29, "?s"),
        ("SELECT * {\r\n ?s ?p ?o ) }", 2, 11, ")"),
        ("SELECT * { ?s ?p 'open }", 1, 18, "'"),
    ],
)
def test_place_is_the_first_token_that_does_not_fit(
    query: str, line: int, column: int, found: str
) -> None:
    said = problem(query)
    assert said.status == 400
    assert (said.members["line"], said.members["column"]) == (line, column)
    assert f"“{found}”" in said.detail


@pytest.mark.parametrize(
    ("query", "column"), [("SELECT * { ?s ?p ?o", 20), ("SELECT * { ?s ?p ?o \n\n", 20), ("", 1)]
)
def test_query_that_ends_too_early_says_so(query: str, column: int) -> None:
    said = problem(query)
    assert (said.members["line"], said.members["column"]) == (1, column)
    assert "ends too early" in said.detail


def test_known_prefix_comes_with_its_declaration_at_its_first_use() -> None:
    said = problem("SELECT *\n { ?s dip:states ?o ; rdfs:label ?l }")
    assert (said.members["line"], said.members["column"]) == (2, 7)
    declarations = said.members["declaration"].split("\n")
    assert declarations == [f"PREFIX {name}: <{PREFIXES[name]}>" for name in ("dip", "rdfs")]
    assert declarations[0] in said.detail


def test_unknown_prefix_is_named() -> None:
    said = problem("SELECT * { ?s nobody:knows ?o }")
    assert '"nobody:"' in said.detail
    assert "declaration" not in said.members


def test_what_the_grammar_allows_but_the_language_does_not_is_said_in_words() -> None:
    assert "unbound" in problem("SELECT (COUNT(*) AS ?c) ?s { ?s ?p ?o }").detail


words = st.sampled_from(
    ["SELECT", "*", "{", "}", "?s", "?p", "?o", ".", "(", ")", "FILTER", "<a>", "'x'", "e:x", "ASK",
     "ORDER BY", "LIMIT", "5", "\n", "PREFIX e: <urn:e>", "GRAPH", ";", ",", "UNION", "BIND", "AS"]
)  # fmt: skip


@given(st.lists(words, max_size=15).map(" ".join))
def test_every_syntax_error_has_a_place_inside_the_query(query: str) -> None:
    try:
        ox.Store().query(query, base_iri="http://e/")
    except SyntaxError as error:
        said = syntax_problem(str(error), query)
        lines = query.split("\n")
        assert 1 <= said.members["line"] <= len(lines)
        assert 1 <= said.members["column"] <= len(lines[said.members["line"] - 1]) + 1
        assert "\n" not in said.detail
