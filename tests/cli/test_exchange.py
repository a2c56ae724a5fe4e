"""Two nodes with working processes over one spool directory, seen through the commands."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import BEIHAI, YULIN
from tests.cli.nodes import PATIENCE, TestNode, hub, make_node, until

Pair = tuple[TestNode, TestNode]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """玉林 and 北海, both working."""
    folder = tmp_path_factory.mktemp("nodes")
    yulin, beihai = make_node(folder, YULIN), make_node(folder, BEIHAI)
    with yulin.running("work") as first, beihai.running("work") as second:
        yulin.wait_for_log('"working"')
        beihai.wait_for_log('"working"')
        yield yulin, beihai
        assert (first.poll(), second.poll()) == (None, None), yulin.log + beihai.log


@pytest.fixture(scope="module")
def request_sent(pair: Pair) -> dict[str, str]:
    """A request with an attachment, delivered to 北海."""
    yulin, _ = pair
    letter = yulin.home / "附件.txt"
    letter.write_text("演示附件", "utf-8")
    sent = yulin.send("assistance_request", BEIHAI, "--attach", letter, "--urgency", "urgent")
    until(lambda: yulin.steps(sent["document"])[BEIHAI] == "delivered")
    return sent


def test_a_request_arrives_and_its_signed_receipt_comes_back(pair: Pair, request_sent: dict[str, str]) -> None:
    _, beihai = pair
    rows = beihai.ok("inbox", "--from", YULIN, "--kind", "assistance_request")["documents"]
    assert [row["document"] for row in rows] == [request_sent["document"]]
    assert rows[0]["urgency"] == "urgent"
    copy = beihai.ok("show", request_sent["document"])["copies"][0]
    assert [part["size"] for part in copy["parts"]] == [len("演示附件".encode())]


def test_both_ends_show_one_due_date(pair: Pair, request_sent: dict[str, str]) -> None:
    dues = [node.ok("show", request_sent["document"])["matters"][0] for node in pair]
    assert dues[0] == dues[1]
    assert (dues[0]["rule"], dues[0]["calendar"], dues[0]["clock"]) == ("ASSIST_MR", "CN-GX", "running")
    for node in pair:
        listed = {row["id"]: row["due_effective"] for row in node.ok("matters", "--state", dues[0]["state"])["matters"]}
        assert listed[dues[0]["matter"]] == dues[0]["due_effective"]
        assert node.ok("matters", "--overdue")["matters"] == []


def test_persons_are_masked_wherever_a_document_is_shown(pair: Pair, request_sent: dict[str, str]) -> None:
    body = json.loads(hub("send", "--example", "assistance_request").out)
    person = next(party for party in body["parties"] if party["type"] == "person")
    company = next(party for party in body["parties"] if party["type"] == "company")
    for said in (
        pair[1].hub("show", request_sent["document"]).out,
        pair[1].hub("show", request_sent["document"], "--json").out,
    ):
        assert person["id_doc_no"] not in said
        assert person["phone"] not in said
        assert person["name"] not in said
        assert company["name"] in said


def test_people_read_the_rungs_and_the_clock_in_chinese(pair: Pair, request_sent: dict[str, str]) -> None:
    said = pair[0].hub("show", request_sent["document"]).out
    for word in ("已登记", "已发出", "已送达", "计时中", "到期日", "加急", "协助调查函"):
        assert word in said


def test_an_answer_inside_the_matter_needs_no_addressee(pair: Pair, request_sent: dict[str, str]) -> None:
    yulin, beihai = pair
    file = beihai.home / "answer.json"
    file.write_text(hub("send", "--example", "answer").out, "utf-8")
    matter = beihai.ok("show", request_sent["document"])["copies"][0]["row"]["matter"]
    sent = beihai.ok("send", "answer", file, "--matter", matter)
    assert (sent["audiences"], sent["act"]) == ([YULIN], "sign-for")
    until(lambda: yulin.steps(request_sent["document"])[BEIHAI] == "signed")


def test_the_inbox_is_paged_newest_first(pair: Pair) -> None:
    yulin, beihai = pair
    sent = [yulin.send("case_notice", BEIHAI)["document"] for _ in range(3)]
    until(lambda: all(yulin.steps(document)[BEIHAI] == "delivered" for document in sent))
    seen, cursor = [], []
    while True:
        page = beihai.ok("inbox", "--kind", "case_notice", "--limit", 2, *cursor)
        seen += [row["document"] for row in page["documents"]]
        if page["next"] is None:
            break
        cursor = ["--cursor", page["next"]]
    assert seen == sent[::-1]


def test_figures_count_what_was_exchanged(pair: Pair, request_sent: dict[str, str]) -> None:
    found = pair[1].ok("stats", "--since", "2026-04-01", "--until", "2026-04-30")
    totals = {
        (each["indicator"], each["measure"], each["member"]): each["value"]
        for each in found["figures"]
        if each["peer"] is None
    }
    assert (found["since"], found["until"]) == ("2026-04-01", "2026-04-30")
    assert totals["I03", "sent", YULIN] == totals["I03", "received", BEIHAI] == 1
    empty = pair[1].ok("stats", "--since", "2026-03-01", "--until", "2026-03-31")
    assert [each for each in empty["figures"] if each["indicator"] != "I28"] == []
    assert "I03.received" in pair[1].hub("stats").out
    (received,) = (one for one in found["figures"] if (one["measure"], one["peer"]) == ("received", YULIN))
    assert (received["member"], received["unit"], received["value"], received["denominator"]) == (
        BEIHAI,
        "case",
        1,
        None,
    )
    listed = pair[1].ok("stats", "--month", "2026-04", "--matters", "--measure", "I03.received", "--member", BEIHAI)
    assert [one["peer"] for one in listed["matters"]] == [YULIN]
    assert pair[1].hub("stats", "--month", "2026-04", "--csv", "-").out.startswith("\ufeff指标编号,")
    assert "统计期尚未结束" in pair[1].hub("stats", "report", "--month", "2026-04", "-o", "-").err


def test_a_working_node_is_all_green(pair: Pair) -> None:
    found = pair[0].hub("doctor", "--json")
    assert {check["name"]: check["level"] for check in found.json["checks"]} == dict.fromkeys(
        (
            "配置",
            "数据库",
            "密钥",
            "成员名册",
            "系统回执",
            "传输通道",
            "网页访问",
            "第二因子",
            "磁盘空间",
            "时钟",
            "工作进程",
            "待办队列",
            "恢复",
            "审计日志",
        ),
        "green",
    )
    assert found.code == 0


def test_a_second_worker_at_one_node_is_turned_away(pair: Pair) -> None:
    with pair[0].running("work", "--only", "seal") as second:
        assert second.wait(PATIENCE) == 2
    assert "工作进程已在运行" in pair[0].log


def test_a_forged_file_in_the_spool_ends_in_quarantine_with_its_reason(pair: Pair) -> None:
    _, beihai = pair
    spool = Path(beihai.home).parent / "spool" / BEIHAI
    until((spool / "new").is_dir)
    (spool / "tmp" / "forged").write_bytes(b'{"no":"envelope"}')
    (spool / "tmp" / "forged").rename(spool / "new" / "forged")
    until(lambda: beihai.ok("quarantine")["quarantine"])
    item = beihai.ok("quarantine")["quarantine"][0]
    assert item["code"] == "malformed"
    assert "信封字段不全" in beihai.hub("quarantine", item["id"]).out
    assert beihai.hub("doctor").code == 1


def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    yulin, beihai = make_node(tmp_path, YULIN), make_node(tmp_path, BEIHAI)
    sent = [yulin.send("case_notice", BEIHAI)["document"] for _ in range(5)]
    with beihai.running("work"):
        with yulin.running("work") as worker:
            until(lambda: any(yulin.steps(document)[BEIHAI] != "recorded" for document in sent))
            worker.send_signal(signal.SIGKILL)
            assert worker.wait(PATIENCE) == -signal.SIGKILL
        sent.append(yulin.send("case_notice", BEIHAI)["document"])
        with yulin.running("work"):
            until(lambda: all(yulin.steps(document)[BEIHAI] == "delivered" for document in sent))
    assert len(beihai.ok("inbox", "--limit", 50)["documents"]) == len(sent)
