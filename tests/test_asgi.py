"""server.asgi on its own: what the endpoint's tests over HTTP can't bring about."""

import asyncio
import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from graph.snapshot import Snapshot
from server.app import context_of, create_app
from server.asgi import Application
from server.engine import LocalEngine
from server.protocol.exchange import Request
from server.settings import Settings

ASK = "ASK {}"


@pytest.fixture(scope="module")
def flask(shipped: Snapshot) -> Any:
    return create_app(LocalEngine(shipped.folder), Settings(log_format="off"), shipped)


async def ask(application: Application, query: str, accept: str = "*/*") -> tuple[int, bytes]:
    """A GET request to /sparql: status and body."""
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/sparql",
        "query_string": urlencode({"query": query}).encode(),
        "headers": [(b"host", b"localhost"), (b"accept", accept.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "http_version": "1.1",
    }
    status, body = 0, b""

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal status, body
        status = message.get("status", status)
        body += message.get("body", b"")

    await application(scope, receive, send)
    return status, body


def test_a_bug_is_a_problem_document_and_a_traceback_in_the_log(
    flask: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Request) -> Any:
        raise RuntimeError("a bug")

    async def scenario() -> tuple[int, bytes]:
        return await ask(Application(flask), ASK)

    monkeypatch.setattr(context_of(flask).endpoint, "handle", fail)
    status, body = asyncio.run(scenario())
    assert status == 500
    assert json.loads(body)["detail"] == "The server has failed."
    assert "RuntimeError: a bug" in capfd.readouterr().err


def test_a_long_request_that_takes_long_to_read_keeps_no_other_waiting(
    flask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = context_of(flask).endpoint
    handle = endpoint.handle
    done: list[str] = []

    def slowly(request: Request) -> Any:
        if len(request.query_string) > 100_000:
            time.sleep(0.5)
        return handle(request)

    async def asked(name: str, application: Application, query: str) -> None:
        assert (await ask(application, query))[0] == 200
        done.append(name)

    async def scenario() -> None:
        application = Application(flask)
        await asyncio.gather(
            asked("long", application, f"{ASK} #{'x' * 100_000}"),
            asked("short", application, ASK),
        )

    monkeypatch.setattr(endpoint, "handle", slowly)
    asyncio.run(scenario())
    assert done == ["short", "long"]


def test_a_bug_in_a_page_after_its_first_bytes_is_not_answered_twice(
    flask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def half(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("a bug")

    async def scenario() -> None:
        application = Application(flask)
        monkeypatch.setattr(application, "_flask", half)
        with pytest.raises(RuntimeError, match="a bug"):
            await ask(application, ASK, "text/html")

    asyncio.run(scenario())


def test_a_page_is_counted_once_and_not_as_broken(flask: Any) -> None:
    def counted() -> str:
        return context_of(flask).observer.exposition("")[0].decode()

    async def scenario() -> int:
        return (await ask(Application(flask), ASK, "text/html"))[0]

    assert asyncio.run(scenario()) == 200
    assert 'path="/sparql",status="200"' in counted()
    assert 'status="499"' not in counted()
    assert "legation_broken_transfers_total 0.0" in counted()
