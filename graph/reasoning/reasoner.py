"""The closure as it is kept: asserted facts, all facts, the program, and how it came to be.

``Reasoner.saturate`` brings everything to a fixpoint. A *pass* evaluates the program with fixed
representatives; what it finds to be the same is merged after it, and another pass follows. The
state that each earlier pass ended with is kept (its columns are shared), because a proof of
sameness stands in it.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from graph.reasoning import arrays, equality, literals
from graph.reasoning import vocabulary as v
from graph.reasoning.arrays import EMPTY, Ints
from graph.reasoning.datatypes import data_facts, equal_literals, some_differ
from graph.reasoning.dictionary import Dictionary
from graph.reasoning.equality import Representatives
from graph.reasoning.fixpoint import Program, arrange, run
from graph.reasoning.program import Ids, Rule
from graph.reasoning.relations import State
from graph.reasoning.rules import compile_rules, compile_schema_rules
from graph.reasoning.schema import KEYS, Schema


@dataclass(frozen=True)
class Pass:
    """A finished pass: its representatives, the state it ended with, and where it began."""

    same: Representatives
    state: State
    program: Program
    start: int
    """Facts born at or before this tick were carried over from the pass before."""
    retired: list[Rule]
    """Rules that an earlier program of the pass had: facts may owe themselves to them."""


@dataclass
class Reasoner:
    """Everything that is known about some triples."""

    dictionary: Dictionary
    asserted: dict[int, Ints]
    """The asserted facts by relation, with the terms as they were written."""
    state: State = field(default_factory=State)
    program: Program = field(default_factory=Program)
    same: Representatives = field(default_factory=Representatives)
    history: list[Pass] = field(default_factory=list)
    start: int = 0
    retired: list[Rule] = field(default_factory=list)
    literal_pairs: list[tuple[int, int]] = field(default_factory=list)
    """Literals with one data value (dt-eq)."""
    values: dict[Hashable, list[int]] | None = None
    """The asserted literals with a datatype by ``literals.identity``; made when first needed."""
    restart: bool = False
    moved: dict[int, Ints] = field(default_factory=dict)
    _terms: tuple[int, Ints] | None = None
    mixed: tuple[Ints, Ints] | None = None
    """The classes of ``same``, and which of them hold a literal and something else."""
    eager: bool = False
    """Whether also what is never shown has been asked for."""

    def close(self) -> None:
        """Compute the closure of the asserted facts from nothing."""
        self.state, self.program, self.history = State(), Program(), []
        self.same, self.start, self.values, self.retired = Representatives(), 0, None, []
        self.literal_pairs = equal_literals(self.dictionary, self.asserted)
        pairs = [EMPTY, *([self.asserted[v.SAME_AS]] if v.SAME_AS in self.asserted else [])]
        pairs.append(arrays.array([a << 32 | b for a, b in self.literal_pairs]))
        together = arrays.concat(pairs)
        facts = {key: [column] for key, column in self.asserted.items()}
        if len(together):
            size = len(self.dictionary)
            self.same = self.same.merge(arrays.left(together), arrays.right(together), size)
            facts = equality.rewrite(self.asserted, self.same)
        for key, parts in facts.items():
            column = arrays.concat(parts)
            self.state.add(key, arrays.sort(column) if len(together) else column)
        self.saturate({}, everything=True)

    def saturate(
        self, delta: Mapping[int, Ints], everything: bool = False, recompile: bool = False
    ) -> dict[int, Ints]:
        """Go on until nothing new comes.

        ``delta`` are facts, already in the state, that no rule has seen; ``everything`` says that
        none have been seen at all, ``recompile`` that the program is not what it should be.
        Returns the new facts by relation if no terms were merged; after a merge (``history`` has
        grown) they are only those of the last pass.
        """
        self._terms = None
        changes = self._pass(delta, everything, recompile)
        while len(found := self._found_same()):
            self._merge(found)
            changes = self._pass(self.moved, self.restart)
        return changes

    def passes(self) -> list[Pass]:
        """The finished passes, and the one that the closure is in."""
        current = Pass(self.same, self.state, self.program, self.start, self.retired)
        return [*self.history, current]

    def _found_same(self) -> Ints:
        equal = self.same.find(v.SAME_AS)
        pairs = self._typings() if equal == v.TYPE else self.state.facts(equal)
        return arrays.choose(pairs, arrays.left(pairs) != arrays.right(pairs))

    def _typings(self) -> Ints:
        """The triples of rdf:type as pairs, not sorted."""
        relations = self.state.relations.items()
        return arrays.concat([arrays.pack(r.facts, ~key) for key, r in relations if key < 0])

    def _merge(self, found: Ints) -> None:
        """Replace terms that the pass found to be the same."""
        before = self.same
        self.history.append(Pass(before, self.state.copy(), self.program, self.start, self.retired))
        self.same = before.merge(arrays.left(found), arrays.right(found), len(self.dictionary))
        changed = np.flatnonzero(self.same.of != before.map(np.arange(len(self.same.of))))
        touched = frozenset(changed[before.map(changed) == changed].tolist())
        self.restart = bool(touched & self._program_terms())
        self.state.tick()
        self.moved = {}
        moved: dict[int, Ints] = {}
        mask = np.zeros(len(self.dictionary), np.bool_)
        mask[changed] = True
        for key, relation in list(self.state.relations.items()):
            facts = relation.facts
            if (~key if key < 0 else key) in touched:
                moved[key] = facts
                del self.state.relations[key]
                continue
            stale = mask[facts] if key < 0 else mask[arrays.left(facts)] | mask[arrays.right(facts)]
            if stale.any():
                moved[key] = facts[stale]
                relation.remove(facts[stale])
        for key, parts in equality.rewrite(moved, self.same).items():
            new = arrays.difference(arrays.sort(arrays.concat(parts)), self.state.facts(key))
            if len(new):
                self.state.add(key, new)
                self.moved[key] = new
        self.start = self.state.clock
        self.retired = []

    def _program_terms(self) -> set[int]:
        """The terms that the program mentions, and those of the schema."""
        terms = set(range(len(v.VOCABULARY)))
        for rule in (*self.program.rules, *self.program.lazy, *self.program.clashes):
            for part in (*rule.body, *([rule.head] if rule.head else [])):
                terms.add(~part.relation if part.relation < 0 else part.relation)
                terms.update(term for term in (part.s, part.o) if term is not None)
        for key in KEYS:
            facts = self.state.facts(key)
            terms.update(facts.tolist() if key < 0 else arrays.left(facts).tolist())
            if key >= 0:
                terms.update(arrays.right(facts).tolist())
        return terms

    def unfold(self) -> None:
        """Compute what is never shown, too."""
        if not self.eager:
            self.eager = True
            self.saturate({}, recompile=True)

    def _pass(
        self, delta: Mapping[int, Ints], everything: bool, recompile: bool = False
    ) -> dict[int, Ints]:
        """Evaluate with the representatives as they are, compiling again as the schema grows."""
        find = self.same.find
        keys = {find(key) if key >= 0 else ~find(~key) for key in KEYS}
        if everything:
            self.program = arrange(compile_schema_rules(self._schema(), find))
            changes = run(self.state, self.program, {}, range(len(self.program.rules)))
            delta = dict(delta)
        else:
            changes = run(self.state, self.program, delta)
        recent: Mapping[int, Ints] = changes
        while True:
            known = {rule[:3] for rule in self.program.rules}
            anew = everything or recompile or bool(keys & recent.keys())
            if anew:
                before = self.program.rules
                self.program = arrange(compile_rules(self._schema(), find), self._unseen())
                current = set(self.program.rules)
                self.retired += [rule for rule in before if rule not in current]
            fresh = [
                number for number, rule in enumerate(self.program.rules) if rule[:3] not in known
            ]
            everything = recompile = False
            given = self._given(None if anew else recent)
            if not fresh and not given:
                return changes
            recent = run(self.state, self.program, given, fresh)
            for key, facts in recent.items():
                changes[key] = arrays.union(changes[key], facts) if key in changes else facts

    def _schema(self) -> Schema:
        return Schema(self.state, self.same.find, self._number)

    def _number(self, term: int) -> int | None:
        """Zero or one, if that is the term's data value."""
        for member in self.same.members(term):
            if self.dictionary.is_literal(member):
                value = literals.value(self.dictionary.text(member))
                for number in (0, 1):
                    if value == literals.Value("decimal", number):
                        return number
        return None

    def _unseen(self) -> frozenset[int]:
        """The classes whose members are not shown: owl:Thing and blank class expressions."""
        if self.eager or not self.same.alone(v.TYPE):
            return frozenset()
        thing = self.same.find(v.THING)
        hidden = {~self.same.find(term) for term in self.expressions()}
        if thing == v.THING and self.same.alone(thing):
            hidden.add(~thing)
        return frozenset(key for key in hidden if self.same.alone(~key))

    def expressions(self) -> set[int]:
        """The blank nodes that stand for class expressions."""
        asserted = self.asserted
        subjects = [arrays.left(asserted[p]) for p in v.EXPRESSION_PREDICATES if p in asserted]
        subjects += [asserted[~c] for c in v.EXPRESSION_CLASSES if ~c in asserted]
        column = arrays.concat(subjects)
        return set(column[self.dictionary.blank(column)].tolist())

    def _given(self, recent: Mapping[int, Ints] | None) -> dict[int, Ints]:
        """Facts that hold without a rule of the program, added where something depends on them.

        What the datatypes say (``data_facts``); that every term is the same as itself (eq-ref),
        and rdf:type as a relation of its own, if a rule treats these as properties like any other.
        """
        find = self.same.find
        parts: dict[int, list[Ints]] = defaultdict(list)
        for key, column in data_facts(self, recent).items():
            parts[key].append(column)
        type_, equal = find(v.TYPE), find(v.SAME_AS)
        if self.program.reads(type_) or type_ in self.program.writers:
            parts[type_].append(self._typings())
            pairs = {type_: self.state.facts(type_)}
            for key, columns in equality.rewrite(pairs, Representatives()).items():
                parts[key] += columns
        if self.program.reads(equal):
            terms = self.same.map(self.occurring())
            parts[equal].append(arrays.pack(terms, terms))
        new = {}
        self.state.tick()
        for key, columns in parts.items():
            column = arrays.sort(arrays.concat(columns))
            facts = arrays.difference(column, self.state.facts(key))
            if len(facts):
                self.state.add(key, facts)
                new[key] = facts
        return new

    def occurring(self) -> Ints:
        """The terms that occur in the closure."""
        if self._terms is not None and self._terms[0] == self.state.clock:
            return self._terms[1]
        terms = [self.same.merged]
        for key, facts in self.asserted.items():
            terms += [facts] if key < 0 else [arrays.left(facts), arrays.right(facts)]
        for key, relation in self.state.relations.items():
            facts = relation.facts
            if len(facts):
                terms.append(arrays.array([~key, v.TYPE] if key < 0 else [key]))
                terms += [facts] if key < 0 else [arrays.left(facts), arrays.right(facts)]
        for key in self.asserted:
            terms.append(arrays.array([~key] if key < 0 else [key]))
        if len(self.state.relations):
            terms.append(arrays.array([v.SAME_AS]))
        column = arrays.sort(arrays.concat(terms))
        if not arrays.has(column, v.DIFFERENT_FROM) and some_differ(self.dictionary, column):
            column = arrays.union(column, arrays.array([v.DIFFERENT_FROM]))
        self._terms = self.state.clock, column
        return column

    def asserted_variants(self, triple: Ids) -> Iterator[Ids]:
        """The asserted triples that are a triple but for terms that are the same."""
        s, p, o = (self.same.members(term) for term in triple)
        return equality.variants((s, p, o), lambda key: self.asserted.get(key, EMPTY))

    def is_asserted(self, triple: Ids) -> bool:
        """Whether a triple was asserted as it stands."""
        s, p, o = triple
        key, fact = (~o, s) if p == v.TYPE else (p, s << 32 | o)
        facts = self.asserted.get(key)
        return facts is not None and arrays.has(facts, fact)
