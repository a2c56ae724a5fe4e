"""What only the store in memory can do: die at every write, and watch over its own invariants."""

import inspect
from contextlib import suppress

import pytest

from hub.core.errors import DatabaseAway
from hub.core.streams import Head, StreamId
from hub.flows.ports import UnitOfWork, records, work
from hub.flows.rows import DeliveryStatus, MessageStatus
from tests.builders import BEIHAI, YULIN, chain, delivery, digest, draft, federation, incarnation, message, moment
from tests.contracts.store_writes import QUARANTINE, WRITES, Write, peek
from tests.contracts.stores import MemoryBackend
from tests.fakes_store import Crash, MemoryStore

PORTS = {name: kind for module in (records, work) for name, kind in vars(module).items() if inspect.isclass(kind)}


@pytest.fixture
def node() -> MemoryBackend:
    return MemoryBackend(federation().trust)


def dying_at(point: str):
    def hook(reached: str) -> None:
        if reached == point:
            raise Crash(point)

    return hook


def port_methods() -> dict[str, inspect.Signature]:
    found = {}
    for attribute, annotation in inspect.get_annotations(UnitOfWork).items():
        for name, method in vars(PORTS.get(annotation, object)).items():
            if not name.startswith("_") and inspect.isfunction(method):
                found[f"{attribute}.{name}"] = inspect.signature(method)
    return found


def test_the_fake_takes_the_same_arguments_as_every_port(node: MemoryBackend):
    methods = port_methods()
    assert len(methods) > 60
    for path, expected in methods.items():
        port, name = path.split(".")
        found = inspect.signature(getattr(type(getattr(node.store.rows, port)), name))
        shape = [(p.name, p.kind, p.default) for p in found.parameters.values()]
        assert shape == [(p.name, p.kind, p.default) for p in expected.parameters.values()], path


def test_the_catalogue_names_every_write(node: MemoryBackend):
    writes = {
        f"{port.name}.{name}"
        for port in node.store.rows.concerns()
        for name, method in inspect.getmembers(type(port), inspect.isfunction)
        if getattr(method, "writes", False)
    }
    assert writes == {write.name for write in (*WRITES, QUARANTINE)}
    assert writes <= port_methods().keys()


@pytest.mark.parametrize("write", WRITES, ids=str)
@pytest.mark.parametrize("point", ["{}:before", "{}:after", "commit:before"])
def test_a_death_before_the_commit_leaves_nothing(node: MemoryBackend, write: Write, point: str):
    with node.begin() as uow:
        write.given(uow)
    before = peek(node, write.see)
    node.store.fail_at = dying_at(point.format(write.name))
    with pytest.raises(Crash), node.begin() as uow:
        write.act(uow)
    node.store.fail_at = None
    node.store.check()
    assert peek(node, write.see) == before


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_a_death_after_the_commit_fails_but_is_persisted(node: MemoryBackend, write: Write):
    with node.begin() as uow:
        write.given(uow)
    before = peek(node, write.see)
    node.store.fail_at = dying_at("commit:after")
    with pytest.raises(Crash), node.begin() as uow:
        write.act(uow)
    node.store.fail_at = None
    node.store.check()
    assert peek(node, write.see) != before


def test_every_write_is_announced_before_and_after(node: MemoryBackend):
    reached: list[str] = []
    node.store.fail_at = reached.append
    with node.begin() as uow:
        uow.outbox.add([draft()])
        assert uow.outbox.count() == 1
        uow.outbox.take(1)
    assert reached == [
        "outbox.add:before",
        "outbox.add:after",
        "outbox.take:before",
        "outbox.take:after",
        "commit:before",
        "commit:after",
    ]


def test_a_database_that_is_away_opens_no_transaction(node: MemoryBackend):
    node.store.away = True
    with pytest.raises(DatabaseAway):
        node.begin()


def test_nothing_is_written_outside_a_transaction(node: MemoryBackend):
    with pytest.raises(AssertionError, match="outside a transaction"):
        node.store.rows.outbox.add([draft()])


def test_a_second_transaction_cannot_be_opened_inside_the_first(node: MemoryBackend):
    with node.begin() as uow:
        uow.outbox.add([draft()])
        with pytest.raises(AssertionError, match="open already"), node.begin():
            pass
        uow.outbox.add([draft()])
    assert peek(node, lambda uow: uow.outbox.count()) == 2


def test_a_second_message_in_one_place_is_refused(node: MemoryBackend):
    with pytest.raises(AssertionError, match="I3"), node.begin() as uow:
        uow.messages.add([message(seq=1), message(seq=1)])
    with node.begin() as uow:
        uow.messages.add([message(seq=1), message(seq=1, status=MessageStatus.COPY)])
    node.store.check()


def stored(*rows, heads=()) -> MemoryStore:
    store = MemoryStore(YULIN, incarnation(), federation().trust)
    with store.begin() as uow:
        uow.messages.add(rows)
        uow.streams.save_in(heads)
    return store


def test_the_check_finds_a_hole_a_broken_chain_and_a_wrong_head():
    rows = chain(4, sender=BEIHAI, audience=YULIN)
    stream = StreamId(BEIHAI, YULIN, incarnation())
    stored(*rows, heads=[Head(stream, 4, rows[3].hash)]).check()
    stored(*rows[2:]).check()
    with pytest.raises(AssertionError, match=r"I6: .* has a hole before 3"):
        stored(rows[0], rows[2]).check()
    stored(rows[0], rows[2]).check(skipped={(stream, 2)})
    with pytest.raises(AssertionError, match="not chained"):
        stored(*chain(1), message(seq=2, prev=digest())).check()
    with pytest.raises(AssertionError, match="begins with a predecessor"):
        stored(message(prev=digest())).check()
    with pytest.raises(AssertionError, match="beyond its head"):
        stored(*rows, heads=[Head(stream, 3, rows[2].hash)]).check()
    with pytest.raises(AssertionError, match="not its last message"):
        stored(*rows, heads=[Head(stream, 4, rows[2].hash)]).check()


def test_the_check_finds_an_answer_without_receipt():
    row = message()
    store = stored(row)
    with store.begin() as uow:
        uow.deliveries.add([delivery(row, status=DeliveryStatus.STORED, stored_at=moment(1))])
    with pytest.raises(AssertionError, match="I2"):
        store.check()


def test_a_restored_backup_forgets_what_came_later_and_lives_in_a_new_incarnation(node: MemoryBackend):
    store = node.store
    with store.begin() as uow:
        uow.outbox.add([draft(title="before")])
    backup = store.backup()
    with store.begin() as uow:
        uow.outbox.add([draft(title="after")])
    store.restore(backup, incarnation(2))
    with store.begin() as uow:
        assert (uow.incarnation, uow.streams.lock_out([BEIHAI])[BEIHAI].incarnation) == (incarnation(2), incarnation(2))
        assert uow.trusts.current() is federation().trust
        assert [row.title for row in uow.outbox.take(9)] == ["before"]
    with suppress(Crash), store.begin() as uow:
        uow.outbox.add([draft()])
        raise Crash
    store.check()
    assert store.rows.outbox.count() == 0
