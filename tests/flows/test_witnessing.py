"""Frames between a log and its witnesses: each speaks for its own log, and of a log by a note that counts (D7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hub.core import checkpoint, witnessing
from hub.core import envelope as wire
from hub.core.audit import leaf
from hub.core.checkpoint import Checkpoint, Note
from hub.core.ids import wire_time
from hub.flows.ports import Incoming
from hub.flows.steps.framing import Work
from hub.flows.steps.witnessing import payload
from schemas.wire.frames import Checkpoint as CheckpointFrame
from tests.builders import BEIHAI, JOINT, YULIN, digest, incarnation, signed, signer_for, witness_for
from tests.simulator.world import Node, World


@pytest.fixture
def world() -> World:
    return World(1, members=(YULIN, BEIHAI, JOINT), size=3)


def note(member: str, size: int = 5, number: int = 9, root: str = "root") -> Note:
    """A checkpoint of a log of this member, signed by its witness key."""
    origin, key = checkpoint.origin_of(member, incarnation(number)), witness_for(member)
    return witnessing.signed_note(Checkpoint(origin, size, bytes.fromhex(digest(root))), key.public, key.sign)


def cosigned(world: World, one: Note, by: str) -> Note:
    key = witness_for(by)
    return witnessing.cosign(one, by, key.public, key.sign, world.now)


def handed(world: World, kind: str, *, by: str = BEIHAI, **said: Any) -> tuple[str, str | None]:
    """The verdict of 玉林 on a frame of this member; a refusal with its code."""
    head = {"sender": by, "audience": YULIN, "issued": wire_time(world.now)}
    raw = signed(kind, {**head, **said}, [signer_for(by)], None)
    [verdict] = world.nodes[YULIN].worker.record([Incoming("t", raw, "amqp")])
    return verdict.outcome, verdict.code


def offered(world: World, one: Note, base: Note | None = None, *seen: Note) -> tuple[str, str | None]:
    told: dict[str, Any] = {"base": str(base) if base else None, "proof": [], "seen": [str(other) for other in seen]}
    return handed(world, wire.CHECKPOINT, note=str(one), **told)


def answers(world: World) -> list[Any]:
    """The checkpoints 玉林 has shown 北海 since it was asked last."""
    with world.nodes[YULIN].store.begin() as uow:
        waiting = uow.frames.pending(99, ferry=())
        uow.frames.sent([one.id for one in waiting])
    found = [one for one in waiting if one.type == wire.CHECKPOINT and one.audience == BEIHAI]
    return [wire.parse(CheckpointFrame, wire.decode(one.raw).payload) for one in found]


def logged(world: World) -> Checkpoint:
    """玉林's own newest checkpoint."""
    yulin = world.nodes[YULIN]
    with yulin.store.begin() as uow:
        uow.ledger.add([leaf("look-up", "thing", "officer", world.now, world.salt())])
    world.pass_time(120)
    yulin.worker.log_once(world.now)
    with yulin.store.begin() as uow:
        newest = uow.checkpoints.newest(checkpoint.origin_of(YULIN, uow.incarnation))
    assert newest is not None
    return witnessing.unverified(newest.note).point


def ours(point: Checkpoint, **changes: Any) -> Note:
    key = witness_for(YULIN)
    return witnessing.signed_note(replace(point, **changes), key.public, key.sign)


def held(node: Node, one: Note) -> int | None:
    with node.store.begin() as uow:
        found = uow.witness.held(witnessing.unverified(str(one)).point.origin)
    return found.size if found else None


def alarms(node: Node, about: str) -> list[str]:
    with node.store.begin() as uow:
        return [one.kind for one in uow.alarms.open(about)]


def test_nobody_offers_the_log_of_another(world: World) -> None:
    theirs = note(JOINT)
    assert offered(world, theirs) == ("quarantined", "malformed")
    assert held(world.nodes[YULIN], theirs) is None
    ours = note(BEIHAI)
    assert offered(world, ours) == ("frame", None)
    assert held(world.nodes[YULIN], ours) == 5


def test_nobody_cosigns_to_us_the_log_of_another_nor_without_its_own_line(world: World) -> None:
    theirs, own = note(JOINT), note(YULIN)
    assert handed(world, wire.COSIGNATURE, note=str(cosigned(world, theirs, BEIHAI))) == ("quarantined", "malformed")
    for unsigned in (own, cosigned(world, own, JOINT)):
        assert handed(world, wire.COSIGNATURE, note=str(unsigned)) == ("quarantined", "bad-signature")


def test_what_an_earlier_life_of_our_log_signed_is_no_contradiction_of_this_one(world: World) -> None:
    earlier = cosigned(world, note(YULIN, number=77), BEIHAI)
    assert handed(world, wire.COSIGNATURE, note=str(earlier)) == ("frame", None)
    assert alarms(world.nodes[YULIN], YULIN) == []


def test_what_a_witness_holds_of_our_log_is_kept_if_it_is_what_our_tree_says(world: World) -> None:
    yulin, point = world.nodes[YULIN], logged(world)
    answers(world)
    with yulin.store.begin() as uow:
        newest = uow.checkpoints.newest(point.origin)
        assert newest is not None
        work = Work(uow, uow.trusts.current(), yulin.worker.using(uow), world.now, world.salt)
        assert payload(work, newest, None, [])["base"] is None, "to who never cosigned it"
    assert handed(world, wire.COSIGNATURE, note=str(cosigned(world, ours(point), BEIHAI))) == ("frame", None)
    with yulin.store.begin() as uow:
        assert uow.checkpoints.cosigners([BEIHAI], point.origin)[BEIHAI].size == point.size
    assert (alarms(yulin, YULIN), answers(world)) == ([], [])


