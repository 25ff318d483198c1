"""OWL 2 Profiles §4.3, Table 9: the semantics of the vocabulary; and schema that data derives."""

from collections.abc import Callable

import pytest

Check = Callable[..., None]


def test_scm_cls(gives: Check) -> None:
    gives(
        "e:C a owl:Class .",
        "e:C rdfs:subClassOf e:C",
        "e:C owl:equivalentClass e:C",
        "e:C rdfs:subClassOf owl:Thing",
        "owl:Nothing rdfs:subClassOf e:C",
    )


def test_scm_cls_of_a_class_by_inference(holds: Check) -> None:
    holds(
        "e:Kind rdfs:subClassOf owl:Class . e:C a e:Kind . e:x a e:C .",
        "e:C a owl:Class",
        "e:C rdfs:subClassOf owl:Thing",
        "e:x a owl:Thing",
    )


def test_scm_sco(gives: Check) -> None:
    gives(
        "e:C rdfs:subClassOf e:D . e:D rdfs:subClassOf e:E .",
        "e:C rdfs:subClassOf e:E",
    )


def test_scm_eqc1(gives: Check) -> None:
    gives(
        "e:C owl:equivalentClass e:D .",
        "e:C rdfs:subClassOf e:D",
        "e:D rdfs:subClassOf e:C",
        "e:C rdfs:subClassOf e:C",
        "e:D rdfs:subClassOf e:D",
        "e:D owl:equivalentClass e:C",
        "e:C owl:equivalentClass e:C",
        "e:D owl:equivalentClass e:D",
    )


def test_scm_eqc2(gives: Check) -> None:
    gives(
        "e:C rdfs:subClassOf e:D . e:D rdfs:subClassOf e:C .",
        "e:C owl:equivalentClass e:D",
        "e:D owl:equivalentClass e:C",
        "e:C rdfs:subClassOf e:C",
        "e:D rdfs:subClassOf e:D",
        "e:C owl:equivalentClass e:C",
        "e:D owl:equivalentClass e:D",
    )


def test_scm_op(gives: Check) -> None:
    gives(
        "e:p a owl:ObjectProperty .",
        "e:p rdfs:subPropertyOf e:p",
        "e:p owl:equivalentProperty e:p",
    )


def test_scm_dp(gives: Check) -> None:
    gives(
        "e:p a owl:DatatypeProperty .",
        "e:p rdfs:subPropertyOf e:p",
        "e:p owl:equivalentProperty e:p",
    )


def test_scm_spo(gives: Check) -> None:
    gives(
        "e:p rdfs:subPropertyOf e:q . e:q rdfs:subPropertyOf e:r .",
        "e:p rdfs:subPropertyOf e:r",
    )


def test_scm_eqp1(gives: Check) -> None:
    gives(
        "e:p owl:equivalentProperty e:q .",
        "e:p rdfs:subPropertyOf e:q",
        "e:q rdfs:subPropertyOf e:p",
        "e:p rdfs:subPropertyOf e:p",
        "e:q rdfs:subPropertyOf e:q",
        "e:q owl:equivalentProperty e:p",
        "e:p owl:equivalentProperty e:p",
        "e:q owl:equivalentProperty e:q",
    )


def test_scm_eqp2(gives: Check) -> None:
    gives(
        "e:p rdfs:subPropertyOf e:q . e:q rdfs:subPropertyOf e:p .",
        "e:p owl:equivalentProperty e:q",
        "e:q owl:equivalentProperty e:p",
        "e:p rdfs:subPropertyOf e:p",
        "e:q rdfs:subPropertyOf e:q",
        "e:p owl:equivalentProperty e:p",
        "e:q owl:equivalentProperty e:q",
    )


def test_scm_dom1(gives: Check) -> None:
    gives("e:p rdfs:domain e:C . e:C rdfs:subClassOf e:D .", "e:p rdfs:domain e:D")


def test_scm_dom2(gives: Check) -> None:
    gives("e:q rdfs:domain e:C . e:p rdfs:subPropertyOf e:q .", "e:p rdfs:domain e:C")


def test_scm_rng1(gives: Check) -> None:
    gives("e:p rdfs:range e:C . e:C rdfs:subClassOf e:D .", "e:p rdfs:range e:D")


def test_scm_rng2(gives: Check) -> None:
    gives("e:q rdfs:range e:C . e:p rdfs:subPropertyOf e:q .", "e:p rdfs:range e:C")


