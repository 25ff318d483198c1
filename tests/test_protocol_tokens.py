"""The tokenizer: what a query is, and whether it would reach out; pyoxigraph is the judge."""

import re

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.protocol.problem import Problem
from server.protocol.tokens import Kind, Reading, first_keyword, read, resolve_escapes, tokens

ELSEWHERE = "http://127.0.0.1:1/"
"""pyoxigraph refuses to connect to port 1, and says so, without touching the network."""


def texts(query: str) -> list[str]:
    return [token.text for token in tokens(query)]


def reaches_out(query: str) -> bool:
    """Whether pyoxigraph tries to ask another endpoint when it evaluates the query."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal(1)))
    try:
        answer = store.query(query, base_iri="http://e/sparql")
        if not isinstance(answer, ox.QueryBoolean):
            list(answer)
    except OSError:
        return True
    except RuntimeError as error:
        return "service name is unbound" in str(error)
    except (SyntaxError, ValueError):
        return False
    return False


# Query forms


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("select*{}", "SELECT"),
        ("SELECTDISTINCT ?s {}", "SELECT"),
        ("ASK{}", "ASK"),
        ("CONSTRUCT WHERE {}", "CONSTRUCT"),
        ("DESCRIBE <x>", "DESCRIBE"),
        ("# ASK\nSELECT * {}", "SELECT"),
        ("PREFIX ask: <urn:x> SELECT * {}", "SELECT"),
        ("PREFIX select: <urn:x> ASK {}", "ASK"),
        ("BASE <urn:SELECT> DESCRIBE <x>", "DESCRIBE"),
        ("VERSION '1.2' ASK {}", "ASK"),
        ("BASE<urn:x>PREFIX e:<urn:y>ASK{}", "ASK"),
        ("ASK { SELECT * {} }", "ASK"),
    ],
)
def test_form_is_read_past_prologue_and_comments(query: str, form: str) -> None:
    assert read(query).form == form
    assert not read(query).is_update


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a> <b> <c> }",
        "PREFIX select: <urn:x> DELETE WHERE { ?s ?p ?o }",
        "# SELECT * {}\nLOAD <http://example.org/>",
        "CLEAR ALL",
        "drop graph <g>",
        "CREATE GRAPH <g>",
        "WITH <g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "ADD <a> TO <b>",
        "MOVE <a> TO <b>",
        "COPY <a> TO <b>",
    ],
)
def test_update_is_known_whatever_goes_before(update: str) -> None:
    assert read(update).is_update
    assert read(update).form is None


def test_text_that_is_no_sparql_has_no_form() -> None:
    assert read("hello world").form is None
    assert read("").form is None
    assert not read("").is_update


# Tokens


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?s<http://e/p>?o", ["?s", "<http://e/p>", "?o"]),
        ("FILTER(?a<?b&&?c>?d)", ["FILTER", "(", "?a", "<", "?b", "&&", "?c", ">", "?d", ")"]),
        ("FILTER(1<?x)", ["FILTER", "(", "1", "<", "?x", ")"]),
        ("?x < 3", ["?x", "<", "3"]),
        ("e:a.b e:c. ?x", ["e:a.b", "e:c", ".", "?x"]),
        (r"e:a\#b # c", [r"e:a\#b"]),
        ("e:%41b", ["e:%41b"]),
        ("'''a'b''c'''", ["'''a'b''c'''"]),
        ('"""a"b""c"""', ['"""a"b""c"""']),
        ("'''''", ["''", "''", "'"]),
        (r'"\"#"', [r'"\"#"']),
        ("'x'@en--ltr", ["'x'", "@en--ltr"]),
        ("'x'^^<d>", ["'x'", "^^", "<d>"]),
        ("<<( ?s ?p ?o )>>", ["<<(", "?s", "?p", "?o", ")>>"]),
        ("{| ?p ?o |}", ["{|", "?p", "?o", "|}"]),
        ("_:a.b .", ["_:a.b", "."]),
        ("1.5e-3 .5 7", ["1.5e-3", ".5", "7"]),
        ("IN(<a>,<b#c>)", ["IN", "(", "<a>", ",", "<b#c>", ")"]),
    ],
)
def test_tokens_are_those_of_the_grammar(query: str, expected: list[str]) -> None:
    assert texts(query) == expected


