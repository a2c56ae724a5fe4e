"""A person's decision: refused with field, reason and next step, and then nothing was written; or recorded whole."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.core.errors import Refused
from hub.core.ids import ALL, sha256
from hub.flows.rows import Part, User
from hub.flows.send import MAX_AT_ONCE, Recorded, Request, send
from tests.builders import BEIHAI, JOINT, MAOMING, NOW, YULIN, Clock, federation, ids, incarnation, member_entry, salts
from tests.fakes_store import Crash, MemoryStore
from tests.simulator.bodies import body
from tests.simulator.world import World

POLICE = "440800-ps"


class Pen:
    """One officer at one office."""

    def __init__(self, member: str = YULIN, fed: Any = None, now: datetime = NOW) -> None:
        self.store = MemoryStore(member, incarnation(1), (fed or federation()).trust)
        self.clock = Clock(now)
        self.new_id, self.salt = ids(), salts()

    def send(self, request: Request, by: User | None = None) -> Recorded:
        with self.store.begin() as uow:
            clock = self.clock()
            return send(uow, request, actor="officer", now=clock, new_id=self.new_id, salt=self.salt, by=by)

    @property
    def written(self) -> tuple[int, int, int, int]:
        rows = self.store.rows
        return rows.outbox.count(), len(rows.ledger.leaves), len(rows.parts.rows), len(rows.matters.rows)


def request(
    kind: str = "assistance_request", act: str = "request", to: tuple[str, ...] = (BEIHAI,), **f: Any
) -> Request:
    changes = f.pop("body", {})
    return Request(kind, {**body(kind, act), **changes}, to=to, **f)


CONTENT = b"%PDF-1.7 example"
PART = Part(sha256(CONTENT), "application/pdf", CONTENT)
LISTED = {"name": "附件.pdf", "part": PART.sha256, "size": len(CONTENT), "media_type": "application/pdf"}
TOO_MUCH = b"%PDF-" + b"x" * MAX_AT_ONCE
BIG = Part(sha256(TOO_MUCH), "application/pdf", TOO_MUCH)
ENTRY = ("blacklist_entry", "list", (ALL,))
REFUSALS = {
    "an unknown kind": (Request("criminal_transfer", {}), "invalid-input", "kind", "可用"),
    "a body with a missing field": (request(body={"items": []}), "invalid-input", "body.items", "协查事项"),
    "state secrets 秘密": (request(body={"classification": "secret"}), "classified", "body.classification", "机要"),
    "state secrets 绝密": (request(body={"classification": "绝密"}), "classified", "body.classification", "机要"),
    "a work secret": (request(body={"classification": "work_secret"}), "invalid-input", "body.classification", "机要"),
    "no classification": (request(body={"classification": None}), "invalid-input", "body.classification", "密级"),
    "a natural person on the list": (
        request(*ENTRY, body={"subject_type": "person"}),
        "invalid-input",
        "body.subject_type",
        "自然人",
    ),
    "a blacklist entry to one member": (request(*ENTRY[:2]), "invalid-input", "to", "全体"),
    "no addressee": (request(to=()), "invalid-input", "to", "收件单位"),
    "itself": (request(to=(YULIN,)), "invalid-input", "to", "本单位"),
    "a stranger": (request(to=("110000-mr",)), "not-found", "member", "名册"),
    "everybody, for a kind to one": (request(to=(ALL,)), "invalid-input", "to", "一个单位"),
    "two, for a kind to one": (request(to=(BEIHAI, MAOMING)), "invalid-input", "to", "一个单位"),
    "all and one more": (request("case_notice", "publish", (ALL, BEIHAI)), "invalid-input", "to", "all"),
    "a kind the agreement does not let it send": (request(to=(JOINT,)), "not-allowed", "to", "协作协议"),
    "an answer without matter": (request("answer", "accept"), "invalid-input", "matter", "事项"),
    "a matter that does not exist": (
        request("answer", "accept", matter="019d0000-0000-7000-8000-000000000000"),
        "not-found",
        "matter",
        "没有事项",
    ),
    "a matter id of another form": (request("answer", "accept", matter="17"), "invalid-input", "matter", "格式"),
    "a Saturday off as date": (request(requested="2026-05-10"), "invalid-input", "requested", "不是对方的工作日"),
    "a 三月三 of the addressee": (request(requested="2026-04-20"), "invalid-input", "requested", "三月三"),
    "a date that does not exist": (request(requested="2026-02-30"), "invalid-input", "requested", "2026-05-08"),
    "a day gone by": (request(requested="2026-04-10"), "invalid-input", "requested", "今天"),
    "an expiry gone by": (request(expires=NOW), "invalid-input", "expires", "晚于"),
    "an attachment that is not listed": (request(parts=(PART,)), "invalid-input", "body.attachments", "附件"),
    "a listed attachment that is missing": (
        request(body={"attachments": [LISTED]}),
        "invalid-input",
        "body.attachments",
        "附件",
    ),
    "an attachment that is another": (
        request(body={"attachments": [LISTED]}, parts=(Part(PART.sha256, "application/pdf", b"other"),)),
        "invalid-input",
        "parts",
        "摘要",
    ),
    "attachments beyond the limit": (
        request(body={"attachments": [{**LISTED, "part": BIG.sha256, "size": len(BIG.content)}]}, parts=(BIG,)),
        "too-large",
        "parts",
        "1024 KiB",
    ),
    "a correction of a kind that has none": (request(replaces="x"), "invalid-input", "replaces", "撤回"),
    "a correction of a document elsewhere": (
        request("case_notice", "publish", replaces="x"),
        "not-found",
        "replaces",
        "不在本事项",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_request_against_the_rules_is_refused_with_field_reason_and_advice(name: str) -> None:
    wrong, code, field, word = REFUSALS[name]
    pen = Pen()
    with pytest.raises(Refused) as refused:
        pen.send(wrong)
    assert (refused.value.code, refused.value.field) == (code, field), refused.value.detail
    assert word in refused.value.detail + refused.value.next_step
    assert re.search(r"[\u4e00-\u9fff]", refused.value.next_step)
    assert pen.written == (0, 0, 0, 0)


def test_a_decision_is_recorded_whole_with_its_attachments_and_one_leaf() -> None:
    pen = Pen()
    done = pen.send(request(body={"attachments": [LISTED]}, parts=(PART,), requested="2026-05-09"))
    assert pen.written == (1, 1, 1, 0)
    [draft] = pen.store.rows.outbox.rows.values()
    assert (draft.document, draft.matter, draft.audience) == (done.document, done.matter, BEIHAI)
    assert (draft.rule, draft.requested, draft.act) == ("ASSIST_MR", "2026-05-09", "request")
    [leaf] = pen.store.rows.ledger.leaves
    assert (leaf.type, leaf.subject, leaf.actor) == ("decide", done.document, "officer")


def test_b55_a_date_in_a_year_without_calendar_is_taken_for_the_due_date_is_provisional() -> None:
    assert Pen().send(request(requested="2031-05-10")).act == "request"


def test_today_is_the_day_in_beijing() -> None:
    early = datetime(2026, 4, 14, 23, 0, tzinfo=UTC)
    with pytest.raises(Refused, match="今天"):
        Pen(now=early).send(request(requested="2026-04-14"))
    assert Pen(now=early).send(request(requested="2026-04-15")).act == "request"


def test_several_named_addressees_share_the_document_and_have_a_matter_each() -> None:
    pen = Pen()
    done = pen.send(request("case_notice", "publish", (BEIHAI, MAOMING, BEIHAI)))
    drafts = list(pen.store.rows.outbox.rows.values())
    assert [draft.audience for draft in drafts] == [BEIHAI, MAOMING]
    assert {draft.document for draft in drafts} == {done.document}
    assert len({draft.matter for draft in drafts}) == 2


def test_the_statutory_rule_binds_market_regulation_only() -> None:
    pen = Pen()
    pen.send(request(to=(POLICE,)))
    [draft] = pen.store.rows.outbox.rows.values()
    assert draft.rule == "ASSIST_CROSS"


@pytest.mark.parametrize("status", ["suspended", "expelled"])
def test_a_member_that_is_not_active_gets_nothing(status: str) -> None:
    members = [YULIN, member_entry(BEIHAI, status=status), JOINT]
    pen = Pen(fed=federation([YULIN, JOINT]).renewed(members))
    with pytest.raises(Refused) as refused:
        pen.send(request())
    assert refused.value.code == "not-allowed"
    assert pen.written == (0, 0, 0, 0)


@pytest.mark.parametrize("point", ["outbox.add:before", "outbox.add:after", "ledger.add:before", "commit:before"])
def test_a_crash_anywhere_before_the_commit_leaves_nothing(point: str) -> None:
    pen = Pen()

    def die(here: str) -> None:
        if here == point:
            raise Crash(here)

    pen.store.fail_at = die
    with pytest.raises(Crash):
        pen.send(request(body={"attachments": [LISTED]}, parts=(PART,)))
    assert pen.written == (0, 0, 0, 0)


def test_a_crash_after_the_commit_leaves_everything() -> None:
    pen = Pen()

    def die(here: str) -> None:
        if here == "commit:after":
            raise Crash(here)

    pen.store.fail_at = die
    with pytest.raises(Crash):
        pen.send(request())
    assert pen.written == (1, 1, 0, 0)


def test_a_wrong_state_names_the_state_and_what_may_be_done_now() -> None:
    world = World(1)
    asker, other = world.nodes[YULIN], world.nodes[BEIHAI]
    matter = asker.send(request()).matter
    world.settle()
    with pytest.raises(Refused) as refused:
        other.send(Request("assistance_feedback", body("assistance_feedback", "feedback-final"), matter=matter))
    assert refused.value.code == "wrong-state"
    assert "已发出待签收" in refused.value.detail
    assert "签收" in refused.value.detail


def test_what_was_decided_but_not_sent_counts_for_the_next_decision() -> None:
    world = World(1)
    asker = world.nodes[YULIN]
    matter = asker.send(request()).matter
    world.settle()
    asker.send(Request("withdrawal", body("withdrawal", "withdraw"), matter=matter))
    with pytest.raises(Refused, match="已撤回"):
        asker.send(Request("withdrawal", body("withdrawal", "withdraw"), matter=matter))


def test_a_third_party_may_not_act_in_a_matter_and_nobody_may_lead_it_elsewhere() -> None:
    world = World(5, size=5)
    matter = world.nodes[YULIN].send(request()).matter
    world.settle()
    with pytest.raises(Refused) as refused:
        world.nodes[JOINT].send(Request("answer", body("answer", "accept"), matter=matter))
    assert refused.value.code == "not-allowed"
    with pytest.raises(Refused, match="对方是"):
        world.nodes[BEIHAI].send(Request("answer", body("answer", "accept"), matter=matter, to=("460100-mr",)))
    world.pass_time(timedelta(hours=1).total_seconds())
    assert world.nodes[BEIHAI].send(Request("answer", body("answer", "accept"), matter=matter)).audiences == (YULIN,)


def test_an_act_decided_before_its_opening_was_signed_refers_to_nothing_unsigned() -> None:
    pen = Pen()
    opened = pen.send(Request("case_notice", body("case_notice", "publish"), to=(BEIHAI,)))
    pen.send(Request("withdrawal", body("withdrawal", "withdraw"), matter=opened.matter))
    drafts = pen.store.rows.outbox.of_matter(opened.matter)
    assert [(draft.kind, draft.after, draft.replies_to) for draft in drafts] == [
        ("case_notice", (), None),
        ("withdrawal", (), None),
    ]


@pytest.mark.parametrize(("more", "version"), [({}, 1), ({"cc": ["某某市公安局"]}, 2)])
def test_a_letter_is_written_in_the_oldest_form_that_says_it_so_that_older_nodes_read_it(
    more: dict[str, Any], version: int
) -> None:
    pen = Pen()
    pen.send(request(body=more))
    (row,) = pen.store.rows.outbox.rows.values()
    assert row.version == version
