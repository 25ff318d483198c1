"""Changing the closure: insertion and deletion.

Insertion is semi-naive evaluation from what is new. Deletion is done in each pass by itself
(``deletion``), so that no proof in an earlier pass rests on what is gone. A change of the schema,
or a deletion that may change what is the same as what, is not followed through: the closure is
computed anew and the difference taken.
"""

from dataclasses import dataclass, replace

from graph.reasoning import arrays, equality, visible
from graph.reasoning import vocabulary as v
from graph.reasoning.arrays import EMPTY, Ints
from graph.reasoning.datatypes import equal_to_known, mixed
from graph.reasoning.deletion import SPECIAL, Facts, overdelete, rederive
from graph.reasoning.equality import Representatives
from graph.reasoning.reasoner import Reasoner


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
            held[key] = arrays.difference(column, new)
        if len(new):
            reasoner.state.add(key, new)
            delta[key] = new
    changes = reasoner.saturate(delta)
    special = any(key in SPECIAL for key in facts)
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
    gone = _without(reasoner, facts)
    if gone is None:
        reasoner.close()
        return difference(before, reasoner)
    held = visible.subtract(_represented(reasoner.same, facts), gone)
    kept = visible.shown(reasoner, held) if held else {}
    went = visible.add(visible.shown(before, gone), visible.subtract(facts, kept))
    return Changes({}, went)


def _without(reasoner: Reasoner, facts: Facts) -> dict[int, Ints] | None:
    """Delete facts that are asserted no more from every pass.

    Returns what went of the closure, as representatives; None if it has to be computed anew.
    """
    if len(reasoner.same.classes) and (_say_same(reasoner, facts) or len(mixed(reasoner))):
        return None
    gone: dict[int, Ints] = {}
    for level in reversed(reasoner.passes()):
        over = overdelete(reasoner, level, _represented(level.same, facts))
        if over is None:
            return None
        went = rederive(reasoner, level, over)
        gone = gone if level.state is not reasoner.state else went
    return gone


def _say_same(reasoner: Reasoner, facts: Facts) -> bool:
    """Whether facts have literals that are the same as others, as long as they occur."""
    objects = [arrays.right(column) for key, column in facts.items() if key >= 0]
    literals = arrays.sort(arrays.concat(objects))
    literals = literals[reasoner.dictionary.literal(literals)]
    return arrays.some(arrays.member(reasoner.same.merged, literals))


def _represented(same: Representatives, facts: Facts) -> dict[int, Ints]:
    """Facts with representatives for all terms."""
    parts = equality.rewrite(facts, same).items()
    return {key: arrays.sort(arrays.concat(columns)) for key, columns in parts}


def difference(before: Reasoner, after: Reasoner) -> Changes:
    """What came and went between two closures."""
    old = visible.add(before.asserted, visible.inferred(before))
    new = visible.add(after.asserted, visible.inferred(after))
    return Changes(visible.subtract(new, old), visible.subtract(old, new))