@given(st.text(max_size=200))
def test_any_text_is_tokens_space_and_comments(text: str) -> None:
    position = 0
    for token in tokens(text):
        between = text[position : token.start]
        assert re.fullmatch(r"(?:[ \t\r\n]|#[^\r\n]*)*", between)
        assert text.startswith(token.text, token.start)
        position = token.start + len(token.text)
    assert re.fullmatch(r"(?:[ \t\r\n]|#[^\r\n]*)*", text[position:])


# Codepoint escapes, SPARQL 1.1 Query §19.2


def test_codepoint_escapes_are_resolved_outside_strings_and_iris() -> None:
    assert resolve_escapes(r"S\u0045LECT ?\U00000061 {}") == "SELECT ?a {}"
    assert read(r"S\u0045LECT * {}").form == "SELECT"


def test_codepoint_escapes_in_strings_iris_and_comments_are_left_to_the_evaluator() -> None:
    query = r"SELECT ('\u0041' AS ?x) { <urn:\u0041> ?p ?o } # \u000A"
    assert resolve_escapes(query) == query


@pytest.mark.parametrize("escape", [r"\uD800", r"\U0000DFFF", r"\U00110000"])
def test_codepoint_escape_that_is_no_character_is_a_problem_with_its_place(escape: str) -> None:
    with pytest.raises(Problem) as caught:
        read("SELECT *\n {" + escape)
    assert caught.value.status == 400
    assert caught.value.members == {"line": 2, "column": 3}


# SERVICE

SMUGGLED = [
    "SERVICE <{0}> {{}}",
    "service<{0}>{{}}",
    "SERVICE SILENT <{0}> {{}}",
    r"SERV\u0049CE <{0}> {{}}",
    "OPTIONAL {{ SERVICE <{0}> {{}} }}",
    "{{ SELECT * {{ SERVICE <{0}> {{}} }} }}",
    "FILTER(EXISTS {{ SERVICE <{0}> {{}} }})",
    "SERVICE e:{{}}",
    "SERVICE:{{?s ?p ?o}}",
    "SERVICEe:x{{?s ?p ?o}}",
    "SERVICESILENTe:x{{?s ?p ?o}}",
    "?s ?p ?o ; SERVICE:a{{?s ?p ?o}}",
    "?s ?p ?o.SERVICE<{0}>{{}}",
    "?s ?p 1SERVICE<{0}>{{}}",
    "?s ?p trueSERVICE<{0}>{{}}",
    "FILTER(1<2)SERVICE<{0}>{{}}",
    "FILTER(1<?v)SERVICE?v#>\n{{?s ?p ?o}}",
    "FILTER(1<2#>'''\n)SERVICE e:x{{?s ?p ?o}}#'''\n",
    "FILTER e:f(1<2#>'''\n)SERVICE e:x{{?s ?p ?o}}#'''\n",
    "FILTER((1)<2#>'''\n)SERVICE e:x{{?s ?p ?o}}#'''\n",
    "FILTER(EXISTS{{}}<2#>'''\n)SERVICE e:x{{?s ?p ?o}}#'''\n",
    "BIND(1<2#>'''\n AS ?b)SERVICE e:x{{?s ?p ?o}}#'''\n",
    "?s ?p ''' a' # \\q \n . SERVICE e:x{{?s ?p ?o}} #'''\n",
    "?s ?p e:a\\#. SERVICE <{0}> {{}}",
    '?s ?p "\\"". SERVICE <{0}> {{}} # "',
    "?s ?p 'x'@en . SERVICE ?s {{}}",
    "#\rSERVICE <{0}> {{}}",
]
PROLOGUE = f"PREFIX : <{ELSEWHERE}> PREFIX e: <{ELSEWHERE}> "


