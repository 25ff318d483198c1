"""OWL 2 Profiles §4.3, Table 5: the semantics of axioms about properties."""

from collections.abc import Callable

import pytest

Check = Callable[..., None]

ANNOTATION_PROPERTIES = (
    "rdfs:label",
    "rdfs:comment",
    "rdfs:seeAlso",
    "rdfs:isDefinedBy",
    "owl:deprecated",
    "owl:versionInfo",
    "owl:priorVersion",
    "owl:backwardCompatibleWith",
    "owl:incompatibleWith",
)


def test_prp_ap(holds: Check, lacks: Check) -> None:
    holds("", *(f"{name} a owl:AnnotationProperty" for name in ANNOTATION_PROPERTIES))
    lacks("e:x e:p e:y .", "e:p a owl:AnnotationProperty", "rdf:type a owl:AnnotationProperty")


def test_prp_dom(gives: Check) -> None:
    gives("e:p rdfs:domain e:C . e:x e:p e:y .", "e:x a e:C")


def test_prp_rng(gives: Check) -> None:
    gives("e:p rdfs:range e:C . e:x e:p e:y .", "e:y a e:C")


def test_prp_dom_and_prp_rng_of_several_classes(gives: Check) -> None:
    gives(
        "e:p rdfs:domain e:C , e:D ; rdfs:range e:E . e:x e:p e:y .",
        "e:x a e:C",
        "e:x a e:D",
        "e:y a e:E",
    )


def test_prp_dom_of_type(holds: Check) -> None:
    holds(
        "rdf:type rdfs:domain e:Typed ; rdfs:range e:Kind . e:x a e:C .",
        "e:x a e:Typed",
        "e:C a e:Kind",
        "e:Typed a e:Kind",
    )


def test_prp_fp(gives: Check) -> None:
    gives(
        "e:p a owl:FunctionalProperty . e:x e:p e:y , e:z .",
        "e:y owl:sameAs e:z",
        "e:z owl:sameAs e:y",
    )


def test_prp_fp_of_three_values(gives: Check) -> None:
    values = ("e:a", "e:b", "e:c")
    gives(
        "e:p a owl:FunctionalProperty . e:x e:p e:a , e:b , e:c .",
        *(f"{one} owl:sameAs {two}" for one in values for two in values if one != two),
    )


def test_prp_ifp(gives: Check) -> None:
    gives(
        "e:p a owl:InverseFunctionalProperty . e:x e:p e:z . e:y e:p e:z .",
        "e:x owl:sameAs e:y",
        "e:y owl:sameAs e:x",
    )


def test_prp_ifp_of_a_literal(holds: Check) -> None:
    holds(
        'e:p a owl:InverseFunctionalProperty . e:x e:p "1" . e:y e:p "1" . e:z e:p "2" .',
        "e:x owl:sameAs e:y",
    )


def test_prp_irp(clashes: Check) -> None:
    clashes(
        "e:p a owl:IrreflexiveProperty . e:x e:p e:x .",
        "prp-irp",
        "e:p a owl:IrreflexiveProperty",
        "e:x e:p e:x",
    )


def test_prp_irp_of_terms_that_are_the_same(clashes: Check) -> None:
    clashes("e:p a owl:IrreflexiveProperty . e:x e:p e:y . e:x owl:sameAs e:y .", "prp-irp")


def test_prp_symp(gives: Check) -> None:
    gives("e:p a owl:SymmetricProperty . e:x e:p e:y .", "e:y e:p e:x")


def test_prp_asyp(clashes: Check) -> None:
    clashes(
        "e:p a owl:AsymmetricProperty . e:x e:p e:y . e:y e:p e:x .",
        "prp-asyp",
        "e:p a owl:AsymmetricProperty",
        "e:x e:p e:y",
        "e:y e:p e:x",
    )


def test_prp_asyp_of_a_thing_and_itself(clashes: Check) -> None:
    clashes("e:p a owl:AsymmetricProperty . e:x e:p e:x .", "prp-asyp", "e:x e:p e:x")


