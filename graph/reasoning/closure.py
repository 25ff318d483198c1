"""The closure of some triples: ask it, change it, have it explain itself."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graph.reasoning import arrays, equality, literals, ntriples, visible
from graph.reasoning import vocabulary as v
from graph.reasoning.arrays import EMPTY, Ints
from graph.reasoning.datatypes import holds_by_value
from graph.reasoning.clashes import Clash, find_clashes
from graph.reasoning.program import Ids, NamedRule, named
from graph.reasoning.reasoner import Reasoner
from graph.reasoning.relations import partition
from graph.reasoning.relations import triple as ids_of
from graph.reasoning.terms import Triple, triple


class Closure:
    """Triples and all that follows from them by the rules of OWL 2 RL."""

    def __init__(self, reasoner: Reasoner) -> None:
        """Use ``close`` or ``close_ntriples``."""
        self._reasoner = reasoner
        self._clashes: tuple[Clash, ...] | None = None

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """The inconsistencies; none means that the triples are consistent as far as the rules see."""
        if self._clashes is None:
            self._clashes = find_clashes(self._reasoner)
        return self._clashes

    def inferred(self, hidden: Collection[str] = ()) -> Iterator[Triple]:
        """The inferred triples, without the asserted ones and without noise.

        ``hidden`` are predicates (in N-Triples) whose inferred triples are left out as well.
        """
        return self._triples(visible.inferred(self._reasoner, hidden))

    def inferred_ntriples(self, hidden: Collection[str] = ()) -> bytes:
        """What ``inferred`` gives as N-Triples, without a Python object for each triple."""
        columns: tuple[list[Ints], ...] = ([], [], [])
        for key, facts in visible.inferred(self._reasoner, hidden).items():
            if key < 0:
                row = facts, arrays.fill(len(facts), v.TYPE), arrays.fill(len(facts), ~key)
            else:
                row = arrays.left(facts), arrays.fill(len(facts), key), arrays.right(facts)
            for column, part in zip(columns, row, strict=True):
                column.append(part)
        return ntriples.write(self._reasoner.dictionary, *map(arrays.concat, columns))

    def _triples(self, facts: Mapping[int, Ints]) -> Iterator[Triple]:
        text = self._reasoner.dictionary.text
        for key, column in facts.items():
            for fact in column.tolist():
                s, p, o = ids_of(key, fact)
                yield Triple(text(s), text(p), text(o))

    def __contains__(self, value: object) -> bool:
        """Whether a triple holds: asserted or inferred, the trivial ones too."""
        find = self._reasoner.dictionary.find
        ids = [find(term) for term in triple(value)]
        s, p, o = ids
        return s is not None and p is not None and o is not None and self._holds((s, p, o))

    def _holds(self, ids: Ids) -> bool:
        reasoner = self._reasoner
        find = reasoner.same.find
        s, p, o = (find(term) for term in ids)
        occurs = arrays.find(reasoner.occurring(), arrays.array(list(ids)))[1]
        if not occurs[0] or not occurs[2]:
            return False
        if p == find(v.SAME_AS):
            return s == o
        if p == find(v.TYPE) and any(
            rule.head is not None and rule.head.relation == ~o for rule in reasoner.program.lazy
        ):
            reasoner.unfold()
        return reasoner.state.has(s, p, o) or holds_by_value(reasoner, *ids)

    @property
    def program(self) -> tuple[NamedRule, ...]:
        """The compiled rules, with names for ids: what another evaluator needs to run them."""
        program, text = self._reasoner.program, self._reasoner.dictionary.text
        rules = (*program.rules, *program.lazy, *program.clashes)
        return tuple(named(rule, text) for rule in rules)


def close(triples: Iterable[object]) -> Closure:
    """The closure of triples of rdflib or pyoxigraph terms, or of N-Triples strings."""
    lines = (f"{s} {p} {o} .\n" for s, p, o in map(triple, triples))
    return close_ntriples("".join(lines).encode())


def close_ntriples(data: bytes) -> Closure:
    """The closure of canonical N-Triples (one triple a line, as pyoxigraph writes it).

    Raises ValueError, naming the line, for anything else.
    """
    dictionary, s, p, o = ntriples.read(data)
    reasoner = Reasoner(dictionary, partition(s, p, o))
    reasoner.close()
    return Closure(reasoner)
