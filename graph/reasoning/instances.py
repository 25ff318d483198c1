"""Rule instances in the past: what a fact followed from when it came."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graph.reasoning import arrays
from graph.reasoning import vocabulary as v
from graph.reasoning.arrays import EMPTY, Ints
from graph.reasoning.evaluate import Table, scan, size, solve
from graph.reasoning.program import Atom, Ids, Rule, X, Y, pattern
from graph.reasoning.reasoner import Pass, Reasoner


@dataclass(frozen=True, slots=True)
class Past:
    """A pass of a reasoner, looked back on.

    The *age* of a triple is its birth, but zero if it is asserted: it needs no premises then.
    """

    reasoner: Reasoner
    level: Pass

    def birth(self, ids: Ids) -> int | None:
        """When a triple of representatives came; rdf:type has two places where it may stand."""
        births = [self.level.state.birth(*ids)]
        if ids[1] == v.TYPE:
            pairs = self.level.state.relations.get(v.TYPE)
            fact = ids[0] << 32 | ids[2]
            if pairs is not None and arrays.has(pairs.facts, fact):
                births.append(pairs.birth(fact))
        known = [birth for birth in births if birth is not None]
        return min(known) if known else None

    def rules(self, key: int) -> Iterator[Rule]:
        """The rules with a relation as head that the pass has or had."""
        for number in self.level.program.writers.get(key, ()):
            yield self.level.program.rules[number]
        for rule in self.level.retired:
            if rule.head is not None and rule.head.relation == key:
                yield rule

    def age(self, ids: Ids) -> int:
        """The birth of a triple, zero if it is asserted: then it needs no proof."""
        if self.reasoner.is_asserted(ids):
            return 0
        find = self.level.same.find
        birth = self.birth((find(ids[0]), find(ids[1]), find(ids[2])))
        return 0 if birth is None else birth

    def instance(self, rule: Rule, fact: int, birth: int) -> tuple[int, tuple[Ids, ...]] | None:
        """An instance of a rule for a fact, with premises as old as can be, and the age of these.

        None if there is none whose premises are all older than the fact.
        """
        assert rule.head is not None  # noqa: S101  # clashes are apart
        table = scan(rule.head, arrays.array([fact]))
        table = solve(table, rule.body, self.level.state)
        count = size(table)
        if not count:
            return None
        ages = arrays.fill(count, 0)
        for part in rule.body:
            ages = np.maximum(ages, self.ages(part, table, count))
        row = int(ages.argmin())
        if int(ages[row]) >= birth:
            return None
        binding = {variable: int(column[row]) for variable, column in table.items()}
        premises = []
        for part in rule.body:
            s, p, o = (binding[term] if term < 0 else term for term in pattern(part))
            premises.append((s, p, o))
        return int(ages[row]), tuple(premises)

    def ages(self, part: Atom, table: Table, count: int) -> Ints:
        """The ages of an atom's instances under each binding."""

        def column(term: int) -> Ints:
            return table[term] if term < 0 else arrays.fill(count, term)

        if part.relation == self.level.same.find(v.SAME_AS):
            return arrays.fill(count, 0)  # of a term to itself
        if part.relation == v.TYPE and part.o is not None:
            terms = zip(column(part.s).tolist(), column(part.o).tolist(), strict=True)
            return arrays.array([self.age((s, v.TYPE, o)) for s, o in terms])
        s = column(part.s)
        facts = s if part.o is None else arrays.pack(s, column(part.o))
        ages = self.level.state.relations[part.relation].births(facts)
        asserted = self.reasoner.asserted.get(part.relation)
        if asserted is not None:
            ages = np.where(arrays.find(asserted, facts)[1], 0, ages)
        return ages

    def edges(self, p: int, s: int, o: int, birth: int) -> Iterator[Ints]:
        """The pairs of a transitive relation that are older than a birth and lie between two terms.

        First those that were not found by transitivity, as far as that is known; then all.
        """
        relation = self.level.state.relations[p]
        between = arrays.span(relation.facts, s)
        between = between[arrays.find(relation.facts, arrays.pack(between, o))[1]]
        starts, ends = (arrays.sort(np.append(between, end)) for end in (s, o))

        def lying(pairs: Ints) -> Ints:
            rows, targets = arrays.expand(pairs, starts)
            keep = arrays.member(ends, targets)
            return arrays.pack(starts[rows[keep]], targets[keep])

        def older(pairs: Ints) -> Ints:
            table = {X: arrays.left(pairs), Y: arrays.right(pairs)}
            return arrays.choose(pairs, self.ages(Atom(p, X, Y), table, len(pairs)) < birth)

        first = relation.first if relation.born < birth else EMPTY
        base = arrays.concat([lying(first), lying(self.reasoner.asserted.get(p, EMPTY))])
        yield older(arrays.intersection(arrays.sort(base), relation.facts))
        yield older(lying(relation.facts))
