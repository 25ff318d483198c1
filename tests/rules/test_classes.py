"""OWL 2 Profiles §4.3, Tables 6 and 7: the semantics of classes and of axioms about classes."""

from collections.abc import Callable

import pytest

Check = Callable[..., None]

ONE, ZERO = '"1"^^xsd:nonNegativeInteger', '"0"^^xsd:nonNegativeInteger'


def test_cls_thing(holds: Check) -> None:
    holds("", "owl:Thing a owl:Class")


def test_cls_nothing1(holds: Check) -> None:
    holds("", "owl:Nothing a owl:Class")


def test_cls_nothing2(clashes: Check) -> None:
    clashes("e:x a owl:Nothing .", "cls-nothing2", "e:x a owl:Nothing")


def test_cls_nothing2_of_an_empty_class(clashes: Check) -> None:
    clashes("e:C rdfs:subClassOf owl:Nothing . e:x a e:C .", "cls-nothing2", "e:x a owl:Nothing")


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_cls_int1(gives: Check, length: int) -> None:
    members = [f"e:C{at}" for at in range(length)]
    typing = " , ".join(members)
    gives(
        f"e:C owl:intersectionOf ( {' '.join(members)} ) . e:y a {typing} .",
        "e:y a e:C",
        *(f"e:C rdfs:subClassOf {member}" for member in members),
    )


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_cls_int2(gives: Check, length: int) -> None:
    members = [f"e:C{at}" for at in range(length)]
    gives(
        f"e:C owl:intersectionOf ( {' '.join(members)} ) . e:y a e:C .",
        *(f"e:y a {member}" for member in members),
        *(f"e:C rdfs:subClassOf {member}" for member in members),
    )


def test_cls_int1_of_inferred_types(holds: Check) -> None:
    holds(
        """e:C owl:intersectionOf ( e:A e:B ) . e:p rdfs:domain e:A ; rdfs:range e:B .
        e:x e:p e:x .""",
        "e:x a e:C",
    )


@pytest.mark.parametrize(("length", "at"), [(n, at) for n in (1, 2, 3, 4) for at in range(n)])
def test_cls_uni(gives: Check, length: int, at: int) -> None:
    members = [f"e:C{i}" for i in range(length)]
    gives(
        f"e:C owl:unionOf ( {' '.join(members)} ) . e:y a {members[at]} .",
        "e:y a e:C",
        *(f"{member} rdfs:subClassOf e:C" for member in members),
    )


def test_a_list_that_does_not_end_is_no_list(lacks: Check) -> None:
    lacks(
        "e:C owl:unionOf e:l . e:l rdf:first e:D . e:x a e:D .",
        "e:x a e:C",
        "e:D rdfs:subClassOf e:C",
    )


def test_a_list_that_runs_into_itself_is_no_list(lacks: Check) -> None:
    lacks("e:C owl:unionOf e:l . e:l rdf:first e:D ; rdf:rest e:l . e:x a e:D .", "e:x a e:C")


def test_cls_com(clashes: Check) -> None:
    clashes(
        "e:C owl:complementOf e:D . e:x a e:C , e:D .",
        "cls-com",
        "e:C owl:complementOf e:D",
        "e:x a e:C",
        "e:x a e:D",
    )


def test_cls_svf1(gives: Check) -> None:
    gives(
        "e:R owl:someValuesFrom e:C ; owl:onProperty e:p . e:u e:p e:v . e:v a e:C .",
        "e:u a e:R",
    )


def test_cls_svf2(gives: Check) -> None:
    """owl:Thing is a class, so scm-svf1 compares the restriction with itself."""
    gives(
        "e:R owl:someValuesFrom owl:Thing ; owl:onProperty e:p . e:u e:p e:v .",
        "e:u a e:R",
        "e:R rdfs:subClassOf e:R",
        "e:R owl:equivalentClass e:R",
    )


def test_cls_svf1_of_a_datatype(gives: Check) -> None:
    gives(
        'e:R owl:someValuesFrom xsd:integer ; owl:onProperty e:p . e:u e:p "7"^^xsd:byte .',
        "e:u a e:R",
    )


def test_cls_svf1_of_type(holds: Check) -> None:
    holds(
        "e:R owl:someValuesFrom e:Meta ; owl:onProperty rdf:type . e:C a e:Meta . e:x a e:C .",
        "e:x a e:R",
    )


