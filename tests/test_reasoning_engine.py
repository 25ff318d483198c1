"""The parts of the engine: columns, terms, literals, hierarchies and the compiled program."""

import random
from itertools import product

import numpy as np
import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.reasoning import Triple, arrays, close, close_ntriples, describe, ntriples, transitive
from graph.reasoning.dictionary import Dictionary
from graph.reasoning.equality import Representatives
from graph.reasoning.literals import ILL_TYPED, datatypes, identity, value
from graph.reasoning.vocabulary import OWL, RDF, RDFS, VOCABULARY, XSD

EX = "http://example.org/"
numbers = st.lists(st.integers(0, 40)).map(lambda xs: np.array(sorted(set(xs)), np.int64))
pairs = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)


def edges(of: list[tuple[int, int]]) -> arrays.Ints:
    return arrays.sort(arrays.array([a << 32 | b for a, b in of]))


def unpack(of: arrays.Ints) -> set[tuple[int, int]]:
    return {(x >> 32, x & 0xFFFFFFFF) for x in of.tolist()}


@settings(deadline=None)
@given(numbers, numbers)
def test_set_operations_equal_those_of_python(a: arrays.Ints, b: arrays.Ints) -> None:
    assert arrays.difference(a, b).tolist() == sorted(set(a.tolist()) - set(b.tolist()))
    assert arrays.intersection(a, b).tolist() == sorted(set(a.tolist()) & set(b.tolist()))
    rest = arrays.difference(b, a)
    assert arrays.union(a, rest).tolist() == sorted({*a.tolist(), *b.tolist()})


@settings(deadline=None)
@given(pairs, st.lists(st.integers(0, 12)))
def test_expand_joins_each_key_with_its_pairs(of: list[tuple[int, int]], keys: list[int]) -> None:
    rows, found = arrays.expand(edges(of), arrays.array(keys))
    expected = [(row, b) for row, key in enumerate(keys) for a, b in sorted(set(of)) if a == key]
    assert list(zip(rows.tolist(), found.tolist(), strict=True)) == expected


@settings(deadline=None)
@given(pairs)
def test_transitive_closure_equals_warshall(of: list[tuple[int, int]]) -> None:
    reached = set(of)
    for middle, start, end in product(range(13), repeat=3):
        if (start, middle) in reached and (middle, end) in reached:
            reached.add((start, end))
    assert unpack(transitive.close(edges(of))) == reached


def test_transitive_closure_of_a_long_chain_and_of_a_dense_cycle() -> None:
    chain = edges([(at, at + 1) for at in range(1500)])
    assert len(transitive.close(chain)) == 1500 * 1501 // 2
    cycle = edges([(at, (at + step) % 300) for at in range(300) for step in (1, 7)])
    assert len(transitive.close(cycle)) == 300 * 300


@settings(deadline=None)
@given(pairs)
def test_reduction_gives_the_hierarchy_back_and_keeps_cycles_whole(
    of: list[tuple[int, int]],
) -> None:
    closed = unpack(transitive.close(edges(of)))
    above: dict[int, set[int]] = {}
    for a, b in closed:
        above.setdefault(a, set()).add(b)
    steps = transitive.reduce(above)
    assert set(steps) <= closed
    again = unpack(transitive.close(edges(steps)))
    assert {(a, b) for a, b in again if a != b} == {(a, b) for a, b in closed if a != b}


def test_representatives_are_the_least_members() -> None:
    same = Representatives().merge(arrays.array([5, 9, 2]), arrays.array([7, 7, 3]), 10)
    assert [same.find(term) for term in range(12)] == [0, 1, 2, 2, 4, 5, 6, 5, 8, 5, 10, 11]
    assert same.members(9) == [5, 7, 9]
    assert same.members(11) == [11]


def test_ids_survive_colliding_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = Dictionary._hash

    def collide(self: Dictionary, start: arrays.Ints, length: arrays.Ints, seed: int) -> object:
        hashes = hashed(self, start, length, seed)
        return hashes & np.uint64(0xF) if seed == 0 else hashes

    monkeypatch.setattr(Dictionary, "_hash", collide)
    data = "".join(f"<{EX}{at}> <{EX}p> <{EX}{at + 1}> .\n" for at in range(50)).encode()
    dictionary, s, p, o = ntriples.read(data)
    assert ntriples.write(dictionary, s, p, o) == data
    assert dictionary.text(0) == VOCABULARY[0]
    assert dictionary.find(f"<{EX}50>") == int(o[-1])
    assert dictionary.find(f"<{EX}51>") is None


