"""What several tests of the command line begin with."""

from __future__ import annotations

import pytest

from tests.cli.holders import Holders


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Holders:
    """A federation that tests only read from; each writes files of its own names."""
    table = Holders(tmp_path_factory.mktemp("holders"))
    table.fingerprint = table.found()
    table.first()
    return table
