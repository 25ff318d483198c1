"""Our closure against owlrl's: the same inferences, in both directions, and a clash in both or
in neither. Where owlrl is known to be wrong, `OWLRL_ERRORS` says how, and that it still is."""

import random
from dataclasses import dataclass

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.reasoning import Closure, close, close_ntriples
from graph.reasoning.oracle import OracleClosure, close_ntriples_with_owlrl
from graph.snapshot import Snapshot

HEADER = """
@prefix e: <https://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def ntriples(turtle: str) -> bytes:
    quads = pyoxigraph.parse(HEADER + turtle, format=pyoxigraph.RdfFormat.TURTLE)
    return b"".join(sorted({f"{q.subject} {q.predicate} {q.object} .\n".encode() for q in quads}))


def agree(data: bytes) -> None:
    """Both find the same inferences, and both or neither find a clash."""
    ours, theirs = close_ntriples(data), close_ntriples_with_owlrl(data)
    found, expected = set(ours.inferred()), set(theirs.inferred())
    assert found - expected == set()
    assert expected - found == set()
    assert bool(ours.clashes) == bool(theirs.clashes)


@pytest.mark.slow
def test_the_shipped_graph(shipped: Snapshot) -> None:
    agree(shipped.asserted.read_bytes())


# Random graphs, of everything that owlrl gets right.

CLASSES = [f"e:C{at}" for at in range(4)]
PROPERTIES = [f"e:p{at}" for at in range(4)]
THINGS = [f"e:x{at}" for at in range(5)]
LITERALS = ['"a"', '"b"', '"a"@en', '"1"^^xsd:integer', '"2"^^xsd:integer', '"true"^^xsd:boolean']

# owlrl leaves out that a class is a subclass of itself where no declaration says so.
DECLARATIONS = " ".join(
    [f"{name} a owl:Class ." for name in CLASSES]
    + [f"{name} a owl:ObjectProperty ." for name in PROPERTIES]
)
COUNT = '"{}"^^xsd:nonNegativeInteger'
AXIOMS = [
    "C rdfs:subClassOf C",
    "C owl:equivalentClass C",
    "C owl:disjointWith C",
    "C owl:complementOf C",
    "C owl:intersectionOf ( C C )",
    "C owl:unionOf ( C C C )",
    "C owl:oneOf ( X X )",
    "[] a owl:AllDisjointClasses ; owl:members ( C C C )",
    "P rdfs:subPropertyOf P",
    "P owl:equivalentProperty P",
    "P owl:inverseOf P",
    "P rdfs:domain C",
    "P rdfs:range C",
    "P a owl:TransitiveProperty",
    "P a owl:SymmetricProperty",
    "P a owl:FunctionalProperty",
    "P a owl:InverseFunctionalProperty",
    "P a owl:IrreflexiveProperty",
    "P a owl:AsymmetricProperty",
    "P owl:propertyDisjointWith P",
    "P owl:propertyChainAxiom ( P P )",
    "P owl:propertyChainAxiom ( P P P )",
    "C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty P ; owl:someValuesFrom C ]",
    "[ a owl:Restriction ; owl:onProperty P ; owl:someValuesFrom C ] rdfs:subClassOf C",
    "[ a owl:Restriction ; owl:onProperty P ; owl:someValuesFrom owl:Thing ] rdfs:subClassOf C",
    "C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty P ; owl:allValuesFrom C ]",
    "C owl:equivalentClass [ a owl:Restriction ; owl:onProperty P ; owl:hasValue X ]",
    *(
        f"C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty P ; {facet} ]"
        for number in (0, 1)
        for facet in (
            f"owl:maxCardinality {COUNT.format(number)}",
            f"owl:maxQualifiedCardinality {COUNT.format(number)} ; owl:onClass C",
            f"owl:maxQualifiedCardinality {COUNT.format(number)} ; owl:onClass owl:Thing",
        )
    ),
]
FACTS = [
    "X P X",
    "X P X",
    "X P X",
    "X a C",
    "X a C",
    "X owl:sameAs X",
    "X owl:differentFrom X",
    "[] owl:sourceIndividual X ; owl:assertionProperty P ; owl:targetIndividual X",
]
METAMODELLING = [
    "P rdfs:subPropertyOf rdfs:subClassOf",
    "P rdfs:subPropertyOf rdfs:subPropertyOf",
    "P rdfs:subPropertyOf rdf:type",
    "P rdfs:subPropertyOf owl:sameAs",
    "P rdfs:subPropertyOf rdfs:domain",
    "C rdfs:subClassOf owl:TransitiveProperty",
    "C rdfs:subClassOf owl:FunctionalProperty",
    "C owl:sameAs C",
    "P owl:sameAs P",
    "C P C",
    "P P P",
    "P a C",
]


def sentences(*templates: str) -> st.SearchStrategy[str]:
    """One of the templates, with names for its placeholders."""
    names = {"C": CLASSES, "P": PROPERTIES, "X": THINGS, "L": LITERALS}

    def fill(template: str) -> st.SearchStrategy[str]:
        words = [st.sampled_from(names.get(word, [word])) for word in template.split()]
        return st.tuples(*words).map(lambda chosen: " ".join(chosen) + " .")

    return st.sampled_from(templates).flatmap(fill)


def graphs(*templates: str, most: int) -> st.SearchStrategy[str]:
    return st.lists(sentences(*templates), min_size=2, max_size=most).map("\n".join)


ontologies = graphs(*AXIOMS, most=10)
facts = graphs(*FACTS, most=14)
thorough = settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], max_examples=120
)


@pytest.mark.slow
@given(ontology=ontologies, data=facts)
@thorough
def test_random_graphs(ontology: str, data: str) -> None:
    agree(ntriples(f"{DECLARATIONS}\n{ontology}\n{data}"))


@pytest.mark.slow
@given(ontology=ontologies, data=facts, meta=graphs(*METAMODELLING, most=4))
@thorough
def test_random_graphs_whose_data_derive_schema(ontology: str, data: str, meta: str) -> None:
    """Everything is declared to be a class and a property, since it may come to be used as one."""
    declared = " ".join(
        f"{name} a owl:Class , owl:ObjectProperty ." for name in (*CLASSES, *PROPERTIES, *THINGS)
    )
    agree(ntriples(f"{declared}\n{ontology}\n{data}\n{meta}"))


@given(
    ontology=graphs(
        "P rdfs:subPropertyOf P",
        "P rdfs:range rdfs:Literal",
        "C owl:equivalentClass [ a owl:Restriction ; owl:onProperty P ; owl:hasValue L ]",
        "C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty P ; owl:hasValue L ]",
        "P a owl:InverseFunctionalProperty",
        most=8,
    ),
    data=graphs("X P L", "X P L", "X a C", "X owl:sameAs X", most=14),
)
@settings(thorough, max_examples=25)
def test_random_graphs_with_literals(ontology: str, data: str) -> None:
    agree(ntriples(f"{DECLARATIONS}\n{ontology}\n{data}"))


@given(
    ontology=ontologies,
    data=facts,
    meta=st.one_of(st.just(""), graphs(*METAMODELLING, most=3)),
    seed=st.integers(0, 2**32),
)
@settings(thorough, max_examples=60)
def test_data_inserted_in_random_batches(ontology: str, data: str, meta: str, seed: int) -> None:
    """A second route to the same closure, which needs no oracle."""
    whole = ntriples(f"{DECLARATIONS}\n{ontology}\n{data}\n{meta}")
    triples = [tuple(line[:-2].split(" ", 2)) for line in whole.decode().splitlines()]
    order = random.Random(seed)
    order.shuffle(triples)
    closure = close([])
    while triples:
        size = order.randint(1, len(triples))
        closure.insert(triples[:size])
        del triples[:size]
    same_closure(closure, close_ntriples(whole))


def same_closure(one: Closure, other: Closure) -> None:
    assert set(one.inferred()) == set(other.inferred())
    assert {clash.rule for clash in one.clashes} == {clash.rule for clash in other.clashes}


# What owlrl 7.6 gets wrong. Random graphs above do without these constructs.


@dataclass(frozen=True)
class Wrong:
    """A known error of owlrl: what it is, the smallest case, and what each of the two says there
    (a triple that only one gives, or the rule of a clash that only we find)."""

    reason: str
    premises: str
    only_ours: str = ""
    only_theirs: str = ""
    clash: str = ""


OWLRL_ERRORS = {
    "a key of one property": Wrong(
        "prp-key skips the last key, so that a key of one property merges all members",
        'e:C owl:hasKey ( e:p ) . e:x a e:C ; e:p "1" . e:y a e:C ; e:p "2" .',
        only_theirs="<https://example.org/x> <http://www.w3.org/2002/07/owl#sameAs>"
        " <https://example.org/y>",
    ),
    "the last of several keys": Wrong(
        "prp-key skips the last key",
        """e:C owl:hasKey ( e:p e:q ) . e:x a e:C ; e:p "1" ; e:q "1" .
        e:y a e:C ; e:p "1" ; e:q "2" .""",
        only_theirs="<https://example.org/x> <http://www.w3.org/2002/07/owl#sameAs>"
        " <https://example.org/y>",
    ),
    "the last member of owl:distinctMembers": Wrong(
        "eq-diff3 skips the last member of the list",
        "[] a owl:AllDifferent ; owl:distinctMembers ( e:x e:y ) . e:x owl:sameAs e:y .",
        clash="eq-diff3",
    ),
    "the last member of owl:members": Wrong(
        "eq-diff2 skips the last member of the list",
        "[] a owl:AllDifferent ; owl:members ( e:x e:y e:z ) . e:x owl:sameAs e:z .",
        clash="eq-diff2",
    ),
    "the last of disjoint properties": Wrong(
        "prp-adp skips the last member of the list",
        """[] a owl:AllDisjointProperties ; owl:members ( e:p e:q ) .
        e:x e:p e:y ; e:q e:y .""",
        clash="prp-adp",
    ),
    "one value written in two ways": Wrong(
        "dt-eq is not implemented",
        """e:C owl:equivalentClass [ owl:onProperty e:p ; owl:hasValue "1"^^xsd:integer ] .
        e:C a owl:Class . e:x e:p "01"^^xsd:integer .""",
        only_ours="<https://example.org/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        " <https://example.org/C>",
    ),
    "two values of a functional data property": Wrong(
        "dt-diff is not implemented: the values become the same, and nothing clashes",
        'e:p a owl:FunctionalProperty . e:x e:p "1" , "2" .',
        clash="eq-diff1",
    ),
    "a value in a datatype that it was not written with": Wrong(
        "dt-type2 goes by the written datatype and not by the value",
        """e:R owl:onProperty e:p ; owl:someValuesFrom xsd:byte . e:x e:p "1"^^xsd:integer .""",
        only_ours="<https://example.org/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        " <https://example.org/R>",
    ),
    "a value outside the range of its property": Wrong(
        "dt-not-type looks at the written datatype only",
        'e:p rdfs:range xsd:integer . e:x e:p "text" .',
        clash="dt-not-type",
    ),
    "a class below itself": Wrong(
        "scm-sco leaves a class out that is below itself in a cycle, unless it is declared",
        "e:C rdfs:subClassOf e:D . e:D rdfs:subClassOf e:C .",
        only_ours="<https://example.org/C> <http://www.w3.org/2000/01/rdf-schema#subClassOf>"
        " <https://example.org/C>",
    ),
    "a property below itself": Wrong(
        "scm-spo leaves a property out that is below itself in a cycle, unless it is declared",
        "e:p rdfs:subPropertyOf e:q . e:q rdfs:subPropertyOf e:p .",
        only_ours="<https://example.org/p> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf>"
        " <https://example.org/p>",
    ),
    "rdf:Property": Wrong(
        "scm-op is applied to rdf:Property, of which no rule of OWL 2 RL speaks",
        "e:p a rdf:Property .",
        only_theirs="<https://example.org/p> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf>"
        " <https://example.org/p>",
    ),
}


@pytest.mark.parametrize("name", OWLRL_ERRORS)
def test_owlrl_is_wrong_about(name: str) -> None:
    """If this fails, owlrl has been corrected: take the entry out and widen the random graphs."""
    wrong = OWLRL_ERRORS[name]
    data = ntriples(wrong.premises)
    ours, theirs = close_ntriples(data), close_ntriples_with_owlrl(data)
    if wrong.only_ours:
        assert wrong.only_ours in lines(ours) - lines(theirs), wrong.reason
    if wrong.only_theirs:
        assert wrong.only_theirs in lines(theirs) - lines(ours), wrong.reason
    assert [clash.rule for clash in ours.clashes] == [wrong.clash] * bool(wrong.clash)
    assert theirs.clashes == ()


def lines(closure: Closure | OracleClosure) -> set[str]:
    return {" ".join(triple) for triple in closure.inferred()}
