"""OWL 2 Profiles §4.3, Table 8: the semantics of datatypes, over the literals that occur."""

from collections.abc import Callable

import pytest

from graph.reasoning import close

Check = Callable[..., None]

DATATYPES = (
    "rdf:PlainLiteral",
    "rdf:XMLLiteral",
    "rdfs:Literal",
    "xsd:decimal",
    "xsd:integer",
    "xsd:nonNegativeInteger",
    "xsd:nonPositiveInteger",
    "xsd:positiveInteger",
    "xsd:negativeInteger",
    "xsd:long",
    "xsd:int",
    "xsd:short",
    "xsd:byte",
    "xsd:unsignedLong",
    "xsd:unsignedInt",
    "xsd:unsignedShort",
    "xsd:unsignedByte",
    "xsd:double",
    "xsd:float",
    "xsd:string",
    "xsd:normalizedString",
    "xsd:token",
    "xsd:language",
    "xsd:Name",
    "xsd:NCName",
    "xsd:NMTOKEN",
    "xsd:boolean",
    "xsd:hexBinary",
    "xsd:base64Binary",
    "xsd:anyURI",
    "xsd:dateTime",
    "xsd:dateTimeStamp",
)


def test_dt_type1(holds: Check, lacks: Check) -> None:
    holds("", *(f"{datatype} a rdfs:Datatype" for datatype in DATATYPES))
    lacks("", "xsd:date a rdfs:Datatype", "owl:real a rdfs:Datatype")


INTEGERS = {
    "xsd:integer": (None, None),
    "xsd:nonNegativeInteger": (0, None),
    "xsd:nonPositiveInteger": (None, 0),
    "xsd:positiveInteger": (1, None),
    "xsd:negativeInteger": (None, -1),
    "xsd:long": (-(2**63), 2**63 - 1),
    "xsd:int": (-(2**31), 2**31 - 1),
    "xsd:short": (-(2**15), 2**15 - 1),
    "xsd:byte": (-128, 127),
    "xsd:unsignedLong": (0, 2**64 - 1),
    "xsd:unsignedInt": (0, 2**32 - 1),
    "xsd:unsignedShort": (0, 2**16 - 1),
    "xsd:unsignedByte": (0, 255),
}


@pytest.mark.parametrize(
    "number", [0, 1, -1, 127, 128, -128, -129, 255, 256, 2**31 - 1, 2**31, 2**63, -(2**63), 2**64]
)
def test_dt_type2(holds: Check, lacks: Check, number: int) -> None:
    literal = f'"{number}"^^xsd:integer'
    inside = [
        name
        for name, (low, high) in INTEGERS.items()
        if (low is None or low <= number) and (high is None or number <= high)
    ]
    data = f"e:x e:p {literal} ."
    holds(data, *(f"{literal} a {name}" for name in (*inside, "xsd:decimal", "rdfs:Literal")))
    outside = (*INTEGERS.keys() - set(inside), "xsd:double", "xsd:string", "xsd:boolean")
    lacks(data, *(f"{literal} a {name}" for name in outside))


STRINGS = ["xsd:string", "rdf:PlainLiteral", "rdfs:Literal"]
LINES = [*STRINGS, "xsd:normalizedString"]
TOKENS = [*LINES, "xsd:token"]
OTHER = ["xsd:integer", "xsd:anyURI", "rdf:XMLLiteral", "xsd:hexBinary", "xsd:dateTime"]


