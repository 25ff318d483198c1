"""Turtle files become asserted quads, one named graph a file."""

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode

from graph.sources import Unreadable, ntriples, read
from ontology import DIP, GRAPH, ID, ONTOLOGY


def add(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_every_file_is_a_named_graph_whose_iri_is_its_ontology_iri() -> None:
    graphs = {file.path: file.graph for file in read().files}
    assert graphs["ontology/dip.ttl"] == ONTOLOGY
    assert graphs["ontology/acts.ttl"] == f"{ONTOLOGY}/acts"
    assert graphs["graph/things/states.ttl"] == str(GRAPH["things/states"])
    for file in read().files:
        if file.kind in ("ontology", "facts", "alignment", "shapes"):
            header = (NamedNode(file.graph), NamedNode("http://www.w3.org/2002/07/owl#Ontology"))
            assert header in {(quad.subject, quad.object) for quad in file.quads}, file.path


def test_the_text_of_a_source_comes_from_the_file_beside_it(root: Path) -> None:
    text = (root / "graph/articles/iran-egypt-restoration/article.txt").read_text("utf-8")
    ((file, quad),) = [
        (file, quad)
        for file in read().files
        for quad in file.quads
        if quad.predicate.value == str(DIP["text"])
    ]
    assert quad.object.value == text
    assert quad.subject.value == str(ID["iran-egypt-restoration"])
    assert file.path == "graph/articles/iran-egypt-restoration/source.ttl"


def test_the_notes_are_read_only_when_asked_for() -> None:
    assert not any("outside" in file.path for file in read().files)
    assert any("outside" in file.path for file in read(outside=True).files)


def test_reading_twice_gives_the_same_quads_blank_nodes_included() -> None:
    first, second = read(), read()
    assert first.files == second.files


def test_two_files_never_share_a_blank_node(tmp_path: Path) -> None:
    text = "@prefix dip: <https://w3id.org/legation/ontology#> . _:b dip:date '1979' ."
    files = read(extra=[add(tmp_path, "a.ttl", text), add(tmp_path, "b.ttl", text)]).files[-2:]
    nodes = [{q.subject for q in file.quads if isinstance(q.subject, BlankNode)} for file in files]
    assert all(nodes)
    assert not nodes[0] & nodes[1]


def test_a_finding_in_an_added_file_is_told_there(tmp_path: Path) -> None:
    path = add(
        tmp_path, "more.ttl", "@prefix id: <https://w3id.org/legation/id/> .\n\nid:Egypt a id:X ."
    )
    assert read().line_of(str(ID["Egypt"])) == ("graph/things/states.ttl", 14)
    assert read(extra=[path]).line_of(str(ID["Egypt"])) == (str(path), 3)


def test_broken_turtle_is_told_with_line_and_column(tmp_path: Path) -> None:
    path = add(tmp_path, "broken.ttl", "@prefix id: <https://w3id.org/legation/id/> .\nid:Egypt a")
    with pytest.raises(Unreadable) as error:
        read(extra=[path])
    (fault,) = error.value.faults
    assert (fault.path, fault.line) == (str(path), 2)
    assert str(fault).startswith(f"{path}:2:")
    assert "not Turtle" in fault.message


def test_every_unreadable_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as error:
        read(extra=[tmp_path / "absent.ttl", tmp_path, add(tmp_path, "b.ttl", b"\xff\xfe")])
    messages = [fault.message for fault in error.value.faults]
    assert messages[:2] == ["no such file", "is a folder; name a Turtle file"]
    assert messages[2].startswith("not Turtle")


def test_ntriples_holds_each_triple_once_and_in_order() -> None:
    lines = ntriples(read().asserted()).splitlines()
    assert lines == sorted(set(lines))
