"""A node goes back to a backup: what came later returns from its peers, nothing is sent twice, no number used twice."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from deploy.processes import wait_until
from hub.core.streams import StreamId
from hub.keystore.ring import create_ring
from hub.store.moving import copy_database
from tests.builders import BEIHAI, NOW, YULIN
from tests.cli.nodes import PATIENCE, TestNode, hub, make_node, write_key
from tests.planted import CARD, ID, NAME, OFFICER, PHONE, SECOND, given_away


def until(condition: Callable[[], bool]) -> None:
    """Heads are exchanged every quarter of a minute, and a recovery takes some of them."""
    assert wait_until(condition, 3 * PATIENCE)


def inbox(node: TestNode) -> list[str]:
    return [row["document"] for row in node.ok("inbox", "--limit", 100)["documents"]]


def delivered(node: TestNode, document: str, to: str) -> bool:
    return node.steps(document).get(to) == "delivered"


def places(node: TestNode, lives: set[str]) -> set[tuple[str, int]]:
    """(incarnation, number) of what the node signed in these lives for 北海, as it knows; adds the present one."""
    store = node.store()
    try:
        with store.begin() as uow:
            lives.add(uow.incarnation)
            streams = [StreamId(node.member, BEIHAI, one) for one in lives]
            return {(m.incarnation, m.seq) for stream in streams for m in uow.messages.range_of(stream, 1, 99)}
    finally:
        store.close()


def changed(file: Path, statement: str) -> None:
    """The file is written to by another hand, and closed."""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(statement)


def told(node: TestNode, kind: str) -> list[dict[str, Any]]:
    """The facts of the leaves of one type, the newest first."""
    return [one["facts"] for one in node.ok("audit", "search", "--type", kind)["items"]]


def worked(node: TestNode) -> str:
    """People's names and numbers in what the node sends and keeps; the document that was sent."""
    person = {"role": "organizer", "type": "person", "name": NAME, "id_doc_type": "resident_id", "id_doc_no": ID}
    account = {"number": CARD, "bank": "某某银行", "holder": NAME}
    body = json.loads(hub("send", "--example", "assistance_request").out)
    body |= {"doc_no": "玉市监协查〔2026〕1号", "title": f"关于协助调查{NAME}的函", "facts": f"{NAME}电话{PHONE}"}
    body |= {"parties": [{**person, "phone": PHONE, "accounts": [account]}]}
    body |= {"contact": {"name": SECOND, "phone": PHONE}}
    file = node.home / "planted.json"
    file.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    node.ok("user", "add", "second", "--role", "officer", "--title", OFFICER)
    node.ok(
        "lead", "add", "L-2026-1", f"{NAME}、{SECOND}拉人头", "--source", "monitoring", "--received-on", "2026-04-10"
    )
    return str(node.ok("send", "assistance_request", file, "--to", BEIHAI)["document"])


