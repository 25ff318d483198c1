"""``/why``: a derivation down to the quoted words, and what a triple lacks that does not hold."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from werkzeug.test import TestResponse

from graph.snapshot import Snapshot
from ontology import BASE, DIP, ID, PREFIXES
from server.app import create_app
from server.engine import LocalEngine
from server.pages.derivation import Derivation, derivations
from server.pages.drawing import WIDTH, draw
from server.settings import Settings

CONTACT = ("id:Egypt", "dip:hadContactWith", "id:Iran")
MINISTER = ("id:Egypt", "dip:hasForeignMinister", "id:SamehShoukry")
RESTORED = ("id:Egypt", "dip:restoredRelationsWith", "id:Iran")
CAPITAL = ("id:Egypt", "dip:capital", "id:Cairo")


@pytest.fixture(scope="module")
def client(shipped: Snapshot) -> FlaskClient:
    settings = Settings(log_format="off")
    return create_app(LocalEngine(shipped.folder), settings, shipped).test_client()


def why(
    client: FlaskClient,
    terms: tuple[str, str, str],
    accept: str = "text/html",
    path: str = "/why",
    **more: str,
) -> TestResponse:
    parameters = dict(zip("spo", terms, strict=True)) | more
    return client.get(path, query_string=parameters, headers={"Accept": accept})


def ways(client: FlaskClient, terms: tuple[str, str, str]) -> list[Derivation]:
    document = why(client, terms, "application/json").json
    assert document is not None
    return derivations(document)


def test_a_proof_ends_in_quoted_words_that_link_to_their_sentence(client: FlaskClient) -> None:
    page = why(client, MINISTER)
    assert page.status_code == 200
    assert "foreign minister, Samikh Shukri" in page.text
    assert "705–750" in page.text
    assert re.search(r'href="/id/iran-egypt-restoration.html#S\d+:~:text=the%20country', page.text)


def test_every_way_is_told_the_call_with_the_words_of_the_spokesman_too(
    client: FlaskClient,
) -> None:
    page = why(client, CONTACT).text
    assert "Way 2 of 2" in page
    for words in (
        "Call of Shoukry to his Iranian counterpart",
        "called his Iranian counterpart",
        "Ahmed Abu Zeid",
        "Foreign minister of Egypt",
        "(represented by, phoned, represents)",
        "Visit of Mohamed Morsi to Iran",
    ):
        assert words in page


def test_terms_are_iris_prefixed_names_or_literals(client: FlaskClient) -> None:
    full = (str(ID["Egypt"]), str(DIP["hasForeignMinister"]), f"<{ID['SamehShoukry']}>")
    assert why(client, full).status_code == 200
    for literal in ('"Egypt"@en', '"Egypt"'):
        status = 200 if "@" in literal else 404
        assert why(client, ("id:Egypt", "skos:prefLabel", literal)).status_code == status
    assert why(client, ("id:severance", "dip:date", "[1979,1980]")).status_code == 200


@pytest.mark.parametrize("terms", [("Egypt", "a", "b"), ("id:Egypt", "dip:x y", "id:Iran")])
def test_what_is_no_term_is_named_in_one_line(
    client: FlaskClient, terms: tuple[str, str, str]
) -> None:
    answer = why(client, terms, "application/json")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert "is no IRI" in answer.json["detail"]


def test_an_asserted_triple_is_shown_with_its_file_or_the_words_that_say_so(
    client: FlaskClient,
) -> None:
    page = why(client, CAPITAL).text
    assert "A file of background facts says so" in page
    assert "/graph/things/states.html" in page
    page = why(client, ("id:shoukry-call", "dip:caller", "id:SamehShoukry")).text
    assert "called his Iranian counterpart" in page


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-triples", "application/n-triples"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
    ],
)
def test_the_form_is_negotiated(client: FlaskClient, accept: str, media_type: str) -> None:
    answer = why(client, MINISTER, accept)
    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert "Accept" in answer.vary


def test_the_parameter_format_goes_before_accept(client: FlaskClient) -> None:
    assert why(client, MINISTER, format="ttl").mimetype == "text/turtle"
    assert why(client, MINISTER, "application/json", format="exe").status_code == 400


@pytest.mark.parametrize("format_", ["ttl", "jsonld", "rdf", "nt"])
def test_prov_leads_from_the_conclusion_to_the_quoted_words(
    client: FlaskClient, format_: str
) -> None:
    parsed = RdfFormat.from_extension(format_)
    assert parsed is not None
    triples = {quad.triple for quad in parse(why(client, MINISTER, format=format_).data, parsed)}
    derived = NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
    words = Literal("the country's foreign minister, Samikh Shukri")
    (node,) = {t.subject for t in triples if t.object == NamedNode(ID["SamehShoukry"])} & {
        t.subject for t in triples if t.object == NamedNode(DIP["hasForeignMinister"])
    }
    reached, work = {node}, [node]
    while work:
        here = work.pop()
        for t in triples:
            if t.subject == here and t.predicate == derived and t.object not in reached:
                reached.add(t.object)  # type: ignore[arg-type]
                work.append(t.object)  # type: ignore[arg-type]
    assert any(t.subject in reached and t.object == words for t in triples)


def test_what_does_not_hold_says_what_is_missing(client: FlaskClient) -> None:
    page = why(client, RESTORED)
    assert page.status_code == 404
    assert "Nothing says so" in page.text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.text))
    assert "Relations of Egypt and Iran restored by something" in text
    problem = why(client, RESTORED, "application/json")
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")
    assert why(client, RESTORED, path="/why-not").status_code == 200


def test_why_not_offers_no_graph(client: FlaskClient) -> None:
    assert why(client, RESTORED, "text/turtle", path="/why-not").status_code == 406
    refused = why(client, RESTORED, "application/json", path="/why-not", format="ttl")
    assert refused.status_code == 400
    assert "is none of json." in str(refused.json)


def test_why_not_of_what_holds_is_not_found(client: FlaskClient) -> None:
    assert why(client, MINISTER, path="/why-not").status_code == 404
    gaps = why(client, RESTORED, "application/json", path="/why-not").json
    assert gaps is not None
    assert gaps["gaps"][0]["missing"]


def test_what_no_rule_can_give_says_so(client: FlaskClient) -> None:
    page = why(client, ("id:Egypt", "dip:iso3", '"XXX"'))
    assert page.status_code == 404
    assert "No rule of the ontology gives such a triple" in page.text


def test_without_a_triple_there_is_a_form(client: FlaskClient) -> None:
    assert 'name="s"' in client.get("/why", headers={"Accept": "text/html"}).text
    assert client.get("/why", headers={"Accept": "text/turtle"}).status_code == 400


def test_every_link_of_a_proof_leads_somewhere(client: FlaskClient) -> None:
    page = why(client, CONTACT).text
    links = set(re.findall(r'href="(/[^"#]*)', page)) - {"/query", "/network", "/sparql"}
    for link in sorted(links):
        address = link.replace("&amp;", "&")
        assert client.get(address, follow_redirects=True).status_code == 200, address
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page


def test_the_tree_nests_and_says_each_derivation_once(client: FlaskClient) -> None:
    for way in ways(client, CONTACT):
        rows = way.rows()
        assert rows[0].step == way.conclusion
        depth = 0
        for row in rows:
            assert row.depth == depth
            depth += 1 if row.parent else -row.closes
        assert depth == 0
        assert len([r for r in rows if r.parent]) == len({r.step.number for r in rows if r.parent})


def test_the_picture_has_every_statement_and_no_two_boxes_touch(client: FlaskClient) -> None:
    (way, _) = ways(client, CONTACT)
    picture = way.picture(dict.fromkeys(way.claims, "words"))
    assert picture is not None
    kinds = [box.kind for box in picture.boxes]
    assert kinds.count("asserted") == len(way.statements)
    assert kinds.count("quote") == len(way.claims)
    for one in picture.boxes:
        for other in picture.boxes:
            apart = abs(one.x - other.x) >= WIDTH or (
                one.y + one.height <= other.y or other.y + other.height <= one.y
            )
            assert one is other or apart


def test_a_picture_has_what_is_below_beneath_what_it_gives() -> None:
    picture = draw(
        "a",
        {"a": ["b", "c"], "b": ["d"], "c": ["b"]},
        {name: (name, "inferred") for name in "abcd"},
    )
    top = {box.lines[0]: box.y for box in picture.boxes}
    assert top["a"] < top["c"] < top["b"] < top["d"]
    assert len(picture.edges) == 4


def test_a_thing_that_has_no_picture_is_told_all_the_same() -> None:
    steps: list[dict[str, Any]] = [
        {"conclusion": [f"<x:{n}>", "<x:p>", "<x:o>"], "labels": [f"{n}", "p", "o"]}
        | ({"rule": "prp-trp", "premises": [n - 1]} if n else {"rule": "asserted", "premises": []})
        for n in range(3000)
    ]
    (way,) = derivations({"ways": [{"steps": steps}]})
    assert way.picture({}) is None
    assert len(way.rows()) == 3000


def test_the_policy_lets_no_script_into_the_page(client: FlaskClient) -> None:
    page = why(client, CONTACT)
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    assert BASE not in re.sub(r'cite="[^"]*"', "", page.text.partition("<main")[2])