def test_prp_trp(gives: Check) -> None:
    gives("e:p a owl:TransitiveProperty . e:x e:p e:y . e:y e:p e:z .", "e:x e:p e:z")


def test_prp_trp_along_a_path(gives: Check) -> None:
    length = 12
    edges = " . ".join(f"e:n{at} e:p e:n{at + 1}" for at in range(length))
    gives(
        f"e:p a owl:TransitiveProperty . {edges} .",
        *(f"e:n{i} e:p e:n{j}" for i in range(length + 1) for j in range(i + 2, length + 1)),
    )


def test_prp_trp_round_a_cycle(gives: Check) -> None:
    nodes = ("e:a", "e:b", "e:c")
    asserted = ("e:a e:p e:b", "e:b e:p e:c", "e:c e:p e:a")
    gives(
        "e:p a owl:TransitiveProperty . " + " . ".join(asserted) + " .",
        *(
            f"{one} e:p {two}"
            for one in nodes
            for two in nodes
            if f"{one} e:p {two}" not in asserted
        ),
    )


def test_prp_trp_over_two_routes(holds: Check, lacks: Check) -> None:
    diamond = """e:p a owl:TransitiveProperty .
        e:a e:p e:b , e:c . e:b e:p e:d . e:c e:p e:d . e:d e:p e:e ."""
    holds(diamond, "e:a e:p e:e", "e:b e:p e:e", "e:c e:p e:e")
    lacks(diamond, "e:b e:p e:c", "e:a e:p e:a", "e:e e:p e:a")


def test_prp_spo1(gives: Check) -> None:
    gives("e:p rdfs:subPropertyOf e:q . e:x e:p e:y .", "e:x e:q e:y")


def test_prp_spo1_up_a_hierarchy(gives: Check) -> None:
    gives(
        "e:p rdfs:subPropertyOf e:q . e:q rdfs:subPropertyOf e:r . e:x e:p e:y .",
        "e:p rdfs:subPropertyOf e:r",
        "e:x e:q e:y",
        "e:x e:r e:y",
    )


def test_prp_spo1_to_type(gives: Check) -> None:
    gives(
        "e:kind rdfs:subPropertyOf rdf:type . e:C rdfs:subClassOf e:D . e:x e:kind e:C .",
        "e:x a e:C",
        "e:x a e:D",
    )


def test_prp_spo1_from_type(holds: Check) -> None:
    holds("rdf:type rdfs:subPropertyOf e:kind . e:x a e:C .", "e:x e:kind e:C")


@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_prp_spo2(gives: Check, length: int) -> None:
    chain = " ".join(f"e:p{at}" for at in range(length))
    edges = " . ".join(f"e:n{at} e:p{at} e:n{at + 1}" for at in range(length))
    gives(f"e:p owl:propertyChainAxiom ( {chain} ) . {edges} .", f"e:n0 e:p e:n{length}")


def test_prp_spo2_of_one_property_twice(gives: Check) -> None:
    gives(
        "e:p owl:propertyChainAxiom ( e:q e:q ) . e:a e:q e:b . e:b e:q e:c . e:c e:q e:d .",
        "e:a e:p e:c",
        "e:b e:p e:d",
    )


def test_prp_spo2_of_inferred_triples(gives: Check) -> None:
    gives(
        """e:p owl:propertyChainAxiom ( e:q e:r ) . e:s rdfs:subPropertyOf e:q .
        e:t a owl:SymmetricProperty ; rdfs:subPropertyOf e:r .
        e:a e:s e:b . e:c e:t e:b .""",
        "e:a e:q e:b",
        "e:b e:t e:c",
        "e:b e:r e:c",
        "e:c e:r e:b",
        "e:a e:p e:c",
    )


