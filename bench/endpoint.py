"""The endpoint: ours beside ``oxigraph serve`` and rdflib-endpoint, all up on the same data.

wrk is the load. Rounds are interleaved: in each, every server takes its turn; what is printed are
medians, and ratios are medians of the ratios within a round. Before the rounds each server has the
same load once that doesn't count. Our cache is off, except where the same query is repeated.
"""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

import rich.console

from bench.diplomacy import snapshot
from bench.goals import Goal
from bench.large import Large, measure
from bench.queries import QUERIES, Query, lookup, lookups
from bench.servers import Endpoint, check, rest, started
from bench.table import Table, number, show, write, yes

SMALL, LARGE = 20_000, 1_000_000
OURS, OURS_KEPT, OXIGRAPH, RDFLIB = (
    "legation",
    "legation, cache",
    "oxigraph",
    "rdflib-endpoint",
)
PACKAGES = frozenset(("oxigraph", "rdflib-endpoint"))
"""What the peers need."""
REPEATED, DISTINCT = "repeated lookup", "distinct lookups"
_SCRIPT = Path(__file__).with_name("load.lua")
_PORT = 7300
_LONGEST = 15.0
"""Seconds that a measurement takes at most."""


@dataclass(frozen=True)
class Plan:
    """What is measured: sizes in triples, servers, connections, rounds, the least seconds of a
    measurement, and whether the results are written to ``bench/results``."""

    sizes: tuple[int, ...]
    servers: tuple[str, ...]
    connections: tuple[int, ...]
    rounds: int
    seconds: float
    keep: bool


FULL = Plan((SMALL, LARGE), (OURS, OURS_KEPT, OXIGRAPH, RDFLIB), (1, 8, 32), 5, 2.0, True)
QUICK = Plan((3_000,), (OURS, OURS_KEPT), (2,), 1, 1.0, False)


@dataclass(frozen=True)
class Load:
    """What wrk saw: requests in a second, milliseconds, requests refused and failed."""

    rate: float
    p50: float
    p99: float
    refused: int
    failed: int


@dataclass
class Result:
    """The rounds of one server under one load."""

    size: int
    work: str
    kind: str
    connections: int
    server: str
    rounds: list[Load] = field(default_factory=list)

    def median(self, name: str) -> float:
        """The median of one column."""
        return float(median(getattr(load, name) for load in self.rounds))


def run(plan: Plan) -> None:
    """Measure, print and write."""
    console = rich.console.Console(stderr=True)
    results: list[Result] = []
    large: list[Large] = []
    for size in plan.sizes:
        with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
            folder = Path(name)
            console.print(f"{size:,} triples: generating and loading")
            snapshot(folder, size)
            servers = {
                server: stack.enter_context(started(server, folder, _PORT + at))
                for at, server in enumerate(plan.servers)
            }
            for work, queries in _works(folder).items():
                turn = [servers[name] for name in plan.servers if _takes_part(name, work, size)]
                check(turn, queries[0])
                if queries[0].kind == "large":
                    console.print(f"{size:,} triples: {work}")
                    large += measure(size, turn, queries[0], plan.rounds)
                else:
                    results += _measure(size, work, queries, turn, plan, folder, console)
    met = list(goals(results, large))
    tables = [
        _table(results),
        Table("20 MB of JSON", Large.COLUMNS, tuple(each.row() for each in large)),
        Table("Goals", ("Goal", "Wanted", "Measured", "Met"), tuple(met)),
    ]
    show(tables)
    if plan.keep:
        packages = ("legation", "granian", "oxigraph", "pyoxigraph", "rdflib", "rdflib-endpoint")
        data = {
            "goals": met,
            "results": [asdict(result) for result in results],
            "large": [asdict(each) for each in large],
        }
        write("endpoint", tables, data, packages)


def _works(folder: Path) -> dict[str, list[Query]]:
    claims = (folder / "asserted.nt").read_bytes().count(b"ontology#states> ")
    works = {DISTINCT: lookups(claims), REPEATED: [lookup(7)]}
    return works | {name: [query] for name, query in QUERIES.items()}


def _takes_part(server: str, work: str, size: int) -> bool:
    """With the cache or without; and rdflib, which can't be stopped once it has begun, only where
    it answers in reasonable time."""
    if server in (OURS, OURS_KEPT):
        return (server == OURS_KEPT) == (work == REPEATED)
    return server != RDFLIB or size < LARGE or work in (DISTINCT, REPEATED)


def _measure(
    size: int,
    work: str,
    queries: list[Query],
    servers: list[Endpoint],
    plan: Plan,
    folder: Path,
    console: rich.console.Console,
) -> list[Result]:
    found: list[Result] = []
    slow = dict.fromkeys((server.name for server in servers), 0.0)
    for connections in plan.connections:
        console.print(f"{size:,} triples: {work}, {connections} connections")
        case = [Result(size, work, queries[0].kind, connections, each.name) for each in servers]
        for turn in range(1 + plan.rounds):
            for server, result in zip(servers, case, strict=True):
                some = slow[server.name] * max(4 * connections, 10)
                seconds = min(max(plan.seconds, some), _LONGEST)
                load = _load(server, queries, connections, seconds, folder)
                if turn > 0:  # the first is for warming up
                    result.rounds.append(load)
                rest(server)
        if not found:
            slow = {result.server: result.median("p50") / 1000 for result in case}
        found += case
    return found