@pytest.mark.parametrize(
    ("literal", "inside", "outside"),
    [
        ('"a\\nb"', STRINGS, ["xsd:normalizedString", "xsd:token", *OTHER]),
        ('"en-GB"', [*TOKENS, "xsd:language", "xsd:Name", "xsd:NCName", "xsd:NMTOKEN"], OTHER),
        ('"p:n"', [*TOKENS, "xsd:Name", "xsd:NMTOKEN"], ["xsd:NCName", "xsd:language", *OTHER]),
        ('"1"', [*TOKENS, "xsd:NMTOKEN"], ["xsd:NCName", "xsd:Name", "xsd:language", *OTHER]),
        ('"x"@en', ["rdf:PlainLiteral", "rdfs:Literal"], ["xsd:string", "xsd:token", *OTHER]),
        ('"1.5"^^xsd:decimal', ["xsd:decimal", "rdfs:Literal"], ["xsd:integer", "xsd:double"]),
        ('"1.0"^^xsd:decimal', ["xsd:decimal", "xsd:integer", "xsd:byte"], ["xsd:float"]),
        ('"1"^^xsd:double', ["xsd:double", "rdfs:Literal"], ["xsd:float", "xsd:decimal"]),
        ('"1"^^xsd:float', ["xsd:float", "rdfs:Literal"], ["xsd:double", "xsd:decimal"]),
        ('"true"^^xsd:boolean', ["xsd:boolean", "rdfs:Literal"], ["xsd:string", "xsd:integer"]),
        ('"00"^^xsd:hexBinary', ["xsd:hexBinary"], ["xsd:base64Binary", "xsd:string"]),
        ('"AAA="^^xsd:base64Binary', ["xsd:base64Binary"], ["xsd:hexBinary", "xsd:string"]),
        ('"e:x"^^xsd:anyURI', ["xsd:anyURI", "rdfs:Literal"], ["xsd:string"]),
        (
            '"2012-08-30T00:00:00Z"^^xsd:dateTime',
            ["xsd:dateTime", "xsd:dateTimeStamp", "rdfs:Literal"],
            ["xsd:string"],
        ),
        ('"2012-08-30T00:00:00"^^xsd:dateTime', ["xsd:dateTime"], ["xsd:dateTimeStamp"]),
    ],
)
def test_dt_type2_of_other_literals(
    holds: Check, lacks: Check, literal: str, inside: list[str], outside: list[str]
) -> None:
    holds(f"e:x e:p {literal} .", *(f"{literal} a {datatype}" for datatype in inside))
    lacks(f"e:x e:p {literal} .", *(f"{literal} a {datatype}" for datatype in outside))


def test_dt_type2_feeds_other_rules(gives: Check) -> None:
    gives('e:R owl:someValuesFrom xsd:string ; owl:onProperty e:p . e:x e:p "text" .', "e:x a e:R")


def test_dt_type2_up_a_hierarchy(holds: Check) -> None:
    holds(
        'xsd:integer rdfs:subClassOf e:Number . e:x e:p "5"^^xsd:byte .',
        '"5"^^xsd:byte a e:Number',
    )


