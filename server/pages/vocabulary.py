"""The ontology's words as the pages use them: labels, definitions, and what is above what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ontology import PREFIXES
from server.pages.lookup import context, select
from server.pages.words import local_name

_DIP = PREFIXES["dip"]

HELPER = _DIP + "helper"


@dataclass(frozen=True)
class Word:
    """A class or property: what it is called, what it means, and everything above it."""

    iri: str
    label: str
    definition: str
    above: frozenset[str]


def vocabulary() -> Mapping[str, Word]:
    """Every class and property of the ontology that is served, by IRI."""
    return _vocabulary(context().engine.generation)


def label(iri: str) -> str:
    """What a class or property is called; the name in its IRI if the ontology does not say."""
    word = vocabulary().get(iri)
    return word.label if word else local_name(iri)


def most_specific(classes: Iterable[str]) -> list[str]:
    """Those of the classes that are not above another of them, in the order of their labels.

    Classes that the ontology does not describe (OWL's own, aligned ones) are left out.
    """
    known = [iri for iri in set(classes) if iri in vocabulary()]
    above = {upper for iri in known for upper in vocabulary()[iri].above - {iri}}
    return sorted((iri for iri in known if iri not in above), key=label)


@lru_cache(maxsize=2)
def _vocabulary(generation: str) -> Mapping[str, Word]:
    labels: dict[str, str] = {}
    definitions: dict[str, str] = {}
    above: dict[str, set[str]] = {}
    for row in select(_WORDS):
        iri = row["word"].value
        labels[iri] = row["label"].value
        if "definition" in row:
            definitions[iri] = row["definition"].value
        if "above" in row:
            above.setdefault(iri, set()).add(row["above"].value)
    return {
        iri: Word(iri, text, definitions.get(iri, ""), frozenset(above.get(iri, ())))
        for iri, text in labels.items()
    }


_WORDS = """
SELECT ?word ?label ?definition ?above {
  VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
  ?word a ?kind ; rdfs:label ?label . FILTER(LANG(?label) = "en")
  OPTIONAL { ?word skos:definition ?definition . FILTER(LANG(?definition) = "en") }
  OPTIONAL {
    { ?word rdfs:subClassOf ?above } UNION { ?word rdfs:subPropertyOf ?above }
    FILTER(isIRI(?above))
  }
}
"""
