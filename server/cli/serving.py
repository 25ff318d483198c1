"""``serve``: build if needed, start the keeper, and let granian serve the applications."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from graph.snapshot import Options, Snapshot, Unbuildable, snapshot
from server.cli.graph import build_options
from server.cli.output import built, fail
from server.settings import Settings, options
from server.worker import SNAPSHOT, SOCKET

if TYPE_CHECKING:
    from server.engine import Engine


@click.command()
@build_options
@options
def serve(settings: Settings, reasoner: Any, outside: bool) -> None:
    """Serve the graph: SPARQL, linked data and pages.

    SIGHUP reloads the files: a new snapshot is built while the old one goes on answering.
    """
    built_from = Options(reasoner, outside)
    run(lambda: built(built_from), settings, built_from)


def run(
    build: Callable[[], Snapshot], settings: Settings, reload_from: Options | None = None
) -> None:
    """Serve the snapshot that ``build`` gives, once the port is known to be free, until told to
    stop; SIGHUP builds anew with ``reload_from``."""
    from granian.constants import HTTPModes, Interfaces
    from granian.server import Server

    from server.engine import Engine
    from server.supervisor import KeeperFailed

    port = _free(settings.host, settings.port)
    found = build()
    try:
        engine = Engine.start(found.folder, settings)
    except KeeperFailed as error:
        raise fail(str(error)) from None
    os.environ |= settings.environment()
    os.environ |= {SOCKET: str(engine.socket_path), SNAPSHOT: str(found.folder)}
    # Where workers add up their metrics; it goes when the keeper's folder goes.
    metrics = engine.socket_path.with_name("metrics")
    metrics.mkdir()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    server = Server(
        "server.worker:application",
        address=settings.host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=settings.workers,
        workers_kill_timeout=max(1, round(settings.stop_timeout_s)),
        respawn_failed_workers=True,
        http=HTTPModes.http1,
        websockets=False,
        factory=True,
        log_enabled=False,
    )
    if reload_from is not None:
        # granian's own answer to SIGHUP restarts its workers, which can reset a queued connection.
        # Ours changes the data under them.
        server.on_startup(lambda: _reload_on_hangup(engine, reload_from))
    click.echo(
        f"Legation {found.version}, {found.manifest['triples']:,} triples "
        f"({found.digest[:12]}): http://{_authority(settings.host, port)}/",
        err=True,
    )
    try:
        server.serve()
    finally:
        engine.close()


def _free(host: str, port: int) -> int:
    """The port, or a free one for 0, if one can listen there; else one clear line and exit 1."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            raise fail(
                f"cannot listen on {_authority(host, port)}: {error.strerror}; "
                "choose another --port or --host"
            ) from None
        return int(probe.getsockname()[1])


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _reload_on_hangup(engine: "Engine", built_from: Options) -> None:
    asked = threading.Event()

    def reload() -> None:
        while True:
            asked.wait()
            asked.clear()
            _reload(engine, built_from)

    threading.Thread(target=reload, daemon=True).start()
    signal.signal(signal.SIGHUP, lambda *_: asked.set())


def _reload(engine: "Engine", built_from: Options) -> None:
    """Change to what is on disk now; if that does not hold together, say so and go on as before."""
    from server.supervisor import KeeperFailed

    try:
        found: Snapshot = snapshot(built_from)
        engine.reload(found.folder)
    except Unbuildable as error:
        for line in (*error.lines, "nothing was changed: the old snapshot goes on answering"):
            print(f"legation: {line}", file=sys.stderr, flush=True)
    except KeeperFailed as error:
        print(f"legation: {error}", file=sys.stderr, flush=True)
    else:
        print(f"legation: reloaded ({found.digest[:12]})", file=sys.stderr, flush=True)
