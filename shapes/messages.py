"""Messages for people: a name in place of every IRI."""

import re

from rdflib import RDFS, SKOS, Graph, Literal, URIRef

from ontology import DIP, PREFIXES, compact

_EXACT = URIRef(PREFIXES["oa"] + "exact")
_OFFSETS = URIRef(PREFIXES["oa"] + "start"), URIRef(PREFIXES["oa"] + "end")
_SOURCE = URIRef(PREFIXES["prov"] + "wasQuotedFrom")
_IRI = re.compile(r"https?://[^\s“”\"<>{}]+(?<![.,:;])")
_SHOWN = 60
"""How many characters of a quotation a message shows."""


def readable(message: str, data: Graph) -> str:
    """The message with the name of each thing, term or claim in place of its IRI."""
    named = _IRI.sub(lambda match: name(URIRef(match[0]), data), message)
    return named[0].upper() + named[1:] if named.startswith(("a ", "the ")) else named


def name(iri: URIRef, data: Graph) -> str:
    """What people call it: its English label, a quotation by its words, or a short IRI."""
    for label in (*data.objects(iri, SKOS.prefLabel), *data.objects(iri, RDFS.label)):
        if isinstance(label, Literal) and label.language == "en":
            return f"“{label}”"
    kind, words = _quotation(iri, data)
    if not words:
        return compact(iri)
    shown = words if len(words) <= _SHOWN else f"{words[:_SHOWN].rstrip()}…"
    return f"the {kind} {iri.rpartition('/')[2]} “{shown}”"


def _quotation(iri: URIRef, data: Graph) -> tuple[str, str]:
    """The words that a claim quotes, or that a sentence has between its offsets."""
    exact = data.value(iri, _EXACT, any=True)
    if exact is not None:
        return "claim", str(exact)
    start, end = (data.value(iri, offset, any=True) for offset in _OFFSETS)
    text = data.value(data.value(iri, _SOURCE, any=True), DIP.text, any=True)
    match start, end:
        case Literal(value=int(first)), Literal(value=int(last)) if text is not None:
            return "sentence", str(text)[first:last]
    return "", ""
