"""Other ways: a triple may follow from several instances of rules, and ``proofs`` finds but one."""

from collections.abc import Iterator
from itertools import islice

from graph.reasoning import arrays
from graph.reasoning.evaluate import scan, size, solve
from graph.reasoning.program import Ids, Rule, is_transitivity, pattern
from graph.reasoning.proofs import Proof, Step, prove
from graph.reasoning.reasoner import Reasoner
from graph.reasoning.relations import place
from graph.reasoning.terms import Triple
from graph.reasoning.vocabulary import TYPE

_TRIES = 50
"""So many instances are tried at most: a class can have a million members."""


def ways(reasoner: Reasoner, goal: Ids, most: int) -> tuple[Proof, ...]:
    """Proofs of a triple that holds, each by another instance of a rule in its last step.

    The first is that of ``prove``; the others follow, the shorter first, `most` in all. An instance
    whose premises themselves need the triple is none. Of a transitive property, of terms that are
    the same as others, and of an asserted triple there is the first only.
    """
    first = prove(reasoner, goal)
    last = first.steps[-1]
    if not last.premises or any(reasoner.same.find(term) != term for term in goal):
        return (first,)
    others: dict[frozenset[Triple], Proof] = {}
    for rule, premises in islice(_instances(reasoner, goal), _TRIES):
        proof = _proof(reasoner, last.conclusion, rule, (*rule.because, *premises))
        if proof is not None and set(proof.steps[-1].premises) != set(last.premises):
            others.setdefault(frozenset(proof.steps[-1].premises), proof)
    ordered = sorted(others.values(), key=lambda proof: len(proof.steps))
    return (first, *ordered[: most - 1])


def _instances(reasoner: Reasoner, goal: Ids) -> Iterator[tuple[Rule, tuple[Ids, ...]]]:
    places = [place(*goal)]
    if goal[1] == TYPE:
        places.append((TYPE, goal[0] << 32 | goal[2]))
    for key, fact in places:
        for rule in reasoner.program.rules:
            if rule.head is None or rule.head.relation != key or is_transitivity(rule):
                continue
            table = solve(scan(rule.head, arrays.array([fact])), rule.body, reasoner.state)
            for row in range(size(table)):
                binding = {variable: int(column[row]) for variable, column in table.items()}
                premises = (
                    tuple(binding[term] if term < 0 else term for term in pattern(part))
                    for part in rule.body
                )
                yield rule, tuple((s, p, o) for s, p, o in premises)


def _proof(
    reasoner: Reasoner, conclusion: Triple, rule: Rule, premises: tuple[Ids, ...]
) -> Proof | None:
    """The premises' proofs in one, and the step on top; None if one of them needs the conclusion.

    A step that several need is taken from the first, where its own premises stand before it.
    """
    steps: dict[Triple, Step] = {}
    for premise in premises:
        for step in prove(reasoner, premise).steps:
            steps.setdefault(step.conclusion, step)
    if conclusion in steps:
        return None
    text = reasoner.dictionary.text
    last = Step(conclusion, rule.name, tuple(Triple(*map(text, ids)) for ids in premises))
    return Proof((*steps.values(), last))
