"""What a run gave, and what the project promises of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bench.table import yes

SMALL, MIDDLE, LARGE = 10_000, 100_000, 1_000_000
"""The sizes of data sets, in triples."""

Goal = tuple[str, str, str, str]
"""What is promised, the bound, what was measured, and whether it was met."""


@dataclass
class Result:
    """The measurements of one reasoner on one data set."""

    data: str
    triples: int
    peer: str
    rounds: list[dict[str, float] | None] = field(default_factory=list)
    """CPU seconds and MB of each round; None where it was not measured."""
    once: dict[str, Any] = field(default_factory=dict)
    failed: str = ""

    def median(self, name: str) -> float | None:
        """The median of one column."""
        values = [one[name] for one in self.rounds if one]
        return median(values) if values else None


def goals(results: list[Result]) -> Iterator[Goal]:
    """The promises that the results allow to judge."""
    at = {(result.data, result.triples, result.peer): result for result in results}
    for peer, size, column, wanted in (
        ("owlrl", SMALL, "closure", 1000),
        ("reasonable", MIDDLE, "closure", 40),
        ("sparq-rdf", LARGE, "closure", 3),
        ("sparq-rdf", LARGE, "all", 1),
    ):
        ours, theirs = (at.get(("university", size, name)) for name in ("legation", peer))
        if ours and theirs and (value := ratio(theirs, ours, column)) is not None:
            what = "closure" if column == "closure" else "import, load and closure"
            name = f"{what} against {peer}, university {size:,}"
            yield name, f"≥ {wanted:,} ×", f"{value:,.3g} ×", yes(value >= wanted)
    small, middle, large = (at.get(("university", n, "legation")) for n in (SMALL, MIDDLE, LARGE))
    if small and (value := small.median("all")) is not None:
        name = f"import, load and closure, university {SMALL:,}"
        yield name, "≤ 0.3 s", f"{value:.3f} s", yes(value <= 0.3)
    if middle and large and (value := ratio(large, middle, "all")) is not None:
        value *= MIDDLE / LARGE
        name = f"cost of a triple at {LARGE:,} against {MIDDLE:,}"
        yield name, "≤ 1.5 ×", f"{value:.2f} ×", yes(value <= 1.5)
    for result in results:
        if result.peer == "legation":
            yield from _promises(result)


def ratio(one: Result, other: Result, column: str) -> float | None:
    """The median of the ratios within a round; None if no round has both."""
    pairs = zip(one.rounds, other.rounds, strict=True)
    ratios = [a[column] / b[column] for a, b in pairs if a and b]
    return median(ratios) if ratios else None


_AT_MOST: tuple[tuple[str, str, float], ...] = (
    ("insert", "insert of one triple", 2),
    ("delete", "delete of one triple", 20),
    ("proof", "proof, median", 1),
    ("slowest", "slowest proof", 100),
)
_SAID: tuple[tuple[str, str, str, Callable[[Any], bool]], ...] = (
    ("complete", "complete", "100 %", lambda value: value == 1),
    ("extra", "nothing extra", "0", lambda value: value == 0),
    ("exact", "exact deletion", "yes", bool),
    ("batches", "same closure from random batches", "yes", bool),
)


def _promises(result: Result) -> Iterator[Goal]:
    where = f"{result.data} {result.triples:,}"
    for key, what, most in _AT_MOST:
        if result.triples == MIDDLE and key in result.once:
            value = float(result.once[key])
            yield f"{what}, {where}", f"≤ {most:g} ms", f"{value:.3g} ms", yes(value <= most)
    for key, what, wanted, met in _SAID:
        if key in result.once:
            value = result.once[key]
            said = {True: "yes", False: "no"}[value] if isinstance(value, bool) else f"{value:.6g}"
            measured = f"{value:.2%}" if key == "complete" else said
            yield f"{what}, {where}", wanted, measured, yes(met(value))
