"""``/query`` and the endpoint as a page: with scripts or without, and cited."""

import html
import json
import re
import shutil
from collections.abc import Iterator
from threading import Thread
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect, sync_playwright
from werkzeug.serving import make_server

from graph.snapshot import Snapshot
from ontology.examples import questions
from server.app import create_app
from server.engine import LocalEngine
from server.pages import query, responses
from server.settings import Settings

HTML = {"Accept": "text/html"}
CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
STATES = "SELECT ?s { ?s a <https://w3id.org/legation/ontology#State> }"


@pytest.fixture(scope="module")
def app(shipped: Snapshot) -> Flask:
    return create_app(LocalEngine(shipped.folder), Settings(log_format="off"), shipped)


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def asked(text: str) -> str:
    return "/sparql?" + urlencode({"query": text})


def test_the_editor_is_a_plain_form_without_scripts(client: FlaskClient) -> None:
    page = client.get("/query?" + urlencode({"query": STATES}), headers=HTML)
    assert 'action="/sparql" method="get"' in page.text
    assert html.escape(STATES) in page.text
    assert page.headers["Content-Security-Policy"] == responses.PAGE_POLICY


def test_the_editor_offers_every_question_that_runs_here(client: FlaskClient) -> None:
    page = html.unescape(client.get("/query", headers=HTML).text)
    for question in questions():
        link = f'href="/query?{urlencode({"query": question.query})}">{question.comment}</a>'
        assert (link in page) is not question.federated
        assert question.comment in page


def test_a_browser_gets_the_answer_as_a_table_and_a_program_as_it_did(client: FlaskClient) -> None:
    page = client.get(asked(STATES), headers=HTML)
    assert page.status_code == 200
    assert 'href="/id/Egypt.html"' in page.text
    assert page.headers["Content-Security-Policy"] == responses.PAGE_POLICY
    answer = client.get(asked(STATES), headers={"Accept": "application/sparql-results+json"})
    assert answer.json is not None
    assert page.text.count("<tr>") == len(answer.json["results"]["bindings"]) + 1


def test_an_answer_to_ask_is_a_word(client: FlaskClient) -> None:
    assert "Yes." in client.get(asked("ASK { ?s ?p ?o }"), headers=HTML).text
    assert "No." in client.get(asked("ASK { <x:y> ?p ?o }"), headers=HTML).text


def test_a_constructed_graph_is_turtle(client: FlaskClient) -> None:
    text = 'CONSTRUCT { <x:a> <x:b> "<c>" } {}'
    assert (
        "&lt;x:a&gt; &lt;x:b&gt; &#34;&lt;c&gt;&#34;" in client.get(asked(text), headers=HTML).text
    )


def test_a_long_answer_is_cut_and_says_so(client: FlaskClient) -> None:
    page = client.get(asked("SELECT * { ?s ?p ?o }"), headers=HTML).text
    assert page.count("<tr>") == query.SHOWN + 1
    assert "The first 1,000 rows" in page


def test_what_is_wrong_stands_above_the_query(client: FlaskClient) -> None:
    page = client.get(asked("SELECT"), headers=HTML)
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert ">SELECT</textarea>" in page.text


def test_a_posted_query_is_answered_as_a_page_too(client: FlaskClient) -> None:
    assert "/id/Egypt.html" in client.post("/sparql", data={"query": STATES}, headers=HTML).text


def test_without_a_query_browsers_get_the_form(client: FlaskClient) -> None:
    page = client.get("/sparql", headers=HTML)
    assert page.status_code == 200
    assert "<textarea" in page.text
    turtle = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert turtle.mimetype == "text/turtle"


def test_an_answer_is_cited_with_what_it_was_asked_of(
    client: FlaskClient, shipped: Snapshot
) -> None:
    page = client.get(asked(STATES), headers=HTML).text
    bibtex, csl = (
        html.unescape(found) for found in re.findall(r"data-cites>(.*?)</code>", page, re.S)
    )
    (item,) = json.loads(csl)
    assert shipped.digest in bibtex
    assert shipped.digest in item["note"]
    assert item["version"] == shipped.version
    assert item["URL"] in bibtex
    link = urlsplit(item["URL"])
    again = client.get(f"{link.path}?{link.query}", headers=HTML).text
    assert html.escape(STATES) in again


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")
def test_yasgui_runs_the_query_here_and_nowhere_else(address: str) -> None:
    requests: list[str] = []
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda said: errors.append(said.text) if said.type == "error" else None,
        )
        page.goto(f"{address}/query?" + urlencode({"query": STATES}))
        expect(page.locator(".yasr_results")).to_contain_text("Egypt")
        page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('ASK {}')")
        assert page.url == f"{address}/query?query=ASK+%7B%7D"
        cited = page.locator("[data-cites]").all_text_contents()
        page.evaluate(
            """() => {
              const editor = document.querySelector(".CodeMirror").CodeMirror;
              const prefix = "PREFIX dip: <https://w3id.org/legation/ontology#>\\n";
              editor.setValue(prefix + "ASK { ?s dip:hadC");
              editor.focus();
              editor.setCursor({ line: 1, ch: 17 });
            }"""
        )
        page.keyboard.press("Control+Space")
        expect(page.locator(".CodeMirror-hint").first).to_have_text("dip:hadContactWith")
        browser.close()
    assert not errors
    assert any("/sparql?" in url for url in requests)
    assert all(url.startswith((address, "data:")) for url in requests)
    assert all(f"{address}/query?query=ASK+%7B%7D" in text for text in cited)
