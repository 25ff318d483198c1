"""What Protégé needs to open everything: the imports of ``graph/graph.ttl`` and the two catalogs.

All three are a function of the Turtle files that are present and of what they say now: entries and
comments that are there keep their place, an entry whose file is gone goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import cast
from xml.sax.saxutils import quoteattr

import pyoxigraph
from pyoxigraph import NamedNode, Quad

from graph.format import format_turtle
from graph.tokens import TurtleError
from graph.turtle import read
from ontology import GRAPH, ONTOLOGY

EVERYTHING = str(GRAPH["graph"])
"""The ontology that imports all facts."""

_IMPORTS = NamedNode("http://www.w3.org/2002/07/owl#imports")
_ENTRY = re.compile(r'[ \t]*<uri\s+name="([^"]*)"\s+uri="([^"]*)"\s*/>[ \t]*\n')
_NEW_CATALOG = """\
<?xml version="1.0" encoding="UTF-8"?>
<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog" prefer="public">
</catalog>
"""
_NEW_IMPORTS = f"""\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .

<{EVERYTHING}> a owl:Ontology ;
    dcterms:title "Legation: the ontology and all facts"@en .
"""


@dataclass(frozen=True)
class Module:
    """A Turtle file by its ontology IRI; the path is relative to the checkout, with slashes."""

    iri: str
    path: str


def stale(root: Path | None) -> tuple[tuple[str, str], ...]:
    """What is not what the Turtle files call for: the path of one of the three, and a sentence.

    ``root`` is a checkout; None: the installed packages. Raises TurtleError when
    ``graph/graph.ttl`` is no Turtle.
    """
    place = root if root is not None else Path(str(files("graph"))).parent
    found = []
    for path, text in _wanted(place).items():
        file = place / path
        now = file.read_bytes() if file.exists() else b""
        if now != text:
            known, wanted = _names(now), _names(text)
            parts = []
            if wanted - known:
                parts.append(f"lacks {', '.join(sorted(wanted - known))}")
            if known - wanted:
                parts.append(f"names {', '.join(sorted(known - wanted))}, which has no file")
            what = " and ".join(parts) or "differs from the files present"
            found.append((path, f"{what}; run: legation format"))
    return tuple(found)


def write(root: Path) -> tuple[Path, ...]:
    """Bring the three files up to date; the paths of those that changed.

    Raises TurtleError when ``graph/graph.ttl`` is no Turtle.
    """
    changed = []
    for path, text in _wanted(root).items():
        file = root / path
        if not file.exists() or file.read_bytes() != text:
            file.write_bytes(text)
            changed.append(file)
    return tuple(changed)


def _wanted(root: Path) -> dict[str, bytes]:
    """The three files as they should be, by path."""
    facts = [
        Module(str(GRAPH[name.removesuffix(".ttl")]), f"graph/{name}")
        for name in _turtle_files(root / "graph")
        if name != "graph.ttl"
    ]
    shipped = [module for module in facts if not module.path.startswith("graph/outside/")]
    words = [
        Module(ONTOLOGY if name == "dip.ttl" else f"{ONTOLOGY}/{name[:-4]}", f"ontology/{name}")
        for name in _turtle_files(root / "ontology")
        if not name.startswith("questions/")
    ]
    everything = Module(EVERYTHING, "graph/graph.ttl")
    imported = [module for module in words if module.path != "ontology/align.ttl"]
    return {
        "graph/graph.ttl": _imports(
            _text(root / "graph/graph.ttl", _NEW_IMPORTS), {ONTOLOGY, *(m.iri for m in shipped)}
        ),
        "graph/catalog-v001.xml": _catalog(
            root, "graph/catalog-v001.xml", [*shipped, everything, *imported]
        ),
        "ontology/catalog-v001.xml": _catalog(root, "ontology/catalog-v001.xml", words),
    }


def _turtle_files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.ttl"))


def _text(file: Path, otherwise: str) -> bytes:
    return file.read_bytes() if file.exists() else otherwise.encode()


def _names(text: bytes) -> frozenset[str]:
    """The ontology IRIs that a catalog or a list of imports names."""
    if text.lstrip().startswith(b"<?xml"):
        return frozenset(name for name, _ in _ENTRY.findall(text.decode()))
    try:
        return frozenset(o.value for _, p, o in read(text).triples() if p == _IMPORTS)
    except TurtleError:
        return frozenset()


def _imports(turtle: bytes, wanted: set[str]) -> bytes:
    """``graph/graph.ttl`` with these imports and no others."""
    try:
        triples = [t for t in read(turtle).triples() if t.p != _IMPORTS or t.o.value in wanted]
    except TurtleError as error:
        raise TurtleError(f"graph/graph.ttl: {error}") from error
    quads = [Quad(*triple) for triple in triples]
    quads += [Quad(NamedNode(EVERYTHING), _IMPORTS, NamedNode(iri)) for iri in sorted(wanted)]
    triples_alone = cast(bytes, pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_TRIPLES))
    return format_turtle(triples_alone, turtle)


def _catalog(root: Path, path: str, modules: list[Module]) -> bytes:
    """A catalog with an entry for each module; a new one stands before the first greater name."""
    text = _text(root / path, _NEW_CATALOG).decode()
    folder = (root / path).parent
    entries = {match[1]: match[0] for match in _ENTRY.finditer(text)}
    for name, uri in _ENTRY.findall(text):
        if "://" not in uri and not (folder / uri).exists():
            text = text.replace(entries.pop(name), "", 1)
    for module in sorted(modules, key=lambda module: module.iri):
        top, _, rest = module.path.partition("/")
        uri = rest if top == folder.name else f"../{module.path}"
        line = f"    <uri name={quoteattr(module.iri)} uri={quoteattr(uri)}/>\n"
        if module.iri in entries:
            known = _ENTRY.fullmatch(entries[module.iri])
            if known is not None and known[2] != uri:
                text = text.replace(entries[module.iri], line, 1)
            continue
        greater = [entry for name, entry in entries.items() if name > module.iri]
        at = text.index(greater[0]) if greater else text.rindex("</catalog>")
        text = text[:at] + line + text[at:]
        entries = {match[1]: match[0] for match in _ENTRY.finditer(text)}
    return text.encode()
