"""Leaves of the audit log commit to their record without containing it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

from hub.core.audit import leaf
from tests.builders import NOW

SALT = bytes(range(16))


def test_the_leaf_hash_is_that_of_rfc_6962_over_type_subject_time_and_commitment() -> None:
    one = leaf("store", "abc", "node", NOW, SALT, outcome="stored", code=None)
    commitment = hashlib.sha256(SALT + b"node\n" + one.record).hexdigest()
    assert one.data == f"v2\nstore\nabc\n2026-04-13T08:30:00.000000+00:00\n{commitment}\n".encode()
    assert one.hash == hashlib.sha256(b"\x00" + one.data).hexdigest()


def test_the_record_is_readable_and_its_bytes_do_not_depend_on_the_order_of_facts() -> None:
    one = leaf("store", "abc", "node", NOW, SALT, b="二", a=1)
    two = leaf("store", "abc", "node", NOW, SALT, a=1, b="二")
    assert one.record == two.record
    assert json.loads(one.record) == {"a": 1, "b": "二"}


def test_the_leaf_survives_the_erasure_of_record_and_salt_but_not_their_change() -> None:
    one = leaf("store", "abc", "node", NOW, SALT, name="张某某")
    assert "张某某".encode() not in one.data
    for changed in (
        replace(one, record=b"{}"),
        replace(one, salt=bytes(16)),
        replace(one, subject="abd"),
        replace(one, type="seal"),
        replace(one, actor="somebody"),
        replace(one, at=NOW + timedelta(microseconds=1)),
    ):
        assert changed.hash != one.hash
