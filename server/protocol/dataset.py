"""The RDF dataset that a query names by FROM and FROM NAMED, SPARQL 1.1 Query §13.2.

The evaluator reads both clauses too, but a triple that two graphs of FROM hold counts twice there,
where §13.2.1 asks for a merge. So they are read here, and take the way of ``default-graph-uri``.
"""

from pyoxigraph import QuerySolutions, Store

from server.protocol.plan import Form
from server.protocol.tokens import Kind, Reading, Token

_NAMES = (Kind.IRI, Kind.PNAME)
_END = Token(Kind.WORD, "", 0)


def of_query(
    reading: Reading, base_iri: str
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """The IRIs of the query's default and named graphs; None, None if it names no dataset.

    Also None, None for what is no SPARQL: the evaluator has words for it, or a reading of its own.
    """
    # A query that doesn't mention FROM, so most, pays for this search only.
    if not reading.mentions("FROM") or reading.form is None:
        return None, None
    rows = " ".join(f"({name} {named})" for name, named in _clauses(reading.tokens))
    if not rows:
        return None, None
    # The evaluator resolves the names, so they become what it would make of them in place.
    query = f"{_prologue(reading, reading.form)} SELECT * {{ VALUES (?graph ?named) {{ {rows} }} }}"
    try:
        found = Store().query(query, base_iri=base_iri)
    except (SyntaxError, ValueError):  # such as a prefix that isn't declared
        return None, None
    assert isinstance(found, QuerySolutions)  # noqa: S101 - the form is SELECT
    graphs = [(row["graph"].value, row["named"].value == "true") for row in found]
    default = dict.fromkeys(iri for iri, is_named in graphs if not is_named)
    named = dict.fromkeys(iri for iri, is_named in graphs if is_named)
    return tuple(default), tuple(named)


def _prologue(reading: Reading, form: Form) -> str:
    """BASE and PREFIX declarations: what stands before the query form."""
    start = next(
        token.start
        for token in reading.tokens
        if token.kind is Kind.WORD and token.text.upper().startswith(form)
    )
    return reading.text[:start]


def _clauses(tokens: tuple[Token, ...]) -> list[tuple[str, str]]:
    """The name in each dataset clause, and "true" if it is FROM NAMED, else "false".

    The clauses stand one after another (§19.8, [13] to [16]). None at all if they stand among what
    the grammar doesn't have there: ``ASKFROM<a>{}`` and ``ASK FROM:a FROM<b>{}`` are queries to
    pyoxigraph.
    """
    first = next((at for at, token in enumerate(tokens) if _mentions(token, Kind.WORD)), None)
    if first is None or (first and _mentions(tokens[first - 1], Kind.PNAME)):
        return []
    found = []
    rest = iter(tokens[first:])
    token = next(rest)
    while token.text.upper() == "FROM":
        name = next(rest, _END)
        named = name.text.upper() == "NAMED"
        if named:
            name = next(rest, _END)
        if name.kind not in _NAMES:
            return []
        found.append((name.text, str(named).lower()))
        token = next(rest, _END)
    goes_on = token.kind is Kind.WORD and not token.text.upper().startswith("FROM")
    return found if goes_on or token.text == "{" else []


def _mentions(token: Token, kind: Kind) -> bool:
    """Whether pyoxigraph could see a dataset clause begin within a token."""
    return token.kind is kind and "FROM" in token.text.partition(":")[0].upper()