@pytest.mark.parametrize(("more", "kind"), [(0, "forked"), (7, "rewound")])
def test_a_cosignature_of_what_our_tree_does_not_say_is_named_and_shown_to_the_witness(
    world: World, more: int, kind: str
) -> None:
    yulin, point = world.nodes[YULIN], logged(world)
    answers(world)
    other = cosigned(world, ours(point, size=point.size + more, root=b"x" * 32), BEIHAI)
    handed(world, wire.COSIGNATURE, note=str(other))
    with yulin.store.begin() as uow:
        [alarm] = uow.alarms.open(YULIN)
        assert uow.recovery.waits_for() == {YULIN}
    assert (alarm.kind, witnessing.unverified(alarm.first or "").point, alarm.second) == (kind, point, str(other))
    [shown] = answers(world)
    assert (witnessing.unverified(shown.note).point, shown.base) == (point, str(other))
    handed(world, wire.COSIGNATURE, note=str(other))
    assert (len(alarms(yulin, YULIN)), answers(world)) == (1, []), "once"


def test_a_cosignature_from_before_our_log_began_is_its_own_evidence(world: World) -> None:
    yulin = world.nodes[YULIN]
    with yulin.store.begin() as uow:
        origin = checkpoint.origin_of(YULIN, uow.incarnation)
    other = cosigned(world, ours(Checkpoint(origin, 7, b"x" * 32)), BEIHAI)
    handed(world, wire.COSIGNATURE, note=str(other))
    with yulin.store.begin() as uow:
        [alarm] = uow.alarms.open(YULIN)
    assert (alarm.kind, alarm.first, answers(world)) == ("rewound", str(other), [])


def test_a_proof_starts_in_the_same_log(world: World) -> None:
    assert offered(world, note(BEIHAI), note(BEIHAI, number=8)) == ("quarantined", "malformed")


def test_a_base_that_we_never_cosigned_is_only_a_claim(world: World) -> None:
    yulin, later = world.nodes[YULIN], note(BEIHAI, size=50)
    offered(world, note(BEIHAI))
    for base in (None, later, cosigned(world, later, JOINT)):
        offered(world, note(BEIHAI, size=60), base)
        assert held(yulin, later) == 5
    assert alarms(yulin, BEIHAI) == []
    offered(world, note(BEIHAI, size=60), cosigned(world, later, YULIN))
    assert held(yulin, later) == 50, "our own line shows that our records were set back"
    offered(world, note(BEIHAI, size=60), cosigned(world, note(BEIHAI, size=5, root="before"), YULIN))
    assert (held(yulin, later), alarms(yulin, YULIN)) == (50, []), "an older line of ours is no second content"


def test_a_witness_that_knows_nothing_any_more_believes_its_own_line(world: World) -> None:
    yulin, earlier = world.nodes[YULIN], note(JOINT, size=50)
    told = {"note": str(note(JOINT, size=60)), "base": str(cosigned(world, earlier, YULIN)), "proof": [], "seen": []}
    assert handed(world, wire.CHECKPOINT, by=JOINT, **told) == ("frame", None)
    assert held(yulin, earlier) == 50
    assert alarms(yulin, JOINT) == ["forked"], "and what does not go on from there is named"


def test_a_smaller_checkpoint_is_late_and_no_contradiction(world: World) -> None:
    yulin, large = world.nodes[YULIN], note(BEIHAI, size=50)
    offered(world, large)
    small = note(BEIHAI, root="before")
    for base in (None, note(BEIHAI, size=20)):
        assert offered(world, small, base) == ("frame", None)
    assert offered(world, large) == ("frame", None)
    assert (held(yulin, large), alarms(yulin, BEIHAI)) == (50, [])
    offered(world, note(BEIHAI), cosigned(world, large, YULIN))
    assert alarms(yulin, BEIHAI) == ["rewound"], "it knew how far we had seen it"
    assert alarms(yulin, YULIN) == []


def test_two_contents_of_one_size_are_a_fork_and_named_once(world: World) -> None:
    yulin, one, other = world.nodes[YULIN], note(BEIHAI), note(BEIHAI, root="other")
    offered(world, one)
    for _ in range(2):
        offered(world, other)
    assert alarms(yulin, BEIHAI) == ["forked"]
    offered(world, note(BEIHAI, size=5), cosigned(world, other, YULIN))
    assert alarms(yulin, YULIN) == ["double"], "and somebody cosigned both in our name"


def test_what_other_witnesses_were_shown_is_compared_and_joined(world: World) -> None:
    yulin, one = world.nodes[YULIN], note(BEIHAI)
    offered(world, one)
    stranger = note("999999-mr")
    theirs = note(JOINT)
    for seen in (stranger, theirs, cosigned(world, one, JOINT)):
        told = {"note": str(note(JOINT, number=3)), "base": None, "proof": [], "seen": [str(seen)]}
        assert handed(world, wire.CHECKPOINT, by=JOINT, **told) == ("frame", None)
    with yulin.store.begin() as uow:
        kept = uow.witness.held(witnessing.unverified(str(one)).point.origin)
    assert kept is not None
    lines = {line.name for line in checkpoint.parse_note(kept.note).lines}
    assert {checkpoint.witness_name(YULIN), checkpoint.witness_name(JOINT)} <= lines
    told = {**told, "seen": [str(note(BEIHAI, root="other"))]}
    handed(world, wire.CHECKPOINT, by=JOINT, **told)
    assert alarms(yulin, BEIHAI) == ["split"]
