"""The demonstration's agreement against the law: limits, stages and superiors, from tables written by hand.

Rules of DOMAIN section 2 that have no number cannot run a clock and are not in the agreement; ``WITHOUT_NUMBER`` names
them, so that nobody takes their absence for an oversight.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from hub.core.deadline import due
from hub.core.tiers import tiers
from schemas.wire.agreement import Agreement
from tests.builders_federation import federation, member_entry

AGREEMENT = Agreement.model_validate_json(
    (Path(__file__).parents[2] / "deploy" / "demo" / "agreement.json").read_bytes()
)
RULES = {rule.id: rule for rule in AGREEMENT.rules}
UNITS = {"WD": "working_days", "ND": "natural_days", "h": "hours", "wh": "working_hours"}

# id, limit, extension (- none, * without a cap, + between the tiers), words of the source that must stand in the basis
STATUTORY = """
ASSIST_MR            15 WD  *      程序规定 第四十五条
LEAD_CHECK           15 WD  15 WD  程序规定 第十八条
JURIS_NEGOTIATE       7 WD  -      程序规定 第十三条
JURIS_DESIGNATE       7 WD  -      程序规定 第十六条
CASE_90              90 ND  30 ND  程序规定 第六十四条
REVIEW_10            10 WD  *      程序规定 第五十五条
CLOSE_15             15 WD  -      程序规定 第七十七条
SEIZE_GENERAL        30 ND  30 ND  程序规定 第三十八条
EVID_REG              7 WD  -      程序规定 第三十五条
PUB_WITHDRAW          3 WD  -      程序规定 第六十三条
SERVE_7               7 WD  -      程序规定 第八十一条
PUB_SAME_PROV        20 WD  -      公示规定 第九条
PUB_PUSH_XPROV       10 WD  -      公示规定 第十条
PUB_HOME_XPROV       10 WD  -      公示规定 第十条
PUB_WITHDRAW2         3 WD  -      公示规定 第十一条
CRIM_APPROVE          3 ND  -      第310号 第五条
CRIM_SEND            24 h   -      第310号 第五条
CRIM_FORWARD         24 h   -      第310号 第七条
CRIM_DECIDE           3 ND  7+20+30 ND  第310号 第八条
CRIM_RECON_ASK        3 ND  -      第310号 第九条
CRIM_RECON_DECIDE     3 ND  -      第310号 第九条
CRIM_SUPERVISE        3 ND  -      第310号 第九条
CRIM_HANDOVER         3 ND  -      第310号 第十二条
POL_DECIDE            3 ND  -      第159号 第一百八十条
POL_SUPPLEMENT       24 h   -      第159号 第一百八十条
POL_SUPPLEMENT_GIVE   3 ND  -      第159号 第一百八十条
POL_RECON             3 ND  -      第159号 第一百八十一条
POL_RECON_DECIDE      3 ND  -      第159号 第一百八十一条
POL_FORWARD          24 h   -      第159号 第一百七十五条
POL_MOVE              3 ND  -      第159号 第一百八十四条
POL_353               7 ND  -      第159号 第三百五十三条
POL_353_REMOTE       15 ND  -      第159号 第三百五十三条
POL_FUGITIVE_ASK     24 h   -      第159号 第三百五十一条
POL_REPORT_MOVE      24 h   -      行政案件程序规定 第六十一条
ECON_TIP              7 ND  23+30 ND  公通字〔2017〕25号 第十五条
ECON_XFER             3 ND  7+20+30 ND  公通字〔2017〕25号 第十六条
CPL_ACCEPT            7 WD  -      第121号 第十五条
CPL_MEDIATE          60 ND  -      第121号 第二十三条
CPL_TERM_TELL         7 WD  -      第121号 第二十三条
CPL_LEAD             15 WD  15 WD  第121号 第二十七条
RPT_JURIS             7 WD  -      第121号 第三十三条
SEIZE_PYRAMID        30 ND  15 ND  第444号 第十八条
"""
AGREED = """
ASSIST_CROSS         15 WD  *      第二十六条
ASSIST_CROSS_URGENT   7 WD  *      第二十六条
ASSIST_CROSS_EXTRA    3 WD  *      第二十六条
ASSIST_POLICE        15 ND  *      第三百五十三条
ASSIST_POLICE_URGENT  7 ND  *      第三百五十三条
ASSIST_POLICE_EXTRA   3 ND  *      第三百五十三条
LEAD_RESULT          20 WD  15 WD  协议约定
SEED_FORWARD_2WD      2 WD  -      深龍府辦
SIGN_FOR              1 WD  -      协议约定
SIGN_FOR_URGENT       4 wh  -      协议约定
SIGN_FOR_EXTRA        1 h   -      协议约定
ANSWER                2 WD  -      协议约定
ANSWER_URGENT         1 WD  -      协议约定
ANSWER_EXTRA          4 h   -      协议约定
SUPPLEMENT            5 WD  -      协议约定
SUPERVISE_REPLY       5 WD  -      协议约定
OPINION_REPLY         2 WD  -      协议约定
OPINION_REPLY_URGENT 24 h   -      协议约定
OPINION_REPLY_EXTRA   2 h   -      协议约定
AGREED_ITEM           0 ND  -      协议约定
HOME_LETTER_REPLY    30 ND  -      协议约定
MONTHLY_STATISTICS    5 WD  -      协议约定
CONSENT              10 WD  -      协议约定
"""
WITHOUT_NUMBER = {
    "NO_RETRANSFER": "不得再自行移送，不是时限",
    "TRANSFER_OTHER": "及时",
    "PUB_EXPIRE": "三个月、三年：没有月、年这一单位，且不是办理时限",
    "CRIM_TEAM": "立即",
    "CRIM_PACK": "材料清单",
    "CRIM_RECEIPT": "当场签回执",
    "CRIM_NOSUBST": "禁止性规定",
    "CRIM_BACK": "及时",
    "POL_NOT_OURS": "未规定期限",
    "POL_JURIS": "未规定期限",
    "ECON_NO_REFUSE": "未规定期限",
    "ECON_FILE": "立案条件",
    "RPT_NOT_OURS": "未规定期限",
    "RPT_REPEAT": "不再处理，重新起算",
    "RPT_DISTRIBUTE": "及时",
    "RPT_SECRECY": "保密义务",
    "RPT_PLATFORM": "平台要求",
}
ROWS = [
    (label, *found)
    for label, table in (("statutory", STATUTORY), ("agreed", AGREED))
    for found in re.findall(r"^(\S+) +(\d+) (WD|ND|wh|h) +(-|\*|[\d+]+ (?:WD|ND)) +(.+)$", table, re.MULTILINE)
]


@pytest.mark.parametrize(("label", "rule_id", "amount", "unit", "more", "words"), ROWS, ids=[row[1] for row in ROWS])
def test_every_limit_is_the_one_of_its_source(
    label: str, rule_id: str, amount: str, unit: str, more: str, words: str
) -> None:
    rule = RULES[rule_id]
    assert (rule.label, rule.amount, rule.unit) == (label, int(amount), UNITS[unit])
    assert all(word in rule.basis for word in words.split()), rule.basis
    said = [(one.amount, one.unit) for one in rule.extensions]
    if more in "-*":
        assert said == ([] if more == "-" else [(None, rule.unit)])
    else:
        assert said == [(int(each), UNITS[more[-2:]]) for each in more[:-3].split("+")]


def test_the_tables_name_every_rule_and_rules_without_a_number_are_none() -> None:
    assert set(RULES) == {row[1] for row in ROWS}
    assert not set(RULES) & set(WITHOUT_NUMBER)


LADDERS = {
    "CRIM_DECIDE": [(10, None), (30, "县级以上公安机关负责人"), (60, "上一级公安机关负责人")],
    "ECON_XFER": [(10, None), (30, "县级以上公安机关负责人"), (60, "上一级公安机关负责人")],
    "ECON_TIP": [(30, "县级以上公安机关负责人"), (60, "上一级公安机关负责人")],
}


def test_the_tiers_of_economic_crime_are_ten_thirty_and_sixty_days_with_whoever_approves_each() -> None:
    for name, ladder in LADDERS.items():
        rule = RULES[name]
        assert [(rule.amount + one.ceiling, one.extension.approver) for one in tiers(rule)] == ladder
    assert {name for name, rule in RULES.items() if len(rule.extensions) > 1} == set(LADDERS)


def test_statutory_clocks_bind_only_whom_the_law_binds() -> None:
    assert RULES["ASSIST_MR"].binds == ("mr",)
    assert RULES["POL_353"].binds == ("ps",)
    assert {name for name, rule in RULES.items() if rule.label == "statutory" and not rule.binds} == set()


@pytest.mark.parametrize(
    ("start", "rule_id", "on_cn", "on_gx"),
    [
        ("2026-02-13", "LEAD_CHECK", "2026-03-12", "2026-03-12"),
        ("2026-04-16", "ANSWER", "2026-04-20", "2026-04-22"),
        ("2026-04-30", "JURIS_NEGOTIATE", "2026-05-13", "2026-05-13"),
        ("2026-09-18", "JURIS_NEGOTIATE", "2026-09-29", "2026-09-29"),
        ("2025-12-31", "ANSWER", "2026-01-05", "2026-01-05"),
        ("2026-07-03", "CASE_90", "2026-10-01>2026-10-08", "2026-10-01>2026-10-08"),
        ("2026-04-14", "CRIM_DECIDE", "2026-04-17", "2026-04-17>2026-04-21"),
    ],
)
def test_the_worked_examples_of_the_domain_come_out(start: str, rule_id: str, on_cn: str, on_gx: str) -> None:
    calendars = federation().trust.calendars
    for calendar, expected in (("CN", on_cn), ("CN-GX", on_gx)):
        found = due(RULES[rule_id], date.fromisoformat(start), calendars[calendar])
        strict, _, effective = expected.partition(">")
        assert (found.due_strict.isoformat(), found.due_effective.isoformat()) == (strict, effective or strict)


@pytest.mark.parametrize(
    ("one", "other", "superior"),
    [
        ("450900-mr", "450500-mr", "广西壮族自治区市场监督管理局"),
        ("440800-mr", "440900-mr", "广东省市场监督管理局"),
        ("460100-mr", "440800-mr", "国家市场监督管理总局"),
        ("440800-ps", "450500-ps", "公安部"),
        ("440800-mr", "440800-ps", None),
    ],
)
def test_the_common_superior_is_never_the_joint_meeting_office(one: str, other: str, superior: str | None) -> None:
    assert federation().trust.common_superior(one, other) == superior


def test_two_districts_of_one_city_have_the_city_office_above_them() -> None:
    districts = [member_entry("440802-mr", level="county"), member_entry("440803-mr", level="county")]
    trust = federation().renewed(districts).trust
    assert trust.common_superior("440802-mr", "440803-mr") == "湛江市市场监督管理局"


@pytest.mark.parametrize("system", ["mr", "ps"])
@pytest.mark.parametrize("region", ["", "44", "45", "46", "4408", "4409", "4505", "4509", "4601"])
def test_every_region_has_its_superior_in_both_systems(system: str, region: str) -> None:
    assert [one for one in AGREEMENT.superiors if (one.system, one.region) == (system, region)]


def test_every_stage_has_its_limit_in_every_urgency_and_seals_are_where_the_form_wants_them() -> None:
    assert {(one.stage, one.urgency): one.rule for one in AGREEMENT.stages} == {
        ("sign-for", "normal"): "SIGN_FOR",
        ("sign-for", "urgent"): "SIGN_FOR_URGENT",
        ("sign-for", "extra-urgent"): "SIGN_FOR_EXTRA",
        ("answer", "normal"): "ANSWER",
        ("answer", "urgent"): "ANSWER_URGENT",
        ("answer", "extra-urgent"): "ANSWER_EXTRA",
        ("supplement", "normal"): "SUPPLEMENT",
        ("supplement", "urgent"): "SUPPLEMENT",
        ("supplement", "extra-urgent"): "SUPPLEMENT",
    }
    assert set(AGREEMENT.stamped) == {"case_transfer", "jurisdiction_escalation", "supervision_letter"}


def test_the_office_sees_headers_between_members_and_nothing_between_police() -> None:
    for one in AGREEMENT.visibility:
        police = one.sender_system == one.receiver_system == "ps"
        assert one.see == ("none" if police else "header"), one
