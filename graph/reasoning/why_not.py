"""Why a triple does not hold: the rules that could have given it, and the premises they lack."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice

from graph.reasoning import arrays
from graph.reasoning.evaluate import scan, size, solve
from graph.reasoning.program import Atom, Ids, Rule, pattern, variables
from graph.reasoning.reasoner import Reasoner
from graph.reasoning.relations import place
from graph.reasoning.terms import Triple
from graph.reasoning.vocabulary import TYPE

_INSTANCES = 3
"""So many instances of a rule are given at most for one choice of missing premises."""
_TRIES = 256
"""So many choices of missing premises are tried at most for one rule: chains can be long."""


@dataclass(frozen=True)
class Gap:
    """A rule that would give a triple if the missing premises were asserted.

    ``present`` are the premises that hold, those of the schema first. A blank node in ``missing``
    that occurs nowhere else stands for anything at all.
    """

    rule: str
    present: tuple[Triple, ...]
    missing: tuple[Triple, ...]


def gaps(reasoner: Reasoner, goal: Ids) -> tuple[Gap, ...]:
    """The rules that could give a triple that does not hold, the nearest first.

    Each rule of the compiled program is taken once for each choice of fewest missing premises.
    """
    find = reasoner.same.find
    s, p, o = (find(term) for term in goal)
    places = [place(s, p, o)]
    if p == TYPE:
        places.append((TYPE, s << 32 | o))
    found: dict[tuple[str, frozenset[Triple]], Gap] = {}
    for key, fact in places:
        for rule in (*reasoner.program.rules, *reasoner.program.lazy):
            if rule.head is not None and rule.head.relation == key:
                for gap in _gaps(reasoner, rule, fact):
                    found.setdefault((gap.rule, frozenset(gap.missing)), gap)
    return tuple(sorted(found.values(), key=_distance))


def _distance(gap: Gap) -> tuple[int, tuple[Triple, ...], str]:
    return len(gap.missing), gap.missing, gap.rule


def _gaps(reasoner: Reasoner, rule: Rule, fact: int) -> Iterator[Gap]:
    """The instances of a rule for a fact that lack the fewest premises."""
    assert rule.head is not None  # noqa: S101  # clashes are apart
    start = scan(rule.head, arrays.array([fact]))
    if not size(start):
        return
    tries = 0
    for count in range(1, len(rule.body) + 1):
        some = False
        for lacking in combinations(range(len(rule.body)), count):
            tries += 1
            if tries > _TRIES:
                return
            present = [part for at, part in enumerate(rule.body) if at not in lacking]
            table = solve(start, present, reasoner.state)
            rows = (
                {variable: int(column[row]) for variable, column in table.items()}
                for row in range(size(table))
            )
            missing = [rule.body[at] for at in lacking]
            possible = (
                gap
                for binding in rows
                if (gap := _gap(reasoner, rule, present, missing, binding)) is not None
            )
            for gap in islice(possible, _INSTANCES):
                some = True
                yield gap
        if some:
            return


def _gap(
    reasoner: Reasoner,
    rule: Rule,
    present: list[Atom],
    missing: list[Atom],
    binding: dict[int, int],
) -> Gap | None:
    """An instance of a rule; None if what it lacks cannot be asserted or is not missing."""
    dictionary = reasoner.dictionary
    free = {variable for part in missing for variable in variables(part)} - binding.keys()
    names = dict(zip(sorted(free, reverse=True), _anything(dictionary.find), strict=False))

    def name(term: int) -> str:
        return names[term] if term in names else dictionary.text(binding.get(term, term))

    def triple(part: Atom) -> Triple:
        s, p, o = pattern(part)
        return Triple(name(s), name(p), name(o))

    lacking = tuple(dict.fromkeys(map(triple, missing)))
    if any(t.s.startswith('"') or not t.p.startswith("<") for t in lacking):
        return None
    because = tuple(Triple(*map(dictionary.text, ids)) for ids in rule.because)
    return Gap(rule.name, (*because, *map(triple, present)), lacking)


def _anything(find: Callable[[str], int | None]) -> Iterator[str]:
    """Blank nodes that occur nowhere."""
    number = 0
    while True:
        number += 1
        label = f"_:anything{number}"
        if find(label) is None:
            yield label
