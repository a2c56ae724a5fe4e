"""Rosters between real nodes: what the holders signed comes into force everywhere, and an agreed limit changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import JOINT, YULIN
from tests.cli.holders import Holders, content, plain
from tests.cli.nodes import TestNode, hub, until

POLICE = "440800-ps"
RULE = "ASSIST_CROSS"


@pytest.fixture
def table(tmp_path: Path) -> Holders:
    made = Holders(tmp_path)
    made.found()
    return made


def consent(node: TestNode, matter: str, act: str = "consent") -> None:
    body = {"title": "关于时限调整建议的复函", "classification": "internal", "act": act, "rule": RULE}
    reason = {"reason": "难以在该时限内完成。"} if act == "object" else {}
    node.ok(
        "send", "agreement_consent", plain(node.home / f"{act}.json", body | reason), "--to", YULIN, "--matter", matter
    )


def matter_of(node: TestNode, sent: dict[str, Any]) -> Any:
    return node.ok("matter", sent["matter"])["row"]


def versions(node: TestNode) -> tuple[int, int]:
    found = node.ok("roster", "show")["content"]
    return found["version"], found["agreement"]["version"]


def test_an_agreed_limit_changes_from_proposal_to_new_matters_and_old_ones_keep_theirs(table: Holders) -> None:
    table.first((YULIN, POLICE, JOINT))
    yulin, police, office = (table.node(member) for member in (YULIN, POLICE, JOINT))
    with yulin.running("work"), police.running("work"), office.running("work"):
        old = ask(yulin, 1)
        until(lambda: yulin.steps(old["document"])[POLICE] == "delivered")
        first = matter_of(yulin, old)
        assert (first["rule"], first["agreement"]) == (RULE, 1)

        made = yulin.ok(
            *("agreement", "propose", RULE, "--amount", 10, "--reason", "多数事项可在十个工作日内完成。"),
            *("--from", "2026-06-01", "--reply-by", "2026-05-20"),
        )
        proposal = made["matter"]
        until(lambda: set(yulin.steps(made["document"]).values()) == {"delivered"})
        early = yulin.hub("agreement", "next", proposal, "-o", table / "never.json")
        assert (early.code, "尚未全体同意" in early.err, "湛江市" in early.err or "未答复" in early.err) == (
            2,
            True,
            True,
        )
        consent(office, proposal)
        consent(police, proposal, "object")
        until(lambda: not yulin.ok("agreement", "consents", proposal)["silent"])
        counted = yulin.ok("agreement", "consents", proposal)
        assert (counted["consented"], counted["objected"]) == ([JOINT], [POLICE])
        assert yulin.hub("agreement", "next", proposal, "-o", table / "never.json").code == 2
        consent(police, proposal)
        until(lambda: yulin.ok("agreement", "consents", proposal)["unanimous"])

        draft = table / "agreement-2.json"
        done = yulin.ok("agreement", "next", proposal, "-o", draft)
        assert [(one["part"], one["key"]) for one in done["changes"]] == [("rules", RULE)]
        assert "15个工作日改为10个工作日：经各成员单位书面同意" in draft.read_text("utf-8")
        agreement = table.issue(draft, "agreement-2-signed.json", (2, 3))
        roster = table.next(2, "--agreement", agreement)
        unsigned = yulin.hub("roster", "install", table / "draft-2.json")
        assert (unsigned.code, "还没有签名的草稿" in unsigned.err) == (2, True), unsigned
        alone = yulin.hub("roster", "install", roster)
        assert (alone.code, "缺少名册所引用的协作协议第 2 版" in alone.err) == (3, True), alone
        installed = yulin.ok("roster", "install", agreement, roster)
        assert (installed["roster"], installed["agreement"], installed["told"]) == (2, 2, [POLICE, JOINT])
        until(lambda: [versions(one) for one in (yulin, police, office)] == [(2, 2)] * 3)

        new = ask(yulin, 2)
        until(lambda: yulin.steps(new["document"])[POLICE] == "delivered")
        until(lambda: matter_of(police, new)["due_effective"] is not None)
    for node in (yulin, police):
        before, after = matter_of(node, old), matter_of(node, new)
        assert (before["agreement"], before["due_effective"]) == (1, first["due_effective"])
        assert (after["agreement"], after["rule"]) == (2, RULE)
        assert after["due_effective"] < before["due_effective"]
    assert "10 个工作日" in yulin.hub("agreement", "rules", RULE).out


def test_a_statutory_limit_or_a_stale_figure_cannot_be_proposed_away(table: Holders) -> None:
    table.first((YULIN, JOINT))
    node = table.node(YULIN)
    more = ("--amount", 5, "--reason", "太长", "--from", "2026-06-01")
    for rule, said in (("ASSIST_MR", "法定时限"), ("NO_SUCH", "没有时限规则 NO_SUCH")):
        done = node.hub("agreement", "propose", rule, *more)
        assert (done.code, said in done.err) == (2, True), done
    same = node.hub("agreement", "propose", RULE, "--amount", 15, *more[2:])
    assert (same.code, "相同" in same.err) == (2, True), same


def test_a_new_calendar_leaves_a_note_on_every_matter_whose_last_day_moves(table: Holders) -> None:
    table.first((YULIN, POLICE, JOINT))
    yulin, police = table.node(YULIN), table.node(POLICE)
    value = content(table / "agreement.json")
    year = next(one for one in value["calendars"][0]["years"] if one["year"] == 2026)
    year["off"].append({"name": "临时放假", "dates": ["2026-04-21", "2026-04-22"]})
    agreement = table.issue(plain(table / "agreement-2.json", {**value, "version": 2}), "agreement-2-signed.json")
    with yulin.running("work"), police.running("work"):
        sent = ask(yulin, 3)
        until(lambda: yulin.steps(sent["document"])[POLICE] == "delivered")
        was = matter_of(yulin, sent)["due_effective"]
        yulin.ok("roster", "install", agreement, table.next(2, "--agreement", agreement))
        matter = sent["matter"]
        until(lambda: yulin.ok("matter", matter)["notes"] and police.ok("matter", matter)["notes"])
    for node in (yulin, police):
        assert "协议" in node.ok("matter", matter)["notes"][0]["text"]
        assert matter_of(node, sent)["due_effective"] > was


def test_a_member_joins_is_suspended_comes_back_and_is_expelled(table: Holders) -> None:
    table.first((YULIN, POLICE))
    yulin, police = table.node(YULIN), table.node(POLICE)
    with yulin.running("work"), police.running("work"):
        yulin.ok("roster", "install", table.next(2, "--add", table.enrol(JOINT)))
        until(lambda: versions(police) == (2, 1))
        assert [one["id"] for one in police.ok("roster", "show")["content"]["members"]] == [YULIN, POLICE, JOINT]
        police.ok("roster", "install", table.next(3, "--suspend", POLICE))
        until(lambda: versions(yulin) == (3, 1))
        refused = yulin.hub("send", "assistance_request", _example(yulin), "--to", POLICE)
        assert (refused.code, "不是有效成员单位" in refused.err) == (2, True), refused
        yulin.ok("roster", "install", table.next(4, "--reinstate", POLICE))
        until(lambda: versions(police) == (4, 1))
        sent = ask(yulin, 4)
        until(lambda: yulin.steps(sent["document"])[POLICE] == "delivered")
        yulin.ok("roster", "install", table.next(5, "--expel", POLICE))
    again = yulin.hub("send", "assistance_request", _example(yulin), "--to", POLICE)
    assert (again.code, "不是有效成员单位" in again.err) == (2, True), again
    back = yulin.hub("roster", "install", table / "roster-4.json")
    assert (back.code, "不能退回" in back.err) == (3, True), back


def test_new_keys_are_taken_up_by_themselves_once_the_roster_lists_them(table: Holders) -> None:
    table.first((YULIN, POLICE))
    yulin, police = table.node(YULIN), table.node(POLICE)
    request = table / "rotate.json"
    made = yulin.ok("keys", "rotate", "--out", request)["keys"]
    waiting = {one["id"]: one for one in yulin.ok("keys", "show")}
    assert [(waiting[made[p]]["used"], waiting[made[p]]["listed"]) for p in made] == [(False, False)] * 3
    with yulin.running("work"), police.running("work"):
        before = ask(yulin, 5)
        yulin.ok("roster", "install", table.next(2, "--rotate", request))
        until(lambda: versions(police) == (2, 1))
        after = ask(yulin, 6)
        for sent in (before, after):
            until(lambda sent=sent: yulin.steps(sent["document"])[POLICE] == "delivered")
        health = {check["name"]: check for check in yulin.hub("doctor", "--json").json["checks"]}
    assert health["密钥"]["level"] == "green"
    assert all(keyid in health["密钥"]["what"] for keyid in made.values())
    assert {one["id"] for one in yulin.ok("keys", "show") if one["used"]} == set(made.values())
    shown = yulin.hub("keys", "show").out
    assert (shown.count("现用"), shown.count("已更换")) == (3, 3)


def test_x37_a_stolen_key_is_revoked_from_a_position_on_and_the_doubtful_documents_are_listed(table: Holders) -> None:
    table.first((YULIN, POLICE))
    yulin, police = table.node(YULIN), table.node(POLICE)
    stolen = next(one["id"] for one in yulin.ok("keys", "show") if one["purpose"] == "sign")
    request, good = table / "rotate.json", table / "good.json"
    yulin.ok("keys", "rotate", "--purpose", "sign", "--out", request)
    with yulin.running("work"), police.running("work"):
        first = ask(yulin, 1)
        until(lambda: yulin.steps(first["document"])[POLICE] == "delivered")
        told = yulin.ok("keys", "positions", "--key", stolen, "--before", "2099-01-01T00:00", "--out", good)
        assert [(one["audience"], one["seq"]) for one in told["last_good"]] == [(POLICE, 1)]
        second = ask(yulin, 2)
        until(lambda: yulin.steps(second["document"])[POLICE] == "delivered")
        assert police.hub("roster", "doubtful").out.strip() == "没有存疑的文书。"
        yulin.ok("roster", "install", table.next(2, "--rotate", request, "--last-good", good))
        until(lambda: versions(police) == (2, 1))
        third = ask(yulin, 3)
        until(lambda: yulin.steps(third["document"])[POLICE] == "delivered")
    found = police.hub("roster", "doubtful", "--json")
    assert (found.code, [one["document"] for one in found.json]) == (1, [second["document"]])
    assert "在最后可信的一份之后" in police.hub("roster", "doubtful").out


def test_receipts_by_a_stolen_key_are_signed_again_and_the_doctor_says_how_far_it_is(table: Holders) -> None:
    table.first((YULIN, POLICE))
    yulin, police = table.node(YULIN), table.node(POLICE)

    def receipts() -> tuple[str, str]:
        [found] = [one for one in yulin.hub("doctor", "--json").json["checks"] if one["name"] == "系统回执"]
        return found["level"], found["what"]

    stolen = next(one["id"] for one in police.ok("keys", "show") if one["purpose"] == "sign")
    police.ok("keys", "rotate", "--purpose", "sign", "--out", table / "rotate.json")
    with yulin.running("work"), police.running("work"):
        sent = ask(yulin, 1)
        until(lambda: yulin.steps(sent["document"])[POLICE] == "delivered")
    assert receipts() == ("green", "没有因密钥吊销失去证明力的")
    yulin.ok("roster", "install", table.next(2, "--rotate", table / "rotate.json", "--revoke", stolen))
    assert receipts() == ("yellow", f"有密钥吊销，正请其重新签署系统回执：{POLICE}（已请求 0 份）")
    with yulin.running("work"), police.running("work"):
        until(lambda: "已请求 1 份" in receipts()[1])


def test_a_changed_root_takes_over_by_file_and_reaches_the_others(table: Holders) -> None:
    table.first((YULIN, POLICE))
    yulin, police = table.node(YULIN), table.node(POLICE)
    fresh = table / "holder-4.key"
    made = table.ok("roster", "key", "new", "--holder", "海口", "-o", fresh, "--passphrase-file", table.phrase(4))
    gone = content(table / "root.json")["keys"][0]["id"]
    draft = table / "root-2.json"
    table.ok("roster", "root", table / "root.json", "--add", made["public"], "--remove", gone, "-o", draft)
    parts = [table.sign(draft, 2), table.sign(draft, 3), table.sign(draft, 4, fresh)]
    root = table / "root-2-signed.json"
    table.ok("roster", "merge", *parts, "--root-file", table / "root.json", "-o", root)
    late = table.next(2, who=(1, 2))
    with yulin.running("work"), police.running("work"):
        revoked = yulin.hub("roster", "install", root, late)
        assert (revoked.code, "有效的根签名 1 个，门限 2 个" in revoked.err) == (3, True), revoked
        plain_draft = table / "draft-2.json"
        signed = [table.sign(plain_draft, 3), table.sign(plain_draft, 4, fresh)]
        roster = table / "roster-new.json"
        table.ok("roster", "merge", *signed, "--root-file", root, "-o", roster)
        done = yulin.ok("roster", "install", roster, root)
        assert (done["root"], done["roster"]) == (2, 2)
        until(lambda: versions(police) == (2, 1))
        sent = ask(yulin, 7)
        until(lambda: yulin.steps(sent["document"])[POLICE] == "delivered")
    assert police.hub("roster", "export", table / "out").code == 0
    assert hub("roster", "show", table / "out" / "root.json", "--json").json["version"] == 2


@pytest.mark.parametrize(
    ("days", "level", "said"),
    [
        (0, "green", "天到期"),
        (352, "yellow", "还有"),
        (367, "yellow", "宽限期还有"),
        (460, "red", "不能发出文书"),
    ],
)
def test_the_doctor_tells_of_an_ending_roster_long_before_it_stops_anything(
    table: Holders, days: int, level: str, said: str
) -> None:
    table.first((YULIN, POLICE))
    node = table.node(YULIN)
    ahead = node.home / "ahead"
    ahead.write_text(str(float(ahead.read_text()) + days * 86400), "ascii")
    found = next(one for one in node.hub("doctor", "--json").json["checks"] if one["name"] == "成员名册")
    assert (found["level"], said in found["what"]) == (level, True), found
    assert level == "green" or "hub roster install" in found["todo"]


def test_a_roster_and_its_root_cross_the_gap_with_the_next_ferry_file(table: Holders) -> None:
    table.first((YULIN, POLICE), reach={POLICE: "ferry"})
    yulin, police = table.node(YULIN), table.node(POLICE)
    done = yulin.ok(
        "roster", "install", table.next(2, "--joint-meeting", POLICE, "--from", "2027-01-01", "--until", "2027-12-31")
    )
    assert (done["roster"], done["told"]) == (2, [])
    yulin.ok("ferry", "out", table / "bundle", "--to", POLICE)
    taken = police.ok("ferry", "in", table / "bundle")
    assert (taken["rejected"], versions(police)) == (0, (2, 1))
    terms = police.ok("roster", "show")["content"]["joint_meeting"]
    assert [(one["member"], one["since"]) for one in terms] == [(YULIN, "2026-01-01"), (POLICE, "2027-01-01")]


def _example(node: TestNode) -> Path:
    return plain(node.home / "example.json", json.loads(hub("send", "--example", "assistance_request").out))


def ask(node: TestNode, number: int) -> Any:
    """A request to the police, each with a document number of its own."""
    body = json.loads(hub("send", "--example", "assistance_request").out)
    body["doc_no"] = f"玉市监协〔2026〕{100 + number}号"
    return node.ok("send", "assistance_request", plain(node.home / "ask.json", body), "--to", POLICE)
