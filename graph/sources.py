"""Turtle files → asserted quads, one named graph a file.

The files are the source of truth. They are read from a checkout or from the installed packages
alike; beside a Turtle file that describes a ``dip:Source``, the text file of the same folder gives
that source its ``dip:text``, so that the words stand written down once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, TypeVar, cast

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)
from pyoxigraph import Literal as RdfLiteral

from graph.turtle import subject_lines
from ontology import BASE, DIP, GRAPH, ONTOLOGY, SHAPES

AnyTerm = TypeVar("AnyTerm")

Kind = Literal["ontology", "alignment", "facts", "shapes", "questions", "extra"]

ASSERTED: frozenset[Kind] = frozenset({"ontology", "facts", "extra"})
"""What is reasoned over and merged into the default graph. The rest are named graphs only."""

QUESTIONS = str(GRAPH["questions"])
"""The named graph that holds the example queries of every file of questions."""

_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_ONTOLOGY = NamedNode("http://www.w3.org/2002/07/owl#Ontology")
_SOURCE = NamedNode(DIP["Source"])
_TEXT = NamedNode(DIP["text"])


@dataclass(frozen=True)
class Fault:
    """A file that cannot be read: where (line and column from 1, if known) and why."""

    path: str
    line: int | None
    column: int | None
    message: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part)
        return f"{place}: {self.message}"


class Unreadable(Exception):
    """The files could not be read. ``faults`` says where and why, one for each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class SourceFile:
    """One Turtle file: its named graph, its path for messages, its bytes and its quads.

    The quads of a source's file hold the words of the text file beside it too.
    """

    graph: str
    path: str
    kind: Kind
    turtle: bytes
    quads: tuple[Quad, ...]

    @property
    def lines(self) -> dict[str, int]:
        """The line, from 1, on which each subject IRI is first described."""
        return _lines(self.turtle)


@dataclass(frozen=True)
class Sources:
    """All files that were read, in a fixed order."""

    files: tuple[SourceFile, ...]

    def asserted(self) -> Iterator[Quad]:
        """The quads that are reasoned over: ontology and facts, each in its named graph."""
        return (quad for file in self.files if file.kind in ASSERTED for quad in file.quads)

    def line_of(self, subject: str, prefer: Kind | None = None) -> tuple[str, int] | None:
        """Where a subject IRI is described: path and line; files of kind `prefer` first.

        The last file wins otherwise, since extra files come last and are what is being tried.
        """
        found = [
            (file.kind == prefer, place, file.path, line)
            for place, file in enumerate(self.files)
            if (line := file.lines.get(subject)) is not None
        ]
        return max(found)[2:] if found else None


def read(root: Path | None = None, *, outside: bool = False, extra: Iterable[Path] = ()) -> Sources:
    """Read every Turtle file of a checkout, or of the installed packages when `root` is None.

    `outside` adds the editors' notes in ``graph/outside``; `extra` names further Turtle files of
    facts. Raises Unreadable with every fault that was found.
    """
    folders = {
        name: root / name if root is not None else files(name)
        for name in ("ontology", "graph", "shapes")
    }
    read_files: list[SourceFile] = []
    faults: list[Fault] = []
    for path, file in _turtle_files(folders):
        if path.startswith("graph/outside/") and not outside:
            continue
        _collect(read_files, faults, file, path, _kind(path), _graph(path), _texts(folders, path))
    for file in extra:
        _collect(read_files, faults, file, str(file), "extra", None, ())
    if faults:
        raise Unreadable(faults)
    return Sources(tuple(read_files))


def ntriples(quads: Iterable[Quad]) -> bytes:
    """The triples of `quads`, each once, sorted, as N-Triples."""
    triples = {Triple(quad.subject, quad.predicate, quad.object) for quad in quads}
    lines = cast(bytes, serialize(triples, format=RdfFormat.N_TRIPLES))
    return b"".join(sorted(lines.splitlines(keepends=True)))


def blank_prefix(path: str) -> str:
    """What the labels of a file's blank nodes start with, so that they tell where they are from."""
    return "".join(c for c in path.removesuffix(".ttl") if c.isalnum() and c.isascii()) + "X"


