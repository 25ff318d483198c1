"""Deletion within a pass: overdelete and rederive (DRed, Gupta, Mumick and Subrahmanian 1993).

Everything that has a derivation through what goes is taken out, then what has another derivation is
put back. Representatives stay as they are: where what goes may be behind an equality, or behind a
rule, there is no answer and the closure has to be computed anew.
"""

from collections import defaultdict
from collections.abc import Mapping
from itertools import chain

from graph.reasoning import arrays, transitive, visible
from graph.reasoning import vocabulary as v
from graph.reasoning.arrays import EMPTY, Bools, Ints
from graph.reasoning.datatypes import value_of
from graph.reasoning.evaluate import apply_delta, head_facts, scan, solve
from graph.reasoning.fixpoint import run
from graph.reasoning.literals import in_datatype
from graph.reasoning.reasoner import Pass, Reasoner
from graph.reasoning.schema import KEYS

Facts = Mapping[int, Ints]

SPECIAL = KEYS | frozenset(v.EXPRESSION_PREDICATES) | {~c for c in v.EXPRESSION_CLASSES}
"""The relations that decide which rules there are, and what is shown."""

_CHUNK = 1 << 16
"""So many facts are rederived at a time."""
_MOST = 0.5
"""When a greater part of all facts would be overdeleted, computing anew is faster."""


def overdelete(reasoner: Reasoner, level: Pass, facts: Facts) -> dict[int, Ints] | None:
    """Everything in a pass that has a derivation through facts that are asserted no more.

    The facts are those of the pass, as representatives. None if that may reach the schema, or what
    is the same, or reaches more than half of all facts.
    """
    program, state, same = level.program, level.state, level.same
    type_, equal = whole = (same.find(v.TYPE), same.find(v.SAME_AS))
    if any(program.reads(key) or not same.alone(key) for key in whole) or type_ in program.writers:
        return None
    most = _MOST * sum(len(relation.facts) for relation in state.relations.values())
    gone: dict[int, Ints] = {}

    def going(key: int, column: Ints) -> Ints:
        """The facts that are to go and have not gone yet."""
        column = arrays.intersection(column, state.facts(key))
        return _unprotected(reasoner, level, key, arrays.difference(column, gone.get(key, EMPTY)))

    frontier = facts
    while frontier:
        said: dict[int, list[Ints]] = defaultdict(list)
        for key, column in frontier.items():
            if key in SPECIAL or key in whole or not same.alone(~key if key < 0 else key):
                return None
            column = going(key, column)
            if key in program.closed and len(column):  # so that the rule itself need not be read
                relation = state.relations[key]
                column = going(key, transitive.through(column, relation.facts, relation.reverse()))
            if not len(column):
                continue
            if key in program.equating and arrays.some(_shared(level, key, column)):
                return None
            gone[key] = arrays.union(gone.get(key, EMPTY), column)
            for number, position in chain.from_iterable(program.readers.get(key, {}).values()):
                rule = program.rules[number]
                head = rule.head
                assert head is not None  # noqa: S101  # clashes are apart
                if number in program.transitive:
                    continue
                if len(new := apply_delta(rule, position, column, state)):
                    said[head.relation].append(new)
        if sum(map(len, gone.values())) > most + 100:
            return None
        frontier = {key: arrays.sort(arrays.concat(parts)) for key, parts in said.items()}
        pairs = frontier.pop(equal, EMPTY)
        one, other = arrays.left(pairs), arrays.right(pairs)
        if arrays.some(one != other) or arrays.some(same.shared(one)):
            return None
    return gone


def _shared(level: Pass, key: int, column: Ints) -> Bools:
    """Which facts concern a thing that is the same as another one."""
    merged = level.same.merged
    if key < 0:
        return arrays.member(merged, column)
    return arrays.member(merged, arrays.left(column)) | arrays.member(merged, arrays.right(column))


