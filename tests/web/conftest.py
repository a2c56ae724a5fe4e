"""One world per test: three offices and the joint-meeting office, real stores, real signatures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from tests.builders import BEIHAI, JOINT, YULIN, ZHANJIANG
from tests.web.browser import chromium
from tests.web.offices import World, world_at

__all__ = ["chromium"]
"""Named once, here: imported into each test module it would be a fixture of each, and two cannot be open at a time."""

MEMBERS = (YULIN, BEIHAI, ZHANJIANG, JOINT)


@pytest.fixture(scope="session")
def fresh_nodes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with their new databases; migrations run once."""
    folder = tmp_path_factory.mktemp("nodes")
    with world_at(folder, MEMBERS):
        return folder


@pytest.fixture
def world(fresh_nodes: Path, tmp_path: Path) -> Iterator[World]:
    """玉林, 北海, 湛江 and the joint-meeting office."""
    with world_at(copytree(fresh_nodes, tmp_path / "nodes"), MEMBERS) as opened:
        yield opened