def test_prp_spo2_that_contains_its_own_head(gives: Check) -> None:
    gives(
        "e:p owl:propertyChainAxiom ( e:p e:q ) . e:a e:p e:b . e:b e:q e:c . e:c e:q e:d .",
        "e:a e:p e:c",
        "e:a e:p e:d",
    )


def test_prp_spo2_with_type_in_the_chain(gives: Check) -> None:
    gives(
        "e:p owl:propertyChainAxiom ( e:q rdf:type ) . e:x e:q e:y . e:y a e:C .",
        "e:x e:p e:C",
    )


def test_prp_spo2_of_two_chains(gives: Check) -> None:
    gives(
        """e:p owl:propertyChainAxiom ( e:q e:r ) , ( e:s e:r ) .
        e:a e:q e:b . e:b e:r e:c . e:d e:s e:b .""",
        "e:a e:p e:c",
        "e:d e:p e:c",
    )


PROPERTIES_EQUAL = (
    "e:p rdfs:subPropertyOf e:q",
    "e:q rdfs:subPropertyOf e:p",
    "e:p rdfs:subPropertyOf e:p",
    "e:q rdfs:subPropertyOf e:q",
    "e:q owl:equivalentProperty e:p",
    "e:p owl:equivalentProperty e:p",
    "e:q owl:equivalentProperty e:q",
)


def test_prp_eqp1(gives: Check) -> None:
    gives("e:p owl:equivalentProperty e:q . e:x e:p e:y .", "e:x e:q e:y", *PROPERTIES_EQUAL)


def test_prp_eqp2(gives: Check) -> None:
    gives("e:p owl:equivalentProperty e:q . e:x e:q e:y .", "e:x e:p e:y", *PROPERTIES_EQUAL)


def test_prp_pdw(clashes: Check) -> None:
    clashes(
        "e:p owl:propertyDisjointWith e:q . e:x e:p e:y ; e:q e:y .",
        "prp-pdw",
        "e:p owl:propertyDisjointWith e:q",
        "e:x e:p e:y",
        "e:x e:q e:y",
    )


def test_prp_pdw_of_other_values_is_no_clash(lacks: Check) -> None:
    lacks("e:p owl:propertyDisjointWith e:q . e:x e:p e:y ; e:q e:z .", "e:x e:q e:y")


@pytest.mark.parametrize(
    ("length", "i", "j"),
    [(n, i, j) for n in (2, 3, 4) for i in range(n) for j in range(i + 1, n)],
)
def test_prp_adp(clashes: Check, length: int, i: int, j: int) -> None:
    members = " ".join(f"e:p{at}" for at in range(length))
    clashes(
        f"e:x a owl:AllDisjointProperties ; owl:members ( {members} ) ."
        f"e:u e:p{i} e:v ; e:p{j} e:v .",
        "prp-adp",
        "e:x a owl:AllDisjointProperties",
        f"e:u e:p{i} e:v",
        f"e:u e:p{j} e:v",
    )


def test_prp_inv1(gives: Check) -> None:
    gives("e:p owl:inverseOf e:q . e:x e:p e:y .", "e:y e:q e:x")


def test_prp_inv2(gives: Check) -> None:
    gives("e:p owl:inverseOf e:q . e:x e:q e:y .", "e:y e:p e:x")


def test_prp_inv1_of_a_property_and_itself(gives: Check) -> None:
    gives("e:p owl:inverseOf e:p . e:x e:p e:y .", "e:y e:p e:x")


def test_prp_inv1_of_type(holds: Check) -> None:
    holds(
        "e:instance owl:inverseOf rdf:type . e:C e:instance e:x . e:D rdfs:subClassOf e:E ."
        "e:D e:instance e:y .",
        "e:x a e:C",
        "e:y a e:D",
        "e:y a e:E",
        "e:E e:instance e:y",
    )


