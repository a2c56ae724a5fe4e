"""What offices usually do, as tables: a further kind of document is one more line here and its text in ``writing``.

A row of ``HABITS`` reads: in this family and state, this side does this act in so many of a hundred cases, after so
many working days. What is left to a hundred is: nothing. A row whose kind is not registered, that the family's own
table does not allow or the agreement gives no right to, is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habit:
    """One thing an office may do next in a matter."""

    kind: str
    act: str
    share: int
    """Of a hundred."""
    first: int
    last: int
    """Working days until then, before the office's own temper."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How often an office of a system begins such a matter, per month of 21 working days."""

    kind: str
    rates: dict[str, float]


@dataclass(frozen=True, slots=True)
class Temper:
    """How an office works. ``pace`` stretches every delay; ``forgets``: share of duties that slip its mind."""

    name: str
    title: str
    pace: float
    forgets: float


DILIGENT = Temper("diligent", "勤快", 0.6, 0.0)
ORDINARY = Temper("ordinary", "一般", 1.0, 0.02)
SLOW = Temper("slow", "拖沓", 1.55, 0.04)
FORGETFUL = Temper("forgetful", "健忘", 1.0, 0.22)
FERRIED = Temper("ferried", "隔离网", 1.0, 0.03)
TEMPERS = (DILIGENT, ORDINARY, SLOW, FORGETFUL)


def _habits(table: str) -> dict[tuple[str, str, str], tuple[Habit, ...]]:
    found: dict[tuple[str, str, str], list[Habit]] = {}
    for line in table.strip().splitlines():
        family, states, side, act, share, days = line.split()
        first, last = days.split("-")
        kind, verb = act.split("/")
        for state in states.split("|"):
            found.setdefault((family, state, side), []).append(Habit(kind, verb, int(share), int(first), int(last)))
    return {key: tuple(rows) for key, rows in found.items()}


