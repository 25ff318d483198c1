"""owl:sameAs by representatives.

Terms that are the same are replaced by one of them, the one with the least id, wherever they
stand; facts are kept for representatives only and spread over all members on the way out. This
does what eq-ref, eq-sym, eq-trans, eq-rep-s, eq-rep-p and eq-rep-o say, without their blow-up.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from graph.reasoning import arrays
from graph.reasoning.arrays import EMPTY, Bools, Ints
from graph.reasoning.vocabulary import TYPE


@dataclass(frozen=True)
class Representatives:
    """Which term stands for which."""

    of: Ints = field(default_factory=lambda: EMPTY)
    """The representative of each id; ids past the end stand for themselves."""
    classes: Ints = field(default_factory=lambda: EMPTY)
    """The pairs (representative, member) of the classes of more than one member."""

    def find(self, term: int) -> int:
        """The representative of a term."""
        return int(self.of[term]) if term < len(self.of) else term

    def members(self, term: int) -> list[int]:
        """All terms that are the same as a term, itself included."""
        members: list[int] = arrays.span(self.classes, self.find(term)).tolist()
        return members or [term]

    def alone(self, term: int) -> bool:
        """Whether a term is the same as no other."""
        return len(self.members(term)) == 1

    @cached_property
    def merged(self) -> Ints:
        """The terms that are the same as another one: a set."""
        return arrays.sort(arrays.right(self.classes))

    def shared(self, terms: Ints) -> Bools:
        """Which representatives stand for more than themselves."""
        return arrays.member(arrays.left(self.classes), terms)

    def map(self, terms: Ints) -> Ints:
        """The representatives of a column of terms."""
        if not len(self.of):
            return terms
        known = terms < len(self.of)
        if known.all():
            return self.of[terms]
        return np.where(known, self.of[np.where(known, terms, 0)], terms)

    def spread(self, terms: Ints) -> tuple[Ints, Ints]:
        """The members that each representative of a column stands for: the rows, and the terms."""
        start, count = arrays.spans(self.classes, terms)
        single = count == 0
        count = np.where(single, 1, count)
        rows, at = arrays.ranges(start, count)
        if not len(self.classes):
            return rows, terms
        member = arrays.right(self.classes)[np.minimum(at, len(self.classes) - 1)]
        return rows, np.where(single[rows], terms[rows], member)

    def merge(self, left: Ints, right: Ints, size: int) -> "Representatives":
        """The representatives when further pairs of terms are the same; ids are below ``size``."""
        of = np.arange(size)
        of[: len(self.of)] = self.of
        while True:
            a, b = of[left], of[right]
            apart = a != b
            if not apart.any():
                break
            np.minimum.at(of, np.maximum(a, b)[apart], np.minimum(a, b)[apart])
            while True:  # so that every term points at its representative
                jumped = of[of]
                if (jumped == of).all():
                    break
                of = jumped
        moved = np.flatnonzero(of != np.arange(size))
        heads = np.unique(of[moved])
        pairs = arrays.pack(np.concatenate((of[moved], heads)), np.concatenate((moved, heads)))
        return Representatives(of, arrays.sort(pairs))


def variants(
    terms: tuple[list[int], list[int], list[int]], facts: Callable[[int], Ints]
) -> Iterator[tuple[int, int, int]]:
    """The triples among some facts with given subjects, predicates and objects.

    ``facts`` gives the facts of a relation.
    """
    subjects, objects = arrays.array(terms[0]), arrays.array(terms[2])
    subjects, objects = arrays.sort(subjects), arrays.sort(objects)
    for p in terms[1]:
        if p == TYPE:
            for c in terms[2]:
                for s in arrays.intersection(facts(~c), subjects).tolist():
                    yield s, p, c
        pairs = facts(p)
        if len(pairs):
            for s in terms[0]:
                for o in arrays.intersection(arrays.span(pairs, s), objects).tolist():
                    yield s, p, o


def rewrite(facts: Mapping[int, Ints], same: Representatives) -> dict[int, list[Ints]]:
    """Facts by relation, with representatives for all terms (not sorted).

    A relation that turns out to be rdf:type is split into classes.
    """
    result: dict[int, list[Ints]] = {}
    for key, column in facts.items():
        if key < 0:
            result.setdefault(~same.find(~key), []).append(same.map(column))
            continue
        s, o = same.map(arrays.left(column)), same.map(arrays.right(column))
        relation = same.find(key)
        if relation != TYPE:
            result.setdefault(relation, []).append(arrays.pack(s, o))
            continue
        classes, order, bounds = arrays.classify(o)
        for at, class_ in enumerate(classes.tolist()):
            rows = order[bounds[at] : bounds[at + 1]]
            result.setdefault(~class_, []).append(s[rows])
    return result
