"""Proofs: why a triple holds.

A fact is explained by an instance of a rule all of whose premises are *older* (see ``relations``),
and these by instances of their own, until only asserted triples are left. Going back in time ends,
so no proof is circular. Births order the facts of one pass; what is the same as what was found in
an earlier pass than the one that uses it, so passes come first in the order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from graph.reasoning import arrays
from graph.reasoning import vocabulary as v
from graph.reasoning.arrays import EMPTY, Ints
from graph.reasoning.datatypes import value_of
from graph.reasoning.equality import variants
from graph.reasoning.instances import Past
from graph.reasoning.literals import in_datatype
from graph.reasoning.program import Ids, Rule, is_transitivity
from graph.reasoning.reasoner import Reasoner
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


class _Goal(NamedTuple):
    """A triple that is to be proved within a pass."""

    level: int
    triple: Ids


class _Reason(NamedTuple):
    rule: str
    premises: tuple[_Goal, ...] = ()


def prove(reasoner: Reasoner, goal: Ids) -> Proof:
    """A proof of a triple that holds; ValueError if none is found, that is if it does not hold."""
    return _Search(reasoner).run(goal)


class _Search:
    def __init__(self, reasoner: Reasoner) -> None:
        self.reasoner = reasoner
        self.levels = reasoner.passes()
        self.pasts = [Past(reasoner, level) for level in self.levels]
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
        text = cache(self.reasoner.dictionary.text)

        @cache
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
        if self._from_asserted(goal):
            return
        if fact != goal.triple:
            self._replace(goal, fact)
        elif not (self._from_value(goal) or self._from_earlier_pass(goal) or self._from_rule(goal)):
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

        return variants((terms[0], terms[1], terms[2]), facts)

    def _from_asserted(self, goal: _Goal) -> bool:
        if all(self.levels[goal.level].same.alone(term) for term in goal.triple):
            return False
        for variant in self._variants(goal.level, goal.triple, None):
            self._replace(goal, variant, anew=True)
            self.reasons[_Goal(goal.level, variant)] = _Reason(ASSERTED)  # not by the goal itself
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
        birth = self.pasts[goal.level].birth(goal.triple)
        if goal.level == 0 or birth is None or birth > self.levels[goal.level].start:
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

    def _from_rule(self, goal: _Goal) -> bool:
        past = self.pasts[goal.level]
        birth = past.birth(goal.triple)
        if birth is None:
            return False
        found: tuple[int, Rule, tuple[Ids, ...]] | None = None
        for key, fact in _places(goal.triple):
            for rule in past.rules(key):
                if any(past.age(ids) >= birth for ids in rule.because):
                    continue
                if is_transitivity(rule):
                    if self._explain_path(goal, rule, birth):
                        return True
                    continue
                instance = past.instance(rule, fact, birth)
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

    def _explain_path(self, goal: _Goal, rule: Rule, birth: int) -> bool:
        """Explain a pair of a transitive relation by a path of older pairs.

        The shortest that needs no pair that was found by transitivity itself, if there is one.
        """
        s, p, o = goal.triple
        edges = self.pasts[goal.level].edges(p, s, o, birth)
        path = next((path for pairs in edges if (path := _shortest_path(s, o, pairs))), None)
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
                    link, ASSERTED if self.reasoner.is_asserted(link.triple) else "dt-eq"
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