@pytest.mark.parametrize(
    "line",
    [
        f"<{EX}a>  <{EX}p> <{EX}b> .",
        f"<{EX}a> <{EX}p> <{EX}b>.",
        f"<{EX}a> <{EX}p> <{EX}b>",
        f"<{EX}a> _:p <{EX}b> .",
        f'"a" <{EX}p> <{EX}b> .',
        f"<{EX}a> <{EX}p> b .",
        f"<{EX}a>\t<{EX}p>\t<{EX}b> .",
        f"<{EX}a> <{EX}p> .",
        "# a comment",
        ".",
    ],
)
def test_what_is_not_canonical_is_refused_with_its_line(line: str) -> None:
    good = f"<{EX}a> <{EX}p> <{EX}b> .\n"
    with pytest.raises(ValueError, match=r"line 3 is not canonical N-Triples"):
        close_ntriples(f"{good}\n{line}\n{good}".encode())


def test_terms_of_rdflib_and_pyoxigraph_are_the_same_terms() -> None:
    text = 'a "b"\n\\c\té\x01'
    for ours, theirs in (
        (rdflib.Literal(text), pyoxigraph.Literal(text)),
        (rdflib.Literal("x", lang="en-GB"), pyoxigraph.Literal("x", language="en-GB")),
        (
            rdflib.Literal(1),
            pyoxigraph.Literal("1", datatype=pyoxigraph.NamedNode(XSD + "integer")),
        ),
        (rdflib.Literal("s", datatype=rdflib.XSD.string), pyoxigraph.Literal("s")),
        (rdflib.URIRef(EX), pyoxigraph.NamedNode(EX)),
        (rdflib.BNode("b"), pyoxigraph.BlankNode("b")),
    ):
        s, p = rdflib.URIRef(EX + "s"), rdflib.URIRef(EX + "p")
        closure = close([(s, p, ours)])
        assert (pyoxigraph.NamedNode(s), pyoxigraph.NamedNode(p), theirs) in closure


def test_what_is_no_term_is_refused() -> None:
    with pytest.raises(TypeError, match="is not a term in N-Triples"):
        close([("a", "b", "c")])
    with pytest.raises(TypeError, match="is not an RDF term"):
        close([(1, 2, 3)])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('"01"^^xsd:integer', '"1"^^xsd:integer', True),
        ('"1"^^xsd:integer', '"1.0"^^xsd:decimal', True),
        ('"1"^^xsd:integer', '"1"^^xsd:double', False),
        ('"-7"^^xsd:integer', '"-07.0"^^xsd:decimal', True),
        ('"12345678901234567890"^^xsd:integer', '"12345678901234567890.0"^^xsd:decimal', True),
        ('"1"^^xsd:double', '"1.0E0"^^xsd:double', True),
        ('"1"^^xsd:double', '"1"^^xsd:float', False),
        ('"-0"^^xsd:double', '"0"^^xsd:double', False),
        ('"NaN"^^xsd:float', '"NaN"^^xsd:float', True),
        ('"a"', '"a"^^xsd:token', True),
        ('"a"', '"a"^^xsd:anyURI', False),
        ('"a"@en', '"a"@EN', True),
        ('"a"@en', '"a"', False),
        ('"1"^^xsd:boolean', '"true"^^xsd:boolean', True),
        ('"0a"^^xsd:hexBinary', '"0A"^^xsd:hexBinary', True),
        ('"Cg=="^^xsd:base64Binary', '"0A"^^xsd:hexBinary', False),
        ('"1999-12-31T24:00:00Z"^^xsd:dateTime', '"2000-01-01T00:00:00.0Z"^^xsd:dateTime', True),
        (
            '"2000-01-01T00:00:00Z"^^xsd:dateTime',
            '"2000-01-01T01:00:00+01:00"^^xsd:dateTime',
            False,
        ),
        ('"2000-01-28T00:00:00Z"^^xsd:dateTime', '"2000-01-27T24:00:00Z"^^xsd:dateTime', True),
        ('"\\u0041"', '"A"', True),
    ],
)
def test_literals_have_one_value_or_two(one: str, other: str, same: bool) -> None:
    a, b = (value(full(text)) for text in (one, other))
    assert a is not None
    assert (a == b) == same
    assert (identity(full(one).encode()) == identity(full(other).encode())) == same


