"""The imports and catalogs that Protégé opens everything by follow from the files present."""

import shutil
from pathlib import Path

import pytest

from graph.catalog import stale, write

ROOT = Path(__file__).parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("ontology", "graph"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.py", "__pycache__")
        )
    return tmp_path


def test_what_ships_is_complete() -> None:
    assert stale(ROOT) == ()
    assert stale(None) == ()


def test_a_new_file_of_facts_is_missed_and_then_written(checkout: Path) -> None:
    shutil.copytree(
        checkout / "graph/articles/iran-egypt-restoration", checkout / "graph/articles/second"
    )
    missed = dict(stale(checkout))
    assert missed.keys() == {"graph/graph.ttl", "graph/catalog-v001.xml"}
    assert (
        "lacks https://w3id.org/legation/graph/articles/second/claims" in missed["graph/graph.ttl"]
    )
    before = (checkout / "graph/graph.ttl").read_text().splitlines()
    assert {path.name for path in write(checkout)} == {"graph.ttl", "catalog-v001.xml"}
    assert stale(checkout) == ()
    assert write(checkout) == ()
    after = (checkout / "graph/graph.ttl").read_text().splitlines()
    assert len([line for line in after if line not in before]) <= 4
    assert '"articles/second/claims.ttl"' in (checkout / "graph/catalog-v001.xml").read_text()


def test_a_file_that_is_gone_is_named_and_then_left_out(checkout: Path) -> None:
    (checkout / "graph/things/treaties.ttl").unlink()
    assert dict(stale(checkout))["graph/graph.ttl"].startswith(
        "names https://w3id.org/legation/graph/things/treaties, which has no file"
    )
    write(checkout)
    assert stale(checkout) == ()
    assert "treaties" not in (checkout / "graph/graph.ttl").read_text()
    assert "treaties" not in (checkout / "graph/catalog-v001.xml").read_text()


def test_what_is_added_and_taken_away_again_leaves_no_trace(checkout: Path) -> None:
    def texts() -> list[bytes]:
        return [path.read_bytes() for path in sorted(checkout.rglob("*v001.xml"))]

    before = texts()
    extra = checkout / "graph/things/ships.ttl"
    shutil.copy(checkout / "graph/things/treaties.ttl", extra)
    write(checkout)
    assert texts() != before
    extra.unlink()
    write(checkout)
    assert texts() == before


def test_without_any_of_the_three_all_are_made(checkout: Path) -> None:
    for path in [*checkout.rglob("catalog-v001.xml"), checkout / "graph/graph.ttl"]:
        path.unlink()
    assert len(stale(checkout)) == 3
    write(checkout)
    assert stale(checkout) == ()
