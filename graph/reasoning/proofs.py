"""Proofs: why a triple holds.

A fact is explained by an instance of a rule all of whose premises are *older* (see ``relations``),
and these by instances of their own, until only asserted triples are left. Going back in time ends,
so no proof is circular. Births order the facts of one pass; what is the same as what was found in
an earlier pass than the one that uses it, so passes come first in the order.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graph.reasoning import arrays
from graph.reasoning import vocabulary as v
from graph.reasoning.arrays import EMPTY, Ints
from graph.reasoning.datatypes import value_of
from graph.reasoning.evaluate import Table, scan, size, solve
from graph.reasoning.literals import in_datatype
from graph.reasoning.program import Atom, Ids, Rule, is_transitivity, pattern
from graph.reasoning.reasoner import Pass, Reasoner
from graph.reasoning.relations import place
from graph.reasoning.terms import Triple

ASSERTED = "asserted"
"""Stands in the place of a rule's name in the step of an asserted triple."""


@dataclass(frozen=True)
class Step:
    """One derivation: the conclusion follows from the premises by the rule.

    ``rule`` is a name of OWL 2 Profiles §4.3, or ``ASSERTED``; steps without premises are asserted
    triples and axioms (cls-thing, dt-type2, eq-ref…).
    """

    conclusion: Triple
    rule: str
    premises: tuple[Triple, ...] = ()


@dataclass(frozen=True)
class Proof:
    """A derivation as a directed acyclic graph.

    ``steps`` hold each conclusion once, after its premises; the last step concludes what was asked.
    """

    steps: tuple[Step, ...]

    @property
    def conclusion(self) -> Triple:
        """What is proved."""
        return self.steps[-1].conclusion

    @property
    def leaves(self) -> tuple[Triple, ...]:
        """The asserted triples that the proof rests on."""
        return tuple(step.conclusion for step in self.steps if step.rule == ASSERTED)

    def step(self, conclusion: Triple) -> Step:
        """The step that concludes a triple of the proof; KeyError if none does."""
        for step in self.steps:
            if step.conclusion == conclusion:
                return step
        raise KeyError(conclusion)


@dataclass(frozen=True, slots=True)
class _Goal:
    """A triple that is to be proved within a pass."""

    level: int
    triple: Ids


@dataclass(frozen=True, slots=True)
class _Reason:
    rule: str
    premises: tuple[_Goal, ...] = ()


def prove(reasoner: Reasoner, goal: Ids) -> Proof:
    """A proof of a triple that holds; ValueError if none is found, that is if it does not hold."""
    return _Search(reasoner).run(goal)


