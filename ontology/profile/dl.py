"""What leaves OWL 2 DL: OWL 2 Structural Specification §5.8.1 and §11."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import combinations

from rdflib import OWL, XSD, BNode, Literal, URIRef
from rdflib.term import Node

from ontology.profile.expressions import TYPING
from ontology.profile.mapping import Structure
from ontology.profile.rl import datatype_of
from ontology.profile.structure import Axiom, Expression, ProfileViolation, shown, violation
from ontology.profile.vocabulary import (
    ANNOTATION_PROPERTY,
    CLASS,
    DATA_PROPERTY,
    DATATYPE,
    OBJECT_PROPERTY,
    OWL_DATATYPES,
    TOP_AND_BOTTOM,
    is_reserved,
)

DATATYPE_MAP = "OWL 2 Structural Specification §4"
SETS = "OWL 2 Structural Specification §2.1"
LITERALS = "OWL 2 Structural Specification §5.7"
CLOSURE = "OWL 2 Structural Specification §11.2"

_SEPARATE = (
    *combinations((OBJECT_PROPERTY, DATA_PROPERTY, ANNOTATION_PROPERTY), 2),
    (CLASS, DATATYPE),
)
_SIMPLE_ONLY = {
    "FunctionalObjectProperty": "functional",
    "InverseFunctionalObjectProperty": "inverse functional",
    "IrreflexiveObjectProperty": "irreflexive",
    "AsymmetricObjectProperty": "asymmetric",
    "DisjointObjectProperties": "disjoint with another",
    "ObjectHasSelf": "in hasSelf",
    "ObjectMinCardinality": "counted in a cardinality",
    "ObjectMaxCardinality": "counted in a cardinality",
    "ObjectExactCardinality": "counted in a cardinality",
}
# Their parts are sets, so that a part that is said twice counts once.
_SETS = (
    *("EquivalentClasses", "DisjointClasses", "SameIndividual", "DifferentIndividuals"),
    *("EquivalentObjectProperties", "DisjointObjectProperties"),
    *("EquivalentDataProperties", "DisjointDataProperties"),
    *("ObjectIntersectionOf", "ObjectUnionOf", "ObjectOneOf"),
    *("DataIntersectionOf", "DataUnionOf", "DataOneOf"),
)
_NAMED_ONLY = (
    "SameIndividual",
    "DifferentIndividuals",
    "NegativeObjectPropertyAssertion",
    "NegativeDataPropertyAssertion",
    "ObjectOneOf",
    "ObjectHasValue",
)

Property = tuple[Node, bool]
"""A named object property, and whether it is taken in its inverse direction."""


def dl_violations(ontology: Structure) -> Iterator[ProfileViolation]:
    """Each restriction of OWL 2 DL that the axioms or the declarations break."""
    yield from _punning(ontology.declared)
    implied = _implied(ontology.axioms)
    yield from _simple_properties(ontology.axioms, implied)
    yield from _regularity(ontology.axioms, implied)
    defined = {
        datatype_of(axiom.args[0])
        for axiom in ontology.axioms
        if axiom.kind == "DatatypeDefinition"
    }
    for axiom in ontology.axioms:
        yield from _datatypes(axiom, defined)
        yield from _top_data_property(axiom)
        yield from _sets(axiom)
        yield from _named_individuals(axiom)
    yield from _anonymous_forest(ontology.axioms)


def _punning(declared: Mapping[URIRef, frozenset[str]]) -> Iterator[ProfileViolation]:
    for iri, kinds in declared.items():
        for one, other in _SEPARATE:
            if one in kinds and other in kinds:
                axiom = Axiom("Declaration", (iri,), iri)
                message = (
                    f"{shown(iri)} is declared as {one} and as {other}: "
                    "keep one of the two declarations, or take two names"
                )
                yield violation("DL", TYPING, axiom, message)


# Object property hierarchy, simple properties and regularity (§11.1, §11.2).


def _property(part: Expression | Node | int) -> Property:
    if isinstance(part, Expression):
        inner, inverted = _property(part.args[0])
        return inner, not inverted
    if isinstance(part, Node):
        return part, False
    raise TypeError(f"{part!r} is no property expression")


def _inverse(property_: Property) -> Property:
    return property_[0], not property_[1]


def _implied(axioms: Iterable[Axiom]) -> Mapping[Property, frozenset[Property]]:
    """The relation → of §11.1: from a property to those that the axioms put directly above it."""
    above: defaultdict[Property, set[Property]] = defaultdict(set)
    for axiom in axioms:
        match axiom:
            case Axiom(kind="SubObjectPropertyOf", args=(sub, sup)) if not _is_chain(sub):
                pairs = [(_property(sub), _property(sup))]
            case Axiom(kind="EquivalentObjectProperties", args=(one, other)):
                pairs = [(_property(one), _property(other)), (_property(other), _property(one))]
            case Axiom(kind="InverseObjectProperties", args=(one, other)):
                pairs = [(_property(one), _inverse(_property(other)))]
                pairs += [(_property(other), _inverse(_property(one)))]
            case Axiom(kind="SymmetricObjectProperty", args=(one,)):
                pairs = [(_property(one), _inverse(_property(one)))]
            case _:
                continue
        for lower, upper in pairs:
            above[lower].add(upper)
            above[_inverse(lower)].add(_inverse(upper))
    return {lower: frozenset(uppers) for lower, uppers in above.items()}


def _is_chain(part: Expression | Node | int) -> bool:
    return isinstance(part, Expression) and part.kind == "ObjectPropertyChain"


def _reached(
    starts: Mapping[Property, str], above: Mapping[Property, Iterable[Property]]
) -> dict[Property, str]:
    """Everything above the starts, each with what is said of the start from which it was found."""
    found = dict(starts)
    open_ = list(starts)
    while open_:
        lower = open_.pop()
        for upper in above.get(lower, ()):
            if upper not in found:
                found[upper] = found[lower]
                open_.append(upper)
    return found


def _simple_properties(
    axioms: Iterable[Axiom], implied: Mapping[Property, frozenset[Property]]
) -> Iterator[ProfileViolation]:
    composite: dict[Property, str] = {}
    for top in TOP_AND_BOTTOM:
        composite[top, False] = composite[top, True] = f"{shown(top)} is not simple"
    for axiom in axioms:
        match axiom:
            case Axiom(kind="TransitiveObjectProperty", args=(part,)):
                why = f"{shown(part)} is transitive"
            case Axiom(kind="SubObjectPropertyOf", args=(chain, part)) if _is_chain(chain):
                why = f"a chain defines {shown(part)}"
            case _:
                continue
        composite[_property(part)] = composite[_inverse(_property(part))] = why
    not_simple = _reached(composite, implied)
    for axiom in axioms:
        for part in axiom.parts():
            if not isinstance(part, Expression) or part.kind not in _SIMPLE_ONLY:
                continue
            arguments = part.args if part.kind == "DisjointObjectProperties" else _counted(part)
            for argument in arguments:
                if reason := not_simple.get(_property(argument)):
                    message = (
                        f"{shown(argument)} may not be {_SIMPLE_ONLY[part.kind]}, because it is no "
                        f"simple property ({reason}): put the axiom on the roles that the chain "
                        "starts from, or drop it"
                    )
                    yield violation("DL", CLOSURE, axiom, message)


def _counted(part: Expression) -> tuple[Expression | Node | int, ...]:
    """The property of a restriction or of an axiom on one property."""
    return part.args[1:2] if "Cardinality" in part.kind else part.args[:1]


def _regularity(
    axioms: Iterable[Axiom], implied: Mapping[Property, frozenset[Property]]
) -> Iterator[ProfileViolation]:
    """Chains may not run in circles: a link must come before what the chain defines (§11.2).

    The specification asks for a strict partial order of the properties, the same for a property and
    its inverse. One exists if no link can be reached from the property that its chain defines.
    """
    above: defaultdict[Property, set[Property]] = defaultdict(set)
    for lower, uppers in implied.items():
        above[lower].update(uppers)
    links: list[tuple[Axiom, Property, Property]] = []
    for axiom in axioms:
        if axiom.kind != "SubObjectPropertyOf" or not _is_chain(axiom.args[0]):
            continue
        chain, head = axiom.args
        defined = _property(head)
        parts = [_property(part) for part in chain.args] if isinstance(chain, Expression) else []
        if defined[0] == OWL.topObjectProperty or parts == [defined, defined]:
            continue
        if parts[0] == defined:
            parts = parts[1:]
        elif parts[-1] == defined:
            parts = parts[:-1]
        for part in parts:
            links.append((axiom, part, defined))
            for lower in (part, _inverse(part)):
                above[lower].update((defined, _inverse(defined)))
    for axiom, part, defined in links:
        if part in _reached({defined: "", _inverse(defined): ""}, above):
            message = (
                f"the chain for {shown(defined[0])} runs in a circle through {shown(part[0])}: "
                "take the circle out, so that each chain is built from simpler properties"
            )
            yield violation("DL", CLOSURE, axiom, message)


# Datatypes and literals (§4, §5.2, §5.7, §11.2).


def _datatypes(axiom: Axiom, defined: set[URIRef | None]) -> Iterator[ProfileViolation]:
    for part in axiom.parts():
        datatype = datatype_of(part)
        if datatype is None or datatype in OWL_DATATYPES:
            if isinstance(part, Literal) and part.ill_typed:
                message = f"{shown(part)} is not written as its datatype asks: correct the value"
                yield violation("DL", LITERALS, axiom, message)
        elif isinstance(part, Literal) or datatype not in defined:
            use = "an EDTF date as xsd:string, or xsd:dateTime"
            advice = use if datatype in (XSD.date, XSD.gYear, XSD.gYearMonth) else "xsd:string"
            message = f"{shown(datatype)} is not in the OWL 2 datatype map: use {advice}"
            rule = DATATYPE_MAP if is_reserved(datatype) else CLOSURE
            yield violation("DL", rule, axiom, message)


def _top_data_property(axiom: Axiom) -> Iterator[ProfileViolation]:
    above = axiom.kind == "SubDataPropertyOf" and axiom.args[0] != OWL.topDataProperty
    if OWL.topDataProperty in axiom.parts() and not above:
        message = (
            "owl:topDataProperty may stand only above another property: use a property of your own"
        )
        yield violation("DL", CLOSURE, axiom, message)


def _sets(axiom: Axiom) -> Iterator[ProfileViolation]:
    for part in axiom.parts():
        if not isinstance(part, Expression) or part.kind not in _SETS:
            continue
        if len({_structural(arg) for arg in part.args}) < (1 if "OneOf" in part.kind else 2):
            message = f"{part.kind} asks for two different parts: name another, or leave it out"
            yield violation("DL", SETS, axiom, message)


def _structural(part: Expression | Node | int) -> Hashable:
    """The same value for structurally equivalent expressions (§2.1)."""
    if not isinstance(part, Expression):
        return part
    args = [_structural(arg) for arg in part.args]
    return part.kind, frozenset(args) if part.kind in _SETS else tuple(args)


# Anonymous individuals (§11.2).


def _named_individuals(axiom: Axiom) -> Iterator[ProfileViolation]:
    for part in axiom.parts():
        if isinstance(part, Expression) and part.kind in _NAMED_ONLY:
            for arg in part.args:
                if isinstance(arg, BNode):
                    message = f"a blank node may not stand in {part.kind}: give the thing an IRI"
                    yield violation("DL", CLOSURE, axiom, message)


def _anonymous_forest(axioms: Iterable[Axiom]) -> Iterator[ProfileViolation]:
    """Blank nodes may be joined only as trees, with named individuals at the root alone."""
    leader: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        while leader.get(node, node) != node:
            node = leader[node]
        return node

    joined = [
        axiom
        for axiom in axioms
        if axiom.kind == "ObjectPropertyAssertion"
        and any(isinstance(individual, BNode) for individual in axiom.args[1:])
    ]
    attached: dict[Node, tuple[Node, Axiom]] = {}
    for axiom in joined:
        one, other = (arg for arg in axiom.args[1:] if isinstance(arg, Node))
        if isinstance(one, BNode) and isinstance(other, BNode):
            if root(one) == root(other):
                message = "blank nodes are joined in a circle: give one of the things an IRI"
                yield violation("DL", CLOSURE, axiom, message)
            leader[root(one)] = root(other)
    for axiom in joined:
        one, other = (arg for arg in axiom.args[1:] if isinstance(arg, Node))
        if isinstance(one, BNode) != isinstance(other, BNode):
            blank = one if isinstance(one, BNode) else other
            first, _ = attached.setdefault(root(blank), (blank, axiom))
            if first != blank:
                message = (
                    "two joined blank nodes are both tied to named things: give one of them an IRI"
                )
                yield violation("DL", CLOSURE, axiom, message)
