"""Where the test vectors of others lie, beside the project; a machine without them skips and says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "vectors"


def vectors(name: str) -> Any:
    """The content of one file of vectors."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the outside vectors {path.name} are not on this machine")
    return json.loads(path.read_bytes())