@pytest.fixture(params=["sqlite", "postgresql"])
def yulin(request: pytest.FixtureRequest, tmp_path: Path) -> TestNode:
    """玉林, with either database; 北海's is always a file."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("pg_database")
    return make_node(tmp_path, YULIN, url)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_after_a_restore_lost_documents_come_back_and_none_goes_twice(tmp_path: Path, yulin: TestNode) -> None:
    beihai, saved, lives = make_node(tmp_path, BEIHAI), tmp_path / "backup.db", set[str]()
    with beihai.running("work"):
        with yulin.running("work"):
            first = worked(yulin)
            until(lambda: delivered(yulin, first, BEIHAI))
            made = yulin.ok("backup", "-o", saved)  # While it works.
        waiting = yulin.send("assistance_request", BEIHAI)["document"]  # recorded, not signed yet
        saved.unlink()
        made = yulin.ok("backup", "-o", saved)
        assert given_away(saved.read_bytes()) == []
        assert made["keys"]["字段密钥"]
        assert PHONE in str(json.loads((yulin.home / "planted.json").read_text("utf-8")))
        with yulin.running("work"):
            later = yulin.send("assistance_request", BEIHAI)["document"]
            until(lambda: delivered(yulin, waiting, BEIHAI) and delivered(yulin, later, BEIHAI))
            theirs = beihai.send("assistance_request", YULIN)["document"]
            until(lambda: delivered(beihai, theirs, YULIN))
        before = places(yulin, lives)
        assert len(before) == 3

        refused = yulin.hub("restore", saved)
        assert refused.code != 0
        assert "已有节点" in refused.err
        done = yulin.hub("restore", saved, "--replace")
        assert done.code == 0, done
        assert later not in str(yulin.ok("matters"))
        assert theirs not in inbox(yulin)

        with yulin.running("work"):
            fresh = yulin.send("assistance_request", BEIHAI)["document"]
            until(lambda: theirs in inbox(yulin))
            until(lambda: all(delivered(yulin, one, BEIHAI) for one in (first, waiting, later, fresh)))
            until(lambda: sorted(inbox(beihai)) == sorted([first, waiting, later, fresh]))
    after = places(yulin, lives)
    assert before < after
    assert len(after) == 4
    assert yulin.hub("audit", "verify").code == 0
    [begun], [went_on] = told(yulin, "restore-begin"), told(yulin, "restore")
    assert begun["sha256"] == made["sha256"]
    assert begun["waits_for"][0] == "all"
    assert went_on["origin"].startswith(f"antipyramid/{YULIN}/")
    assert (went_on["size"] > 0, went_on["kept"]) == (True, True), "北海 cosigns once a minute: what it saw is in it"


def test_a_backup_of_a_node_goes_on_where_nothing_but_its_keys_is_left(tmp_path: Path, yulin: TestNode) -> None:
    document, saved = worked(yulin), tmp_path / "backup.db"
    yulin.ok("backup", "-o", saved)
    if (yulin.home / "hub.sqlite").exists():
        for file in yulin.home.glob("hub.sqlite*"):
            file.unlink()
        done = yulin.hub("restore", saved, "--alone")
    else:
        done = yulin.hub("restore", saved, "--alone", "--replace")
    assert done.code == 0, done
    assert "没有向任何单位核对" in done.out
    assert SECOND not in yulin.hub("show", document).err
    assert yulin.ok("show", document)["copies"]
    [went_on] = told(yulin, "restore")
    assert (went_on["alone"], BEIHAI in went_on["without"]) == (True, True)
    assert "没有与任何单位核对 是" in yulin.hub("audit", "search", "--type", "restore").out
    assert not (yulin.home / "restore.part").exists()


def test_what_is_wrong_with_the_keys_is_said_before_anything_is_touched(tmp_path: Path) -> None:
    yulin, saved = make_node(tmp_path, YULIN), tmp_path / "backup.db"
    worked(yulin)
    made = yulin.ok("backup", "-o", saved)
    good = yulin.hub("restore", saved, "--dry-run")
    assert (good.code, "故障" in good.out, good.err) == (0, False, ""), good
    document = yulin.send("case_notice", BEIHAI)["document"]  # Not in the backup.

    def refused(*options: str) -> str:
        done = yulin.hub("restore", saved, "--replace", *options)
        assert (done.code, "没有作任何改动" in done.err) == (2, True), done
        assert yulin.ok("show", document)["copies"], "nothing was touched"
        return done.out + done.err

    ring, kept = yulin.home / "fields.key", yulin.home / "kept"
    ring.replace(kept)
    create_ring(ring, NOW)  # As ``hub node init`` on the new machine makes one.
    said = yulin.hub("restore", saved, "--dry-run")
    assert (said.code, made["keys"]["字段密钥"][0] in said.out, "取回备份当时的密钥环" in said.out) == (2, True, True)
    done = yulin.hub("restore", saved, "--replace", "--anyway")
    assert (done.code, "没有作任何改动" in done.err) == (2, True), "without the ring nothing can be read"
    kept.replace(ring)
    assert "加 --replace" in yulin.hub("restore", saved, "--anyway").err

    (yulin.home / "node.key").replace(kept)
    assert made["keys"]["签名密钥"][0] in refused()
    write_key(tmp_path / "other", BEIHAI)
    (tmp_path / "other" / "node.key").replace(yulin.home / "node.key")
    assert "不是备份的名册所登记的" in refused()
    kept.replace(yulin.home / "node.key")
    (yulin.home / "seal.key").chmod(0o644)
    assert "加密密钥 与备份不符" in refused()

    done = yulin.hub("restore", saved, "--replace", "--anyway", "--alone")
    assert done.code == 0, done
    assert told(yulin, "restore-begin")[0]["despite"] == ["加密密钥"]
    assert yulin.hub("show", document).code != 0


def test_a_backup_that_was_changed_is_not_gone_on_from(tmp_path: Path) -> None:
    yulin, saved = make_node(tmp_path, YULIN), tmp_path / "backup.db"
    worked(yulin)
    yulin.ok("backup", "-o", saved)
    changed(saved, "UPDATE leaves SET subject = 'another' WHERE position = 0")
    done = yulin.hub("restore", saved, "--replace")
    assert (done.code, "审计日志" in done.err) == (2, True), done


def test_two_bytes_changed_in_a_document_of_a_backup_are_named_before_it_is_gone_on_from(tmp_path: Path) -> None:
    yulin, saved, wrong = make_node(tmp_path, YULIN), tmp_path / "backup.db", tmp_path / "wrong.db"
    worked(yulin)
    with yulin.running("work"):
        until(lambda: bool(places(yulin, set())))
    yulin.ok("backup", "-o", saved)
    whole = yulin.hub("restore", saved, "--dry-run")
    assert (whole.code, "逐件与签名和登记的摘要一致" in whole.out) == (0, True), whole
    for change in (
        "raw = CAST(substr(raw, 1, 600) || 'zz' || substr(raw, 603) AS BLOB)",
        "hash = 'zz' || substr(hash, 3)",
    ):
        wrong.write_bytes(saved.read_bytes())
        changed(wrong, f"UPDATE messages SET {change}")
        said = yulin.hub("restore", wrong, "--dry-run")
        assert (said.code, "存储的内容解不开" in said.out, f"{YULIN} 第 1 号" in said.out) == (2, True, True), said
        done = yulin.hub("restore", wrong, "--replace")
        assert (done.code, "文书与附件 与备份不符" in done.err) == (2, True), done


def test_a_restore_that_is_cut_short_leaves_a_node_that_signs_nothing(tmp_path: Path) -> None:
    yulin, saved = make_node(tmp_path, YULIN), tmp_path / "backup.db"
    yulin.ok("backup", "-o", saved)
    copy_database(f"sqlite:///{saved}", f"sqlite:///{yulin.home / 'hub.sqlite'}", replace=True, set_back=True)
    assert "已停止签名发文" in yulin.hub("doctor").out
    refused = yulin.hub("restore", "--go-on")
    assert (refused.code, "--here" in refused.err) == (2, True)
    assert yulin.hub("restore", saved, "--replace", "--alone").code == 0
    assert "无需恢复" in yulin.hub("doctor").out


def test_a_database_turned_back_needs_more_than_going_on(tmp_path: Path) -> None:
    yulin = make_node(tmp_path, YULIN)
    changed(yulin.home / "hub.sqlite", f"UPDATE node SET waits_for = '[\"{YULIN}\"]'")
    assert "本节点没有的文书，已停止签名发文" in yulin.hub("doctor").out
    refused = yulin.hub("restore", "--go-on")
    assert refused.code != 0
    assert "--here" in refused.err
    assert yulin.hub("restore", "--here").code == 0
    assert "等待" in yulin.hub("doctor").out
    assert yulin.hub("restore", "--go-on").code == 0
    assert "无需恢复" in yulin.hub("doctor").out
    [went_on] = told(yulin, "restore")
    assert (went_on["alone"], BEIHAI in went_on["without"]) == (True, True)


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
    changed(tmp_path / "b.db", "UPDATE alembic_version SET version_num = '9999'")
    newer = beihai.hub("restore", tmp_path / "b.db", "--replace")
    assert (newer.code, "请先升级程序" in newer.err) == (2, True), newer
    (tmp_path / "b.db-wal").write_bytes(b"x")
    assert "不是 hub backup 写出的" in beihai.hub("restore", tmp_path / "b.db", "--dry-run").err
