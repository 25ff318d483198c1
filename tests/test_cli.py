"""The command line: what it prints, how it exits, and that a user's mistake is one clear line."""

import csv
import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import parse

from graph.snapshot import Snapshot
from server.cli import main
from server.cli.graph import GRAPHS

FOREIGN_MINISTER = "SELECT ?m { id:Egypt dip:hasForeignMinister ?m }"
SHOUKRY = "https://w3id.org/legation/id/SamehShoukry"


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def one_line(result: Result) -> str:
    """The one line of standard error, checked to be one and no traceback."""
    assert isinstance(result.exception, SystemExit), result.exception
    (line,) = result.stderr.strip().splitlines()
    return line


def test_help_names_every_command() -> None:
    text = run("--help").output
    for command in ("build", "check", "diff", "export", "format", "new-article", "query", "rules"):
        assert command in text
    for command in ("serve", "why", "why-not"):
        assert command in text


def test_an_unknown_command_is_a_usage_error() -> None:
    assert run("frobnicate").exit_code == 2


@pytest.mark.usefixtures("shipped")
class TestQuery:
    def test_a_triple_that_no_file_asserts(self) -> None:
        result = run("query", "--format", "csv", FOREIGN_MINISTER)
        assert result.exit_code == 0
        assert list(csv.reader(result.stdout.splitlines())) == [["m"], [SHOUKRY]]

    def test_the_table_shows_prefixed_names(self) -> None:
        assert "id:SamehShoukry" in run("query", FOREIGN_MINISTER).output

    def test_from_standard_input(self) -> None:
        result = run("query", "-", "--format", "json", stdin=FOREIGN_MINISTER)
        assert json.loads(result.stdout)["results"]["bindings"][0]["m"]["value"] == SHOUKRY

    def test_from_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "question.rq"
        path.write_text(FOREIGN_MINISTER)
        assert SHOUKRY in run("query", str(path), "--format", "tsv").stdout

    def test_ask(self) -> None:
        restored = "ASK { id:Egypt dip:restoredRelationsWith id:Iran }"
        assert run("query", restored).output.strip() == "false"

    def test_construct_in_turtle(self) -> None:
        result = run("query", "--format", "turtle", "CONSTRUCT WHERE { id:Egypt dip:iso3 ?code }")
        assert 'id:Egypt dip:iso3 "EGY"' in result.stdout

    def test_a_syntax_error_says_where(self) -> None:
        result = run("query", "SELECT ?m { id:Egypt dip:hasForeignMinister }")
        assert result.exit_code == 1
        assert "not SPARQL near line 1, column 4" in one_line(result)

    def test_a_missing_file(self) -> None:
        result = run("query", "absent.rq")
        assert result.exit_code == 1
        assert one_line(result).startswith("legation: absent.rq: No such file")

    def test_a_format_of_the_other_kind(self) -> None:
        result = run("query", "--format", "csv", "CONSTRUCT WHERE { ?s ?p ?o }")
        assert result.exit_code == 1
        assert "turtle" in one_line(result)


@pytest.mark.usefixtures("shipped")
class TestExport:
    @pytest.mark.parametrize("form", ["turtle", "ntriples", "jsonld", "rdfxml"])
    def test_the_closed_graph_as_one_file(
        self, form: str, tmp_path: Path, shipped: Snapshot
    ) -> None:
        path = tmp_path / "graph"
        assert run("export", "--format", form, "-o", str(path)).exit_code == 0
        data = set(parse(path.read_bytes(), format=GRAPHS[form]))
        assert len(data) == shipped.manifest["triples"]

    def test_a_place_that_cannot_be_written(self, tmp_path: Path) -> None:
        result = run("export", "-o", str(tmp_path / "absent" / "graph.ttl"))
        assert result.exit_code == 1
        assert "No such file" in one_line(result)


class TestCheck:
    def test_broken_turtle_is_named_with_its_line(self, tmp_path: Path) -> None:
        path = tmp_path / "broken.ttl"
        path.write_text("this is not Turtle")
        result = run("check", str(path))
        assert result.exit_code == 1
        assert f"{path}:1: Violation syntax: not Turtle" in result.output

    def test_a_missing_file_is_named(self) -> None:
        result = run("check", "absent.ttl")
        assert result.exit_code == 1
        assert "absent.ttl: Violation syntax: no such file" in result.output

    def test_usage(self) -> None:
        assert run("check", "--reasoner", "none").exit_code == 2


def test_no_progress_and_no_colour_away_from_a_terminal(shipped: Snapshot, root: Path) -> None:
    done = subprocess.run(
        [root / ".venv/bin/legation", "build"], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert shipped.digest[:12] in done.stdout
