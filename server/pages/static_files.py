"""Stylesheets and scripts, read and compressed once and kept."""

import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, request
from werkzeug.security import safe_join

from server.cache import encode
from server.protocol import negotiate

FOLDER = Path(__file__).parent.parent / "static"

pages = Blueprint("static_files", __name__)


@pages.get("/static/<path:name>")
def static(name: str) -> Response:
    """A file of ``server/static``, ``/static/…``."""
    found = safe_join(str(FOLDER), name)
    if found is None or not Path(found).is_file():
        abort(404)
    path = Path(found)
    asked = negotiate.encoding(request.headers.get("Accept-Encoding", ""))
    body, coding = _encoded(path, path.stat().st_mtime_ns, asked)
    response = Response(body, mimetype=mimetypes.guess_type(path.name)[0])
    if coding is not None:
        response.headers["Content-Encoding"] = coding
    return response


@lru_cache(maxsize=64)
def _encoded(path: Path, changed: int, coding: str | None) -> tuple[bytes, str | None]:
    return encode(path.read_bytes(), coding)
