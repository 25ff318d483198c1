"""``docs/editing.md``, done as it stands: each step passes, each mistake is reported as printed."""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Quad, QueryResultsFormat, QuerySolutions, Store

import graph.check
from graph.check import Report, check
from graph.format import file_in_form
from graph.pipeline import run
from graph.sources import read
from ontology import PREFIXES
from ontology.examples import questions
from server.cli import main

ROOT = Path(__file__).parent.parent
PACKAGES = ("ontology", "graph", "shapes")
SLUG = "ruritania-freedonia"


@dataclass(frozen=True)
class Step:
    """One block of the page: ``kind`` is the language of its fence, or *mistake* for a row."""

    section: str
    kind: str
    path: str
    text: str
    instead: str = ""
    says: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.section}: {self.instead} → {self.text or 'nothing'}"


_BLOCK = re.compile(
    r"^## (?P<section>[^\n]+)$"
    r"|\bIn\s`(?P<path>[^`]+)`:$"
    r"|^```(?P<kind>\w+)\n(?P<text>.*?)^```$"
    r"|^\| `(?P<instead>[^|\n]+)` \| (?:`(?P<written>[^|\n]+)`)? ?\| (?P<says>[^|\n]+) \|$",
    re.M | re.S,
)


def steps() -> Iterator[Step]:
    """What the page does, in its order."""
    page = (ROOT / "docs/editing.md").read_text("utf-8")
    section = path = ""
    for found in _BLOCK.finditer(page):
        match found.groupdict():
            case {"section": str(title)}:
                section = title
            case {"path": str(name)}:
                path = name
            case {"kind": str(kind), "text": text} if section:
                yield Step(section, kind, path, text)
            case {"instead": str(instead), "written": written, "says": says}:
                lines = tuple(line.strip() for line in says.split("<br>"))
                yield Step(section, "mistake", path, written or "", instead, lines)


STEPS = tuple(steps())
MISTAKES = [step for step in STEPS if step.kind == "mistake"]
SECTIONS = tuple(dict.fromkeys(step.section for step in STEPS))
SHAPES = {step.section for step in STEPS if step.path.startswith("shapes/")}
"""Sections that change shapes. Those in force are the installed ones: a process sees the others."""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of the packages of its own, committed to git as they are here."""
    folder = tmp_path_factory.mktemp("editing")
    for name in (*PACKAGES, "server"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "static")
        )
    (folder / ".gitignore").write_text("__pycache__/\n.cache/\n")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "as it is")
    return folder


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Editor", "-c", "user.email=editor@example.org")
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True)


@pytest.fixture(autouse=True)
def _the_form_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes against the same commit have one answer; most files never change here."""
    monkeypatch.setattr(graph.check, "file_in_form", remembered)


remembered = cache(file_in_form)


def edited(repository: Path, section: str) -> Path:
    """The checkout once everything up to the end of a section is done."""
    git(repository, "checkout", "--quiet", ".")
    git(repository, "clean", "--quiet", "-d", "--force")
    last = SECTIONS.index(section)
    for step in STEPS:
        if SECTIONS.index(step.section) <= last:
            do(step, repository)
    return repository


def do(step: Step, checkout: Path) -> None:
    file = checkout / step.path
    match step.kind:
        case "text":
            (checkout / "article.txt").write_text(step.text, encoding="utf-8")
            with pytest.MonkeyPatch.context() as here:
                here.chdir(checkout)
                command = ["new-article", SLUG, "--text", "article.txt"]
                assert CliRunner().invoke(main, command).exit_code == 0
            (checkout / "article.txt").unlink()
        case "turtle":
            before = file.read_text("utf-8") + "\n" if file.exists() else ""
            file.write_text(before + step.text, encoding="utf-8")
        case "diff":
            lines = step.text.splitlines(keepends=True)
            old, new = ("".join(x[1:] for x in lines if x[0] == mark) for mark in "-+")
            replace(file, old, new)


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    head, _, tail = text.rpartition(old)  # what the page adds stands last
    file.write_text(head + new + tail, encoding="utf-8")


