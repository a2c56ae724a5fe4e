from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audit.logs import Office, World
from tests.builders import YULIN


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Three offices that know each other."""
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def victim(world: World) -> Office:
    """玉林, whose log of 60 leaves everybody has cosigned."""
    office = world[YULIN]
    office.act(60)
    world.pass_time(90)
    assert office.newest().size >= 60
    return office
