"""Messages for people: a name in place of every IRI."""

import re

from rdflib import RDFS, SKOS, Graph, Literal, URIRef

from ontology import PREFIXES

_EXACT = URIRef("http://www.w3.org/ns/oa#exact")
_IRI = re.compile(r"https?://[^\s“”\"<>{}]+(?<![.,:;])")
_SHOWN = 60
"""How many characters of a quotation a message shows."""


def readable(message: str, data: Graph) -> str:
    """The message with the name of each thing, term or claim in place of its IRI."""
    named = _IRI.sub(lambda match: name(URIRef(match[0]), data), message)
    return f"The{named[3:]}" if named.startswith("the ") else named


def name(iri: URIRef, data: Graph) -> str:
    """What people call it: its English label, a claim by the words it quotes, or a short IRI."""
    for label in (*data.objects(iri, SKOS.prefLabel), *data.objects(iri, RDFS.label)):
        if isinstance(label, Literal) and label.language == "en":
            return f"“{label}”"
    words = data.value(iri, _EXACT, any=True)
    if words is not None:
        shown = str(words) if len(words) <= _SHOWN else f"{words[:_SHOWN].rstrip()}…"
        return f"the claim {compact(iri).rpartition('/')[2]} “{shown}”"
    return compact(iri)


def compact(iri: str) -> str:
    """A prefixed name where a prefix of ours fits, else the IRI as it is."""
    prefix, namespace = max(
        ((prefix, namespace) for prefix, namespace in PREFIXES.items() if iri.startswith(namespace)),
        key=lambda pair: len(pair[1]),
        default=("", ""),
    )
    return f"{prefix}:{iri[len(namespace) :]}" if namespace else iri
