"""``hub audit`` as an administrator at the machine uses it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.builders import YULIN
from tests.cli.nodes import make_node


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
