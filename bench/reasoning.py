"""The closure: ours beside owlrl, reasonable and sparq-rdf, on every data set.

Each measurement has a process of its own. Rounds are interleaved: in each, every reasoner takes its
turn; what is printed are medians, and ratios are medians of the ratios within a round.
"""

import json
import re
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import rich.console

from bench.goals import LARGE, MIDDLE, SMALL, Result, goals
from bench.table import Table, number, show, write

_LONG = 20.0
"""A measurement that takes so many seconds is taken once."""


@dataclass(frozen=True)
class Plan:
    """What is measured: data sets with sizes, reasoners, rounds; after how many seconds a process
    is killed; and whether the results are written to ``bench/results``."""

    cases: tuple[tuple[str, int], ...]
    peers: tuple[str, ...]
    rounds: int
    limit: float
    keep: bool


FULL = Plan(
    cases=(
        ("university", SMALL),
        ("university", MIDDLE),
        ("university", LARGE),
        ("diplomacy", SMALL),
        ("diplomacy", MIDDLE),
        ("diplomacy", LARGE),
        ("chains", SMALL),
        ("chains", MIDDLE),
        ("same", SMALL),
        ("same", MIDDLE),
        ("vocabulary", SMALL),
        ("long chain", 2_001),
    ),
    peers=("owlrl", "reasonable", "sparq-rdf", "legation"),
    rounds=5,
    limit=200,
    keep=True,
)
QUICK = Plan(
    cases=tuple(
        (name, 300) for name in ("university", "diplomacy", "chains", "same", "vocabulary")
    ),
    peers=("owlrl", "legation"),
    rounds=1,
    limit=60,
    keep=False,
)


def run(plan: Plan) -> None:
    """Measure, print and write."""
    console = rich.console.Console(stderr=True)
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, size in plan.cases:
            path = Path(folder) / f"{name.replace(' ', '-')}-{size}.ttl"
            _python("bench.data", name, str(size), str(path), limit=plan.limit)
            triples = path.read_bytes().count(b"\n")
            peers = [peer for peer in plan.peers if peer != "owlrl" or size <= SMALL]
            case = [Result(name, triples, peer) for peer in peers]
            for number in range(plan.rounds):
                console.print(f"{name} {triples:,}: round {number + 1} of {plan.rounds}")
                for result in case:
                    _round(result, path, plan.limit)
            for result in case:
                if not result.failed:
                    console.print(f"{name} {triples:,}: {result.peer}")
                    _once(result, path, plan.limit)
            if size <= SMALL:
                _compare(case, path)
            results += case
            for file in Path(folder).iterdir():
                file.unlink()
    met = list(goals(results))
    tables = [_table(results), Table("Goals", ("Goal", "Wanted", "Measured", "Met"), tuple(met))]
    show(tables)
    if plan.keep:
        packages = ("legation", "numpy", "owlrl", "rdflib", "reasonable", "sparq-rdf")
        data = {"goals": met, "results": [asdict(result) for result in results]}
        write("reasoning", tables, data, packages)


def _python(module: str, *arguments: str, limit: float) -> str:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=True)
    return done.stdout


def _measure(kind: str, result: Result, path: Path, limit: float) -> dict[str, Any]:
    """One measurement; a failure is noted in the result, and gives nothing."""
    try:
        return dict(json.loads(_python("bench.worker", kind, result.peer, str(path), limit=limit)))
    except subprocess.TimeoutExpired:
        result.failed = result.failed or f"killed at {limit:.0f} s ({kind})"
    except subprocess.CalledProcessError as error:
        result.failed = result.failed or f"{failure(error.returncode, error.stderr)} ({kind})"
    return {}


def failure(status: int, said: str) -> str:
    """Why a process failed, in a few words, from its exit status and standard error."""
    if re.search(r"MemoryError|memory allocation of \d+ bytes failed|bad_alloc", said):
        return "out of memory"
    if "panicked at" in said or "PanicException" in said:
        return "panicked"
    if names := re.findall(r"^(?:\w+\.)*(\w+)(?:: .*)?$", said.rpartition("Traceback")[2], re.M):
        return str(names[0])
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"


def _round(result: Result, path: Path, limit: float) -> None:
    slow = any(one and one["all"] > _LONG for one in result.rounds)
    skip = result.failed or slow
    result.rounds.append(None if skip else _measure("closure", result, path, limit) or None)


def _once(result: Result, path: Path, limit: float) -> None:
    """What need not be repeated."""
    if inferred := _measure("inferred", result, path, limit):
        result.once |= inferred
        path.with_suffix(".inferred").rename(path.with_suffix(f".{result.peer}"))
    if result.peer != "owlrl" and result.triples <= MIDDLE:
        result.once |= _measure("changes", result, path, limit)
        if result.triples <= SMALL:
            result.once |= _measure("exact", result, path, limit)
    if result.peer == "legation":
        if result.triples <= MIDDLE:
            result.once |= _measure("proofs", result, path, limit)
        if result.data != "long chain":
            result.once |= _measure("batches", result, path, limit)


def _compare(case: list[Result], path: Path) -> None:
    """Completeness against owlrl, where it was measured."""
    found = {
        result.peer: set(path.with_suffix(f".{result.peer}").read_text("utf-8").splitlines())
        for result in case
        if "inferred" in result.once
    }
    if "owlrl" in found:
        expected = found["owlrl"]
        for result in case:
            if result.peer in found:
                both = found[result.peer] & expected
                result.once["complete"] = len(both) / len(expected)
                result.once["extra"] = len(found[result.peer]) - len(both)


COLUMNS = (
    *("Data", "Reasoner", "All, s", "Closure, s", "MB", "Inferred", "Complete", "Extra"),
    *("Insert, ms", "Delete, ms", "Exact", "Proof, ms", "Note"),
)
_NOTE = (
    "All: CPU seconds of a fresh process for import, load and closure. Closure: of these, from "
    "loaded triples to all inferred ones in memory. MB: the most memory up to there. Inferred: "
    "without noise. Complete: the share of the inferences of owlrl that were found. Extra: those "
    "that owlrl has not. Insert, Delete: one triple, until the closure is up to date; median over "
    "random triples. Exact: whether deletions leave what follows from the rest and nothing else. "
    "Proof: of an inferred triple, median and slowest."
)


def _table(results: list[Result]) -> Table:
    rows = []
    for result in results:
        get = result.once.get
        rows.append(
            (
                f"{result.data} {result.triples:,}",
                result.peer,
                number(result.median("all")),
                number(result.median("closure")),
                number(result.median("memory")),
                f"{get('inferred'):,}" if "inferred" in result.once else "",
                f"{get('complete'):.2%}" if "complete" in result.once else "",
                f"{get('extra'):,}" if "extra" in result.once else "",
                number(get("insert")),
                number(get("delete")),
                {True: "yes", False: "no", None: ""}[get("exact")],
                f"{get('proof'):.2f} / {get('slowest'):.1f}" if "proof" in result.once else "",
                result.failed,
            )
        )
    return Table("Closure", COLUMNS, tuple(rows), _NOTE)