def test_scm_hv(gives: Check) -> None:
    gives(
        """e:C owl:hasValue e:i ; owl:onProperty e:p . e:D owl:hasValue e:i ; owl:onProperty e:q .
        e:p rdfs:subPropertyOf e:q .""",
        "e:C rdfs:subClassOf e:D",
    )


def test_scm_svf1(gives: Check) -> None:
    gives(
        """e:C owl:someValuesFrom e:Y ; owl:onProperty e:p .
        e:D owl:someValuesFrom e:Z ; owl:onProperty e:p . e:Y rdfs:subClassOf e:Z .""",
        "e:C rdfs:subClassOf e:D",
    )


def test_scm_svf2(gives: Check) -> None:
    gives(
        """e:C owl:someValuesFrom e:Y ; owl:onProperty e:p .
        e:D owl:someValuesFrom e:Y ; owl:onProperty e:q . e:p rdfs:subPropertyOf e:q .""",
        "e:C rdfs:subClassOf e:D",
    )


def test_scm_avf1(gives: Check) -> None:
    gives(
        """e:C owl:allValuesFrom e:Y ; owl:onProperty e:p .
        e:D owl:allValuesFrom e:Z ; owl:onProperty e:p . e:Y rdfs:subClassOf e:Z .""",
        "e:C rdfs:subClassOf e:D",
    )


def test_scm_avf2(gives: Check) -> None:
    """The other way round: what has all its q's in Y has all its p's in Y."""
    gives(
        """e:C owl:allValuesFrom e:Y ; owl:onProperty e:p .
        e:D owl:allValuesFrom e:Y ; owl:onProperty e:q . e:p rdfs:subPropertyOf e:q .""",
        "e:D rdfs:subClassOf e:C",
    )


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_scm_int(gives: Check, length: int) -> None:
    members = [f"e:C{at}" for at in range(length)]
    gives(
        f"e:C owl:intersectionOf ( {' '.join(members)} ) .",
        *(f"e:C rdfs:subClassOf {member}" for member in members),
    )


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_scm_uni(gives: Check, length: int) -> None:
    members = [f"e:C{at}" for at in range(length)]
    gives(
        f"e:C owl:unionOf ( {' '.join(members)} ) .",
        *(f"{member} rdfs:subClassOf e:C" for member in members),
    )


def test_scm_svf1_of_a_subclass_by_another_rule(holds: Check) -> None:
    holds(
        """e:C owl:someValuesFrom e:Y ; owl:onProperty e:p .
        e:D owl:someValuesFrom e:Z ; owl:onProperty e:p . e:Y owl:intersectionOf ( e:Z e:W ) .
        e:u e:p e:v . e:v a e:Y .""",
        "e:C rdfs:subClassOf e:D",
        "e:u a e:C",
        "e:u a e:D",
    )


# Schema that follows from data.


def test_a_sub_property_of_sub_class_of_makes_sub_classes(gives: Check) -> None:
    gives(
        "e:kindOf rdfs:subPropertyOf rdfs:subClassOf . e:C e:kindOf e:D . e:x a e:C .",
        "e:C rdfs:subClassOf e:D",
        "e:x a e:D",
    )


def test_a_sub_property_of_sub_property_of_makes_sub_properties(gives: Check) -> None:
    gives(
        """e:specialises rdfs:subPropertyOf rdfs:subPropertyOf . e:p e:specialises e:q .
        e:x e:p e:y .""",
        "e:p rdfs:subPropertyOf e:q",
        "e:x e:q e:y",
    )


@pytest.mark.parametrize(
    ("schema", "data", "conclusion"),
    [
        ("owl:TransitiveProperty", "e:a e:p e:b . e:b e:p e:c .", "e:a e:p e:c"),
        ("owl:SymmetricProperty", "e:a e:p e:b .", "e:b e:p e:a"),
        ("owl:FunctionalProperty", "e:a e:p e:b , e:c .", "e:b owl:sameAs e:c"),
        ("owl:InverseFunctionalProperty", "e:b e:p e:a . e:c e:p e:a .", "e:b owl:sameAs e:c"),
    ],
)
def test_a_property_gets_its_kind_from_a_class_of_properties(
    holds: Check, lacks: Check, schema: str, data: str, conclusion: str
) -> None:
    holds(f"e:Kind rdfs:subClassOf {schema} . e:p a e:Kind . {data}", conclusion)
    holds(f"e:is rdfs:range {schema} . e:x e:is e:p . {data}", conclusion)
    lacks(f"e:Kind rdfs:subClassOf {schema} . e:q a e:Kind . {data}", conclusion)


