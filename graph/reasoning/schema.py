"""The schema: its facts as Python values, and the rules of Table 9 that close it.

The rules are evaluated by the same evaluator as the others, over the same relations; so a schema
fact has a birth and a proof like any fact, and data may derive schema.
"""

from collections.abc import Callable, Iterator

from graph.reasoning import vocabulary as v
from graph.reasoning.program import Atom, Ids, Rule, X, Y, Z, in_class
from graph.reasoning.relations import State

_U, _V = -4, -5

PROPERTIES = (
    v.FIRST,
    v.REST,
    v.SUB_CLASS_OF,
    v.SUB_PROPERTY_OF,
    v.DOMAIN,
    v.RANGE,
    v.EQUIVALENT_CLASS,
    v.EQUIVALENT_PROPERTY,
    v.INVERSE_OF,
    v.DISJOINT_WITH,
    v.PROPERTY_DISJOINT_WITH,
    v.PROPERTY_CHAIN_AXIOM,
    v.HAS_KEY,
    v.COMPLEMENT_OF,
    v.INTERSECTION_OF,
    v.UNION_OF,
    v.ONE_OF,
    v.ON_PROPERTY,
    v.ON_CLASS,
    v.SOME_VALUES_FROM,
    v.ALL_VALUES_FROM,
    v.HAS_VALUE,
    v.MAX_CARDINALITY,
    v.MAX_QUALIFIED_CARDINALITY,
    v.MEMBERS,
    v.DISTINCT_MEMBERS,
    v.SOURCE_INDIVIDUAL,
    v.ASSERTION_PROPERTY,
    v.TARGET_INDIVIDUAL,
    v.TARGET_VALUE,
)
CLASSES = (
    v.CLASS,
    v.OBJECT_PROPERTY,
    v.DATATYPE_PROPERTY,
    v.FUNCTIONAL,
    v.INVERSE_FUNCTIONAL,
    v.SYMMETRIC,
    v.ASYMMETRIC,
    v.TRANSITIVE,
    v.IRREFLEXIVE,
    v.ALL_DIFFERENT,
    v.ALL_DISJOINT_CLASSES,
    v.ALL_DISJOINT_PROPERTIES,
)
KEYS = frozenset(PROPERTIES) | frozenset(~c for c in CLASSES)
"""The relations whose facts decide which rules there are."""


def _p(s: int, p: int, o: int) -> Atom:
    return Atom(p, s, o)


def _table_9() -> Iterator[Rule]:
    sco, eqc, thing, nothing = v.SUB_CLASS_OF, v.EQUIVALENT_CLASS, v.THING, v.NOTHING
    for s, p, o in ((X, sco, X), (X, eqc, X), (X, sco, thing), (nothing, sco, X)):
        yield Rule("scm-cls", _p(s, p, o), (in_class(v.CLASS),))
    spo, eqp = v.SUB_PROPERTY_OF, v.EQUIVALENT_PROPERTY
    for name, kind in (("scm-op", v.OBJECT_PROPERTY), ("scm-dp", v.DATATYPE_PROPERTY)):
        yield Rule(name, _p(X, spo, X), (in_class(kind),))
        yield Rule(name, _p(X, eqp, X), (in_class(kind),))
    for names, sub, equal in (
        (("scm-sco", "scm-eqc1", "scm-eqc2"), sco, eqc),
        (("scm-spo", "scm-eqp1", "scm-eqp2"), spo, eqp),
    ):
        yield Rule(names[0], _p(X, sub, Z), (_p(X, sub, Y), _p(Y, sub, Z)))
        yield Rule(names[1], _p(X, sub, Y), (_p(X, equal, Y),))
        yield Rule(names[1], _p(Y, sub, X), (_p(X, equal, Y),))
        yield Rule(names[2], _p(X, equal, Y), (_p(X, sub, Y), _p(Y, sub, X)))
    for name, of in (("scm-dom", v.DOMAIN), ("scm-rng", v.RANGE)):
        yield Rule(name + "1", _p(X, of, Z), (_p(X, of, Y), _p(Y, sco, Z)))
        yield Rule(name + "2", _p(X, of, Z), (_p(Y, of, Z), _p(X, spo, Y)))
    on = v.ON_PROPERTY
    for name, some, turned in (
        ("scm-hv", v.HAS_VALUE, False),
        ("scm-svf2", v.SOME_VALUES_FROM, False),
        ("scm-avf2", v.ALL_VALUES_FROM, True),
    ):
        body = (_p(X, some, Z), _p(X, on, _U), _p(Y, some, Z), _p(Y, on, _V), _p(_U, spo, _V))
        yield Rule(name, _p(Y, sco, X) if turned else _p(X, sco, Y), body)
    for name, of in (("scm-svf1", v.SOME_VALUES_FROM), ("scm-avf1", v.ALL_VALUES_FROM)):
        body = (_p(X, of, _U), _p(X, on, Z), _p(Y, of, _V), _p(Y, on, Z), _p(_U, sco, _V))
        yield Rule(name, _p(X, sco, Y), body)


