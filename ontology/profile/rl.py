"""What leaves OWL 2 RL: OWL 2 Profiles §4.2.

The profile is a grammar: it says which class expressions may stand on the left of a subclass axiom,
which on the right, which in an equivalence, and which axioms and data ranges there are at all.
"""

from collections.abc import Iterator

from rdflib import OWL, XSD, Literal, URIRef
from rdflib.term import Node

from ontology.profile.structure import Axiom, Expression, ProfileViolation, shown, violation
from ontology.profile.vocabulary import OWL_DATATYPES, RL_DATATYPES

ENTITIES = "OWL 2 Profiles §4.2.1"
CLASS_EXPRESSIONS = "OWL 2 Profiles §4.2.3"
DATA_RANGES = "OWL 2 Profiles §4.2.4"
AXIOMS = "OWL 2 Profiles §4.2.5"

SUB, SUPER, EQUIVALENT = "a subclass", "a superclass", "an equivalent class"

_SHAPE = "leave that to a SHACL shape, which can ask for it"
_ADVICE = {
    (SUB, "ObjectAllValuesFrom"): "it cannot be told from what is stated, so " + _SHAPE,
    (SUB, "DataAllValuesFrom"): "it cannot be told from what is stated, so " + _SHAPE,
    (SUB, "ObjectComplementOf"): "what is not stated is unknown; state the class, or use a shape",
    (SUPER, "ObjectUnionOf"): "name one class that all of them share and use that",
    (SUPER, "ObjectOneOf"): "give the members the class as their type instead",
    (SUPER, "ObjectSomeValuesFrom"): "no value can be made up; " + _SHAPE,
    (SUPER, "DataSomeValuesFrom"): "no value can be made up; " + _SHAPE,
    (SUPER, "ObjectMinCardinality"): "no value can be made up; " + _SHAPE,
    (SUPER, "DataMinCardinality"): "no value can be made up; " + _SHAPE,
    (SUPER, "ObjectExactCardinality"): "use a maximum of 1, and for the minimum a SHACL shape",
    (SUPER, "DataExactCardinality"): "use a maximum of 1, and for the minimum a SHACL shape",
    (SUPER, "ObjectMaxCardinality"): "only a maximum of 0 or 1 may stand there; otherwise "
    + _SHAPE,
    (SUPER, "DataMaxCardinality"): "only a maximum of 0 or 1 may stand there; otherwise " + _SHAPE,
}
_IN_GENERAL = {
    SUB: "only names, intersections, unions, oneOf, someValuesFrom and hasValue may stand there",
    SUPER: "only names, intersections, complements, allValuesFrom, hasValue and a maximum "
    "cardinality of 0 or 1 may stand there",
    EQUIVALENT: "state a subclass axiom in each direction that holds and is allowed; "
    "an equivalence takes only names, intersections and hasValue",
}
# The positions of an axiom's class expressions; None is a part that is no class expression.
_POSITIONS: dict[str, tuple[str | None, ...]] = {
    "SubClassOf": (SUB, SUPER),
    "ObjectPropertyDomain": (None, SUPER),
    "ObjectPropertyRange": (None, SUPER),
    "DataPropertyDomain": (None, SUPER),
    "ClassAssertion": (SUPER, None),
    "HasKey": (SUB,),
}
_FORBIDDEN_AXIOMS = {
    "DisjointUnion": "state the subclasses and that they are disjoint, one axiom each",
    "ReflexiveObjectProperty": "state the pairs that hold, or leave the property as it is",
    "DatatypeDefinition": "use a datatype of OWL 2 RL, and a SHACL shape for what narrows it",
}
_FORBIDDEN_DATA_RANGES = {"DataUnionOf", "DataComplementOf", "DataOneOf", "DatatypeRestriction"}