def mistaken(step: Step, checkout: Path) -> None:
    """Make the mistake in the file of the section that has the text, the last one if several do."""
    files = [s.path for s in STEPS if s.section == step.section and s.kind in ("turtle", "diff")]
    file = next(
        checkout / path
        for path in reversed(files)
        if any(step.instead in s.text for s in STEPS if s.path == path and s.kind != "mistake")
    )
    replace(file, step.instead, step.text)


def told(report: Report) -> set[str]:
    """What a report says of mistakes, without places, as the page prints it."""
    return {
        str(problem).removeprefix(f"{problem.place}: ")
        for problem in report.problems
        if problem.severity != "Info" and problem.rule not in ("form", "sentence-claimed")
    }


def legation(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process that has the checkout's own packages."""
    code = "from server.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_page_tells_of_every_edit_that_an_editor_makes() -> None:
    assert SECTIONS == (
        "A new article",
        "A state",
        "An official with a tenure",
        "An act with its claim",
        "A new kind of act",
        "A question",
    )
    assert len(MISTAKES) > 25


def test_a_new_article_makes_the_files_that_the_page_lists(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited(repository, "A new article")
    git(repository, "checkout", "--quiet", ".")
    git(repository, "clean", "--quiet", "-d", "--force")
    (text,) = [step.text for step in STEPS if step.kind == "text"]
    (shown,) = [s.text for s in STEPS if s.section == "A new article" and s.kind == "console"]
    (repository / "article.txt").write_text(text, encoding="utf-8")
    monkeypatch.chdir(repository)
    command, _, output = shown.partition("\n")
    assert command.startswith("$ .venv/bin/legation new-article ")
    assert CliRunner().invoke(main, command.split()[2:]).output == output


@pytest.mark.slow
@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_done_passes_and_is_in_form(section: str, repository: Path) -> None:
    report = check(root=edited(repository, section))
    assert not report.fails()
    open_sentences = [p.rule for p in report.problems if p.severity == "Warning"]
    left = dict(zip(SECTIONS, (4, 4, 2, 1, 0, 0), strict=True))
    assert open_sentences == ["sentence-claimed"] * left[section]


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_a_mistake_is_reported_as_the_page_prints_it(mistake: Step, repository: Path) -> None:
    checkout = edited(repository, mistake.section)
    mistaken(mistake, checkout)
    if mistake.section in SHAPES:
        lines = legation(checkout, "check").stdout.partition("\n\n")[0].splitlines()
        found = {
            re.sub(r"^\S+: (?=(Clash|Violation|Warning) )", "", line)
            for line in lines
            if " Info " not in line and " form: " not in line
        }
    else:
        found = told(check(root=checkout))
    assert found == set(mistake.says)


@pytest.mark.slow
def test_all_of_it_passes_strictly_and_diff_says_what_it_brought(repository: Path) -> None:
    checkout = edited(repository, "A question")
    checked = legation(checkout, "check", "--strict")
    assert checked.returncode == 0, checked.stdout
    (shown,) = [s.text for s in STEPS if s.section == "A new kind of act" and s.kind == "console"]
    output = legation(checkout, "diff", "HEAD", ".").stdout.splitlines()
    expected = [line for line in shown.splitlines()[1:] if line != "…"]
    assert [line for line in output if line in expected] == expected


def test_the_question_is_answered_by_its_rows(repository: Path) -> None:
    checkout = edited(repository, "A question")
    turtle, rows = (step.text for step in STEPS if step.section == "A question")
    closed = run(read(checkout))
    store = Store()
    store.extend(
        Quad(q.subject, q.predicate, q.object) for q in (*closed.asserted, *closed.inferred)
    )
    (query,) = re.findall(r'sh:select """(.*?)"""', turtle, re.S)
    answer = store.query(query, prefixes=PREFIXES)
    assert isinstance(answer, QuerySolutions)
    table = (answer.serialize(format=QueryResultsFormat.CSV) or b"").decode()
    assert list(csv.reader(io.StringIO(table))) == list(csv.reader(io.StringIO(rows)))


def test_the_number_of_the_question_is_the_next() -> None:
    (path,) = [s.path for s in STEPS if s.section == "A question" and s.kind == "turtle"]
    assert Path(path).name.startswith(f"{len(questions()) + 1:02}-")
