"""The rules of Tables 4–7, specialised for a schema.

Each function reads a table: for every match of the schema premises of a rule it yields the case of
the rule that is left for the data. The schema premises are the rule's ``because``.

Since sub-classes, sub-properties, domains and ranges are closed (Table 9), only what cannot be
reached in smaller steps is compiled; equality is by representatives (``equality``), so that no
rule of Table 4 is left but its clashes.
"""

from collections.abc import Callable, Collection, Iterator
from itertools import chain, combinations, pairwise, product

from graph.reasoning import transitive
from graph.reasoning import vocabulary as v
from graph.reasoning.program import Atom, Ids, Rule, X, Y, Z, atom, in_class
from graph.reasoning.schema import FIXED, Schema


def compile_rules(schema: Schema, find: Callable[[int], int]) -> list[Rule]:
    """The program for a closed schema: the fixed rules and their specialised cases.

    ``find`` gives the representative of a term, in case built-in terms were declared the same.
    """
    tables = (_schema, _equality, _properties, _property_clashes, _classes, _hierarchies)
    rules: dict[tuple[str, Atom | None, tuple[Atom, ...]], Rule] = {}
    for rule in _renamed([*FIXED, *chain.from_iterable(table(schema) for table in tables)], find):
        rules.setdefault((rule.name, rule.head, rule.body), rule)
    return list(rules.values())


def compile_schema_rules(schema: Schema, find: Callable[[int], int]) -> list[Rule]:
    """The part of the program that closes the schema."""
    return _renamed([*FIXED, *_schema(schema)], find)


def _renamed(rules: list[Rule], find: Callable[[int], int]) -> list[Rule]:
    """Rules with representatives for built-in terms; all other terms are representatives."""
    names = {term: find(term) for term in range(len(v.VOCABULARY)) if find(term) != term}
    if not names:
        return rules

    def rename(term: int) -> int:
        return names.get(term, term)

    def place(part: Atom) -> Atom:
        relation = rename(part.relation) if part.relation >= 0 else ~rename(~part.relation)
        return Atom(relation, rename(part.s), None if part.o is None else rename(part.o))

    renamed = []
    for rule in rules:
        parts = [*rule.body, *([rule.head] if rule.head else [])]
        terms = {term for part in parts for term in (*part[1:], part.relation, ~part.relation)}
        equal = tuple((old, v.SAME_AS, names[old]) for old in sorted(names.keys() & terms))
        body = tuple(map(place, rule.body))
        head = rule.head and place(rule.head)
        renamed.append(Rule(rule.name, head, body, (*rule.because, *equal)))
    return renamed


def _schema(schema: Schema) -> Iterator[Rule]:
    """scm-int and scm-uni (Table 9): they need lists."""
    for name, property_ in (("scm-int", v.INTERSECTION_OF), ("scm-uni", v.UNION_OF)):
        for c, node in schema.pairs(property_):
            for members, triples in schema.lists(node):
                because = ((c, property_, node), *triples)
                for member in dict.fromkeys(members):
                    pair = (c, member) if name == "scm-int" else (member, c)
                    yield Rule(name, Atom(v.SUB_CLASS_OF, *pair), (), because)


def _equality(schema: Schema) -> Iterator[Rule]:
    """The clashes of Table 4; terms that are the same have one representative here."""
    yield Rule("eq-diff1", None, (Atom(v.DIFFERENT_FROM, X, X),))
    names = (("eq-diff2", v.MEMBERS), ("eq-diff3", v.DISTINCT_MEMBERS))
    for x in schema.members(v.ALL_DIFFERENT):
        for name, property_ in names:
            for node in sorted(schema.images(property_).get(x, ())):
                for members, triples in schema.lists(node):
                    twice = sorted({m for m in members if members.count(m) > 1})
                    because = ((x, v.TYPE, v.ALL_DIFFERENT), (x, property_, node), *triples)
                    for member in twice:
                        same = (member, v.SAME_AS, member)
                        yield Rule(name, None, (), (*because, same))


