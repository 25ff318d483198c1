"""Which operation a request is: SPARQL 1.1 Protocol §2, Graph Store HTTP Protocol §5."""

import re
from binascii import a2b_qp
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from pyoxigraph import NamedNode

from server.protocol import dataset, negotiate
from server.protocol.exchange import Request
from server.protocol.plan import GraphPlan, QueryPlan
from server.protocol.problem import Problem, syntax_error
from server.protocol.tokens import Reading, read

SPARQL_METHODS = ("GET", "HEAD", "POST", "QUERY")
DATA_METHODS = ("GET", "HEAD")

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

_MAX_FIELDS = 1000
_ESCAPED = re.compile(rb"(?:[^%]++|%[0-9A-Fa-f]{2})*+")
"""Text in which every percent sign begins an escape."""

Parameters = list[tuple[str, str]]


@dataclass(frozen=True)
class Limits:
    """What a request may cost: see the settings of the same names."""

    query_timeout_s: float = 30.0
    max_result_rows: int | None = None
    base_iri: str | None = None


@dataclass(frozen=True)
class Description:
    """A request for the Service Description: the endpoint without a query."""

    offer: negotiate.Offer


@dataclass(frozen=True)
class Page:
    """A request by a browser that would rather have HTML than a result format."""


def read_sparql(
    request: Request, limits: Limits, *, pages: bool = False
) -> QueryPlan | Description | Page:
    """The operation that a request to the SPARQL endpoint asks for.

    ``pages`` says whether there is HTML to offer. Raises Problem: 400 for what is malformed, 403
    for an update or a query that reaches out, 406, 415.
    """
    parameters, direct = _parameters(request)
    queries = [direct] if direct is not None else []
    queries += [value for name, value in parameters if name == "query"]
    updates = [value for name, value in parameters if name == "update"]
    if request.method in ("POST", "QUERY") and request.media_type == UPDATE:
        _refuse_update(_text(request.body), parameters)
    if len(queries) > 1 or len(updates) > 1:
        raise _bad("There is more than one query or update; send one.")
    if queries and updates:
        raise _bad("There are a query and an update; send one.")
    if updates:
        if request.method in DATA_METHODS:
            raise _bad("An update is not for GET, and this server takes none.")
        _refuse_update(updates[0], parameters)
    if not queries:
        if request.method not in DATA_METHODS:
            raise _bad("There is no parameter query.")
        offered = (*negotiate.GRAPHS, negotiate.HTML) if pages else negotiate.GRAPHS
        offer = negotiate.best(request.header("accept"), offered)
        return Page() if offer is negotiate.HTML else Description(offer)
    return _plan(request, read(queries[0]), parameters, limits, pages=pages)


def _plan(
    request: Request, reading: Reading, parameters: Parameters, limits: Limits, *, pages: bool
) -> QueryPlan | Page:
    if reading.is_update:
        raise _updates_refused()
    _refuse_services(reading)
    # Without a form there is a syntax error to come, which the evaluator words best.
    form = reading.form or "SELECT"
    offer = negotiate.best(request.header("accept"), negotiate.offers(form, pages=pages))
    if offer is negotiate.HTML:
        return Page()
    base_iri = request.url(limits.base_iri)
    default, named = _dataset(parameters, reading, base_iri)
    return QueryPlan(
        query=reading.text,
        form=form,
        default_graphs=default,
        named_graphs=named,
        base_iri=base_iri,
        media_type=offer.label,
        format=offer.format,
        timeout_s=_timeout(parameters, limits.query_timeout_s),
        cacheable=not reading.is_volatile,
        max_rows=limits.max_result_rows,
    )


def read_data(request: Request, limits: Limits) -> GraphPlan:
    """The graph that a request to the Graph Store asks for. Raises Problem 400, 406."""
    parameters = _decode(request.query_string)
    graphs = [value for name, value in parameters if name == "graph"]
    defaults = [value for name, value in parameters if name == "default"]
    if len(graphs) + len(defaults) != 1:
        raise _bad("Name one graph: ?graph=IRI, or ?default for the default graph.")
    for graph in graphs:
        _check_iri("graph", graph)
    offer = negotiate.best(request.header("accept"), negotiate.GRAPHS)
    return GraphPlan(
        graph=graphs[0] if graphs else None,
        media_type=offer.label,
        format=offer.format,
        timeout_s=_timeout(parameters, limits.query_timeout_s),
        base_iri=request.url(limits.base_iri),
    )


