"""What is to be evaluated: the values that a server hands to ``server.engine``."""

from dataclasses import dataclass
from typing import Literal

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]


@dataclass(frozen=True)
class QueryPlan:
    """A query operation, SPARQL 1.1 Protocol §2.1, read, checked and negotiated."""

    query: str
    """The text for the evaluator: as it was sent, but with codepoint escapes outside of strings
    and IRIs resolved (SPARQL 1.1 Query §19.2), which pyoxigraph leaves to its caller."""
    form: Form
    default_graphs: tuple[str, ...] | None
    """The request's ``default-graph-uri``, or else the query's FROM; several are to be merged.
    None: neither names a dataset, so it is the store's own."""
    named_graphs: tuple[str, ...] | None
    """The same of ``named-graph-uri`` and FROM NAMED; None exactly when ``default_graphs`` is."""
    base_iri: str
    """What relative IRIs resolve against: the endpoint's URL without its query string."""
    media_type: str
    """What Content-Type will say, to the letter."""
    format: str
    """``json xml csv tsv`` for solutions, ``turtle ntriples jsonld rdfxml trig nquads`` else."""
    timeout_s: float
    cacheable: bool
    """False when the query calls NOW, RAND, UUID, STRUUID or BNODE."""
    max_rows: int | None
    """Rows after which the answer is cut; None: no limit."""


@dataclass(frozen=True)
class GraphPlan:
    """A retrieval of one graph, SPARQL 1.1 Graph Store HTTP Protocol §5.2."""

    graph: str | None
    """The graph's IRI; None: the default graph."""
    media_type: str
    format: str
    timeout_s: float
    base_iri: str