def test_cls_avf(gives: Check) -> None:
    gives("e:R owl:allValuesFrom e:C ; owl:onProperty e:p . e:u a e:R ; e:p e:v .", "e:v a e:C")


def test_cls_hv1(gives: Check) -> None:
    gives("e:R owl:hasValue e:v ; owl:onProperty e:p . e:u a e:R .", "e:u e:p e:v")


def test_cls_hv1_of_a_literal(gives: Check) -> None:
    gives('e:R owl:hasValue "v"@en ; owl:onProperty e:p . e:u a e:R .', 'e:u e:p "v"@en')


def test_cls_hv1_of_type(gives: Check) -> None:
    gives("e:R owl:hasValue e:C ; owl:onProperty rdf:type . e:u a e:R .", "e:u a e:C")


def test_cls_hv2(gives: Check) -> None:
    gives("e:R owl:hasValue e:v ; owl:onProperty e:p . e:u e:p e:v .", "e:u a e:R")


def test_cls_hv2_of_an_equal_literal(holds: Check, lacks: Check) -> None:
    restriction = 'e:R owl:hasValue "1"^^xsd:integer ; owl:onProperty e:p .'
    holds(restriction + 'e:u e:p "01"^^xsd:integer .', "e:u a e:R")
    lacks(restriction + 'e:u e:p "1"^^xsd:double .', "e:u a e:R")


def test_cls_hv2_of_type(gives: Check) -> None:
    gives("e:R owl:hasValue e:C ; owl:onProperty rdf:type . e:u a e:C .", "e:u a e:R")


def test_cls_maxc1(clashes: Check) -> None:
    clashes(
        f"e:R owl:maxCardinality {ZERO} ; owl:onProperty e:p . e:u a e:R ; e:p e:y .",
        "cls-maxc1",
        f"e:R owl:maxCardinality {ZERO}",
        "e:R owl:onProperty e:p",
        "e:u a e:R",
        "e:u e:p e:y",
    )


def test_cls_maxc2(gives: Check) -> None:
    gives(
        f"e:R owl:maxCardinality {ONE} ; owl:onProperty e:p . e:u a e:R ; e:p e:y , e:z .",
        "e:y owl:sameAs e:z",
        "e:z owl:sameAs e:y",
    )


def test_cls_maxc2_of_one_written_otherwise(holds: Check) -> None:
    holds(
        'e:R owl:maxCardinality "01"^^xsd:integer ; owl:onProperty e:p .'
        "e:u a e:R ; e:p e:y , e:z .",
        "e:y owl:sameAs e:z",
    )


def test_a_maximum_of_two_gives_nothing(lacks: Check) -> None:
    lacks(
        'e:R owl:maxCardinality "2"^^xsd:nonNegativeInteger ; owl:onProperty e:p .'
        "e:u a e:R ; e:p e:x , e:y , e:z .",
        "e:y owl:sameAs e:z",
    )


def test_cls_maxqc1(clashes: Check) -> None:
    clashes(
        f"""e:R owl:maxQualifiedCardinality {ZERO} ; owl:onProperty e:p ; owl:onClass e:C .
        e:u a e:R ; e:p e:y . e:y a e:C .""",
        "cls-maxqc1",
        f"e:R owl:maxQualifiedCardinality {ZERO}",
        "e:R owl:onProperty e:p",
        "e:R owl:onClass e:C",
        "e:u a e:R",
        "e:u e:p e:y",
        "e:y a e:C",
    )


def test_cls_maxqc2(clashes: Check) -> None:
    clashes(
        f"""e:R owl:maxQualifiedCardinality {ZERO} ; owl:onProperty e:p ; owl:onClass owl:Thing .
        e:u a e:R ; e:p e:y .""",
        "cls-maxqc2",
        f"e:R owl:maxQualifiedCardinality {ZERO}",
        "e:R owl:onProperty e:p",
        "e:R owl:onClass owl:Thing",
        "e:u a e:R",
        "e:u e:p e:y",
    )


