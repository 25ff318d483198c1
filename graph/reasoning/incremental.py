"""Changing the closure: insertion and deletion.

Insertion is semi-naive evaluation from what is new. Deletion is *overdelete and rederive* (DRed,
Gupta, Mumick and Subrahmanian 1993): everything that has a derivation through what goes is taken
out, then what has another derivation is put back. A change of the schema, or of what is the same
as what, is not followed through: the closure is computed anew and the difference taken.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from graph.reasoning import arrays, equality, transitive, visible
from graph.reasoning import vocabulary as v
from graph.reasoning.arrays import EMPTY, Ints
from graph.reasoning.datatypes import equal_to_known, value_of
from graph.reasoning.evaluate import apply_delta, head_facts, scan, solve
from graph.reasoning.fixpoint import run
from graph.reasoning.literals import in_datatype
from graph.reasoning.reasoner import Reasoner
from graph.reasoning.schema import KEYS

Facts = Mapping[int, Ints]

_FEW = 64
"""So few pairs of a transitive relation are rederived one by one; for more, all are."""
_MOST = 0.5
"""When a greater part of all facts would be overdeleted, computing anew is faster."""
_SPECIAL = KEYS | frozenset(v.EXPRESSION_PREDICATES) | {~c for c in v.EXPRESSION_CLASSES}


@dataclass(frozen=True)
class Changes:
    """The facts that came and went, among those that are asserted or shown."""

    came: Facts
    went: Facts


def insert(reasoner: Reasoner, facts: Facts) -> Changes:
    """Assert further facts."""
    facts = visible.subtract(facts, reasoner.asserted)
    if not facts:
        return Changes({}, {})
    before = replace(
        reasoner, state=reasoner.state.copy(), asserted=dict(reasoner.asserted), history=[]
    )
    passes = len(reasoner.history)
    literal_pairs = equal_to_known(reasoner, facts)
    for key, column in facts.items():
        reasoner.asserted[key] = arrays.union(reasoner.asserted.get(key, EMPTY), column)
    columns = equality.rewrite(facts, reasoner.same)
    if literal_pairs:
        reasoner.literal_pairs += literal_pairs
        pairs = arrays.array([a << 32 | b for a, b in literal_pairs])
        for key, parts in equality.rewrite({v.SAME_AS: pairs}, reasoner.same).items():
            columns.setdefault(key, []).extend(parts)
    delta, held = {}, {}
    reasoner.state.tick()
    for key, parts in columns.items():
        column = arrays.sort(arrays.concat(parts))
        new = arrays.difference(column, reasoner.state.facts(key))
        if len(new) < len(column):
            held[key] = column
        if len(new):
            reasoner.state.add(key, new)
            delta[key] = new
    changes = reasoner.saturate(delta)
    special = any(key in _SPECIAL for key in facts)
    if (
        len(reasoner.history) > passes
        or not reasoner.same.alone(v.SAME_AS)
        or (special and reasoner.expressions() != before.expressions())
    ):
        return difference(before, reasoner)
    seen = visible.shown(before, held) if held else {}
    return Changes(visible.add(visible.shown(reasoner, changes), visible.subtract(facts, seen)), {})


def delete(reasoner: Reasoner, facts: Facts) -> Changes:
    """Assert some facts no more."""
    facts = {
        key: there
        for key, column in facts.items()
        if len(there := arrays.intersection(column, reasoner.asserted.get(key, EMPTY)))
    }
    if not facts:
        return Changes({}, {})
    before = replace(
        reasoner, state=reasoner.state.copy(), asserted=dict(reasoner.asserted), history=[]
    )
    for key, column in facts.items():
        left = arrays.difference(reasoner.asserted[key], column)
        if len(left):
            reasoner.asserted[key] = left
        else:
            del reasoner.asserted[key]
    gone = _overdelete(reasoner, facts)
    if gone is None:
        reasoner.close()
        return difference(before, reasoner)
    gone = _rederive(reasoner, gone)
    kept = visible.shown(reasoner, visible.subtract(facts, gone))
    went = visible.add(visible.shown(before, gone), visible.subtract(facts, kept))
    return Changes({}, went)


def difference(before: Reasoner, after: Reasoner) -> Changes:
    """What came and went between two closures."""
    old = visible.add(before.asserted, visible.inferred(before))
    new = visible.add(after.asserted, visible.inferred(after))
    return Changes(visible.subtract(new, old), visible.subtract(old, new))


def _overdelete(reasoner: Reasoner, facts: Facts) -> dict[int, Ints] | None:
    """Everything that has a derivation through the facts.

    None if that reaches the schema, or what is the same, or more than half of the closure.
    """
    program, state, same = reasoner.program, reasoner.state, reasoner.same
    type_, equal = whole = (same.find(v.TYPE), same.find(v.SAME_AS))
    if any(program.reads(key) or not same.alone(key) for key in whole) or type_ in program.writers:
        return None
    most = _MOST * sum(len(relation.facts) for relation in state.relations.values())
    gone: dict[int, Ints] = {}
    frontier = facts
    while frontier:
        said: dict[int, list[Ints]] = defaultdict(list)
        for key, column in frontier.items():
            if key in _SPECIAL or key in whole or _touches(reasoner, key, column):
                return None
            gone[key] = arrays.union(gone.get(key, EMPTY), column)
            for _, number, position in program.readers.get(key, ()):
                rule = program.rules[number]
                head = rule.head
                assert head is not None  # noqa: S101  # clashes are apart
                said[head.relation].append(apply_delta(rule, position, column, state))
        if sum(map(len, gone.values())) > most + 100:
            return None
        frontier = {}
        for key, parts in said.items():
            column = arrays.sort(arrays.concat(parts))
            if key == equal:  # all pairs are of one representative, since nothing is new
                if same.shared(arrays.left(column)).any():
                    return None
                continue
            column = arrays.intersection(column, state.facts(key))
            column = arrays.difference(column, gone.get(key, EMPTY))
            column = _unprotected(reasoner, key, column)
            if len(column):
                frontier[key] = column
    return gone


def _touches(reasoner: Reasoner, key: int, column: Ints) -> bool:
    """Whether facts concern a term that is the same as another one."""
    merged = reasoner.same.merged
    if not len(merged):
        return False
    terms = [arrays.array([~key if key < 0 else key])]
    terms += [column] if key < 0 else [arrays.left(column), arrays.right(column)]
    return any(bool(arrays.find(merged, part)[1].any()) for part in terms)


def _unprotected(reasoner: Reasoner, key: int, column: Ints) -> Ints:
    """The facts that hold neither because they are asserted nor because of a data value."""
    column = arrays.difference(column, reasoner.asserted.get(key, EMPTY))
    if key < 0 and ~key in v.DATATYPES:
        values = [value_of(reasoner.dictionary, term) for term in column.tolist()]
        keep = [value is None or not in_datatype(value, ~key) for value in values]
        return column[arrays.array([at for at, there in enumerate(keep) if there])]
    return column


def _rederive(reasoner: Reasoner, gone: dict[int, Ints]) -> dict[int, Ints]:
    """Put back what still has a derivation; returns what has none."""
    program, state = reasoner.program, reasoner.state
    for key, column in gone.items():
        state.relations[key].remove(column)
    back: dict[int, list[Ints]] = defaultdict(list)
    dense = []
    for key, column in gone.items():
        for number in program.writers.get(key, ()):
            rule = program.rules[number]
            assert rule.head is not None  # noqa: S101  # clashes are apart
            if number in program.transitive and len(column) > _FEW:
                dense.append(key)
            else:
                table = solve(scan(rule.head, column), rule.body, state)
                back[key].append(head_facts(rule.head, table))
    state.tick()
    delta: dict[int, Ints] = {}
    for key, parts in back.items():
        column = arrays.sort(arrays.concat(parts))
        if len(column):
            state.add(key, column)
            delta[key] = column
    state.tick()
    for key in dense:
        closed = arrays.difference(transitive.close(state.facts(key)), state.facts(key))
        if len(closed):
            state.add(key, closed)
            delta[key] = arrays.union(delta.get(key, EMPTY), closed)
    again = run(state, program, delta)
    return visible.subtract(gone, again)
