"""What a blank node is, apart from its name: the trees and lists that triples form."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode

from graph.turtle import FIRST, NIL, RDF, REST, TYPE, Term, Triple

OWL = "http://www.w3.org/2002/07/owl#"

SETS = frozenset(
    NamedNode(OWL + name)
    for name in (
        "members",
        "distinctMembers",
        "disjointUnionOf",
        "intersectionOf",
        "unionOf",
        "oneOf",
        "hasKey",
    )
)
"""The predicates whose list is a set (OWL 2 Mapping to RDF, Table 1); a chain is none."""

_LIST = NamedNode(RDF + "List")


class Index:
    """Triples by subject, with the lists among them, and a name for each blank node."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = tuple(dict.fromkeys(triples))
        self.about: dict[Term, dict[NamedNode, list[Term]]] = defaultdict(dict)
        self.used: Counter[Term] = Counter()
        self.slots: dict[Term, NamedNode] = {}
        for s, p, o in self.triples:
            self.about[s].setdefault(p, []).append(o)
            if isinstance(o, BlankNode):
                self.used[o] += 1
                self.slots[o] = p
        self.lists: dict[Term, tuple[Term, ...]] = {NIL: ()}
        for head, predicate in self.slots.items():
            if predicate != REST and (items := self._items(head)) is not None:
                self.lists[head] = items
        self._keys: dict[Term, str] = {}

    def _items(self, head: Term) -> tuple[Term, ...] | None:
        items: list[Term] = []
        cell, seen = head, set[Term]()
        while cell != NIL:
            pairs = self.about.get(cell, {})
            types = pairs.get(TYPE, [_LIST])
            plain = pairs.keys() - {TYPE} == {FIRST, REST} and types == [_LIST]
            if not plain or self.used[cell] != 1 or cell in seen:
                return None
            if len(pairs[FIRST]) != 1 or len(pairs[REST]) != 1:
                return None
            seen.add(cell)
            items.append(pairs[FIRST][0])
            cell = pairs[REST][0]
        return tuple(items)

    def is_set(self, head: Term) -> bool:
        """Whether a list stands where OWL reads a set."""
        return self.slots.get(head) in SETS

    @cached_property
    def subjects(self) -> tuple[Term, ...]:
        """The subjects that need a paragraph: all but the blank nodes that fit inside another."""
        cells = {cell for head in self.lists for cell in self._cells(head)}
        roots = [s for s in self.about if s not in cells and self.used[s] != 1]
        reached: set[Term] = set()

        def walk(term: Term) -> None:
            if term not in reached:
                reached.add(term)
                for objects in self.about.get(term, {}).values():
                    for each in objects:
                        if isinstance(each, BlankNode):
                            walk(each)

        for root in roots:
            walk(root)
        for subject in self.about:
            if subject not in reached and subject not in cells:
                roots.append(subject)
                walk(subject)
        return tuple(roots)

    def _cells(self, head: Term) -> Iterator[Term]:
        cell = head
        for _ in self.lists[head]:
            yield cell
            cell = self.about[cell][REST][0]

    def nested(self, term: Term) -> bool:
        """Whether the node is written in brackets where it is used."""
        return isinstance(term, BlankNode) and term not in self._roots and self.used[term] < 2

    @cached_property
    def _roots(self) -> frozenset[Term]:
        return frozenset(self.subjects)

    def key(self, term: Term) -> str:
        """A name that says what the node is: N-Triples, or for a blank node the tree below it."""
        if not isinstance(term, BlankNode):
            return sort_key(term)
        if term not in self._keys:
            self._keys[term] = self._tree(term, frozenset())
        return self._keys[term]

    def _tree(self, term: Term, above: frozenset[Term]) -> str:
        if not isinstance(term, BlankNode):
            return sort_key(term)
        if term in above:
            return "~"
        above |= {term}
        if term in self.lists:
            items = [self._tree(item, above) for item in self.lists[term]]
            return f"~({' '.join(sorted(items) if self.is_set(term) else items)})"
        pairs = [
            f"{p.value} {self._tree(o, above)}"
            for p, objects in self.about.get(term, {}).items()
            for o in objects
        ]
        return f"~[{' ; '.join(sorted(pairs))}]"

    def leaves(self, term: Term) -> Counter[str]:
        """The ends of the tree below a node, to tell how alike two trees are."""
        found: Counter[str] = Counter()
        queue, seen = [("", term)], {term}
        while queue:
            name, node = queue.pop()
            if node in self.lists:
                below = [(name, item) for item in self.lists[node]]
            else:
                pairs = self.about.get(node, {}).items()
                below = [(p.value, o) for p, objects in pairs for o in objects]
            for step in below:
                if not isinstance(step[1], BlankNode):
                    found[f"{step[0]} {step[1]}"] += 1
                elif step[1] not in seen:
                    seen.add(step[1])
                    queue.append(step)
        return found


def sort_key(term: Term) -> str:
    """The order of new terms: IRIs, then texts with English first, then blank nodes (``~``)."""
    if isinstance(term, Literal):
        language = term.language or ""
        return f'"{language != "en"} {language} {term.value} {term.datatype.value}'
    return " " + term.value
