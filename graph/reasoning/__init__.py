"""The OWL 2 RL closure of RDF triples."""

from graph.reasoning.clashes import Clash
from graph.reasoning.closure import Closure, Delta, close, close_ntriples
from graph.reasoning.program import NamedRule, describe
from graph.reasoning.proofs import ASSERTED, Proof, Step
from graph.reasoning.terms import Triple
from graph.reasoning.why_not import Gap

__all__ = [
    "ASSERTED",
    "Clash",
    "Closure",
    "Delta",
    "Gap",
    "NamedRule",
    "Proof",
    "Step",
    "Triple",
    "close",
    "close_ntriples",
    "describe",
]
