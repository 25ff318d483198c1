"""The way data goes: structure, dates, closure, clashes, rules. Each stage says what it found.

Everything here takes values and gives values; `graph.snapshot` keeps the result on disk and
`graph.check` adds what only an editor wants to know.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import rdflib
from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from graph.dates import NotEDTF, bounds
from graph.reasoning import Closure, Proof, close_ntriples
from graph.reasoning import Triple as Proved
from graph.sources import Sources, ntriples
from ontology import DATES, DIP, INFERRED
from shapes import Finding, validate

Reasoner = Literal["legation", "owlrl"]
REASONERS: tuple[Reasoner, ...] = ("legation", "owlrl")

HIDDEN = (f"<{DIP['helper']}>",)
"""Predicates, in N-Triples, whose inferred triples are noise: the parent of helper inverses."""

_DATE, _STATED_DATE = NamedNode(DIP["date"]), NamedNode(DIP["statedDate"])
_NOT_BEFORE, _NOT_AFTER = NamedNode(DIP["notBefore"]), NamedNode(DIP["notAfter"])
_DATE_TIME = NamedNode("http://www.w3.org/2001/XMLSchema#dateTime")


# A value that its datatype does not have is a finding of ours; rdflib would log a traceback for it.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)


class ClashLike(Protocol):
    """A contradiction that the reasoner found: the rule, the triples, and a sentence."""

    @property
    def rule(self) -> str: ...
    @property
    def triples(self) -> Sequence[tuple[str, str, str]]: ...
    @property
    def message(self) -> str: ...


class ClosureLike(Protocol):
    """What the pipeline needs of a reasoner."""

    @property
    def clashes(self) -> Sequence[ClashLike]: ...
    def inferred_ntriples(self, hidden: Collection[str] = ()) -> bytes: ...


@dataclass(frozen=True)
class Stage:
    """One step of the pipeline: its name, what it looked at, and what it found."""

    name: str
    looked_at: str
    findings: tuple[Finding, ...] = ()
    clashes: tuple[ClashLike, ...] = ()
    why: Callable[[Proved], Proof | None] | None = None
    """What proves the triples of a clash, if the reasoner gives proofs."""

    @property
    def failed(self) -> bool:
        return bool(self.clashes) or any(f.severity == "Violation" for f in self.findings)


class Invalid(Exception):
    """The facts do not hold together. ``stage`` says at which step, with every finding of it."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(f"{stage.name}: {len(stage.findings) + len(stage.clashes)} findings")
        self.stage = stage


@dataclass(frozen=True)
class Closed:
    """The validated and closed graph.

    ``asserted`` holds the quads of ontology, facts and date bounds in their named graphs;
    ``reasoned_over`` the same as N-Triples, each once; ``inferred`` what reasoning added.
    """

    asserted: tuple[Quad, ...]
    reasoned_over: bytes
    inferred: tuple[Quad, ...]
    closure: ClosureLike
    stages: tuple[Stage, ...]


def run(
    sources: Sources,
    reasoner: Reasoner = "legation",
    *,
    keep_going: bool = False,
    progress: Callable[[str], None] = lambda stage: None,
) -> Closed:
    """Validate, date and close what the sources assert.

    Raises Invalid at the first stage with a violation or a clash, unless `keep_going`, where the
    stages of the result tell. `progress` is called with the name of each stage as it begins.
    """
    stages: list[Stage] = []

    def done(stage: Stage) -> None:
        stages.append(stage)
        if stage.failed and not keep_going:
            raise Invalid(stage)

    quads = tuple(sources.asserted())

    progress("Structure")
    data = rdf(quads)
    done(Stage("Structure", f"{len(data):,} asserted triples", validate(data, "structure", bounds)))

    progress("Dates")
    dated, findings = date(quads)
    done(Stage("Dates", f"{sum(_is_date(q) for q in quads)} EDTF dates", findings))

    progress("Closure")
    asserted = (*quads, *dated)
    reasoned_over = ntriples(asserted)
    closure = close(reasoned_over, reasoner)
    inferred = tuple(
        Quad(t.subject, t.predicate, t.object, NamedNode(INFERRED))
        for t in parse(closure.inferred_ntriples(HIDDEN), format=RdfFormat.N_TRIPLES)
    )
    done(
        Stage(
            "Closure",
            f"{len(inferred):,} inferred triples ({reasoner})",
            (),
            tuple(closure.clashes),
            closure.why if isinstance(closure, Closure) else None,
        )
    )

    progress("Rules")
    for quad in (*dated, *inferred):
        data.add(_rdflib(quad))
    done(
        Stage("Rules", f"{len(data):,} triples with inferences", validate(data, "closure", bounds))
    )

    return Closed(asserted, reasoned_over, inferred, closure, tuple(stages))


def close(reasoned_over: bytes, reasoner: Reasoner) -> ClosureLike:
    """The OWL 2 RL closure of N-Triples by the reasoner of that name."""
    if reasoner == "owlrl":
        from graph.reasoning.oracle import close_ntriples_with_owlrl

        return close_ntriples_with_owlrl(reasoned_over)
    return close_ntriples(reasoned_over)


def date(quads: Iterable[Quad]) -> tuple[tuple[Quad, ...], tuple[Finding, ...]]:
    """``dip:notBefore`` and ``dip:notAfter`` for each ``dip:date``, and what is not EDTF.

    The date that a claim states is checked and gets no bounds: those belong to situations.
    """
    dated: list[Quad] = []
    findings: list[Finding] = []
    for quad in quads:
        if not _is_date(quad) or not isinstance(quad.object, RdfLiteral):
            continue
        subject = quad.subject
        try:
            found = bounds(quad.object.value)
        except NotEDTF as error:
            findings.append(
                Finding(
                    "edtf",
                    "Violation",
                    _value(subject),
                    quad.predicate.value,
                    quad.object.value,
                    str(error),
                )
            )
            continue
        if quad.predicate == _DATE:
            for predicate, value in (
                (_NOT_BEFORE, found.not_before),
                (_NOT_AFTER, found.not_after),
            ):
                if value is not None:
                    instant = RdfLiteral(value, datatype=_DATE_TIME)
                    dated.append(Quad(subject, predicate, instant, NamedNode(DATES)))
    return tuple(dict.fromkeys(dated)), tuple(findings)


def rdf(quads: Iterable[Quad]) -> rdflib.Graph:
    """The merge of the quads as one rdflib graph."""
    data = rdflib.Graph()
    for quad in quads:
        data.add(_rdflib(quad))
    return data


def _is_date(quad: Quad) -> bool:
    return quad.predicate in (_DATE, _STATED_DATE)


def _value(term: object) -> str:
    return str(getattr(term, "value", term))


def _rdflib(quad: Quad | Triple) -> tuple[rdflib.term.Node, rdflib.URIRef, rdflib.term.Node]:
    return _node(quad.subject), rdflib.URIRef(quad.predicate.value), _node(quad.object)


def _node(term: object) -> rdflib.term.Node:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, RdfLiteral):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        datatype = term.datatype.value
        plain = datatype == "http://www.w3.org/2001/XMLSchema#string"
        return rdflib.Literal(term.value, datatype=None if plain else rdflib.URIRef(datatype))
    return rdflib.BNode(_value(term))
