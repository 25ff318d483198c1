"""`legation check` says the whole of what can be wrong, where, and what to do."""

import re
from pathlib import Path

import pytest

from graph.check import SEVERITIES, Problem, Report, check
from ontology import PREFIXES

BAD = sorted((Path(__file__).parent / "bad").glob("*.ttl"))


@pytest.fixture(scope="module")
def clean() -> Report:
    return check()


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
    report = check(outside=True)
    assert [str(p) for p in report.problems if p.severity in SEVERITIES[:2]] == []


def test_the_closure_can_be_held_against_owlrl() -> None:
    report = check(against="owlrl")
    (row,) = [row for row in report.rows if row.name == "Against owlrl"]
    assert row.problems == ()


def expected(path: Path) -> tuple[str, str, str, str]:
    """What the first comment of a bad file says must be reported."""
    text = path.read_text("utf-8")
    severity, rule = re.search(r"^# Reports: (\w+) (.+)$", text, re.M).groups()  # type: ignore[union-attr]
    focus = re.search(r"^# Focus: (.+)$", text, re.M)
    words = re.search(r"^# Message contains: (.+)$", text, re.M)
    return severity, rule, focus[1] if focus else "", words[1] if words else ""


def name(subject: str | None) -> str:
    """A subject as a prefixed name, however it was written."""
    text = (subject or "").strip("<>")
    for prefix, namespace in PREFIXES.items():
        if text.startswith(namespace):
            return f"{prefix}:{text[len(namespace) :]}"
    return text


@pytest.mark.slow
@pytest.mark.parametrize("path", BAD, ids=[path.stem for path in BAD])
def test_each_bad_file_is_reported_as_it_says(path: Path) -> None:
    severity, rule, focus, words = expected(path)
    report = check([path])
    found = [
        problem
        for problem in report.problems
        if problem.severity == severity
        and rule in (problem.rule, problem.rule.removeprefix("shapes:"))
        and (not focus or name(problem.subject) == name(focus))
        and words in problem.message
    ]
    told = "\n".join(str(problem) for problem in report.problems if problem.severity != "Info")
    assert found, told
    assert all(problem.path == str(path) for problem in found), found
    assert report.fails() == (severity in ("Clash", "Violation"))
    assert report.fails(strict=True) == (severity != "Info")


def test_a_problem_is_one_line() -> None:
    problem = Problem("Violation", "quote", "a.ttl", 3, "id:x", "says nothing")
    assert str(problem) == "a.ttl:3: Violation quote: id:x: says nothing"
