"""What waits for nobody is done when nothing else waits, and soon enough while documents pour in."""

from __future__ import annotations

import pytest

from hub.cli.rhythm import IDLE, PATIENCE, QUIET, Rhythm
from hub.core.errors import TransportAway
from hub.flows.rereading import EACH
from hub.flows.send import Request
from hub.worker import ARROWS
from tests.builders import BEIHAI, YULIN
from tests.simulator.bodies import body
from tests.simulator.world import World

WALKS = {"scrub", "messages"}
"""Over the audit log, and over the stored messages."""


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

    @property
    def looked_at(self) -> dict[str, int]:
        """How far the walks over what is stored have come, if they have begun; 0: through."""
        return {name: walk.position for name, walk in self.node.store.rows.tree.rounds.items() if name in WALKS}


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


def test_while_documents_pour_in_what_is_stored_is_looked_at_again_after_ten_seconds(loop: Loop) -> None:
    while loop.hour.now < 100 + PATIENCE:
        loop.send()
        loop.turn()
        assert loop.looked_at == {}
        loop.pass_time(QUIET / 2)
    loop.send()
    loop.turn()
    assert loop.looked_at.keys() == WALKS


def test_in_peace_a_piece_is_looked_at_again_each_second_and_keeps_nobody_awake(loop: Loop) -> None:
    for _ in range(2 * EACH + 1):
        loop.send()
    loop.calm()
    loop.pass_time(QUIET)
    assert loop.calm() == IDLE
    assert loop.looked_at == {"scrub": 2, "messages": EACH}
    loop.pass_time(IDLE / 2)
    assert loop.turn() == IDLE
    assert loop.looked_at == {"scrub": 2, "messages": EACH}, "not before a second is over"
    loop.pass_time(IDLE / 2)
    assert loop.turn() == IDLE, "there is more, and it waits for its second"
    assert loop.looked_at == {"scrub": 4, "messages": 2 * EACH}
    loop.pass_time(IDLE)
    assert loop.turn() == IDLE
    assert loop.looked_at == {"scrub": 6, "messages": 0}, "through"


def test_only_the_process_that_grows_the_log_looks_again_at_what_is_stored(loop: Loop) -> None:
    loop.send()
    loop.node.worker.arrows = [arrow for arrow in ARROWS if arrow != "grow"]
    for _ in range(3):
        loop.pass_time(PATIENCE)
        loop.calm()
    assert (loop.sought, loop.looked_at) == (1, {})
    loop.node.worker.arrows = ["grow"]
    loop.pass_time(IDLE)
    assert loop.turn() == IDLE
    assert loop.looked_at.keys() == WALKS


def test_a_line_that_is_down_keeps_nothing_from_its_turn(loop: Loop) -> None:
    loop.send()
    loop.calm()
    loop.world.network.stop()
    with pytest.raises(TransportAway):
        loop.turn()
    assert loop.sought == 1
    assert loop.looked_at.keys() == WALKS


def test_whoever_steps_the_worker_himself_looks_again_too(loop: Loop) -> None:
    loop.send()
    loop.node.worker.tick()
    assert loop.looked_at == {}
    while loop.node.worker.step():
        pass
    assert loop.looked_at.keys() == WALKS
