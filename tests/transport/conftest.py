"""The broker that the tests of one file share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.services import PrivateRabbit
from tests.contracts.pipes import private_broker


@pytest.fixture(scope="module")
def broker() -> Iterator[PrivateRabbit]:
    with private_broker() as server:
        yield server