def test_the_domain_of_a_property_by_inference(gives: Check) -> None:
    gives(
        "e:about rdfs:subPropertyOf rdfs:domain . e:p e:about e:C . e:x e:p e:y .",
        "e:p rdfs:domain e:C",
        "e:x a e:C",
    )


def test_an_inverse_by_inference(gives: Check) -> None:
    gives(
        """e:opposite rdfs:subPropertyOf owl:inverseOf . e:p e:opposite e:q . e:x e:p e:y .""",
        "e:p owl:inverseOf e:q",
        "e:y e:q e:x",
    )


def test_a_list_by_inference(gives: Check) -> None:
    gives(
        """e:head rdfs:subPropertyOf rdf:first . e:tail rdfs:subPropertyOf rdf:rest .
        e:C owl:unionOf e:l . e:l e:head e:D ; e:tail rdf:nil . e:x a e:D .""",
        "e:l rdf:first e:D",
        "e:l rdf:rest rdf:nil",
        "e:D rdfs:subClassOf e:C",
        "e:x a e:C",
    )


def test_a_chain_by_inference(gives: Check) -> None:
    gives(
        """e:p owl:propertyChainAxiom e:l . e:l rdf:first e:q ; rdf:rest e:m .
        e:m e:head e:r ; rdf:rest rdf:nil . e:head rdfs:subPropertyOf rdf:first .
        e:a e:q e:b . e:b e:r e:c .""",
        "e:m rdf:first e:r",
        "e:a e:p e:c",
    )


def test_a_restriction_by_inference(gives: Check) -> None:
    gives(
        """e:some rdfs:subPropertyOf owl:someValuesFrom . e:R e:some e:C ; owl:onProperty e:p .
        e:u e:p e:v . e:v a e:C .""",
        "e:R owl:someValuesFrom e:C",
        "e:u a e:R",
    )


def test_a_restriction_by_equality(holds: Check) -> None:
    """The two halves of a restriction stand on two names of one node."""
    holds(
        """e:R owl:someValuesFrom e:C . e:S owl:onProperty e:p . e:R owl:sameAs e:S .
        e:u e:p e:v . e:v a e:C .""",
        "e:u a e:R",
        "e:u a e:S",
    )


def test_a_subclass_that_data_derive_by_a_restriction(gives: Check) -> None:
    """cls-hv1 over rdfs:subClassOf: whoever is a Kind is a subclass of Thing-like."""
    gives(
        """e:R owl:hasValue e:D ; owl:onProperty rdfs:subClassOf . e:C a e:R . e:x a e:C .""",
        "e:C rdfs:subClassOf e:D",
        "e:x a e:D",
    )


def test_a_disjointness_by_inference(clashes: Check) -> None:
    clashes(
        """e:apart rdfs:subPropertyOf owl:disjointWith . e:C e:apart e:D . e:x a e:C , e:D .""",
        "cax-dw",
        "e:C owl:disjointWith e:D",
    )


def test_schema_that_an_equality_derives(holds: Check) -> None:
    """A functional property makes two classes the same, and that gives a member another type."""
    holds(
        """e:wikidata a owl:InverseFunctionalProperty . e:C e:wikidata e:Q1 . e:D e:wikidata e:Q1 .
        e:D rdfs:subClassOf e:E . e:x a e:C .""",
        "e:C owl:sameAs e:D",
        "e:x a e:D",
        "e:x a e:E",
    )


def test_schema_in_two_steps(holds: Check) -> None:
    """Each derived axiom lets data derive the next."""
    holds(
        """e:s1 rdfs:subPropertyOf rdfs:subPropertyOf . e:s2 e:s1 rdfs:subPropertyOf .
        e:p e:s2 e:q . e:q e:s2 rdfs:subClassOf . e:C e:p e:D . e:x a e:C .""",
        "e:s2 rdfs:subPropertyOf rdfs:subPropertyOf",
        "e:p rdfs:subPropertyOf e:q",
        "e:q rdfs:subPropertyOf rdfs:subClassOf",
        "e:C rdfs:subClassOf e:D",
        "e:x a e:D",
    )
