"""Tables of the mechanisms by which cities work together: notices, operations, meetings, lists, agreement, reports.

How a row reads: :mod:`hub.core.families`, which holds the families of cases and the index of all.
"""

from __future__ import annotations

from hub.core.lifecycle import VOID, VOID_TITLE, Family, steps

NOTICE = Family(
    "notice",
    "案件通报、协查通报",
    {"published": "已通报", "withdrawn": "已撤回", VOID: VOID_TITLE},
    closed=frozenset({VOID, "withdrawn"}),
    clock_stops=frozenset({"published", "withdrawn"}),
    steps=steps("""
-          case_notice/publish       opener published
-          inquiry_bulletin/publish  opener published
published  case_notice/publish       opener published
published  inquiry_bulletin/publish  opener published
published  answer/sign-for           other  published
published  withdrawal/withdraw       opener withdrawn
published  compliance/comply         other  =
withdrawn  compliance/comply         other  =
"""),
)

WARNING = Family(
    "warning",
    "预警、警示",
    {"published": "已预警", "withdrawn": "已撤回", VOID: VOID_TITLE},
    closed=frozenset({VOID, "withdrawn"}),
    clock_stops=frozenset({"published", "withdrawn"}),
    steps=steps("""
-          risk_warning/publish    opener published
-          public_warning/publish  opener published
published  risk_warning/publish    opener published
published  public_warning/publish  opener published
published  answer/sign-for         other  published
published  withdrawal/withdraw     opener withdrawn
published  compliance/comply       other  =
withdrawn  compliance/comply       other  =
"""),
)

OPINION = Family(
    "opinion",
    "舆情通报",
    {
        "notified": "已通报待回复",
        "signed": "已签收",
        "replied": "已首次回复",
        "disposed": "已回复处置结果待确认",
        "confirmed": "已确认办结",
        "returned": "已退回",
        "withdrawn": "已撤回",
        VOID: VOID_TITLE,
    },
    closed=frozenset({VOID, "confirmed", "returned", "withdrawn"}),
    clock_stops=frozenset({"replied", "disposed", "confirmed", "returned", "withdrawn"}),
    steps=steps("""
-                        opinion_notice/notify     opener notified
notified                 answer/sign-for           other  signed
notified|signed          opinion_reply/reply-first other  replied
notified|signed|replied  opinion_reply/reply-final other  disposed
notified|signed          answer/return             other  returned
disposed                 confirmation/confirm      opener confirmed
notified|signed|replied  withdrawal/withdraw       opener withdrawn
withdrawn                compliance/comply         other  =
notified|signed          reminder/remind           opener =
"""),
)

OPERATION = Family(
    "operation",
    "联合行动",
    {
        "planned": "方案征求意见",
        "signed": "已签收",
        "joined": "同意参加",
        "started": "行动已发起",
        "reported": "已报战果待确认",
        "confirmed": "已确认办结",
        "declined": "不参加",
        "withdrawn": "已取消",
        VOID: VOID_TITLE,
    },
    closed=frozenset({VOID, "confirmed", "declined", "withdrawn"}),
    clock_stops=frozenset({"joined", "reported", "confirmed", "declined", "withdrawn"}),
    steps=steps("""
-                             joint_operation/plan    opener planned
planned                       answer/sign-for         other  signed
planned|signed                operation_reply/join    other  joined
planned|signed                operation_reply/decline other  declined
planned|signed|joined         joint_operation/plan    opener =
joined                        operation_reply/decline other  declined
joined                        joint_operation/start   opener started
started                       joint_operation/report  other  reported
reported                      joint_operation/report  other  reported
reported                      confirmation/confirm    opener confirmed
planned|signed|joined|started withdrawal/withdraw     opener withdrawn
withdrawn                     compliance/comply       other  =
planned|signed|started        reminder/remind         opener =
"""),
)

MEETING = Family(
    "meeting",
    "联席会议",
    {"convened": "已通知", "minuted": "已印发纪要", "withdrawn": "已取消", VOID: VOID_TITLE},
    closed=frozenset({VOID, "withdrawn"}),
    clock_stops=frozenset({"convened", "minuted", "withdrawn"}),
    steps=steps("""
-         meeting_notice/convene  opener convened
convened  meeting_notice/convene  opener convened
convened  answer/sign-for         other  convened
convened  meeting_minutes/minute  opener minuted
minuted   meeting_minutes/minute  opener minuted
convened  withdrawal/withdraw     opener withdrawn
withdrawn compliance/comply       other  =
"""),
)

AGREED = Family(
    "agreed",
    "议定事项",
    {
        "agreed": "待办理",
        "signed": "已签收",
        "progress": "已报进展",
        "completed": "已报办结待确认",
        "confirmed": "已确认办结",
        "withdrawn": "已撤回",
        VOID: VOID_TITLE,
    },
    closed=frozenset({VOID, "confirmed", "withdrawn"}),
    clock_stops=frozenset({"completed", "confirmed", "withdrawn"}),
    steps=steps("""
-                      agreed_item/inform        opener agreed
agreed                 answer/sign-for           other  signed
agreed|signed|progress progress_report/progress  other  progress
agreed|signed|progress progress_report/complete  other  completed
completed              confirmation/confirm      opener confirmed
agreed|signed|progress withdrawal/withdraw       opener withdrawn
agreed|signed|progress reminder/remind           opener =
"""),
)

BLACKLIST = Family(
    "blacklist",
    "黑名单",
    {"listed": "在册", "removed": "已移出", VOID: VOID_TITLE},
    closed=frozenset({VOID, "removed"}),
    clock_stops=frozenset({"listed", "removed"}),
    steps=steps("""
-       blacklist_entry/list      opener listed
listed  blacklist_entry/list      opener listed
listed  blacklist_removal/remove  opener removed
listed  compliance/comply         other  =
removed compliance/comply         other  =
"""),
)

CONTACTS = Family(
    "contacts",
    "联络员",
    {"current": "现行", VOID: VOID_TITLE},
    closed=frozenset({VOID}),
    clock_stops=frozenset({"current"}),
    steps=steps("""
-        contact_list/publish  opener current
current  contact_list/publish  opener current
"""),
)

PROPOSAL = Family(
    "proposal",
    "协议修改建议",
    {"proposed": "征求意见中", "withdrawn": "已撤回", VOID: VOID_TITLE},
    closed=frozenset({VOID, "withdrawn"}),
    clock_stops=frozenset({"proposed", "withdrawn"}),
    steps=steps("""
-         agreement_proposal/propose  opener proposed
proposed  agreement_consent/consent   other  =
proposed  agreement_consent/object    other  =
proposed  withdrawal/withdraw         opener withdrawn
"""),
)

REPORT = Family(
    "report",
    "统计报表",
    {"reported": "已报送", VOID: VOID_TITLE},
    closed=frozenset({VOID}),
    clock_stops=frozenset({"reported"}),
    steps=steps("""
-         statistic_report/report  opener reported
reported  statistic_report/report  opener reported
reported  answer/sign-for          other  =
"""),
)
