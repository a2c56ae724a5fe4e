"""Putting mail into a pipe and taking it out, for the suites that every pipe must pass."""

from __future__ import annotations

from collections.abc import Sequence

from hub.flows.ports import Incoming, Outgoing, SentStatus, Transport
from tests.contracts.pipes import eventually


def items(to: str, raws: Sequence[bytes]) -> list[Outgoing]:
    return [Outgoing(f"k{number}", to, raw) for number, raw in enumerate(raws)]


def publish(sender: Transport, to: str, *raws: bytes) -> None:
    """Publish and insist on the confirm."""
    sent = sender.publish(items(to, raws)).sent()
    assert [one.status for one in sent] == [SentStatus.CONFIRMED] * len(raws)


def publish_singly(sender: Transport, to: str, *raws: bytes) -> None:
    """Each in a go of its own."""
    for raw in raws:
        publish(sender, to, raw)


def collect(receiver: Transport, count: int) -> list[Incoming]:
    found: list[Incoming] = []

    def enough() -> bool:
        found.extend(receiver.receive(count - len(found), 0.2))
        return len(found) >= count

    eventually(enough)
    return found


def raws(found: Sequence[Incoming]) -> list[bytes]:
    return [item.raw for item in found]


def nothing_waits(receiver: Transport) -> bool:
    return receiver.receive(10, 0.3) == []
