"""server.keeper and server.reader: processes that queries cannot hang, exhaust or leave."""

import asyncio
import json
import os
import random
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from ctypes.util import find_library
from pathlib import Path
from typing import Any

import pytest

from server.engine import Engine
from server.protocol.plan import QueryPlan
from server.protocol.problem import Problem, StreamBroken
from server.settings import Settings
from server.wire import HELLO, PART, RETIRED, Frame, encode_request, missing, take_frame

EX = "https://example.org/"
THINGS = 2000
PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i ."
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}"
STREAM = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
EVIL = {
    "cartesian COUNT": ENDLESS,
    "ORDER BY over a product": f"SELECT * {{ {PRODUCT} }} ORDER BY ?c ?f ?i",
    "a filter that is never true": f"SELECT * {{ {PRODUCT} FILTER(?c = ?f && ?c != ?f) }}",
    "a property path over everything": "SELECT (COUNT(*) AS ?n) { ?a (<p>|!<p>)* ?b }",
    "a pathological REGEX": f"SELECT * {{ {PRODUCT} "
    'FILTER(REGEX(CONCAT(STR(?c), STR(?f), STR(?i)), "(a+)+(.*x.*)+(.*y.*)+$")) }',
    "a GROUP_CONCAT memory bomb": f"SELECT (GROUP_CONCAT(?c) AS ?all) {{ {PRODUCT} }}",
    "a memory bomb of doubled strings": "SELECT (STRLEN(?z) AS ?n) { BIND(STR(<x>) AS ?a0) "
    + " ".join(f"BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(40))
    + " BIND(?a40 AS ?z) }",
}
CRASH = "SELECT * " + "{" * 20_000 + "}" * 20_000
"""Exhausts the stack of pyoxigraph's parser."""


def plan(query: str, timeout_s: float = 10.0) -> QueryPlan:
    return QueryPlan(
        query=query,
        form="SELECT",
        default_graphs=None,
        named_graphs=None,
        base_iri=EX + "sparql",
        media_type="text/tab-separated-values",
        format="tsv",
        timeout_s=timeout_s,
        cacheable=True,
        max_rows=None,
    )


def lookup(number: int) -> QueryPlan:
    return plan(f"SELECT ?o {{ <thing{number}> <number> ?o }}")


def found(number: int) -> bytes:
    return b"?o\n%d\n" % number


def eventually(condition: Callable[[], bool], within_s: float = 5.0) -> bool:
    until = time.monotonic() + within_s
    pause = threading.Event()
    while not condition() and time.monotonic() < until:
        pause.wait(0.01)
    return condition()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def crowding() -> float:
    """By how much more is asked of the processors than they have: waits grow with it."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def ticks(pid: int) -> int:
    """The processor time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshot")
    with (folder / "dataset.nq").open("w") as file:
        for number in range(THINGS):
            thing = f"<{EX}thing{number}>"
            integer = f'"{number}"^^<http://www.w3.org/2001/XMLSchema#integer>'
            print(f"{thing} <{EX}number> {integer} .", file=file)
            print(f'{thing} <{EX}name> "thing aaaaaaaaaaaaaaa {number}" .', file=file)
            print(f"{thing} <{EX}next> <{EX}thing{(number + 1) % THINGS}> .", file=file)
    (folder / "asserted.nt").touch()
    (folder / "manifest.json").write_text('{"digest": "first"}', "utf-8")
    return folder


@pytest.fixture(scope="module")
def engine(folder: Path) -> Iterator[Engine]:
    settings = Settings(max_concurrent_queries=6, readers=2, reader_memory_mb=192)
    engine = Engine.start(folder, settings)
    yield engine
    engine.close()


def keeper(engine: Engine) -> int:
    assert engine.keeper_pid is not None
    return engine.keeper_pid


def ended(engine: Engine, cause: str, more_than: int) -> Callable[[], bool]:
    return lambda: engine.status().ends.get(cause, 0) > more_than


@pytest.mark.parametrize("evil", EVIL)
def test_evil_is_stopped_at_its_deadline_and_a_light_query_beside_it_answers(
    engine: Engine, evil: str
) -> None:
    stopped: list[tuple[int, float]] = []

    def suffer() -> None:
        start = time.monotonic()
        try:
            engine.run(plan(EVIL[evil], timeout_s=1.0)).close()
        except Problem as problem:
            stopped.append((problem.status, time.monotonic() - start))

    thread = threading.Thread(target=suffer)
    thread.start()
    waits = []
    while thread.is_alive():
        start = time.monotonic()
        assert engine.run(lookup(7)).first == found(7)
        waits.append(time.monotonic() - start)
    [(status, seconds)] = stopped
    assert status in (503, 504)
    assert seconds < 1.0 + 1.5 * crowding()
    assert status == 503 or seconds >= 1.0
    assert max(waits) < crowding()


def test_a_stream_that_passes_its_deadline_breaks(engine: Engine) -> None:
    answer = engine.run(plan(STREAM, timeout_s=0.5))
    with pytest.raises(StreamBroken, match="time limit"):
        for _ in answer:
            pass


def test_a_client_that_reads_nothing_is_cut_off_at_the_deadline(engine: Engine) -> None:
    before = engine.status().ends.get("deadline", 0)
    answer = engine.run(plan(STREAM, timeout_s=0.3))
    assert eventually(ended(engine, "deadline", before))
    with pytest.raises(StreamBroken, match="time limit"):
        for _ in answer:
            pass


def test_the_deadline_holds_when_the_server_itself_has_died(engine: Engine) -> None:
    before = engine.status().ends.get("deadline", 0)
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(str(engine.socket_path))
        hello(server)
        server.sendall(encode_request(plan(ENDLESS), time.monotonic() + 0.3))
    assert eventually(ended(engine, "deadline", before))


def test_a_crash_of_the_evaluator_costs_one_request(engine: Engine) -> None:
    other = engine.run(plan(STREAM + " LIMIT 30000"))
    with pytest.raises(Problem) as caught:
        engine.run(plan(CRASH))
    assert (caught.value.status, caught.value.name) == (503, "reader-lost")
    assert (other.first + b"".join(other)).count(b"\n") == 30_001
    assert engine.run(lookup(1)).first == found(1)


def test_a_reader_killed_in_mid_stream_breaks_that_stream_only(engine: Engine) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(str(engine.socket_path))
        pid = hello(server)["pid"]
        server.sendall(encode_request(plan(STREAM), time.monotonic() + 5))
        server.recv(PART)
        os.kill(pid, signal.SIGKILL)
        while server.recv(PART):
            pass
    assert engine.run(lookup(2)).first == found(2)


def hello(server: socket.socket) -> dict[str, Any]:
    frame = receive(server, bytearray())
    assert frame.kind == HELLO
    return dict(json.loads(frame.payload))


def receive(server: socket.socket, buffer: bytearray) -> Frame:
    while (lacking := missing(buffer)) > 0:
        buffer += server.recv(lacking)
    return take_frame(buffer)


def test_memory_of_a_query_is_capped_and_the_keeper_s_does_not_grow(engine: Engine) -> None:
    def mapped() -> int:
        return int(Path(f"/proc/{keeper(engine)}/statm").read_text().split()[0])

    before = mapped()
    with pytest.raises(Problem) as caught:
        engine.run(plan(EVIL["a memory bomb of doubled strings"], timeout_s=20))
    assert caught.value.status == 503
    assert mapped() == before


def test_a_reader_can_open_nothing_while_it_answers(engine: Engine) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(str(engine.socket_path))
        pid = hello(server)["pid"]
        used = len(os.listdir(f"/proc/{pid}/fd"))
        limits = Path(f"/proc/{pid}/limits").read_text().splitlines()
        [files] = [line.split() for line in limits if line.startswith("Max open files")]
    assert files[3] == files[4] == str(used)


@pytest.mark.parametrize("silent", ["", "SILENT"])
def test_service_reaches_nobody_even_if_it_comes_as_far_as_a_reader(
    engine: Engine, silent: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        url = f"http://127.0.0.1:{other.getsockname()[1]}/"
        query = plan(f"SELECT * {{ SERVICE {silent} <{url}> {{ ?s ?p ?o }} }}")
        if silent:
            assert engine.run(query).first == b"?o\t?p\t?s\n\t\t\n"
        else:
            with pytest.raises(Problem, match="may not reach out"):
                engine.run(query)
        other.setblocking(False)
        with pytest.raises(BlockingIOError):
            other.accept()


def test_a_client_that_goes_away_stops_its_query(engine: Engine) -> None:
    before = engine.status().ends.get("kill", 0)
    engine.run(plan(STREAM)).close()
    assert eventually(ended(engine, "kill", before))


def test_a_cancelled_request_stops_its_query(engine: Engine) -> None:
    before = engine.status().ends.get("kill", 0)

    async def cancel() -> None:
        task = asyncio.create_task(engine.run_async(plan(ENDLESS)))
        while all(ticks(child) < 5 for child in children(keeper(engine))):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert eventually(ended(engine, "kill", before), within_s=1.0)


async def abandoned(engine: Engine, query: str) -> None:
    """Ask, and leave once a reader is at work."""
    task = asyncio.create_task(engine.run_async(plan(query)))
    before = sum(map(ticks, children(keeper(engine))))
    while sum(map(ticks, children(keeper(engine)))) < before + 5:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_an_abandoned_query_that_does_not_end_soon_is_killed(engine: Engine) -> None:
    before = engine.status().ends.get("kill", 0)

    async def scenario() -> None:
        await abandoned(engine, ENDLESS)
        until = time.monotonic() + 8  # before the deadline
        while engine.status().ends.get("kill", 0) == before and time.monotonic() < until:
            await asyncio.sleep(0.05)

    asyncio.run(scenario())
    assert engine.status().ends.get("kill", 0) == before + 1


def test_an_abandoned_query_that_ends_soon_costs_no_reader(engine: Engine) -> None:
    ends = engine.status().ends

    async def scenario() -> None:
        await abandoned(engine, "SELECT (COUNT(*) AS ?n) { ?a <number> ?c . ?d <number> ?f }")
        answer = await engine.run_async(plan(STREAM + " LIMIT 100000"))
        answer.close()
        while any(state(child) == "R" for child in children(keeper(engine))):
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.2)

    asyncio.run(scenario())
    assert not eventually(lambda: engine.status().ends != ends, within_s=0.5)


def state(pid: int) -> str:
    """One letter: ``R`` while a process runs."""
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


def test_the_same_reader_answers_whoever_connects(engine: Engine) -> None:
    """Each reader copies the pages of the store that it visits."""
    assert eventually(lambda: engine.status().free == engine.status().readers)
    pids: Counter[int] = Counter()
    for _ in range(20):
        with socket.socket(socket.AF_UNIX) as server:
            server.connect(str(engine.socket_path))
            pids[hello(server)["pid"]] += 1
        time.sleep(0.01)
    assert pids.most_common(1)[0][1] >= 15


def test_the_keeper_allocates_with_mimalloc_where_there_is_one(engine: Engine) -> None:
    maps = Path(f"/proc/{keeper(engine)}/maps").read_text()
    assert ("libmimalloc" in maps) == (find_library("mimalloc") is not None)


def test_a_silent_connection_gives_its_reader_back(engine: Engine) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(str(engine.socket_path))
        hello(server)
        assert receive(server, bytearray()).kind == RETIRED
        assert server.recv(1) == b""


def test_readers_are_used_again_and_kept_ahead_of_need(engine: Engine) -> None:
    assert eventually(lambda: engine.status().free >= 2)
    forks = engine.status().forks
    for number in range(200):
        assert engine.run(lookup(number)).first == found(number)
    assert engine.status().forks <= forks + 1
    assert engine.status().readers <= 6


def test_random_kills_cost_requests_but_never_a_wrong_answer_or_a_hang(engine: Engine) -> None:
    outcomes: Counter[str] = Counter()
    over = threading.Event()
    chance = random.Random(20)

    def kill() -> None:
        while not over.wait(0.03):
            if readers := children(keeper(engine)):
                os.kill(chance.choice(readers), signal.SIGKILL)

    async def ask(numbers: Iterator[int]) -> None:
        for number in numbers:
            long = number % 4 == 0
            try:
                answer = await engine.run_async(
                    plan(STREAM + " LIMIT 5000") if long else lookup(number)
                )
                whole = answer.first + b"".join([part async for part in answer])
            except Problem as problem:
                outcomes["problem" if problem.name == "reader-lost" else "wrong"] += 1
            except StreamBroken:
                outcomes["broken"] += 1
            else:
                right = whole.count(b"\n") == 5001 if long else whole == found(number)
                outcomes["right" if right else "wrong"] += 1

    async def ask_all() -> None:
        numbers = iter(range(400))
        await asyncio.wait_for(asyncio.gather(*[ask(numbers) for _ in range(4)]), 60)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        asyncio.run(ask_all())
    finally:
        over.set()
        killer.join()
    assert outcomes["wrong"] == 0
    assert outcomes.total() == 400
    assert outcomes["right"] > 200


def test_the_keeper_has_one_thread_so_that_it_may_fork(engine: Engine) -> None:
    assert len(os.listdir(f"/proc/{keeper(engine)}/task")) == 1


def test_a_keeper_that_dies_is_replaced(engine: Engine) -> None:
    old = keeper(engine)
    os.kill(old, signal.SIGKILL)
    assert eventually(lambda: keeper(engine) != old)
    assert engine.run(lookup(3)).first == found(3)
    assert engine.status().restarts == 1


def test_nothing_is_left_when_the_engine_closes(folder: Path) -> None:
    descriptors = len(os.listdir("/proc/self/fd"))
    engine = Engine.start(folder, Settings(max_concurrent_queries=3, readers=2))
    pids = [keeper(engine), *children(keeper(engine))]
    assert len(pids) == 3
    engine.run(lookup(1))
    stream = engine.run(plan(STREAM, timeout_s=0.5))
    engine.close()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert not engine.socket_path.parent.exists()
    stream.close()
    assert len(os.listdir("/proc/self/fd")) == descriptors
