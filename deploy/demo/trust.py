"""The end of the day: what nobody can do unseen.

Keys change, a member leaves and returns, a backup comes back, a log is edited, and a stranger checks an exchange with
nothing but a file.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from adapters.contract import ApiRefused, Recorded
from deploy.demo import notices
from deploy.demo.day import Day
from deploy.demo.layout import ROOT
from deploy.demo.nodes import Node
from deploy.demo.offices import BEIHAI, HAIKOU, JOINT_OFFICE, MAOMING, ONLINE, YULIN, ZHANJIANG, Office
from deploy.demo.waiting import expect, until
from hub.core.cosigning import read_paper, with_signature
from hub.keystore import open_signer
from hub.store.engine import open_engine, parse_url

_LONG = 300.0
"""Seconds for what takes several rounds of heads."""


def publish(day: Day, *changes: str | Path, without: Office | None = None) -> int:
    """The holders' work: draft the next roster, sign it, install it at one node, wait until all have it.

    ``without``: who is told nothing any more.
    """
    home = day.fleet.base / "root"
    number = sum(1 for _ in home.glob("roster*.json"))
    present = home / (f"roster-{number}.json" if number > 1 else "roster.json")
    draft, done = home / "draft.json", home / f"roster-{number + 1}.json"
    draft.unlink(missing_ok=True)
    desk = day.fleet[JOINT_OFFICE]
    desk.hub("roster", "draft", present, *changes, "-o", draft)
    signed = with_signature(read_paper(draft.read_bytes()), open_signer(f"file:{home / 'root.key'}", demo=True))
    done.write_bytes(signed.raw())
    version = int(desk.hub_json("roster", "install", done)["roster"])
    for one in (office for office in ONLINE if office != without):
        until(f"{one.short}收到成员名册第 {version} 版", partial(_knows, day.fleet[one], version), _LONG)
    return version


def new_keys(day: Day) -> None:
    """北海 changes all three keys; what it sends next is believed everywhere."""
    node, request = day.fleet[BEIHAI], day.fleet.base / "beihai-keys.json"
    request.unlink(missing_ok=True)
    keys = node.hub_json("keys", "rotate", "--out", request)["keys"]
    publish(day, "--rotate", request)
    _restart(node)
    sent = _notice(day, BEIHAI, "北市监传〔2026〕31号", ZHANJIANG)
    day.arrived(ZHANJIANG, sent)
    raw = _envelope(day.fleet[ZHANJIANG], sent)
    expect(keys["sign"] in raw, "新文书不是用新密钥签的")
    day.say("换密钥：北海市监换用新的签名、加密、存证密钥，名册公布后发文照常")


def leaves_and_returns(day: Day) -> None:
    """茂名 is expelled: nobody can send to it any more; readmitted, it goes on."""
    publish(day, "--expel", MAOMING.id, without=MAOMING)
    try:
        _notice(day, YULIN, "玉市监传〔2026〕31号", MAOMING)
    except ApiRefused as refusal:
        reason = refusal.detail
    else:
        raise AssertionError("a document to an expelled member was accepted")
    publish(day, "--reinstate", MAOMING.id)
    day.arrived(MAOMING, _notice(day, YULIN, "玉市监传〔2026〕32号", MAOMING))
    day.say(f"成员：茂名市监退出后，向它发文被拒绝（{reason}）；恢复后照常收文")


def witnessed(day: Day) -> None:
    """Every log on line is signed by its node and cosigned by others."""
    for one in ONLINE:
        until(f"{one.short}的日志有其他单位会签", partial(_witnesses, day.fleet[one]), _LONG)
    day.say(f"存证：{len(ONLINE)} 个联网单位的审计日志都已由其他单位会签")


def comes_back(day: Day) -> None:
    """玉林 goes back to a backup; what it sent later returns from its addressee."""
    node, saved = day.fleet[YULIN], day.fleet.base / "yulin-backup.db"
    saved.unlink(missing_ok=True)
    node.hub("backup", "-o", saved)
    later = _notice(day, YULIN, "玉市监传〔2026〕33号", ZHANJIANG)
    day.arrived(ZHANJIANG, later)
    node.ask_to_stop()
    node.wait_stopped()
    node.hub("restore", saved, "--replace")
    code, out, _ = node.commands.run(["--home", str(node.home), "show", later["document"]], node.environment())
    expect(code, f"备份中竟有备份之后的文书：{out[:80]}")
    node.start()
    until("玉林市监的节点恢复后启动", node.is_ready, 90)
    day.later()
    until("备份之后发出的文书由湛江退回", lambda: day.copy(YULIN, later["document"]), _LONG)
    day.arrived(ZHANJIANG, _notice(day, YULIN, "玉市监传〔2026〕34号", ZHANJIANG))
    day.say("恢复：玉林市监从备份恢复，备份之后发出的文书由湛江市监退回补录，编号不重用，随后发文照常")


def checked_by_a_stranger(day: Day) -> Path:
    """An evidence file of the day's request, checked by the program that shares no code with the hub."""
    node = day.fleet[ZHANJIANG]
    sent = next(one for one in node.api.documents(kind="assistance_request") if one["sender"] == ZHANJIANG.id)
    file = day.fleet.base / "存证核验包.evidence"
    for old in (file, file.with_name(file.name + ".pdf")):
        old.unlink(missing_ok=True)
    told = node.hub_json("evidence", sent["document"], "-o", file, "--content")
    found = subprocess.run(
        [sys.executable, "-I", ROOT / "deploy" / "verify.py", file, "--root", told["root"], "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    findings = json.loads(found.stdout)["findings"]
    expect(found.returncode in (0, 3), f"核验不通过：{findings[-1]['text']}")
    said = "".join(one["text"] for one in findings)
    expect("的系统回执：已送达" in said and "在存证点之内" in said, "核验包没有证明送达和存证")
    proved = sum(1 for one in findings if one["ok"])
    day.say(f"举证：湛江市监导出存证核验包，verify.py 不联网逐项核验，{proved} 项属实")
    return file


def edited_row(day: Day) -> None:
    """Somebody with the database's password edits the log of 海口; the node names the row."""
    node = day.fleet[HAIKOU]
    node.ask_to_stop()
    node.wait_stopped()
    place = 5

    def write(subject: str) -> str:
        engine = open_engine(parse_url(day.fleet.backend.database(node.home)))
        with engine.begin() as connection:
            was = connection.execute(text("SELECT subject FROM leaves WHERE position = :at"), {"at": place}).scalar()
            values = {"at": place, "subject": subject}
            connection.execute(text("UPDATE leaves SET subject = :subject WHERE position = :at"), values)
        engine.dispose()
        return str(was)

    was = write("0" * 64)
    code, found = _said(node, "audit", "verify")
    wrong = found["wrong"]
    expect(code == 1 and len(wrong) == 1, f"改动了一条日志，核对却说：{found}")
    write(was)
    node.start()
    until("海口市监的节点重新启动", node.is_ready, 90)
    day.say(f"改库：有人直接改了海口市监数据库中的一条日志，核对指出第 {wrong[0][0]} 条不符；改回后一致")


SCENES: tuple[tuple[str, Callable[[Day], object]], ...] = (
    ("换密钥", new_keys),
    ("成员", leaves_and_returns),
    ("存证", witnessed),
    ("恢复", comes_back),
    ("举证", checked_by_a_stranger),
    ("改库", edited_row),
)
"""In the order they are played."""


def _notice(day: Day, sender: Office, doc_no: str, to: Office) -> Recorded:
    return day.send(sender, "case_notice", notices.case_notice("C002", doc_no, to.region), to=[to])


def _restart(node: Node) -> None:
    node.ask_to_stop()
    node.wait_stopped()
    node.start()
    until(f"{node.office.short}的节点重新启动", node.is_ready, 90)


def _knows(node: Node, version: int) -> bool:
    """Whether this roster has come to the node."""
    checks = _said(node, "doctor")[1]["checks"]
    found = re.search(r"第 (\d+) 版", next(one["what"] for one in checks if one["name"] == "成员名册"))
    return found is not None and int(found[1]) >= version


def _witnesses(node: Node) -> bool:
    return bool(_said(node, "audit", "verify", "--new")[1]["witnesses"])


def _said(node: Node, *words: str) -> tuple[int, Any]:
    """Exit code and JSON of a command that may well find something wrong."""
    code, out, _ = node.commands.run(["--home", str(node.home), *words, "--json"], node.environment())
    return code, json.loads(out.strip().splitlines()[-1])


def _envelope(node: Node, sent: Recorded) -> str:
    copy = node.api.document(sent["document"])["copies"][0]
    return node.api.envelope(sent["document"], str(copy["hash"])).decode()
