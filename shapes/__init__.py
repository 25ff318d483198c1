"""The rules: SHACL shapes in Turtle, one file for each part of the model, and their validation.

A shape is an IRI ``https://w3id.org/legation/shapes/NAME``. ``shapes:phase`` says when it runs:
``structure`` on what the files assert, ``closure`` once date bounds and inferences are added.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal, cast

import pyshacl
import rdflib
from pyoxigraph import RdfFormat, Store
from pyshacl.graph_abstraction import OxigraphDataGraph
from rdflib import SH, URIRef
from rdflib.term import Node

from ontology import SHAPES
from shapes.dates import Bounds, compared
from shapes.messages import readable

Phase = Literal["structure", "closure"]
Severity = Literal["Violation", "Warning", "Info"]


@dataclass(frozen=True)
class Finding:
    """One validation result (SHACL §3.6.2): by which shape, how bad, about what, and what to do.

    ``shape`` is the shape's name. ``focus``, ``path`` and ``value`` are IRIs, ``value`` may be the
    text of a literal; ``path`` is None unless it is a single property, ``value`` unless the result
    has one besides the focus node.
    """

    shape: str
    severity: Severity
    focus: str
    path: str | None
    value: str | None
    message: str


@dataclass(frozen=True)
class Shape:
    """One rule in words. ``part`` is the file it stands in, without ``.ttl``."""

    name: str
    title: str
    description: str
    severity: Severity
    phase: Phase
    part: str

    @property
    def iri(self) -> str:
        return str(SHAPES[self.name])


class _DataGraph(OxigraphDataGraph):
    """The data in a pyoxigraph store, which evaluates the SPARQL of the shapes."""

    def __bool__(self) -> bool:
        # pySHACL asks several times for every result, and would have all triples counted.
        return True

    def objects(
        self, subject: Any = None, predicate: Any = None, unique: bool = False
    ) -> Generator[Any, None, None]:
        # A text written where a thing is meant becomes a focus node; pyoxigraph would not have it.
        if not isinstance(subject, rdflib.Literal):
            yield from super().objects(subject, predicate, unique)


def validate(
    data: rdflib.Graph, phase: Phase, bounds: Callable[[str], Bounds]
) -> tuple[Finding, ...]:
    """What the shapes of one phase find in ontology and facts, sorted by shape and focus node.

    `data` is one graph: for ``structure`` the asserted triples, for ``closure`` those with date
    bounds and inferences. `bounds` gives the bounds of an EDTF date and raises ValueError for what
    is none, which no shape judges.
    """
    store = Store()
    store.bulk_load(data.serialize(format="nt", encoding="utf-8"), format=RdfFormat.N_TRIPLES)
    comparable = rdflib.Graph()
    for triple in compared(data, bounds):
        comparable.add(triple)
    store.load(comparable.serialize(format="nt", encoding="utf-8"), format=RdfFormat.N_TRIPLES)
    _, report, _ = pyshacl.validate(
        _DataGraph(store),
        shacl_graph=shapes_graph(),
        use_shapes=[shape.iri for shape in catalogue() if shape.phase == phase],
        inference="none",
        do_owl_imports=False,
    )
    found = [_finding(report, result, data) for result in report.objects(None, SH.result)]
    found.sort(key=lambda f: (f.shape, f.focus, f.path or "", f.message, f.value or ""))
    # Several constraints of one property share a message, which is said once.
    said = {(f.shape, f.focus, f.message): f for f in reversed(found)}
    return tuple(reversed(said.values()))


@cache
def catalogue() -> tuple[Shape, ...]:
    """Every shape, by file and in the order of their names."""
    return tuple(
        Shape(
            name=_name(shape),
            title=str(graph.value(shape, SH.name)),
            description=str(graph.value(shape, SH.description)),
            severity=cast(Severity, _local(graph.value(shape, SH.severity))),
            phase=cast(Phase, _name(phase)),
            part=part,
        )
        for part, graph in _parts()
        for shape, phase in sorted(graph.subject_objects(SHAPES.phase))
    )


@cache
def shapes_graph() -> rdflib.Graph:
    """All shapes of both phases as one graph."""
    merged = rdflib.Graph()
    for _, graph in _parts():
        merged += graph
    return merged


def folder() -> Traversable:
    """The folder that holds the shapes, in a checkout and in an installed wheel alike."""
    return files(__name__)


@cache
def _parts() -> tuple[tuple[str, rdflib.Graph], ...]:
    """The name and the graph of each file."""
    turtle = sorted(
        (file.name.removesuffix(".ttl"), file.read_bytes())
        for file in folder().iterdir()
        if file.name.endswith(".ttl")
    )
    return tuple((part, rdflib.Graph().parse(data=data, format="turtle")) for part, data in turtle)


def _finding(report: rdflib.Graph, result: Node, data: rdflib.Graph) -> Finding:
    focus = report.value(result, SH.focusNode)
    path = report.value(result, SH.resultPath)
    value = report.value(result, SH.value)
    message = str(report.value(result, SH.resultMessage))
    # A constraint of SHACL Core has no variables of its own: these two are filled in here.
    message = message.replace("{$this}", str(focus)).replace("{$value}", str(value))
    for node in (focus, value):
        if isinstance(node, rdflib.BNode):
            message = message.replace(str(node), "a node without a name")
    return Finding(
        shape=_name(_owner(report.value(result, SH.sourceShape))),
        severity=cast(Severity, _local(report.value(result, SH.resultSeverity))),
        focus=str(focus),
        path=str(path) if isinstance(path, URIRef) else None,
        value=None if value is None or value == focus else str(value),
        message=readable(message, data),
    )


def _owner(shape: Node | None) -> Node | None:
    """The named shape that a property shape inside it belongs to."""
    while isinstance(shape, rdflib.BNode):
        shape = shapes_graph().value(None, SH.property, shape)
    return shape


def _name(iri: Node | None) -> str:
    return str(iri).removeprefix(str(SHAPES))


def _local(iri: Node | None) -> str:
    return str(iri).rpartition("#")[2]
