"""Semi-naive evaluation of a program, relation by relation.

The relations are ordered so that each comes after those it depends on; relations that depend on
each other (a strongly connected component) make one *stratum*. Outside of recursion every relation
is merged once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from graph.reasoning import arrays, transitive
from graph.reasoning.arrays import Ints
from graph.reasoning.evaluate import apply, apply_delta
from graph.reasoning.program import Rule, is_transitivity
from graph.reasoning.relations import State
from graph.reasoning.vocabulary import SAME_AS, TYPE

_FEW = 64
"""So few new pairs of a transitive relation are joined; more of them, and it is closed anew."""


@dataclass(frozen=True)
class Program:
    """Rules, and the order in which to evaluate them."""

    rules: tuple[Rule, ...] = ()
    lazy: tuple[Rule, ...] = ()
    """Rules left out because nothing reads what they say and nobody is shown it."""
    clashes: tuple[Rule, ...] = ()
    stratum: Mapping[int, int] = field(default_factory=dict)
    """The stratum of each relation that is the head of a rule."""
    readers: Mapping[int, tuple[tuple[int, int, int], ...]] = field(default_factory=dict)
    """Where each relation is read: stratum, number of the rule, position in its body."""
    writers: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """The numbers of the rules with each relation as head."""
    transitive: frozenset[int] = frozenset()
    """The numbers of the rules that make a relation transitive."""

    def reads(self, relation: int) -> bool:
        """Whether a rule that can say something, or a clash, has the relation in its body."""
        return relation in self.readers or any(
            part.relation == relation for rule in self.clashes for part in rule.body
        )


def arrange(rules: Iterable[Rule], hidden: Collection[int] = ()) -> Program:
    """The program of some rules; ``hidden`` are relations that need not be known unless read."""
    clashes: list[Rule] = []
    heads: list[Rule] = []
    for rule in rules:
        (clashes if rule.head is None else heads).append(rule)
    kept, lazy = _needed(heads, clashes, frozenset(hidden))
    below: dict[int, set[int]] = {}
    for rule in kept:
        assert rule.head is not None  # noqa: S101  # clashes are apart
        below.setdefault(rule.head.relation, set()).update(part.relation for part in rule.body)
    order = transitive.components(list(below), below)
    stratum = {key: at for at, component in enumerate(order) for key in component}
    readers: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    writers: dict[int, list[int]] = defaultdict(list)
    for number, rule in enumerate(kept):
        assert rule.head is not None  # noqa: S101  # clashes are apart
        writers[rule.head.relation].append(number)
        for position, part in enumerate(rule.body):
            readers[part.relation].append((stratum[rule.head.relation], number, position))
    return Program(
        tuple(kept),
        tuple(lazy),
        tuple(clashes),
        stratum,
        {key: tuple(places) for key, places in readers.items()},
        {key: tuple(numbers) for key, numbers in writers.items()},
        frozenset(at for at, rule in enumerate(kept) if is_transitivity(rule)),
    )


def _needed(
    heads: list[Rule], clashes: list[Rule], hidden: frozenset[int]
) -> tuple[list[Rule], list[Rule]]:
    """The rules whose heads are shown or read, and the others."""
    lazy: list[Rule] = []
    kept = heads
    while True:
        read = {part.relation for rule in (*kept, *clashes) for part in rule.body}
        unread = hidden - read
        dropped = [rule for rule in kept if rule.head and rule.head.relation in unread]
        if not dropped:
            break
        lazy += dropped
        kept = [rule for rule in kept if not rule.head or rule.head.relation not in unread]
    if TYPE in read:  # as a property, so that all classes are read
        return heads, []
    return kept, lazy


def run(
    state: State, program: Program, delta: Mapping[int, Ints], fresh: Collection[int] = ()
) -> dict[int, Ints]:
    """Evaluate a program on a state until nothing new comes.

    ``delta`` are the facts (already in the state) that no rule has seen; ``fresh`` the numbers of
    the rules that have seen nothing yet. Returns the new facts by relation, ``delta`` included.
    """
    new = dict(delta)
    fresh_by: dict[int, list[int]] = defaultdict(list)
    for number in fresh:
        head = program.rules[number].head
        assert head is not None  # noqa: S101  # clashes are apart
        fresh_by[program.stratum[head.relation]].append(number)
    reading = {at for key in new for at, _, _ in program.readers.get(key, ())}
    agenda = list(reading | fresh_by.keys())
    waiting = set(agenda)
    heapify(agenda)
    while agenda:
        at = heappop(agenda)
        for key, facts in _stratum(state, program, at, new, fresh_by.get(at, [])).items():
            new[key] = arrays.union(new[key], facts) if key in new else facts
            for reader, _, _ in program.readers.get(key, ()):
                if reader > at and reader not in waiting:
                    waiting.add(reader)
                    heappush(agenda, reader)
    return new


def _stratum(
    state: State, program: Program, at: int, new: Mapping[int, Ints], fresh: list[int]
) -> dict[int, Ints]:
    """Evaluate the rules of one stratum; returns the facts that came."""
    grown: dict[int, Ints] = {}
    current: Mapping[int, Ints] = new
    skip = frozenset(fresh)
    closed: set[int] = set()  # relations that are transitively closed as they are
    while True:
        said: dict[int, list[Ints]] = defaultdict(list)
        dense: set[int] = set()  # transitive relations to be closed as a whole
        for number in fresh:
            rule = program.rules[number]
            assert rule.head is not None  # noqa: S101  # clashes are apart
            if number in program.transitive:
                dense.add(rule.head.relation)
            else:
                said[rule.head.relation].append(apply(rule, state))
        for key, delta in current.items():
            for stratum, number, position in program.readers.get(key, ()):
                if stratum != at or number in skip:
                    continue
                rule = program.rules[number]
                assert rule.head is not None  # noqa: S101  # clashes are apart
                if number in program.transitive and key in closed:
                    continue
                if number in program.transitive and len(delta) > _FEW:
                    dense.add(key)
                else:
                    facts = apply_delta(rule, position, delta, state)
                    said[rule.head.relation].append(facts)
        current = _merge(state, program, said, dense)
        fresh, skip, closed = [], frozenset(), dense
        if not current:
            return grown
        for key, facts in current.items():
            grown[key] = arrays.union(grown[key], facts) if key in grown else facts


def _merge(
    state: State, program: Program, said: Mapping[int, list[Ints]], dense: set[int]
) -> dict[int, Ints]:
    """Add to the state what the rules said and was not known; returns that.

    Transitive relations that grew much are added to ``dense``, and all in it are closed.
    """
    came: dict[int, Ints] = {}
    state.tick()
    for key, parts in said.items():
        facts = arrays.sort(arrays.concat([part for part in parts if len(part)]))
        if key == SAME_AS:
            facts = facts[arrays.left(facts) != arrays.right(facts)]
        facts = arrays.difference(facts, state.facts(key))
        if len(facts):
            state.add(key, facts)
            came[key] = facts
            if len(facts) > _FEW and any(
                number in program.transitive for number in program.writers[key]
            ):
                dense.add(key)
    if dense:
        state.tick()
    for key in dense:
        facts = arrays.difference(transitive.close(state.facts(key)), state.facts(key))
        if len(facts):
            state.add(key, facts)
            came[key] = arrays.union(came[key], facts) if key in came else facts
    return came
