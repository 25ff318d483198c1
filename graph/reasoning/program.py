"""Rules over relations, as data.

A program is a list of rules in the manner of Datalog. An atom names a relation (a property, or a
class by its complement, see ``relations``) and its terms: a constant is an id, a variable a
negative number. What a program means does not depend on who runs it: ``evaluate`` does so over
columns; ``Closure.program`` gives the same rules with names in place of numbers, for another
evaluator.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from graph.reasoning.terms import Triple
from graph.reasoning.vocabulary import OWL, RDF, RDFS, TYPE, VOCABULARY, XSD

X, Y, Z = -1, -2, -3
"""The variables that rules are usually written with; a chain takes more: ``-4``, ``-5``…"""

Ids: TypeAlias = tuple[int, int, int]
"""A triple of ids."""


class Atom(NamedTuple):
    """A relation and its arguments; a class has but one, and ``o`` is None."""

    relation: int
    s: int
    o: int | None = None


class Rule(NamedTuple):
    """If every atom of the body holds, the head holds; a head of None is a clash.

    ``name`` is that of the rule in OWL 2 Profiles §4.3 of which this is a case, ``because`` the
    triples of the schema that make it one.
    """

    name: str
    head: Atom | None
    body: tuple[Atom, ...]
    because: tuple[Ids, ...] = ()


def in_class(class_: int, term: int = X) -> Atom:
    """The atom *term is a member of the class*."""
    return Atom(~class_, term)


def atom(s: int, p: int, o: int) -> Atom:
    """The atom of a triple whose predicate (and class, if the predicate is rdf:type) is fixed."""
    return Atom(~o, s) if p == TYPE and o >= 0 else Atom(p, s, o)


def pattern(part: Atom) -> Ids:
    """The triple pattern that an atom stands for: the other way round of ``atom``."""
    if part.o is None:
        return part.s, TYPE, ~part.relation
    return part.s, part.relation, part.o


def variables(part: Atom) -> frozenset[int]:
    """The variables of an atom."""
    return frozenset(term for term in (part.s, part.o) if term is not None and term < 0)


def is_transitivity(rule: Rule) -> bool:
    """Whether the rule says that its relation is transitive."""
    return (
        len(rule.body) == 2
        and rule.head is not None
        and rule.head.o is not None
        and rule.head.relation == rule.body[0].relation == rule.body[1].relation
        and rule.body[0].s == rule.head.s
        and rule.body[0].o == rule.body[1].s
        and rule.body[1].o == rule.head.o
        and len({rule.head.s, rule.head.o, rule.body[0].o}) == 3
        and max(rule.head.s, rule.head.o, rule.body[1].s) < 0
    )


@dataclass(frozen=True)
class NamedRule:
    """A rule with N-Triples terms for ids and ``?x`` for variables, each atom as a triple pattern.

    ``head`` is None for a clash; ``because`` are the triples of the schema behind the rule.
    """

    name: str
    head: Triple | None
    body: tuple[Triple, ...]
    because: tuple[Triple, ...]


def named(rule: Rule, text: Callable[[int], str]) -> NamedRule:
    """The rule with names; ``text`` gives the N-Triples of an id."""

    def term(number: int) -> str:
        return text(number) if number >= 0 else _variable(number)

    def triple(ids: Ids) -> Triple:
        return Triple(*map(term, ids))

    return NamedRule(
        rule.name,
        None if rule.head is None else triple(pattern(rule.head)),
        tuple(triple(pattern(part)) for part in rule.body),
        tuple(map(triple, rule.because)),
    )


def _variable(number: int) -> str:
    return "?" + ("xyz"[-number - 1] if number >= -3 else f"v{-number}")


_PREFIXES = {RDF: "rdf:", RDFS: "rdfs:", OWL: "owl:", XSD: "xsd:"}


def describe(
    rules: Iterable[NamedRule], shorten: Callable[[str], str] | None = None
) -> Iterator[str]:
    """One line for each rule, as ``cax-sco: ?x rdf:type <b> if ?x rdf:type <a>``.

    ``shorten`` turns a term in N-Triples into what is printed; the built-in vocabulary has its
    usual prefixes without it.
    """
    shorten = shorten or _shorten
    for rule in rules:
        head = "false" if rule.head is None else " ".join(map(shorten, rule.head))
        body = " and ".join(" ".join(map(shorten, part)) for part in rule.body)
        yield f"{rule.name}: {head}" + (f" if {body}" if body else "")


def _shorten(term: str) -> str:
    if term in _BUILT_IN:
        for namespace, prefix in _PREFIXES.items():
            if term.startswith(f"<{namespace}"):
                return prefix + term[len(namespace) + 1 : -1]
    return term


_BUILT_IN = frozenset(VOCABULARY)
