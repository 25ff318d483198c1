"""Evaluates one plan on a pyoxigraph store and writes the answer in its format.

It runs inside a reader (``server.reader``) or in-process (``server.engine.LocalEngine``), in one
thread: pyoxigraph's results are bound to the thread that made them. Rows are never touched in
Python; ``serialize`` is native and calls ``write`` with some 8 KB at a time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING, Protocol, cast

import pyoxigraph as ox

from graph.snapshot import Snapshot
from ontology import PREFIXES
from server.protocol.plan import GraphPlan, QueryPlan
from server.protocol.problem import Problem
from server.protocol.syntax import syntax_problem

if TYPE_CHECKING:
    from server.explanation import Explainer


@dataclass(frozen=True)
class WhyPlan:
    """Why a triple holds. Terms are in N-Triples syntax; ``format`` is json or turtle."""

    subject: str
    predicate: str
    object: str
    media_type: str
    format: str
    timeout_s: float


Plan = QueryPlan | GraphPlan | WhyPlan

RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
GRAPHS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
}


class Output(Protocol):
    """Where an answer is written to. What ``write`` raises, if no OSError, ends the evaluation."""

    truncated: bool | None
    """Whether rows were cut off; None without a limit. Set before the first ``write``."""

    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


class Data:
    """A loaded snapshot, and what was made of it for a request and may serve the next."""

    def __init__(
        self, store: ox.Store, asserted: Callable[[], bytes], files: Mapping[str, str]
    ) -> None:
        """`asserted` reads what the closure is computed from; `files` is the manifest's."""
        self.store = store
        self._asserted = asserted
        self._files = files
        self._merged: tuple[tuple[frozenset[str], frozenset[str]], ox.Store] | None = None
        self._explainer: Explainer | None = None

    @classmethod
    def load(cls, snapshot: Snapshot, asserted: Callable[[], bytes] | None = None) -> "Data":
        """Load a snapshot. Raises OSError or SyntaxError if it cannot be read."""
        store = ox.Store()
        store.bulk_load(path=snapshot.dataset, format=ox.RdfFormat.N_QUADS)
        files = snapshot.manifest.get("files", {})
        return cls(store, asserted or snapshot.asserted.read_bytes, files)

    @property
    def explainer(self) -> "Explainer":
        """The closure with its proofs, computed when first asked for."""
        if self._explainer is None:
            from server.explanation import Explainer

            self._explainer = Explainer(self._asserted(), self.store, self._files)
        return self._explainer

    def merged(self, default: frozenset[str], named: frozenset[str]) -> ox.Store:
        """A store with the RDF merge of `default` as its default graph, and the graphs `named`.

        pyoxigraph's own list of default graphs is no merge: a triple in two of them counts twice.
        """
        if self._merged is None or self._merged[0] != (default, named):
            # One document, so that a blank node that graphs share stays one node.
            parts = [self._ntriples(graph) for graph in sorted(default)]
            for graph in sorted(named):
                parts += [f"<{graph}> {{\n".encode(), self._ntriples(graph), b"}\n"]
            store = ox.Store()
            store.bulk_load(b"".join(parts), ox.RdfFormat.TRIG)
            self._merged = ((default, named), store)
        return self._merged[1]

    def _ntriples(self, graph: str) -> bytes:
        dump = self.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))
        return cast(bytes, dump)


def evaluate(plan: Plan, data: Data, output: Output) -> None:
    """Evaluate `plan` on `data` and write the whole answer to `output`.

    Raises Problem for what is wrong with the request, and whatever ``output.write`` raises.
    """
    try:
        if isinstance(plan, GraphPlan):
            _graph(plan, data.store, output)
        elif isinstance(plan, WhyPlan):
            terms = (plan.subject, plan.predicate, plan.object)
            output.write(data.explainer.why(terms, plan.format))
        else:
            _query(plan, data, output)
    except ValueError as error:  # an IRI that is none, a surrogate in the query
        raise Problem(400, f"{error}.", name="malformed-query") from None


