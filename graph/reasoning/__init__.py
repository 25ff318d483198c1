"""The OWL 2 RL closure of RDF triples."""

from graph.reasoning.clashes import Clash
from graph.reasoning.closure import Closure, Delta, close, close_ntriples
from graph.reasoning.program import NamedRule, describe
from graph.reasoning.proofs import ASSERTED, Proof, Step
from graph.reasoning.terms import Triple

__all__ = [
    "ASSERTED",
    "Clash",
    "Closure",
    "Delta",
    "NamedRule",
    "Proof",
    "Step",
    "Triple",
    "close",
    "close_ntriples",
    "describe",
]
