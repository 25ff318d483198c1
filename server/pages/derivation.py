"""A proof as pages show it: steps in words, as a tree of rows and as what a picture draws.

Pure: it takes the document of ``graph.explain`` and gives values.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from graph.reasoning import ASSERTED
from ontology import PREFIXES
from server.pages.drawing import Drawing, draw

_RDF, _RDFS, _OWL = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl"))

MOST_DRAWN = 80
"""Boxes in a picture, at most: a bigger one is no help to anybody."""

_PARTS = frozenset(
    f"<{iri}>"
    for iri in (
        *(_RDF + name for name in ("first", "rest")),
        *(_OWL + name for name in ("onProperty", "someValuesFrom", "allValuesFrom", "hasValue")),
        *(_OWL + name for name in ("intersectionOf", "unionOf", "oneOf", "complementOf")),
    )
)
"""Properties that only put an expression together; its label says what they say."""

_VERBS = {
    f"<{iri}>": verb
    for iri, verb in (
        (_RDF + "type", "is a"),
        (_RDFS + "subClassOf", "is a kind of"),
        (_RDFS + "subPropertyOf", "is a kind of"),
        (_RDFS + "domain", "makes of what has it a"),
        (_RDFS + "range", "makes of what it leads to a"),
        (_OWL + "inverseOf", "is the inverse of"),
        (_OWL + "propertyChainAxiom", "follows from the path"),
        (_OWL + "sameAs", "is the same as"),
        (_OWL + "differentFrom", "is not the same as"),
        (_OWL + "equivalentClass", "means the same as"),
        (_OWL + "equivalentProperty", "means the same as"),
    )
}


@dataclass(frozen=True)
class Step:
    """A step of a proof: a triple, the rule that gives it, and what stands behind it if asserted.

    Terms are in N-Triples syntax; ``premises`` are the numbers of earlier steps.
    """

    number: int
    terms: tuple[str, str, str]
    labels: tuple[str, str, str]
    rule: str
    premises: tuple[int, ...]
    claims: tuple[str, ...]
    graph: str | None
    background: str | None

    @property
    def addresses(self) -> list[str]:
        """The terms as parameters of an address: IRIs without their brackets."""
        return [term[1:-1] if term.startswith("<") else term for term in self.terms]

    @property
    def asserted(self) -> bool:
        """Whether it is a triple that stands in a file."""
        return self.rule == ASSERTED

    @property
    def axiom(self) -> bool:
        """Whether it is asserted by the ontology: about words and not about the world."""
        return self.background == "ontology"

    @property
    def structure(self) -> bool:
        """Whether it only puts an expression together."""
        return self.terms[0].startswith("_:") and self.terms[1] in _PARTS

    @property
    def verb(self) -> str:
        """The predicate in words."""
        return _VERBS.get(self.terms[1], self.labels[1])

    @property
    def said(self) -> str:
        """The triple in words."""
        return f"{self.labels[0]} {self.verb} {self.labels[2]}"


@dataclass(frozen=True)
class Row:
    """A line of the tree: a step at its depth, with the axioms that it needs beside its premises.

    Rows nest: a ``parent`` opens a list, and after the row ``closes`` lists end.
    """

    step: Step
    depth: int
    axioms: tuple[Step, ...]
    again: bool
    """Whether its own premises were shown further above."""
    parent: bool
    closes: int


@dataclass(frozen=True)
class Derivation:
    """One way in which a triple follows: steps after their premises, the last one concludes."""

    steps: tuple[Step, ...]

    @property
    def conclusion(self) -> Step:
        """What is proved."""
        return self.steps[-1]

    @property
    def statements(self) -> tuple[Step, ...]:
        """The asserted triples about the world that it rests on."""
        return tuple(step for step in self.steps if step.asserted and not step.axiom)

    @property
    def axioms(self) -> tuple[Step, ...]:
        """The asserted axioms that it uses, without the parts of expressions."""
        return tuple(
            step for step in self.steps if step.asserted and step.axiom and not step.structure
        )

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that it rests on."""
        return tuple(dict.fromkeys(claim for step in self.steps for claim in step.claims))

    def rows(self) -> list[Row]:
        """The tree, conclusion first, each premise before the next one's own premises."""
        found = list(self._walk())
        depths = [row.depth for row in found]
        closing = [here - after if here >= after else 0 for here, after in pairwise([*depths, 0])]
        return [
            Row(row.step, row.depth, row.axioms, row.again, row.parent, closes)
            for row, closes in zip(found, closing, strict=True)
        ]

    def _walk(self) -> Iterator[Row]:
        shown: set[int] = set()
        work = [(self.conclusion, 0)]
        while work:
            step, depth = work.pop()
            premises, axioms = self._premises(step)
            again = step.number in shown and bool(premises)
            shown.add(step.number)
            yield Row(step, depth, axioms, again, bool(premises) and not again, 0)
            if not again:
                work.extend((premise, depth + 1) for premise in reversed(premises))

    def _premises(self, step: Step) -> tuple[list[Step], tuple[Step, ...]]:
        """The premises of a step to show beneath it, and the axioms to name beside it."""
        premises = [self.steps[number] for number in step.premises]
        shown = [premise for premise in premises if not premise.structure]
        axioms = tuple(premise for premise in shown if premise.asserted and premise.axiom)
        return [premise for premise in shown if premise not in axioms], axioms

    def picture(self, quotes: Mapping[str, str]) -> Drawing | None:
        """The derivation drawn without its axioms, above the words of its claims; None if too big.

        `quotes` gives the words of each claim.
        """
        nodes = {str(self.conclusion.number): self.conclusion}
        below: dict[str, list[str]] = {}
        for step in reversed(self.steps):  # premises after what they give
            key = str(step.number)
            if key not in nodes:
                continue
            premises, _ = self._premises(step)
            nodes |= {str(premise.number): premise for premise in premises}
            below[key] = [str(premise.number) for premise in premises]
            below[key] += [claim for claim in step.claims if claim in quotes]
        said = {claim for claims in below.values() for claim in claims if claim in quotes}
        if len(nodes) + len(said) > MOST_DRAWN:
            return None
        boxes = {key: (step.said, _kind(step)) for key, step in nodes.items()}
        boxes |= {claim: (f"“{quotes[claim]}”", "quote") for claim in sorted(said)}
        return draw(str(self.conclusion.number), below, boxes)


