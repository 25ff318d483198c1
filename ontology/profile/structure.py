"""OWL 2's functional-style syntax as a tree, and what may be wrong with an axiom.

An axiom such as ``SubClassOf(dip:Ambassador dip:Official)`` is an :class:`Axiom` whose ``kind`` is
the word of the functional-style syntax (OWL 2 Structural Specification §13) and whose ``args`` are
its parts in order: entities and individuals as they stand in RDF, literals, numbers of a
cardinality, and further expressions. A datatype is always ``Expression("Datatype", (iri,))``, so
that it is told from a class wherever it stands.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import NamespaceManager
from rdflib.term import Node

from ontology import PREFIXES

Profile = typing.Literal["RL", "DL"]

_NAMES = NamespaceManager(Graph(), bind_namespaces="none")
for _prefix, _namespace in PREFIXES.items():
    _NAMES.bind(_prefix, _namespace)


@dataclass(frozen=True)
class Expression:
    """A class, property or data expression: a word of the functional-style syntax and its parts."""

    kind: str
    args: tuple[Expression | Node | int, ...]

    def __str__(self) -> str:
        parts = " ".join(shown(arg) for arg in self.args)
        return parts if self.kind == "Datatype" else f"{self.kind}({parts})"

    def parts(self) -> Iterator[Expression | Node | int]:
        """The expression itself and everything inside it, outside first."""
        yield self
        for arg in self.args:
            if isinstance(arg, Expression):
                yield from arg.parts()
            else:
                yield arg


@dataclass(frozen=True)
class Axiom(Expression):
    """An axiom, and the subject of the triple that states it."""

    subject: Node


@dataclass(frozen=True)
class ProfileViolation:
    """One reason why an ontology is outside a profile.

    ``profile`` is the profile that the axiom leaves; whatever leaves DL is outside RL too. ``rule``
    is the section that it breaks, ``axiom`` the axiom in functional-style syntax, ``subject`` the
    IRI under which the axiom stands, and ``message`` a sentence that says what to do.
    """

    profile: Profile
    rule: str
    axiom: str
    subject: str
    message: str


def shown(part: Expression | Node | int) -> str:
    """A part of an axiom as people read it: IRIs by their prefixes, literals as in Turtle."""
    if isinstance(part, URIRef | BNode | Literal):
        return part.n3(_NAMES)
    return str(part)


def violation(profile: Profile, rule: str, axiom: Axiom, message: str) -> ProfileViolation:
    """The violation of ``rule`` by ``axiom``, under the first IRI that the axiom has."""
    names = (part for part in (axiom.subject, *axiom.parts()) if isinstance(part, URIRef))
    return ProfileViolation(profile, rule, str(axiom), str(next(names, axiom.subject)), message)
