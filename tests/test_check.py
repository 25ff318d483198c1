"""`legation check` says the whole of what can be wrong, where, and what to do."""

import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import graph.check
from graph.check import Problem, Report, check
from graph.format import file_in_form
from server.cli import main

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Bad:
    """A file of tests/bad and what its first comment says must be reported."""

    path: Path
    severity: str
    rule: str
    focus: str | None
    words: str

    @property
    def fails(self) -> bool:
        return self.severity in ("Clash", "Violation")


def bad(path: Path) -> Bad:
    head = path.read_text("utf-8").partition("\n\n")[0]
    said = dict(re.findall(r"^# (Reports|Focus|Message contains): (.+)$", head, re.M))
    severity, _, rule = said["Reports"].partition(" ")
    # What is no Turtle has no subject.
    return Bad(path, severity, rule, said.get("Focus"), said["Message contains"])


BAD = [bad(path) for path in sorted((ROOT / "tests/bad").glob("*.ttl"))]
SAMPLE = (
    "term-without-definition",
    "quote-shifted",
    "tenure-ends-before-it-begins",
    "two-presidents-of-one-tenure",
    "denied-recognition",
    "date-not-edtf",
    "not-turtle",
    "profile-functional-chain",
    "sentence-unclaimed",
    "person-without-wikidata-item",
)
"""One for each stage and each severity; all others are slow."""

ALSO = {
    # Two people of one tenure break its shape, and then turn out to be one.
    "two-presidents-of-one-tenure": {"eq-diff1", "eq-diff3"},
    # A circle goes through two chains.
    "profile-chain-circle": {"OWL 2 DL"},
    # A datatype property of that name is a second kind of property, and CAMEO no datatype.
    "profile-typed-notation": {"OWL 2 DL"},
}
"""What else a bad file cannot help but be reported for."""


@pytest.fixture(autouse=True)
def _the_form_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the files that ship does not depend on the file that is added."""
    monkeypatch.setattr(graph.check, "file_in_form", remembered)


remembered = cache(file_in_form)


@pytest.fixture(scope="module")
def clean() -> Report:
    return check()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The Turtle files in a folder of their own, to be spoilt."""
    for name in ("ontology", "graph", "shapes"):
        ignored = shutil.ignore_patterns("*.py", "__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    return tmp_path


# What ships


def test_what_ships_has_no_clash_no_violation_and_no_warning(clean: Report) -> None:
    assert [str(problem) for problem in clean.problems if problem.severity != "Info"] == []
    assert not clean.fails(strict=True)


def test_every_part_is_in_the_table(clean: Report) -> None:
    assert [row.name for row in clean.rows] == [
        "Turtle",
        "Form",
        "Catalogs",
        "Profile",
        "Structure",
        "Dates",
        "Closure",
        "Rules",
    ]
    assert all(row.looked_at for row in clean.rows)


def test_the_editors_notes_pass_too() -> None:
    assert not check(outside=True).fails()


@pytest.mark.slow
def test_the_closure_can_be_held_against_owlrl() -> None:
    report = check(against="owlrl")
    (row,) = [row for row in report.rows if row.name == "Against owlrl"]
    assert row.problems == ()


# What is wrong


@cache
def reported(path: Path) -> Report:
    return check([path])


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(
            file, id=file.path.stem, marks=() if file.path.stem in SAMPLE else pytest.mark.slow
        )
        for file in BAD
    ],
)
def test_a_bad_file_is_reported_as_it_says_and_for_nothing_else(file: Bad, clean: Report) -> None:
    new = set(reported(file.path).problems) - set(clean.problems)
    told = "\n".join(map(str, new))
    found = [
        problem
        for problem in new
        if (problem.severity, problem.rule) == (file.severity, file.rule)
        and problem.subject == file.focus
        and file.words in problem.message
    ]
    assert found, told
    others = {p.rule for p in new if p.severity != "Info"} - {file.rule}
    assert others <= ALSO.get(file.path.stem, set()), told
    again = [p for p in new if p.severity != "Info" and p.rule == file.rule and p not in found]
    assert not again or file.rule in ALSO.get(file.path.stem, set()), told


@pytest.mark.parametrize("name", SAMPLE)
def test_a_clash_or_a_violation_fails_a_warning_only_strictly_an_information_never(
    name: str,
) -> None:
    file = bad(ROOT / f"tests/bad/{name}.ttl")
    report = reported(file.path)
    assert report.fails() == file.fails
    assert report.fails(strict=True) == (file.severity != "Info")