def _parameters(request: Request) -> tuple[Parameters, str | None]:
    """The request's parameters, and the query if the body is one. §2.1.1 to §2.1.3."""
    parameters = _decode(request.query_string)
    if request.method not in ("POST", "QUERY"):
        return parameters, None
    if request.header("content-encoding") not in ("", "identity"):
        raise Problem(
            415, "The body's Content-Encoding is not read; send it plain.", name="unsupported"
        )
    if request.media_type == FORM:
        return parameters + _decode(request.body), None
    if request.media_type == QUERY:
        return parameters, _text(request.body)
    if request.media_type == UPDATE:
        return parameters, None
    sent = f"The body's type “{request.media_type}”" if request.media_type else "A body of no type"
    raise Problem(
        415,
        f"{sent} is not read; {FORM} and {QUERY} are.",
        name="unsupported",
        headers={"Accept-Query": f"{QUERY}, {FORM}", "Accept-Post": f"{QUERY}, {FORM}"},
    )


def _decode(form: bytes) -> Parameters:
    """URL-decode once, as UTF-8 (WHATWG URL §5.1)."""
    fields = [field for field in form.split(b"&") if field]
    if len(fields) > _MAX_FIELDS:
        raise _bad(f"There are more than {_MAX_FIELDS} parameters.")
    try:
        return [
            (_unquoted(name), _unquoted(value))
            for name, _, value in (field.partition(b"=") for field in fields)
        ]
    except UnicodeDecodeError:
        raise _bad("The parameters are not UTF-8.") from None


def _unquoted(text: bytes) -> str:
    text = text.replace(b"+", b" ")
    if b"%" in text:
        if _ESCAPED.fullmatch(text):
            # Quoted-printable is the same code with another sign, and read ten times as fast.
            text = a2b_qp(text.replace(b"=", b"=3D").replace(b"%", b"="))
        else:
            text = unquote_to_bytes(text)
    return text.decode("utf-8")


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad(f"The body is not UTF-8 at byte {error.start}.") from None


def _dataset(
    parameters: Parameters, reading: Reading, base_iri: str
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """The RDF dataset that the request names or else the query, §2.1.4; None, None for none."""
    default = _iris("default-graph-uri", parameters)
    named = _iris("named-graph-uri", parameters)
    return (default, named) if default or named else dataset.of_query(reading, base_iri)


def _iris(name: str, parameters: Parameters) -> tuple[str, ...]:
    found = dict.fromkeys(value for key, value in parameters if key == name)
    for iri in found:
        _check_iri(name, iri)
    return tuple(found)


def _check_iri(name: str, iri: str) -> None:
    try:
        NamedNode(iri)
    except ValueError:
        raise _bad(f"{name}: “{iri}” is not an absolute IRI.") from None


def _timeout(parameters: Parameters, most: float) -> float:
    """The deadline in seconds: the request may lower it. 0 asks for no lower one."""
    asked = [value for name, value in parameters if name == "timeout"]
    if not asked:
        return most
    try:
        seconds = float(asked[-1])
    except ValueError:
        seconds = -1.0
    if not seconds >= 0:
        raise _bad(f"timeout: “{asked[-1]}” is not a number of seconds.")
    return min(seconds or most, most)


def _refuse_services(reading: Reading) -> None:
    if reading.services:
        problem = syntax_error(
            reading.text,
            reading.services[0].start,
            "SERVICE is refused, since this server asks no other; ask that endpoint yourself",
        )
        problem.status, problem.name, problem.title = 403, "service-refused", "Forbidden"
        raise problem


def _refuse_update(text: str, parameters: Parameters) -> None:
    """Raise the Problem for an update: 400 if the protocol forbids it anyway (§2.2.3), or 403."""
    words = {token.text.upper() for token in read(text).tokens}
    if _iris("using-graph-uri", parameters) + _iris("using-named-graph-uri", parameters) and (
        words & {"USING", "WITH"}
    ):
        raise _bad("using-graph-uri and using-named-graph-uri are not for an update with USING.")
    raise _updates_refused()


def _updates_refused() -> Problem:
    return Problem(
        403,
        "This endpoint is for reading; updates are refused.",
        name="update-refused",
    )


def _bad(detail: str) -> Problem:
    return Problem(400, detail, name="bad-request")
