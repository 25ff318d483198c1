"""Semi-naive evaluation of a program, relation by relation.

The relations are ordered so that each comes after those it depends on; relations that depend on
each other (a strongly connected component) make one *stratum*. Outside of recursion every relation
is merged once.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heapify, heappop, heappush

from graph.reasoning import arrays, transitive
from graph.reasoning.arrays import EMPTY, Ints
from graph.reasoning.evaluate import apply, apply_delta
from graph.reasoning.program import Rule, is_transitivity
from graph.reasoning.relations import State
from graph.reasoning.vocabulary import SAME_AS, TYPE

_PART = 0.5
"""When a greater part of a transitive relation is new, the relation is closed as a whole."""


@dataclass(frozen=True)
class Program:
    """Rules, and the order in which to evaluate them."""

    rules: tuple[Rule, ...] = ()
    lazy: tuple[Rule, ...] = ()
    """Rules left out because nothing reads what they say and nobody is shown it."""
    clashes: tuple[Rule, ...] = ()
    stratum: Mapping[int, int] = field(default_factory=dict)
    """The stratum of each relation that is the head of a rule."""
    readers: Mapping[int, Mapping[int, list[tuple[int, int]]]] = field(default_factory=dict)
    """Where each relation is read: by stratum, the numbers of rules and positions in the bodies."""
    inputs: Mapping[int, set[int]] = field(default_factory=dict)
    """The relations that each stratum reads."""
    writers: Mapping[int, list[int]] = field(default_factory=dict)
    """The numbers of the rules with each relation as head."""
    transitive: frozenset[int] = frozenset()
    """The numbers of the rules that make a relation transitive."""
    checked: frozenset[int] = frozenset()
    """The relations that clashes read."""

    @cached_property
    def closed(self) -> frozenset[int]:
        """The transitive relations."""
        heads = [self.rules[number].head for number in self.transitive]
        return frozenset([head.relation for head in heads if head is not None])

    @cached_property
    def equating(self) -> frozenset[int]:
        """The relations that have a part in saying what is the same, owl:sameAs included."""
        found, work = {SAME_AS}, [SAME_AS]
        while work:
            for number in self.writers.get(work.pop(), ()):
                new = {part.relation for part in self.rules[number].body} - found
                found |= new
                work += new
        return frozenset(found)

    def reads(self, relation: int) -> bool:
        """Whether a rule that can say something, or a clash, has the relation in its body."""
        return relation in self.readers or relation in self.checked


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
    readers: dict[int, dict[int, list[tuple[int, int]]]] = {}
    inputs: dict[int, set[int]] = {}
    writers: dict[int, list[int]] = {}
    for number, rule in enumerate(kept):
        assert rule.head is not None  # noqa: S101  # clashes are apart
        writers.setdefault(rule.head.relation, []).append(number)
        at = stratum[rule.head.relation]
        for position, part in enumerate(rule.body):
            readers.setdefault(part.relation, {}).setdefault(at, []).append((number, position))
            inputs.setdefault(at, set()).add(part.relation)
    return Program(
        tuple(kept),
        tuple(lazy),
        tuple(clashes),
        stratum,
        readers,
        inputs,
        writers,
        frozenset([at for at, rule in enumerate(kept) if is_transitivity(rule)]),
        frozenset([part.relation for rule in clashes for part in rule.body]),
    )


def _needed(
    heads: list[Rule], clashes: list[Rule], hidden: frozenset[int]
) -> tuple[list[Rule], list[Rule]]:
    """The rules whose heads are shown or read, and the others."""
    reads = Counter([part.relation for rules in (heads, clashes) for r in rules for part in r.body])
    said: dict[int, list[Rule]] = {}
    for rule in heads:
        if rule.head is not None and rule.head.relation in hidden:
            said.setdefault(rule.head.relation, []).append(rule)
    unread = [key for key in said if not reads[key]]
    lazy: list[Rule] = []
    while unread:
        for rule in said.pop(unread.pop()):
            lazy.append(rule)
            for part in rule.body:
                reads[part.relation] -= 1
                if not reads[part.relation] and part.relation in said:
                    unread.append(part.relation)
    if not lazy or reads[TYPE]:  # rdf:type as a property, so that all classes are read
        return heads, []
    gone = set(map(id, lazy))
    return [rule for rule in heads if id(rule) not in gone], lazy


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
    reading = {at for key in new for at in program.readers.get(key, ())}
    agenda = list(reading | fresh_by.keys())
    waiting = set(agenda)
    heapify(agenda)
    while agenda:
        at = heappop(agenda)
        for key, facts in _stratum(state, program, at, new, fresh_by.get(at, [])).items():
            new[key] = arrays.union(new[key], facts) if key in new else facts
            for reader in program.readers.get(key, ()):
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
    closed: Collection[int] = ()  # relations that are transitively closed as they are
    while True:
        said: dict[int, list[Ints]] = defaultdict(list)
        open_: dict[int, list[Ints]] = {}  # the pairs by which a transitive relation is not closed
        for number in fresh:
            rule = program.rules[number]
            assert rule.head is not None  # noqa: S101  # clashes are apart
            if number in program.transitive:
                open_[rule.head.relation] = [state.facts(rule.head.relation)]
            elif len(facts := apply(rule, state)):
                said[rule.head.relation].append(facts)
        for key in current.keys() & program.inputs.get(at, ()):
            delta = current[key]
            for number, position in program.readers[key][at]:
                if number in skip:
                    continue
                rule = program.rules[number]
                assert rule.head is not None  # noqa: S101  # clashes are apart
                if number in program.transitive:
                    if key not in closed:
                        open_.setdefault(key, [delta])
                elif len(facts := apply_delta(rule, position, delta, state)):
                    said[rule.head.relation].append(facts)
        if not said and not open_:
            return grown
        current = _merge(state, program, said, open_)
        fresh, skip, closed = [], frozenset(), open_
        if not current:
            return grown
        for key, facts in current.items():
            grown[key] = arrays.union(grown[key], facts) if key in grown else facts


def _merge(
    state: State, program: Program, said: Mapping[int, list[Ints]], open_: dict[int, list[Ints]]
) -> dict[int, Ints]:
    """Add to the state what the rules said and was not known; returns that.

    Transitive relations that grew are added to ``open_``, and all in it are closed.
    """
    came: dict[int, Ints] = {}
    state.tick()
    for key, parts in said.items():
        facts = arrays.sort(arrays.concat(parts))
        if key == SAME_AS:
            facts = facts[arrays.left(facts) != arrays.right(facts)]
        facts = arrays.difference(facts, state.facts(key))
        if len(facts):
            state.add(key, facts)
            came[key] = facts
            if key in program.closed:
                open_.setdefault(key, []).append(facts)
    if open_:
        state.tick()
    for key, parts in open_.items():
        facts = _missing(state, key, parts)
        if len(facts):
            state.add(key, facts)
            came[key] = arrays.union(came[key], facts) if key in came else facts
    return came


def _missing(state: State, key: int, parts: list[Ints]) -> Ints:
    """What a transitive relation lacks to be closed, which it was without some of its pairs."""
    facts, new = state.facts(key), arrays.sort(arrays.concat(parts))
    if len(new) > _PART * len(facts):
        return arrays.difference(transitive.close(facts), facts)
    return transitive.extend(new, facts, state.relations[key].reverse()) if len(new) else EMPTY
