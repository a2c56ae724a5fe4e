"""The ordinary business of the day: assistance, a lead that finds its way, a notice and a blacklist entry for all."""

from __future__ import annotations

import hashlib

from adapters.contract import Attachment, Recorded
from deploy.demo import letters, notices
from deploy.demo.day import DUE_AT_BEIHAI, Day
from deploy.demo.offices import BEIHAI, HAIKOU, MAOMING, ONLINE, YULIN, ZHANJIANG, Office
from deploy.demo.waiting import expect

SHEET = Attachment("立案审批表（演示）.txt", "text/plain", "演示·非真实公文\n立案审批表\n".encode() * 2000)
"""60 KB."""


def matter_of(sent: Recorded) -> str:
    """The matter of a document to one addressee."""
    return sent["copies"][0]["matter"]


def assistance(day: Day) -> None:
    """湛江 asks 北海 for three things; signed for, accepted, interim and final feedback, confirmed."""
    asked = day.send(ZHANJIANG, "assistance_request", letters.assistance_request(), to=[BEIHAI], attachments=[SHEET])
    matter = matter_of(asked)
    request = "湛市监协〔2026〕12号"
    copy = day.arrived(BEIHAI, asked)
    expect(copy["parts"][0]["sha256"] == hashlib.sha256(SHEET.content).hexdigest(), "附件与原件不同")
    day.act(BEIHAI, matter, "answer", letters.sign_for(request, "北市监收〔2026〕305号"))
    day.act(BEIHAI, matter, "answer", letters.accept(request, "海城区市场监督管理局"))
    day.act(BEIHAI, matter, "assistance_feedback", letters.interim_feedback(request))
    day.reached(ZHANJIANG, matter, "partial")
    day.act(BEIHAI, matter, "assistance_feedback", letters.final_feedback(request))
    day.reached(ZHANJIANG, matter, "fed_back")
    day.act(ZHANJIANG, matter, "confirmation", letters.confirmation("北市监函〔2026〕51号"))
    line = day.agree(matter, "confirmed", ZHANJIANG, BEIHAI)
    expect(line["due_effective"] == DUE_AT_BEIHAI, f"到期日应为 {DUE_AT_BEIHAI}，实为 {line['due_effective']}")
    day.say(f"协查：湛江市监 → 北海市监，签收、受理、阶段反馈、反馈、确认；附件到齐；两端到期日均为 {DUE_AT_BEIHAI}")


def lead(day: Day) -> None:
    """玉林 transfers a lead to 茂名, which returns it; 海口 takes it and reports."""
    body = letters.lead_transfer(6, MAOMING.region, "茂名市某路")
    first = day.send(YULIN, "lead_transfer", body, to=[MAOMING])
    day.arrived(MAOMING, first)
    reason = "发生地不在本市，平台运营地在海口市，请改送有管辖权的单位。"
    day.act(MAOMING, matter_of(first), "answer", letters.sign_for("玉市监移〔2026〕6号", "茂市监收〔2026〕88号"))
    day.act(
        MAOMING, matter_of(first), "answer", letters.returned("玉市监移〔2026〕6号", "jurisdiction_disputed", reason)
    )
    day.agree(matter_of(first), "returned", YULIN, MAOMING)
    shown = day.fleet[YULIN].api.matter(matter_of(first))["thread"][-1]["body"] or {}
    expect(shown.get("explanation") == reason, "玉林看不到退回理由")
    second = day.send(YULIN, "lead_transfer", letters.lead_transfer(7, HAIKOU.region, "海口市某路"), to=[HAIKOU])
    matter = matter_of(second)
    day.arrived(HAIKOU, second)
    day.act(HAIKOU, matter, "answer", letters.accept("玉市监移〔2026〕7号", "龙华区市场监督管理局"))
    day.act(HAIKOU, matter, "transfer_result", letters.transfer_result("玉市监移〔2026〕7号"))
    day.reached(YULIN, matter, "resulted")
    day.act(YULIN, matter, "confirmation", letters.confirmation("海市监复〔2026〕15号"))
    day.agree(matter, "confirmed", YULIN, HAIKOU)
    day.say("线索：玉林市监 → 茂名市监（退回，理由可见）→ 海口市监（受理、反馈立案、确认）")


def for_all(day: Day) -> tuple[Recorded, Recorded]:
    """海口 tells all of a case, lists a company, corrects and withdraws it; gives notice and entry."""
    told = day.send(HAIKOU, "case_notice", notices.place_notice(), to=["all"])
    listed = day.send(HAIKOU, "blacklist_entry", notices.blacklist_entry(), to=["all"])
    others = [office for office in ONLINE if office is not HAIKOU]
    for office in others:
        day.reached(office, matter_of(listed), "listed")
    corrected = day.act(
        HAIKOU,
        matter_of(listed),
        "blacklist_entry",
        notices.blacklist_entry(corrected=True),
        replaces=listed["document"],
    )
    for office in others:
        expect(day.arrived(office, corrected)["replaces"] == listed["document"], f"{office.short}的更正没有指向原文")
    body = notices.blacklist_removal(corrected["document"])
    day.act(HAIKOU, matter_of(listed), "blacklist_removal", body)
    for office in others:
        all_followed(day, office, told, listed)
    day.say("通报与黑名单：海口市监发全体；列入、更正、移出，在线的每一份副本都已跟上")
    return told, listed


def all_followed(day: Day, office: Office, told: Recorded, listed: Recorded) -> None:
    """This office has the notice, and the entry as removed."""
    day.reached(office, matter_of(told), "published")
    day.reached(office, matter_of(listed), "removed")
