"""What users are shown: inferred triples spread over all terms that are the same, without noise.

What is noise is defined term by term in ``noise``; here the same is done over columns.
"""

from collections.abc import Collection, Iterator, Mapping

from graph.reasoning import arrays, equality
from graph.reasoning import vocabulary as v
from graph.reasoning.arrays import EMPTY, Bools, Ints
from graph.reasoning.equality import Representatives
from graph.reasoning.reasoner import Reasoner
from graph.reasoning.relations import columns
from graph.reasoning.vocabulary import BUILT_IN


def inferred(reasoner: Reasoner, hidden: Collection[str] = ()) -> dict[int, Ints]:
    """The inferred facts that are shown, by relation; ``hidden`` are predicates to leave out."""
    facts = {key: rel.facts for key, rel in reasoner.state.relations.items()}
    return shown(reasoner, facts, hidden)


def shown(
    reasoner: Reasoner, facts: Mapping[int, Ints], hidden: Collection[str] = ()
) -> dict[int, Ints]:
    """Of facts of the closure, spread over all terms that are the same, those that are shown.

    Leaves out what is asserted and what is noise.
    """
    judge = _Judge(reasoner, hidden)
    result: dict[int, Ints] = {}
    for key, column in _spread(reasoner, facts):
        split = {key: [column]}
        if key == v.TYPE:  # owl:sameAs, declared to be the same as rdf:type
            split = equality.rewrite({key: column}, Representatives())
        for place, parts in split.items():
            new = arrays.difference(arrays.sort(parts[0]), reasoner.asserted.get(place, EMPTY))
            new = arrays.difference(judge.keep(place, new), result.get(place, EMPTY))
            if len(new):
                result[place] = arrays.union(result.get(place, EMPTY), new)
    return result


def _spread(reasoner: Reasoner, facts: Mapping[int, Ints]) -> Iterator[tuple[int, Ints]]:
    """Facts over representatives as facts over all terms, relation by relation."""
    same = reasoner.same
    if not len(same.classes):
        for key, column in facts.items():
            if key != v.TYPE:  # the same triples stand in the classes
                yield key, column
        return
    type_, equal = same.find(v.TYPE), same.find(v.SAME_AS)
    typings = [EMPTY]
    for key, column in facts.items():
        if key in (type_, equal):
            continue
        if key < 0:
            _, spread = same.spread(column)
            for class_ in same.members(~key):
                yield ~class_, arrays.sort(spread)
                if not same.alone(type_):
                    typings.append(arrays.pack(spread, class_))
            continue
        rows, s = same.spread(arrays.left(column))
        more, o = same.spread(arrays.right(column)[rows])
        spread = arrays.sort(arrays.pack(s[more], o))
        for property_ in same.members(key):
            yield property_, spread
    for property_ in same.members(type_):
        if property_ != v.TYPE:
            yield property_, arrays.sort(arrays.concat(typings))
    if equal not in facts and same.alone(v.SAME_AS):
        return
    rows, other = same.spread(arrays.left(same.classes))
    pairs = arrays.pack(arrays.right(same.classes)[rows], other)
    for property_ in same.members(equal):
        if property_ != v.SAME_AS:  # reflexive triples of owl:sameAs itself are noise
            terms = reasoner.occurring()
            yield property_, arrays.sort(arrays.concat([pairs, arrays.pack(terms, terms)]))
        else:
            yield property_, arrays.sort(pairs)


class _Judge:
    """Tells noise apart, over columns."""

    def __init__(self, reasoner: Reasoner, hidden: Collection[str]) -> None:
        self._dictionary = reasoner.dictionary
        self._blank = arrays.sort(arrays.array(sorted(reasoner.expressions())))
        find = self._dictionary.find
        self._hidden = {find(name) for name in hidden}

    def keep(self, key: int, column: Ints) -> Ints:
        """The facts of a relation that are not noise."""
        dictionary = self._dictionary
        if not len(column):
            return EMPTY
        s, p, o = columns(key, column)
        predicate = dictionary.text(p)
        if p in self._hidden or not predicate.startswith("<"):
            return EMPTY
        bad: Bools = dictionary.literal(s)
        if isinstance(o, int):
            if o == v.THING or arrays.has(self._blank, o):
                return EMPTY
            if dictionary.text(o).startswith(BUILT_IN):
                bad |= dictionary.built_in(s)
        else:
            if len(self._blank):
                bad |= arrays.member(self._blank, o)
            if p == v.SAME_AS:
                bad |= s == o
            if predicate.startswith(BUILT_IN):
                bad |= dictionary.built_in(s) & dictionary.built_in(o)
        if len(self._blank):
            bad |= arrays.member(self._blank, s)
        return column[~bad] if arrays.some(bad) else column


def subtract(a: Mapping[int, Ints], b: Mapping[int, Ints]) -> dict[int, Ints]:
    """The facts of ``a`` that are not in ``b``."""
    result = {key: arrays.difference(facts, b.get(key, EMPTY)) for key, facts in a.items()}
    return {key: facts for key, facts in result.items() if len(facts)}


def add(a: Mapping[int, Ints], b: Mapping[int, Ints]) -> dict[int, Ints]:
    """The facts of both."""
    result = dict(a)
    for key, facts in b.items():
        known = result.get(key, EMPTY)
        result[key] = arrays.union(known, arrays.difference(facts, known))
    return result
