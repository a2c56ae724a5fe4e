"""``hub keys``: a field key is changed while the node works, and the old one goes when nothing needs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.cli.lock import only_one
from hub.keystore.ring import FileRing
from hub.settings import load_settings
from hub.store.session import open_store
from tests.builders import BEIHAI, YULIN, matter_row
from tests.cli.nodes import TestNode, make_node


@pytest.fixture
def node(tmp_path: Path) -> TestNode:
    return make_node(tmp_path, YULIN)


def later(node: TestNode, seconds: float) -> None:
    ahead = node.home / "ahead"
    ahead.write_text(str(float(ahead.read_text("ascii")) + seconds), "ascii")


def ring(node: TestNode) -> FileRing:
    return FileRing(node.home / "fields.key")


def files(node: TestNode) -> bytes:
    """Everything the database has on the disk."""
    return b"".join(one.read_bytes() for one in node.home.glob("hub.sqlite*"))


def test_a_node_has_a_ring_from_its_first_day_and_its_database_is_sealed(node: TestNode):
    node.send("assistance_request", BEIHAI)

    assert (ring(node).strict, len(ring(node).ids)) == (True, 1)
    assert "某某生物科技有限公司".encode() not in files(node)
    assert node.ok("keys", "fields")["left"] == {}
    assert "现用" in node.hub("keys", "fields").out


def test_the_key_is_changed_and_the_old_one_dropped_when_everybody_knows_the_new(node: TestNode):
    sent = node.send("assistance_request", BEIHAI)
    [old] = ring(node).ids

    first = node.ok("keys", "rotate-fields", "--no-wait")
    assert (first["rows"] > 0, first["dropped"], first["unreadable"]) == (True, [], [])
    assert len(ring(node).ids) == 2
    assert "待清除" in node.hub("keys", "fields").out
    assert "旧密钥保留至" in node.hub("keys", "rotate-fields", "--no-wait").out
    later(node, 120)
    second = node.ok("keys", "rotate-fields", "--no-wait")

    assert second["dropped"] == [old.hex()]
    assert old not in ring(node).ids
    assert node.ok("show", sent["document"])["document"] == sent["document"]
    notes = node.ok("audit", "search", "--type", "field-keys")["items"]
    assert len(notes) == 2


def test_without_its_ring_a_sealed_database_gets_no_new_one(node: TestNode):
    node.send("assistance_request", BEIHAI)
    (node.home / "fields.key").rename(node.home / "kept")

    for command in (("matters",), ("keys", "rotate-fields", "--no-wait")):
        done = node.hub(*command)
        assert (done.code, "没有字段密钥环" in done.err, "备份" in done.err) == (2, True, True)
    assert not (node.home / "fields.key").exists()


def test_two_changes_do_not_run_at_once(node: TestNode):
    with only_one(node.home, ("fields",)):
        done = node.hub("keys", "rotate-fields", "--no-wait")
    assert (done.code, "另一个" in done.err) == (2, True)
    assert len(ring(node).ids) == 1


def test_a_database_from_before_gets_a_ring_and_is_sealed_by_the_same_command(node: TestNode):
    (node.home / "fields.key").unlink()
    row = matter_row(title="旧版登记的某某案")
    plain = open_store(load_settings(node.home).database, YULIN)
    with plain.begin() as uow:
        uow.matters.save([row])
    plain.close()
    assert row.title.encode() in files(node)

    begun = node.ok("keys", "rotate-fields", "--no-wait")
    later(node, 120)
    done = node.ok("keys", "rotate-fields", "--no-wait")

    assert (begun["rows"], begun["strict"], done["strict"]) == (1, False, True)
    assert row.title.encode() not in files(node)
    with node.store().begin() as uow:
        assert uow.matters.get([row.id])[row.id].title == row.title


def test_the_index_key_is_changed_in_two_steps_and_everything_is_found_all_the_time(node: TestNode):
    sent = node.send("assistance_request", BEIHAI)
    first = ring(node).ring.blind_id

    begun = node.ok("keys", "rotate-index", "--no-wait")
    told = node.ok("keys", "fields")["index"]
    words = node.hub("keys", "fields").out
    assert (begun, told["changing"], told["id"] != first.hex()) == (
        {"rows": 0, "done": False, "unreadable": []},
        True,
        True,
    )
    assert "hub keys rotate-index" in words
    assert "后再次执行" in node.hub("keys", "rotate-index", "--no-wait").out
    later(node, 120)
    done = node.ok("keys", "rotate-index")

    assert (done["done"], done["unreadable"], ring(node).ring.former) == (True, [], None)
    assert node.ok("keys", "fields")["index"]["changing"] is False
    assert node.ok("show", sent["document"])["document"] == sent["document"]
    notes = node.ok("audit", "search", "--type", "field-keys")["items"]
    assert len(notes) == 2
