"""What runs in each worker process of ``legation serve``: the applications over a running engine.

The main process tells its workers through the environment where the keeper's socket and the
snapshot are; everything else they need is in the settings' own variables.
"""

import os
from pathlib import Path

from graph.snapshot import Snapshot
from server.app import create_app
from server.asgi import Application
from server.engine import Engine
from server.settings import Settings

SOCKET = "LEGATION_KEEPER_SOCKET"
SNAPSHOT = "LEGATION_KEEPER_SNAPSHOT"


def application() -> Application:
    """The ASGI application of a worker (granian calls it as a factory)."""
    settings = Settings.from_environment(os.environ)
    engine = Engine.connect(Path(os.environ[SOCKET]), settings)
    return Application(create_app(engine, settings, Snapshot(Path(os.environ[SNAPSHOT]))))
