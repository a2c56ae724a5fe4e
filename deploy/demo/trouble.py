"""What goes wrong on a day: a power cut, a message altered on its way, an old one that comes again, a bad request."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.contract import Recorded
from deploy.demo import notices
from deploy.demo.day import Day, refused
from deploy.demo.offices import HAIKOU, MAOMING, YULIN, ZHANJIANG_POLICE
from deploy.demo.pipes import one_bit_changed, sender_of
from deploy.demo.scenes import matter_of
from deploy.demo.waiting import expect, until

TRUE = "45亿元"
"""What the true notice says of the money."""


@dataclass(frozen=True, slots=True)
class Outage:
    """What was sent while 茂名 was down."""

    queued: list[Recorded]
    altered: Recorded
    old: bytes
    """A message of 玉林 as it lay in the pipe, kept for a replay."""


def power_cut(day: Day) -> Outage:
    """Kill 茂名's node, go on sending to it, alter one message where it lies, start it again (without waiting)."""
    node, pipe = day.fleet[MAOMING], day.fleet.backend.pipe
    node.kill()
    queued = [
        day.send(YULIN, "case_notice", notices.case_notice(number, doc_no, MAOMING.region), to=[MAOMING])
        for number, doc_no in (
            ("C002", "玉市监传〔2026〕3号"),
            ("C034", "玉市监传〔2026〕4号"),
            ("C122", "玉市监传〔2026〕5号"),
        )
    ]
    altered = day.send(
        ZHANJIANG_POLICE,
        "case_notice",
        notices.case_notice("C135", "湛公传〔2026〕2号", MAOMING.region),
        to=[MAOMING],
    )
    for sent in queued:
        day.on_the_wire(YULIN, sent, MAOMING)
    day.on_the_wire(ZHANJIANG_POLICE, altered, MAOMING)
    waiting = pipe.waiting(MAOMING.id)
    old = next(raw for raw in waiting if sender_of(raw) == YULIN.id)

    def forge(raw: bytes) -> bytes:
        return one_bit_changed(raw) if sender_of(raw) == ZHANJIANG_POLICE.id else raw

    pipe.rewrite(MAOMING.id, forge)
    expect(sum(forge(raw) != raw for raw in waiting) == 1, "管道中没有找到要篡改的文书")
    node.start()
    day.say("停电：茂名市监节点被强行终止，其他单位照常发文；途中一件被人改动；节点重新启动")
    return Outage(queued, altered, old)


def caught_up(day: Day, outage: Outage) -> None:
    """Everything that waited is there, in order; the altered one is in quarantine with the reason."""
    node = day.fleet[MAOMING]
    until("茂名市监的节点重新启动", node.is_ready, 90)
    for sent in outage.queued:
        day.arrived(MAOMING, sent)
    came = [line["document"] for line in node.api.documents(direction="in", counterpart=YULIN.id)][::-1]
    expect(came == [sent["document"] for sent in outage.queued], "补收的次序与发出的次序不同")

    def caught() -> bool:
        return any(
            one["claimed"] == ZHANJIANG_POLICE.id and one["code"] == "body-mismatch" for one in node.api.quarantine()
        )

    until("被改动的文书进入异常文书", caught)
    day.say("停电：茂名市监按次序补收完毕；被改动的一件列入异常文书，原因：正文与签名不符")


def true_one_came(day: Day, outage: Outage) -> None:
    """Heads showed that it was missing; the sender gave the true one again."""
    facts = (day.arrived(MAOMING, outage.altered)["body"] or {})["summary"]
    expect(TRUE in facts, "到达的不是原来的文书")
    day.say("篡改：对账发现缺件，湛江公安的原件已补到茂名市监")


def replay(day: Day, outage: Outage) -> None:
    """An old message comes again; a later one of the same sender shows that it has been looked at."""
    node = day.fleet[MAOMING]
    before = (len(list(node.api.documents())), node.api.health()["quarantined"])
    day.fleet.backend.pipe.put(MAOMING.id, outage.old)
    marker = day.send(
        YULIN, "case_notice", notices.case_notice("C110", "玉市监传〔2026〕9号", MAOMING.region), to=[MAOMING]
    )
    day.arrived(MAOMING, marker)
    after = (len(list(node.api.documents())) - 1, node.api.health()["quarantined"])
    expect(before == after, f"重放改变了内容：{before} → {after}")
    line = day.matter(MAOMING, matter_of(outage.queued[0]))
    expect(line is not None and line["messages"] == 1, "重放的文书被重复计入事项")
    day.say("重放：旧文书再来一次，什么也没有改变")


def bad_requests(day: Day) -> None:
    """State secrets and natural persons on the blacklist are refused, with the reason and what to do."""
    secret = refused("classified", lambda: day.send(HAIKOU, "case_notice", notices.secret_notice(), to=["all"]))
    expect("机要" in secret.advice, "涉密文书的拒绝没有说明应走机要渠道")
    person = notices.person_on_blacklist()
    refusal = refused("invalid-input", lambda: day.send(HAIKOU, "blacklist_entry", person, to=["all"]))
    expect("自然人" in refusal.detail, "自然人列入黑名单的拒绝没有说明理由")
    day.say("把关：涉密文书、自然人列入黑名单均被拒绝，并说明理由和去处")
