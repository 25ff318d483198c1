"""The words: Legation's OWL 2 ontology as Turtle, and the names that the code needs of it.

Every other package may import this one; it imports none of them.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable

from rdflib import Namespace

BASE = "https://w3id.org/legation/"
ONTOLOGY = BASE + "ontology"
"""The root ontology's IRI; a module is ``ONTOLOGY + "/" + name``."""

DIP = Namespace(BASE + "ontology#")
CODE = Namespace(BASE + "code/")
ID = Namespace(BASE + "id/")
GRAPH = Namespace(BASE + "graph/")
SHAPES = Namespace(BASE + "shapes/")

INFERRED = str(GRAPH["inferred"])
"""The named graph that holds what reasoning adds."""
DATES = str(GRAPH["dates"])
"""The named graph that holds ``dip:notBefore`` and ``dip:notAfter``."""

PREFIXES: dict[str, str] = {
    "dip": str(DIP),
    "id": str(ID),
    "code": str(CODE),
    "bibo": "http://purl.org/ontology/bibo/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "graph": str(GRAPH),
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "sh": "http://www.w3.org/ns/shacl#",
    "shapes": str(SHAPES),
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The prefixes that Legation reads on its command line and writes in its output."""


def compact(iri: str) -> str:
    """A prefixed name where a prefix of ours fits, else the IRI as it is."""
    prefix, namespace = max(
        (
            (prefix, namespace)
            for prefix, namespace in PREFIXES.items()
            if iri.startswith(namespace)
        ),
        key=lambda pair: len(pair[1]),
        default=("", ""),
    )
    return f"{prefix}:{iri[len(namespace) :]}" if namespace else iri


def folder() -> Traversable:
    """The folder that holds the modules, in a checkout and in an installed wheel alike."""
    return files(__name__)