def _unprotected(reasoner: Reasoner, level: Pass, key: int, column: Ints) -> Ints:
    """The facts that hold neither because they are asserted nor because of a data value."""
    if not len(column):
        return column
    column = column[~_asserted(reasoner, level, key, column)]
    if key < 0 and ~key in v.DATATYPES:
        values = [value_of(reasoner.dictionary, term) for term in column.tolist()]
        keep = [value is None or not in_datatype(value, ~key) for value in values]
        return column[arrays.array([at for at, there in enumerate(keep) if there])]
    return column


def _asserted(reasoner: Reasoner, level: Pass, key: int, column: Ints) -> Bools:
    """Which facts are asserted, perhaps of other terms that are the same.

    The class or property itself is the same as no other. If it has a part in saying what is the
    same, another name does not count: that it is one may rest on the very fact that goes.
    """
    facts = reasoner.asserted.get(key, EMPTY)
    if not len(level.same.classes):
        return arrays.find(facts, column)[1]
    if key in level.program.equating:
        return arrays.find(facts, column)[1] & ~_shared(level, key, column)
    if key < 0:
        rows, variants = level.same.spread(column)
    else:
        rows, s = level.same.spread(arrays.left(column))
        more, o = level.same.spread(arrays.right(column)[rows])
        rows, variants = rows[more], arrays.pack(s[more], o)
    known = arrays.fill(len(column), 0) > 0
    known[rows[arrays.member(facts, variants)]] = True
    return known


def rederive(reasoner: Reasoner, level: Pass, gone: Facts) -> dict[int, Ints]:
    """Put back what still has a derivation; returns what has none."""
    program, state = level.program, level.state
    for key, column in gone.items():
        state.relations[key].remove(column)
    back: dict[int, list[Ints]] = defaultdict(list)
    for key, column in gone.items():
        for number in program.writers.get(key, ()):
            rule = program.rules[number]
            assert rule.head is not None  # noqa: S101  # clashes are apart
            if number in program.transitive:
                continue
            for low in range(0, len(column), _CHUNK):
                table = scan(rule.head, column[low : low + _CHUNK])
                back[key].append(head_facts(rule.head, solve(table, rule.body, state)))
    delta: dict[int, Ints] = {}
    state.tick()
    for key, parts in back.items():
        column = arrays.sort(arrays.concat(parts))
        if len(column):
            state.add(key, column)
            delta[key] = column
    state.tick()
    for key in gone.keys() & program.closed:
        found = _reconnected(reasoner, level, key, arrays.sort(arrays.left(gone[key])))
        if len(found):
            state.add(key, found)
            delta[key] = arrays.union(delta.get(key, EMPTY), found)
    again = run(state, program, delta)
    return visible.subtract(gone, again)


def _reconnected(reasoner: Reasoner, level: Pass, key: int, sources: Ints) -> Ints:
    """The pairs that a transitive relation lacks to be closed, if they begin at the sources only.

    What the sources reach is computed anew from the pairs that hold without transitivity: going on
    among the sources, and from the first term that is none with all that it is known to reach.
    """
    same, facts = level.same, level.state.facts(key)
    rows, names = same.spread(sources)
    at, targets = arrays.expand(reasoner.asserted.get(key, EMPTY), names)
    parts = [arrays.pack(sources[rows[at]], same.map(targets))]
    for number in level.program.writers[key]:
        head, body = level.program.rules[number][1:3]
        if number not in level.program.transitive:
            assert head is not None  # noqa: S101  # clashes are apart
            table = {head.s: sources} if head.s < 0 else {}
            parts.append(head_facts(head, solve(table, body, level.state)))
    edges = arrays.intersection(arrays.sort(arrays.concat(parts)), facts)
    edges = edges[arrays.member(sources, arrays.left(edges))]
    outside = ~arrays.member(sources, arrays.right(edges))
    reached = transitive.onward(edges[outside], facts)
    edges = transitive.close(arrays.union(edges[~outside], reached))
    return arrays.difference(edges, facts)
