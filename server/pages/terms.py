"""The words and the rules as pages: the ontology, its modules, and the shapes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, render_template

from ontology import ONTOLOGY, PREFIXES
from server.pages.lookup import Row, Term, context, select
from server.pages.words import compact
from shapes import catalogue

pages = Blueprint("terms", __name__)

_OWL, _RDF, _RDFS, _SKOS = (PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "skos"))

_CHARACTERISTICS = {
    "FunctionalProperty": "functional: it has one value at most",
    "InverseFunctionalProperty": "inverse functional: no two things share a value",
    "SymmetricProperty": "symmetric: it holds in both directions",
    "TransitiveProperty": "transitive: it is passed on from step to step",
    "IrreflexiveProperty": "irreflexive: nothing has it to itself",
    "AsymmetricProperty": "asymmetric: it never holds in both directions",
}


@dataclass(frozen=True)
class Class:
    """A class as the page describes it."""

    iri: str
    label: str
    definition: str
    example: str | None
    notes: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]
    apart: tuple[str, ...]
    """The classes that it is disjoint with."""
    follows: tuple[str, ...]
    """What follows for its members, and what makes something a member, in sentences."""
    native: tuple[Term, ...]
    depth: int = 0


@dataclass(frozen=True)
class Property:
    """A property as the page describes it."""

    iri: str
    label: str
    definition: str
    example: str | None
    notes: tuple[str, ...]
    above: tuple[str, ...]
    inverse: tuple[str, ...]
    apart: tuple[str, ...]
    domain: tuple[str, ...]
    range: tuple[str, ...]
    characteristics: tuple[str, ...]
    chains: tuple[tuple[str, ...], ...]
    """Each a list of properties whose path it follows from."""
    native: tuple[Term, ...]
    kind: str


@dataclass(frozen=True)
class Module:
    """A module of the ontology with what it defines."""

    iri: str
    title: str
    abstract: str
    classes: tuple[Class, ...]
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class Ontology:
    """The ontology as the page shows it."""

    title: str
    abstract: str
    version: str
    version_iri: str
    modules: tuple[Module, ...]
    labels: dict[str, str]


@pages.get("/shapes")
@pages.get("/shapes.html")
def shapes() -> str:
    """The rules in words, ``/shapes``."""
    parts: dict[str, list[object]] = defaultdict(list)
    for shape in catalogue():
        parts[shape.part].append(shape)
    return render_template("shapes.html", parts=parts)


def modules() -> list[str]:
    """The root ontology and every module that it imports, directly or not."""
    found = [row["module"].value for row in select(_IMPORTED, root=ONTOLOGY)]
    return sorted({ONTOLOGY, *found})


_IMPORTED = "SELECT DISTINCT ?module { $root owl:imports+ ?module }"


def show_ontology() -> str:
    """The page of the ontology, ``/ontology``."""
    return render_template("ontology.html", ontology=described(context().engine.generation))


_TRIPLES = """
SELECT ?g ?s ?p ?o { VALUES ?g { $modules } GRAPH ?g { ?s ?p ?o } }
"""


@lru_cache(maxsize=2)
def described(generation: str) -> Ontology:
    """The ontology that is served, read once for each generation of the data."""
    return _Reading(select(_TRIPLES, modules=modules())).ontology()


class _Reading:
    """The triples of the modules, indexed, while the description is made of them."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.objects: dict[tuple[str, str], list[Term]] = defaultdict(list)
        self.subjects: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.defined: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            subject, predicate, object_ = row["s"].value, row["p"].value, row["o"]
            self.objects[(subject, predicate)].append(object_)
            self.subjects[(predicate, object_.value)].append(subject)
            if predicate == _RDF + "type" and row["s"].kind == "uri":
                self.defined[row["g"].value].append(subject)
        self.labels = {
            subject: self.text(subject, predicate)
            for subject, predicate in list(self.objects)
            if predicate in (_RDFS + "label", _SKOS + "prefLabel")
        }

    def ontology(self) -> Ontology:
        return Ontology(
            title=self.text(ONTOLOGY, PREFIXES["dcterms"] + "title"),
            abstract=self.text(ONTOLOGY, PREFIXES["dcterms"] + "abstract"),
            version=self.text(ONTOLOGY, _OWL + "versionInfo"),
            version_iri=self.text(ONTOLOGY, _OWL + "versionIRI"),
            modules=tuple(self.module(iri) for iri in self.in_order()),
            labels=self.labels,
        )

    def in_order(self) -> list[str]:
        """The modules that define terms, each after those that it imports."""
        done: list[str] = []

        def visit(iri: str) -> None:
            for imported in self.iris(iri, _OWL + "imports"):
                visit(imported)
            if iri not in done:
                done.append(iri)

        visit(ONTOLOGY)
        return [iri for iri in done if iri != ONTOLOGY]

    def module(self, iri: str) -> Module:
        terms = list(dict.fromkeys(self.defined[iri]))
        return Module(
            iri=iri,
            title=self.text(iri, PREFIXES["dcterms"] + "title"),
            abstract=self.text(iri, PREFIXES["dcterms"] + "abstract"),
            classes=tuple(
                self.class_(term)
                for term in sorted(terms, key=self.label)
                if self.is_a(term, "Class") and term in self.labels
            ),
            properties=tuple(
                self.property(term)
                for term in sorted(terms, key=self.label)
                if self.kind(term) and term in self.labels
            ),
        )

    def class_(self, iri: str) -> Class:
        return Class(
            iri=iri,
            label=self.label(iri),
            definition=self.text(iri, _SKOS + "definition"),
            example=self.text(iri, _SKOS + "example") or None,
            notes=self.texts(iri, _SKOS + "scopeNote"),
            above=self.iris(iri, _RDFS + "subClassOf"),
            below=tuple(
                sorted(
                    (s for s in self.subjects[(_RDFS + "subClassOf", iri)] if s in self.labels),
                    key=self.label,
                )
            ),
            apart=self.disjoint(iri, _OWL + "disjointWith", _OWL + "AllDisjointClasses"),
            follows=(*self.consequences(iri), *self.conditions(iri)),
            native=self.native(iri),
        )

    def property(self, iri: str) -> Property:
        inverse = {*self.iris(iri, _OWL + "inverseOf"), *self.subjects[(_OWL + "inverseOf", iri)]}
        return Property(
            iri=iri,
            label=self.label(iri),
            definition=self.text(iri, _SKOS + "definition"),
            example=self.text(iri, _SKOS + "example") or None,
            notes=self.texts(iri, _SKOS + "scopeNote"),
            above=self.iris(iri, _RDFS + "subPropertyOf"),
            inverse=tuple(sorted(inverse)),
            apart=self.disjoint(iri, _OWL + "propertyDisjointWith", _OWL + "AllDisjointProperties"),
            domain=self.iris(iri, _RDFS + "domain"),
            range=self.iris(iri, _RDFS + "range"),
            characteristics=tuple(
                text for name, text in _CHARACTERISTICS.items() if self.is_a(iri, name)
            ),
            chains=tuple(
                sorted(
                    tuple(self.members(head.value))
                    for head in self.objects[(iri, _OWL + "propertyChainAxiom")]
                )
            ),
            native=self.native(iri),
            kind=self.kind(iri),
        )

    def kind(self, iri: str) -> str:
        for name in ("Object", "Datatype", "Annotation"):
            if self.is_a(iri, f"{name}Property"):
                return name.lower()
        return ""

    def consequences(self, iri: str) -> list[str]:
        """What a class expression above a class says of its members."""
        restrictions = [
            above.value
            for above in self.objects[(iri, _RDFS + "subClassOf")]
            if above.kind == "bnode"
        ]
        return [
            f"Every {self.label(iri)} has the {self.label(property_)} “{self.label(value)}”."
            for node in restrictions
            for property_ in self.iris(node, _OWL + "onProperty")
            for value in self.iris(node, _OWL + "hasValue")
        ]

    def conditions(self, iri: str) -> list[str]:
        """What a class expression beneath a class makes a member of it."""
        name = self.label(iri)
        return [
            f"What has “{self.label(property_)}” with some {self.label(filler)} is a {name}."
            for node in self.subjects[(_RDFS + "subClassOf", iri)]
            for property_ in self.iris(node, _OWL + "onProperty")
            for filler in self.iris(node, _OWL + "someValuesFrom")
        ]

    def disjoint(self, iri: str, property_: str, axiom: str) -> tuple[str, ...]:
        found = {*self.iris(iri, property_), *self.subjects[(property_, iri)]}
        for node in self.subjects[(_RDF + "type", axiom)]:
            for head in self.objects[(node, _OWL + "members")]:
                members = self.members(head.value)
                if iri in members:
                    found.update(members)
        return tuple(sorted(found - {iri}, key=self.label))

    def members(self, head: str) -> list[str]:
        """The members of an RDF list."""
        found: list[str] = []
        while head != _RDF + "nil":
            found += [first.value for first in self.objects[(head, _RDF + "first")]]
            ((rest),) = self.objects[(head, _RDF + "rest")]
            head = rest.value
        return found

    def is_a(self, iri: str, name: str) -> bool:
        return any(kind.value == _OWL + name for kind in self.objects[(iri, _RDF + "type")])

    def iris(self, subject: str, predicate: str) -> tuple[str, ...]:
        found = [t.value for t in self.objects[(subject, predicate)] if t.kind == "uri"]
        return tuple(sorted(found, key=self.label))

    def texts(self, subject: str, predicate: str) -> tuple[str, ...]:
        return tuple(t.value for t in self.objects[(subject, predicate)] if t.lang in (None, "en"))

    def text(self, subject: str, predicate: str) -> str:
        return next(iter(self.texts(subject, predicate)), "")

    def native(self, iri: str) -> tuple[Term, ...]:
        names = self.objects[(iri, _RDFS + "label")]
        return tuple(sorted((t for t in names if t.lang != "en"), key=lambda t: t.lang or ""))

    def label(self, iri: str) -> str:
        return self.labels.get(iri, compact(iri))
