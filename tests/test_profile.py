"""`ontology.profile`: each way out of OWL 2 DL and OWL 2 RL is found, and nothing else is."""

from pathlib import Path

import pytest
from rdflib import Graph

from graph.sources import read
from ontology import PREFIXES
from ontology.profile import ProfileViolation, violations

BAD = sorted((Path(__file__).parent / "bad").glob("profile-*.ttl"))
PROLOGUE = "@prefix : <https://w3id.org/legation/id/> .\n" + "".join(
    f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n"
    for prefix in ("owl", "rdf", "rdfs", "xsd", "skos")
)


def found(turtle: str) -> tuple[ProfileViolation, ...]:
    """What is found in Turtle about classes A, B, object properties p, q and data property d."""
    declared = (
        ":A a owl:Class . :B a owl:Class . :d a owl:DatatypeProperty ."
        ":p a owl:ObjectProperty . :q a owl:ObjectProperty ."
    )
    return violations(Graph().parse(data=PROLOGUE + declared + turtle))


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_bad_profile_is_reported_as_its_first_comment_says(file: Path) -> None:
    reports, focus, words = (
        line.partition(": ")[2] for line in file.read_text("utf-8").splitlines()[:3]
    )
    graph = Graph().parse(file)
    reported = violations(graph)
    assert {f"Violation OWL 2 {violation.profile}" for violation in reported} == {reports}
    assert any(
        words in violation.message
        and graph.namespace_manager.normalizeUri(violation.subject) == focus
        for violation in reported
    ), reported


def test_the_shipped_graph_is_in_dl_and_rl() -> None:
    data = Graph()
    for file in read().files:
        if file.kind in ("ontology", "alignment", "facts"):
            data.parse(data=file.turtle, format="turtle")
    assert len(data) > 2000
    assert violations(data) == ()


@pytest.mark.parametrize(
    "turtle",
    [
        "[] a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom owl:Thing ;"
        " rdfs:subClassOf :A .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :x ] .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :B ] .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality 1 ] .",
        ":A rdfs:subClassOf [ a owl:Class ; owl:complementOf :B ] .",
        ":A owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :A :B ) ] .",
        "[] a owl:Class ; owl:unionOf ( :A :B ) ; owl:disjointWith [ a owl:Class ;"
        " owl:oneOf ( :x ) ] .",
        "[] a owl:AllDisjointClasses ; owl:members ( :A :B owl:Nothing ) .",
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ;"
        " owl:assertionProperty :p ; owl:targetIndividual :y .",
        "[] a owl:AllDifferent ; owl:distinctMembers ( :x :y ) .",
        ":A owl:hasKey ( :p :d ) .",
        ":d rdfs:range xsd:unsignedInt .",
    ],
)
def test_what_rl_allows_passes(turtle: str) -> None:
    assert found(turtle) == ()


@pytest.mark.parametrize(
    "turtle",
    [
        ":p a owl:TransitiveProperty , owl:SymmetricProperty .",
        ":p owl:propertyChainAxiom ( :p :q ) .",
        ":p owl:propertyChainAxiom ( :q :p ) .",
        ":p owl:propertyChainAxiom ( :p :p ) .",
        ":p owl:propertyChainAxiom ( [ owl:inverseOf :q ] :q ) ; a owl:SymmetricProperty .",
        ":p owl:propertyChainAxiom ( :q :q ) . :q a owl:FunctionalProperty .",
    ],
)
def test_a_regular_hierarchy_passes(turtle: str) -> None:
    assert found(turtle) == ()


@pytest.mark.parametrize(
    "turtle",
    [
        ":p owl:propertyChainAxiom ( [ owl:inverseOf :p ] :q ) .",
        ":p owl:propertyChainAxiom ( :q :p :q ) .",
        ":p owl:propertyChainAxiom ( :q :q ) . :p rdfs:subPropertyOf :q .",
        ":p owl:propertyChainAxiom ( :q :q ) ; owl:inverseOf :q .",
        ":p owl:propertyChainAxiom ( :p :q ) . :q owl:propertyChainAxiom ( :p :q ) .",
    ],
)
def test_a_chain_in_a_circle_is_reported(turtle: str) -> None:
    assert {(v.profile, "runs in a circle" in v.message) for v in found(turtle)} == {("DL", True)}