def test_cls_maxqc3(gives: Check) -> None:
    gives(
        f"""e:R owl:maxQualifiedCardinality {ONE} ; owl:onProperty e:p ; owl:onClass e:C .
        e:u a e:R ; e:p e:y , e:z . e:y a e:C . e:z a e:C .""",
        "e:y owl:sameAs e:z",
        "e:z owl:sameAs e:y",
    )


def test_cls_maxqc3_counts_members_of_the_class_only(holds: Check, lacks: Check) -> None:
    data = f"""e:R owl:maxQualifiedCardinality {ONE} ; owl:onProperty e:p ; owl:onClass e:C .
        e:u a e:R ; e:p e:x , e:y , e:z . e:x a e:C . e:y a e:C ."""
    holds(data, "e:x owl:sameAs e:y")
    lacks(data, "e:x owl:sameAs e:z")


def test_cls_maxqc4(gives: Check) -> None:
    gives(
        f"""e:R owl:maxQualifiedCardinality {ONE} ; owl:onProperty e:p ; owl:onClass owl:Thing .
        e:u a e:R ; e:p e:y , e:z .""",
        "e:y owl:sameAs e:z",
        "e:z owl:sameAs e:y",
    )


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_cls_oo(gives: Check, length: int) -> None:
    members = [f"e:y{at}" for at in range(length)]
    gives(f"e:C owl:oneOf ( {' '.join(members)} ) .", *(f"{member} a e:C" for member in members))


def test_cax_sco(gives: Check) -> None:
    gives("e:C rdfs:subClassOf e:D . e:x a e:C .", "e:x a e:D")


def test_cax_sco_up_a_hierarchy(gives: Check) -> None:
    gives(
        "e:C rdfs:subClassOf e:D . e:D rdfs:subClassOf e:E . e:x a e:C .",
        "e:C rdfs:subClassOf e:E",
        "e:x a e:D",
        "e:x a e:E",
    )


def test_cax_sco_round_a_cycle(holds: Check, lacks: Check) -> None:
    cycle = """e:C rdfs:subClassOf e:D . e:D rdfs:subClassOf e:E . e:E rdfs:subClassOf e:C , e:F .
        e:x a e:D . e:y a e:F ."""
    holds(cycle, "e:x a e:C", "e:x a e:E", "e:x a e:F", "e:C owl:equivalentClass e:E")
    lacks(cycle, "e:y a e:C", "e:C owl:equivalentClass e:F")


CLASSES_EQUAL = (
    "e:C rdfs:subClassOf e:D",
    "e:D rdfs:subClassOf e:C",
    "e:C rdfs:subClassOf e:C",
    "e:D rdfs:subClassOf e:D",
    "e:D owl:equivalentClass e:C",
    "e:C owl:equivalentClass e:C",
    "e:D owl:equivalentClass e:D",
)


def test_cax_eqc1(gives: Check) -> None:
    gives("e:C owl:equivalentClass e:D . e:x a e:C .", "e:x a e:D", *CLASSES_EQUAL)


def test_cax_eqc2(gives: Check) -> None:
    gives("e:C owl:equivalentClass e:D . e:x a e:D .", "e:x a e:C", *CLASSES_EQUAL)


def test_cax_dw(clashes: Check) -> None:
    clashes(
        "e:C owl:disjointWith e:D . e:x a e:C , e:D .",
        "cax-dw",
        "e:C owl:disjointWith e:D",
        "e:x a e:C",
        "e:x a e:D",
    )


def test_cax_dw_of_inferred_types(clashes: Check) -> None:
    clashes(
        """e:C owl:disjointWith e:D . e:B rdfs:subClassOf e:C . e:p rdfs:range e:D .
        e:x a e:B . e:y e:p e:x .""",
        "cax-dw",
        "e:x a e:C",
        "e:x a e:D",
    )


@pytest.mark.parametrize(
    ("length", "i", "j"),
    [(n, i, j) for n in (2, 3, 4) for i in range(n) for j in range(i + 1, n)],
)
def test_cax_adc(clashes: Check, length: int, i: int, j: int) -> None:
    members = " ".join(f"e:C{at}" for at in range(length))
    clashes(
        f"e:x a owl:AllDisjointClasses ; owl:members ( {members} ) . e:z a e:C{i} , e:C{j} .",
        "cax-adc",
        "e:x a owl:AllDisjointClasses",
        f"e:z a e:C{i}",
        f"e:z a e:C{j}",
    )