@pytest.mark.parametrize("pattern", SMUGGLED)
def test_service_is_found_in_every_disguise(pattern: str) -> None:
    query = PROLOGUE + "SELECT * { " + pattern.format(ELSEWHERE) + " }"
    assert read(query).services


def test_pyoxigraph_itself_falls_for_most_disguises() -> None:
    queries = [PROLOGUE + "SELECT * { " + each.format(ELSEWHERE) + " }" for each in SMUGGLED]
    assert sum(map(reaches_out, queries)) > len(SMUGGLED) / 2


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE' }",
        'SELECT * { ?s ?p """ " SERVICE <x> {} """ }',
        "SELECT * { ?s ?p ?o } # SERVICE <x> {}",
        "SELECT * { <http://example.org/SERVICE> ?p ?o }",
        "SELECT * { <http://example.org/)SERVICE#x> ?p ?o }",
        "SELECT ?SERVICE { ?SERVICE ?p $service }",
        "SELECT * { _:SERVICE ?p ?o }",
        "PREFIX service: <urn:x> SELECT * { service:a service:b service:c }",
        "PREFIX e: <urn:x> SELECT * { e:SERVICE ?p ?o }",
        "SELECT * { ?s ?p 'x'@service }",
        "PREFIX service: <urn:x> SELECT * { GRAPH service:g { ?s ?p ?o } }",
        "PREFIX service: <urn:x> SELECT * FROM service:g { ?s ?p ?o }",
        r"SELECT * { ?s ?p '\u0027 SERVICE <x> {}' }",
        "SELECT * { VALUES (?a ?b) { (<urn:SERVICE#a><urn:SERVICE#b>) } }",
        "SELECT * { ?s ?p (1 <urn:)SERVICE#>) }",
    ],
)
def test_service_is_no_keyword_in_strings_comments_iris_and_names(query: str) -> None:
    assert not read(query).services


quiet = st.text(st.characters(exclude_characters="\\'\"\n\r<>{}|^` #", exclude_categories=["Cs"]))
hidden = st.one_of(
    st.tuples(quiet, quiet).map(lambda t: f"?s ?p '{t[0]} SERVICE <x> {{}} {t[1]}' ."),
    st.tuples(quiet, quiet).map(lambda t: f'?s ?p """{t[0]}" SERVICE <x> {{}} \n{t[1]}""" .'),
    st.tuples(quiet, quiet).map(lambda t: f"# {t[0]} SERVICE <x> {{}} {t[1]}\n"),
    st.text(st.characters(categories=["L", "N"])).map(lambda t: f"?s <urn:{t}/SERVICE#{t}> ?o ."),
)
harmless = st.sampled_from(
    ["?s ?p ?o .", "FILTER(?o<3)", "FILTER(?s<?o&&?o>?s)", "OPTIONAL { ?s ?p ?o }", "# x\n",
     "BIND(1<2 AS ?b0)", "{ SELECT ?s { ?s ?p ?o } ORDER BY (?s<?o) }", "VALUES ?v { <urn:a#b> }",
     "?s (<urn:a>|^<urn:b>)* ?o .", "[] ?p (1 <urn:c#d> 'e') ."]
)  # fmt: skip


@given(st.lists(st.one_of(hidden, harmless), max_size=6))
def test_hidden_service_is_never_taken_for_one(parts: list[str]) -> None:
    assert not read("SELECT * { " + " ".join(parts) + " }").services


@given(
    st.lists(st.one_of(hidden, harmless), max_size=4),
    st.sampled_from(["SERVICE", "service", "SerVice"]),
    st.sampled_from(["", " ", "\n", " # x\n", " SILENT "]),
    st.lists(st.one_of(hidden, harmless), max_size=4),
)
def test_real_service_is_always_found(
    before: list[str], word: str, space: str, after: list[str]
) -> None:
    real = f"{word}{space}<{ELSEWHERE}> {{ ?s ?p ?o }}"
    assert read("SELECT * { " + " ".join([*before, real, *after]) + " }").services


