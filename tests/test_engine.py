"""server.engine: one interface to readers, for threads and for an event loop."""

import asyncio
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.engine import Engine
from server.evaluation import Plan, WhyPlan
from server.protocol.plan import GraphPlan, QueryPlan
from server.protocol.problem import Problem, StreamBroken
from server.settings import Settings
from server.supervisor import KeeperFailed

EX = "https://example.org/"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
MEGABYTE = 1 << 20
SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
ASSERTED = f"<{EX}State> {SUBCLASS} <{EX}Actor> .\n<{EX}Iran> {TYPE} <{EX}State> .\n"


def plan(query: str, **fields: Any) -> QueryPlan:
    return QueryPlan(
        **{
            "query": query,
            "form": "SELECT",
            "default_graphs": None,
            "named_graphs": None,
            "base_iri": EX + "sparql",
            "media_type": "application/sparql-results+json",
            "format": "json",
            "timeout_s": 10.0,
            "cacheable": True,
            "max_rows": None,
            **fields,
        }
    )


ASK = plan("ASK {}", form="ASK")


def snapshot(folder: Path, digest: str) -> Path:
    folder.mkdir(exist_ok=True)
    with (folder / "dataset.nq").open("w") as file:
        for number in range(1000):
            print(f'<{EX}{number}> <{EX}name> "name {number} in {digest}" .', file=file)
        print(f'<{EX}1> <{EX}name> "one" <{EX}graph> .', file=file)
    (folder / "asserted.nt").write_text(ASSERTED, "utf-8")
    (folder / "manifest.json").write_text(f'{{"digest": "{digest}"}}', "utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return snapshot(tmp_path_factory.mktemp("data") / "first", "first")


@pytest.fixture(scope="module")
def engine(folder: Path) -> Iterator[Engine]:
    engine = Engine.start(folder, Settings(max_concurrent_queries=6, readers=2))
    yield engine
    engine.close()


@pytest.fixture
def small(folder: Path) -> Iterator[Engine]:
    """An engine that runs two queries at a time."""
    engine = Engine.start(
        folder, Settings(max_concurrent_queries=2, queue_timeout_s=3.0, readers=2)
    )
    yield engine
    engine.close()


def whole(engine: Engine, asked: Plan) -> bytes:
    answer = engine.run(asked)
    return answer.first + b"".join(answer)


async def whole_async(engine: Engine, asked: Plan) -> bytes:
    answer = await engine.run_async(asked)
    return answer.first + b"".join([part async for part in answer])


def in_loop(engine: Engine, asked: Plan) -> bytes:
    return asyncio.run(whole_async(engine, asked))


both = pytest.mark.parametrize("ask", [whole, in_loop], ids=["thread", "event loop"])
Ask = Callable[[Engine, Plan], bytes]


@both
def test_a_short_answer_comes_in_one_part(engine: Engine, ask: Ask) -> None:
    assert ask(engine, ASK) == b'{"head":{},"boolean":true}'
    answer = engine.run(ASK)
    assert (answer.first, list(answer)) == (b'{"head":{},"boolean":true}', [])
    assert (answer.truncated, answer.generation) == (None, "first")
    assert 0 < answer.seconds < 10


@both
def test_a_long_answer_comes_whole_and_in_order(engine: Engine, ask: Ask) -> None:
    query = "SELECT ?s { ?s ?p ?o . ?a ?b ?c } LIMIT 100000"
    tsv = ask(engine, plan(query, format="tsv"))
    assert tsv.count(b"\n") == 100_001
    assert tsv.endswith(b">\n")


@both
def test_a_graph_is_read(engine: Engine, ask: Ask) -> None:
    asked = GraphPlan(EX + "graph", "application/n-triples", "ntriples", 5.0, EX)
    assert ask(engine, asked) == f'<{EX}1> <{EX}name> "one" .\n'.encode()


@both
def test_a_dataset_travels_to_the_reader(engine: Engine, ask: Ask) -> None:
    query = "SELECT ?o { ?s ?p ?o }"
    asked = plan(query, format="tsv", default_graphs=(EX + "graph",), named_graphs=())
    assert ask(engine, asked) == b'?o\n"one"\n'


def why(subject: str, kind: str, syntax: str = "json") -> WhyPlan:
    return WhyPlan(f"<{EX}{subject}>", TYPE, f"<{EX}{kind}>", "", syntax, 5.0)


@both
def test_why_a_triple_holds_is_proved_in_a_reader(engine: Engine, ask: Ask) -> None:
    proof = json.loads(ask(engine, why("Iran", "Actor")))
    assert proof["conclusion"] == [f"<{EX}Iran>", TYPE, f"<{EX}Actor>"]
    assert [step["rule"] for step in proof["steps"]] == ["asserted", "asserted", "cax-sco"]
    assert b"prov:wasDerivedFrom" in ask(engine, why("Iran", "Actor", "turtle"))


@both
def test_a_triple_that_does_not_hold_has_gaps_instead(engine: Engine, ask: Ask) -> None:
    with pytest.raises(Problem) as caught:
        ask(engine, why("Egypt", "Actor"))
    assert caught.value.status == 404
    gap = caught.value.members["gaps"][0]
    assert gap["missing"] == [[f"<{EX}Egypt>", TYPE, f"<{EX}State>"]]


def test_to_ask_why_of_what_is_no_triple_is_the_request_s_fault(engine: Engine) -> None:
    with pytest.raises(Problem) as caught:
        engine.run(WhyPlan("Iran", "a", "State", "", "json", 5.0))
    assert caught.value.status == 400


@both
def test_a_query_of_any_length_and_script_travels_to_the_reader(engine: Engine, ask: Ask) -> None:
    text = "Ελλάδα 中国 🕊" * 50_000
    assert ask(engine, plan(f'SELECT (STRLEN("{text}") AS ?n) {{}}', format="tsv")) == (
        b"?n\n%d\n" % len(text)
    )


@both
def test_a_problem_keeps_its_members_and_costs_no_reader(engine: Engine, ask: Ask) -> None:
    forks = engine.status().forks
    for _ in range(20):
        with pytest.raises(Problem) as caught:
            ask(engine, plan("SELECT * {\n ?s ?p }"))
        assert (caught.value.status, caught.value.members["line"]) == (400, 2)
    assert engine.status().forks <= forks + 2


@pytest.mark.parametrize(("limit", "cut"), [(999, True), (1000, False), (None, None)])
def test_whether_rows_were_cut_is_known_with_the_first_part(
    engine: Engine, limit: int | None, cut: bool | None
) -> None:
    answer = engine.run(plan("SELECT ?s { ?s ?p ?o }", max_rows=limit))
    assert answer.truncated is cut
    answer.close()


def test_the_first_part_does_not_wait_for_the_last(engine: Engine) -> None:
    answer = engine.run(plan(LONG))
    assert len(answer.first) < MEGABYTE
    assert answer.seconds < 1
    answer.close()


def test_an_error_that_comes_late_but_before_the_first_part_is_a_problem(engine: Engine) -> None:
    with pytest.raises(Problem, match="custom function"):
        engine.run(plan("SELECT * { ?s ?p ?o BIND(<f>(?o) AS ?x) }"))


def resident(pid: int) -> int:
    """Bytes of memory that a process keeps for itself."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(pid)


def test_four_long_answers_that_nobody_reads_keep_little_memory(engine: Engine) -> None:
    async def hold() -> None:
        async def one() -> Any:
            return await engine.run_async(plan(LONG))

        (await one()).close()  # what the first query of all allocates does not count
        before = resident(os.getpid())
        answers = [await one() for _ in range(4)]
        parts = [aiter(answer) for answer in answers]
        for _ in range(20):
            for part in parts:
                await anext(part)
        assert resident(os.getpid()) - before < 8 * MEGABYTE
        for answer in answers:
            answer.close()

    asyncio.run(hold())


def test_beyond_the_limit_a_query_waits_its_turn_and_then_gets_503(small: Engine) -> None:
    held = [small.run(plan(LONG)) for _ in range(2)]
    start = time.monotonic()
    with pytest.raises(Problem) as caught:
        small.run(ASK)
    assert (caught.value.status, caught.value.name) == (503, "busy")
    assert caught.value.headers["Retry-After"]
    assert time.monotonic() - start > 0.5
    held[0].close()
    assert whole(small, ASK)
    held[1].close()


def test_beyond_the_limit_an_event_loop_gets_the_same(small: Engine) -> None:
    async def scenario() -> None:
        held = [await small.run_async(plan(LONG)) for _ in range(2)]
        refused = await asyncio.gather(
            *[small.run_async(ASK) for _ in range(20)], return_exceptions=True
        )
        assert {getattr(refusal, "name", refusal) for refusal in refused} == {"busy"}
        waiting = asyncio.create_task(small.run_async(ASK))
        held[0].close()
        assert (await waiting).first
        held[1].close()

    asyncio.run(scenario())


def test_the_time_limit_counts_waiting_for_a_reader(small: Engine) -> None:
    held = [small.run(plan(LONG)) for _ in range(2)]
    start = time.monotonic()
    with pytest.raises(Problem, match="try again"):
        small.run(plan("ASK {}", form="ASK", timeout_s=0.2))
    assert time.monotonic() - start < 10
    for answer in held:
        answer.close()


@pytest.mark.parametrize("is_async", [False, True], ids=["thread", "event loop"])
def test_to_close_an_answer_whose_reader_has_moved_on_stops_nobody_else(
    small: Engine, is_async: bool
) -> None:
    short = plan("SELECT * { ?s ?p ?o }")  # three parts, of which two wait in the socket

    async def scenario() -> None:
        unread = await small.run_async(short) if is_async else small.run(short)
        while small.status().free < 2:
            await asyncio.sleep(0.01)
        others = [small.run(plan(LONG)) for _ in range(2)]
        unread.close()
        for other in others:
            parts = iter(other)
            for _ in range(20):
                assert next(parts)
            other.close()

    asyncio.run(scenario())


def test_many_more_queries_than_readers_are_all_answered(engine: Engine) -> None:
    async def scenario() -> None:
        answers = await asyncio.gather(*[whole_async(engine, ASK) for _ in range(500)])
        assert set(answers) == {b'{"head":{},"boolean":true}'}

    asyncio.run(scenario())
    assert engine.status().waiting == 0


def test_threads_may_share_an_engine(engine: Engine) -> None:
    wrong: list[int] = []

    def work(start: int) -> None:
        for number in range(start, 400, 4):
            got = whole(engine, plan(f"SELECT ?o {{ <{number}> ?p ?o }}", format="csv"))
            if f"name {number} in".encode() not in got:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_engine_outlives_the_event_loops_that_use_it(engine: Engine) -> None:
    for _ in range(3):
        assert in_loop(engine, ASK)


def test_another_process_connects_by_the_socket(engine: Engine) -> None:
    other = Engine.connect(engine.socket_path, Settings())
    assert whole(other, ASK)
    assert (other.generation, other.keeper_pid) == ("first", None)
    other.close()
    assert whole(engine, ASK)


def test_a_reload_fails_no_request_and_changes_the_generation(tmp_path: Path) -> None:
    first, second = (snapshot(tmp_path / digest, digest) for digest in ("first", "second"))
    engine = Engine.start(first, Settings(max_concurrent_queries=6, readers=2))
    seen: Counter[str] = Counter()

    async def ask(done: asyncio.Event) -> None:
        while not done.is_set():
            answer = await engine.run_async(plan("SELECT ?o { <5> ?p ?o }", format="tsv"))
            assert answer.first == f'?o\n"name 5 in {answer.generation}"\n'.encode()
            seen[answer.generation] += 1

    async def scenario(change: Awaitable[None]) -> None:
        done = asyncio.Event()
        clients = [asyncio.create_task(ask(done)) for _ in range(4)]
        long = await engine.run_async(plan(LONG + " LIMIT 100000", format="tsv"))
        await change
        rest = b"".join([part async for part in long])
        assert (long.first + rest).count(b"\n") == 100_001  # it went on with the old data
        while seen["second"] < 100:
            await asyncio.wait([*clients], timeout=0.01)
        done.set()
        await asyncio.gather(*clients)

    async def main() -> None:
        await scenario(asyncio.to_thread(engine.reload, second))

    try:
        asyncio.run(asyncio.wait_for(main(), 30))
        assert engine.status().ends == {}
        assert engine.generation == "second"
    finally:
        engine.close()
    assert seen["first"] > 0


def test_a_snapshot_that_cannot_be_loaded_leaves_the_old_one_in_service(
    engine: Engine, tmp_path: Path
) -> None:
    with pytest.raises(KeeperFailed):
        engine.reload(tmp_path)
    assert whole(engine, ASK)
    assert engine.generation == "first"


def test_a_start_without_a_snapshot_says_so_in_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeeperFailed):
        Engine.start(tmp_path / "none", Settings())
    said = capfd.readouterr().err
    assert str(tmp_path / "none") in said
    assert said.count("\n") == 1


def test_after_the_end_a_query_is_refused_at_once(folder: Path) -> None:
    engine = Engine.start(folder, Settings(max_concurrent_queries=2, readers=1))
    engine.close()
    with pytest.raises(Problem) as caught:
        engine.run(ASK)
    assert caught.value.status == 503


def test_no_descriptor_is_leaked_by_answers_kills_and_problems(engine: Engine) -> None:
    def round_of_requests() -> int:
        engine.run(plan(LONG)).close()
        with pytest.raises(StreamBroken):
            b"".join(engine.run(plan(LONG, timeout_s=0.05)))
        with pytest.raises(Problem):
            engine.run(plan("SELECT"))
        for _ in range(20):
            engine.run(ASK)
        return len(os.listdir("/proc/self/fd"))

    round_of_requests()
    assert round_of_requests() <= round_of_requests()
