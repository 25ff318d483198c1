"""The network: as a table for everyone, as a drawing for those with scripts."""

import json
import re
import shutil
from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import expect, sync_playwright
from werkzeug.serving import make_server

from graph.snapshot import Snapshot
from ontology import DIP, ID
from server.app import create_app
from server.engine import LocalEngine
from server.pages.network import Edge, edges
from server.settings import Settings

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def app(shipped: Snapshot) -> Flask:
    return create_app(LocalEngine(shipped.folder), Settings(log_format="off"), shipped)


@pytest.fixture(scope="module")
def found(app: Flask) -> dict[tuple[str, str, str], Edge]:
    with app.test_request_context("/network"):
        return {
            (
                edge.subject.removeprefix(ID),
                edge.predicate.partition("#")[2],
                edge.object.removeprefix(ID),
            ): edge
            for edge in edges()
        }


@pytest.fixture(scope="module")
def html(app: Flask) -> str:
    response = app.test_client().get("/network", headers={"Accept": "text/html"})
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize(
    ("edge", "when"),
    [
        (("Egypt", "severedRelationsWith", "Iran"), "1979–1980"),
        (("Egypt", "supported", "Iraq"), "1980–1988"),
        (("MohamedMorsi", "visited", "Iran"), "2012"),
        (("SamehShoukry", "phoned", "IranianForeignMinisterInTheCall"), "undated"),
        (("Egypt", "hadContactWith", "Iran"), "2012; undated"),
    ],
)
def test_an_edge_has_the_years_of_the_situations_that_it_follows_from(
    found: dict[tuple[str, str, str], Edge], edge: tuple[str, str, str], when: str
) -> None:
    assert found[edge].when == when
    assert found[edge].inferred


def test_a_symmetric_fact_is_told_once(found: dict[tuple[str, str, str], Edge]) -> None:
    assert found["Egypt", "hadContactWith", "Iran"].both_ways
    assert ("Iran", "hadContactWith", "Egypt") not in found
    assert not found["Egypt", "recognises", "Israel"].both_ways


def test_the_table_has_every_edge_with_its_proof(
    html: str, found: dict[tuple[str, str, str], Edge], app: Flask
) -> None:
    table = html.partition("<tbody>")[2].partition("</tbody>")[0]
    assert table.count("<tr ") == len(found)
    proofs = re.findall(r'class="mark inferred" href="([^"]+)"', table)
    assert len(proofs) == len(found)
    proof = app.test_client().get(proofs[0].replace("&amp;", "&"), headers={"Accept": "text/html"})
    assert proof.status_code == 200


def test_what_is_drawn_is_what_the_table_says(
    html: str, found: dict[tuple[str, str, str], Edge]
) -> None:
    data = html.partition('id="network-data">')[2].partition("</script>")[0]
    graph = json.loads(data)
    assert len(graph["edges"]) == len(found)
    ends = {edge[end] for edge in graph["edges"] for end in ("source", "target")}
    assert {node["id"] for node in graph["nodes"]} == ends
    assert {node["class"] for node in graph["nodes"]} == {"State", "Person", "Treaty"}


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")
def test_the_filter_hides_edges_by_kind_and_year_and_the_console_is_quiet(
    address: str, found: dict[tuple[str, str, str], Edge]
) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{address}/network")
        rows = page.locator("[data-edge]:visible")
        expect(rows).to_have_count(len(found))
        page.locator(f'[name=kind][value="{DIP["represents"]}"]').uncheck()
        kept = [edge for edge in found if edge[1] != "represents"]
        expect(rows).to_have_count(len(kept))
        page.get_by_label("and undated").uncheck()
        page.get_by_label("from", exact=True).fill("2012")
        expect(rows).to_have_count(
            sum((found[edge].last or 0) >= 2012 for edge in kept), timeout=5000
        )
        expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d+ of \d+ shown$"))
        assert faults == []
        browser.close()
