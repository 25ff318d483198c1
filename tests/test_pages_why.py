"""``/why``: a derivation down to the quoted words, and what a triple lacks that does not hold."""

import pytest
from flask.testing import FlaskClient

from graph.snapshot import Snapshot
from server.app import create_app
from server.engine import LocalEngine
from server.settings import Settings

MINISTER = "/why?s=id:Egypt&p=dip:hasForeignMinister&o=id:SamehShoukry"


@pytest.fixture(scope="module")
def client(shipped: Snapshot) -> FlaskClient:
    settings = Settings(log_format="off")
    return create_app(LocalEngine(shipped.folder), settings, shipped).test_client()


def test_a_proof_ends_in_quoted_words(client: FlaskClient) -> None:
    page = client.get(MINISTER, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "foreign minister, Samikh Shukri" in page.text
    assert "705–750" in page.text


def test_json_and_prov_are_negotiated(client: FlaskClient) -> None:
    answer = client.get(MINISTER, headers={"Accept": "application/json"})
    assert answer.json is not None
    assert answer.json["steps"]
    assert "prov:wasQuotedFrom" in client.get(MINISTER, headers={"Accept": "text/turtle"}).text


def test_what_does_not_hold_says_what_is_missing(client: FlaskClient) -> None:
    path = "/why?s=id:Egypt&p=dip:restoredRelationsWith&o=id:Iran"
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "It would follow" in page.text
