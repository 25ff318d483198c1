"""Where this server answers for an IRI. Every link on a page comes from here."""

from urllib.parse import quote, urlencode

from flask import request

from ontology import BASE, ONTOLOGY
from server.pages.vocabulary import vocabulary
from server.pages.words import compact

EXTENSIONS = {
    "html": "html",
    "ttl": "turtle",
    "jsonld": "jsonld",
    "rdf": "rdfxml",
    "nt": "ntriples",
    "trig": "trig",
    "nq": "nquads",
}
"""The extensions of documents and the formats, as ``server.protocol.negotiate`` names them."""

_SPACES = ("id/", "code/", "questions/", "graph/", "shapes/")


def local(iri: str) -> str:
    """The path under which this server answers for an IRI of ours; other IRIs as they are."""
    return request.script_root + "/" + _quoted(iri) if iri.startswith(BASE) else iri


def page(iri: str) -> str:
    """The page that shows an IRI of ours, without the detour of a redirect; others as they are.

    It names the HTML document, so that it leads there in an export to plain files too. A word of
    another vocabulary that the ontology describes is shown by the page of the ontology.
    """
    if iri in vocabulary():
        return f"{request.script_root}/ontology.html#{anchor(iri)}"
    if not iri.startswith(BASE):
        return iri
    if iri.startswith((ONTOLOGY, *(BASE + space for space in _SPACES))):
        document, hash_, fragment = iri.partition("#")
        return f"{local(document)}.html{hash_}{fragment}"
    return local(iri)


def anchor(iri: str) -> str:
    """The id of a word on the page of the ontology: its fragment, so that hash IRIs lead there."""
    namespace, hash_, fragment = iri.partition("#")
    return fragment if hash_ and namespace == ONTOLOGY else compact(iri).replace(":", "-")


def extension(path: str) -> tuple[str, str | None]:
    """A path without the extension of a document, and the extension if it has one."""
    stem, dot, suffix = path.rpartition(".")
    return (stem, suffix) if dot and stem and suffix in EXTENSIONS else (path, None)


def why(subject: str, predicate: str, object_: str) -> str:
    """The page that proves an inferred triple."""
    return f"{request.script_root}/why?" + urlencode({"s": subject, "p": predicate, "o": object_})


def _quoted(iri: str) -> str:
    return quote(iri.removeprefix(BASE), safe="/#:@!$&'()*+,;=~")
