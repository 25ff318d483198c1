"""The Service Description: true under every address, in every format, with the data in it."""

import pyoxigraph as ox
import pytest

from ontology import ONTOLOGY, PREFIXES
from server.protocol.description import FORMATS, prefixes, service, write

SD = "http://www.w3.org/ns/sparql-service-description#"
ENDPOINT = "https://example.org/sparql"
PRECOMPUTED = b'<urn:dataset> <http://rdfs.org/ns/void#triples> "3" .\n'


def triples(text: bytes, format_: str, base_iri: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(text, format=FORMATS[format_], base_iri=base_iri)}


@pytest.mark.parametrize("format_", ["turtle", "trig", "rdfxml", "jsonld"])
@pytest.mark.parametrize("address", ["http://localhost:1/sparql", "https://example.com/a/sparql"])
def test_endpoint_is_relative_where_a_format_can_say_so(format_: str, address: str) -> None:
    text = write(PRECOMPUTED, format_, ENDPOINT)
    assert ENDPOINT.encode() not in text
    here = ox.NamedNode(address)
    found = triples(text, format_, address)
    assert ox.Triple(here, ox.NamedNode(SD + "endpoint"), here) in found


@pytest.mark.parametrize("format_", ["ntriples", "nquads"])
def test_endpoint_stands_in_full_elsewhere(format_: str) -> None:
    here = ox.NamedNode(ENDPOINT)
    found = triples(write(PRECOMPUTED, format_, ENDPOINT), format_, "urn:other")
    assert ox.Triple(here, ox.NamedNode(SD + "endpoint"), here) in found


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_says_the_same(format_: str) -> None:
    found = triples(write(PRECOMPUTED, format_, ENDPOINT), format_, ENDPOINT)
    assert found == triples(write(PRECOMPUTED, "ntriples", ENDPOINT), "ntriples", ENDPOINT)
    assert triples(PRECOMPUTED, "ntriples", ENDPOINT) < found


def test_service_says_what_its_default_graph_is() -> None:
    said = {(t.predicate.value.removeprefix(SD), str(t.object)) for t in service(ENDPOINT)}
    assert ("defaultEntailmentRegime", "<http://www.w3.org/ns/entailment/OWL-RDF-Based>") in said
    assert ("defaultSupportedEntailmentProfile", "<http://www.w3.org/ns/owl-profile/RL>") in said
    assert ("supportedLanguage", f"<{SD}SPARQL11Query>") in said
    assert ("feature", f"<{SD}UnionDefaultGraph>") not in said


def test_description_works_without_a_precomputed_part() -> None:
    assert triples(write(b"", "turtle", ENDPOINT), "turtle", ENDPOINT)


def test_prefixes_are_declared_as_shacl_has_it() -> None:
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in prefixes())
    found = store.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?prefix ?namespace "
        f"{{ <{ONTOLOGY}> sh:declare [ sh:prefix ?prefix ; sh:namespace ?namespace ] }}"
    )
    assert isinstance(found, ox.QuerySolutions)
    assert {row["prefix"].value: row["namespace"].value for row in found} == PREFIXES