@pytest.mark.parametrize(
    "text",
    [
        '"x"^^xsd:integer',
        '"256"^^xsd:unsignedByte',
        '"1.5"^^xsd:integer',
        '"2001-02-29T00:00:00"^^xsd:dateTime',
        '"2001-02-28T00:00:00"^^xsd:dateTimeStamp',
        '" a"^^xsd:token',
        '"1a"^^xsd:NCName',
        '"yes"^^xsd:boolean',
        '"0"^^xsd:hexBinary',
        '"<a>"^^rdf:XMLLiteral',
    ],
)
def test_a_lexical_form_that_its_datatype_lacks_has_no_value(text: str) -> None:
    assert value(full(text)) is ILL_TYPED


def full(text: str) -> str:
    lexical, mark, datatype = text.partition("^^")
    iri = datatype.replace("xsd:", XSD).replace("rdf:", RDF)
    return lexical + (f"{mark}<{iri}>" if mark else "")


def test_a_value_is_in_each_datatype_that_holds_it() -> None:
    one = value(full('"-1"^^xsd:byte'))
    assert one is not None
    names = {VOCABULARY[d].rpartition("#")[2].rstrip(">") for d in datatypes(one)}
    integers = {"integer", "nonPositiveInteger", "negativeInteger", "long", "int", "short", "byte"}
    assert names == {"Literal", "decimal", *integers}


def test_the_program_is_data_and_can_be_printed() -> None:
    closure = close(
        [
            Triple(f"<{EX}p>", f"<{RDFS}domain>", f"<{EX}A>"),
            Triple(f"<{EX}A>", f"<{RDFS}subClassOf>", f"<{EX}B>"),
            Triple(f"<{EX}A>", f"<{OWL}disjointWith>", f"<{EX}C>"),
            Triple(f"<{EX}p>", f"<{RDF}type>", f"<{OWL}TransitiveProperty>"),
        ]
    )
    lines = set(describe(closure.program))
    assert f"prp-dom: ?x rdf:type <{EX}A> if ?x <{EX}p> ?y" in lines
    assert f"cax-sco: ?x rdf:type <{EX}B> if ?x rdf:type <{EX}A>" in lines
    assert f"cax-dw: false if ?x rdf:type <{EX}A> and ?x rdf:type <{EX}C>" in lines
    assert f"prp-trp: ?x <{EX}p> ?z if ?x <{EX}p> ?y and ?y <{EX}p> ?z" in lines
    assert f"prp-dom: ?x rdf:type <{EX}B> if ?x <{EX}p> ?y" not in lines, "reached in two steps"


def test_random_batches_give_the_closure_of_all_at_once() -> None:
    chance = random.Random(1)
    names = [f"<{EX}{at}>" for at in range(60)]
    data = [Triple(chance.choice(names), f"<{EX}p>", chance.choice(names)) for _ in range(900)]
    data = list(dict.fromkeys(data))
    schema = [
        Triple(f"<{EX}p>", f"<{RDFS}subPropertyOf>", f"<{EX}q>"),
        Triple(f"<{EX}q>", f"<{RDF}type>", f"<{OWL}SymmetricProperty>"),
        Triple(f"<{EX}q>", f"<{RDFS}range>", f"<{EX}A>"),
    ]
    closure = close(schema)
    for low in range(0, len(data), 300):
        closure.insert(data[low : low + 300])
    assert set(closure.inferred()) == set(close([*data, *schema]).inferred())


def test_hidden_predicates_are_left_out_of_what_is_inferred() -> None:
    p, q, helper = (f"<{EX}{name}>" for name in ("p", "q", "helper"))
    sub = f"<{RDFS}subPropertyOf>"
    closure = close([(p, sub, q), (p, sub, helper), (f"<{EX}a>", p, f"<{EX}b>")])
    assert {t.p for t in closure.inferred()} == {q, helper}
    assert {t.p for t in closure.inferred(hidden={helper})} == {q}
    assert closure.inferred_ntriples(hidden={helper}).decode() == f"<{EX}a> {q} <{EX}b> .\n"