def _properties(schema: Schema) -> Iterator[Rule]:
    """Table 5, but for its clashes and for what is inherited (``_hierarchies``)."""
    same = Atom(v.SAME_AS, Y, Z)
    for p in schema.members(v.FUNCTIONAL):
        because = _is_a(p, v.FUNCTIONAL)
        yield Rule("prp-fp", same, (Atom(p, X, Y), Atom(p, X, Z)), because)
    for p in schema.members(v.INVERSE_FUNCTIONAL):
        because = _is_a(p, v.INVERSE_FUNCTIONAL)
        yield Rule("prp-ifp", same, (Atom(p, Y, X), Atom(p, Z, X)), because)
    for p in schema.members(v.SYMMETRIC):
        yield Rule("prp-symp", Atom(p, Y, X), (Atom(p, X, Y),), _is_a(p, v.SYMMETRIC))
    for p in schema.members(v.TRANSITIVE):
        body = (Atom(p, X, Y), Atom(p, Y, Z))
        yield Rule("prp-trp", Atom(p, X, Z), body, _is_a(p, v.TRANSITIVE))
    for p, q in schema.pairs(v.INVERSE_OF):
        because = ((p, v.INVERSE_OF, q),)
        yield Rule("prp-inv1", Atom(q, Y, X), (Atom(p, X, Y),), because)
        yield Rule("prp-inv2", Atom(p, Y, X), (Atom(q, X, Y),), because)
    for p, node in schema.pairs(v.PROPERTY_CHAIN_AXIOM):
        for links, triples in schema.lists(node):
            places = [X, *range(-4, -3 - len(links), -1), Z]
            steps = zip(links, pairwise(places), strict=True)
            path = tuple(Atom(q, s, o) for q, (s, o) in steps)
            reason = ((p, v.PROPERTY_CHAIN_AXIOM, node), *triples)
            yield Rule("prp-spo2", Atom(p, X, Z), path, reason)
    for c, node in schema.pairs(v.HAS_KEY):
        for keys, triples in schema.lists(node):
            halves = (
                (in_class(c, who), *(Atom(p, who, -3 - at) for at, p in enumerate(keys)))
                for who in (X, Y)
            )
            reason = ((c, v.HAS_KEY, node), *triples)
            yield Rule("prp-key", Atom(v.SAME_AS, X, Y), tuple(chain(*halves)), reason)


def _property_clashes(schema: Schema) -> Iterator[Rule]:
    """The clashes of Table 5."""
    for p in schema.members(v.IRREFLEXIVE):
        yield Rule("prp-irp", None, (Atom(p, X, X),), _is_a(p, v.IRREFLEXIVE))
    for p in schema.members(v.ASYMMETRIC):
        body = (Atom(p, X, Y), Atom(p, Y, X))
        yield Rule("prp-asyp", None, body, _is_a(p, v.ASYMMETRIC))
    for p, q in schema.pairs(v.PROPERTY_DISJOINT_WITH):
        body = (Atom(p, X, Y), Atom(q, X, Y))
        yield Rule("prp-pdw", None, body, ((p, v.PROPERTY_DISJOINT_WITH, q),))
    for p, q, because in _disjoint(schema, v.ALL_DISJOINT_PROPERTIES):
        yield Rule("prp-adp", None, (Atom(p, X, Y), Atom(q, X, Y)), because)
    source, property_ = schema.images(v.SOURCE_INDIVIDUAL), schema.images(v.ASSERTION_PROPERTY)
    for name, kind in (("prp-npa1", v.TARGET_INDIVIDUAL), ("prp-npa2", v.TARGET_VALUE)):
        for x, target in schema.pairs(kind):
            for s, p in product(sorted(source.get(x, ())), sorted(property_.get(x, ()))):
                reason = (
                    (x, v.SOURCE_INDIVIDUAL, s),
                    (x, v.ASSERTION_PROPERTY, p),
                    (x, kind, target),
                )
                yield Rule(name, None, (atom(s, p, target),), reason)


def _is_a(term: int, class_: int) -> tuple[Ids, ...]:
    return ((term, v.TYPE, class_),)


def _disjoint(schema: Schema, kind: int) -> Iterator[tuple[int, int, tuple[Ids, ...]]]:
    """Each two members of a list of things that are all disjoint."""
    lists = schema.images(v.MEMBERS)
    for x in schema.members(kind):
        for node in sorted(lists.get(x, ())):
            for members, triples in schema.lists(node):
                because = ((x, v.TYPE, kind), (x, v.MEMBERS, node), *triples)
                for one, other in combinations(members, 2):
                    yield one, other, because


def _classes(schema: Schema) -> Iterator[Rule]:
    """Table 6, and the clashes of Table 7."""
    for c, node in schema.pairs(v.INTERSECTION_OF):
        for members, triples in schema.lists(node):
            body = tuple(in_class(member) for member in dict.fromkeys(members))
            yield Rule("cls-int1", in_class(c), body, ((c, v.INTERSECTION_OF, node), *triples))
    for c, node in schema.pairs(v.ONE_OF):
        for members, triples in schema.lists(node):
            for member in dict.fromkeys(members):
                yield Rule("cls-oo", in_class(c, member), (), ((c, v.ONE_OF, node), *triples))
    for name, property_ in (("cls-com", v.COMPLEMENT_OF), ("cax-dw", v.DISJOINT_WITH)):
        for c, d in schema.pairs(property_):
            yield Rule(name, None, (in_class(c), in_class(d)), ((c, property_, d),))
    for c, d, because in _disjoint(schema, v.ALL_DISJOINT_CLASSES):
        yield Rule("cax-adc", None, (in_class(c), in_class(d)), because)
    yield from _restrictions(schema)


