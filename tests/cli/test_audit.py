"""``hub audit`` as an administrator at the machine uses it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from hub.core import checkpoint, merkle
from tests.builders import BEIHAI, YULIN
from tests.cli.nodes import make_node, until


def test_the_log_is_searched_and_verified_and_a_changed_record_ends_with_one(tmp_path: Path) -> None:
    node = make_node(tmp_path, YULIN)
    node.ok("user", "add", "yulin.officer", "--role", "officer")

    found = node.ok("audit", "search", "--type", "user")
    assert [one["subject"] for one in found["items"]] == ["yulin.officer"]
    said = node.hub("audit", "search", "--subject", "yulin.officer").out
    assert "新建或变更用户" in said
    assert node.ok("audit", "verify")["ok"] is True

    with sqlite3.connect(node.home / "hub.sqlite") as database:
        database.execute("UPDATE leaves SET record = ? WHERE type = 'user'", (b'{"role":"clerk"}',))
    verified = node.hub("audit", "verify")
    assert (verified.code, "内容与登记时的摘要不一致" in verified.out) == (1, True), verified


def test_a_document_is_proved_by_a_checkpoint_and_the_proof_needs_nobodys_word(tmp_path: Path) -> None:
    yulin, beihai = make_node(tmp_path, YULIN), make_node(tmp_path, BEIHAI)
    with yulin.running("work"), beihai.running("work"):
        document = yulin.send("assistance_request", BEIHAI)["document"]
        until(lambda: yulin.steps(document)[BEIHAI] == "delivered")
    proved = yulin.ok("audit", "prove", document)
    point = checkpoint.parse_checkpoint(checkpoint.parse_note(proved["checkpoint"]).text)
    assert point.size == proved["size"]
    kinds = [one["data"].split("\n")[1] for one in proved["entries"]]
    assert {"decide", "seal"} <= set(kinds)
    for one in proved["entries"]:
        leaf, proof = merkle.hash_leaf(one["data"].encode()), [bytes.fromhex(each) for each in one["proof"]]
        assert merkle.verify_inclusion(one["position"], point.size, leaf, proof, point.root)
    assert "已证明在存证点之内" in yulin.hub("audit", "prove", document).out
    assert yulin.ok("audit", "verify")["signed"] >= point.size
    assert yulin.ok("audit", "verify", "--new")["from"] > 0


def test_an_alarm_is_listed_exported_with_its_notes_and_settled_with_a_reason(tmp_path: Path) -> None:
    node = make_node(tmp_path, YULIN)
    node.ok("user", "add", "yulin.officer", "--role", "officer")
    with node.running("work"):
        until(lambda: node.ok("audit", "verify")["signed"] > 0)
    assert node.ok("audit", "alarms")["items"] == []
    with sqlite3.connect(node.home / "hub.sqlite") as database:
        database.execute("UPDATE checkpoints SET root = ?", (bytes(32),))
    verified = node.hub("audit", "verify", "--json")
    assert (verified.code, "与已签存证点不符" in verified.out) == (1, True), verified
    with node.running("work"):
        until(lambda: node.ok("audit", "alarms")["items"] != [])
    told = next(one for one in node.hub("doctor", "--json").json["checks"] if one["name"] == "审计日志")
    assert (told["level"], "已停止签存证点" in told["what"], "hub audit alarms" in told["todo"]) == ("red", True, True)
    [alarm] = node.ok("audit", "alarms")["items"]
    assert alarm["why"] in node.hub("audit", "alarms").out
    assert (alarm["kind"], alarm["member"]) == ("root", YULIN)
    file = tmp_path / "alarm.json"
    assert node.hub("audit", "evidence", str(alarm["id"]), "-o", str(file)).code == 0
    assert json.loads(file.read_bytes())["kind"] == "root"
    assert node.hub("audit", "settle", str(alarm["id"]), "--reason", "演示").code == 0
    assert node.hub("audit", "settle", str(alarm["id"]), "--reason", "演示").code == 2


def test_the_doctor_tells_of_a_log_that_nobody_else_has_cosigned_for_a_day(tmp_path: Path) -> None:
    node = make_node(tmp_path, YULIN)
    node.ok("user", "add", "yulin.officer", "--role", "officer")
    with node.running("work"):
        until(lambda: node.ok("audit", "verify")["signed"] > 0)

    def told() -> dict[str, str]:
        return next(one for one in node.hub("doctor", "--json").json["checks"] if one["name"] == "审计日志")

    assert told()["level"] == "green"
    with sqlite3.connect(node.home / "hub.sqlite") as database:
        database.execute(
            "INSERT INTO checkpoints SELECT origin, 0, root, note, at - 90000000000 FROM checkpoints LIMIT 1"
        )
    assert (told()["level"], "没有其他单位会签" in told()["what"]) == ("yellow", True)
