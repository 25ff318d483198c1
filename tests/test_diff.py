"""What came and went between two versions of the graph, told in words."""

import shutil
import subprocess
from pathlib import Path

import pytest

from graph.diff import Difference, DiffError, Version, diff, version

ROOT = Path(__file__).parent.parent
CALL = """\
@prefix dip: <https://w3id.org/legation/ontology#> .
@prefix id: <https://w3id.org/legation/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

id:second-call a dip:PhoneCall ;
    skos:prefLabel "Second call"@en ;
    dip:caller id:SamehShoukry ;
    dip:callee id:NasserKanaani .
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the three folders of Turtle files."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("ontology", "graph", "shapes"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.py", "__pycache__")
        )
    return folder


@pytest.fixture(scope="module")
def shipped(checkout: Path) -> Version:
    return version(str(checkout))


def edited(tmp_path: Path, path: str, *changes: tuple[str, str]) -> Version:
    """The shipped graph with the text of one file changed."""
    text = (ROOT / path).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "edited.ttl"
    file.write_text(text)
    return version(str(file))


def words(changes: object) -> list[str]:
    return [str(change) for change in changes]  # type: ignore[attr-defined]


def test_the_same_twice_is_no_difference(shipped: Version) -> None:
    found = diff(shipped, shipped)
    assert all(changes == () for _, changes in found.sections)
    assert str(found).endswith("Nothing changed.")


def test_a_new_fact_and_what_follows_from_it(shipped: Version, tmp_path: Path) -> None:
    file = tmp_path / "call.ttl"
    file.write_text(CALL)
    found = diff(shipped, version(str(file)))
    assert "+ Second call is a phone call" in words(found.facts)
    assert "+ Sameh Shoukry phoned Nasser Kanaani" in words(found.inferences)
    assert found.terms == found.axioms == found.claims == ()
    back = diff(version(str(file)), shipped)
    assert "- Sameh Shoukry phoned Nasser Kanaani" in words(back.inferences)


def test_a_changed_value_went_and_came(shipped: Version, tmp_path: Path) -> None:
    new = edited(
        tmp_path,
        "graph/articles/iran-egypt-restoration/situations.ttl",
        ('dip:date "[1979,1980]"', 'dip:date "1980"'),
    )
    found = diff(shipped, new)
    assert sorted(words(found.facts)) == [
        '+ Severance of Egypt–Iran relations date "1980"',
        '- Severance of Egypt–Iran relations date "[1979,1980]"',
    ]


def test_a_claim_that_went_is_one_line_with_its_words(shipped: Version, tmp_path: Path) -> None:
    path = "graph/articles/iran-egypt-restoration/claims.ttl"
    text = (ROOT / path).read_text()
    start = text.index("c:hope-to-restore a")
    paragraph = text[start : text.index("\n\n", start)]
    found = diff(shipped, edited(tmp_path, path, (paragraph, "")))
    (line,) = words(found.claims)
    assert line.startswith(
        "- id:iran-egypt-restoration/hope-to-restore "
        "“Tehran and Cairo hope to restore diplomatic relations”: said by Iranian media; "
    )
    assert found.facts == ()


def test_what_changed_in_a_claim_is_told_of_the_claim(shipped: Version, tmp_path: Path) -> None:
    path = "graph/articles/iran-egypt-restoration/claims.ttl"
    new = edited(tmp_path, path, ("dip:modality code:hoped", "dip:modality code:planned"))
    found = diff(shipped, new)
    assert found.facts == ()
    assert any(line.startswith("+ ") and line.endswith("planned") for line in words(found.claims))
    assert any(line.startswith("- ") and line.endswith("hoped") for line in words(found.claims))


def test_a_new_term_and_a_changed_axiom(shipped: Version, tmp_path: Path) -> None:
    new = edited(
        tmp_path,
        "ontology/things.ttl",
        ("dip:Actor a owl:Class ;", "dip:Summit a owl:Class .\n\ndip:Actor a owl:Class ;"),
        ("owl:disjointWith dip:State ;", ""),
    )
    found = diff(shipped, new)
    assert words(found.terms) == ["+ class dip:Summit (dip:Summit)"]
    assert [line[0] for line in words(found.axioms)] == ["-"]


def test_what_holds_of_any_term_is_no_news(shipped: Version, tmp_path: Path) -> None:
    changes = ("dip:Actor a owl:Class ;", "dip:Summit a owl:Class .\n\ndip:Actor a owl:Class ;")
    new = edited(tmp_path, "ontology/things.ttl", changes)
    assert diff(shipped, new).inferences == ()


def test_a_list_of_different_things_is_told_once(shipped: Version, tmp_path: Path) -> None:
    new = edited(tmp_path, "graph/things/states.ttl", ("id:Iraq id:Israel ", "id:Israel "))
    went, came = words(diff(shipped, new).facts)
    assert "Iran, Iraq, Israel" in went
    assert "Iran, Israel" in came


def test_blank_nodes_are_compared_by_what_they_hold(shipped: Version, tmp_path: Path) -> None:
    new = edited(
        tmp_path,
        "ontology/things.ttl",
        ("dip:State dip:Territory dip:City", "dip:City dip:State dip:Territory")
        if "dip:State dip:Territory dip:City" in (ROOT / "ontology/things.ttl").read_text()
        else ("dip:City dip:State dip:Territory", "dip:Territory dip:State dip:City"),
    )
    assert all(changes == () for _, changes in diff(shipped, new).sections)


def test_a_git_revision_is_read_as_it_was(shipped: Version, checkout: Path, tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    repository = tmp_path / "repository"
    shutil.copytree(checkout, repository)

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, "-C", str(repository), *arguments], check=True)

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "a")
    (repository / "graph/things/states.ttl").unlink()
    found: Difference = diff(shipped, version("HEAD", repository))
    assert all(changes == () for _, changes in found.sections)


@pytest.mark.parametrize("name", ["no-such-thing", "--output=x"])
def test_what_is_no_version_is_one_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(DiffError, match="no folder, no file and no git revision"):
        version(name, tmp_path)


def test_a_file_that_is_no_turtle_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.ttl"
    file.write_text("id:x\n")
    with pytest.raises(DiffError, match=r"bad\.ttl:1.*not Turtle"):
        version(str(file))
