"""What the dataset holds, computed once at build: VoID, and the data in a Service Description.

Class, property and datatype partitions follow VoID §4.3 and its extension void-ext
(http://ldf.fi/void-ext#), in the shape that SIB's editor completes from: a class has property
partitions, and these have partitions by the class or the datatype of their objects. The endpoint's
own part is added by ``server.protocol.description``. Every node has an IRI, so that nothing here
changes its name from load to load.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from ontology import BASE, GRAPH, ONTOLOGY, PREFIXES, SHAPES

VOID = str(GRAPH["void"])
DATASET = NamedNode(VOID + "#dataset")
DEFAULT_GRAPH = NamedNode(VOID + "#default-graph")

_SD = "http://www.w3.org/ns/sparql-service-description#"
_EXT = "http://ldf.fi/void-ext#"
_PLACE = NamedNode(VOID)
_INTEGER = NamedNode(PREFIXES["xsd"] + "integer")
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")
_OWL_RDF_BASED = NamedNode("http://www.w3.org/ns/entailment/OWL-RDF-Based")
_RL = NamedNode("http://www.w3.org/ns/owl-profile/RL")
_LICENSE = NamedNode("https://creativecommons.org/licenses/by/4.0/")
_OF_THE_WORDS = tuple(PREFIXES[name] for name in ("owl", "rdf", "rdfs", "sh"))
"""Namespaces whose classes describe the vocabulary itself, not what it is used for."""

_Term = NamedNode | BlankNode | Literal | Triple
_Key = TypeVar("_Key")


def describe(quads: Iterable[Quad], *, inferred: str, apart: Iterable[Quad] = ()) -> list[Quad]:
    """The description, as quads of the graph ``VOID``.

    ``quads`` are the named graphs whose merge is the default graph, ``apart`` those that are named
    graphs only; ``inferred`` is the name of the one that reasoning filled.
    """
    merged_sizes: Counter[str] = Counter()
    merged: set[tuple[_Term, NamedNode, _Term]] = set()
    for quad in quads:
        merged_sizes[_name(quad)] += 1
        merged.add((quad.subject, quad.predicate, quad.object))
    apart_sizes = Counter(map(_name, apart))
    shapes = [name for name in sorted(apart_sizes) if name.startswith(SHAPES)]
    found = [
        *_dataset(sorted(merged_sizes | apart_sizes)),
        *_default_graph(merged, shapes),
        *_partitions(merged),
    ]
    for name, size in sorted((merged_sizes + apart_sizes).items()):
        entailed = name == inferred
        found += _named_graph(name, size, entailed)
        if name in merged_sizes:
            found += _merged_graph(name, shapes)
    return [Quad(*each, _PLACE) for each in found]


_Statement = tuple[NamedNode, NamedNode, NamedNode | Literal]


def _dataset(names: list[str]) -> Iterator[_Statement]:
    yield DATASET, _TYPE, NamedNode(_SD + "Dataset")
    yield DATASET, NamedNode(_SD + "defaultGraph"), DEFAULT_GRAPH
    for name in names:
        yield DATASET, NamedNode(_SD + "namedGraph"), _node("graph", name)


def _named_graph(name: str, size: int, entailed: bool) -> Iterator[_Statement]:
    slot, graph = _node("graph", name), NamedNode(name)
    yield slot, _TYPE, NamedNode(_SD + "NamedGraph")
    yield slot, NamedNode(_SD + "name"), graph
    yield slot, NamedNode(_SD + "graph"), graph
    regime = _OWL_RDF_BASED if entailed else _SIMPLE
    yield slot, NamedNode(_SD + "entailmentRegime"), regime
    if entailed:
        yield slot, NamedNode(_SD + "supportedEntailmentProfile"), _RL
    yield graph, _TYPE, NamedNode(_SD + "Graph")
    yield graph, _void("triples"), _number(size)


def _merged_graph(name: str, shapes: Iterable[str]) -> Iterator[_Statement]:
    """A named graph that the default graph holds too, and the shapes that both keep."""
    graph = NamedNode(name)
    yield DEFAULT_GRAPH, _void("subset"), graph
    for each in shapes:
        yield graph, NamedNode(PREFIXES["sh"] + "shapesGraph"), NamedNode(each)


def _default_graph(
    merged: set[tuple[_Term, NamedNode, _Term]], shapes: list[str]
) -> Iterator[_Statement]:
    """The merge of the graphs, which is what a query sees that names none."""
    yield DEFAULT_GRAPH, _TYPE, _void("Dataset")
    yield DEFAULT_GRAPH, _TYPE, NamedNode(_SD + "Graph")
    dcterms = PREFIXES["dcterms"]
    yield DEFAULT_GRAPH, NamedNode(dcterms + "title"), Literal("Legation", language="en")
    yield (
        DEFAULT_GRAPH,
        NamedNode(dcterms + "description"),
        Literal(
            "A knowledge graph of diplomacy: the RDF merge of ontology, facts, date bounds and "
            "inferences, each triple once.",
            language="en",
        ),
    )
    yield DEFAULT_GRAPH, NamedNode(dcterms + "license"), _LICENSE
    yield DEFAULT_GRAPH, _void("uriSpace"), Literal(BASE)
    yield DEFAULT_GRAPH, _void("vocabulary"), NamedNode(ONTOLOGY)
    counts = {
        "triples": len(merged),
        "distinctSubjects": len({s for s, _, _ in merged}),
        "distinctObjects": len({o for _, _, o in merged}),
        "properties": len({p for _, p, _ in merged}),
        "classes": len({o for _, p, o in merged if p == _TYPE}),
    }
    for name, number in counts.items():
        yield DEFAULT_GRAPH, _void(name), _number(number)
    for each in shapes:
        yield DEFAULT_GRAPH, NamedNode(PREFIXES["sh"] + "shapesGraph"), NamedNode(each)


def _partitions(merged: set[tuple[_Term, NamedNode, _Term]]) -> Iterator[_Statement]:
    """Partitions by property, and by class, of that by property, of that by kind of object."""
    classes: dict[_Term, set[NamedNode]] = defaultdict(set)
    for subject, predicate, value in merged:
        if predicate == _TYPE and isinstance(value, NamedNode) and not _of_the_words(value):
            classes[subject].add(value)
    entities = Counter(each for found in classes.values() for each in found)
    used: Counter[NamedNode] = Counter()
    by_class: Counter[tuple[NamedNode, NamedNode]] = Counter()
    objects: Counter[tuple[NamedNode, NamedNode, NamedNode]] = Counter()
    datatypes: Counter[tuple[NamedNode, NamedNode, NamedNode]] = Counter()
    for subject, predicate, value in merged:
        used[predicate] += 1
        for each in classes.get(subject, ()):
            by_class[each, predicate] += 1
            if isinstance(value, Literal):
                datatypes[each, predicate, value.datatype] += 1
            for kind in classes.get(value, ()):
                objects[each, predicate, kind] += 1
    for property_, number in _sorted(used):
        node = _node("property", property_.value)
        yield DEFAULT_GRAPH, _void("propertyPartition"), node
        yield node, _void("property"), property_
        yield node, _void("triples"), _number(number)
    for class_, number in _sorted(entities):
        node = _node("class", class_.value)
        yield DEFAULT_GRAPH, _void("classPartition"), node
        yield node, _void("class"), class_
        yield node, _void("entities"), _number(number)
    for (class_, property_), number in _sorted(by_class):
        node = _node("class", class_.value, property_.value)
        yield _node("class", class_.value), _void("propertyPartition"), node
        yield node, _void("property"), property_
        yield node, _void("triples"), _number(number)
    for (class_, property_, kind), number in _sorted(objects):
        node = _node("class", class_.value, property_.value, kind.value)
        yield _node("class", class_.value, property_.value), _void("classPartition"), node
        yield node, _void("class"), kind
        yield node, _void("triples"), _number(number)
    for (class_, property_, datatype), number in _sorted(datatypes):
        node = _node("class", class_.value, property_.value, datatype.value)
        owner = _node("class", class_.value, property_.value)
        yield owner, NamedNode(_EXT + "datatypePartition"), node
        yield node, NamedNode(_EXT + "datatype"), datatype
        yield node, _void("triples"), _number(number)


def _sorted(counts: Counter[_Key]) -> list[tuple[_Key, int]]:
    return sorted(counts.items(), key=lambda item: str(item[0]))


def _of_the_words(class_: NamedNode) -> bool:
    return class_.value.startswith(_OF_THE_WORDS)


def _name(quad: Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""


def _node(kind: str, *iris: str) -> NamedNode:
    """An IRI for a part of the description, from the IRIs that it is about."""
    return NamedNode(f"{VOID}#{kind}-{sha256(chr(0).join(iris).encode()).hexdigest()[:16]}")


def _void(name: str) -> NamedNode:
    return NamedNode(PREFIXES["void"] + name)


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)
