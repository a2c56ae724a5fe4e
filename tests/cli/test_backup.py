"""A node goes back to a backup: what came later returns from its peers, nothing is sent twice, no number used twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.processes import wait_until
from tests.builders import BEIHAI, YULIN
from tests.cli.nodes import PATIENCE, TestNode, make_node


def until(condition: Callable[[], bool]) -> None:
    """Heads are exchanged every quarter of a minute, and a recovery takes some of them."""
    assert wait_until(condition, 3 * PATIENCE)


def inbox(node: TestNode) -> list[str]:
    return [row["document"] for row in node.ok("inbox", "--limit", 100)["documents"]]


def delivered(node: TestNode, document: str, to: str) -> bool:
    return node.steps(document).get(to) == "delivered"


def places(node: TestNode) -> list[tuple[str, int]]:
    """(incarnation, number) of everything the node ever signed, as far as it knows."""
    with sqlite3.connect(node.home / "hub.sqlite") as database:
        query = "SELECT incarnation, seq FROM messages WHERE sender = ? AND audience = ?"
        return database.execute(query, (node.member, BEIHAI)).fetchall()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_after_a_restore_lost_documents_come_back_and_none_goes_twice(tmp_path: Path) -> None:
    yulin, beihai = make_node(tmp_path, YULIN), make_node(tmp_path, BEIHAI)
    with beihai.running("work"):
        with yulin.running("work"):
            first = yulin.send("assistance_request", BEIHAI)["document"]
            until(lambda: delivered(yulin, first, BEIHAI))
        waiting = yulin.send("assistance_request", BEIHAI)["document"]  # recorded, not signed yet
        saved = yulin.ok("backup", "-o", tmp_path / "backup.db")
        assert saved["rows"] > 10
        with yulin.running("work"):
            later = yulin.send("assistance_request", BEIHAI)["document"]
            until(lambda: delivered(yulin, waiting, BEIHAI) and delivered(yulin, later, BEIHAI))
            theirs = beihai.send("assistance_request", YULIN)["document"]
            until(lambda: delivered(beihai, theirs, YULIN))
        numbers_before = places(yulin)

        refused = yulin.hub("restore", tmp_path / "backup.db")
        assert refused.code != 0
        assert "已有节点" in refused.err
        done = yulin.hub("restore", tmp_path / "backup.db", "--replace")
        assert done.code == 0, done
        assert later not in str(yulin.ok("matters"))
        assert theirs not in inbox(yulin)

        with yulin.running("work"):
            fresh = yulin.send("assistance_request", BEIHAI)["document"]
            until(lambda: theirs in inbox(yulin))
            until(lambda: all(delivered(yulin, one, BEIHAI) for one in (first, waiting, later, fresh)))
            until(lambda: sorted(inbox(beihai)) == sorted([first, waiting, later, fresh]))
    assert set(numbers_before) < set(places(yulin))
    assert len(places(yulin)) == 4
    assert yulin.hub("audit", "verify").code == 0


def test_a_database_turned_back_needs_more_than_going_on(tmp_path: Path) -> None:
    yulin = make_node(tmp_path, YULIN)
    with sqlite3.connect(yulin.home / "hub.sqlite") as database:
        database.execute("UPDATE node SET waits_for = ?", (f'["{YULIN}"]',))
    assert "本节点没有的文书，已停止签名发文" in yulin.hub("doctor").out
    refused = yulin.hub("restore", "--go-on")
    assert refused.code != 0
    assert "--here" in refused.err
    assert yulin.hub("restore", "--here", "--alone").code == 0
    assert "无需恢复" in yulin.hub("doctor").out


def test_somebody_elses_file_is_no_backup_of_ours(tmp_path: Path) -> None:
    yulin, beihai = make_node(tmp_path, YULIN), make_node(tmp_path, BEIHAI)
    beihai.ok("backup", "-o", tmp_path / "b.db")
    for file, why in ((tmp_path / "b.db", "备份属于节点 450500-mr"), (tmp_path / "root.json", "不是本系统的"),
                      (tmp_path / "none", "没有备份文件")):  # fmt: skip
        done = yulin.hub("restore", file, "--replace")
        assert done.code != 0
        assert why in done.err, done.err
    again = beihai.hub("backup", "-o", tmp_path / "b.db")
    assert again.code != 0
    assert "不覆盖" in again.err
    assert yulin.hub("restore").code != 0