def _turtle_files(folders: dict[str, Traversable]) -> Iterator[tuple[str, Traversable]]:
    def walk(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.is_dir():
                yield from walk(entry, f"{path}/{entry.name}")
            elif entry.name.endswith(".ttl") and not entry.name.endswith(".expected.ttl"):
                yield f"{path}/{entry.name}", entry

    for name, folder in folders.items():
        if not folder.is_dir():
            raise Unreadable([Fault(str(folder), None, None, "no such folder")])
        yield from walk(folder, name)


def _kind(path: str) -> Kind:
    if path.startswith("ontology/questions/"):
        return "questions"
    if path == "ontology/align.ttl":
        return "alignment"
    folder = path.split("/")[0]
    if folder == "ontology":
        return "ontology"
    return "shapes" if folder == "shapes" else "facts"


def _graph(path: str) -> str:
    """The IRI of a file's named graph, which is its ontology IRI as well."""
    folder, _, name = path.removesuffix(".ttl").partition("/")
    if path.startswith("ontology/questions/"):
        return QUESTIONS
    if folder == "ontology":
        return ONTOLOGY if name == "dip" else f"{ONTOLOGY}/{name}"
    return str(SHAPES[name]) if folder == "shapes" else str(GRAPH[name])


def _texts(folders: dict[str, Traversable], path: str) -> tuple[tuple[str, bytes], ...]:
    """The text files beside a Turtle file of facts, in the order of their names."""
    folder, *parts = path.split("/")
    if folder != "graph" or len(parts) < 2:
        return ()
    place = folders["graph"].joinpath(*parts[:-1])
    return tuple(
        (f"{path.rpartition('/')[0]}/{entry.name}", entry.read_bytes())
        for entry in sorted(place.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".txt")
    )


def _collect(
    into: list[SourceFile],
    faults: list[Fault],
    file: Traversable,
    path: str,
    kind: Kind,
    graph: str | None,
    texts: tuple[tuple[str, bytes], ...],
) -> None:
    try:
        turtle = file.read_bytes()
        triples = _labelled(parse(turtle, format=RdfFormat.TURTLE, base_iri=BASE), path)
        headers = _described_as(_ONTOLOGY, triples)
        name = NamedNode(graph or (headers or [GRAPH["extra/" + file.name]])[0])
        quads = [Quad(t.subject, t.predicate, t.object, name) for t in triples]
        sources = _described_as(_SOURCE, triples)
        words = _words(path, sources, texts) if sources else {}
        quads += [Quad(NamedNode(s), _TEXT, RdfLiteral(text), name) for s, text in words.items()]
    except SyntaxError as error:
        faults.append(Fault(path, error.lineno, error.offset, f"not Turtle: {error.msg}"))
    except FileNotFoundError:
        faults.append(Fault(path, None, None, "no such file"))
    except IsADirectoryError:
        faults.append(Fault(path, None, None, "is a folder; name a Turtle file"))
    except OSError as error:
        faults.append(Fault(path, None, None, f"cannot be read: {error.strerror}"))
    except _BadText as error:
        faults.append(error.fault)
    else:
        into.append(SourceFile(name.value, path, kind, turtle, tuple(quads)))


def _labelled(triples: Iterable[Quad], path: str) -> list[Quad]:
    """The triples with blank node labels that come from their content (RDFC-1.0) and their file,
    so that a build can be repeated and two files never share a blank node."""
    dataset = Dataset(triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    prefix = blank_prefix(path)

    def label(term: AnyTerm) -> AnyTerm | BlankNode:
        return BlankNode(prefix + term.value) if isinstance(term, BlankNode) else term

    return sorted((Quad(label(q.subject), q.predicate, label(q.object)) for q in dataset), key=str)


def _described_as(kind: NamedNode, triples: list[Quad]) -> list[str]:
    """The IRIs that the triples give this class, sorted."""
    return sorted(
        t.subject.value
        for t in triples
        if (t.predicate, t.object) == (_RDF_TYPE, kind) and isinstance(t.subject, NamedNode)
    )


class _BadText(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def _words(path: str, sources: list[str], texts: tuple[tuple[str, bytes], ...]) -> dict[str, str]:
    """The text of the one source that a file beside it describes; line ends stay as they are."""
    if not texts:
        return {}
    if len(sources) != 1 or len(texts) != 1:
        message = (
            f"describes {len(sources)} sources beside {len(texts)} text files; "
            "keep one dip:Source and one .txt file in a folder"
        )
        raise _BadText(Fault(path, None, None, message))
    ((text_path, data),) = texts
    try:
        return {sources[0]: data.decode("utf-8")}
    except UnicodeDecodeError as error:
        message = f"not UTF-8 at byte {error.start}; save the text as UTF-8"
        raise _BadText(Fault(text_path, None, None, message)) from None


@cache
def _lines(turtle: bytes) -> dict[str, int]:
    return subject_lines(turtle)