HABITS = _habits("""
assistance  requested            other  answer/sign-for                      96  0-1
assistance  requested            other  answer/return                         3  0-2
assistance  requested            opener proxy_record/record-sign-for         90  2-5
assistance  requested            opener withdrawal/withdraw                   2  0-1
assistance  signed               other  answer/accept                        90  0-2
assistance  signed               other  answer/return                         7  0-2
assistance  signed               opener proxy_record/record-accept           90  1-3
assistance  signed               opener withdrawal/withdraw                   2  1-5
assistance  accepted             other  assistance_feedback/feedback-final   62  3-11
assistance  accepted             other  assistance_feedback/feedback-interim 22  3-8
assistance  accepted             other  extension_notice/extend              14  9-13
assistance  accepted             opener proxy_record/record-final            90  5-14
assistance  accepted             opener withdrawal/withdraw                   3  2-8
assistance  partial              other  assistance_feedback/feedback-final   85  2-6
assistance  partial              other  extension_notice/extend              13  2-5
assistance  fed_back             opener confirmation/confirm                 82  1-4
assistance  fed_back             opener supplement_request/supplement        12  1-3
assistance  supplement           other  assistance_feedback/feedback-final   97  1-4
assistance  recalled|withdrawn   other  compliance/comply                    90  0-2
transfer    transferred          other  answer/sign-for                      97  0-1
transfer    transferred          opener withdrawal/withdraw                   2  0-1
transfer    signed               other  answer/accept                        80  0-2
transfer    signed               other  answer/return                        11  0-2
transfer    signed               other  answer/dispute                        7  1-2
transfer    accepted             other  transfer_result/result               84  4-12
transfer    accepted             other  extension_notice/extend              14  9-13
transfer    disputed             other  answer/accept                        45  3-7
transfer    disputed             other  answer/return                        25  3-6
transfer    disputed             opener withdrawal/withdraw                  20  3-7
transfer    resulted             opener confirmation/confirm                 90  1-4
transfer    recalled|withdrawn   other  compliance/comply                    90  0-2
dispute     raised               other  answer/sign-for                      90  0-1
dispute     negotiating          other  jurisdiction_opinion/propose         60  1-4
dispute     negotiating          opener jurisdiction_opinion/propose         20  2-5
dispute     negotiating          opener jurisdiction_escalation/escalate     15  4-6
dispute     offered_by_other     opener jurisdiction_opinion/agree           60  1-3
dispute     offered_by_other     opener jurisdiction_escalation/escalate     30  1-3
dispute     offered_by_opener    other  jurisdiction_opinion/agree           70  1-3
dispute     offered_by_opener    other  jurisdiction_escalation/escalate     25  1-3
dispute     escalated            opener jurisdiction_designation/record      90  5-9
dispute     agreed|designated    opener jurisdiction_handover/hand-over      95  1-4
dispute     handed_by_opener     other  confirmation/confirm                 95  1-2
notice      published            opener case_notice/publish                   9  3-12
notice      published            opener withdrawal/withdraw                   4  4-20
notice      published            opener inquiry_bulletin/publish              6  3-8
notice      published            other  answer/sign-for                      35  0-2
notice      withdrawn            other  compliance/comply                    60  0-3
opinion     notified             other  answer/sign-for                      95  0-1
opinion     notified             other  answer/return                         3  0-1
opinion     signed               other  opinion_reply/reply-first            75  0-1
opinion     signed               other  opinion_reply/reply-final            20  1-2
opinion     replied              other  opinion_reply/reply-final            95  3-7
opinion     disposed             opener confirmation/confirm                 95  0-2
operation   planned              other  answer/sign-for                      95  0-1
operation   signed               other  operation_reply/join                 80  1-3
operation   signed               other  operation_reply/decline              18  1-3
operation   joined               opener joint_operation/start                90  6-9
operation   started              other  joint_operation/report               95  2-4
operation   reported             opener confirmation/confirm                 95  1-2
meeting     convened             other  answer/sign-for                      60  0-1
meeting     convened             opener meeting_minutes/minute               95  9-12
agreed      agreed               other  answer/sign-for                      95  0-1
agreed      signed               other  progress_report/progress             40  3-8
agreed      signed               other  progress_report/complete             55  5-12
agreed      progress             other  progress_report/complete             92  3-8
agreed      completed            opener confirmation/confirm                 95  0-2
blacklist   listed               opener blacklist_entry/list                  8  5-30
blacklist   listed               opener blacklist_removal/remove             35  20-110
blacklist   removed              other  compliance/comply                    40  0-3
supervision supervised           other  answer/sign-for                      97  0-1
supervision signed               other  progress_report/progress             45  1-3
supervision signed               other  progress_report/complete             50  2-5
supervision progress             other  progress_report/complete             92  2-6
supervision completed            opener confirmation/confirm                 95  0-2
proposal    proposed             other  agreement_consent/consent            50  2-8
proposal    proposed             other  agreement_consent/object             12  2-8
report      reported             other  answer/sign-for                      95  0-1
""")

OPENINGS = (
    Opening("assistance_request", {"mr": 1.9, "ps": 0.9}),
    Opening("lead_transfer", {"mr": 1.1, "ps": 0.5}),
    Opening("case_transfer", {"mr": 0.25, "ps": 0.1}),
    Opening("case_notice", {"mr": 0.5, "ps": 0.3}),
    Opening("inquiry_bulletin", {"ps": 0.5}),
    Opening("blacklist_entry", {"mr": 0.3}),
    Opening("jurisdiction_dispute", {"mr": 0.12, "ps": 0.05}),
    Opening("agreement_proposal", {"mr": 0.05}),
    Opening("opinion_notice", {"mr": 0.4, "ps": 0.1}),
    Opening("risk_warning", {"mr": 0.12, "jm": 0.1}),
    Opening("public_warning", {"mr": 0.08}),
    Opening("joint_operation", {"mr": 0.06, "jm": 0.1}),
    Opening("meeting_notice", {"jm": 0.3}),
    Opening("agreed_item", {"jm": 0.5}),
)
OUTSIDE_SHARE = 0.06
"""Assistance asked of an office outside the federation, on paper."""
REGULAR = ("contact_list", "statistic_report")
"""Sent by the calendar: contacts once at the beginning, figures every month."""
ONCE = frozenset({"publish", "list", "extend", "consent", "object", "comply", "feedback-interim"})
"""Acts an office does once in a matter, or not again after the first correction."""
MONTH = 21
"""Working days."""
