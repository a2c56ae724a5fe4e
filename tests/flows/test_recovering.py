"""After a restore: what of our own the peers have and we lost comes back, and nothing is signed a second time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core import envelope as wire
from hub.core.checkpoint import origin_of
from hub.core.ids import ALL, wire_time
from hub.core.streams import StreamId
from hub.flows.checkpoint import mark, offer
from hub.flows.growing import grow
from hub.flows.ports.log import CheckpointRow, Witnessed
from hub.flows.ports.views import Step
from hub.flows.rows import MessageStatus
from hub.flows.sync import exchange_heads
from hub.store.moving import copy_database
from hub.store.node import renew_incarnation
from tests.builders import BEIHAI, YULIN, incarnation
from tests.web.offices import Office, World, example, text_of, world_at

LIFE = 77
Lived = tuple[World, Path, tuple[str, ...]]


def request(office: Office, to: str) -> str:
    return office.send("assistance_request", example("assistance_request"), to=(to,)).document


def ask(world: World, rounds: int = 6) -> None:
    """Heads both ways, then whatever they lead to."""
    for _ in range(rounds):
        world.clock.advance(seconds=20)
        for office in world.values():
            with office.store.begin() as uow:
                exchange_heads(uow, keys=office.keys, now=world.clock(), salt=office.salts, every=0)
        world.exchange()


def proved(world: World) -> CheckpointRow:
    """玉林 signs a checkpoint over all it has and 北海 cosigns it."""
    own, peer = world[YULIN], world[BEIHAI]
    with own.store.begin() as uow:
        grow(uow, now=world.clock(), salt=own.salts, limit=1000)
        mark(uow, witness=own.keys.witness, now=world.clock(), salt=own.salts, at_once=True)
        offer(uow, keys=own.keys, now=world.clock(), salt=own.salts, only=BEIHAI)
        made = uow.checkpoints.newest(origin_of(YULIN, uow.incarnation))
    assert made is not None
    world.exchange()
    with peer.store.begin() as uow:
        held = uow.witness.last_of(YULIN)
    assert held is not None
    assert (held.size, held.root) == (made.size, made.root)
    return made


def restored(world: World, folder: Path, backup: Path, *, announced: bool = True) -> Office:
    """玉林 going on from the backup, as ``hub restore`` leaves it."""
    world[YULIN].store.close()
    home = folder / f"restored-{announced}"
    home.mkdir()
    url = f"sqlite:///{home / YULIN}.db"
    copy_database(f"sqlite:///{backup}", url)
    if announced:
        renew_incarnation(url, member=YULIN, incarnation=incarnation(LIFE))
    office = Office(YULIN, world.fed, home, world.clock, 50)
    if announced:
        with office.store.begin() as uow:
            uow.recovery.hold([ALL, BEIHAI])
    world[YULIN] = office
    return office


def documents(office: Office) -> dict[str, int]:
    """Document -> how many messages of it are recorded."""
    with office.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT document, count(*) FROM messages GROUP BY document")
        return {row[0]: row[1] for row in rows}


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Lived]:
    """玉林 sent one, recorded another, was backed up, sent both others; 北海 answered afterwards."""
    with world_at(tmp_path, (YULIN, BEIHAI)) as world:
        first = request(world[YULIN], BEIHAI)
        world.exchange()
        waiting = request(world[YULIN], BEIHAI)
        copy_database(f"sqlite:///{tmp_path / YULIN}.db", f"sqlite:///{tmp_path / 'backup.db'}")
        later = request(world[YULIN], BEIHAI)
        world.exchange()
        theirs = request(world[BEIHAI], YULIN)
        world.exchange()
        yield world, tmp_path, (first, waiting, later, theirs)


def test_what_was_lost_comes_back_and_what_waited_is_not_sent_again(lived: Lived) -> None:
    world, folder, sent = lived
    office = restored(world, folder, folder / "backup.db")
    assert set(documents(office)) == {sent[0]}
    world.exchange()
    assert documents(world[BEIHAI]) == dict.fromkeys(sent, 1), "nothing goes out before the peer was heard"

    ask(world)
    assert documents(office) == dict.fromkeys(sent, 1)
    assert documents(world[BEIHAI]) == dict.fromkeys(sent, 1)
    with office.store.begin() as uow:
        assert uow.recovery.waits_for() == frozenset()
        assert uow.outbox.count() == 0
        assert {row.status for row in uow.messages.find_document(sent[2])} == {MessageStatus.STORED}
    for document in sent[:3]:
        ways = [one for copy in office.views.document(document).copies for one in copy.progress]
        assert [one.step for one in ways if one.member == BEIHAI] == [Step.DELIVERED]
        assert office.views.document(document).copies[0].body is not None, "sealed to its sender too, it opens again"

    fresh = request(office, BEIHAI)
    ask(world, 1)
    assert documents(world[BEIHAI])[fresh] == 1
    with world[BEIHAI].store.begin() as uow:
        lives = [(row.incarnation, row.seq) for row in uow.messages.find_document(fresh)]
    assert lives == [(incarnation(LIFE), 1)], "a new life counts from one, no number is used twice"


def test_the_restored_node_writes_down_how_far_its_peers_had_seen_its_log(lived: Lived) -> None:
    world, folder, _ = lived
    seen = proved(world)
    office = restored(world, folder, folder / "backup.db")
    with office.store.begin() as uow:
        grow(uow, now=world.clock(), salt=office.salts, limit=1000)
        mark(uow, witness=office.keys.witness, now=world.clock(), salt=office.salts, at_once=True)
        assert offer(uow, keys=office.keys, now=world.clock(), salt=office.salts) == 0, "nobody was heard yet"
        assert offer(uow, keys=office.keys, now=world.clock(), salt=office.salts, only=BEIHAI) == 0

    ask(world)

    point = {"origin": seen.origin, "size": seen.size, "root": seen.root.hex(), "kept": False}
    assert office.noted("heard") == [(BEIHAI, point)]
    assert office.noted("restore") == [(YULIN, point)]
    assert seen.origin != origin_of(YULIN, incarnation(LIFE))
    with office.store.begin() as uow:
        grow(uow, now=world.clock(), salt=office.salts, limit=1000)
    auditor = office.add_user("shen", "auditor") and office.browser("shen")
    told = " ".join(text_of(auditor, "/audit?type=restore").split())
    for word in ("恢复后继续签名发文", "北海市监", f"条数 {seen.size}", "备份包含到该存证点 否"):
        assert word in told


def test_a_backup_that_reaches_as_far_as_the_peers_saw_says_so(lived: Lived) -> None:
    world, folder, _ = lived
    seen = proved(world)
    copy_database(f"sqlite:///{folder / YULIN}.db", f"sqlite:///{folder / 'late.db'}")
    office = restored(world, folder, folder / "late.db")
    ask(world)
    [(_, facts)] = office.noted("restore")
    assert (facts["size"], facts["kept"]) == (seen.size, True)


def test_a_peer_can_make_up_no_checkpoint_of_ours(lived: Lived) -> None:
    """It counts by our signature alone; the peer is believed that it lacks nothing of ours, and no more."""
    world, folder, _ = lived
    seen = proved(world)
    peer = world[BEIHAI]
    higher = seen.note.replace(f"\n{seen.size}\n", f"\n{seen.size + 1000}\n", 1)
    made_up = Witnessed(seen.origin, seen.size + 1000, seen.root, YULIN, higher, world.clock())
    with peer.store.begin() as uow:
        assert uow.witness.advance(seen.size, made_up)
    office = restored(world, folder, folder / "backup.db")
    ask(world)
    assert office.noted("heard") == [(BEIHAI, {})]


def test_a_database_turned_back_by_stealth_signs_nothing(lived: Lived) -> None:
    world, folder, sent = lived
    office = restored(world, folder, folder / "backup.db", announced=False)
    peer = world[BEIHAI]
    with peer.store.begin() as uow:
        exchange_heads(uow, keys=peer.keys, now=world.clock(), salt=peer.salts, every=0)
    for load in peer.collect():
        office.take(load.out.raw)
    with office.store.begin() as uow:
        assert YULIN in uow.recovery.waits_for()
    held = request(office, BEIHAI)
    ask(world)
    assert held not in documents(world[BEIHAI])
    assert documents(world[BEIHAI]).keys() == set(sent)


def test_nobody_can_hand_us_what_we_never_signed(lived: Lived) -> None:
    world, folder, _ = lived
    office = restored(world, folder, folder / "backup.db")
    with world[BEIHAI].store.begin() as uow:
        theirs = uow.messages.range_of(StreamId(BEIHAI, YULIN, uow.incarnation), 1, 9)[0]
    slot = {"stream": BEIHAI, "incarnation": incarnation(1), "seq": 2, "message": theirs.hash}
    head = {"sender": BEIHAI, "audience": YULIN, "issued": wire_time(world.clock())}
    payload = wire.dump({**head, **slot})
    signer = world.fed.signer(BEIHAI)
    signature = wire.Signature(signer.keyid, signer.sign(wire.pae(wire.RETURNED, payload)))
    before = documents(office)

    office.take(wire.encode(wire.RETURNED, payload, (signature,), theirs.raw))

    assert documents(office) == before
    with office.store.read() as connection:
        assert connection.exec_driver_sql("SELECT code FROM quarantine").scalars().all() == ["not-for-us"]