PIECES = (
    "SERVICE", "SERVICE:", "SERVICEe:x", "SERVICE e:x{?s ?p ?o}", "SERVICE<" + ELSEWHERE + ">{}",
    "?s ?p ?o", "?v", "e:x", ":x", "1", "true", "'a'", '"b"', "'''", '"""', "'", '"', "\\q", "\\'",
    "#", "\n", " ", ".", ";", ",", "{", "}", "(", ")", "[", "]", "<", ">", "#>", "<2#>", "<?v",
    "FILTER(", "FILTER e:f(", "BIND(", " AS ?w)", "1<2", "EXISTS{", "<<(", ")>>", "<<", ">>", "{|",
    "|}", "OPTIONAL{", "UNION", "SELECT * {", "VALUES ?v{", "^^", "@en", "&&", "||", "=", "a",
    "GRAPH", "_:b", "\\u0041", "-", "!", "|", "/", "*", "MINUS{", "<urn:x>", "%", "\\#", ":",
)  # fmt: skip


@settings(max_examples=600)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join))
@example("FILTER(1<?v)SERVICE?v#>\n{?s ?p ?o}")
@example("?s ?p ?o ; SERVICE:x{?s ?p ?o}")
def test_what_pyoxigraph_would_ask_elsewhere_is_always_found(pattern: str) -> None:
    query = read(PROLOGUE + "SELECT * { " + pattern + " }")
    if reaches_out(query.text):
        assert query.services


@settings(max_examples=300)
@given(
    st.sampled_from(SMUGGLED),
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from(PIECES)), max_size=3),
)
def test_a_smuggled_service_is_found_however_it_is_damaged(
    pattern: str, edits: list[tuple[int, str]]
) -> None:
    damaged = pattern.format(ELSEWHERE)
    for place, piece in edits:
        damaged = damaged[:place] + piece + damaged[place:]
    query = read(PROLOGUE + "SELECT * { " + damaged + " }")
    if reaches_out(query.text):
        assert query.services


# What is said without tokens is what tokens say

prologues = st.lists(
    st.sampled_from(
        ["PREFIX", "prefix ", "PREFIX e: <urn:x>", "PREFIX : <urn:select>\n", "PREFIX é: <u:x> ",
         "BASE", "base<urn:x>", "BASE <urn:\\u0041> ", " ", "\n", "# ASK\n", "SELECT", "sELECT",
         "ſELECT", "ASK", "asK", "DESCRIBE ", "CONSTRUCT", "INSERT", "delete ", "LOAD", "{", "}",
         "*", "?ask", "ask:", "<ASK>", "'ASK'", "now()", "RAND", "(", "uuid(", "BNODE", "service"]
    ), max_size=9,
).map("".join)  # fmt: skip


@settings(max_examples=500)
@given(prologues)
def test_the_short_way_agrees_with_the_tokens(text: str) -> None:
    short, known = read(text), tuple(tokens(text))
    assert short.keyword == first_keyword(known)
    # One that mentions everything looks at all of its tokens.
    long = Reading(text, text.upper() + "SERVICE NOW", short.keyword)
    assert short.services == long.services
    assert short.is_volatile == long.is_volatile


# Functions that answer differently each time


@pytest.mark.parametrize("call", ["NOW()", "rand ()", "UUID()", "STRUUID()", "BNODE()", "Now\n()"])
def test_volatile_functions_are_found(call: str) -> None:
    assert read(f"SELECT ({call} AS ?x) {{}}").is_volatile


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?now { ?now ?p 'NOW()' } # RAND()",
        "PREFIX e: <urn:x> SELECT (e:NOW() AS ?x) {}",
        "SELECT * { <urn:UUID()> ?p ?o }",
    ],
)
def test_volatile_functions_are_not_found_where_they_are_no_calls(query: str) -> None:
    assert not read(query).is_volatile


# Prefixes


def test_undeclared_prefixes_are_named_once_at_their_first_use() -> None:
    found = read("PREFIX a: <urn:a> SELECT * { a:x b:y b:z ; c:w 'd:x' }").undeclared
    assert [token.text for token in found] == ["b:y", "c:w"]
    assert [token.kind for token in found] == [Kind.PNAME, Kind.PNAME]
