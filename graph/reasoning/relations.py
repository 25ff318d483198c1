"""The facts, column by column.

A fact is a triple of ids. ``s p o`` is a pair in the relation ``p``; ``s rdf:type c`` is a member
of the relation ``~c`` (a class has a negative key), so that a class extension is one column.

Each fact has a *birth*, the tick of the clock at which it came: the premises of a fact are older
than the fact, which is what makes a proof found by going back in time end (see ``proofs``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.reasoning import arrays
from graph.reasoning.arrays import EMPTY, Ints
from graph.reasoning.vocabulary import TYPE

_FOLD = 24
"""After so many later generations births are folded into one column."""


@dataclass(slots=True)
class Relation:
    """A set of ids (a class) or of pairs (a property)."""

    facts: Ints
    born: int = 0
    """The birth of the facts that no later generation names."""
    first: Ints = field(default_factory=lambda: EMPTY)
    """The first generation; some of it may have gone since, or have come again."""
    later: list[tuple[int | Ints, Ints]] = field(default_factory=list)
    """Generations after the first: the tick, and the facts that came with it. Or several in one:
    the births, and beside them the facts."""
    turned: Ints | None = None
    came: Ints = field(default_factory=lambda: EMPTY)
    went: Ints = field(default_factory=lambda: EMPTY)
    """The facts by which ``turned`` is behind."""

    def reverse(self) -> Ints:
        """The pairs turned round, as a set of their own; made when first asked for."""
        if self.turned is None:
            self.turned = arrays.sort(arrays.swap(self.facts))
        elif len(self.came) or len(self.went):
            kept = arrays.difference(self.turned, arrays.sort(arrays.swap(self.went)))
            self.turned = arrays.union(kept, arrays.sort(arrays.swap(self.came)))
        self.came = self.went = EMPTY
        return self.turned

    def add(self, new: Ints, tick: int) -> None:
        """Add facts that are not there yet."""
        if not len(self.facts) and not self.later:
            self.facts, self.born, self.first, self.turned = new, tick, new, None
            self.came = self.went = EMPTY
            return
        self.facts = arrays.union(self.facts, new)
        if self.turned is not None:
            self.came, self.went = _change(self.came, self.went, new)
        self.later.append((tick, new))
        if len(self.later) > _FOLD:
            self._fold()

    def remove(self, old: Ints) -> None:
        """Take away facts that are there."""
        self.facts = arrays.difference(self.facts, old)
        if self.turned is not None:
            self.went, self.came = _change(self.went, self.came, old)

    def birth(self, fact: int) -> int:
        """When a fact came that is there."""
        for births, facts in reversed(self.later):
            at = int(facts.searchsorted(fact))
            if at < len(facts) and facts[at] == fact:
                return births if isinstance(births, int) else int(births[at])
        return self.born

    def births(self, facts: Ints) -> Ints:
        """When each of some facts came; all of them are there."""
        ticks = arrays.fill(len(facts), self.born)
        for births, known in self.later:
            at, there = arrays.find(known, facts)
            ticks[there] = births if isinstance(births, int) else births[at[there]]
        return ticks

    def _fold(self) -> None:
        """Make one of the last generations, as far back as none is larger than all after it."""
        first, total = len(self.later) - 1, len(self.later[-1][1])
        while first and len(self.later[first - 1][1]) <= total:
            first -= 1
            total += len(self.later[first][1])
        facts = arrays.sort(arrays.concat([facts for _, facts in self.later[first:]]))
        self.later[first:] = [(self.births(facts), facts)]

    def copy(self) -> "Relation":
        """A relation that can change without this one changing."""
        return Relation(
            self.facts,
            self.born,
            self.first,
            list(self.later),
            self.turned,
            self.came,
            self.went,
        )


def _change(one: Ints, other: Ints, facts: Ints) -> tuple[Ints, Ints]:
    """Add facts to one set, but for those in the other, the opposite, which are taken out there."""
    undone = arrays.intersection(facts, other)
    return (
        arrays.union(one, arrays.difference(facts, undone)),
        arrays.difference(other, undone),
    )


@dataclass(slots=True)
class State:
    """All relations by key, and the clock."""

    relations: dict[int, Relation] = field(default_factory=dict)
    clock: int = 0

    def facts(self, key: int) -> Ints:
        """The facts of a relation, none if it has never had any."""
        relation = self.relations.get(key)
        return EMPTY if relation is None else relation.facts

    def tick(self) -> int:
        """Let the clock go on, and read it."""
        self.clock += 1
        return self.clock

    def add(self, key: int, new: Ints) -> None:
        """Add facts that are not there yet, born now."""
        relation = self.relations.get(key)
        if relation is None:
            self.relations[key] = Relation(new, self.clock, new)
        else:
            relation.add(new, self.clock)

    def copy(self) -> "State":
        """A state that can change without this one changing; the arrays are shared."""
        return State({key: rel.copy() for key, rel in self.relations.items()}, self.clock)

    def has(self, s: int, p: int, o: int) -> bool:
        """Whether a triple is among the facts."""
        key, fact = place(s, p, o)
        relation = self.relations.get(key)
        return relation is not None and arrays.has(relation.facts, fact)

    def birth(self, s: int, p: int, o: int) -> int | None:
        """When a triple came; None if it is not among the facts."""
        key, fact = place(s, p, o)
        relation = self.relations.get(key)
        if relation is None or not arrays.has(relation.facts, fact):
            return None
        return relation.birth(fact)


def place(s: int, p: int, o: int) -> tuple[int, int]:
    """The relation that a triple belongs to, and the fact that it is there."""
    return (~o, s) if p == TYPE else (p, s << 32 | o)


def columns(key: int, facts: Ints) -> tuple[Ints, int, Ints | int]:
    """Facts of a relation as the columns of triples: subjects, predicate, objects."""
    if key < 0:
        return facts, TYPE, ~key
    return arrays.left(facts), key, arrays.right(facts)


def triple(key: int, fact: int) -> tuple[int, int, int]:
    """One fact of a relation as a triple: the other way round of ``place``."""
    return (fact, TYPE, ~key) if key < 0 else (fact >> 32, key, fact & 0xFFFFFFFF)


def partition(s: Ints, p: Ints, o: Ints) -> dict[int, Ints]:
    """Columns of triples as sets of facts by relation."""
    facts = {}
    for predicate, rows in _by(p):
        if predicate == TYPE:
            for class_, members in _by(o[rows]):
                facts[~class_] = arrays.sort(s[rows][members])
        else:
            facts[predicate] = arrays.sort(arrays.pack(s[rows], o[rows]))
    return facts


def _by(keys: Ints) -> Iterator[tuple[int, Ints]]:
    """The rows of each key."""
    distinct, order, bounds = arrays.classify(keys)
    for at, key in enumerate(distinct.tolist()):
        yield key, order[bounds[at] : bounds[at + 1]]
