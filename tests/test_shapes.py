"""Every shape bites where it should and nowhere else."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyshacl
import pytest
import rdflib
from pyoxigraph import RdfFormat, parse
from rdflib import RDF, SH

from graph import pipeline
from graph.dates import bounds
from graph.sources import read
from ontology import PREFIXES, SHAPES
from shapes import Finding, Phase, catalogue, shapes_graph, validate
from shapes.messages import compact

ROOT = Path(__file__).parent.parent
SEVERE = ("Violation", "Warning")


@dataclass(frozen=True)
class Bad:
    """A file of tests/bad and what its first lines say must be reported."""

    path: Path
    severity: str
    rule: str
    focus: str
    words: str


def bad_files() -> list[Bad]:
    found = []
    for path in sorted((ROOT / "tests" / "bad").glob("*.ttl")):
        head = path.read_text(encoding="utf-8").splitlines()[:3]
        reports, focus, words = (line.partition(": ")[2] for line in head)
        severity, _, rule = reports.partition(" ")
        found.append(Bad(path, severity, rule, focus, words))
    return found


SHAPE_NAMES = {shape.name for shape in catalogue()}
BAD = [bad for bad in bad_files() if bad.rule in SHAPE_NAMES]


@cache
def findings(extra: tuple[Path, ...] = ()) -> tuple[Finding, ...]:
    """What both phases find in what ships, with files added."""
    asserted = tuple(read(ROOT, extra=extra).asserted())
    data = pipeline.rdf(asserted)
    found = validate(data, "structure", bounds)
    dated, _ = pipeline.date(asserted)
    closure = pipeline.close(pipeline.ntriples((*asserted, *dated)), "legation")
    inferred = closure.inferred_ntriples(pipeline.HIDDEN)
    for added in (pipeline.ntriples(dated), inferred):
        data.parse(data=added, format="nt")
    return found + validate(data, "closure", bounds)


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.path.stem)
def test_a_bad_file_is_reported_by_its_shape_and_by_no_other(bad: Bad) -> None:
    new = set(findings((bad.path,))) - set(findings())
    [hit] = [f for f in new if (f.severity, f.shape, compact(f.focus)) == (bad.severity, bad.rule, bad.focus)]
    assert bad.words in hit.message
    assert [f for f in new - {hit} if f.severity in SEVERE] == []


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.path.stem)
def test_a_message_has_names_and_no_iri(bad: Bad) -> None:
    for finding in findings((bad.path,)):
        assert "http" not in finding.message
        assert not re.search(r"\{[$?]", finding.message)
        assert "None" not in finding.message