def _axioms() -> Iterator[Rule]:
    yield Rule("cls-thing", in_class(v.CLASS, v.THING), ())
    yield Rule("cls-nothing1", in_class(v.CLASS, v.NOTHING), ())
    for property_ in v.ANNOTATION_PROPERTIES:
        yield Rule("prp-ap", in_class(v.ANNOTATION_PROPERTY, property_), ())
    for datatype in v.DATATYPES:
        yield Rule("dt-type1", in_class(v.DATATYPE, datatype), ())
    yield Rule("cls-nothing2", None, (in_class(v.NOTHING),))


FIXED = (*_axioms(), *_table_9())
"""The rules that do not depend on the schema: axioms, and how the schema is closed."""


class Schema:
    """The facts of the schema relations, read once from a state.

    ``find`` gives the representative of a term; ``number`` the value of a cardinality, if it is
    one.
    """

    def __init__(
        self, state: State, find: Callable[[int], int], number: Callable[[int], int | None]
    ) -> None:
        self.number = number
        self._state = state
        self._find = find
        self._pairs: dict[int, list[tuple[int, int]]] = {}
        self._lists: dict[int, list[tuple[tuple[int, ...], tuple[Ids, ...]]]] = {}
        self._first = self.images(v.FIRST)
        self._rest = self.images(v.REST)

    def pairs(self, property_: int) -> list[tuple[int, int]]:
        """Subject and object of each triple with the property."""
        if property_ not in self._pairs:
            facts = self._state.facts(self._find(property_)).tolist()
            self._pairs[property_] = [(fact >> 32, fact & 0xFFFFFFFF) for fact in facts]
        return self._pairs[property_]

    def images(self, property_: int) -> dict[int, set[int]]:
        """The objects of each subject of the property."""
        images: dict[int, set[int]] = {}
        for s, o in self.pairs(property_):
            images.setdefault(s, set()).add(o)
        return images

    def members(self, class_: int) -> list[int]:
        """The members of a class."""
        members: list[int] = self._state.facts(~self._find(class_)).tolist()
        return members

    def lists(self, node: int) -> list[tuple[tuple[int, ...], tuple[Ids, ...]]]:
        """The lists that begin at a node: the members, and the triples that make the list.

        There is one if the list is well formed, none if it does not end in rdf:nil, and several if
        a node has several first members or rests.
        """
        if node not in self._lists:
            self._lists[node] = list(self._walk(node))
        return self._lists[node]

    def _walk(self, node: int) -> Iterator[tuple[tuple[int, ...], tuple[Ids, ...]]]:
        nil = self._find(v.NIL)
        work: list[tuple[int, tuple[int, ...], tuple[Ids, ...], frozenset[int]]]
        work = [(node, (), (), frozenset())]
        while work:
            at, members, because, seen = work.pop()
            if at == nil and members:
                yield members, because
            if at in seen:
                continue
            firsts, rests = self._first.get(at, ()), self._rest.get(at, ())
            if len(firsts) == len(rests) == 1:  # the common case, without copying
                found, triples = list(members), list(because)
                visited = set(seen)
                while len(firsts) == len(rests) == 1 and at not in visited:
                    visited.add(at)
                    (first,), (rest,) = firsts, rests
                    found.append(first)
                    triples += [(at, v.FIRST, first), (at, v.REST, rest)]
                    at = rest
                    firsts, rests = self._first.get(at, ()), self._rest.get(at, ())
                work.append((at, tuple(found), tuple(triples), frozenset(visited)))
                continue
            work.extend(
                (
                    rest,
                    (*members, first),
                    (*because, (at, v.FIRST, first), (at, v.REST, rest)),
                    seen | {at},
                )
                for first in firsts
                for rest in rests
            )
