"""The three pipes behind one handle, so that the contract suite can treat them alike."""

from __future__ import annotations

import os
import random  # noqa: TID251  only the fake network asks for a generator
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from deploy.services import PrivateRabbit, ServiceFailed, ServiceMissing
from hub.flows.ports import Transport
from hub.transport.rabbitmq import RabbitTransport
from hub.transport.spool import SpoolTransport
from tests.fakes_transport import MemoryNetwork, MemoryTransport


class Pipe(Protocol):
    """A running pipe, empty at the start of every test."""

    def open(self, member: str) -> Transport:
        """A new process of ``member``: its first connection."""
        ...

    def stop(self) -> None:
        """Make it unreachable without losing anything confirmed."""
        ...

    def start(self) -> None:
        """Make it reachable again."""
        ...

    def close(self) -> None:
        """End of the test."""
        ...


class MemoryPipe:
    """Without faults the network must be an honest pipe."""

    def __init__(self) -> None:
        self._network = MemoryNetwork(random.Random(7))
        self._ends: dict[str, MemoryTransport] = {}

    def open(self, member: str) -> Transport:
        if member not in self._ends:
            self._ends[member] = self._network.transport(member)
        self._ends[member].restart()
        return self._ends[member]

    def stop(self) -> None:
        self._network.stop()

    def start(self) -> None:
        self._network.start()

    def close(self) -> None:
        self._network.wipe()


class SpoolPipe:
    """A directory; it is 'away' while something else stands in its place."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._aside = root.with_name("aside")
        root.mkdir()

    def open(self, member: str) -> Transport:
        transport = SpoolTransport(self._root, member)
        transport.probe()
        return transport

    def stop(self) -> None:
        self._root.rename(self._aside)
        self._root.write_text("not a directory")

    def start(self) -> None:
        self._root.unlink()
        self._aside.rename(self._root)

    def close(self) -> None:
        """Nothing runs."""


class RabbitPipe:
    """A real broker; every test has members of its own, so that queues never meet."""

    def __init__(self, server: PrivateRabbit) -> None:
        self._server = server
        self._open: list[RabbitTransport] = []

    def open(self, member: str) -> Transport:
        transport = RabbitTransport(self._server.url, member)
        self._open.append(transport)
        transport.probe()
        return transport

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.start()

    def close(self) -> None:
        for transport in self._open:
            transport.close()


@contextmanager
def private_broker() -> Iterator[PrivateRabbit]:
    """A RabbitMQ that may be stopped, killed and wiped, and whose exchange no other test shares."""
    with tempfile.TemporaryDirectory(prefix="hub-tests-") as folder:
        Path(folder).chmod(0o755)  # the broker's own user must be able to pass
        server = PrivateRabbit(Path(folder) / "server")
        try:
            server.start()
        except (ServiceMissing, ServiceFailed) as problem:
            if os.environ.get("CI") == "true":  # noqa: TID251  the rule of tests/conftest.py
                pytest.fail(str(problem))
            pytest.skip(str(problem))
        try:
            yield server
        finally:
            server.stop()


def eventually(condition: Callable[[], bool], seconds: float = 90) -> None:
    """Wait until ``condition`` holds; a suite that hangs says nothing."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "condition never came true"
        pause.wait(0.02)
