"""Bodies of rules over columns: joins, and what a rule adds.

A *table* is a set of bindings: one column for each variable. A body is joined atom by atom, the
atom with the most known places next, so that a join is a search in a sorted array.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from graph.reasoning import arrays
from graph.reasoning.arrays import EMPTY, Ints
from graph.reasoning.program import Atom, Rule
from graph.reasoning.relations import State
from graph.reasoning.vocabulary import SAME_AS

Table: TypeAlias = dict[int, Ints]


def scan(part: Atom, facts: Ints) -> Table:
    """The bindings under which an atom is one of the facts."""
    if part.o is None:
        if part.s < 0:
            return {part.s: facts}
        return {0: facts[: arrays.has(facts, part.s)]}
    if part.s >= 0 and part.o >= 0:
        return {0: facts[: arrays.has(facts, part.s << 32 | part.o)]}
    if part.s >= 0:
        return {part.o: arrays.span(facts, part.s)}
    if part.o >= 0:
        return {part.s: arrays.left(facts[arrays.right(facts) == part.o])}
    s, o = arrays.left(facts), arrays.right(facts)
    if part.s == part.o:
        return {part.s: s[s == o]}
    return {part.s: s, part.o: o}


def size(table: Table) -> int:
    """How many bindings a table holds; the empty table of no variables holds one."""
    for column in table.values():
        return len(column)
    return 1


def choose(table: Table, rows: Ints) -> Table:
    """Some rows of a table."""
    return {variable: column[rows] for variable, column in table.items()}


def join(table: Table, part: Atom, state: State) -> Table:
    """The bindings of a table that an atom allows, with the variables it adds."""
    relation = state.relations.get(part.relation)
    count = size(table)
    if relation is None or not len(relation.facts) or not count:
        return {0: EMPTY}
    s = part.s if part.s >= 0 else table.get(part.s)
    if part.o is None:
        if s is None:
            return _product(table, scan(part, relation.facts))
        if isinstance(s, int):
            return table if arrays.has(relation.facts, s) else {0: EMPTY}
        return _filter(table, arrays.member(relation.facts, s))
    o = part.o if part.o >= 0 else table.get(part.o)
    if s is not None and o is not None:
        if isinstance(s, int) and isinstance(o, int):
            return table if arrays.has(relation.facts, s << 32 | o) else {0: EMPTY}
        return _filter(table, arrays.find(relation.facts, arrays.pack(s, o))[1])
    if s is None and o is None:
        return _product(table, scan(part, relation.facts))
    if s is None:
        known, pairs, new = o, relation.reverse(), part.s
    else:
        known, pairs, new = s, relation.facts, part.o
    if isinstance(known, int):
        return _product(table, {new: arrays.span(pairs, known)})
    assert known is not None  # noqa: S101  # one of the two is
    rows, found = arrays.expand(pairs, known)
    result = choose(table, rows)
    result[new] = found
    return result


def _filter(table: Table, keep: arrays.Bools) -> Table:
    if arrays.every(keep):
        return table
    return {variable: column[keep] for variable, column in table.items()}


def _product(table: Table, other: Table) -> Table:
    if not table:
        return other
    rows, times = size(table), size(other)
    result = {variable: np.repeat(column, times) for variable, column in table.items()}
    result.update((variable, np.tile(column, rows)) for variable, column in other.items())
    return result


def solve(table: Table, body: Sequence[Atom], state: State) -> Table:
    """The bindings of a table under which all atoms hold."""
    rest = list(body)
    while rest and size(table):
        part = rest[0] if len(rest) == 1 else _next(table, rest, state)
        rest.remove(part)
        table = join(table, part, state)
    return {0: EMPTY} if rest else table


def _next(table: Table, rest: list[Atom], state: State) -> Atom:
    """The cheapest atom to join: few unknown places first, then few facts."""

    def cost(part: Atom) -> tuple[int, int, int]:
        unknown = [t for t in (part.s, part.o) if t is not None and t < 0 and t not in table]
        places = 1 if part.o is None else 2
        return len(unknown), int(len(unknown) == places), len(state.facts(part.relation))

    return min(rest, key=cost)


def head_facts(head: Atom, table: Table) -> Ints:
    """What the head of a rule says under each binding, not sorted."""
    if not size(table):
        return EMPTY
    s: Ints | int = head.s if head.s >= 0 else table[head.s]
    if head.o is None:
        return s if not isinstance(s, int) else arrays.fill(1, s)
    o: Ints | int = head.o if head.o >= 0 else table[head.o]
    if isinstance(s, int) and isinstance(o, int):
        return arrays.fill(1, s << 32 | o)
    return arrays.pack(s, o)


def apply(rule: Rule, state: State) -> Ints:
    """All that a rule with a head says, not sorted."""
    assert rule.head is not None  # noqa: S101  # clashes are solved, not applied
    for part in rule.body:
        if not len(state.facts(part.relation)):
            return EMPTY
    if not rule.body:
        return head_facts(rule.head, {})
    if len(rule.body) == 1:
        return _copy(rule.head, rule.body[0], state)
    linked = _linked(rule, state)
    if linked is not None:
        return linked
    return head_facts(rule.head, solve({}, rule.body, state))


def _copy(head: Atom, part: Atom, state: State) -> Ints:
    relation = state.relations[part.relation]
    if head.o is not None and (head.s, head.o) == (part.o, part.s) and head.s < 0 and head.o < 0:
        return (
            relation.reverse() if head.s != head.o else head_facts(head, scan(part, relation.facts))
        )
    if head[1:] == part[1:] and head.s < 0 and (head.o is None or head.o < 0) and head.s != head.o:
        return relation.facts
    if part.o is not None and part.o >= 0 > part.s:
        return head_facts(head, {part.s: arrays.span(relation.reverse(), part.o)})
    return head_facts(head, scan(part, relation.facts))


def apply_delta(rule: Rule, position: int, delta: Ints, state: State) -> Ints:
    """What a rule says when the atom at a position is one of the facts of ``delta``."""
    assert rule.head is not None  # noqa: S101  # clashes are solved, not applied
    part = rule.body[position]
    rest = rule.body[:position] + rule.body[position + 1 :]
    return head_facts(rule.head, solve(scan(part, delta), rest, state))


def _linked(rule: Rule, state: State) -> Ints | None:
    """For a rule that makes all values of a group the same: each value and the next in its group.

    Enough, since sameness is transitive, and linear where all pairs would be quadratic. None if
    the rule is not of that form: a head of two variables that stand in two halves of the body that
    are alike.
    """
    head = rule.head
    if head is None or head.relation != SAME_AS or head.o is None or max(head.s, head.o) >= 0:
        return None
    half = [part for part in rule.body if head.o not in (part.s, part.o)]
    other = {_renamed(p, head.o, head.s) for p in rule.body if head.o in (p.s, p.o)}
    if other != {part for part in half if head.s in (part.s, part.o)} or not other:
        return None
    table = solve({}, half, state)
    values = table.pop(head.s, EMPTY)
    if not len(values):
        return EMPTY
    keys = [column for variable, column in table.items() if variable < 0]
    order = np.lexsort((values, *keys))
    alike = np.ones(len(values) - 1, np.bool_)
    for column in (column[order] for column in keys):
        alike &= column[1:] == column[:-1]
    values = values[order]
    alike &= values[1:] != values[:-1]
    return arrays.pack(values[:-1][alike], values[1:][alike])


def _renamed(part: Atom, old: int, new: int) -> Atom:
    relation, s, o = part
    return Atom(relation, new if s == old else s, new if o == old else o)