def _kind(step: Step) -> str:
    return "asserted" if step.asserted else "inferred"


def derivations(document: Mapping[str, Any]) -> list[Derivation]:
    """Every way in which the document of ``server.explanation`` proves its triple."""
    return [_derivation(way["steps"]) for way in document["ways"]]


def _derivation(steps: Sequence[Mapping[str, Any]]) -> Derivation:
    return Derivation(
        tuple(
            Step(
                number=number,
                terms=_three(step["conclusion"]),
                labels=_three(step["labels"]),
                rule=step["rule"],
                premises=tuple(dict.fromkeys(step["premises"])),
                claims=tuple(evidence["claim"] for evidence in step.get("evidence", ())),
                graph=step.get("graph"),
                background=step.get("background"),
            )
            for number, step in enumerate(steps)
        )
    )


@dataclass(frozen=True)
class Lack:
    """A rule that would give a triple: what holds of its premises, what is missing, and the path
    of properties if it is one that makes a triple of a path."""

    rule: str
    present: tuple[tuple[str, str, str], ...]
    missing: tuple[tuple[str, str, str], ...]
    path: tuple[str, ...]


def lacks(gaps: Iterable[Mapping[str, Any]]) -> list[Lack]:
    """The gaps of a triple that does not hold, without what only puts expressions together."""
    return [
        Lack(
            gap["rule"],
            tuple(_three(t) for t in gap["present"] if not _about_words(t)),
            tuple(_three(t) for t in gap["missing"]),
            tuple(t[2] for t in gap["present"] if t[1] == f"<{_RDF}first>"),
        )
        for gap in gaps
    ]


def verb(predicate: str, labels: Mapping[str, str]) -> str:
    """A predicate in words."""
    return _VERBS.get(predicate, labels[predicate])


def _about_words(terms: Sequence[str]) -> bool:
    object_ = terms[2]
    return (
        terms[0].startswith("_:")
        or (terms[1] in _VERBS and terms[1] != f"<{_RDF}type>")
        or (terms[1] == f"<{_RDF}type>" and object_.startswith(f"<{_OWL}"))
    )


def _three(terms: Sequence[str]) -> tuple[str, str, str]:
    s, p, o = terms
    return s, p, o
