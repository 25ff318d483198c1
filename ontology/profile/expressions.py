"""Entities and expressions of OWL 2: OWL 2 Mapping to RDF Graphs §3.2, Tables 11 to 15.

What ``ontology.profile.mapping`` finds in an axiom's triple, read as the structure of OWL 2.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rdflib import OWL, RDF, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology.profile.structure import Axiom, Expression, ProfileViolation, shown, violation
from ontology.profile.vocabulary import (
    ANNOTATION_PROPERTY,
    BUILT_IN,
    CLASS,
    DATA_PROPERTY,
    DECLARATIONS,
    DECLARING,
    OBJECT_PROPERTY,
    is_reserved,
)

RESERVED = "OWL 2 Structural Specification §2.4"
TYPING = "OWL 2 Structural Specification §5.8.1"

CONNECTIVES = {
    OWL.intersectionOf: "IntersectionOf",
    OWL.unionOf: "UnionOf",
    OWL.complementOf: "ComplementOf",
    OWL.datatypeComplementOf: "ComplementOf",
    OWL.oneOf: "OneOf",
}
QUANTIFIERS = {OWL.someValuesFrom: "SomeValuesFrom", OWL.allValuesFrom: "AllValuesFrom"}
CARDINALITIES = {
    OWL.minCardinality: "MinCardinality",
    OWL.maxCardinality: "MaxCardinality",
    OWL.cardinality: "ExactCardinality",
    OWL.minQualifiedCardinality: "MinCardinality",
    OWL.maxQualifiedCardinality: "MaxCardinality",
    OWL.qualifiedCardinality: "ExactCardinality",
}
# Types that declare an object property by themselves, as in OWL 1 (Mapping Table 6).
_OBJECT_ONLY = (OWL.InverseFunctionalProperty, OWL.TransitiveProperty, OWL.SymmetricProperty)


class Unreadable(Exception):
    """An expression that breaks off; the message says what is missing."""


@dataclass
class Expressions:
    """Reads the nodes of a graph; what is used as it was not declared becomes a violation."""

    graph: Graph
    declared: dict[URIRef, set[str]] = field(default_factory=lambda: defaultdict(set))
    violations: list[ProfileViolation] = field(default_factory=list)
    open_nodes: set[Node] = field(default_factory=set)
    _subject: Node = field(default_factory=BNode)
    """Of the axiom that is being read."""

    def __post_init__(self) -> None:
        for type_, kind in DECLARATIONS.items():
            for subject in self.graph.subjects(RDF.type, type_):
                if isinstance(subject, URIRef):
                    self.declared[subject].add(kind)
        for type_ in _OBJECT_ONLY:
            for subject in self.graph.subjects(RDF.type, type_):
                if isinstance(subject, URIRef):
                    self.declared[subject].add(OBJECT_PROPERTY)

    def _fault(self, rule: str, found: Expression, message: str) -> None:
        axiom = Axiom(found.kind, found.args, self._subject)
        self.violations.append(violation("DL", rule, axiom, message))

    # Entities: an IRI stands where an entity of one kind must (Structural Specification §5).

    def _entity(self, iri: Node, kind: str) -> URIRef:
        if not isinstance(iri, URIRef):
            raise Unreadable(f"{shown(iri)} stands where the name of a term must ({kind})")
        if iri in BUILT_IN[kind] or kind in self.declared.get(iri, ()):
            return iri
        use = Expression("Use", (iri,))
        if is_reserved(iri):
            message = (
                f"{shown(iri)} belongs to RDF and OWL themselves and may not be used as {kind}: "
                "use a term of the ontology"
            )
            self._fault(RESERVED, use, message)
        else:
            name = shown(iri)
            message = (
                f"{name} is used as {kind} and is not declared as one: "
                f"correct the name, or declare it with: {name} a {DECLARING[kind]} ."
            )
            self._fault(TYPING, use, message)
        return iri

    def _classes(self, *nodes: Node) -> tuple[Expression | Node, ...]:
        return tuple(self._class(node) for node in nodes)

    def _individuals(self, *nodes: Node) -> tuple[Node, ...]:
        for node in nodes:
            if isinstance(node, Literal):
                raise Unreadable(f"{shown(node)} stands where an individual must: name a thing")
            if isinstance(node, URIRef) and is_reserved(node):
                use = Expression("Use", (node,))
                message = f"{shown(node)} belongs to RDF and OWL themselves and names no individual"
                self._fault(RESERVED, use, message)
        return nodes

    # Property expressions (Mapping Table 11).

    def _kind(self, node: Node) -> str:
        """What a property is; an undeclared one counts as an object property, and is reported."""
        kinds = [DATA_PROPERTY, OBJECT_PROPERTY, ANNOTATION_PROPERTY]
        for kind in kinds:
            if isinstance(node, URIRef) and (
                node in BUILT_IN[kind] or kind in self.declared.get(node, ())
            ):
                return kind
        return OBJECT_PROPERTY

    def _property(self, node: Node, kind: str) -> Expression | Node:
        inverse = self.graph.value(node, OWL.inverseOf)
        if isinstance(node, BNode) and inverse is not None and kind == OBJECT_PROPERTY:
            return Expression("ObjectInverseOf", (self._entity(inverse, kind),))
        return self._entity(node, kind)

    def _properties(self, pattern: str, *nodes: Node) -> Iterable[Expression]:
        """An axiom on properties of one kind, of which an axiom on annotations says nothing."""
        kind = self._kind(nodes[0])
        parts = tuple(self._property(node, kind) for node in nodes)
        if kind == ANNOTATION_PROPERTY:
            return ()
        word = "Data" if kind == DATA_PROPERTY else "Object"
        return [Expression(pattern.format(one=f"{word}Property", many=f"{word}Properties"), parts)]

    # Data ranges (Mapping Table 12).

    def _data_range(self, node: Node) -> Expression:
        if isinstance(node, URIRef):
            return Expression("Datatype", (node,))
        with_restrictions = self.graph.value(node, OWL.withRestrictions)
        if with_restrictions is not None:
            base = self._data_range(self._part(node, OWL.onDatatype))
            facets = tuple(
                part
                for facet in self._list(with_restrictions)
                for pair in self.graph.predicate_objects(facet)
                for part in pair
            )
            return Expression("DatatypeRestriction", (base, *facets))
        return self._connective(node, data=True)

    # Class expressions (Mapping Tables 13 to 15).

    def _class(self, node: Node) -> Expression | Node:
        if not isinstance(node, BNode):
            return self._entity(node, CLASS)
        if node in self.open_nodes:
            raise Unreadable("a class expression contains itself: name the class")
        self.open_nodes.add(node)
        try:
            if self.graph.value(node, OWL.onProperty) is None:
                return self._connective(node)
            return self._restriction(node)
        finally:
            self.open_nodes.remove(node)

    def _connective(self, node: Node, data: bool = False) -> Expression:
        prefix = "Data" if data else "Object"
        read = self._data_range if data else self._class
        for predicate, word in CONNECTIVES.items():
            operand = self.graph.value(node, predicate)
            if operand is None:
                continue
            if word == "ComplementOf":
                return Expression(f"{prefix}ComplementOf", (read(operand),))
            members = self._list(operand)
            if len(members) < (1 if word == "OneOf" else 2):
                raise Unreadable(f"{shown(predicate)} has too few members: name what it is about")
            if word != "OneOf":
                return Expression(f"{prefix}{word}", tuple(read(member) for member in members))
            return Expression(f"{prefix}OneOf", members if data else self._individuals(*members))
        kind = "data range" if data else "class expression"
        raise Unreadable(f"this blank node is no {kind} of OWL 2: name one, or complete it")

    def _restriction(self, node: Node) -> Expression:
        on = self._part(node, OWL.onProperty)
        data = self._kind(on) == DATA_PROPERTY
        prefix = "Data" if data else "Object"
        property_ = self._property(on, DATA_PROPERTY if data else OBJECT_PROPERTY)
        read = self._data_range if data else self._class
        for predicate, word in QUANTIFIERS.items():
            filler = self.graph.value(node, predicate)
            if filler is not None:
                return Expression(f"{prefix}{word}", (property_, read(filler)))
        value = self.graph.value(node, OWL.hasValue)
        if value is not None:
            filler = self._value(value) if data else self._individuals(value)[0]
            return Expression(f"{prefix}HasValue", (property_, filler))
        if self.graph.value(node, OWL.hasSelf) is not None:
            return Expression("ObjectHasSelf", (property_,))
        for predicate, word in CARDINALITIES.items():
            number = self.graph.value(node, predicate)
            if number is not None:
                on_filler = self.graph.value(node, OWL.onDataRange if data else OWL.onClass)
                fillers = () if on_filler is None else (read(on_filler),)
                return Expression(f"{prefix}{word}", (_count(number), property_, *fillers))
        raise Unreadable(f"a restriction on {shown(on)} says nothing: give it a value or a number")

    def _value(self, node: Node) -> Literal:
        if not isinstance(node, Literal):
            raise Unreadable(f"{shown(node)} stands where a literal must: the property takes data")
        return node

    def _part(self, node: Node, predicate: URIRef) -> Node:
        part = self.graph.value(node, predicate)
        if part is None:
            raise Unreadable(f"{shown(predicate)} is missing: add it")
        return part

    def _list(self, node: Node) -> tuple[Node, ...]:
        try:
            members = tuple(Collection(self.graph, node))
        except ValueError as error:
            raise Unreadable("an rdf:List loops or breaks off: write it as ( … )") from error
        return members


def _count(number: Node) -> int:
    if isinstance(number, Literal) and isinstance(number.value, int) and number.value >= 0:
        return number.value
    raise Unreadable(f"{shown(number)} is no number of things: write 0, 1, 2 …")