@pytest.mark.parametrize("length", [1, 2, 3])
def test_prp_key(gives: Check, length: int) -> None:
    keys = " ".join(f"e:p{at}" for at in range(length))
    values = " ; ".join(f"e:p{at} e:z{at}" for at in range(length))
    gives(
        f"e:C owl:hasKey ( {keys} ) . e:x a e:C ; {values} . e:y a e:C ; {values} .",
        "e:x owl:sameAs e:y",
        "e:y owl:sameAs e:x",
    )


@pytest.mark.parametrize("other", [0, 1, 2])
def test_prp_key_needs_every_key(lacks: Check, other: int) -> None:
    values = ["e:z", "e:z", "e:z"]
    values[other] = "e:other"
    lacks(
        "e:C owl:hasKey ( e:p0 e:p1 e:p2 ) . e:x a e:C ; e:p0 e:z ; e:p1 e:z ; e:p2 e:z ."
        "e:y a e:C" + "".join(f" ; e:p{at} {value}" for at, value in enumerate(values)) + " .",
        "e:x owl:sameAs e:y",
    )


def test_prp_key_merges_only_what_shares_a_value(holds: Check, lacks: Check) -> None:
    people = """e:Person owl:hasKey ( e:number ) .
        e:a a e:Person ; e:number "1" . e:b a e:Person ; e:number "1" .
        e:c a e:Person ; e:number "2" . e:d e:number "1" ."""
    holds(people, "e:a owl:sameAs e:b")
    lacks(people, "e:a owl:sameAs e:c", "e:a owl:sameAs e:d")


def test_prp_key_by_equal_literals(holds: Check) -> None:
    holds(
        """e:C owl:hasKey ( e:p ) . e:x a e:C ; e:p "1"^^xsd:integer .
        e:y a e:C ; e:p "01"^^xsd:int .""",
        "e:x owl:sameAs e:y",
    )


def test_prp_key_that_needs_a_merge_to_see_a_merge(holds: Check) -> None:
    holds(
        """e:C owl:hasKey ( e:p ) . e:a a e:C ; e:p e:u . e:b a e:C ; e:p e:v .
        e:u a e:C ; e:p e:k . e:v a e:C ; e:p e:k .""",
        "e:u owl:sameAs e:v",
        "e:a owl:sameAs e:b",
    )


def test_prp_npa1(clashes: Check) -> None:
    clashes(
        """e:not owl:sourceIndividual e:x ; owl:assertionProperty e:p ; owl:targetIndividual e:y .
        e:x e:p e:y .""",
        "prp-npa1",
        "e:not owl:sourceIndividual e:x",
        "e:not owl:assertionProperty e:p",
        "e:not owl:targetIndividual e:y",
        "e:x e:p e:y",
    )


def test_prp_npa1_of_an_inferred_triple(clashes: Check) -> None:
    clashes(
        """e:not owl:sourceIndividual e:x ; owl:assertionProperty e:p ; owl:targetIndividual e:y .
        e:q rdfs:subPropertyOf e:p . e:x e:q e:y .""",
        "prp-npa1",
        "e:x e:p e:y",
    )


def test_prp_npa1_of_type(clashes: Check) -> None:
    clashes(
        """e:not owl:sourceIndividual e:x ; owl:assertionProperty rdf:type ;
        owl:targetIndividual e:C . e:x a e:C .""",
        "prp-npa1",
        "e:x a e:C",
    )


def test_prp_npa2(clashes: Check) -> None:
    clashes(
        """e:not owl:sourceIndividual e:x ; owl:assertionProperty e:p ; owl:targetValue "5" .
        e:x e:p "5" .""",
        "prp-npa2",
        "e:not owl:sourceIndividual e:x",
        "e:not owl:assertionProperty e:p",
        'e:not owl:targetValue "5"',
        'e:x e:p "5"',
    )


def test_prp_npa2_of_an_equal_value(clashes: Check) -> None:
    clashes(
        """e:not owl:sourceIndividual e:x ; owl:assertionProperty e:p ;
        owl:targetValue "5"^^xsd:integer . e:x e:p "05"^^xsd:decimal .""",
        "prp-npa2",
    )
