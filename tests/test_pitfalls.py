"""Every term is documented, and the ontology has none of the pitfalls of the OOPS! catalogue.

Numbers such as P08 are the catalogue's. P10, missing disjointness, is in ``test_ontology.py``,
whose tables name every disjointness; so are P38 and P41, which are about headers.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from graphlib import TopologicalSorter
from itertools import pairwise

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology import CODE, DIP, folder

LANGUAGES = ("ar", "en", "fa")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
BUILT_IN = re.compile("|".join(re.escape(str(ns)) for ns in (OWL, RDF, RDFS, XSD)))


@cache
def ontology(aligned: bool = True) -> Graph:
    graph = Graph()
    for file in folder().iterdir():
        if file.name.endswith(".ttl") and (aligned or file.name != "align.ttl"):
            graph.parse(data=file.read_text("utf-8"), format="turtle")
    return graph


def named(nodes: Iterable[Node]) -> set[URIRef]:
    return {node for node in nodes if isinstance(node, URIRef)}


def declared(kind: URIRef, graph: Graph) -> set[URIRef]:
    return named(graph.subjects(RDF.type, kind))


def own(term: Node) -> bool:
    return str(term).startswith(str(DIP))


def terms() -> list[URIRef]:
    """Each term that editors meet, whoever coined it, and the annotations that are ours."""
    graph = ontology(aligned=False)
    found = set().union(*(declared(kind, graph) for kind in KINDS[:3]))
    return sorted(found | set(filter(own, declared(OWL.AnnotationProperty, graph))))


def concepts() -> list[URIRef]:
    return sorted(declared(SKOS.Concept, ontology()))


def chains() -> list[tuple[URIRef, list[Node]]]:
    graph = ontology()
    return [
        (head, list(Collection(graph, first)))
        for head in shortcuts()
        for first in graph.objects(head, OWL.propertyChainAxiom)
    ]


def shortcuts() -> list[URIRef]:
    """The properties that nobody writes because a chain gives them."""
    return sorted(named(ontology().subjects(OWL.propertyChainAxiom)))


def text(term: Node, relation: URIRef) -> str:
    (value,) = ontology().objects(term, relation)
    return str(value)


# Documentation


@pytest.mark.parametrize("term", [*terms(), *concepts()])
def test_a_term_has_its_labels_one_definition_and_one_example(term: URIRef) -> None:
    """P08, missing annotations."""
    graph = ontology()
    label = SKOS.prefLabel if term in concepts() else RDFS.label
    languages = [o.language for o in graph.objects(term, label) if isinstance(o, Literal)]
    assert sorted(map(str, languages)) == list(LANGUAGES)
    for relation in (SKOS.definition, SKOS.example):
        (words,) = graph.objects(term, relation)
        assert isinstance(words, Literal)
        assert words.language == "en"
        assert len(words.split()) > 1
    assert re.fullmatch(r"[A-Z].*\.", text(term, SKOS.definition)), "a definition is a sentence"


def labels(language: str, of: Iterable[Node]) -> list[str]:
    found = [o for t in of for p in (RDFS.label, SKOS.prefLabel) for o in ontology().objects(t, p)]
    return [str(o) for o in found if isinstance(o, Literal) and o.language == language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_terms_and_no_two_concepts_share_a_label(language: str) -> None:
    """P32, several classes with the same label."""
    for listed in (terms(), concepts()):
        counts = Counter(label.casefold() for label in labels(language, listed))
        assert [label for label, count in counts.items() if count > 1] == []


def test_arabic_and_persian_are_each_written_with_letters_of_their_own() -> None:
    for language, foreign in (("ar", "یکپچژگ"), ("fa", "يكةى")):
        for label in labels(language, [*terms(), *concepts()]):
            assert re.search("[\u0621-\u06cc]", label), label
            assert not set(label) & set(foreign), label


@pytest.mark.parametrize("term", shortcuts())
def test_a_shortcut_says_that_it_holds_at_some_time_and_is_not_written(term: URIRef) -> None:
    assert "at some time" in text(term, SKOS.definition)
    assert re.match("Never asserted|Not written by hand", text(term, SKOS.scopeNote))


@pytest.mark.parametrize("name", ["represents", "accreditedTo", "Official", "Ambassador"])
def test_what_outlasts_a_tenure_says_holds_or_has_held(name: str) -> None:
    assert "holds or has held" in text(DIP[name], SKOS.definition)


# Structure


def assert_acyclic(edges: Iterable[tuple[Node, Node]]) -> None:
    sorter: TopologicalSorter[Node] = TopologicalSorter()
    for node, needed in edges:
        sorter.add(node, needed)
    sorter.prepare()  # its CycleError names the cycle


@pytest.mark.parametrize("relation", [RDFS.subClassOf, RDFS.subPropertyOf])
def test_a_hierarchy_has_no_cycle(relation: URIRef) -> None:
    """P06, cycles in a class hierarchy."""
    assert_acyclic(ontology().subject_objects(relation))


def test_no_chain_leads_back_to_its_head() -> None:
    """A closure explodes on those.

    A property depends on the steps of its chains and on its subproperties; one and its inverse
    depend on the same.
    """
    graph = ontology()
    inverse = dict(graph.subject_objects(OWL.inverseOf))
    edges: list[tuple[Node, Node]] = [(head, s) for head, steps in chains() for s in steps]
    edges += [(upper, lower) for lower, upper in graph.subject_objects(RDFS.subPropertyOf)]
    assert_acyclic((inverse.get(head, head), inverse.get(step, step)) for head, step in edges)


def ends(term: Node) -> tuple[Node, Node]:
    """Domain and range of a property; of an inverse without its own, those of the other way."""
    graph = ontology()
    domain, range_ = graph.value(term, RDFS.domain), graph.value(term, RDFS.range)
    if domain is not None and range_ is not None:
        return domain, range_
    other = graph.value(term, OWL.inverseOf)
    assert other is not None, f"{term} has neither both ends nor an inverse that has them"
    domain, range_ = ends(other)
    return range_, domain


@pytest.mark.parametrize(("head", "steps"), chains())
def test_each_step_of_a_chain_leads_to_where_the_next_begins(
    head: URIRef, steps: list[Node]
) -> None:
    """P13, missing inverses: a step backwards needs a property that points backwards."""
    graph = ontology()
    domain, range_ = ends(head)
    assert domain in set(graph.transitive_objects(ends(steps[0])[0], RDFS.subClassOf))
    assert range_ in set(graph.transitive_objects(ends(steps[-1])[1], RDFS.subClassOf))
    for step, following in pairwise(steps):
        reached, needed = ends(step)[1], ends(following)[0]
        above = set(graph.transitive_objects(reached, RDFS.subClassOf))
        below = set(graph.transitive_subjects(RDFS.subClassOf, reached))
        assert needed in above | below, (step, following)


@pytest.mark.parametrize("relation", [RDFS.domain, RDFS.range])
def test_no_property_has_several_domains_or_ranges(relation: URIRef) -> None:
    """P19: several are an intersection, which is seldom what was meant."""
    counts = Counter(ontology().subjects(relation))
    assert [term for term, count in counts.items() if count > 1] == []


def test_nothing_is_said_to_be_the_same_and_no_inverse_is_symmetric() -> None:
    """P02 and P30, synonyms as classes; P05, P25 and P26, wrong inverses."""
    graph = ontology()
    for relation in (OWL.equivalentClass, OWL.equivalentProperty, OWL.sameAs):
        assert list(graph.subject_objects(relation)) == []
    symmetric = declared(OWL.SymmetricProperty, graph)
    for term, other in graph.subject_objects(OWL.inverseOf):
        assert term != other
        assert not {term, other} & symmetric


def test_no_class_of_ours_stands_alone() -> None:
    """P04, unconnected elements."""
    graph = ontology(aligned=False)
    relations = (RDFS.subClassOf, RDFS.domain, RDFS.range, OWL.disjointWith)
    connected = {node for r in relations for pair in graph.subject_objects(r) for node in pair}
    assert set(filter(own, declared(OWL.Class, graph))) - connected == set()


def test_names_follow_one_convention() -> None:
    """P22: classes in upper camel case, properties in lower, codes in lower case with hyphens."""
    graph = ontology()
    for kind in KINDS:
        pattern = "[A-Z][A-Za-z]*" if kind == OWL.Class else "[a-z][A-Za-z0-9]*"
        for term in filter(own, declared(kind, graph)):
            assert re.fullmatch(pattern, term.removeprefix(str(DIP))), term
    for subject in named(graph.subjects()):
        if subject.startswith(str(CODE)):
            assert re.fullmatch("[a-z]+(-[a-z]+)*", subject.removeprefix(str(CODE))), subject


@pytest.mark.parametrize("aligned", [False, True])
def test_every_term_that_is_used_is_declared_as_one_kind_of_thing(aligned: bool) -> None:
    """P34 and P35, untyped classes and properties; and no punning."""
    graph = ontology(aligned)
    used = named(graph.predicates()) | named(graph.objects(None, RDF.type))
    for relation in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf):
        used |= named(graph.objects(None, relation))
    for _, steps in chains():
        used |= named(steps)
    kinds = Counter(term for kind in KINDS for term in declared(kind, graph))
    assert {term for term in used if not BUILT_IN.match(term)} - set(kinds) == set()
    assert [term for term, count in kinds.items() if count > 1] == []
