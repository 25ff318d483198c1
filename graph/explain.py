"""From a proof to the words: a derivation with labels, files, claims and quoted sentences.

The reasoner proves a triple from asserted ones. Here each of those gets what stands behind it: the
claims that state its situation, with quote, source and offsets; for anything else the file it is
in, as background or as ontology. As text, as JSON and as PROV-O.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, cast

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, parse, serialize
from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import Triple as RdfTriple

from graph.reasoning import Gap, Proof, Step, Triple
from graph.sources import blank_prefix
from ontology import BASE, DIP, GRAPH, INFERRED, ONTOLOGY, PREFIXES, compact

_FIRST, _REST = (f"<{PREFIXES['rdf']}{name}>" for name in ("first", "rest"))

Background = Literal["background", "ontology"]


@dataclass(frozen=True)
class Evidence:
    """A claim that states a situation: its words, where they stand, and whose they are."""

    claim: str
    exact: str
    start: int
    end: int
    source: str
    voice: str


@dataclass(frozen=True)
class Leaf:
    """What stands behind an asserted triple: claims, or a file (the IRI of its graph).

    The claims are those that state the situation that is its subject, or that subject itself.
    """

    evidence: tuple[Evidence, ...]
    graph: str | None
    background: Background | None


@dataclass(frozen=True)
class Explanation:
    """A proof, what stands behind each of its leaves, and a label for each of its terms."""

    proof: Proof
    leaves: dict[Triple, Leaf]
    labels: dict[str, str]

    def said(self, triple: Triple) -> str:
        """The triple in labels."""
        return " — ".join(self.labels.get(term, term) for term in triple)


def explain(proof: Proof, store: Store, files: Mapping[str, str]) -> Explanation:
    """Find in the dataset what stands behind the leaves of a proof, and the labels of its terms.

    `files` gives the named graph of each file's path, as a snapshot's manifest has it.
    """
    leaves = {leaf: _leaf(leaf, store, files) for leaf in proof.leaves}
    terms = {term for step in proof.steps for term in step.conclusion}
    terms |= {f"<{e.voice}>" for leaf in leaves.values() for e in leaf.evidence}
    terms |= {f"<{e.source}>" for leaf in leaves.values() for e in leaf.evidence}
    labels = {term: label(term, store) for term in terms if not term.startswith("_:")}
    nodes = {
        (step.conclusion.s, step.conclusion.p): step.conclusion.o
        for step in proof.steps
        if step.conclusion.s.startswith("_:")
    }
    for term in terms - labels.keys():
        labels[term] = _expression(term, nodes, labels)
    return Explanation(proof, leaves, labels)


def label(term: str, store: Store) -> str:
    """What people call a name or literal in N-Triples syntax: its English label, else short."""
    parsed = _term(term)
    if isinstance(parsed, RdfLiteral):
        return f"“{parsed.value}”"
    if isinstance(parsed, BlankNode):
        return term
    for quad in store.quads_for_pattern(parsed, NamedNode(PREFIXES["oa"] + "exact"), None):
        return f"the claim “{cast(RdfLiteral, quad.object).value}”"
    for predicate in (PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label"):
        for quad in store.quads_for_pattern(parsed, NamedNode(predicate), None):
            if isinstance(quad.object, RdfLiteral) and quad.object.language == "en":
                return quad.object.value
    return compact(parsed.value)


def lines(explanation: Explanation) -> Iterator[str]:
    """The derivation as an indented tree, conclusion first; what was shown already is referred to.

    Below each leaf stand the claims with quote, source and offsets, or the file.
    """
    steps = {step.conclusion: step for step in explanation.proof.steps}
    shown: set[Triple] = set()
    work: list[tuple[Triple, int]] = [(explanation.proof.conclusion, 0)]
    while work:
        triple, depth = work.pop()
        step = steps[triple]
        indent = "  " * depth
        again = triple in shown and bool(step.premises)
        yield f"{indent}{explanation.said(triple)}  [{step.rule}{', as above' if again else ''}]"
        if again:
            continue
        shown.add(triple)
        if triple in explanation.leaves:
            yield from (f"{indent}  {line}" for line in _behind(explanation, triple))
        work.extend((p, depth + 1) for p in reversed(step.premises) if not _is_cell(p))


def _is_cell(triple: Triple) -> bool:
    """Whether a triple only links a list, which the label of the list says already."""
    return triple.s.startswith("_:") and triple.p in (_FIRST, _REST)


def missing(gaps: Iterable[Gap], store: Store) -> Iterator[str]:
    """What a triple that does not hold lacks, in labels: the nearest rule first."""
    none = True
    for gap in gaps:
        none = False
        count = len(gap.missing)
        noun = "premise" if count == 1 else "premises"
        yield f"{gap.rule} would give it, with {count} more {noun}:"
        for mark, triples in (("missing", gap.missing), ("there", gap.present)):
            for triple in triples:
                if not _is_cell(triple):
                    yield f"  {mark}: {' — '.join(_named(term, store) for term in triple)}"
    if none:
        yield "no rule concludes such a triple: only asserting it would make it hold"


def _named(term: str, store: Store) -> str:
    return "anything" if term.startswith("_:") else label(term, store)


def document(explanation: Explanation) -> dict[str, Any]:
    """The explanation as JSON values: steps with premises by number, leaves, labels."""
    number = {step.conclusion: place for place, step in enumerate(explanation.proof.steps)}

    def leaf(triple: Triple) -> dict[str, Any]:
        found = explanation.leaves[triple]
        return {
            "evidence": [
                {
                    "claim": e.claim,
                    "exact": e.exact,
                    "start": e.start,
                    "end": e.end,
                    "source": e.source,
                    "sourceLabel": explanation.labels[f"<{e.source}>"],
                    "voice": e.voice,
                    "voiceLabel": explanation.labels[f"<{e.voice}>"],
                }
                for e in found.evidence
            ],
            "graph": found.graph,
            "background": found.background,
        }

    return {
        "conclusion": list(explanation.proof.conclusion),
        "steps": [
            {
                "conclusion": list(step.conclusion),
                "labels": [explanation.labels[term] for term in step.conclusion],
                "rule": step.rule,
                "premises": [number[premise] for premise in step.premises],
                **(leaf(step.conclusion) if step.conclusion in explanation.leaves else {}),
            }
            for step in explanation.proof.steps
        ],
    }


def prov(explanation: Explanation) -> bytes:
    """The explanation in PROV-O as Turtle: a statement for each step, generated by its rule from
    its premises; an asserted one derived from claims, which are quoted from their source."""
    triples = [t for step in explanation.proof.steps for t in _step(explanation, step)]
    return cast(
        bytes, serialize(dict.fromkeys(triples), format=RdfFormat.TURTLE, prefixes=PREFIXES)
    )


def _leaf(triple: Triple, store: Store, files: Mapping[str, str]) -> Leaf:
    if triple.s.startswith("_:"):  # a store gives blank nodes new labels; ours name their file
        of = [graph for path, graph in files.items() if triple.s[2:].startswith(blank_prefix(path))]
        return Leaf((), of[0] if of else None, "ontology" if _words(of) else "background")
    s, p, o = (_term(term) for term in triple)
    stated = store.quads_for_pattern(None, NamedNode(DIP["states"]), cast(NamedNode, s))
    claim = store.quads_for_pattern(cast(NamedNode, s), NamedNode(PREFIXES["oa"] + "exact"), None)
    found = {_evidence(quad.subject, store) for quad in (*stated, *claim)}
    claims = sorted(found, key=lambda evidence: evidence.start)
    # A list or a class expression as object has another label in the store: any will do there.
    pattern = None if isinstance(o, BlankNode) else o
    graphs = sorted(
        quad.graph_name.value
        for quad in store.quads_for_pattern(cast(NamedNode, s), cast(NamedNode, p), pattern)
        if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value != INFERRED
    )
    graph = graphs[0] if graphs else None
    if claims:
        return Leaf(tuple(claims), graph, None)
    return Leaf((), graph, "ontology" if _words(graphs) else "background")


def _words(graphs: Sequence[str]) -> bool:
    return any(graph.startswith(ONTOLOGY) for graph in graphs)


def _evidence(claim: object, store: Store) -> Evidence:
    node = cast(NamedNode, claim)

    def one(predicate: str) -> str:
        found = store.quads_for_pattern(node, NamedNode(predicate), None)
        return min(cast(NamedNode | RdfLiteral, quad.object).value for quad in found)

    return Evidence(
        claim=node.value,
        exact=one(PREFIXES["oa"] + "exact"),
        start=int(one(PREFIXES["oa"] + "start")),
        end=int(one(PREFIXES["oa"] + "end")),
        source=one(PREFIXES["prov"] + "wasQuotedFrom"),
        voice=one(PREFIXES["prov"] + "wasAttributedTo"),
    )


def _behind(explanation: Explanation, triple: Triple) -> Iterator[str]:
    leaf = explanation.leaves[triple]
    for e in leaf.evidence:
        voice = explanation.labels[f"<{e.voice}>"]
        source = explanation.labels[f"<{e.source}>"]
        yield f"“{e.exact}” [{e.start}–{e.end}], {voice}, in {source} ({compact(e.claim)})"
    if not leaf.evidence:
        yield f"{leaf.background}: {place(leaf.graph)}"


def place(graph: str | None) -> str:
    """The file behind a named graph's IRI, relative to the checkout."""
    if graph is None:
        return "no file"
    if graph.startswith(ONTOLOGY):
        return f"ontology/{graph.removeprefix(ONTOLOGY).strip('/') or 'dip'}.ttl"
    return f"graph/{graph.removeprefix(str(GRAPH))}.ttl"


