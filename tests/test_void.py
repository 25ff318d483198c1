"""The description of the data: VoID with its partitions, and the graphs that an endpoint has."""

import pyoxigraph as ox
import pytest

from graph.void import VOID, describe
from ontology import INFERRED, SHAPES

PREFIXES = """
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX e: <http://e/>
PREFIX entailment: <http://www.w3.org/ns/entailment/>
"""
DATA = f"""
@prefix e: <http://e/> .
GRAPH e:facts {{
    e:a a e:State ; e:name "A"@en , "B" ; e:borders e:b .
    e:b a e:State , e:Member ; e:name "C" .
}}
GRAPH <{INFERRED}> {{
    e:b e:borders e:a .
    e:a e:borders e:b .
}}
"""
SHAPE = f"GRAPH <{SHAPES}states> {{ <http://e/shape> a <http://e/Shape> }}"


def trig(text: str) -> list[ox.Quad]:
    return list(ox.parse(text, format=ox.RdfFormat.TRIG))


@pytest.fixture(scope="module")
def described() -> ox.Store:
    store = ox.Store()
    store.extend(describe(trig(DATA), apart=trig(SHAPE), inferred=INFERRED))
    return store


def ask(store: ox.Store, pattern: str) -> bool:
    return bool(store.query(f"{PREFIXES} ASK {{ GRAPH <{VOID}> {{ {pattern} }} }}"))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("triples", 8),  # e:a e:borders e:b stands in two graphs and counts once
        ("distinctSubjects", 2),
        ("distinctObjects", 7),
        ("properties", 3),
        ("classes", 2),
    ],
)
def test_default_graph_is_counted_as_a_merge(described: ox.Store, name: str, number: int) -> None:
    pattern = f"?d sd:defaultGraph ?g . ?g a void:Dataset , sd:Graph ; void:{name} {number}"
    assert ask(described, pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "?g void:classPartition [ void:class e:State ; void:entities 2 ]",
        "?g void:classPartition [ void:class e:Member ; void:entities 1 ]",
        "?g void:propertyPartition [ void:property e:name ; void:triples 3 ]",
        "?c void:class e:State ; void:propertyPartition [ void:property e:name ; void:triples 3 ]",
        "?c void:class e:State ; void:propertyPartition [ void:property e:borders ; "
        "void:classPartition [ void:class e:Member ; void:triples 1 ] ]",
        "?c void:class e:State ; void:propertyPartition [ void:property e:name ; "
        "void-ext:datatypePartition [ void-ext:datatype "
        "<http://www.w3.org/2001/XMLSchema#string> ; void:triples 2 ] ]",
    ],
)
def test_partitions_by_class_property_and_datatype(described: ox.Store, pattern: str) -> None:
    assert ask(described, pattern)


def test_each_named_graph_says_its_size_and_its_entailment(described: ox.Store) -> None:
    for graph, size, regime in (
        ("http://e/facts", 7, "Simple"),
        (INFERRED, 2, "OWL-RDF-Based"),
        (f"{SHAPES}states", 1, "Simple"),
    ):
        assert ask(
            described,
            f"?d sd:namedGraph [ sd:name <{graph}> ; sd:graph [ void:triples {size} ] ; "
            f"sd:entailmentRegime entailment:{regime} ]",
        )


def test_only_the_inferred_graph_has_an_entailment_profile(described: ox.Store) -> None:
    found = described.query(
        f"{PREFIXES} SELECT ?name ?profile {{ GRAPH <{VOID}> {{ "
        "?g sd:name ?name ; sd:supportedEntailmentProfile ?profile } }"
    )
    assert isinstance(found, ox.QuerySolutions)
    assert [(row["name"].value, row["profile"].value) for row in found] == [
        (INFERRED, "http://www.w3.org/ns/owl-profile/RL")
    ]


def test_graphs_say_which_shapes_they_keep_and_shapes_are_no_part_of_the_merge(
    described: ox.Store,
) -> None:
    shapes = f"<{SHAPES}states>"
    assert ask(described, f"e:facts sh:shapesGraph {shapes}")
    assert ask(described, f"?g void:subset e:facts ; sh:shapesGraph {shapes}")
    assert not ask(described, f"?g void:subset {shapes}")
    assert not ask(described, "?g void:class e:Shape")


def test_description_has_no_blank_nodes_and_stays_in_its_graph() -> None:
    quads = describe(trig(DATA), apart=trig(SHAPE), inferred=INFERRED)
    assert {quad.graph_name for quad in quads} == {ox.NamedNode(VOID)}
    assert not any(
        isinstance(term, ox.BlankNode) for quad in quads for term in (quad.subject, quad.object)
    )


def test_description_is_the_same_whatever_the_order() -> None:
    quads = trig(DATA)
    assert describe(quads, inferred=INFERRED) == describe(quads[::-1], inferred=INFERRED)
