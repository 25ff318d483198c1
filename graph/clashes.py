"""A clash in words: the facts that cannot all hold, the axiom behind it, and what causes it."""

from collections.abc import Callable

from graph.reasoning import Proof, Triple
from ontology import PREFIXES, compact

_OWL, _RDFS = (f"<{PREFIXES[prefix]}" for prefix in ("owl", "rdfs"))
_TYPE, _FIRST, _REST = (f"<{PREFIXES['rdf']}{name}>" for name in ("type", "first", "rest"))
_SAME, _DIFFERENT = f"{_OWL}sameAs>", f"{_OWL}differentFrom>"

_BECAUSE = {
    "prp-pdw": "the two relations exclude each other",
    "prp-adp": "these relations exclude each other",
    "prp-irp": "nothing is so related to itself",
    "prp-asyp": "this never holds both ways",
    "prp-npa1": "it is denied",
    "prp-npa2": "it is denied",
    "cax-dw": "the two classes have no member in common",
    "cax-adc": "these classes have no member in common",
    "cls-com": "the two classes have no member in common",
    "cls-nothing2": "nothing is in the empty class",
    "eq-diff1": "they are said to be different",
    "eq-diff2": "they are said to be different",
    "eq-diff3": "they are said to be different",
    "dt-not-type": "the value is not of that datatype",
}


def in_words(rule: str, triples: tuple[Triple, ...], label: Callable[[str], str]) -> str:
    """What clashes, in labels: the facts, why they exclude each other, and the axiom behind it.

    `label` gives what people call a term in N-Triples syntax.
    """
    facts = [_fact(triple, label) for triple in triples if not _is_axiom(triple)]
    because = _BECAUSE.get(rule, "no more of them are allowed")
    both = " both" if len(facts) > 1 else ""
    said = " and ".join(facts)
    return f"{said} cannot{both} hold: {because} ({_axiom(triples, label) or rule})"


def causes(triples: tuple[Triple, ...], why: Callable[[Triple], Proof | None]) -> list[Triple]:
    """The facts of the files that the inferred ones among the clashing facts follow from.

    `why` proves a triple of the closure.
    """
    proofs = [why(triple) for triple in triples if not _is_axiom(triple)]
    leaves = [leaf for proof in proofs if proof for leaf in proof.leaves]
    return [
        leaf
        for leaf in dict.fromkeys(leaves)
        if leaf not in triples and not _is_axiom(leaf) and not leaf.p.startswith(_RDFS)
    ]


def in_turtle(triple: Triple) -> str:
    """The triple as a file may have it, to search for."""
    terms = ("a" if term == _TYPE else compact(term.strip("<>")) for term in triple)
    return " ".join(terms)


def _fact(triple: Triple, label: Callable[[str], str]) -> str:
    s, o = label(triple.s), label(triple.o)
    if triple.p == _TYPE:
        return f"“{s}” is a member of “{o}”"
    if triple.p == _SAME:
        return f"“{s}” is the same as “{o}”"
    return f"“{s}” {label(triple.p)} “{o}”"


def _is_axiom(triple: Triple) -> bool:
    """Whether a triple is part of an axiom, and no fact."""
    if triple.s.startswith("_:") or triple.p in (_FIRST, _REST, _DIFFERENT):
        return True
    if triple.p == _TYPE:
        return triple.o.startswith(_OWL)
    return triple.p.startswith(_OWL) and triple.p != _SAME


def _axiom(triples: tuple[Triple, ...], label: Callable[[str], str]) -> str:
    """The axiom's construct in OWL's own word, and what it speaks of."""
    parts = [t for t in triples if _is_axiom(t)]
    if not parts:
        return ""
    head = next((t for t in parts if t.p == _TYPE), parts[0])
    construct = head.o if head.p == _TYPE else head.p
    if construct == f"{_OWL}sourceIndividual>":
        construct = f"{_OWL}NegativePropertyAssertion>"
    named = dict.fromkeys(
        label(term)
        for t in parts
        for term in (t.s, t.o)
        if term not in (construct, f"<{PREFIXES['rdf']}nil>") and not term.startswith("_:")
    )
    return f"{compact(construct.strip('<>'))}: {', '.join(named)}"
