"""From RDF to the structure of OWL 2: OWL 2 Mapping to RDF Graphs §3.

Goes through the triples once and gives an axiom for each that states one. What cannot be read as
OWL 2 DL, a name used as what it was never declared to be among it, becomes a violation.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology.profile.structure import Axiom, Expression, ProfileViolation, shown, violation
from ontology.profile.vocabulary import (
    ANNOTATION_PROPERTY,
    BUILT_IN,
    CLASS,
    DATA_PROPERTY,
    DATATYPE,
    DECLARATIONS,
    DECLARING,
    FACETS,
    OBJECT_PROPERTY,
    is_reserved,
)

MAPPING = "OWL 2 Mapping to RDF Graphs §3.2"
RESERVED = "OWL 2 Structural Specification §2.4"
TYPING = "OWL 2 Structural Specification §5.8.1"

_CONNECTIVES = {
    OWL.intersectionOf: "IntersectionOf",
    OWL.unionOf: "UnionOf",
    OWL.complementOf: "ComplementOf",
    OWL.datatypeComplementOf: "ComplementOf",
    OWL.oneOf: "OneOf",
}
_QUANTIFIERS = {OWL.someValuesFrom: "SomeValuesFrom", OWL.allValuesFrom: "AllValuesFrom"}
_CARDINALITIES = {
    OWL.minCardinality: "MinCardinality",
    OWL.maxCardinality: "MaxCardinality",
    OWL.cardinality: "ExactCardinality",
    OWL.minQualifiedCardinality: "MinCardinality",
    OWL.maxQualifiedCardinality: "MaxCardinality",
    OWL.qualifiedCardinality: "ExactCardinality",
}
_CHARACTERISTICS = {
    OWL.InverseFunctionalProperty: "InverseFunctionalObjectProperty",
    OWL.ReflexiveProperty: "ReflexiveObjectProperty",
    OWL.IrreflexiveProperty: "IrreflexiveObjectProperty",
    OWL.SymmetricProperty: "SymmetricObjectProperty",
    OWL.AsymmetricProperty: "AsymmetricObjectProperty",
    OWL.TransitiveProperty: "TransitiveObjectProperty",
}
# Types that declare an object property by themselves, as in OWL 1 (Mapping Table 6).
_OBJECT_ONLY = (OWL.InverseFunctionalProperty, OWL.TransitiveProperty, OWL.SymmetricProperty)
# Types that declare a node's part in an axiom or an expression, or say nothing that OWL 2 DL reads.
_SILENT_TYPES = {OWL.Ontology, OWL.Restriction, OWL.NamedIndividual, OWL.DataRange, RDF.List} | {
    OWL.Axiom,
    OWL.Annotation,
    OWL.DeprecatedClass,
    OWL.DeprecatedProperty,
}
# Predicates that are read from the axiom or expression node whose parts they are.
_PARTS = (
    {OWL.imports, OWL.versionIRI, RDF.first, RDF.rest, OWL.members, OWL.distinctMembers}
    | {OWL.onProperty, OWL.hasValue, OWL.hasSelf, OWL.onClass, OWL.onDataRange}
    | {OWL.onDatatype, OWL.withRestrictions, OWL.datatypeComplementOf}
    | {OWL.sourceIndividual, OWL.assertionProperty, OWL.targetIndividual, OWL.targetValue}
    | {OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget}
    | FACETS
    | _QUANTIFIERS.keys()
    | _CARDINALITIES.keys()
)


@dataclass(frozen=True)
class Structure:
    """What a graph says as OWL 2: axioms, declarations, and what cannot be read as OWL 2 DL."""

    axioms: tuple[Axiom, ...]
    declared: Mapping[URIRef, frozenset[str]]
    violations: tuple[ProfileViolation, ...]


def structure(data: Graph) -> Structure:
    """Reads a graph, the merge of an ontology and all that it imports, as OWL 2."""
    reader = _Reader(data)
    axioms = tuple(reader.axioms())
    declared = {iri: frozenset(kinds) for iri, kinds in reader.declared.items()}
    return Structure(axioms, declared, tuple(reader.violations))


class _Unreadable(Exception):
    """An expression that breaks off; the message says what is missing."""


@dataclass
class _Reader:
    graph: Graph
    declared: dict[URIRef, set[str]] = field(default_factory=lambda: defaultdict(set))
    violations: list[ProfileViolation] = field(default_factory=list)
    open_nodes: set[Node] = field(default_factory=set)

    def __post_init__(self) -> None:
        for type_, kind in DECLARATIONS.items():
            for subject in self.graph.subjects(RDF.type, type_):
                if isinstance(subject, URIRef):
                    self.declared[subject].add(kind)
        for type_ in _OBJECT_ONLY:
            for subject in self.graph.subjects(RDF.type, type_):
                if isinstance(subject, URIRef):
                    self.declared[subject].add(OBJECT_PROPERTY)
        self._readers: dict[Node, Callable[[Node, Node], Iterable[Expression]]] = {
            RDF.type: self._type,
            RDFS.subClassOf: lambda s, o: [Expression("SubClassOf", self._classes(s, o))],
            RDFS.subPropertyOf: lambda s, o: self._properties("Sub{one}Of", s, o),
            RDFS.domain: self._domain,
            RDFS.range: self._range,
            OWL.equivalentClass: self._equivalent_class,
            OWL.disjointWith: lambda s, o: [Expression("DisjointClasses", self._classes(s, o))],
            OWL.disjointUnionOf: self._disjoint_union,
            OWL.hasKey: self._has_key,
            OWL.propertyChainAxiom: self._chain,
            OWL.equivalentProperty: lambda s, o: self._properties("Equivalent{many}", s, o),
            OWL.propertyDisjointWith: lambda s, o: self._properties("Disjoint{many}", s, o),
            OWL.inverseOf: self._inverse,
            OWL.sameAs: lambda s, o: [Expression("SameIndividual", self._individuals(s, o))],
            OWL.differentFrom: lambda s, o: [
                Expression("DifferentIndividuals", self._individuals(s, o))
            ],
        }

    def axioms(self) -> Iterator[Axiom]:
        for s, p, o in self.graph:
            self._subject: Node = s
            try:
                for read in self._read(s, p, o):
                    yield Axiom(read.kind, read.args, s)
            except _Unreadable as unreadable:
                self._fault(MAPPING, Expression("Triple", (s, p, o)), str(unreadable))

    def _read(self, s: Node, p: Node, o: Node) -> Iterable[Expression]:
        if p in self._readers:
            return self._readers[p](s, o)
        if p in _CONNECTIVES and isinstance(s, URIRef):  # OWL 1 states a definition so
            return [Expression("EquivalentClasses", (*self._classes(s), self._connective(s)))]
        if p in _PARTS or p in _CONNECTIVES:
            return ()
        return self._assertion(s, p, o)

    def _fault(self, rule: str, found: Expression, message: str) -> None:
        axiom = Axiom(found.kind, found.args, self._subject)
        self.violations.append(violation("DL", rule, axiom, message))

    # Entities: an IRI stands where an entity of one kind must (Structural Specification §5).

    def _entity(self, iri: Node, kind: str) -> URIRef:
        if not isinstance(iri, URIRef):
            raise _Unreadable(f"{shown(iri)} stands where the name of a term must ({kind})")
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
                raise _Unreadable(f"{shown(node)} stands where an individual must: name a thing")
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
            raise _Unreadable("a class expression contains itself: name the class")
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
        for predicate, word in _CONNECTIVES.items():
            operand = self.graph.value(node, predicate)
            if operand is None:
                continue
            if word == "ComplementOf":
                return Expression(f"{prefix}ComplementOf", (read(operand),))
            members = self._list(operand)
            if len(members) < (1 if word == "OneOf" else 2):
                raise _Unreadable(f"{shown(predicate)} has too few members: name what it is about")
            if word != "OneOf":
                return Expression(f"{prefix}{word}", tuple(read(member) for member in members))
            return Expression(f"{prefix}OneOf", members if data else self._individuals(*members))
        kind = "data range" if data else "class expression"
        raise _Unreadable(f"this blank node is no {kind} of OWL 2: name one, or complete it")

    def _restriction(self, node: Node) -> Expression:
        on = self._part(node, OWL.onProperty)
        data = self._kind(on) == DATA_PROPERTY
        prefix = "Data" if data else "Object"
        property_ = self._property(on, DATA_PROPERTY if data else OBJECT_PROPERTY)
        read = self._data_range if data else self._class
        for predicate, word in _QUANTIFIERS.items():
            filler = self.graph.value(node, predicate)
            if filler is not None:
                return Expression(f"{prefix}{word}", (property_, read(filler)))
        value = self.graph.value(node, OWL.hasValue)
        if value is not None:
            filler = self._value(value) if data else self._individuals(value)[0]
            return Expression(f"{prefix}HasValue", (property_, filler))
        if self.graph.value(node, OWL.hasSelf) is not None:
            return Expression("ObjectHasSelf", (property_,))
        for predicate, word in _CARDINALITIES.items():
            number = self.graph.value(node, predicate)
            if number is not None:
                on_filler = self.graph.value(node, OWL.onDataRange if data else OWL.onClass)
                fillers = () if on_filler is None else (read(on_filler),)
                return Expression(f"{prefix}{word}", (_count(number), property_, *fillers))
        raise _Unreadable(f"a restriction on {shown(on)} says nothing: give it a value or a number")

    def _value(self, node: Node) -> Literal:
        if not isinstance(node, Literal):
            raise _Unreadable(f"{shown(node)} stands where a literal must: the property takes data")
        return node

    def _part(self, node: Node, predicate: URIRef) -> Node:
        part = self.graph.value(node, predicate)
        if part is None:
            raise _Unreadable(f"{shown(predicate)} is missing: add it")
        return part

    def _list(self, node: Node) -> tuple[Node, ...]:
        try:
            members = tuple(Collection(self.graph, node))
        except ValueError as error:
            raise _Unreadable("an rdf:List loops or breaks off: write it as ( … )") from error
        return members

    # Axioms (Mapping Table 16).

    def _type(self, s: Node, o: Node) -> Iterable[Expression]:
        if o in DECLARATIONS or o in _SILENT_TYPES:
            return self._declaration(s, o)
        if o == OWL.FunctionalProperty:
            return self._properties("Functional{one}", s)
        if isinstance(o, URIRef) and o in _CHARACTERISTICS:
            return [Expression(_CHARACTERISTICS[o], (self._property(s, OBJECT_PROPERTY),))]
        if o in (RDFS.Class, RDF.Property) and s in self.declared:  # Mapping Table 5
            return ()
        if o == OWL.AllDisjointClasses:
            members = self._list(self._part(s, OWL.members))
            return [Expression("DisjointClasses", self._classes(*members))]
        if o == OWL.AllDisjointProperties:
            members = self._list(self._part(s, OWL.members))
            return self._properties("Disjoint{many}", *members)
        if o == OWL.AllDifferent:
            listed = self.graph.value(s, OWL.members) or self._part(s, OWL.distinctMembers)
            return [Expression("DifferentIndividuals", self._individuals(*self._list(listed)))]
        if o == OWL.NegativePropertyAssertion:
            return self._negative(s)
        return [Expression("ClassAssertion", (self._class(o), *self._individuals(s)))]

    def _declaration(self, s: Node, o: Node) -> Iterable[Expression]:
        kind = DECLARATIONS.get(o) if isinstance(o, URIRef) else None
        entity = kind is not None or o in (OWL.Ontology, OWL.NamedIndividual)
        if (
            entity
            and isinstance(s, URIRef)
            and is_reserved(s)
            and s not in BUILT_IN.get(kind or "", ())
        ):
            message = f"{shown(s)} belongs to RDF and OWL themselves: take a name of your own"
            self._fault(RESERVED, Expression("Declaration", (s, o)), message)
        return ()

    def _negative(self, s: Node) -> Iterable[Expression]:
        source = self._part(s, OWL.sourceIndividual)
        property_ = self._part(s, OWL.assertionProperty)
        value = self.graph.value(s, OWL.targetValue)
        if value is not None:
            parts = (self._entity(property_, DATA_PROPERTY), source, self._value(value))
            return [Expression("NegativeDataPropertyAssertion", parts)]
        individuals = self._individuals(source, self._part(s, OWL.targetIndividual))
        on = self._property(property_, OBJECT_PROPERTY)
        return [Expression("NegativeObjectPropertyAssertion", (on, *individuals))]

    def _equivalent_class(self, s: Node, o: Node) -> Iterable[Expression]:
        if isinstance(s, URIRef) and DATATYPE in self.declared.get(s, ()):
            defined = Expression("Datatype", (s,))
            return [Expression("DatatypeDefinition", (defined, self._data_range(o)))]
        return [Expression("EquivalentClasses", self._classes(s, o))]

    def _disjoint_union(self, s: Node, o: Node) -> Iterable[Expression]:
        return [Expression("DisjointUnion", self._classes(s, *self._list(o)))]

    def _has_key(self, s: Node, o: Node) -> Iterable[Expression]:
        keys = [self._property(key, self._kind(key)) for key in self._list(o)]
        return [Expression("HasKey", (self._class(s), *keys))]

    def _chain(self, s: Node, o: Node) -> Iterable[Expression]:
        links = tuple(self._property(link, OBJECT_PROPERTY) for link in self._list(o))
        if len(links) < 2:
            raise _Unreadable("a property chain has fewer than two links: use rdfs:subPropertyOf")
        chain = Expression("ObjectPropertyChain", links)
        return [Expression("SubObjectPropertyOf", (chain, self._property(s, OBJECT_PROPERTY)))]

    def _inverse(self, s: Node, o: Node) -> Iterable[Expression]:
        if isinstance(s, BNode):  # an ObjectInverseOf, read where it is used
            return ()
        pair = (self._property(s, OBJECT_PROPERTY), self._property(o, OBJECT_PROPERTY))
        return [Expression("InverseObjectProperties", pair)]

    def _domain(self, s: Node, o: Node) -> Iterable[Expression]:
        return [
            Expression(f"{read.kind}Domain", (*read.args, self._class(o)))
            for read in self._properties("{one}", s)
        ]

    def _range(self, s: Node, o: Node) -> Iterable[Expression]:
        read_range = self._data_range if self._kind(s) == DATA_PROPERTY else self._class
        return [
            Expression(f"{read.kind}Range", (*read.args, read_range(o)))
            for read in self._properties("{one}", s)
        ]

    def _assertion(self, s: Node, p: Node, o: Node) -> Iterable[Expression]:
        if not isinstance(p, URIRef):
            raise _Unreadable(f"{shown(p)} is no IRI and so no property")
        kinds = self.declared.get(p, set())
        if p in BUILT_IN[ANNOTATION_PROPERTY] or kinds == {ANNOTATION_PROPERTY}:
            return ()
        if DATA_PROPERTY in kinds or (isinstance(o, Literal) and not kinds):
            on = self._entity(p, DATA_PROPERTY)
            return [
                Expression("DataPropertyAssertion", (on, *self._individuals(s), self._value(o)))
            ]
        on = self._entity(p, OBJECT_PROPERTY)
        return [Expression("ObjectPropertyAssertion", (on, *self._individuals(s, o)))]


def _count(number: Node) -> int:
    if isinstance(number, Literal) and isinstance(number.value, int) and number.value >= 0:
        return number.value
    raise _Unreadable(f"{shown(number)} is no number of things: write 0, 1, 2 …")
