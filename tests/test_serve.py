"""``legation serve``: the whole of it, as a process."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

QUERY = (
    "PREFIX dip: <https://w3id.org/legation/ontology#> PREFIX id: <https://w3id.org/legation/id/> "
    "SELECT ?m { id:Egypt dip:hasForeignMinister ?m }"
)


def get(url: str, accept: str = "*/*") -> str:
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(answer.read().decode())


def start(root: Path, *arguments: str) -> "subprocess.Popen[str]":
    command = [root / ".venv/bin/legation", "serve", "--log-format", "off", *arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=root)


@pytest.fixture(scope="module")
def server(root: Path, shipped: object) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    process = start(root, "--port", "0")
    assert process.stderr is not None
    base = process.stderr.readline().rsplit(" ", 1)[-1].strip()
    for _ in range(100):
        try:
            get(base + "health")
            break
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    yield base, process
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    process.stderr.close()


def ask(base: str) -> str:
    return get(f"{base}sparql?{urllib.parse.urlencode({'query': QUERY})}", "text/csv")


def test_it_answers_with_a_triple_that_no_file_asserts(server: tuple[str, object]) -> None:
    assert ask(server[0]).split() == ["m", "https://w3id.org/legation/id/SamehShoukry"]


def test_the_front_page_offers_questions_that_run(server: tuple[str, object]) -> None:
    assert "foreign minister" in get(server[0], "text/html")


def test_a_hangup_reloads_without_a_failed_request(
    server: tuple[str, "subprocess.Popen[str]"],
) -> None:
    base, process = server
    os.kill(process.pid, signal.SIGHUP)
    assert process.stderr is not None
    for _ in range(50):
        ask(base)
    assert process.stderr.readline().startswith("legation: reloaded")
    assert "SamehShoukry" in ask(base)


def test_a_port_in_use_is_one_clear_line(server: tuple[str, object], root: Path) -> None:
    port = server[0].rstrip("/").rsplit(":", 1)[1]
    process = start(root, "--port", port)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said.strip() == (
        f"legation: cannot listen on 127.0.0.1:{port}: Address already in use; "
        "choose another --port or --host"
    )


SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


def killed(base: str) -> float:
    """How many readers have been ended because nobody waited for their answer any more."""
    found = re.search(r'legation_reader_ends_total\{cause="kill"\} (\S+)', get(base + "metrics"))
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize("query", [SLOW, LONG], ids=["before the first byte", "in mid-stream"])
def test_a_client_that_hangs_up_stops_its_query(server: tuple[str, object], query: str) -> None:
    base = server[0]
    before = killed(base)
    parts = urllib.parse.urlsplit(base)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0))) as client:
        target = f"/sparql?{urllib.parse.urlencode({'query': query})}"
        client.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode())
        client.settimeout(1)
        with suppress(TimeoutError):
            assert client.recv(100).startswith(b"HTTP/1.1 200")
    until = time.monotonic() + 10  # a third of the deadline that would end it anyway
    while killed(base) == before:
        assert time.monotonic() < until, "the query goes on"
        time.sleep(0.1)
