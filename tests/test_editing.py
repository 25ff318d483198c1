"""The editors' guide, carried out with the commands that it names: what it adds passes every check,
and what it calls a mistake is reported in the words that it prints."""

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store
from rdflib import Graph

from graph.pipeline import Closed, run
from graph.sources import read
from ontology import PREFIXES

ROOT = Path(__file__).parent.parent
SLUG = "ruritania-note"
NAMES = PREFIXES | {"c": f"{PREFIXES['id']}{SLUG}/"}
HEADER = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in NAMES.items())


class Block(NamedTuple):
    """A fenced block of the guide with a comment before it: what the comment says, and the text.

    ``output`` is the block of plain text that follows at once: what ``check`` prints.
    """

    mark: str
    detail: str
    text: str
    output: str


def blocks() -> list[Block]:
    guide = (ROOT / "docs" / "editing.md").read_text("utf-8")
    found = re.findall(
        r"<!-- (\w+)(?:: (\S+))? -->\n```\w+\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", guide, re.S
    )
    return [Block(*parts) for parts in found]


def marked(mark: str) -> list[Block]:
    return [block for block in blocks() if block.mark == mark]


MISTAKES = marked("bad")


def legation(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a checkout, with the packages of that checkout."""
    command = [sys.executable, "-c", "from server.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with every step of the guide taken, in its order, and formatted."""
    checkout = tmp_path_factory.mktemp("checkout")
    for name in ("ontology", "graph", "shapes", "server"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, checkout / name, ignore=ignored)
    (text,) = marked("text")
    (checkout / "note.txt").write_text(text.text, "utf-8")
    made = legation(checkout, "new-article", SLUG, "--text", "note.txt")
    assert made.returncode == 0, made.stderr
    for step in marked("good"):
        with (checkout / step.detail).open("a", encoding="utf-8") as file:
            file.write(f"\n{step.text}")
    formatted = legation(checkout, "format")
    assert formatted.returncode == 0, formatted.stderr
    return checkout


@pytest.fixture(scope="module")
def closed(edited: Path) -> Closed:
    return run(read(edited))


@pytest.fixture(scope="module")
def printed(edited: Path) -> dict[Block, str]:
    """What ``check`` prints for each mistake: for a clash alone, since a wrong sameness spreads to
    other findings; for the rest together, each in a file of its own."""
    files = {mistake: f"mistake{number}.ttl" for number, mistake in enumerate(MISTAKES)}
    for mistake, name in files.items():
        (edited / name).write_text(f"{HEADER}\n{mistake.text}", "utf-8")
    clashes = [mistake for mistake in MISTAKES if mistake.output.startswith("Clash")]
    told = {mistake: legation(edited, "check", files[mistake]) for mistake in clashes}
    others = [mistake for mistake in MISTAKES if mistake not in clashes]
    together = legation(edited, "check", *(files[mistake] for mistake in others))
    told |= dict.fromkeys(others, together)
    assert {done.returncode for done in told.values()} == {1}
    return {mistake: done.stdout for mistake, done in told.items()}


def test_every_step_of_the_guide_passes_with_strict(edited: Path) -> None:
    done = legation(edited, "check", "--strict")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed." in done.stdout


def test_what_the_guide_says_follows_is_inferred(closed: Closed) -> None:
    inferred = {(str(q.subject), str(q.predicate), str(q.object)) for q in closed.inferred}
    follows = marked("follows")
    assert follows
    for block in follows:
        for triple in Graph().parse(data=HEADER + block.text, format="turtle"):
            assert tuple(term.n3() for term in triple) in inferred


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.output.split(":")[0])
def test_a_mistake_is_reported_in_the_words_of_the_guide(
    mistake: Block, printed: dict[Block, str]
) -> None:
    findings = [re.sub(r"^\S+:\d+: ", "", line) for line in printed[mistake].splitlines()]
    assert mistake.output.strip()
    for line in mistake.output.strip().splitlines():
        assert line in findings


def test_the_question_of_the_guide_has_the_rows_beside_it(closed: Closed) -> None:
    (step,) = [step for step in marked("good") if step.detail.startswith("ontology/questions/")]
    query = re.search(r'"""(.*)"""', step.text, re.S)
    assert query
    store = Store()
    store.extend((*closed.asserted, *closed.inferred))
    answer = store.query(query[1], prefixes=NAMES, use_default_graph_as_union=True)
    assert isinstance(answer, QuerySolutions)
    found = answer.serialize(format=QueryResultsFormat.CSV)
    assert found
    (rows,) = marked("rows")
    assert found.decode().splitlines() == rows.text.splitlines()


def test_the_terms_of_the_guide_go_into_the_contract_as_they_are_declared(edited: Path) -> None:
    with (ROOT / "tests" / "terms.csv").open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    (terms,) = marked("terms")
    acts = Graph().parse(edited / "ontology" / "acts.ttl")
    dip, rdfs = NAMES["dip"], NAMES["rdfs"]
    values = {(str(s), str(p), str(o)) for s, p, o in acts}
    for row in csv.DictReader(terms.text.splitlines(), columns):
        under = "subClassOf" if row["kind"] == "Class" else "subPropertyOf"
        for relation, column in ((under, "under"), ("domain", "domain"), ("range", "range")):
            if row[column]:
                assert (dip + row["term"], rdfs + relation, dip + row[column]) in values