def _restrictions(schema: Schema) -> Iterator[Rule]:
    on_property, on_class = schema.images(v.ON_PROPERTY), schema.images(v.ON_CLASS)

    def on(facet: int) -> Iterator[tuple[int, int, int, tuple[Ids, ...]]]:
        for x, y in schema.pairs(facet):
            for p in sorted(on_property.get(x, ())):
                yield x, y, p, ((x, facet, y), (x, v.ON_PROPERTY, p))

    for x, y, p, because in on(v.SOME_VALUES_FROM):
        if y == v.THING:
            yield Rule("cls-svf2", in_class(x), (Atom(p, X, Y),), because)
        else:
            yield Rule("cls-svf1", in_class(x), (Atom(p, X, Y), in_class(y, Y)), because)
    for x, y, p, because in on(v.ALL_VALUES_FROM):
        yield Rule("cls-avf", in_class(y, Y), (in_class(x), Atom(p, X, Y)), because)
    for x, y, p, because in on(v.HAS_VALUE):
        yield Rule("cls-hv1", atom(X, p, y), (in_class(x),), because)
        yield Rule("cls-hv2", in_class(x), (atom(X, p, y),), because)
    for x, y, p, because in on(v.MAX_CARDINALITY):
        match schema.number(y):
            case 0:
                yield Rule("cls-maxc1", None, (in_class(x), Atom(p, X, Y)), because)
            case 1:
                body = (in_class(x), Atom(p, X, Y), Atom(p, X, Z))
                yield Rule("cls-maxc2", Atom(v.SAME_AS, Y, Z), body, because)
    for x, y, p, restriction in on(v.MAX_QUALIFIED_CARDINALITY):
        for c in sorted(on_class.get(x, ())):
            because = (*restriction, (x, v.ON_CLASS, c))
            thing = c == v.THING
            one = (Atom(p, X, Y), *(() if thing else (in_class(c, Y),)))
            other = (Atom(p, X, Z), *(() if thing else (in_class(c, Z),)))
            match schema.number(y):
                case 0:
                    name = "cls-maxqc2" if thing else "cls-maxqc1"
                    yield Rule(name, None, (in_class(x), *one), because)
                case 1:
                    name = "cls-maxqc4" if thing else "cls-maxqc3"
                    head = Atom(v.SAME_AS, Y, Z)
                    yield Rule(name, head, (in_class(x), *one, *other), because)


def _hierarchies(schema: Schema) -> Iterator[Rule]:
    """What members and values inherit: Table 7, and sub-properties, domains, ranges of Table 5."""
    classes, properties = schema.images(v.SUB_CLASS_OF), schema.images(v.SUB_PROPERTY_OF)
    reasons = _direct_reasons(schema)
    for c, d in transitive.reduce(classes):
        name, because = reasons.get((c, d), ("cax-sco", ((c, v.SUB_CLASS_OF, d),)))
        yield Rule(name, in_class(d), (in_class(c),), because)
    equal = set(schema.pairs(v.EQUIVALENT_PROPERTY))
    for p, q in transitive.reduce(properties):
        name, because = "prp-spo1", ((p, v.SUB_PROPERTY_OF, q),)
        if (p, q) in equal:
            name, because = "prp-eqp1", ((p, v.EQUIVALENT_PROPERTY, q),)
        elif (q, p) in equal:
            name, because = "prp-eqp2", ((q, v.EQUIVALENT_PROPERTY, p),)
        yield Rule(name, Atom(q, X, Y), (Atom(p, X, Y),), because)
    for name, of, place in (("prp-dom", v.DOMAIN, X), ("prp-rng", v.RANGE, Y)):
        images = schema.images(of)
        for p, over in images.items():
            above = [q for q in properties.get(p, ()) if p not in properties.get(q, ())]
            for c in sorted(over):
                if any(c in images.get(q, ()) for q in above) or _implied(c, over, classes):
                    continue
                yield Rule(name, in_class(c, place), (Atom(p, X, Y),), ((p, of, c),))


def _implied(c: int, among: Collection[int], classes: dict[int, set[int]]) -> bool:
    """Whether another class of those given is strictly below."""
    return any(
        c in classes.get(other, ()) and other not in classes.get(c, ())
        for other in among
        if other != c
    )


def _direct_reasons(
    schema: Schema,
) -> dict[tuple[int, int], tuple[str, tuple[Ids, ...]]]:
    """Sub-classes that a rule of Table 6 or 7 gives without a detour over Table 9."""
    reasons: dict[tuple[int, int], tuple[str, tuple[Ids, ...]]] = {}
    for c, d in schema.pairs(v.EQUIVALENT_CLASS):
        reasons.setdefault((c, d), ("cax-eqc1", ((c, v.EQUIVALENT_CLASS, d),)))
        reasons.setdefault((d, c), ("cax-eqc2", ((c, v.EQUIVALENT_CLASS, d),)))
    for name, property_ in (("cls-int2", v.INTERSECTION_OF), ("cls-uni", v.UNION_OF)):
        for c, node in schema.pairs(property_):
            for members, triples in schema.lists(node):
                for member in members:
                    pair = (c, member) if name == "cls-int2" else (member, c)
                    reasons.setdefault(pair, (name, ((c, property_, node), *triples)))
    return reasons
