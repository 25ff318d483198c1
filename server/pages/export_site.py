"""The whole site as plain files, for any static server: pages, documents, proofs.

A path without an extension becomes ``PATH/index.html``, so that IRIs lead to their pages too. The
proof of a plain fact, whose address is a query, becomes ``why/DIGEST.html``. What only a live
server answers (search, queries) is left out; links to it lead to ``live/``, which says so.
"""

import re
from collections import deque
from collections.abc import Iterator
from hashlib import blake2b
from html import escape, unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from flask import Flask, render_template
from werkzeug.security import safe_join

from ontology import BASE, CODE, ID
from server.pages.addresses import EXTENSIONS, local
from server.pages.lookup import context, select

_PAGES = ("/", "/about", "/disputes", "/network", "/search", "/questions", "/shapes", "/ontology")
_PLAIN = ("/static/", "/.well-known/")
"""What begins so is written under its own name."""
_LIVE_ONLY = ("/sparql", "/query", "/why-not", "/data", "/health", "/metrics")
_LIVE = "/live/"

_LINK = re.compile(r'\b(href|src|action)="(/[^"]*)"')


class Unexportable(Exception):
    """The site cannot be written: why, in one line."""


def export_site(app: Flask, folder: Path) -> int:
    """Write the site of an application into a new or empty folder; how many files were written.

    The site is written for the root of a host. Raises Unexportable for a folder that is not empty
    or a page that does not answer, OSError for what cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Unexportable(f"{folder}: not empty; name a new or empty folder")
    with app.test_request_context("/"):
        waiting = deque(dict.fromkeys((*_PAGES, *_documents())))
        live, linked = _rewritten(render_template("live.html"))
    _write(folder, _LIVE, live.encode())
    written = 1
    seen = {*waiting, _LIVE}
    client = app.test_client()
    while True:
        new = [address for address in sorted(linked) if address not in seen]
        seen.update(new)
        waiting.extend(new)
        if not waiting:
            return written
        address = waiting.popleft()
        response = client.get(address, headers={"Accept": "text/html,*/*"}, follow_redirects=True)
        if response.status_code == 404 and address not in _PAGES:
            linked = set()  # what the server does not find, the export does not have either
            continue
        if response.status_code != 200:
            raise Unexportable(f"{address}: answers {response.status_code}")
        body, linked = response.data, set()
        if response.mimetype == "text/html":
            html, linked = _rewritten(response.text)
            body = html.encode()
        _write(folder, _static(address), body)
        written += 1


def _documents() -> Iterator[str]:
    """The address of every thing, code, question, graph and version, and of their documents."""
    rows = select(_THINGS, spaces=[ID, CODE, BASE + "questions/"])
    graphs = list(context().snapshot.manifest["graphs"])
    versions = select(_VERSIONS, graphs=graphs)
    for iri in (*(row["iri"].value for row in rows), *graphs, *(r["iri"].value for r in versions)):
        if iri.startswith(BASE) and "#" not in iri:
            yield local(iri)
            yield from (f"{local(iri)}.{suffix}" for suffix in EXTENSIONS)


_THINGS = """
SELECT DISTINCT ?iri {
  VALUES ?space { $spaces }
  GRAPH ?g { { ?iri ?p ?o } UNION { ?s ?p ?iri } }
  FILTER(isIRI(?iri) && STRSTARTS(STR(?iri), STR(?space)))
} ORDER BY ?iri
"""

_VERSIONS = (
    "SELECT DISTINCT ?iri { VALUES ?graph { $graphs } GRAPH ?g { ?graph owl:versionIRI ?iri } }"
)


def _rewritten(html: str) -> tuple[str, set[str]]:
    """A page with its links as the export has them, and the addresses that they need."""
    needed: set[str] = set()

    def link(match: re.Match[str]) -> str:
        address, hash_, fragment = unescape(match[2]).partition("#")
        form = match[1] == "action"
        target = _LIVE if form or _needs_server(address) else _static(address)
        if target != _LIVE:
            needed.add(address)
        return f'{match[1]}="{escape(target + hash_ + fragment)}"'

    return _LINK.sub(link, html), needed


def _needs_server(address: str) -> bool:
    parts = urlsplit(address)
    if parts.path == "/why":  # exported for plain facts, not for values
        return not parse_qs(parts.query).get("o", [""])[0].startswith("http")
    return parts.path.startswith(_LIVE_ONLY) or bool(parts.query)


def _static(address: str) -> str:
    """The address under which the export has what the server has under `address`."""
    query = urlsplit(address).query
    if not query:
        return address
    suffix = parse_qs(query).get("format", ["html"])[0]
    return f"/why/{blake2b(address.encode(), digest_size=8).hexdigest()}.{suffix}"


def _write(folder: Path, address: str, body: bytes) -> None:
    path = unquote(address).lstrip("/")
    plain = address.startswith(_PLAIN) or path.rpartition(".")[2] in (*EXTENSIONS, "json")
    found = safe_join(str(folder), path if plain else f"{path.rstrip('/')}/index.html".lstrip("/"))
    if found is None:
        raise Unexportable(f"{address}: not a path within {folder}")
    Path(found).parent.mkdir(parents=True, exist_ok=True)
    Path(found).write_bytes(body)
