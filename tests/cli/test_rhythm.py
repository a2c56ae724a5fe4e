"""What waits for nobody is done when nothing else waits, and soon enough while documents pour in."""

from __future__ import annotations

import pytest

from hub.cli.rhythm import IDLE, PATIENCE, QUIET, Rhythm
from hub.flows.send import Request
from tests.builders import BEIHAI, YULIN
from tests.simulator.bodies import body
from tests.simulator.world import World


class Hour:
    """Real seconds, as the loop sees them pass."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Loop:
    """The worker of one office, and its documents."""

    def __init__(self) -> None:
        self.hour = Hour()
        self.world = World(1)
        self.node = self.world.nodes[YULIN]
        self.rhythm = Rhythm(self.hour)
        self.node.worker.batch = 2

    def send(self) -> None:
        self.node.send(Request("assistance_request", body("assistance_request", "request"), to=(BEIHAI,)))

    def turn(self) -> float:
        return self.rhythm.turn(self.node.worker)

    def calm(self) -> float:
        """Turns until it may sleep; how long."""
        while not (sleep := self.turn()):
            pass
        return sleep

    def pass_time(self, seconds: float) -> None:
        self.hour.now += seconds
        self.world.pass_time(seconds)

    @property
    def sought(self) -> int:
        """Messages that can be found."""
        return len(self.node.store.rows.subjects.words)


@pytest.fixture
def loop() -> Loop:
    return Loop()


def test_a_document_is_carried_first_and_found_once_it_is_quiet(loop: Loop) -> None:
    loop.send()
    assert loop.calm() == QUIET, "nothing more, and it has only just been busy"
    assert loop.sought == 0
    loop.hour.now += QUIET
    assert loop.turn() == 0
    assert loop.sought == 1
    assert loop.calm() == IDLE


def test_while_documents_pour_in_they_are_found_ten_seconds_later(loop: Loop) -> None:
    sent = 0
    while loop.hour.now < 100 + PATIENCE:
        assert loop.sought == 0
        loop.send()
        sent += 1
        loop.turn()
        loop.pass_time(QUIET / 2)
    for _ in range(sent):
        loop.send()
        loop.turn()
        loop.pass_time(QUIET / 2)
    assert loop.sought > sent, "one piece of two beside each step catches up with one that comes"


def test_what_was_caught_up_with_waits_ten_seconds_again(loop: Loop) -> None:
    loop.send()
    loop.turn()
    loop.pass_time(PATIENCE)
    loop.send()
    assert loop.calm() == QUIET
    assert loop.sought == 2
    loop.send()
    loop.turn()
    loop.pass_time(QUIET / 2)
    loop.send()
    loop.turn()
    assert loop.sought == 2
