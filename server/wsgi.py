"""The Flask application with a keeper of its own, for WSGI servers:
``gunicorn --worker-class gthread --threads 16 'server.wsgi:application()'``.

Each worker process starts a keeper, and so loads the data: threads, not workers, are what to have
several of. ``legation serve`` shares one keeper between its workers.
"""

import atexit
import os
from pathlib import Path

from flask import Flask

from graph.snapshot import Options, Snapshot, snapshot
from server.app import create_app
from server.engine import Engine
from server.settings import Settings
from server.worker import SNAPSHOT


def application() -> Flask:
    """The application over the snapshot that the environment names, else over what ships.

    Raises graph.snapshot.Unbuildable, server.supervisor.KeeperFailed, InvalidSetting.
    """
    settings = Settings.from_environment(os.environ)
    folder = os.environ.get(SNAPSHOT)
    found = Snapshot(Path(folder)) if folder else snapshot(Options())
    engine = Engine.start(found.folder, settings)
    atexit.register(engine.close)
    return create_app(engine, settings, found)
