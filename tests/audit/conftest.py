from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audit.logs import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Three offices that know each other."""
    made = World(tmp_path)
    yield made
    made.close()
