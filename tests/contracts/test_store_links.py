"""What stored documents name, and the register of offices outside: the same on every store."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from hub.core import envelope as wire
from hub.flows.ports.outside import OutsideOffice
from hub.flows.ports.relations import Link
from hub.flows.rows import Message, MessageStatus, PartMeta
from hub.kinds.links import PART
from tests.builders import digest, message, thread, uuid
from tests.contracts.stores import Backend

MATTER, OTHER, THIRD = thread(1), thread(2), thread(3)
VILLAGE = OutsideOffice(
    "out-460200-1", "某村民委员会", "460200", "grass", "某镇某村", "某主任", "0898-00000000", "post"
)


def named(body: dict[str, Any], number: int = 1, **fields: Any) -> Message:
    """A message that carries this body."""
    text = {
        "payloadType": wire.MESSAGE,
        "payload": base64.b64encode(b"{}").decode(),
        "signatures": [{"keyid": "0" * 16, "sig": base64.b64encode(bytes(64)).decode()}],
        "body": base64.b64encode(json.dumps(body).encode()).decode(),
    }
    return message(document=uuid(number), raw=json.dumps(text).encode(), seq=number, **{"matter": MATTER, **fields})


def related(*matters: str, relation: str = "split_from") -> dict[str, Any]:
    return {"title": "x", "related": [{"matter": one, "relation": relation} for one in matters]}


def naming(backend: Backend, relation: str, *others: str) -> list[Link]:
    with backend.begin() as uow:
        return uow.links.naming(relation, others)


@pytest.mark.parametrize("shift", range(3))
def test_a_stored_document_names_other_matters_wherever_the_word_stands_in_its_bytes(backend: Backend, shift: int):
    with backend.begin() as uow:
        uow.messages.add([named({"pad": "x" * shift, **related(OTHER, THIRD)})])
    backend.reopen()
    assert naming(backend, "split_from", OTHER) == [Link(MATTER, "split_from", OTHER, uuid(1))]
    assert {one.other for one in naming(backend, "split_from", OTHER, THIRD)} == {OTHER, THIRD}
    assert naming(backend, "follow_up", OTHER) == naming(backend, "split_from", MATTER) == []


def test_links_come_with_the_oldest_document_first_and_each_once(backend: Backend):
    with backend.begin() as uow:
        uow.messages.add([named(related(OTHER), 2), named(related(OTHER, OTHER), 1, matter=THIRD)])
    with backend.begin() as uow:
        uow.messages.add([named(related(OTHER), 3)])
    assert [(one.matter, one.document) for one in naming(backend, "split_from", OTHER)] == [
        (THIRD, uuid(1)), (MATTER, uuid(2)), (MATTER, uuid(3)),
    ]  # fmt: skip


def test_two_copies_of_one_document_in_one_matter_are_one_link(backend: Backend):
    with backend.begin() as uow:
        uow.messages.add([named(related(OTHER))])
    with backend.begin() as uow:
        uow.messages.add([replace(named(related(OTHER)), seq=2)])
    assert len(naming(backend, "split_from", OTHER)) == 1


@pytest.mark.parametrize("status", [one for one in MessageStatus if one is not MessageStatus.STORED])
def test_what_was_not_stored_names_nothing(backend: Backend, status: MessageStatus):
    with backend.begin() as uow:
        uow.messages.add([named(related(OTHER), status=status)])
    assert naming(backend, "split_from", OTHER) == []


@pytest.mark.parametrize(
    "body",
    [
        {"related": "split_from"},
        {"related": ["split_from"]},
        {"related": [{"matter": OTHER}, {"relation": "split_from"}, {"matter": 1, "relation": "split_from"}]},
        {"related": [{"matter": OTHER, "relation": "lead_no"}]},
        {"lead_no": OTHER},
    ],
)
def test_what_is_no_link_is_left_alone(backend: Backend, body: dict[str, Any]):
    with backend.begin() as uow:
        uow.messages.add([named(body)])
    assert naming(backend, "split_from", OTHER) == naming(backend, "lead_no", OTHER) == []


@pytest.mark.parametrize(("kind", "field"), [("lead_transfer", "lead_no"), ("case_transfer", "case_no")])
def test_a_transfer_is_found_by_the_number_it_names(backend: Backend, kind: str, field: str):
    with backend.begin() as uow:
        uow.messages.add([named({field: "2026-001"}, kind=kind), named({"lead_no": "2026-001"}, 2, kind="case_notice")])
    assert naming(backend, field, "2026-001") == [Link(MATTER, field, "2026-001", uuid(1))]


def test_an_office_outside_is_kept_by_its_id_and_listed_in_order(backend: Backend):
    changed = replace(VILLAGE, name="某居民委员会", active=False)
    with backend.begin() as uow:
        assert uow.outside.get(VILLAGE.id) is None
        uow.outside.put(replace(VILLAGE, id="out-460200-2"))
        uow.outside.put(VILLAGE)
        uow.outside.put(changed)
    backend.reopen()
    with backend.begin() as uow:
        assert uow.outside.get(VILLAGE.id) == changed
        assert [one.id for one in uow.outside.all()] == ["out-460200-1", "out-460200-2"]


def test_a_file_is_found_by_its_digest_whatever_it_is_attached_to_and_is_no_related_matter(backend: Backend):
    part = PartMeta(digest("file"), 5, "application/pdf")
    with backend.begin() as uow:
        uow.messages.add([named({}, parts=(part,)), named({}, 2, matter=OTHER, parts=(part,)), named({}, 3)])
    found = [Link(MATTER, PART, part.sha256, uuid(1)), Link(OTHER, PART, part.sha256, uuid(2))]
    assert naming(backend, PART, part.sha256) == found


def test_a_thread_is_read_in_the_order_it_was_recorded_with_its_marks(backend: Backend):
    with backend.begin() as uow:
        uow.messages.add([named({}, 1, mark="may-publish")])
    with backend.begin() as uow:
        uow.messages.add([named({}, 2, matter=OTHER), named({}, 3)])
    with backend.begin() as uow:
        thread = uow.messages.glance([OTHER, MATTER])
    assert [(one.document, one.mark) for one in thread] == [
        (uuid(1), "may-publish"), (uuid(2), "members-only"), (uuid(3), "members-only"),
    ]  # fmt: skip
