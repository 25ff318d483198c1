"""Which node of a file is which node of the file as it was.

Names are found from the subjects down. What is equal is matched first; what is left under one
subject and predicate is matched by likeness, so that a restriction with one word changed, or a list
with one more member, keeps its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode

from graph.format.index import Index
from graph.turtle import FIRST, Term

Names = Mapping[tuple[Term, NamedNode], Sequence[tuple[Term, str]]]
"""For each subject and predicate, and each list (under rdf:first), the objects and their names."""


@dataclass(frozen=True)
class Named:
    """An index whose nodes have names that hold in both files."""

    index: Index
    subjects: Mapping[Term, str]
    objects: Names


def _told_apart(keys: Sequence[str]) -> list[str]:
    """The keys, the second of two equal ones with a number."""
    seen: dict[str, int] = {}
    names = []
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        names.append(key if seen[key] == 1 else f"{key} #{seen[key]}")
    return names


def _slots(index: Index, term: Term) -> list[tuple[NamedNode, Sequence[Term]]]:
    if term in index.lists:
        return [(FIRST, index.lists[term])]
    return list(index.about.get(term, {}).items())


def named(index: Index) -> Named:
    """The index with names of its own: each node is called what it is."""
    subjects = _told_apart([index.key(s) for s in index.subjects])
    objects: dict[tuple[Term, NamedNode], Sequence[tuple[Term, str]]] = {}
    for term in {s for s, _, _ in index.triples}:
        for slot, terms in _slots(index, term):
            names = _told_apart([index.key(each) for each in terms])
            objects[term, slot] = list(zip(terms, names, strict=True))
    return Named(index, dict(zip(index.subjects, subjects, strict=True)), objects)


def matched(index: Index, reference: Named) -> Named:
    """The index with the names of the reference wherever a node corresponds to one there."""
    there = reference.index
    subjects = _assign(
        index, index.subjects, there, [(s, reference.subjects[s]) for s in there.subjects], "root"
    )
    objects: dict[tuple[Term, NamedNode], Sequence[tuple[Term, str]]] = {}
    walked: set[Term] = set()

    def walk(here: Term, origin: Term | None) -> None:
        if here in walked:
            return
        walked.add(here)
        for slot, terms in _slots(index, here):
            known = reference.objects.get((origin, slot), ()) if origin is not None else ()
            pairs = _assign(index, terms, there, known, "list" if slot == FIRST else "object")
            objects[here, slot] = [(term, name) for term, name, _ in pairs]
            for term, _, other in pairs:
                if index.nested(term):
                    walk(term, other)

    for subject, _, other in subjects:
        walk(subject, other)
    return Named(index, {subject: name for subject, name, _ in subjects}, objects)


def _assign(
    index: Index,
    terms: Sequence[Term],
    there: Index,
    known: Sequence[tuple[Term, str]],
    where: str,
) -> list[tuple[Term, str, Term | None]]:
    """Each term with its name, and the node of the reference that it corresponds to."""
    left = dict(zip([name for _, name in known], [term for term, _ in known], strict=True))
    names: dict[int, str] = {}
    others: dict[int, Term] = {}
    keys = _told_apart([index.key(term) for term in terms])
    for at, key in enumerate(keys):
        if key in left:
            names[at], others[at] = key, left.pop(key)
    for at, name in _alike(index, terms, there, left, names):
        names[at] = name
        others[at] = left.pop(name)
    open_terms = [at for at in range(len(terms)) if at not in names]
    if where == "object" and len(open_terms) == 1 and len(left) == 1:
        name, other = next(iter(left.items()))
        if not isinstance(terms[open_terms[0]], BlankNode) and not isinstance(other, BlankNode):
            names[open_terms[0]] = name
    return [
        (term, names.get(at, f"new {keys[at]}"), others.get(at)) for at, term in enumerate(terms)
    ]


def _alike(
    index: Index,
    terms: Sequence[Term],
    there: Index,
    left: Mapping[str, Term],
    names: Mapping[int, str],
) -> list[tuple[int, str]]:
    """Pairs of blank nodes that share the most, best first."""
    here = [
        (at, index.leaves(term))
        for at, term in enumerate(terms)
        if at not in names and isinstance(term, BlankNode)
    ]
    other = [
        (name, there.leaves(term)) for name, term in left.items() if isinstance(term, BlankNode)
    ]
    scored = []
    for at, mine in here:
        for order, (name, theirs) in enumerate(other):
            shared = (mine & theirs).total()
            if shared:
                scored.append((-shared / (mine | theirs).total(), at, order, name))
    taken_here, taken_there, pairs = set[int](), set[str](), []
    for _, at, _, name in sorted(scored):
        if at not in taken_here and name not in taken_there:
            taken_here.add(at)
            taken_there.add(name)
            pairs.append((at, name))
    return pairs
