"""RDF terms as N-Triples strings, and triples of them."""

from collections.abc import Iterable
from typing import NamedTuple

from graph.reasoning.vocabulary import XSD

_STRING = f"{XSD}string"
ESCAPES = {
    ord(plain): escaped
    for plain, escaped in (
        ("\\", "\\\\"),
        ('"', '\\"'),
        ("\n", "\\n"),
        ("\r", "\\r"),
        ("\t", "\\t"),
        ("\b", "\\b"),
        ("\f", "\\f"),
    )
} | {code: f"\\u{code:04X}" for code in (*range(8), 11, *range(14, 32), 127)}
"""How canonical N-Triples writes the characters that it escapes."""


class Triple(NamedTuple):
    """Subject, predicate and object in canonical N-Triples: ``<iri>``, ``_:b``, ``"x"@en``."""

    s: str
    p: str
    o: str


def ntriples(term: object) -> str:
    """The canonical N-Triples form of a term.

    Takes a string in N-Triples, or a term of rdflib or pyoxigraph (told apart by their shape, so
    that neither library is imported). Raises TypeError for anything else.
    """
    kind = type(term)
    if kind is str:
        if not str(term).startswith(("<", "_:", '"')):
            raise TypeError(f'{term!r} is not a term in N-Triples: write <iri>, _:b or "text"')
        return str(term)
    match kind.__name__:
        case "NamedNode" | "BlankNode" | "Triple":
            return str(term)
        case "URIRef":
            return f"<{term}>"
        case "BNode":
            return f"_:{term}"
        case "Literal":
            lexical = getattr(term, "value", None) if hasattr(term, "direction") else None
            return _literal(term, str(term) if lexical is None else lexical)
    raise TypeError(f"{term!r} is not an RDF term of rdflib or pyoxigraph")


def _literal(term: object, lexical: str) -> str:
    quoted = '"' + lexical.translate(ESCAPES) + '"'
    language = getattr(term, "language", None)
    if language:
        direction = getattr(term, "direction", None)
        return f"{quoted}@{language.lower()}" + (f"--{direction}" if direction else "")
    datatype = getattr(term, "datatype", None)
    iri = str(getattr(datatype, "value", datatype))
    return quoted if datatype is None or iri == _STRING else f"{quoted}^^<{iri}>"


def triple(value: object) -> Triple:
    """A ``Triple`` from a triple of rdflib or pyoxigraph terms, or of N-Triples strings."""
    if type(value) is Triple:
        return value
    if not isinstance(value, Iterable):
        raise TypeError(f"{value!r} is not a triple")
    s, p, o = map(ntriples, value)
    return Triple(s, p, o)
