"""From a question to its answer to a citation, in a real browser; the views of an answer."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from graph.snapshot import Snapshot
from ontology import PREFIXES
from ontology.examples import questions
from server.app import create_app
from server.engine import LocalEngine
from server.settings import Settings

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = Path(__file__).parent / "screenshots"


def query(number: int) -> str:
    return next(question.query for question in questions() if question.number == number)


def asked(text: str, **more: str) -> str:
    return "/query?" + urlencode({"query": text, **more})


PAGES = {
    "query": asked(query(11)),
    "query-timeline": asked(query(11), view="timeline"),
    "query-network": asked(query(19), view="network"),
    "sparql": "/sparql?" + urlencode({"query": query(11)}),
    "network": "/network",
}
DRAWN = {
    "query": ".yasr_results td",
    "query-timeline": ".answer-timeline .vis-item",
    "query-network": ".answer-network canvas",
    "sparql": "main td",
    "network": ".network canvas",
}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")


@pytest.fixture(scope="module")
def snapshot(shipped: Snapshot) -> Snapshot:
    return shipped


@pytest.fixture(scope="module")
def address(snapshot: Snapshot) -> Iterator[str]:
    yield from serve(snapshot, Settings(log_format="off"))


@pytest.fixture(scope="module")
def address_with_limit(snapshot: Snapshot) -> Iterator[str]:
    yield from serve(snapshot, Settings(log_format="off", max_result_rows=3))


def serve(snapshot: Snapshot, settings: Settings) -> Iterator[str]:
    app = create_app(LocalEngine(snapshot.folder), settings, snapshot)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What pages said on the console, violations of their policy included, and asked of others."""
    found: list[str] = []
    yield found
    assert found == []


def opened(
    browser: Browser, address: str, faults: list[str], width: int = 1280, **options: str
) -> Page:
    page = browser.new_page(
        base_url=address,
        # High enough for a picture: that of a whole page makes the window narrow for a moment.
        viewport={"width": width, "height": 2600},
        **options,  # type: ignore[arg-type]
    )
    host = urlsplit(address).netloc
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if urlsplit(request.url).netloc == host or request.url.startswith("data:")
            else faults.append(f"left the host: {request.url}")
        ),
    )
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_an_answer_is_accessible_quiet_and_stays_on_its_host(
    browser: Browser, address: str, faults: list[str], name: str, scheme: str
) -> None:
    page = opened(browser, address, faults, color_scheme=scheme)
    page.goto(PAGES[name])
    expect(page.locator(DRAWN[name]).first).to_be_visible()
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{scheme}.png")
    found = Axe().run(page).response["violations"]
    assert [
        (fault["id"], fault["nodes"][0]["html"])
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ] == []
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_an_answer_fits_a_phone(
    browser: Browser, address: str, faults: list[str], name: str
) -> None:
    page = opened(browser, address, faults, width=360)
    page.goto(PAGES[name])
    expect(page.locator(DRAWN[name]).first).to_be_visible()
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-phone.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_from_a_question_to_its_answer_to_a_citation(
    browser: Browser, address: str, faults: list[str], snapshot: Snapshot
) -> None:
    page = opened(browser, address, faults)
    page.goto("/query")
    page.get_by_role("link", name="When were Egypt and Iran's relations severed").click()
    answer = page.locator(".yasr_results")
    expect(answer).to_contain_text("Strong ties between the two countries were severed in 1980")
    page.get_by_text("Cite this answer").click()
    bibtex, csl = page.locator("[data-cites]").all_text_contents()
    assert snapshot.digest in bibtex
    link = page.locator("[data-permalink]").get_attribute("href")
    assert json.loads(csl)[0]["URL"] == link
    assert link is not None
    page.goto(link)
    expect(page.locator(".yasr_results")).to_contain_text("were severed in 1980")
    page.close()


def test_the_permalink_reproduces_query_and_view(
    browser: Browser, address: str, faults: list[str]
) -> None:
    page = opened(browser, address, faults)
    page.goto(asked(query(11)))
    page.get_by_role("button", name="Timeline").click()
    expect(page.locator(".answer-timeline .vis-item").first).to_be_visible()
    link = page.locator("[data-permalink]").get_attribute("href")
    assert link == page.url
    assert link.endswith("&view=timeline")
    again = opened(browser, address, faults)
    again.goto(link)
    expect(again.locator(".answer-timeline .vis-item").first).to_be_visible()
    names = again.locator(".answer-timeline .vis-label")
    assert "Severance of Egypt–Iran relations" in names.all_inner_texts()
    for each in (page, again):
        each.close()


def test_a_constructed_graph_is_drawn_as_a_network(
    browser: Browser, address: str, faults: list[str]
) -> None:
    page = opened(browser, address, faults)
    text = f"PREFIX dip: <{PREFIXES['dip']}> CONSTRUCT WHERE {{ ?s dip:recognises ?o }}"
    page.goto(asked(text, view="network"))
    expect(page.locator(".answer-network canvas").first).to_be_visible()
    page.close()


def test_a_thing_in_an_answer_leads_to_its_page_here(
    browser: Browser, address: str, faults: list[str]
) -> None:
    page = opened(browser, address, faults)
    page.goto(asked(f"PREFIX id: <{PREFIXES['id']}> SELECT ?s {{ VALUES ?s {{ id:Egypt }} }}"))
    page.locator("a.iri").evaluate("link => { link.target = '_self'; }")
    page.locator("a.iri").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Egypt")
    assert page.url == f"{address}/id/Egypt.html"
    page.close()


def test_an_answer_that_was_cut_says_so(
    browser: Browser, address_with_limit: str, faults: list[str]
) -> None:
    page = opened(browser, address_with_limit, faults)
    page.goto(asked("SELECT * { ?s ?p ?o }"))
    expect(page.locator("#cut")).to_contain_text("cut at the server’s limit")
    page.goto(asked("SELECT * { ?s ?p ?o } LIMIT 2"))
    expect(page.locator(".yasr_results td").first).to_be_visible()
    expect(page.locator("#cut")).to_be_hidden()
    page.close()


def test_what_is_wrong_with_a_query_is_said(browser: Browser, address: str) -> None:
    faults: list[str] = []
    page = opened(browser, address, faults)
    page.goto(asked("SELECT * { ?s ?p"))
    expect(page.locator(".yasr_results")).to_contain_text("Line 1")
    assert all("status of 400" in fault for fault in faults)
    page.close()


def test_without_scripts_a_question_is_answered_in_a_table(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(asked(query(1)))
    page.get_by_role("button", name="Run").click()
    assert urlsplit(page.url).path == "/sparql"
    expect(page.locator("main td").first).to_contain_text(re.compile("Shoukry"))
    context.close()
