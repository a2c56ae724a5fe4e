"""Whole lives of matters between real nodes: each family from opening to end, and what is refused on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.core.ids import ALL
from tests.builders import BEIHAI, JOINT, YULIN
from tests.federation.life import Life
from tests.simulator.world import World

POLICE = "440800-ps"
HAIKOU = "460100-mr"


@pytest.fixture
def asked() -> Life:
    life = Life()
    life.do(YULIN, "assistance_request", "request", to=(BEIHAI,))
    return life


def test_assistance_lives_through_extension_feedback_supplement_and_confirmation(asked: Life) -> None:
    asked.do(BEIHAI, "answer", "sign-for")
    asked.do(BEIHAI, "answer", "accept")
    _, _, first = asked.both(YULIN, BEIHAI)
    asked.do(BEIHAI, "extension_notice", "extend", changes=later("2026-05-20"))
    state, clock, extended = asked.both(YULIN, BEIHAI)
    assert (state, clock, str(first), str(extended)) == ("accepted", "running", "2026-05-09", "2026-05-20")
    asked.do(BEIHAI, "assistance_feedback", "feedback-interim")
    asked.do(BEIHAI, "assistance_feedback", "feedback-final")
    assert asked.both(YULIN, BEIHAI)[:2] == ("fed_back", "met")
    asked.do(YULIN, "supplement_request", "supplement")
    assert asked.both(YULIN, BEIHAI)[:2] == ("supplement", "running")
    asked.do(BEIHAI, "assistance_feedback", "feedback-final")
    asked.do(YULIN, "confirmation", "confirm")
    assert asked.both(YULIN, BEIHAI, JOINT)[:2] == ("confirmed", "met")
    asked.refused(BEIHAI, "assistance_feedback", "feedback-final", "已确认办结", "kind")


def later(until: str, due: str = "2026-05-09") -> dict[str, object]:
    return {"original_due": due, "planned_finish": until, "issue_date": "2026-04-13"}


def test_an_extension_is_refused_after_expiry_and_for_no_later_day(asked: Life) -> None:
    asked.do(BEIHAI, "answer", "sign-for")
    asked.do(BEIHAI, "answer", "accept")
    day = later("2026-05-08", "2026-05-07")
    asked.refused(BEIHAI, "extension_notice", "extend", "晚于原届满日", "body.planned_finish", changes=day)
    asked.world.now = datetime(2026, 5, 9, 16, 0, tzinfo=UTC)
    asked.refused(BEIHAI, "extension_notice", "extend", "届满", "kind", changes=later("2026-05-20"))


def test_a_recall_before_signing_and_a_withdrawal_after_are_both_complied_with(asked: Life) -> None:
    asked.do(YULIN, "withdrawal", "withdraw")
    assert asked.both(YULIN, BEIHAI)[:2] == ("recalled", "stopped")
    asked.do(BEIHAI, "compliance", "comply")
    assert asked.both(YULIN, BEIHAI)[0] == "recalled"
    other = Life()
    other.do(YULIN, "assistance_request", "request", to=(BEIHAI,))
    other.do(BEIHAI, "answer", "sign-for")
    other.do(YULIN, "withdrawal", "withdraw")
    assert other.both(YULIN, BEIHAI)[:2] == ("withdrawn", "stopped")


def test_what_an_online_office_has_not_said_cannot_be_entered_for_it(asked: Life) -> None:
    asked.refused(
        YULIN,
        "proxy_record",
        "record-sign-for",
        "在线",
        "kind",
        sheet="scan",
        changes={"paper_date": "2026-04-14", "issue_date": "2026-04-20"},
    )


def test_outside_the_federation_the_matter_goes_on_paper() -> None:
    life = Life()
    life.do(YULIN, "assistance_request", "request", to=("out-450000-1",))
    assert (life.row(YULIN).clock, life.row(YULIN).provisional) == ("waiting", True)
    dates = {"paper_date": "2026-04-14", "issue_date": "2026-04-20"}
    life.do(YULIN, "proxy_record", "record-sign-for", sheet="scan", changes=dates)
    assert (life.row(YULIN).state, life.row(YULIN).clock, life.row(YULIN).by_proxy) == ("signed", "running", True)
    final = {"paper_date": "2026-04-28", "issue_date": "2026-04-29"}
    life.do(YULIN, "proxy_record", "record-final", sheet="scan", changes=final)
    life.do(YULIN, "confirmation", "confirm")
    assert (life.row(YULIN).state, life.row(YULIN).clock) == ("confirmed", "met")
    assert not any(life.matter in node.store.rows.matters.rows for m, node in life.world.nodes.items() if m != YULIN)


@pytest.fixture
def moved() -> Life:
    life = Life()
    life.do(YULIN, "case_transfer", "transfer", to=(BEIHAI,), sheet="sealed_copy")
    life.do(BEIHAI, "answer", "sign-for")
    return life


def test_a_transferred_case_is_not_bounced_but_disputed_and_then_accepted(moved: Life) -> None:
    bounce = {"reason": "jurisdiction_disputed"}
    moved.refused(BEIHAI, "answer", "return", "第十四条", "body.reason", changes=bounce)
    moved.do(BEIHAI, "answer", "dispute")
    assert moved.both(YULIN, BEIHAI)[0] == "disputed"
    moved.do(BEIHAI, "answer", "accept")
    moved.do(BEIHAI, "transfer_result", "result")
    moved.do(YULIN, "confirmation", "confirm")
    assert moved.both(YULIN, BEIHAI)[0] == "confirmed"


def test_a_kind_that_must_be_stamped_is_not_sent_without_its_seal() -> None:
    Life().refused(YULIN, "case_transfer", "transfer", "盖章", "body.attachments", to=(BEIHAI,))
    Life().refused(YULIN, "case_transfer", "transfer", "盖章", "body.attachments", to=(BEIHAI,), sheet="annex")


def test_a_case_is_not_transferred_to_the_police_of_another_city() -> None:
    Life().refused(YULIN, "case_transfer", "transfer", "协作协议", "to", to=(POLICE,), sheet="sealed_copy")


@pytest.fixture
def disputed() -> Life:
    life = Life()
    life.do(YULIN, "jurisdiction_dispute", "raise", to=(BEIHAI,))
    return life


def test_a_dispute_is_talked_out_within_seven_working_days_and_handed_over(disputed: Life) -> None:
    assert disputed.row(YULIN).rule == "JURIS_NEGOTIATE"
    disputed.do(BEIHAI, "jurisdiction_opinion", "position")
    disputed.do(YULIN, "jurisdiction_opinion", "propose")
    disputed.refused(YULIN, "jurisdiction_opinion", "agree", "提出方已提协商方案", "kind")
    disputed.do(BEIHAI, "jurisdiction_opinion", "agree")
    assert disputed.both(YULIN, BEIHAI)[:2] == ("agreed", "met")
    disputed.do(YULIN, "jurisdiction_handover", "hand-over")
    disputed.do(BEIHAI, "confirmation", "confirm")
    assert disputed.both(YULIN, BEIHAI)[0] == "closed"


def test_a_dispute_goes_to_the_common_superior_and_to_nobody_else(disputed: Life) -> None:
    national = {"superior": "国家市场监督管理总局"}
    disputed.refused(
        BEIHAI,
        "jurisdiction_escalation",
        "escalate",
        "广西壮族自治区市场监督管理局",
        "body.superior",
        sheet="sealed_copy",
        changes=national,
    )
    right = {"superior": "广西壮族自治区市场监督管理局"}
    disputed.do(BEIHAI, "jurisdiction_escalation", "escalate", sheet="sealed_copy", changes=right)
    office = {"authority": "三省五市联席会议办公室"}
    disputed.refused(
        YULIN, "jurisdiction_designation", "record", "无权指定管辖", "body.authority", sheet="scan", changes=office
    )
    disputed.do(YULIN, "jurisdiction_designation", "record", sheet="scan", changes={"authority": right["superior"]})
    assert disputed.both(YULIN, BEIHAI)[0] == "designated"


def test_across_provinces_the_common_superior_is_the_national_body() -> None:
    trust = World(1, size=5).federation.trust
    assert trust.common_superior(YULIN, HAIKOU) == "国家市场监督管理总局"
    assert trust.common_superior("450900-mr", "450500-mr") == "广西壮族自治区市场监督管理局"
    assert trust.common_superior(YULIN, POLICE) is None


def test_the_joint_office_writes_a_letter_and_follows_the_progress() -> None:
    life = Life()
    life.do(JOINT, "supervision_letter", "supervise", to=(BEIHAI,), sheet="sealed_copy")
    life.do(BEIHAI, "progress_report", "progress")
    life.do(BEIHAI, "progress_report", "complete")
    life.do(JOINT, "confirmation", "confirm")
    assert life.both(JOINT, BEIHAI)[0] == "confirmed"
    Life().refused(YULIN, "supervision_letter", "supervise", "协作协议", "to", to=(BEIHAI,), sheet="sealed_copy")


def test_contacts_are_published_to_all_and_kept_current() -> None:
    life = Life()
    life.do(YULIN, "contact_list", "publish", to=(ALL,))
    life.do(YULIN, "contact_list", "publish", changes={"title": "联络员名单（更新）"})
    assert {node.store.rows.matters.rows[life.matter].title for node in life.world.nodes.values()} == {
        "联络员名单（更新）"
    }


def test_a_proposal_gathers_consents() -> None:
    life = Life()
    life.do(YULIN, "agreement_proposal", "propose", to=(ALL,))
    life.do(BEIHAI, "agreement_consent", "consent", to=(YULIN,), matter=life.matter)
    life.do(HAIKOU, "agreement_consent", "object", to=(YULIN,), matter=life.matter)
    rows = life.world.nodes[YULIN].store.rows
    assert rows.matters.rows[life.matter].messages == 3


def test_a_period_report_reaches_the_joint_office() -> None:
    life = Life()
    life.do(YULIN, "statistic_report", "report", to=(JOINT,))
    assert life.both(YULIN, JOINT)[0] == "reported"


def test_police_bulletins_stay_among_police() -> None:
    Life().refused(YULIN, "inquiry_bulletin", "publish", "协作协议", "to", to=(POLICE,))


def test_a_reminder_never_comes_after_the_extended_day_was_told(asked: Life) -> None:
    asked.do(BEIHAI, "answer", "sign-for")
    asked.do(BEIHAI, "answer", "accept")
    asked.do(BEIHAI, "extension_notice", "extend", changes=later("2026-06-30"))
    asked.world.now = datetime(2026, 5, 12, 2, tzinfo=UTC)
    asked.world.settle()
    reminders = [m for m in asked.world.nodes[YULIN].store.rows.messages.rows.values() if m.kind == "reminder"]
    assert not reminders
    asked.world.now += timedelta(days=47)
    asked.world.settle()
    assert [m for m in asked.world.nodes[YULIN].store.rows.messages.rows.values() if m.kind == "reminder"]