def rl_violations(axiom: Axiom) -> Iterator[ProfileViolation]:
    """Each way in which one axiom is outside the grammar of OWL 2 RL."""
    if axiom.kind in _FORBIDDEN_AXIOMS:
        message = f"OWL 2 RL has no {axiom.kind}: {_FORBIDDEN_AXIOMS[axiom.kind]}"
        yield violation("RL", AXIOMS, axiom, message)
    elif axiom.kind in ("EquivalentClasses", "DisjointClasses"):
        position = EQUIVALENT if axiom.kind == "EquivalentClasses" else SUB
        for arg in axiom.args:
            yield from _misplaced(axiom, arg, position)
    else:
        for arg, place in zip(axiom.args, _POSITIONS.get(axiom.kind, ()), strict=False):
            if place is not None:
                yield from _misplaced(axiom, arg, place)
    yield from _data(axiom)


def _misplaced(
    axiom: Axiom, part: Expression | Node | int, position: str
) -> Iterator[ProfileViolation]:
    for offender, place in _offenders(part, position):
        if offender == OWL.Thing:
            message = (
                f"owl:Thing may not be {place} in OWL 2 RL: leave the axiom out, or name a class"
            )
        else:
            kind = offender.kind if isinstance(offender, Expression) else ""
            advice = _ADVICE.get((place, kind), _IN_GENERAL[place])
            message = f"{shown(offender)} may not be {place} in OWL 2 RL: {advice}"
        yield violation("RL", CLASS_EXPRESSIONS, axiom, message)


def _offenders(
    part: Expression | Node | int, position: str
) -> Iterator[tuple[Expression | Node | int, str]]:
    """The innermost expressions that may not stand where they do, and where that is."""
    if not isinstance(part, Expression):
        if part == OWL.Thing:
            yield part, position
        return
    match position, part.kind, part.args:
        case _, "ObjectIntersectionOf", operands:
            for operand in operands:
                yield from _offenders(operand, position)
        case _, "ObjectHasValue" | "DataHasValue", _:
            pass
        case "a subclass", "ObjectUnionOf", operands:
            for operand in operands:
                yield from _offenders(operand, SUB)
        case "a subclass", "ObjectSomeValuesFrom", (_, filler):
            yield from _filler_offenders(filler)
        case "a subclass", "ObjectOneOf" | "DataSomeValuesFrom", _:
            pass
        case "a superclass", "ObjectComplementOf", (operand,):
            yield from _offenders(operand, SUB)
        case "a superclass", "ObjectAllValuesFrom", (_, filler):
            yield from _offenders(filler, SUPER)
        case "a superclass", "ObjectMaxCardinality", (0 | 1, _, *fillers):
            for filler in fillers:
                yield from _filler_offenders(filler)
        case "a superclass", "DataAllValuesFrom", _:
            pass
        case "a superclass", "DataMaxCardinality", (0 | 1, *_):
            pass
        case _:
            yield part, position


def _filler_offenders(
    filler: Expression | Node | int,
) -> Iterator[tuple[Expression | Node | int, str]]:
    """A filler may be any subclass expression, and owl:Thing."""
    if filler != OWL.Thing:
        yield from _offenders(filler, SUB)


def _data(axiom: Axiom) -> Iterator[ProfileViolation]:
    for part in axiom.parts():
        if isinstance(part, Expression) and part.kind in _FORBIDDEN_DATA_RANGES:
            message = (
                f"{part} is no data range of OWL 2 RL: "
                "use a datatype, and a SHACL shape for what narrows it"
            )
            yield violation("RL", DATA_RANGES, axiom, message)
        elif (datatype := datatype_of(part)) in OWL_DATATYPES - RL_DATATYPES:
            message = f"{shown(datatype)} is no datatype of OWL 2 RL: use xsd:decimal"
            yield violation("RL", ENTITIES, axiom, message)


def datatype_of(part: Expression | Node | int) -> URIRef | None:
    """The datatype that a part of an axiom is, or that it has as a literal."""
    match part:
        case Expression(kind="Datatype", args=(URIRef() as datatype,)):
            return datatype
        case Literal(datatype=URIRef() as datatype):
            return datatype
        case Literal():
            return XSD.string
        case _:
            return None
