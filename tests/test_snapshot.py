"""A snapshot holds the graphs as users see them, and is reused while nothing has changed."""

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

import graph.snapshot
from graph.snapshot import Options, Snapshot, digest, key, snapshot
from ontology import DATES, GRAPH, INFERRED, ONTOLOGY


@pytest.fixture(scope="module")
def store(shipped: Snapshot) -> Store:
    store = Store()
    store.bulk_load(path=shipped.dataset, format=RdfFormat.N_QUADS)
    return store


def triples(store: Store, graph: str | None) -> set[object]:
    name = DefaultGraph() if graph is None else NamedNode(graph)
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, name)}


def test_the_default_graph_is_the_merge_of_ontology_facts_dates_and_inferences(
    store: Store, shipped: Snapshot
) -> None:
    apart = {f"{ONTOLOGY}/align", str(GRAPH["questions"]), str(GRAPH["void"])}
    merged: set[object] = set()
    for name in store.named_graphs():
        assert isinstance(name, NamedNode)
        if name.value not in apart and "/shapes/" not in name.value:
            merged |= triples(store, name.value)
    assert triples(store, None) == merged
    assert len(merged) == shipped.manifest["triples"]


@pytest.mark.parametrize(
    "graph", [ONTOLOGY, f"{ONTOLOGY}/acts", str(GRAPH["things/states"]), DATES, INFERRED]
)
def test_each_part_stands_again_in_its_named_graph(store: Store, graph: str) -> None:
    assert triples(store, graph)
    assert triples(store, graph) <= triples(store, None)


def test_shapes_questions_and_description_are_named_graphs_only(store: Store) -> None:
    for name in (str(GRAPH["questions"]), str(GRAPH["void"])):
        assert triples(store, name)
        assert not triples(store, name) & triples(store, None)


def test_inferences_are_not_asserted_triples_again(store: Store) -> None:
    elsewhere: set[object] = set()
    for name in store.named_graphs():
        if isinstance(name, NamedNode) and name.value != INFERRED:
            elsewhere |= triples(store, name.value)
    assert not triples(store, INFERRED) & elsewhere


def test_no_noise_of_reasoning_is_served(store: Store) -> None:
    same_as = NamedNode("http://www.w3.org/2002/07/owl#sameAs")
    thing = NamedNode("http://www.w3.org/2002/07/owl#Thing")
    type_ = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    for quad in store.quads_for_pattern(None, None, None, NamedNode(INFERRED)):
        assert (quad.predicate, quad.object) != (type_, thing)
        assert quad.predicate.value != "https://w3id.org/legation/ontology#helper"
        assert quad.predicate != same_as or quad.subject != quad.object


def test_a_kept_snapshot_is_reused(shipped: Snapshot) -> None:
    before = (shipped.folder / "manifest.json").stat().st_ino
    again = snapshot(Options())
    assert again.folder == shipped.folder
    assert (again.folder / "manifest.json").stat().st_ino == before


def test_the_key_is_the_content(monkeypatch: pytest.MonkeyPatch, shipped: Snapshot) -> None:
    assert key(Options()) == shipped.folder.name
    assert key(Options(outside=True)) != key(Options()) != key(Options(reasoner="owlrl"))
    contents = graph.snapshot._contents

    def edited(folder: object, path: str) -> object:
        for name, content in contents(folder, path):  # type: ignore[arg-type]
            yield name, content + b"#" if name.endswith("states.ttl") else content

    monkeypatch.setattr(graph.snapshot, "_contents", edited)
    assert key(Options()) != shipped.folder.name


def test_building_again_gives_the_same_bytes(shipped: Snapshot, tmp_path: Path) -> None:
    again = snapshot(Options(), cache=tmp_path)
    assert again.dataset.read_bytes() == shipped.dataset.read_bytes()
    assert again.digest == shipped.digest


def test_the_digest_does_not_depend_on_blank_node_labels(store: Store) -> None:
    renamed = Store()
    renamed.bulk_load(
        store.dump(format=RdfFormat.N_QUADS).replace(b"_:", b"_:x"), RdfFormat.N_QUADS
    )
    assert digest(renamed) == digest(store)
