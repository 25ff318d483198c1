"""A Snapshot: one validated, closed graph on disk, ready to be loaded and served.

Its key is the content of all Turtle and text, the code of graph, shapes and ontology, the versions
of the libraries, and the options: nothing that it depends on can change without a new key, and no
clock is asked.
"""

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from fcntl import LOCK_EX, flock
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ontology import INFERRED

if TYPE_CHECKING:  # these cost half a second to import, and a kept snapshot needs none of them
    from pyoxigraph import Quad

    from graph.pipeline import Reasoner
    from graph.sources import Sources

_LIBRARIES = ("edtf", "numpy", "owlrl", "pyoxigraph", "pyshacl", "rdflib")
_KEPT = 5


@dataclass(frozen=True)
class Options:
    """What a snapshot is built from, beside the files themselves."""

    reasoner: "Reasoner" = "legation"
    outside: bool = False


@dataclass(frozen=True)
class Snapshot:
    """A folder with ``dataset.nq`` (the graphs as users see them), ``asserted.nt`` (what the
    closure was computed from) and ``manifest.json`` (digest, version, counts, reports)."""

    folder: Path

    @property
    def dataset(self) -> Path:
        return self.folder / "dataset.nq"

    @property
    def asserted(self) -> Path:
        return self.folder / "asserted.nt"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "manifest.json").read_text("utf-8")))

    @property
    def digest(self) -> str:
        """SHA-256 of the dataset in canonical form (RDFC-1.0), in hexadecimal."""
        return str(self.manifest["digest"])

    @property
    def version(self) -> str:
        """The version of Legation that built it."""
        return str(self.manifest["version"])


class Unbuildable(Exception):
    """What is on disk does not make a snapshot. ``lines`` says why, one sentence a fault."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("; ".join(self.lines))


def snapshot(
    options: Options | None = None,
    *,
    cache: Path | None = None,
    rebuild: bool = False,
    progress: Callable[[str], None] = lambda stage: None,
) -> Snapshot:
    """The snapshot of what is on disk now: the kept one if nothing changed, else a new one.

    Raises Unbuildable.
    """
    options = options or Options()
    folder = (cache or cache_folder()) / "snapshots" / key(options)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / ".lock").open("w") as lock:
        flock(lock, LOCK_EX)  # one process builds, the others wait and find it done
        _build_if_needed(options, folder, rebuild, progress)
    return Snapshot(folder)


def _build_if_needed(
    options: Options, folder: Path, rebuild: bool, progress: Callable[[str], None]
) -> None:
    if rebuild or not (folder / "manifest.json").is_file():
        progress("Read")
        from graph.check import said
        from graph.pipeline import Invalid
        from graph.sources import Unreadable, read

        try:
            sources = read(outside=options.outside)
        except Unreadable as error:
            raise Unbuildable(map(str, error.faults)) from None
        try:
            build(sources, folder, options, progress=progress)
        except Invalid as error:
            raise Unbuildable(said(sources, error.stage)) from None
        _prune(folder.parent)
    else:
        folder.touch()


def build(
    sources: "Sources",
    folder: Path,
    options: Options,
    *,
    progress: Callable[[str], None] = lambda stage: None,
) -> Snapshot:
    """Run the pipeline over `sources` and write the snapshot to `folder`, whole or not at all.

    Raises graph.pipeline.Invalid.
    """
    from graph.pipeline import run

    closed = run(sources, options.reasoner, progress=progress)
    progress("Snapshot")
    write(
        folder,
        graphs=[*closed.asserted, *closed.inferred],
        apart=[q for f in sources.files if f.kind not in _merged() for q in f.quads],
        asserted=closed.reasoned_over,
        manifest={
            "options": asdict(options),
            "stages": [
                {
                    "name": stage.name,
                    "looked_at": stage.looked_at,
                    "findings": [asdict(finding) for finding in stage.findings],
                }
                for stage in closed.stages
            ],
            "files": {file.path: file.graph for file in sources.files},
        },
    )
    return Snapshot(folder)


def write(
    folder: Path,
    *,
    graphs: "Iterable[Quad]",
    apart: "Iterable[Quad]",
    asserted: bytes,
    manifest: dict[str, Any],
) -> Snapshot:
    """Write a snapshot folder: the merge of `graphs` as default graph, each triple once; `graphs`
    and `apart` as named graphs; their description; the manifest with digest and counts."""
    from pyoxigraph import RdfFormat, serialize

    from graph.sources import ntriples
    from graph.void import describe

    graphs, apart = list(graphs), list(apart)
    merged = ntriples(graphs)
    named = [*graphs, *apart, *describe(graphs, apart=apart, inferred=INFERRED)]
    lines = cast(bytes, serialize(named, format=RdfFormat.N_QUADS)).splitlines(keepends=True)
    counts = Counter(str(quad.graph_name).strip("<>") for quad in named)
    document = {
        **manifest,
        "version": version("legation"),
        "digest": digest(named),
        "triples": merged.count(b"\n"),
        "graphs": dict(sorted(counts.items())),
    }
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".building-") as temporary:
        place = Path(temporary) / "snapshot"
        place.mkdir()
        (place / "dataset.nq").write_bytes(merged + b"".join(sorted(lines)))
        (place / "asserted.nt").write_bytes(asserted)
        (place / "manifest.json").write_text(
            json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8"
        )
        if folder.exists():
            shutil.rmtree(folder)
        place.rename(folder)
    return Snapshot(folder)


def digest(quads: "Iterable[Quad]") -> str:
    """SHA-256 in hexadecimal of the quads' canonical N-Quads (RDFC-1.0, sorted)."""
    from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, serialize

    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = cast(bytes, serialize(dataset, format=RdfFormat.N_QUADS)).splitlines(keepends=True)
    return sha256(b"".join(sorted(lines))).hexdigest()


def key(options: Options) -> str:
    """What a snapshot depends on, as a hash: file names and contents, code, versions, options."""
    parts = sha256(repr((asdict(options), [(name, version(name)) for name in _LIBRARIES])).encode())
    for package in ("ontology", "graph", "shapes"):
        for path, content in _contents(files(package), package):
            parts.update(f"\0{path}\0{len(content)}\0".encode())
            parts.update(content)
    return parts.hexdigest()[:32]


def cache_folder() -> Path:
    """``.cache`` of the checkout that this code runs from, else the user's cache directory.

    A checkout that may not be written, as under systemd, counts as none.
    """
    checkout = Path(__file__).parent.parent
    if (checkout / "pyproject.toml").is_file() and os.access(checkout, os.W_OK):
        return checkout / ".cache"
    from platformdirs import user_cache_path

    return user_cache_path("legation")


def _merged() -> frozenset[str]:
    from graph.sources import ASSERTED

    return ASSERTED


def _contents(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _contents(entry, f"{path}/{entry.name}")
        elif entry.name.endswith((".ttl", ".txt", ".py")):
            yield f"{path}/{entry.name}", entry.read_bytes()


def _prune(folder: Path) -> None:
    """Keep the snapshots that were used last."""
    kept = sorted(
        (entry for entry in folder.iterdir() if not entry.name.startswith(".")),
        key=lambda entry: entry.stat().st_mtime,
    )
    for entry in kept[:-_KEPT]:
        shutil.rmtree(entry, ignore_errors=True)