class _Search:
    def __init__(self, reasoner: Reasoner) -> None:
        self.reasoner = reasoner
        current = Pass(
            reasoner.same, reasoner.state, reasoner.program, reasoner.start, reasoner.retired
        )
        self.levels = [*reasoner.history, current]
        self.reasons: dict[_Goal, _Reason] = {}
        self.open: list[_Goal] = []
        self.equalities: list[tuple[int, Ints, Ints]] | None = None

    def run(self, wanted: Ids) -> Proof:
        top = _Goal(len(self.levels) - 1, wanted)
        self.open.append(top)
        while self.open:
            goal = self.open.pop()
            if goal not in self.reasons:
                self._explain(goal)
        return Proof(tuple(self._ordered(top)))

    def _ordered(self, top: _Goal) -> Iterator[Step]:
        """The steps that the goal needs, premises first; of two reasons that of the first pass."""
        best: dict[Ids, tuple[int, _Reason]] = {}
        for goal, reason in self.reasons.items():
            if goal.triple not in best or goal.level < best[goal.triple][0]:
                best[goal.triple] = goal.level, reason
        text = self.reasoner.dictionary.text

        def name(ids: Ids) -> Triple:
            return Triple(*map(text, ids))

        done: set[Ids] = set()
        work = [(top.triple, False)]
        while work:
            ids, ready = work.pop()
            if ids in done:
                continue
            reason = best[ids][1]
            premises = [premise.triple for premise in reason.premises]
            if ready:
                done.add(ids)
                yield Step(name(ids), reason.rule, tuple(map(name, premises)))
            else:
                work.append((ids, True))
                work.extend((premise, False) for premise in reversed(premises))

    def _conclude(self, goal: _Goal, rule: str, *premises: _Goal) -> None:
        if goal not in self.reasons:
            self.reasons[goal] = _Reason(rule, premises)
        self.open += [premise for premise in premises if premise not in self.reasons]

    def _explain(self, goal: _Goal) -> None:
        """Find a reason for a goal, and open its premises."""
        if self.reasoner.is_asserted(goal.triple):
            self._conclude(goal, ASSERTED)
            return
        same = self.levels[goal.level].same
        s, p, o = goal.triple
        if same.find(p) == same.find(v.SAME_AS) and same.find(s) == same.find(o):
            if p == v.SAME_AS:
                self._explain_same(goal)
            else:
                self._replace(goal, (s, v.SAME_AS, o))
            return
        fact = same.find(s), same.find(p), same.find(o)
        if fact != goal.triple:
            self._replace(goal, fact)
        elif not (
            self._from_asserted(goal)
            or self._from_value(goal)
            or self._from_earlier_pass(goal)
            or self._from_rule(goal)
        ):
            raise ValueError(f"no proof of {goal.triple} in pass {goal.level}")

    def _replace(self, goal: _Goal, known: Ids, anew: bool = False) -> None:
        """Explain a goal by a triple that only differs in terms that are the same.

        With ``anew`` the triples between the two are explained this way even if they have been
        explained already: by the goal itself, perhaps.
        """
        at, names = known, ("eq-rep-s", "eq-rep-p", "eq-rep-o")
        for place_, name in enumerate(names):
            old, new = at[place_], goal.triple[place_]
            if old == new:
                continue
            after = (*at[:place_], new, *at[place_ + 1 :])
            equal = _Goal(goal.level, (old, v.SAME_AS, new))
            before = _Goal(goal.level, at)
            step = _Goal(goal.level, (after[0], after[1], after[2]))
            if anew:
                self.reasons.pop(step, None)
            self._conclude(step, name, equal, before)
            at = step.triple

    def _variants(self, level: int, fact: Ids, before: int | None) -> Iterator[Ids]:
        """The triples that become a fact when terms that are the same are replaced.

        Asserted ones, or with ``before`` those among the facts of that pass.
        """
        same = self.levels[level].same
        terms = [same.members(term) for term in fact]
        if before is not None:
            find = self.levels[before].same.find
            terms = [sorted({find(term) for term in members}) for members in terms]

        def facts(key: int) -> Ints:
            if before is not None:
                return self.levels[before].state.facts(key)
            return self.reasoner.asserted.get(key, EMPTY)

        subjects, objects = arrays.array(terms[0]), arrays.array(terms[2])
        for p in terms[1]:
            if p == v.TYPE:
                for c in terms[2]:
                    for s in arrays.intersection(facts(~c), subjects).tolist():
                        yield s, p, c
            pairs = facts(p)
            if not len(pairs):
                continue
            for s in terms[0]:
                for o in arrays.intersection(arrays.span(pairs, s), objects).tolist():
                    yield s, p, o

    def _from_asserted(self, goal: _Goal) -> bool:
        if all(self.levels[goal.level].same.alone(term) for term in goal.triple):
            return False
        for variant in self._variants(goal.level, goal.triple, None):
            self._replace(goal, variant, anew=True)
            return True
        return False

    def _from_value(self, goal: _Goal) -> bool:
        """dt-type2 and dt-diff, for literals that are the same as the terms of the goal."""
        same, dictionary = self.levels[goal.level].same, self.reasoner.dictionary
        s, p, o = goal.triple
        typing, differing = same.find(p) == same.find(v.TYPE), p == same.find(v.DIFFERENT_FROM)
        if not typing and not differing:
            return False
        for literal in same.members(s):
            value = value_of(dictionary, literal)
            if value is None:
                continue
            for other in same.members(o):
                if typing:
                    good = other in v.DATATYPES and in_datatype(value, other)
                else:
                    its = value_of(dictionary, other)
                    good = its is not None and its != value
                if good:
                    known = literal, v.TYPE if typing else v.DIFFERENT_FROM, other
                    name = "dt-type2" if typing else "dt-diff"
                    self._replace(goal, known, anew=True)
                    self.reasons[_Goal(goal.level, known)] = _Reason(name)
                    return True
        return False

    def _from_earlier_pass(self, goal: _Goal) -> bool:
        level = self.levels[goal.level]
        birth = self._birth(level, goal.triple)
        if goal.level == 0 or birth is None or birth > level.start:
            return False
        for variant in self._variants(goal.level, goal.triple, goal.level - 1):
            self._replace(goal, variant, anew=True)
            self._carry(_Goal(goal.level, variant), _Goal(goal.level - 1, variant))
            return True
        return False

    def _carry(self, goal: _Goal, before: _Goal) -> None:
        """A goal that was reached in an earlier pass; ``_ordered`` takes its reason from there."""
        self.reasons.pop(goal, None)
        self._conclude(goal, "", before)

    def _birth(self, level: Pass, ids: Ids) -> int | None:
        """When a triple of representatives came; rdf:type has two places where it may stand."""
        births = [level.state.birth(*ids)]
        if ids[1] == v.TYPE:
            pairs = level.state.relations.get(v.TYPE)
            fact = ids[0] << 32 | ids[2]
            if pairs is not None and arrays.has(pairs.facts, fact):
                births.append(pairs.birth(fact))
        known = [birth for birth in births if birth is not None]
        return min(known) if known else None

    def _from_rule(self, goal: _Goal) -> bool:
        level = self.levels[goal.level]
        birth = self._birth(level, goal.triple)
        if birth is None:
            return False
        found: tuple[int, Rule, tuple[Ids, ...]] | None = None
        for key, fact in _places(goal.triple):
            for rule in self._rules(level, key):
                if any(self._age(level, ids) >= birth for ids in rule.because):
                    continue
                if is_transitivity(rule):
                    if self._explain_path(goal, rule, birth):
                        return True
                    continue
                instance = self._instance(level, rule, fact, birth)
                if instance is not None and (found is None or instance[0] < found[0]):
                    found = instance[0], rule, instance[1]
                    if instance[0] == 0:
                        break
        if found is None:
            return False
        _, rule, premises = found
        goals = (_Goal(goal.level, ids) for ids in (*rule.because, *premises))
        self._conclude(goal, rule.name, *goals)
        return True

    @staticmethod
    def _rules(level: Pass, key: int) -> Iterator[Rule]:
        for number in level.program.writers.get(key, ()):
            yield level.program.rules[number]
        for rule in level.retired:
            if rule.head is not None and rule.head.relation == key:
                yield rule

    def _age(self, level: Pass, ids: Ids) -> int:
        """The birth of a triple, zero if it is asserted: then it needs no proof."""
        if self.reasoner.is_asserted(ids):
            return 0
        find = level.same.find
        birth = self._birth(level, (find(ids[0]), find(ids[1]), find(ids[2])))
        return 0 if birth is None else birth

    def _instance(
        self, level: Pass, rule: Rule, fact: int, birth: int
    ) -> tuple[int, tuple[Ids, ...]] | None:
        """An instance of a rule for a fact, with premises as old as can be, and the age of these.

        None if there is none whose premises are all older than the fact.
        """
        assert rule.head is not None  # noqa: S101  # clashes are apart
        table = scan(rule.head, arrays.array([fact]))
        table = solve(table, rule.body, level.state)
        count = size(table)
        if not count:
            return None
        ages = arrays.fill(count, 0)
        for part in rule.body:
            ages = np.maximum(ages, self._ages(level, part, table, count))
        row = int(ages.argmin())
        if int(ages[row]) >= birth:
            return None
        binding = {variable: int(column[row]) for variable, column in table.items()}
        premises = []
        for part in rule.body:
            s, p, o = (binding[term] if term < 0 else term for term in pattern(part))
            premises.append((s, p, o))
        return int(ages[row]), tuple(premises)

    def _ages(self, level: Pass, part: Atom, table: Table, count: int) -> Ints:
        """The ages of an atom's instances under each binding."""

        def column(term: int) -> Ints:
            return table[term] if term < 0 else arrays.fill(count, term)

        if part.relation == level.same.find(v.SAME_AS):
            return arrays.fill(count, 0)  # of a term to itself
        if part.relation == v.TYPE and part.o is not None:
            terms = zip(column(part.s).tolist(), column(part.o).tolist(), strict=True)
            return arrays.array([self._age(level, (s, v.TYPE, o)) for s, o in terms])
        s = column(part.s)
        facts = s if part.o is None else arrays.pack(s, column(part.o))
        ages = level.state.relations[part.relation].births(facts)
        asserted = self.reasoner.asserted.get(part.relation)
        if asserted is not None:
            ages = np.where(arrays.find(asserted, facts)[1], 0, ages)
        return ages

    def _explain_path(self, goal: _Goal, rule: Rule, birth: int) -> bool:
        """Explain a pair of a transitive relation by the shortest path of older pairs."""
        level = self.levels[goal.level]
        s, p, o = goal.triple
        path = _shortest_path(s, o, self._edges(level, p, s, o, birth))
        if path is None:
            return False
        because = tuple(_Goal(goal.level, ids) for ids in rule.because)
        for end in range(2, len(path)):
            self._conclude(
                _Goal(goal.level, (s, p, path[end])),
                rule.name,
                *because,
                _Goal(goal.level, (s, p, path[end - 1])),
                _Goal(goal.level, (path[end - 1], p, path[end])),
            )
        return True

    def _edges(self, level: Pass, p: int, s: int, o: int, birth: int) -> Ints:
        """The pairs older than a birth that lie between two terms."""
        relation = level.state.relations[p]
        after, before = arrays.span(relation.facts, s), arrays.span(relation.reverse(), o)
        facts = relation.facts
        if len(after) < len(facts):
            after = arrays.sort(np.append(after, s))
            rows, targets = arrays.expand(facts, after)
            facts = arrays.pack(after[rows], targets)
        target = arrays.right(facts)
        facts = facts[(target == o) | arrays.find(before, target)[1]]
        table = {-1: arrays.left(facts), -2: arrays.right(facts)}
        return facts[self._ages(level, Atom(p, -1, -2), table, len(facts)) < birth]

    def _explain_same(self, goal: _Goal) -> None:
        """Explain that two terms are the same by a path of pairs found in earlier passes."""
        start, _, end = goal.triple
        if start == end:
            self._conclude(goal, "eq-ref")
            return
        came_from: dict[int, tuple[int, _Goal]] = {}
        frontier = [start]
        while end not in came_from:
            if not frontier:
                raise ValueError(f"no proof of {goal.triple} in pass {goal.level}")
            reached = []
            for node in frontier:
                for other, pair in self._equal(node, goal.level):
                    if other not in came_from and other != start:
                        came_from[other] = node, pair
                        reached.append(other)
            frontier = reached
        path = [end]
        while path[-1] != start:
            path.append(came_from[path[-1]][0])
        path.reverse()
        for at in range(1, len(path)):
            before, here = path[at - 1], path[at]
            link = _Goal(goal.level, (before, v.SAME_AS, here))
            pair = came_from[here][1]
            if pair.triple[0] != before:
                self._conclude(link, "eq-sym", pair)
            elif pair != link:
                self._carry(link, pair)
            elif link not in self.reasons:
                self._conclude(
                    link, ASSERTED if self.reasoner.is_asserted(pair.triple) else "dt-eq"
                )
            if at > 1:
                whole = _Goal(goal.level, (start, v.SAME_AS, here))
                shorter = _Goal(goal.level, (start, v.SAME_AS, before))
                self._conclude(whole, "eq-trans", shorter, link)

    def _equal(self, node: int, level: int) -> Iterator[tuple[int, _Goal]]:
        """What a term was found to be the same as before a pass, and the pair that says so."""
        if self.equalities is None:
            pairs = self.reasoner.asserted.get(v.SAME_AS, EMPTY)
            literal = [a << 32 | b for a, b in self.reasoner.literal_pairs]
            sources = [(-1, pairs), (-1, arrays.sort(arrays.array(literal)))]
            for at, earlier in enumerate(self.reasoner.history):
                facts = earlier.state.facts(earlier.same.find(v.SAME_AS))
                sources.append((at, facts))
            self.equalities = [
                (at, facts, arrays.sort(arrays.swap(facts))) for at, facts in sources
            ]
        for at, facts, turned in self.equalities:
            if at < level:
                own = level if at < 0 else at
                for other in arrays.span(facts, node).tolist():
                    yield other, _Goal(own, (node, v.SAME_AS, other))
                for other in arrays.span(turned, node).tolist():
                    yield other, _Goal(own, (other, v.SAME_AS, node))


def _shortest_path(start: int, end: int, edges: Ints) -> list[int] | None:
    """A path of at least one edge; None if there is none."""
    neighbours: dict[int, list[int]] = {}
    for edge in edges.tolist():
        neighbours.setdefault(edge >> 32, []).append(edge & 0xFFFFFFFF)
    came_from: dict[int, int] = {}
    frontier = [start]
    while frontier and end not in came_from:
        reached = []
        for node in frontier:
            for target in neighbours.get(node, ()):
                if target not in came_from:
                    came_from[target] = node
                    reached.append(target)
        frontier = reached
    if end not in came_from:
        return None
    path = [end, came_from[end]]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return path[::-1]


def _places(ids: Ids) -> list[tuple[int, int]]:
    """Where a triple stands: rdf:type is in its class, and in its own relation if that is used."""
    places = [place(*ids)]
    if ids[1] == v.TYPE:
        places.append((v.TYPE, ids[0] << 32 | ids[2]))
    return places
