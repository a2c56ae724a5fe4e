"""Whole lives of what cities do together: public opinion, warnings, operations, the joint meeting."""

from __future__ import annotations

from hub.core.ids import ALL
from tests.builders import BEIHAI, JOINT, YULIN
from tests.federation.life import Life


def test_public_opinion_is_replied_to_within_the_agreed_time_and_followed_to_the_end() -> None:
    life = Life()
    life.do(YULIN, "opinion_notice", "notify", to=(BEIHAI,))
    life.do(BEIHAI, "answer", "sign-for")
    state, clock, due = life.both(YULIN, BEIHAI)
    assert (state, clock, str(due)) == ("signed", "running", "2026-04-15")
    life.do(BEIHAI, "opinion_reply", "reply-first")
    assert life.both(YULIN, BEIHAI)[:2] == ("replied", "met")
    life.do(BEIHAI, "opinion_reply", "reply-final")
    life.do(YULIN, "confirmation", "confirm")
    assert life.both(YULIN, BEIHAI, JOINT)[:2] == ("confirmed", "met")


def test_an_operation_starts_only_with_who_agreed_to_it_and_names_its_targets_then() -> None:
    life = Life()
    life.do(YULIN, "joint_operation", "plan", to=(BEIHAI,))
    life.refused(YULIN, "joint_operation", "start", "方案征求意见", "kind")
    life.do(BEIHAI, "operation_reply", "join")
    life.do(YULIN, "joint_operation", "start")
    life.do(BEIHAI, "joint_operation", "report")
    life.do(YULIN, "confirmation", "confirm")
    assert life.both(YULIN, BEIHAI)[0] == "confirmed"


def test_who_declines_an_operation_is_told_nothing_more_of_it() -> None:
    life = Life()
    life.do(JOINT, "joint_operation", "plan", to=(BEIHAI,))
    life.do(BEIHAI, "operation_reply", "decline")
    assert life.both(JOINT, BEIHAI)[0] == "declined"
    life.refused(JOINT, "joint_operation", "start", "不参加", "kind")


def test_a_meeting_is_called_minuted_and_its_items_are_followed_without_assigning_anything() -> None:
    life = Life()
    life.do(JOINT, "meeting_notice", "convene", to=(ALL,))
    life.do(JOINT, "meeting_minutes", "minute", to=(ALL,), matter=life.matter)
    assert {life.row(member).state for member in (JOINT, YULIN, BEIHAI)} == {"minuted"}
    item = Life()
    item.do(JOINT, "agreed_item", "inform", to=(BEIHAI,))
    state, clock, due = item.both(JOINT, BEIHAI)
    assert (state, clock, str(due)) == ("agreed", "running", "2026-07-31")
    item.do(BEIHAI, "progress_report", "progress")
    assert item.both(JOINT, BEIHAI)[1] == "running"
    item.do(BEIHAI, "progress_report", "complete")
    item.do(JOINT, "confirmation", "confirm")
    assert item.both(JOINT, BEIHAI)[0] == "confirmed"
    Life().refused(YULIN, "meeting_notice", "convene", "协作协议", "to", to=(ALL,))


def test_a_risk_warning_goes_to_all_and_a_public_one_never_comes_from_the_joint_office() -> None:
    life = Life()
    life.do(YULIN, "risk_warning", "publish", to=(ALL,))
    assert {life.row(member).state for member in (YULIN, BEIHAI)} == {"published"}
    Life().refused(JOINT, "public_warning", "publish", "协作协议", "to", to=(ALL,))