def _graph(plan: GraphPlan, store: ox.Store, output: Output) -> None:
    name: ox.NamedNode | ox.DefaultGraph = ox.DefaultGraph()
    if plan.graph is not None:
        name = ox.NamedNode(plan.graph)
        if not store.contains_named_graph(name):
            raise Problem(404, f"There is no graph <{plan.graph}>.", name="no-such-graph")
    store.dump(
        cast(IO[bytes], output), GRAPHS[plan.format], from_graph=name, prefixes=dict(PREFIXES)
    )


def _query(plan: QueryPlan, data: Data, output: Output) -> None:
    try:
        results = _results(plan, data)
        if plan.max_rows is not None:
            _serialize_cut(results, plan.format, plan.max_rows, output)
        elif isinstance(results, ox.QueryTriples):
            results.serialize(cast(IO[bytes], output), GRAPHS[plan.format])
        else:
            results.serialize(cast(IO[bytes], output), RESULTS[plan.format])
    except SyntaxError as error:
        raise syntax_problem(str(error), plan.query) from None
    except RuntimeError as error:  # such as a function that there is not
        raise Problem(400, f"{error}.", name="evaluation") from None
    except OSError as error:  # SERVICE or LOAD, if ever one came so far
        detail = f"A query may not reach out of the server ({error})."
        raise Problem(403, detail, name="forbidden") from None


def _results(plan: QueryPlan, data: Data) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    if plan.default_graphs is None and plan.named_graphs is None:
        return data.store.query(plan.query, base_iri=plan.base_iri)
    default = frozenset(plan.default_graphs or ())
    named = frozenset(plan.named_graphs or ())
    store = data.store
    if len(default) > 1:
        store = data.merged(default, named)
    return store.query(
        plan.query,
        base_iri=plan.base_iri,
        default_graph=(
            [ox.DefaultGraph()] if len(default) > 1 else [ox.NamedNode(iri) for iri in default]
        ),
        named_graphs=[ox.NamedNode(iri) for iri in named],
    )


class _Full(Exception):
    pass


class _Spool:
    """Keeps the first `lines` lines that are written and stops the evaluation at the next."""

    def __init__(self, lines: int) -> None:
        self._left = lines
        self._kept = BytesIO()
        self._full = False

    def write(self, data: bytes, /) -> int:
        if self._full:  # the writer, being dropped, empties its buffer once more
            raise _Full
        kept = data
        if data.count(b"\n") >= self._left:
            kept = b"".join(data.splitlines(keepends=True)[: self._left])
        self._kept.write(kept)
        self._left -= kept.count(b"\n")
        if len(kept) < len(data):
            self._full = True
            raise _Full
        return len(data)

    def flush(self) -> None:
        pass

    def getvalue(self) -> bytes:
        return self._kept.getvalue()


def _serialize_cut(
    results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
    name: str,
    rows: int,
    output: Output,
) -> None:
    """Write at most `rows` rows or triples, in the order in which the evaluator gave them.

    The answer is spooled in a format that escapes line ends inside terms (TSV, N-Triples), so that
    a line is a row, cut there, and then transcoded: exact for every format, known before the first
    byte, and no change to the query.
    """
    sink = cast(IO[bytes], output)
    if isinstance(results, ox.QueryBoolean):
        output.truncated = False
        results.serialize(sink, RESULTS[name])
        return
    header = isinstance(results, ox.QuerySolutions)
    spool = _Spool(rows + header)
    try:
        if isinstance(results, ox.QuerySolutions):
            results.serialize(cast(IO[bytes], spool), ox.QueryResultsFormat.TSV)
        else:
            results.serialize(cast(IO[bytes], spool), ox.RdfFormat.N_TRIPLES)
        output.truncated = False
    except _Full:
        output.truncated = True
    if header:
        solutions = ox.parse_query_results(spool.getvalue(), ox.QueryResultsFormat.TSV)
        solutions.serialize(sink, RESULTS[name])
    else:
        store = ox.Store()
        store.bulk_load(spool.getvalue(), ox.RdfFormat.N_TRIPLES)
        store.dump(sink, GRAPHS[name], from_graph=ox.DefaultGraph())
