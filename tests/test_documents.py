"""Linked data: redirects, negotiation, and what the documents hold in every format."""

import re

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse
from rdflib import OWL, RDF, Graph, URIRef
from werkzeug.test import TestResponse

from graph.snapshot import Snapshot
from ontology import BASE, DIP, GRAPH, ID, INFERRED, ONTOLOGY, PREFIXES
from server.app import create_app
from server.engine import LocalEngine
from server.settings import Settings

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
PROTEGE = (
    "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"
)
FORMATS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
    "trig": "application/trig",
    "nq": "application/n-quads",
}


def triple(subject: str, predicate: str, object_: str) -> Triple:
    return Triple(NamedNode(subject), NamedNode(predicate), NamedNode(object_))


MINISTER = triple(ID["Egypt"], DIP["hasForeignMinister"], ID["SamehShoukry"])
STATE = triple(ID["Egypt"], str(RDF.type), DIP["State"])


@pytest.fixture(scope="module")
def client(shipped: Snapshot) -> FlaskClient:
    app = create_app(LocalEngine(shipped.folder), Settings(log_format="off"), shipped)
    return app.test_client()


def get(client: FlaskClient, path: str, accept: str | None = None, **headers: str) -> TestResponse:
    if accept is not None:
        headers["Accept"] = accept
    return client.get(path, headers=headers)


def quads(client: FlaskClient, path: str) -> set[Quad]:
    format_ = RdfFormat.from_extension(path.rpartition(".")[2])
    assert format_ is not None
    return set(parse(get(client, path).data, format=format_))


def triples(client: FlaskClient, path: str) -> set[Triple]:
    return {quad.triple for quad in quads(client, path)}


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (BROWSER, "html"),
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ("application/n-triples", "nt"),
        ("text/html;q=0.5, text/turtle;q=0.9", "ttl"),
        (PROTEGE, "rdf"),
        ("*/*", "ttl"),
        (None, "ttl"),
    ],
)
@pytest.mark.parametrize(
    "name", ["id/SamehShoukry", "code/sever", "questions/06-relations-restored"]
)
def test_a_thing_answers_303_to_its_document(
    client: FlaskClient, name: str, accept: str | None, suffix: str
) -> None:
    response = get(client, f"/{name}", accept)
    assert response.status_code == 303
    assert response.headers["Location"] == f"/{name}.{suffix}"
    assert "Accept" in response.headers["Vary"]
    described = [link for link in response.headers.getlist("Link") if "describedby" in link]
    assert any(f"</{name}.ttl>" in link and "text/turtle" in link for link in described)


def test_nothing_that_fits_is_406(client: FlaskClient) -> None:
    assert get(client, "/id/Egypt", "image/png").status_code == 406


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_extension_never_negotiates(client: FlaskClient, suffix: str) -> None:
    response = get(client, f"/id/Egypt.{suffix}", BROWSER)
    assert response.status_code == 200
    assert response.mimetype == FORMATS[suffix]
    assert MINISTER in triples(client, f"/id/Egypt.{suffix}")


def test_all_formats_hold_the_same_triples(client: FlaskClient) -> None:
    def of_the_thing(suffix: str) -> set[Triple]:
        document = NamedNode(f"{BASE}id/severance.{suffix}")
        return {t for t in triples(client, f"/id/severance.{suffix}") if t.subject != document}

    expected = of_the_thing("ttl")
    assert len(expected) > 10
    for suffix in FORMATS:
        assert of_the_thing(suffix) == expected


def test_a_document_holds_both_directions(client: FlaskClient) -> None:
    found = triples(client, "/id/SamehShoukry.ttl")
    assert triple(ID["shoukry-call"], DIP["caller"], ID["SamehShoukry"]) in found
    assert triple(ID["SamehShoukry"], DIP["represents"], ID["Egypt"]) in found


@pytest.mark.parametrize("suffix", ["jsonld", "trig", "nq"])
def test_formats_with_named_graphs_tell_asserted_from_inferred(
    client: FlaskClient, suffix: str
) -> None:
    graphs = {quad.triple: quad.graph_name for quad in quads(client, f"/id/Egypt.{suffix}")}
    assert graphs[MINISTER] == NamedNode(INFERRED)
    assert graphs[STATE] == NamedNode(GRAPH["things/states"])


def test_formats_without_named_graphs_group_triples_under_the_name_of_their_graph(
    client: FlaskClient,
) -> None:
    for suffix in ("ttl", "nt", "rdf"):
        text = get(client, f"/id/Egypt.{suffix}").text
        inferred = text.index(f"graph <{INFERRED}>")
        asserted = text.index(f"graph <{GRAPH['things/states']}>")
        assert inferred < text.index("hasForeignMinister", inferred) < asserted
        assert "hasForeignMinister" not in text[asserted:].replace("hasForeignMinisterPost", "")


def test_a_document_says_what_it_is_about_and_from_which_graphs(client: FlaskClient) -> None:
    found = triples(client, "/id/Egypt.ttl")
    document = BASE + "id/Egypt.ttl"
    assert triple(document, PREFIXES["foaf"] + "primaryTopic", ID["Egypt"]) in found
    for graph in (INFERRED, GRAPH["things/states"]):
        assert triple(document, PREFIXES["prov"] + "wasDerivedFrom", graph) in found


def test_documents_of_things_have_no_blank_nodes(client: FlaskClient) -> None:
    assert "_:" not in get(client, "/id/Egypt.nt").text


