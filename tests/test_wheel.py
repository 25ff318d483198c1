"""The wheel works where there is no checkout: it carries the Turtle, the pages and their files."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "-q", "-w", folder, root], check=True, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def test_it_holds_turtle_templates_licences_and_browser_libraries(wheel: Path, root: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("ontology", "graph", "shapes"):
        for path in (root / folder).rglob("*.ttl"):
            assert path.relative_to(root).as_posix() in names
    assert "graph/articles/iran-egypt-restoration/article.txt" in names
    assert "server/templates/base.html" in names
    assert "server/static/legation.css" in names
    for licence in ("LICENSE", "LICENSE-DATA", "NOTICE"):
        assert any(name.endswith(f"licenses/{licence}") for name in names)
    vendor = root / "server/static/vendor"
    for path in vendor.iterdir() if vendor.is_dir() else ():
        assert path.relative_to(root).as_posix() in names
    assert not any(name.startswith(("tests/", "bench/")) for name in names)


def test_it_checks_builds_and_answers_from_anywhere(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(place)
    environment = {"PYTHONPATH": str(place), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def legation(*arguments: str) -> str:
        command = [sys.executable, "-P", "-c", "from server.cli import main; main()", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert "Passed." in legation("check", "--strict")
    assert "id:SamehShoukry" in legation(
        "query", "SELECT ?m { id:Egypt dip:hasForeignMinister ?m }"
    )
    assert list((tmp_path / "cache" / "legation" / "snapshots").iterdir())