def test_the_sample_has_every_severity() -> None:
    stems = {file.path.stem: file.severity for file in BAD}
    assert {stems[name] for name in SAMPLE} == {"Clash", "Violation", "Warning", "Info"}


def test_no_message_has_a_bare_iri_of_ours_or_spans_lines() -> None:
    for name in SAMPLE:
        for problem in reported(ROOT / f"tests/bad/{name}.ttl").problems:
            assert "w3id.org/legation" not in str(problem)
            assert "\n" not in str(problem)


def test_a_problem_is_told_where_it_stands() -> None:
    path = ROOT / "tests/bad/quote-shifted.ttl"
    (problem,) = [p for p in reported(path).problems if p.severity == "Violation"]
    assert problem.line is not None
    assert path.read_text("utf-8").splitlines()[problem.line - 1].startswith("t:new a dip:Claim")


def test_a_clash_says_what_it_follows_from() -> None:
    path = ROOT / "tests/bad/tenure-with-caller.ttl"
    (problem,) = [p for p in reported(path).problems if p.severity == "Clash"]
    assert "“act”" in problem.message
    assert "“tenure”" in problem.message
    assert problem.message.endswith(
        "it follows from id:kanaani-spokesperson dip:caller id:SamehShoukry"
    )


@pytest.mark.slow
def test_a_clash_that_owlrl_finds_is_told_as_it_tells_it() -> None:
    report = check([ROOT / "tests/bad/self-call.ttl"], reasoner="owlrl")
    assert [p.rule for p in report.problems if p.severity == "Clash"] == ["owlrl"]


def test_a_value_that_its_datatype_does_not_have_is_told_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert check([ROOT / "tests/bad/profile-ill-typed-literal.ttl"]).fails()
    assert caplog.records == []


def test_a_file_that_is_not_there_is_one_line() -> None:
    report = check([Path("nowhere.ttl")])
    assert [str(p) for p in report.problems] == ["nowhere.ttl: Violation syntax: no such file"]


# Files of a checkout


@pytest.mark.slow
def test_a_file_out_of_form_is_named_with_the_command_that_helps(checkout: Path) -> None:
    file = checkout / "graph/things/states.ttl"
    file.write_text(file.read_text("utf-8").replace(" ;\n    dip:iso3", " ; dip:iso3   "))
    report = check(root=checkout)
    assert [str(p) for p in report.problems if p.severity == "Warning"] == [
        "graph/things/states.ttl: Warning form: not in form; "
        "run: legation format graph/things/states.ttl"
    ]


@pytest.mark.slow
def test_a_file_that_graph_ttl_does_not_import_is_a_violation(checkout: Path) -> None:
    file = checkout / "graph/things/treaties.ttl"
    shutil.copy(file, file.with_name("pacts.ttl"))
    text = file.read_text("utf-8").replace("things/treaties>", "things/pacts>")
    file.with_name("pacts.ttl").write_text(text)
    problems = [p for p in check(root=checkout).problems if p.rule == "catalog"]
    assert {p.path for p in problems} == {"graph/graph.ttl", "graph/catalog-v001.xml"}
    assert all(p.message.endswith("; run: legation format") for p in problems)


def test_turtle_that_cannot_be_read_is_told_file_by_file(checkout: Path) -> None:
    for name in ("graph/graph.ttl", "ontology/acts.ttl"):
        (checkout / name).write_text("id:Egypt a dip:State\n")
    report = check(root=checkout)
    assert {p.path for p in report.problems} == {"graph/graph.ttl", "ontology/acts.ttl"}
    assert {p.rule for p in report.problems} == {"syntax"}


# The command


@pytest.mark.parametrize(
    ("name", "strict", "code"),
    [
        ("quote-shifted", False, 1),
        ("self-call", False, 1),
        ("sentence-unclaimed", False, 0),
        ("sentence-unclaimed", True, 1),
        ("person-without-wikidata-item", True, 0),
    ],
)
def test_the_exit_code_of_the_command(name: str, strict: bool, code: int) -> None:
    arguments = ["check", str(ROOT / f"tests/bad/{name}.ttl"), *(["--strict"] if strict else [])]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code
    assert result.output.splitlines()[-1] == ("Failed." if code else "Passed.")
    assert re.search(rf"tests/bad/{name}\.ttl:\d+: \w+ \S+: ", result.output)


def test_a_problem_is_one_line() -> None:
    problem = Problem("Violation", "quote", "a.ttl", 3, "id:x", "says nothing")
    assert str(problem) == "a.ttl:3: Violation quote: id:x: says nothing"