@pytest.mark.parametrize(
    "turtle",
    [
        "[] a owl:AllDisjointProperties ; owl:members ( :q :p ) .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality 1 ] .",
        ":p owl:propertyDisjointWith :q .",
        ":p rdfs:subPropertyOf :q . :q a owl:AsymmetricProperty .",
        ":p owl:equivalentProperty :q . :q a owl:FunctionalProperty .",
        ":q owl:inverseOf :p . :q a owl:InverseFunctionalProperty .",
    ],
)
def test_a_transitive_property_is_not_simple(turtle: str) -> None:
    reported = found(":p a owl:TransitiveProperty ." + turtle)
    assert {violation.profile for violation in reported} == {"DL"}
    assert all("no simple property (id:p is transitive)" in v.message for v in reported)


@pytest.mark.parametrize(
    ("turtle", "profile", "words"),
    [
        (":x owl:sameAs [] .", "DL", "a blank node may not stand in SameIndividual"),
        (
            ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue [] ] .",
            "DL",
            "a blank node may not stand in ObjectHasValue",
        ),
        ("_:a :p _:b . _:b :p _:a .", "DL", "joined in a circle"),
        (":x :p _:a . _:a :p _:b . _:b :p :y .", "DL", "both tied to named things"),
        (":x owl:topDataProperty 1 .", "DL", "owl:topDataProperty may stand only above"),
        (":T a rdfs:Datatype . :d rdfs:range :T .", "DL", "not in the OWL 2 datatype map"),
        (":d rdfs:range owl:rational .", "RL", "no datatype of OWL 2 RL"),
        (":x :p 1 .", "DL", "stands where an individual must"),
        (":x :d :y .", "DL", "stands where a literal must"),
        (":x a owl:NamedIndividual , 1 .", "DL", "stands where the name of a term must"),
        (":x a rdf:Bag .", "DL", "rdf:Bag belongs to RDF and OWL themselves"),
        ("rdf:value a owl:DatatypeProperty .", "DL", "take a name of your own"),
        (":p a owl:AnnotationProperty .", "DL", "as object property and as annotation property"),
        (":A a rdfs:Datatype .", "DL", "as class and as datatype"),
        (":x skos:note 1 .", "DL", "skos:note is used as data property and is not declared"),
        (":A rdfs:subClassOf [] .", "DL", "no class expression of OWL 2"),
        (":A rdfs:subClassOf _:a . _:a owl:complementOf _:a .", "DL", "contains itself"),
        (":A owl:equivalentClass [ owl:unionOf ( :B ) ] .", "DL", "too few members"),
        (":A rdfs:subClassOf [ owl:onProperty :p ] .", "DL", "says nothing"),
        (
            ":A rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 'one' ] .",
            "DL",
            "no number of things",
        ),
        (":p owl:propertyChainAxiom ( :q ) .", "DL", "fewer than two links"),
        ("[] a owl:AllDifferent .", "DL", "owl:distinctMembers is missing"),
        (
            "[] a owl:AllDifferent ; owl:members _:l . _:l rdf:first :x ; rdf:rest _:l .",
            "DL",
            "an rdf:List loops",
        ),
        (":A owl:equivalentClass :A .", "DL", "asks for two different parts"),
    ],
)
def test_what_else_leaves_a_profile_is_reported(turtle: str, profile: str, words: str) -> None:
    reported = found(turtle)
    assert any(v.profile == profile and words in v.message for v in reported), reported


def test_annotations_may_have_any_datatype() -> None:
    assert found(':A rdfs:comment "2012"^^xsd:gYear ; rdfs:label "x"^^:T .') == ()


def test_a_tagged_string_is_in_rl() -> None:
    assert found(':x :d "مصر"@ar .') == ()


def test_a_general_axiom_is_reported_under_its_first_name() -> None:
    (violation,) = found("[] owl:unionOf ( :A [ owl:complementOf :B ] ) ; rdfs:subClassOf :B .")
    assert violation == ProfileViolation(
        "RL",
        "OWL 2 Profiles §4.2.3",
        "SubClassOf(ObjectUnionOf(id:A ObjectComplementOf(id:B)) id:B)",
        "https://w3id.org/legation/id/A",
        "ObjectComplementOf(id:B) may not be a subclass in OWL 2 RL: "
        "what is not stated is unknown; state the class, or use a shape",
    )


def test_every_message_says_what_to_do() -> None:
    for file in BAD:
        for violation in violations(Graph().parse(file)):
            assert ": " in violation.message