def test_a_document_names_itself_its_other_formats_and_its_thing(client: FlaskClient) -> None:
    response = get(client, "/id/iran-egypt-restoration/severed-1979.ttl")
    path = "/id/iran-egypt-restoration/severed-1979"
    assert response.headers["Content-Location"] == f"{path}.ttl"
    links = response.headers.getlist("Link")
    assert f'<{BASE.rstrip("/")}{path}.ttl>; rel="canonical"' in links
    assert f'<{BASE.rstrip("/")}{path}>; rel="describes"' in links
    assert f'<{path}.html>; rel="alternate"; type="text/html"' in links
    assert any('rel="describedby"' in link for link in links)
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_known_entity_tag_gets_304_and_differs_by_format_and_coding(client: FlaskClient) -> None:
    tags = {
        get(client, f"/id/Egypt.{suffix}", **{"Accept-Encoding": coding}).headers["ETag"]
        for suffix in ("ttl", "html", "nt")
        for coding in ("identity", "gzip", "br")
    }
    assert len(tags) == 9
    tag = get(client, "/id/Egypt.ttl").headers["ETag"]
    again = get(client, "/id/Egypt.ttl", **{"If-None-Match": tag})
    assert again.status_code == 304
    assert again.headers["ETag"] == tag
    assert not again.data


def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient) -> None:
    got, head = get(client, "/id/Egypt.ttl"), client.head("/id/Egypt.ttl")
    assert head.status_code == 200
    assert not head.data
    for name in ("Content-Type", "ETag", "Content-Location", "Content-Length"):
        assert head.headers[name] == got.headers[name]


def test_what_there_is_not_is_404_as_a_problem_or_as_a_page(client: FlaskClient) -> None:
    for path in (
        "/id/Atlantis",
        "/id/Atlantis.ttl",
        "/graph/nothing",
        "/shapes/nothing",
        "/nowhere",
    ):
        problem = get(client, path, "text/turtle")
        assert problem.status_code == 404, path
        assert problem.mimetype == "application/problem+json"
        page = get(client, path, BROWSER)
        assert page.status_code == 404
        assert page.mimetype == "text/html"
        assert "<main" in page.text


def test_an_iri_that_cannot_be_one_is_404(client: FlaskClient) -> None:
    assert get(client, "/id/a%20b%3Cc", BROWSER).status_code == 404


def test_protege_gets_the_ontology_as_rdf_xml_with_all_modules_and_no_imports(
    client: FlaskClient,
) -> None:
    response = get(client, "/ontology", PROTEGE)
    assert response.status_code == 200
    assert response.mimetype == "application/rdf+xml"
    assert response.headers["Content-Location"] == "/ontology.rdf"
    graph = Graph().parse(data=response.text, format="xml")
    assert (None, OWL.imports, None) not in graph
    assert (URIRef(ONTOLOGY), RDF.type, OWL.Ontology) in graph
    for term in ("State", "Official", "Severance", "Claim"):
        assert (DIP[term], RDF.type, OWL.Class) in graph
    assert (URIRef(BASE + "code/sever"), None, None) in graph


def test_the_ontology_keeps_its_class_expressions(client: FlaskClient) -> None:
    graph = Graph().parse(data=get(client, "/ontology", "text/turtle").text, format="turtle")
    chains = list(graph.objects(DIP["hadContactWith"], OWL.propertyChainAxiom))
    assert sorted(len(list(graph.items(chain))) for chain in chains) == [2, 3]


def test_each_module_alone_keeps_its_imports(client: FlaskClient) -> None:
    response = get(client, "/ontology/acts", "text/turtle")
    graph = Graph().parse(data=response.text, format="turtle")
    assert (URIRef(ONTOLOGY + "/acts"), OWL.imports, None) in graph
    assert (DIP["Severance"], RDF.type, OWL.Class) in graph
    assert (DIP["Claim"], RDF.type, OWL.Class) not in graph


def test_version_iris_answer(client: FlaskClient, shipped: Snapshot) -> None:
    graph = Graph().parse(data=get(client, "/ontology.ttl").text, format="turtle")
    versions = dict(graph.subject_objects(OWL.versionIRI))
    assert len(versions) > 3
    for version in versions.values():
        path = "/" + str(version).removeprefix(BASE)
        assert get(client, path, "text/turtle").status_code == 200, path
    assert get(client, "/ontology/9.9.9").status_code == 404


def test_graphs_and_shapes_are_documents(client: FlaskClient, shipped: Snapshot) -> None:
    for path in ("graph/things/states", "graph/inferred", "graph/dates", "shapes/claims"):
        response = get(client, f"/{path}", "application/n-triples")
        assert response.status_code == 200
        held = list(parse(response.data, format=RdfFormat.N_TRIPLES))
        assert len(held) == shipped.manifest["graphs"][BASE + path]


def test_a_shape_leads_to_the_document_of_its_file(client: FlaskClient) -> None:
    response = get(client, "/shapes/only-asserted-claims-state", "text/turtle")
    assert response.status_code == 303
    assert response.headers["Location"] == "/shapes/claims.ttl"
    page = get(client, "/shapes/only-asserted-claims-state", BROWSER)
    assert page.headers["Location"] == "/shapes.html#only-asserted-claims-state"


def test_documents_answer_under_a_prefix_of_the_server(shipped: Snapshot) -> None:
    app = create_app(LocalEngine(shipped.folder), Settings(log_format="off"), shipped)
    client = app.test_client()
    response = client.get("/id/Egypt", environ_overrides={"SCRIPT_NAME": "/legation"})
    assert response.headers["Location"] == "/legation/id/Egypt.ttl"
    page = client.get("/id/Egypt.html", environ_overrides={"SCRIPT_NAME": "/legation"}).text
    assert not re.findall(r'(?:href|src|action)="/(?!legation/)', page)
