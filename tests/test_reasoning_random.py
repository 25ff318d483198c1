"""The engine against a second evaluator of the same tables, slow and plain, on random graphs.

The reference below is OWL 2 Profiles §4.3 typed out rule by rule and applied to a set of triples
until nothing changes. It shares no code with the engine but the definition of noise.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.reasoning import ASSERTED, Closure, Step, Triple, close
from graph.reasoning.noise import expressions, judge

PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "": "http://example.org/",
}

RULES = """
eq-ref: ?s ?p ?o => ?s owl:sameAs ?s
eq-ref: ?s ?p ?o => ?p owl:sameAs ?p
eq-ref: ?s ?p ?o => ?o owl:sameAs ?o
eq-sym: ?x owl:sameAs ?y => ?y owl:sameAs ?x
eq-trans: ?x owl:sameAs ?y, ?y owl:sameAs ?z => ?x owl:sameAs ?z
eq-rep-s: ?s owl:sameAs ?t, ?s ?p ?o => ?t ?p ?o
eq-rep-p: ?p owl:sameAs ?q, ?s ?p ?o => ?s ?q ?o
eq-rep-o: ?o owl:sameAs ?t, ?s ?p ?o => ?s ?p ?t
eq-diff1: ?x owl:sameAs ?y, ?x owl:differentFrom ?y => false
prp-dom: ?p rdfs:domain ?c, ?x ?p ?y => ?x rdf:type ?c
prp-rng: ?p rdfs:range ?c, ?x ?p ?y => ?y rdf:type ?c
prp-fp: ?p rdf:type owl:FunctionalProperty, ?x ?p ?y, ?x ?p ?z => ?y owl:sameAs ?z
prp-ifp: ?p rdf:type owl:InverseFunctionalProperty, ?x ?p ?y, ?z ?p ?y => ?x owl:sameAs ?z
prp-irp: ?p rdf:type owl:IrreflexiveProperty, ?x ?p ?x => false
prp-symp: ?p rdf:type owl:SymmetricProperty, ?x ?p ?y => ?y ?p ?x
prp-asyp: ?p rdf:type owl:AsymmetricProperty, ?x ?p ?y, ?y ?p ?x => false
prp-trp: ?p rdf:type owl:TransitiveProperty, ?x ?p ?y, ?y ?p ?z => ?x ?p ?z
prp-spo1: ?p rdfs:subPropertyOf ?q, ?x ?p ?y => ?x ?q ?y
prp-eqp1: ?p owl:equivalentProperty ?q, ?x ?p ?y => ?x ?q ?y
prp-eqp2: ?p owl:equivalentProperty ?q, ?x ?q ?y => ?x ?p ?y
prp-pdw: ?p owl:propertyDisjointWith ?q, ?x ?p ?y, ?x ?q ?y => false
prp-inv1: ?p owl:inverseOf ?q, ?x ?p ?y => ?y ?q ?x
prp-inv2: ?p owl:inverseOf ?q, ?x ?q ?y => ?y ?p ?x
prp-npa1: ?n owl:sourceIndividual ?x, ?n owl:assertionProperty ?p, \
?n owl:targetIndividual ?y, ?x ?p ?y => false
prp-npa2: ?n owl:sourceIndividual ?x, ?n owl:assertionProperty ?p, \
?n owl:targetValue ?y, ?x ?p ?y => false
cls-nothing2: ?x rdf:type owl:Nothing => false
cls-com: ?c owl:complementOf ?d, ?x rdf:type ?c, ?x rdf:type ?d => false
cls-svf1: ?r owl:someValuesFrom ?c, ?r owl:onProperty ?p, ?x ?p ?y, ?y rdf:type ?c \
=> ?x rdf:type ?r
cls-svf2: ?r owl:someValuesFrom owl:Thing, ?r owl:onProperty ?p, ?x ?p ?y => ?x rdf:type ?r
cls-avf: ?r owl:allValuesFrom ?c, ?r owl:onProperty ?p, ?x rdf:type ?r, ?x ?p ?y \
=> ?y rdf:type ?c
cls-hv1: ?r owl:hasValue ?y, ?r owl:onProperty ?p, ?x rdf:type ?r => ?x ?p ?y
cls-hv2: ?r owl:hasValue ?y, ?r owl:onProperty ?p, ?x ?p ?y => ?x rdf:type ?r
cls-maxc1: ?r owl:maxCardinality "0"^^xsd:nonNegativeInteger, ?r owl:onProperty ?p, \
?x rdf:type ?r, ?x ?p ?y => false
cls-maxc2: ?r owl:maxCardinality "1"^^xsd:nonNegativeInteger, ?r owl:onProperty ?p, \
?x rdf:type ?r, ?x ?p ?y, ?x ?p ?z => ?y owl:sameAs ?z
cls-maxqc1: ?r owl:maxQualifiedCardinality "0"^^xsd:nonNegativeInteger, ?r owl:onProperty ?p, \
?r owl:onClass ?c, ?x rdf:type ?r, ?x ?p ?y, ?y rdf:type ?c => false
cls-maxqc2: ?r owl:maxQualifiedCardinality "0"^^xsd:nonNegativeInteger, ?r owl:onProperty ?p, \
?r owl:onClass owl:Thing, ?x rdf:type ?r, ?x ?p ?y => false
cls-maxqc3: ?r owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger, ?r owl:onProperty ?p, \
?r owl:onClass ?c, ?x rdf:type ?r, ?x ?p ?y, ?y rdf:type ?c, ?x ?p ?z, ?z rdf:type ?c \
=> ?y owl:sameAs ?z
cls-maxqc4: ?r owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger, ?r owl:onProperty ?p, \
?r owl:onClass owl:Thing, ?x rdf:type ?r, ?x ?p ?y, ?x ?p ?z => ?y owl:sameAs ?z
cax-sco: ?c rdfs:subClassOf ?d, ?x rdf:type ?c => ?x rdf:type ?d
cax-eqc1: ?c owl:equivalentClass ?d, ?x rdf:type ?c => ?x rdf:type ?d
cax-eqc2: ?c owl:equivalentClass ?d, ?x rdf:type ?d => ?x rdf:type ?c
cax-dw: ?c owl:disjointWith ?d, ?x rdf:type ?c, ?x rdf:type ?d => false
scm-cls: ?c rdf:type owl:Class => ?c rdfs:subClassOf ?c
scm-cls: ?c rdf:type owl:Class => ?c owl:equivalentClass ?c
scm-cls: ?c rdf:type owl:Class => ?c rdfs:subClassOf owl:Thing
scm-cls: ?c rdf:type owl:Class => owl:Nothing rdfs:subClassOf ?c
scm-sco: ?c rdfs:subClassOf ?d, ?d rdfs:subClassOf ?e => ?c rdfs:subClassOf ?e
scm-eqc1: ?c owl:equivalentClass ?d => ?c rdfs:subClassOf ?d
scm-eqc1: ?c owl:equivalentClass ?d => ?d rdfs:subClassOf ?c
scm-eqc2: ?c rdfs:subClassOf ?d, ?d rdfs:subClassOf ?c => ?c owl:equivalentClass ?d
scm-op: ?p rdf:type owl:ObjectProperty => ?p rdfs:subPropertyOf ?p
scm-op: ?p rdf:type owl:ObjectProperty => ?p owl:equivalentProperty ?p
scm-dp: ?p rdf:type owl:DatatypeProperty => ?p rdfs:subPropertyOf ?p
scm-dp: ?p rdf:type owl:DatatypeProperty => ?p owl:equivalentProperty ?p
scm-spo: ?p rdfs:subPropertyOf ?q, ?q rdfs:subPropertyOf ?r => ?p rdfs:subPropertyOf ?r
scm-eqp1: ?p owl:equivalentProperty ?q => ?p rdfs:subPropertyOf ?q
scm-eqp1: ?p owl:equivalentProperty ?q => ?q rdfs:subPropertyOf ?p
scm-eqp2: ?p rdfs:subPropertyOf ?q, ?q rdfs:subPropertyOf ?p => ?p owl:equivalentProperty ?q
scm-dom1: ?p rdfs:domain ?c, ?c rdfs:subClassOf ?d => ?p rdfs:domain ?d
scm-dom2: ?q rdfs:domain ?c, ?p rdfs:subPropertyOf ?q => ?p rdfs:domain ?c
scm-rng1: ?p rdfs:range ?c, ?c rdfs:subClassOf ?d => ?p rdfs:range ?d
scm-rng2: ?q rdfs:range ?c, ?p rdfs:subPropertyOf ?q => ?p rdfs:range ?c
scm-hv: ?c owl:hasValue ?i, ?c owl:onProperty ?p, ?d owl:hasValue ?i, ?d owl:onProperty ?q, \
?p rdfs:subPropertyOf ?q => ?c rdfs:subClassOf ?d
scm-svf1: ?c owl:someValuesFrom ?x, ?c owl:onProperty ?p, ?d owl:someValuesFrom ?y, \
?d owl:onProperty ?p, ?x rdfs:subClassOf ?y => ?c rdfs:subClassOf ?d
scm-svf2: ?c owl:someValuesFrom ?y, ?c owl:onProperty ?p, ?d owl:someValuesFrom ?y, \
?d owl:onProperty ?q, ?p rdfs:subPropertyOf ?q => ?c rdfs:subClassOf ?d
scm-avf1: ?c owl:allValuesFrom ?x, ?c owl:onProperty ?p, ?d owl:allValuesFrom ?y, \
?d owl:onProperty ?p, ?x rdfs:subClassOf ?y => ?c rdfs:subClassOf ?d
scm-avf2: ?c owl:allValuesFrom ?y, ?c owl:onProperty ?p, ?d owl:allValuesFrom ?y, \
?d owl:onProperty ?q, ?p rdfs:subPropertyOf ?q => ?d rdfs:subClassOf ?c
"""


def term(short: str) -> str:
    """``ex:a``, ``owl:Thing`` or ``"1"^^xsd:integer`` in N-Triples; variables stay."""
    if short.startswith('"'):
        lexical, mark, datatype = short.partition("^^")
        return lexical + mark + (term(datatype) if mark else "")
    if short[0] in "?_" or short == "false":
        return short
    prefix, name = short.split(":", 1)
    return f"<{PREFIXES[prefix]}{name}>"


def t(text: str) -> tuple[str, str, str]:
    """A triple or triple pattern from three short terms."""
    s, p, o = text.split()
    return term(s), term(p), term(o)


def parse_rules() -> list[tuple[str, list[tuple[str, ...]], tuple[str, ...] | None]]:
    rules = []
    for line in RULES.strip().splitlines():
        name, rule = line.split(": ", 1)
        body, head = rule.split(" => ")
        rules.append((name, [t(p) for p in body.split(", ")], None if head == "false" else t(head)))
    return rules


PARSED = parse_rules()
TYPE, SAME, FIRST, REST = (term(n) for n in ("rdf:type", "owl:sameAs", "rdf:first", "rdf:rest"))
ANNOTATION_NAMES = (
    "deprecated",
    "versionInfo",
    "priorVersion",
    "backwardCompatibleWith",
    "incompatibleWith",
)
ANNOTATIONS = [
    *(term(f"rdfs:{n}") for n in ("label", "comment", "seeAlso", "isDefinedBy")),
    *(
        term(f"owl:{n}")
        for n in [
            "deprecated",
            "versionInfo",
            "priorVersion",
            "backwardCompatibleWith",
            "incompatibleWith",
        ]
    ),
]
STRINGS = ("rdf:PlainLiteral", "rdfs:Literal", "xsd:string")
WHOLE = [
    "rdfs:Literal",
    "xsd:decimal",
    "xsd:integer",
    "xsd:long",
    "xsd:int",
    "xsd:short",
    "xsd:byte",
    "xsd:nonNegativeInteger",
    "xsd:unsignedLong",
    "xsd:unsignedInt",
    "xsd:unsignedShort",
    "xsd:unsignedByte",
]
ONE = (*WHOLE, "xsd:positiveInteger")
LITERALS = {
    '"1"^^xsd:integer': (1, ONE),
    '"01"^^xsd:int': (1, ONE),
    '"1.0"^^xsd:decimal': (1, ONE),
    '"2"^^xsd:integer': (2, ONE),
    '"0"^^xsd:nonNegativeInteger': (0, (*WHOLE, "xsd:nonPositiveInteger")),
    '"1"^^xsd:nonNegativeInteger': (1, ONE),
    '"a"': (
        "a",
        (
            *STRINGS,
            "xsd:normalizedString",
            "xsd:token",
            "xsd:language",
            "xsd:Name",
            "xsd:NCName",
            "xsd:NMTOKEN",
        ),
    ),
    '"a"^^xsd:NCName': (
        "a",
        (
            *STRINGS,
            "xsd:normalizedString",
            "xsd:token",
            "xsd:language",
            "xsd:Name",
            "xsd:NCName",
            "xsd:NMTOKEN",
        ),
    ),
    '"a"@en': (("a", "en"), ("rdf:PlainLiteral", "rdfs:Literal")),
}
VALUES = {term(k): (value, frozenset(map(term, types))) for k, (value, types) in LITERALS.items()}
DATATYPES = frozenset().union(*(types for _, types in VALUES.values())) | {
    term(n)
    for n in [
        "rdf:XMLLiteral",
        "xsd:negativeInteger",
        "xsd:double",
        "xsd:float",
        "xsd:boolean",
        "xsd:hexBinary",
        "xsd:base64Binary",
        "xsd:anyURI",
        "xsd:dateTime",
        "xsd:dateTimeStamp",
    ]
}

Binding = dict[str, str]


class Reference:
    """A set of triples closed under the rules, and the names of the rules that clash."""

    def __init__(self, asserted: Iterable[tuple[str, str, str]]) -> None:
        self.triples: set[tuple[str, str, str]] = set()
        self.by: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
        self.clashes: set[str] = set()
        asserted = list(asserted)
        for triple in [*asserted, *self.axioms(asserted)]:
            self.add(triple)
        while True:
            before = len(self.triples)
            for triple in list(self.consequences()):
                self.add(triple)
            if len(self.triples) == before:
                return

    def add(self, triple: tuple[str, str, str]) -> None:
        if triple not in self.triples:
            self.triples.add(triple)
            s, p, o = triple
            for key in (("s", s), ("p", p), ("o", o), ("sp", s + p), ("po", p + o), ("", "")):
                self.by[key].append(triple)

    def axioms(self, asserted: list[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
        for name in ("Thing", "Nothing"):
            yield term(f"owl:{name}"), TYPE, term("owl:Class")
        for name in ANNOTATIONS:
            yield name, TYPE, term("owl:AnnotationProperty")
        for name in DATATYPES:
            yield name, TYPE, term("rdfs:Datatype")
        literals = sorted({o for _, _, o in asserted if o in VALUES})
        for one in literals:
            for datatype in VALUES[one][1]:
                yield one, TYPE, datatype
            for other in literals:
                same = VALUES[one][0] == VALUES[other][0]
                yield one, SAME if same else term("owl:differentFrom"), other

    def match(self, body: list[tuple[str, ...]], binding: Binding) -> Iterator[Binding]:
        if not body:
            yield binding
            return
        s, p, o = (binding.get(x, x) for x in body[0])
        known = "".join(n for n, x in zip("spo", (s, p, o), strict=True) if x[0] != "?")
        if known == "spo":
            if (s, p, o) in self.triples:
                yield from self.match(body[1:], binding)
            return
        key = {
            "so": ("s", s),
            "s": ("s", s),
            "p": ("p", p),
            "o": ("o", o),
            "": ("", ""),
            "sp": ("sp", s + p),
            "po": ("po", p + o),
        }[known]
        for triple in list(self.by[key]):
            extended = dict(binding)
            if all(
                extended.setdefault(x, value) == value if x[0] == "?" else x == value
                for x, value in zip((s, p, o), triple, strict=True)
            ):
                yield from self.match(body[1:], extended)

    def consequences(self) -> Iterator[tuple[str, str, str]]:
        for name, body, head in PARSED:
            for binding in self.match(list(body), {}):
                if head is None:
                    self.clashes.add(name)
                else:
                    s, p, o = (binding.get(x, x) for x in head)
                    yield s, p, o
        yield from self.list_rules()
        for s, p, o in self.triples:
            if p == TYPE and s in VALUES and o in DATATYPES and o not in VALUES[s][1]:
                self.clashes.add("dt-not-type")

    def list(self, node: str, seen: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        if node in seen:
            return
        for _, _, first in list(self.by["sp", node + FIRST]):
            for _, _, rest in list(self.by["sp", node + REST]):
                if rest == term("rdf:nil"):
                    yield (first,)
                yield from ((first, *more) for more in self.list(rest, (*seen, node)))

    def lists(self, property_: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        for s, _, node in list(self.by["p", term(property_)]):
            for members in self.list(node):
                yield s, members

    def list_rules(self) -> Iterator[tuple[str, str, str]]:
        sub = term("rdfs:subClassOf")
        for c, members in self.lists("owl:intersectionOf"):
            yield from ((c, sub, member) for member in members)
            body = [("?y", TYPE, member) for member in members]
            yield from ((b["?y"], TYPE, c) for b in self.match(body, {}))
            for b in self.match([("?y", TYPE, c)], {}):
                yield from ((b["?y"], TYPE, member) for member in members)
        for c, members in self.lists("owl:unionOf"):
            yield from ((member, sub, c) for member in members)
            for member in members:
                yield from ((b["?y"], TYPE, c) for b in self.match([("?y", TYPE, member)], {}))
        for c, members in self.lists("owl:oneOf"):
            yield from ((member, TYPE, c) for member in members)
        for p, members in self.lists("owl:propertyChainAxiom"):
            body = [(f"?{at}", q, f"?{at + 1}") for at, q in enumerate(members)]
            for b in self.match(body, {}):
                yield b["?0"], p, b[f"?{len(members)}"]
        for c, keys in self.lists("owl:hasKey"):
            body = [("?x", TYPE, c), *(("?x", p, f"?{at}") for at, p in enumerate(keys))]
            body += [("?y", TYPE, c), *(("?y", p, f"?{at}") for at, p in enumerate(keys))]
            yield from ((b["?x"], SAME, b["?y"]) for b in self.match(body, {}))
        for name, kind, property_ in (
            ("cax-adc", "owl:AllDisjointClasses", "owl:members"),
            ("prp-adp", "owl:AllDisjointProperties", "owl:members"),
            ("eq-diff2", "owl:AllDifferent", "owl:members"),
            ("eq-diff3", "owl:AllDifferent", "owl:distinctMembers"),
        ):
            for x, members in self.lists(property_):
                if (x, TYPE, term(kind)) not in self.triples:
                    continue
                for one, other in combinations(members, 2):
                    bodies = {
                        "cax-adc": [("?x", TYPE, one), ("?x", TYPE, other)],
                        "prp-adp": [("?x", one, "?y"), ("?x", other, "?y")],
                    }
                    body = bodies.get(name, [(one, SAME, other)])
                    if any(True for _ in self.match(body, {})):
                        self.clashes.add(name)

    def shown(self, asserted: Iterable[Triple]) -> set[Triple]:
        asserted = frozenset(asserted)
        noise = judge(expressions(asserted))
        return {Triple(*x) for x in self.triples if x not in asserted and not noise(Triple(*x))}


INDIVIDUALS = [":a", ":b", ":c", ":d"]
PROPERTY = [":p", ":q", ":r"]
CLASSES = [":A", ":B", ":C", ":R"]
individual, property_, class_ = map(st.sampled_from, (INDIVIDUALS, PROPERTY, CLASSES))
literal = st.sampled_from(sorted(LITERALS))


def triples(text: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Triple]]:
    """Triples from a template, with a strategy for each of its names."""
    names = sorted(parts)

    def fill(values: tuple[str, ...]) -> list[Triple]:
        filled = text.format(**dict(zip(names, values, strict=True)))
        return [Triple(*t(line)) for line in filled.split(" . ")]

    return st.tuples(*(parts[name] for name in names)).map(fill)


DATA = st.one_of(
    triples("{s} {p} {o}", s=individual, p=property_, o=individual),
    triples("{s} rdf:type {c}", s=individual, c=class_),
    triples("{s} {p} {o}", s=individual, p=property_, o=literal),
)
SAMENESS = triples(
    "{s} {e} {o}",
    s=individual,
    o=individual,
    e=st.sampled_from(["owl:sameAs", "owl:differentFrom"]),
)
SIMPLE = st.one_of(
    triples(
        "{c} {r} {d}",
        c=class_,
        d=class_,
        r=st.sampled_from(
            ["rdfs:subClassOf", "owl:equivalentClass", "owl:disjointWith", "owl:complementOf"]
        ),
    ),
    triples(
        "{p} {r} {q}",
        p=property_,
        q=property_,
        r=st.sampled_from(
            [
                "rdfs:subPropertyOf",
                "owl:equivalentProperty",
                "owl:inverseOf",
                "owl:propertyDisjointWith",
            ]
        ),
    ),
    triples(
        "{p} rdf:type owl:{k}Property",
        p=property_,
        k=st.sampled_from(
            [
                "Functional",
                "InverseFunctional",
                "Symmetric",
                "Asymmetric",
                "Transitive",
                "Irreflexive",
                "Object",
                "Datatype",
            ]
        ),
    ),
    triples(
        "{p} rdfs:{r} {c}",
        p=property_,
        r=st.sampled_from(["domain", "range"]),
        c=st.one_of(class_, st.sampled_from(["xsd:integer", "xsd:string", "owl:Thing"])),
    ),
    triples("{c} rdf:type owl:Class", c=class_),
)
EXPRESSIONS = st.one_of(
    triples(
        "{c} owl:onProperty {p} . {c} owl:{f} {d}",
        c=class_,
        p=property_,
        d=st.one_of(class_, st.sampled_from(["owl:Thing", "xsd:integer"])),
        f=st.sampled_from(["someValuesFrom", "allValuesFrom"]),
    ),
    triples(
        "{c} owl:onProperty {p} . {c} owl:hasValue {v}",
        c=class_,
        p=property_,
        v=st.one_of(individual, literal),
    ),
    triples(
        '{c} owl:onProperty {p} . {c} owl:maxCardinality "{n}"^^xsd:nonNegativeInteger',
        c=class_,
        p=property_,
        n=st.sampled_from("01"),
    ),
    triples(
        "{c} owl:onProperty {p} . {c} owl:onClass {d} . "
        '{c} owl:maxQualifiedCardinality "{n}"^^xsd:nonNegativeInteger',
        c=class_,
        p=property_,
        d=st.sampled_from([*CLASSES, "owl:Thing"]),
        n=st.sampled_from("01"),
    ),
    triples(
        "_:l{n} rdf:first {d} . _:l{n} rdf:rest _:m{n} . _:m{n} rdf:first {e} . "
        "_:m{n} rdf:rest rdf:nil . {c} owl:{f} _:l{n}",
        c=class_,
        d=class_,
        e=class_,
        n=st.sampled_from("12"),
        f=st.sampled_from(["intersectionOf", "unionOf"]),
    ),
    triples(
        "_:l{n} rdf:first {d} . _:l{n} rdf:rest _:m{n} . _:m{n} rdf:first {e} . "
        "_:m{n} rdf:rest rdf:nil . {c} owl:oneOf _:l{n}",
        c=class_,
        d=individual,
        e=individual,
        n=st.sampled_from("34"),
    ),
    triples(
        "_:l{n} rdf:first {q} . _:l{n} rdf:rest _:m{n} . _:m{n} rdf:first {r} . "
        "_:m{n} rdf:rest rdf:nil . {p} owl:propertyChainAxiom _:l{n}",
        p=property_,
        q=property_,
        r=property_,
        n=st.sampled_from("56"),
    ),
    triples(
        "_:k{n} rdf:first {q} . _:k{n} rdf:rest {e} . {c} owl:hasKey _:k{n} . "
        "_:k9 rdf:first {p} . _:k9 rdf:rest rdf:nil",
        c=class_,
        p=property_,
        q=property_,
        n=st.sampled_from("12"),
        e=st.sampled_from(["rdf:nil", "_:k9"]),
    ),
    triples(
        "_:n rdf:type owl:{k} . _:n owl:members _:o . _:o rdf:first {c} . "
        "_:o rdf:rest _:o2 . _:o2 rdf:first {d} . _:o2 rdf:rest rdf:nil",
        k=st.sampled_from(["AllDisjointClasses", "AllDifferent", "AllDisjointProperties"]),
        c=st.sampled_from([*CLASSES, *INDIVIDUALS, *PROPERTY]),
        d=st.sampled_from([*CLASSES, *INDIVIDUALS, *PROPERTY]),
    ),
    triples(
        "_:x owl:sourceIndividual {s} . _:x owl:assertionProperty {p} . "
        "_:x owl:targetIndividual {o}",
        s=individual,
        p=property_,
        o=individual,
    ),
)
ANYTHING = st.sampled_from(
    [
        *INDIVIDUALS,
        *PROPERTY,
        *CLASSES,
        "owl:Thing",
        "rdf:type",
        "owl:sameAs",
        "rdfs:subClassOf",
        "rdfs:subPropertyOf",
        "owl:Nothing",
        "rdfs:domain",
        "owl:FunctionalProperty",
    ]
)
META = st.one_of(
    triples(
        "{s} {p} {o}",
        s=ANYTHING,
        o=ANYTHING,
        p=st.sampled_from(
            [
                "owl:sameAs",
                "rdfs:subPropertyOf",
                "rdfs:subClassOf",
                "rdf:type",
                ":p",
                "rdfs:domain",
                "rdfs:range",
                "owl:inverseOf",
                "owl:equivalentClass",
                "owl:differentFrom",
            ]
        ),
    ),
)


def graphs(*kinds: st.SearchStrategy[list[Triple]], size: int) -> st.SearchStrategy[list[Triple]]:
    groups = st.lists(st.one_of(*kinds), min_size=1, max_size=size)
    return groups.map(lambda parts: list(dict.fromkeys(x for part in parts for x in part)))


ALIKE = {"cls-maxqc1": "cls-maxqc2"}


def assert_equal(asserted: list[Triple]) -> None:
    reference = Reference(asserted)
    closure = close(asserted)
    inferred = list(closure.inferred())
    assert len(inferred) == len(set(inferred))
    assert set(inferred) == reference.shown(asserted)
    missing = [x for x in reference.triples if Triple(*x) not in closure]
    assert missing == []
    found = {ALIKE.get(clash.rule, clash.rule) for clash in closure.clashes}
    assert found == {ALIKE.get(name, name) for name in reference.clashes}
    text = closure.inferred_ntriples().decode()
    assert sorted(text.splitlines()) == sorted(f"{s} {p} {o} ." for s, p, o in inferred)


CHECK = settings(max_examples=90, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@CHECK
@given(graphs(DATA, SIMPLE, size=12))
def test_hierarchies_and_characteristics(asserted: list[Triple]) -> None:
    assert_equal(asserted)


@CHECK
@given(graphs(DATA, SIMPLE, EXPRESSIONS, size=12))
def test_class_expressions_lists_and_clashes(asserted: list[Triple]) -> None:
    assert_equal(asserted)


@CHECK
@given(graphs(DATA, DATA, SIMPLE, EXPRESSIONS, SAMENESS, size=12))
def test_equality_with_everything(asserted: list[Triple]) -> None:
    assert_equal(asserted)


@CHECK
@given(graphs(DATA, SIMPLE, META, size=8))
def test_schema_derived_from_data(asserted: list[Triple]) -> None:
    assert_equal(asserted)


@pytest.mark.parametrize("name", sorted({name for name, _, _ in PARSED}))
def test_reference_knows_each_rule_once(name: str) -> None:
    heads = [(str(body), head) for rule, body, head in PARSED if rule == name]
    assert len(heads) == len(set(heads))


def visible(closure: Closure, asserted: Iterable[Triple]) -> set[Triple]:
    return set(closure.inferred()) | set(asserted)


CHANGES = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@CHANGES
@given(graphs(DATA, DATA, SIMPLE, EXPRESSIONS, SAMENESS, META, size=14), st.data())
def test_insert_and_delete_equal_closing_anew(pool: list[Triple], data: st.DataObject) -> None:
    asserted = set(data.draw(st.lists(st.sampled_from(pool), unique=True), "asserted at first"))
    closure = close(asserted)
    for _ in range(4):
        change = set(data.draw(st.lists(st.sampled_from(pool), max_size=3), "changed"))
        before = visible(closure, asserted)
        if data.draw(st.booleans(), "insert"):
            asserted |= change
            delta = closure.insert(change)
        else:
            asserted -= change
            delta = closure.delete(change)
        anew = close(asserted)
        after = visible(closure, asserted)
        assert after == visible(anew, asserted)
        assert delta.came == after - before
        assert delta.went == before - after
        assert {c.rule for c in closure.clashes} == {c.rule for c in anew.clashes}


@CHANGES
@given(graphs(DATA, DATA, DATA, SIMPLE, EXPRESSIONS, size=20), st.data())
def test_data_changes_without_schema_changes(pool: list[Triple], data: st.DataObject) -> None:
    facts = [x for x in pool if x.p in {term(p) for p in PROPERTY} or x.o in map(term, CLASSES)]
    asserted = set(pool)
    closure = close(asserted)
    for fact in data.draw(st.lists(st.sampled_from(facts), max_size=8), "toggled") if facts else []:
        before = visible(closure, asserted)
        delta = closure.delete([fact]) if fact in asserted else closure.insert([fact])
        asserted ^= {fact}
        after = visible(closure, asserted)
        assert after == visible(close(asserted), asserted)
        assert (delta.came, delta.went) == (after - before, before - after)


def follows(step: Step) -> bool:
    """Whether the reference derives the conclusion of a step from its premises alone."""
    if step.rule in ("cls-thing", "cls-nothing1", "prp-ap", "dt-type1", "dt-type2"):
        return step.premises == () and step.conclusion in Reference([]).triples | {
            (one, TYPE, datatype) for one, (_, types) in VALUES.items() for datatype in types
        }
    if step.rule in ("eq-ref", "dt-eq", "dt-diff"):
        s, _, o = step.conclusion
        if s == o:
            return step.rule == "eq-ref"
        return (VALUES[s][0] == VALUES[o][0]) == (step.rule == "dt-eq")
    return step.conclusion in Reference(step.premises).triples


def assert_proved(closure: Closure, asserted: Iterable[Triple], goal: Triple) -> None:
    proof = closure.why(goal)
    assert proof is not None
    assert proof.conclusion == goal
    concluded: set[Triple] = set()
    for step in proof.steps:
        assert step.conclusion not in concluded
        assert concluded.issuperset(step.premises)
        if step.rule == ASSERTED:
            assert step.conclusion in asserted
        else:
            assert follows(step), step
        concluded.add(step.conclusion)


@CHANGES
@given(graphs(DATA, DATA, SIMPLE, EXPRESSIONS, SAMENESS, META, size=12), st.data())
def test_each_proof_is_acyclic_and_ends_in_asserted_triples(
    pool: list[Triple], data: st.DataObject
) -> None:
    first = data.draw(st.lists(st.sampled_from(pool), unique=True), "asserted at first")
    closure = close(first)
    closure.insert(pool)
    deleted = data.draw(st.lists(st.sampled_from(pool), max_size=2), "deleted")
    closure.delete(deleted)
    asserted = set(pool) - set(deleted)
    inferred = sorted(closure.inferred())
    for goal in data.draw(st.lists(st.sampled_from(inferred), max_size=8)) if inferred else []:
        assert_proved(closure, asserted, goal)
    for x in sorted(set(deleted) & {x for x in deleted if x in closure}):
        assert_proved(closure, asserted, x)


@CHANGES
@given(
    graphs(DATA, DATA, SIMPLE, EXPRESSIONS, SAMENESS, size=12),
    st.one_of(DATA, SAMENESS, SIMPLE),
)
def test_asserting_what_why_not_misses_makes_the_triple_hold(
    asserted: list[Triple], wanted: list[Triple]
) -> None:
    closure = close(asserted)
    goal = wanted[0]
    gaps = closure.why_not(goal)
    assert goal not in closure or gaps == ()
    assert [len(gap.missing) for gap in gaps] == sorted(len(gap.missing) for gap in gaps)
    for gap in gaps:
        assert all(premise in closure for premise in gap.present)
        assert not any(premise in closure for premise in gap.missing)
        assert goal in close([*asserted, *gap.missing])
