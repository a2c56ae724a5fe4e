"""The register of offices outside the federation, and that paper goes to nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.core.errors import InvalidInput, NotFound
from hub.flows.outside import keep, known, next_id
from hub.flows.ports.outside import OutsideOffice
from tests.builders import NOW, YULIN, incarnation, salts
from tests.fakes_store import MemoryStore
from tests.flows.test_send import Pen, request

VILLAGE = OutsideOffice("out-460200-1", " 某村民委员会 ", "460200", "grass", "某镇某村", "某主任", "0898-1", "post")


def kept(store: MemoryStore, office: OutsideOffice) -> OutsideOffice:
    with store.begin() as uow:
        return keep(uow, office, who="officer", now=NOW, salt=salts())


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(YULIN, incarnation(1))


def test_an_office_is_registered_changed_and_found_with_a_leaf_each(store: MemoryStore) -> None:
    kept(store, VILLAGE)
    kept(store, replace(VILLAGE, name="某居民委员会", active=False))
    with store.begin() as uow:
        assert known(uow, VILLAGE.id) == replace(VILLAGE, name="某居民委员会", active=False)
        with pytest.raises(NotFound, match="没有登记系统外单位"):
            known(uow, "out-460200-2")
    assert [one.type for one in store.rows.ledger.leaves] == ["outside", "outside"]


def test_ids_are_given_in_order_for_each_region(store: MemoryStore) -> None:
    kept(store, replace(VILLAGE, id="out-460200-7"))
    with store.begin() as uow:
        assert (next_id(uow, "460200"), next_id(uow, "450900")) == ("out-460200-8", "out-450900-1")
        with pytest.raises(InvalidInput, match="6 位数字"):
            next_id(uow, "4602")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "460200-mr"}, "office"),
        ({"region": "450900"}, "office"),
        ({"system": "xx"}, "system"),
        ({"channel": "pigeon"}, "channel"),
        ({"name": " "}, "name"),
        ({"address": "长" * 201}, "address"),
        ({"id": "out-460200-2"}, "name"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_by_its_field(
    store: MemoryStore, changes: dict[str, str], field: str
) -> None:
    kept(store, VILLAGE)
    with pytest.raises(InvalidInput) as refused:
        kept(store, replace(VILLAGE, **changes))
    assert refused.value.field == field
    assert len(store.rows.outside.rows) == 1


def test_nothing_is_sent_to_an_office_nobody_registered_or_one_out_of_use() -> None:
    pen = Pen()
    wanted = request(to=(VILLAGE.id,))
    with pytest.raises(NotFound, match="尚未登记") as refused:
        pen.send(wanted)
    assert (refused.value.field, "hub outside add" in refused.value.next_step) == ("to", True)
    kept(pen.store, replace(VILLAGE, active=False))
    with pytest.raises(NotFound, match="已停用"):
        pen.send(wanted)
    assert pen.written[0] == 0
    kept(pen.store, VILLAGE)
    assert pen.send(wanted).audiences == (VILLAGE.id,)
