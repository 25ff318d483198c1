"""A clash: the triples that cannot all be true, and the rule that says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from graph.reasoning import arrays, literals
from graph.reasoning import vocabulary as v
from graph.reasoning.evaluate import size, solve
from graph.reasoning.program import Ids, Rule, X, pattern
from graph.reasoning.reasoner import Reasoner
from graph.reasoning.terms import Triple


@dataclass(frozen=True)
class Clash:
    """An inconsistency: a rule of OWL 2 Profiles §4.3 that derives *false*.

    ``rule`` is the rule's name (``cax-dw``), ``triples`` are the premises that cause it, and
    ``message`` says it in one line.
    """

    rule: str
    triples: tuple[Triple, ...]
    message: str


def find_clashes(reasoner: Reasoner) -> tuple[Clash, ...]:
    """All clashes of a closure, each once."""
    text = reasoner.dictionary.text
    clashes: dict[tuple[str, frozenset[Ids]], Clash] = {}
    for rule, premises in _instances(reasoner):
        kind = (rule, frozenset(premises))
        if kind not in clashes:
            triples = tuple(Triple(*map(text, premise)) for premise in premises)
            message = f"{rule}: " + " and ".join(" ".join(t) for t in triples)
            clashes[kind] = Clash(rule, triples, message + " cannot all hold")
    return tuple(clashes.values())


def _instances(reasoner: Reasoner) -> Iterator[tuple[str, tuple[Ids, ...]]]:
    for rule in reasoner.program.clashes:
        if not all(len(reasoner.state.facts(part.relation)) for part in rule.body):
            continue
        table = solve({}, rule.body, reasoner.state)
        for row in range(size(table)):
            binding = {variable: int(column[row]) for variable, column in table.items()}
            if rule.name == "eq-diff1":
                for pair in _different(reasoner, binding[X]):
                    yield rule.name, pair
            elif rule.name in ("eq-diff2", "eq-diff3"):
                yield rule.name, _all_different(reasoner, rule.because)
            else:
                yield rule.name, _premises(rule, binding)
    yield from _literal_clashes(reasoner)


def _premises(rule: Rule, binding: dict[int, int]) -> tuple[Ids, ...]:
    premises = []
    for part in rule.body:
        s, p, o = (binding.get(term, term) if term < 0 else term for term in pattern(part))
        premises.append((s, p, o))
    return (*rule.because, *premises)


def _different(reasoner: Reasoner, representative: int) -> Iterator[tuple[Ids, Ids]]:
    """The pairs that are both the same and different, by what is asserted if it can be."""
    members = reasoner.same.members(representative)
    pair = representative, v.DIFFERENT_FROM, members[min(1, len(members) - 1)]
    fact = representative, v.DIFFERENT_FROM, representative
    for s, _, o in list(reasoner.asserted_variants(fact)) or [pair]:
        yield (s, v.SAME_AS, o), (s, v.DIFFERENT_FROM, o)


def _all_different(reasoner: Reasoner, because: tuple[Ids, ...]) -> tuple[Ids, ...]:
    """A list of different things that names one thing twice, with the names that it uses."""
    *said, (member, _, _) = because
    said = [next(reasoner.asserted_variants(triple), triple) for triple in said]
    names = [o for _, p, o in said if p == v.FIRST and reasoner.same.find(o) == member]
    one, *others = dict.fromkeys(names or [member])
    return (*said, (one, v.SAME_AS, others[0] if others else one))


def _literal_clashes(reasoner: Reasoner) -> Iterator[tuple[str, tuple[Ids, ...]]]:
    """dt-not-type, and eq-diff1 with dt-diff: literals with other values than they should have."""
    same, dictionary = reasoner.same, reasoner.dictionary
    for datatype in v.DATATYPES:
        members = reasoner.state.facts(~same.find(datatype))
        shared = same.shared(members)
        candidates = members[shared | dictionary.literal(members)]
        for representative in candidates.tolist():
            for term in same.members(representative):
                if dictionary.is_literal(term):
                    value = literals.value(dictionary.text(term))
                    if value is not None and not literals.in_datatype(value, datatype):
                        yield "dt-not-type", ((term, v.TYPE, datatype),)
    for head in dict.fromkeys(arrays.left(same.classes).tolist()):
        terms = [term for term in same.members(head) if dictionary.is_literal(term)]
        values = [literals.value(dictionary.text(term)) for term in terms]
        known = [(term, value) for term, value in zip(terms, values, strict=True) if value]
        for (one, its), (other, another) in permutations(known, 2):
            if its == another:
                continue
            if one < other and literals.ILL_TYPED not in (its, another):
                yield "eq-diff1", ((one, v.SAME_AS, other), (one, v.DIFFERENT_FROM, other))
            for datatype in literals.datatypes(another):
                if not literals.in_datatype(its, datatype):
                    yield "dt-not-type", ((one, v.TYPE, datatype),)
                    break  # one datatype tells as much as all
