"""The export to plain files, as a static server gives it out."""

import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse

from graph.snapshot import Snapshot
from server.app import create_app
from server.cli.graph import export
from server.engine import LocalEngine
from server.pages.export_site import Unexportable, export_site
from server.settings import Settings

pytestmark = pytest.mark.slow


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(shipped: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    app = create_app(LocalEngine(shipped.folder), Settings(log_format="off"), shipped)
    count = export_site(app, folder)
    assert count == sum(path.is_file() for path in folder.rglob("*"))
    return folder


@pytest.fixture(scope="module")
def connection(site: Path) -> Iterator[HTTPConnection]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    opened = HTTPConnection("127.0.0.1", server.server_port)
    yield opened
    opened.close()
    server.shutdown()
    thread.join()
    server.server_close()


def get(connection: HTTPConnection, address: str) -> tuple[int, str, str]:
    """Status, media type and text, after the redirect from a folder to its slash."""
    while True:
        connection.request("GET", address)
        response = connection.getresponse()
        body = response.read().decode()
        if response.status != 301:
            return response.status, response.headers.get_content_type(), body
        address = response.headers["Location"]


def test_no_link_is_broken_from_the_front_page_on(connection: HTTPConnection) -> None:
    waiting, seen, broken, pages = ["/"], {"/"}, [], 0
    while waiting:
        address = waiting.pop()
        status, media_type, text = get(connection, address)
        if status != 200:
            broken.append(address)
        if media_type != "text/html":
            continue
        pages += 1
        for link in map(unescape, re.findall(r'\b(?:href|src|action)="(/[^"]*)"', text)):
            parts = urlsplit(link)
            assert not parts.query, f"{link} on {address} needs a server"
            if parts.path not in seen:
                seen.add(parts.path)
                waiting.append(parts.path)
    assert broken == []
    assert pages > 100


@pytest.mark.parametrize(
    ("path", "format_"),
    [
        ("id/Egypt.ttl", RdfFormat.TURTLE),
        ("id/Egypt.nt", RdfFormat.N_TRIPLES),
        ("id/severance.rdf", RdfFormat.RDF_XML),
        ("code/sever.jsonld", RdfFormat.JSON_LD),
        ("ontology.ttl", RdfFormat.TURTLE),
        ("ontology/acts.nt", RdfFormat.N_TRIPLES),
        ("graph/inferred.ttl", RdfFormat.TURTLE),
        ("shapes/claims.ttl", RdfFormat.TURTLE),
    ],
)
def test_a_document_is_there_in_every_format(site: Path, path: str, format_: RdfFormat) -> None:
    assert list(parse((site / path).read_bytes(), format=format_))


@pytest.mark.parametrize("path", ["/id/Egypt", "/code/sever", "/ontology", "/disputes", "/network"])
def test_an_iri_leads_to_its_page(connection: HTTPConnection, path: str) -> None:
    status, media_type, text = get(connection, path)
    assert (status, media_type) == (200, "text/html")
    assert text.count("<h1") == 1


def test_a_proof_is_a_page_of_its_own(connection: HTTPConnection) -> None:
    _, _, text = get(connection, "/network")
    proof = re.search(r'class="mark inferred" href="(/why/[0-9a-f]+\.html)"', text)
    assert proof is not None
    assert "<title>Why " in get(connection, proof[1])[2]


def test_what_needs_a_server_leads_to_a_page_that_says_so(connection: HTTPConnection) -> None:
    _, _, front = get(connection, "/")
    assert 'action="/live/"' in front
    assert 'href="/live/">SPARQL endpoint' in front
    assert "Only on a live server" in get(connection, "/live/")[2]


def test_a_folder_that_holds_something_is_left_alone(shipped: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    app = create_app(LocalEngine(shipped.folder), Settings(log_format="off"), shipped)
    with pytest.raises(Unexportable, match="not empty"):
        export_site(app, tmp_path)
    result = CliRunner().invoke(export, ["--site", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr == f"legation: {tmp_path}: not empty; name a new or empty folder\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.usefixtures("shipped")
def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(export, ["--site", str(tmp_path / "file" / "site")])
    assert result.exit_code == 1
    assert result.stderr == f"legation: {tmp_path}/file/site: Not a directory\n"
