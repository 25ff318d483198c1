"""From RDF to the structure of OWL 2: OWL 2 Mapping to RDF Graphs §3.

Goes through the triples once and gives an axiom for each that states one. What cannot be read as
OWL 2 DL, a name used as what it was never declared to be among it, becomes a violation.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ontology.profile.expressions import (
    CARDINALITIES,
    CONNECTIVES,
    QUANTIFIERS,
    RESERVED,
    Expressions,
    Unreadable,
)
from ontology.profile.structure import Axiom, Expression, ProfileViolation, shown
from ontology.profile.vocabulary import (
    ANNOTATION_PROPERTY,
    BUILT_IN,
    DATA_PROPERTY,
    DATATYPE,
    DECLARATIONS,
    FACETS,
    OBJECT_PROPERTY,
    is_reserved,
)

MAPPING = "OWL 2 Mapping to RDF Graphs §3.2"

_CHARACTERISTICS = {
    OWL.InverseFunctionalProperty: "InverseFunctionalObjectProperty",
    OWL.ReflexiveProperty: "ReflexiveObjectProperty",
    OWL.IrreflexiveProperty: "IrreflexiveObjectProperty",
    OWL.SymmetricProperty: "SymmetricObjectProperty",
    OWL.AsymmetricProperty: "AsymmetricObjectProperty",
    OWL.TransitiveProperty: "TransitiveObjectProperty",
}
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
    | QUANTIFIERS.keys()
    | CARDINALITIES.keys()
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


@dataclass
class _Reader(Expressions):
    def __post_init__(self) -> None:
        super().__post_init__()
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
            except Unreadable as unreadable:
                self._fault(MAPPING, Expression("Triple", (s, p, o)), str(unreadable))

    def _read(self, s: Node, p: Node, o: Node) -> Iterable[Expression]:
        if p in self._readers:
            return self._readers[p](s, o)
        if p in CONNECTIVES and isinstance(s, URIRef):  # OWL 1 states a definition so
            return [Expression("EquivalentClasses", (*self._classes(s), self._connective(s)))]
        if p in _PARTS or p in CONNECTIVES:
            return ()
        return self._assertion(s, p, o)

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
            raise Unreadable("a property chain has fewer than two links: use rdfs:subPropertyOf")
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
            raise Unreadable(f"{shown(p)} is no IRI and so no property")
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
