"""The OWL 2 RL closure of RDF triples."""

from graph.reasoning.clashes import Clash
from graph.reasoning.closure import Closure, close, close_ntriples
from graph.reasoning.program import NamedRule, describe
from graph.reasoning.terms import Triple

__all__ = ["Clash", "Closure", "NamedRule", "Triple", "close", "close_ntriples", "describe"]