def _expression(node: str, nodes: Mapping[tuple[str, str], str], labels: Mapping[str, str]) -> str:
    """A blank node in words, as far as the proof tells: a list, or a class expression."""
    items = []
    while (item := nodes.get((node, _FIRST))) is not None:
        items.append(labels.get(item, "…"))
        node = nodes.get((node, _REST), "")
    if items:
        return f"({', '.join(items)})"
    on = nodes.get((node, f"<{PREFIXES['owl']}onProperty>"), "")
    for name, word in (("someValuesFrom", "some"), ("hasValue", "value")):
        filler = nodes.get((node, f"<{PREFIXES['owl']}{name}>"))
        if on and filler is not None:
            return f"({labels[on]} {word} {labels.get(filler, '…')})"
    return "(an expression)"


def _statement(triple: Triple) -> NamedNode:
    return NamedNode(BASE + "why/" + sha256(" ".join(triple).encode()).hexdigest()[:16])


def _step(explanation: Explanation, step: Step) -> Iterator[RdfTriple]:
    def name(prefixed: str) -> NamedNode:
        prefix, _, local = prefixed.partition(":")
        return NamedNode(PREFIXES[prefix] + local)

    node = _statement(step.conclusion)
    a = name("rdf:type")
    yield RdfTriple(node, a, name("prov:Entity"))
    yield RdfTriple(node, a, name("rdf:Statement"))
    for predicate, term in zip(("subject", "predicate", "object"), step.conclusion, strict=True):
        yield RdfTriple(node, name(f"rdf:{predicate}"), _term(term))
    yield RdfTriple(
        node, name("rdfs:label"), RdfLiteral(explanation.said(step.conclusion), language="en")
    )
    if step.conclusion not in explanation.leaves:
        activity = NamedNode(f"{node.value}#{step.rule}")
        yield RdfTriple(node, name("prov:wasGeneratedBy"), activity)
        yield RdfTriple(activity, a, name("prov:Activity"))
        yield RdfTriple(activity, name("rdfs:label"), RdfLiteral(step.rule))
        for premise in step.premises:
            yield RdfTriple(activity, name("prov:used"), _statement(premise))
            yield RdfTriple(node, name("prov:wasDerivedFrom"), _statement(premise))
        return
    leaf = explanation.leaves[step.conclusion]
    if leaf.graph is not None:
        yield RdfTriple(node, name("prov:hadPrimarySource"), NamedNode(leaf.graph))
    for e in leaf.evidence:
        claim = NamedNode(e.claim)
        yield RdfTriple(node, name("prov:wasDerivedFrom"), claim)
        yield RdfTriple(claim, a, name("prov:Entity"))
        yield RdfTriple(claim, name("oa:exact"), RdfLiteral(e.exact))
        for predicate, offset in (("oa:start", e.start), ("oa:end", e.end)):
            number = RdfLiteral(str(offset), datatype=name("xsd:nonNegativeInteger"))
            yield RdfTriple(claim, name(predicate), number)
        yield RdfTriple(claim, name("prov:wasQuotedFrom"), NamedNode(e.source))
        yield RdfTriple(claim, name("prov:wasAttributedTo"), NamedNode(e.voice))


def _term(text: str) -> NamedNode | BlankNode | RdfLiteral:
    """A term from N-Triples syntax."""
    quad = next(iter(parse(f"<x:x> <x:x> {text} .".encode(), format=RdfFormat.N_TRIPLES)))
    return cast(NamedNode | BlankNode | RdfLiteral, quad.object)
