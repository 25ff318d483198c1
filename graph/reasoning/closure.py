"""The closure of some triples: ask it, change it, have it explain itself."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property

import numpy as np

from graph.reasoning import arrays, incremental, ntriples, visible
from graph.reasoning import vocabulary as v
from graph.reasoning.arrays import Ints
from graph.reasoning.clashes import Clash, find_clashes
from graph.reasoning.datatypes import holds_by_value
from graph.reasoning.program import Ids, NamedRule, named
from graph.reasoning.proofs import Proof, prove
from graph.reasoning.reasoner import Reasoner
from graph.reasoning.relations import partition
from graph.reasoning.relations import triple as ids_of
from graph.reasoning.terms import Triple, triple
from graph.reasoning.ways import ways
from graph.reasoning.why_not import Gap, gaps

_FEW = 256
"""So few triples are looked up term by term."""


class Closure:
    """Triples and all that follows from them by the rules of OWL 2 RL."""

    def __init__(self, reasoner: Reasoner) -> None:
        """Use ``close`` or ``close_ntriples``."""
        self._reasoner = reasoner
        self._clashes: tuple[Clash, ...] | None = None

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """The inconsistencies, as far as the rules see them."""
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
        ids = self._ids(triple(value))
        return ids is not None and self._holds(ids)

    def _ids(self, value: Triple) -> Ids | None:
        s, p, o = (self._reasoner.dictionary.find(term) for term in value)
        return None if s is None or p is None or o is None else (s, p, o)

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

    def why(self, value: object) -> Proof | None:
        """A proof of a triple down to asserted triples and axioms; None if it does not hold."""
        ids = self._ids(triple(value))
        if ids is None or not self._holds(ids):
            return None
        return prove(self._reasoner, ids)

    def ways(self, value: object, most: int = 5) -> tuple[Proof, ...]:
        """Proofs of a triple, one for each instance of a rule that concludes it, `most` in all.

        The first is what ``why`` gives; empty if the triple does not hold.
        """
        ids = self._ids(triple(value))
        if ids is None or not self._holds(ids):
            return ()
        return ways(self._reasoner, ids, most)

    def why_not(self, value: object) -> tuple[Gap, ...]:
        """The rules that could have given a triple, with the premises they lack, nearest first.

        Asserting the missing premises of any of them makes the triple hold. Empty if the triple
        holds already, or if no rule gives triples like it.
        """
        wanted = triple(value)
        if wanted in self:
            return ()
        s, p, o = (self._reasoner.dictionary.add(term) for term in wanted)
        return gaps(self._reasoner, (s, p, o))

    def insert(self, triples: Iterable[object]) -> "Delta":
        """Assert further triples, as ``close`` takes them; returns what that changes."""
        return self._changed(incremental.insert(self._reasoner, self._facts(triples, add=True)))

    def delete(self, triples: Iterable[object]) -> "Delta":
        """Assert triples no more; returns what that changes. Those that follow from others stay."""
        return self._changed(incremental.delete(self._reasoner, self._facts(triples, add=False)))

    def _facts(self, triples: Iterable[object], add: bool) -> dict[int, Ints]:
        """Triples as facts by relation; without ``add`` those with an unknown term are left out."""
        dictionary = self._reasoner.dictionary
        values = list(map(triple, triples))
        if add and len(values) > _FEW:
            other, *columns = ntriples.read(_lines(values))
            ids = dictionary.adopt(other)
            s, p, o = (ids[column] for column in columns)
            return partition(s, p, o)
        lookup = dictionary.add if add else dictionary.find
        rows = [[lookup(term) for term in value] for value in values]
        table = np.array([row for row in rows if None not in row], np.int64).reshape(-1, 3)
        return partition(table[:, 0], table[:, 1], table[:, 2])

    def _changed(self, changes: incremental.Changes) -> "Delta":
        self._clashes = None
        return Delta(changes, self._triples)

    @property
    def program(self) -> tuple[NamedRule, ...]:
        """The compiled rules, with names for ids: what another evaluator needs to run them."""
        program, text = self._reasoner.program, self._reasoner.dictionary.text
        rules = (*program.rules, *program.lazy, *program.clashes)
        return tuple(named(rule, text) for rule in rules)


class Delta:
    """What a change of the asserted triples did to the closure."""

    def __init__(
        self,
        changes: incremental.Changes,
        triples: Callable[[Mapping[int, Ints]], Iterator[Triple]],
    ) -> None:
        """``Closure.insert`` and ``Closure.delete`` give it; triples are made when asked for."""
        self._changes, self._triples = changes, triples

    @cached_property
    def came(self) -> frozenset[Triple]:
        """The triples that are asserted or among ``inferred()`` now and were not before."""
        return frozenset(self._triples(self._changes.came))

    @cached_property
    def went(self) -> frozenset[Triple]:
        """The triples that were asserted or among ``inferred()`` before and are not now."""
        return frozenset(self._triples(self._changes.went))


def close(triples: Iterable[object]) -> Closure:
    """The closure of triples of rdflib or pyoxigraph terms, or of N-Triples strings."""
    return close_ntriples(_lines(map(triple, triples)))


def _lines(triples: Iterable[Triple]) -> bytes:
    return "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()


def close_ntriples(data: bytes) -> Closure:
    """The closure of canonical N-Triples (one triple a line, as pyoxigraph writes it).

    Raises ValueError, naming the line, for anything else.
    """
    dictionary, s, p, o = ntriples.read(data)
    reasoner = Reasoner(dictionary, partition(s, p, o))
    reasoner.close()
    return Closure(reasoner)
