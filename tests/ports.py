"""Ports of this machine for the servers of tests."""

from __future__ import annotations

import itertools
import os
import random  # noqa: TID251  which port it is proves nothing

from deploy.processes import port_is_free

# Below those of outgoing connections, and apart from those that deploy/processes.py gives to brokers and demos.
_ALL = range(10_000, 15_000)
_NUMBER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))  # noqa: TID251  set by pytest-xdist
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))  # noqa: TID251
_OURS = itertools.cycle(random.SystemRandom().sample(_ALL[_NUMBER::_WORKERS], len(_ALL[_NUMBER::_WORKERS])))


def free_port() -> int:
    """A port nobody uses now and no other test will be given: it is taken only once the server of the test starts."""
    return next(port for port in _OURS if port_is_free(port))