def _load(
    server: Endpoint, queries: list[Query], connections: int, seconds: float, folder: Path
) -> Load:
    targets = folder / "targets"
    targets.write_text("".join(f"{query.target(server.path)}\n" for query in queries), "ascii")
    command = (
        *("wrk", "--threads", "1", "--connections", str(connections)),
        *("--duration", f"{seconds:.0f}", "--timeout", "60", "--script", str(_SCRIPT)),
        *(f"http://127.0.0.1:{server.port}", "--", str(targets), queries[0].accept),
    )
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout.strip().splitlines()[-1])
    rate = said["requests"] / said["seconds"]
    return Load(rate, said["p50"], said["p99"], said["refused"], said["failed"])


def ratio(one: Result, other: Result) -> float:
    """The median of the ratios of requests in a second within a round."""
    return median(a.rate / b.rate for a, b in zip(one.rounds, other.rounds, strict=True) if b.rate)


def _pairs(results: list[Result], peer: str) -> Iterator[tuple[Result, float]]:
    """Our results and by how much they surpass the peer's."""
    at = {(each.size, each.work, each.connections, each.server): each for each in results}
    for each in results:
        theirs = at.get((each.size, each.work, each.connections, peer))
        if each.server in (OURS, OURS_KEPT) and theirs is not None:
            yield each, ratio(each, theirs)


def goals(results: list[Result], large: list[Large]) -> Iterator[Goal]:
    """The promises that the results allow to judge."""
    for ours, value in _pairs(results, OXIGRAPH):
        wanted = 0.3 if ours.work == DISTINCT else 0.9
        if ours.work == REPEATED:
            wanted = {8: 0.9, 32: 1.2}.get(ours.connections, 0.0)
        if ours.size == LARGE and wanted and ours.kind != "construct":
            yield _goal(ours, OXIGRAPH, wanted, value)
    for ours, value in _pairs(results, RDFLIB):
        if ours.size == SMALL and ours.kind in ("lookup", "aggregate"):
            yield _goal(ours, RDFLIB, 12 if ours.kind == "lookup" else 15, value)
    lost = sum(load.refused + load.failed for each in results for load in each.rounds)
    ours_lost = sum(
        load.refused + load.failed
        for each in results
        if each.server in (OURS, OURS_KEPT)
        for load in each.rounds
    )
    yield "requests that failed, ours", "0", f"{ours_lost} of all {lost}", yes(ours_lost == 0)
    yield from _large_goals({each.server: each for each in large if each.size == LARGE})


def _goal(ours: Result, peer: str, wanted: float, value: float) -> Goal:
    what = f"{ours.work} against {peer}, {ours.size:,}, {ours.connections} connections"
    return what, f"≥ {wanted:g} ×", f"{value:.3g} ×", yes(value >= wanted)


def _large_goals(large: dict[str, Large]) -> Iterator[Goal]:
    if OURS not in large:
        return
    ours = large[OURS]
    if OXIGRAPH in large:
        pairs = zip(ours.seconds, large[OXIGRAPH].seconds, strict=True)
        value = median(one / other for one, other in pairs)
        yield "20 MB of JSON against oxigraph serve", "≤ 1.3 ×", f"{value:.3g} ×", yes(value <= 1.3)
    first = max(ours.first)
    yield "20 MB of JSON, first byte", "≤ 50 ms", f"{first * 1000:.3g} ms", yes(first <= 0.05)
    yield "four such clients", "≤ 32 MB", f"{ours.growth:.3g} MB", yes(ours.growth <= 32)


def _table(results: list[Result]) -> Table:
    ratios = {
        (ours.size, ours.work, ours.connections, peer): value
        for peer in (OXIGRAPH, RDFLIB)
        for ours, value in _pairs(results, peer)
    }
    rows = []
    for each in results:
        times = ratios.get((each.size, each.work, each.connections, each.server))
        rows.append(
            (
                f"{each.size:,} {each.work}",
                each.server,
                str(each.connections),
                number(each.median("rate")),
                number(each.median("p50")),
                number(each.median("p99")),
                f"{times:.3g} ×" if times is not None else "",
                str(sum(load.refused + load.failed for load in each.rounds) or ""),
            )
        )
    columns = ("Work", "Server", "Connections", "Requests/s", "p50, ms", "p99, ms")
    return Table("Endpoint", (*columns, "Ours is", "Failed"), tuple(rows), _NOTE)


_NOTE = (
    "Work: triples asserted, and what is asked. Ours is: so many times as fast as this server. "
    "Failed: answers other than 2xx, broken or later than 60 s, over all rounds."
)