EQUAL = [
    ('"01"^^xsd:integer', '"1"^^xsd:integer'),
    ('"1"^^xsd:byte', '"+1"^^xsd:unsignedLong'),
    ('"1"^^xsd:integer', '"1.0"^^xsd:decimal'),
    ('"-0"^^xsd:integer', '"0"^^xsd:integer'),
    ('"1e0"^^xsd:double', '"10E-1"^^xsd:double'),
    ('"NaN"^^xsd:double', '"NaN"^^xsd:double'),
    ('"0.1"^^xsd:float', '"0.10"^^xsd:float'),
    ('"true"^^xsd:boolean', '"1"^^xsd:boolean'),
    ('"x"', '"x"^^xsd:token'),
    ('"x@"^^rdf:PlainLiteral', '"x"'),
    ('"x@en"^^rdf:PlainLiteral', '"x"@en'),
    ('"0a"^^xsd:hexBinary', '"0A"^^xsd:hexBinary'),
    ('"2012-08-30T00:00:00Z"^^xsd:dateTime', '"2012-08-30T00:00:00.0Z"^^xsd:dateTime'),
    ('"2012-08-30T24:00:00Z"^^xsd:dateTime', '"2012-08-31T00:00:00Z"^^xsd:dateTimeStamp'),
    ('"<b></b>"^^rdf:XMLLiteral', '"<b/>"^^rdf:XMLLiteral'),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_dt_eq(holds: Check, lacks: Check, one: str, other: str) -> None:
    data = f"e:x e:p {one} . e:y e:q {other} ."
    holds(data, f"{one} owl:sameAs {other}", f"{other} owl:sameAs {one}", f"e:x e:p {other}")
    lacks(data, f"{one} owl:differentFrom {other}")


def test_dt_eq_of_language_tags_in_other_case() -> None:
    """In N-Triples strings, since parsers write tags in lower case."""
    p, small, capital = "<https://example.org/p>", '"x"@en-gb', '"x"@en-GB'
    closure = close(
        [("<https://example.org/x>", p, small), ("<https://example.org/y>", p, capital)]
    )
    same = "<http://www.w3.org/2002/07/owl#sameAs>"
    assert (small, same, capital) in closure
    assert ("<https://example.org/x>", p, capital) in closure


def test_dt_eq_needs_literals_that_occur(lacks: Check) -> None:
    lacks(
        'e:x e:p "1"^^xsd:integer .',
        '"01"^^xsd:integer a xsd:integer',
        '"1"^^xsd:integer owl:sameAs "01"^^xsd:integer',
    )


DIFFERENT = [
    ('"1"^^xsd:integer', '"2"^^xsd:integer'),
    ('"1"^^xsd:integer', '"1"^^xsd:double'),
    ('"1"^^xsd:float', '"1"^^xsd:double'),
    ('"0"^^xsd:double', '"-0"^^xsd:double'),
    ('"1"^^xsd:integer', '"1"'),
    ('"x"', '"y"'),
    ('"x"', '"x"@en'),
    ('"x"@en', '"x"@ar'),
    ('"x"', '"x"^^xsd:anyURI'),
    ('"1"^^xsd:boolean', '"1"^^xsd:integer'),
    ('"00"^^xsd:hexBinary', '"AA=="^^xsd:base64Binary'),
    ('"2012-08-30T00:00:00Z"^^xsd:dateTime', '"2012-08-30T00:00:00"^^xsd:dateTime'),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_dt_diff(holds: Check, lacks: Check, one: str, other: str) -> None:
    data = f"e:x e:p {one} . e:y e:q {other} ."
    holds(data, f"{one} owl:differentFrom {other}", f"{other} owl:differentFrom {one}")
    lacks(data, f"{one} owl:sameAs {other}", f"{one} owl:differentFrom {one}")


def test_dt_diff_of_the_values_of_a_functional_property(clashes: Check) -> None:
    clashes(
        'e:p a owl:FunctionalProperty . e:x e:p "1" , "2" .',
        "eq-diff1",
        '"1" owl:sameAs "2"',
        '"1" owl:differentFrom "2"',
    )


def test_one_value_written_twice_does_not_clash(lacks: Check) -> None:
    lacks(
        'e:p a owl:FunctionalProperty . e:x e:p "1"^^xsd:integer , "1.0"^^xsd:decimal .',
        '"1"^^xsd:integer owl:differentFrom "1.0"^^xsd:decimal',
    )


def test_dt_diff_says_nothing_about_a_datatype_that_it_does_not_know(lacks: Check) -> None:
    lacks(
        'e:x e:p "1"^^e:unit , "2"^^e:unit , "1" .',
        '"1"^^e:unit owl:differentFrom "2"^^e:unit',
        '"1"^^e:unit owl:differentFrom "1"',
        '"1"^^e:unit a rdfs:Literal',
    )


@pytest.mark.parametrize(
    ("literal", "datatype"),
    [
        ('"text"', "xsd:integer"),
        ('"300"^^xsd:integer', "xsd:byte"),
        ('"1.5"^^xsd:decimal', "xsd:integer"),
        ('"1"^^xsd:integer', "xsd:double"),
        ('"x"@en', "xsd:string"),
        ('"2012-08-30T00:00:00"^^xsd:dateTime', "xsd:dateTimeStamp"),
        ('"ten"^^xsd:integer', "xsd:integer"),
    ],
)
def test_dt_not_type(clashes: Check, literal: str, datatype: str) -> None:
    clashes(
        f"e:p rdfs:range {datatype} . e:x e:p {literal} .",
        "dt-not-type",
        f"{literal} a {datatype}",
    )


def test_dt_not_type_of_what_belongs(lacks: Check) -> None:
    lacks('e:p rdfs:range xsd:byte . e:x e:p "5"^^xsd:integer .', '"5"^^xsd:integer a xsd:string')


def test_dt_not_type_says_nothing_about_a_datatype_that_it_does_not_know(lacks: Check) -> None:
    lacks(
        'e:p rdfs:range e:unit , rdfs:Literal . e:x e:p "1"^^e:unit .',
        '"1"^^e:unit a xsd:string',
    )
