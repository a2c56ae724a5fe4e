"""Chinese words for the codes of the machine; no code name reaches a screen."""

from __future__ import annotations

from datetime import date, datetime

from hub.core.deadline import Due
from hub.core.families import FAMILIES
from hub.core.ids import ALL, BEIJING, is_outside
from hub.core.overdue import slot_of, working_days
from hub.core.slots import Slot
from hub.core.trust import Trust
from hub.flows.rows import MatterRow
from hub.flows.steps.printing import STEP_TITLES
from schemas.catalogue import TITLES

STEPS = STEP_TITLES
ACTS = {
    "publish": "通报",
    "request": "请求协查",
    "sign-for": "签收",
    "accept": "受理",
    "return": "退回",
    "dispute": "提出管辖异议",
    "feedback-interim": "阶段反馈",
    "feedback-final": "正式反馈",
    "supplement": "要求补充",
    "extend": "告知延期",
    "transfer": "移送",
    "result": "反馈处理结果",
    "confirm": "确认办结",
    "withdraw": "撤回（撤销）",
    "comply": "回告已办理",
    "list": "列入黑名单",
    "remove": "移出黑名单",
    "remind": "催办",
    "record-dispatch": "代录寄送",
    "record-delivery": "代录送达",
    "record-sign-for": "代录签收",
    "record-accept": "代录受理",
    "record-return": "代录退回",
    "record-interim": "代录阶段反馈",
    "record-final": "代录正式反馈",
    "record-result": "代录处理结果",
    "raise": "提出管辖争议",
    "position": "陈述管辖意见",
    "propose": "提出协商方案",
    "agree": "同意协商方案",
    "escalate": "报请指定管辖",
    "record": "登记指定管辖",
    "hand-over": "移交案卷",
    "supervise": "督办（提示）",
    "progress": "报送进展",
    "complete": "报告办结",
    "consent": "同意修改建议",
    "object": "不同意修改建议",
    "report": "报送统计",
    "notify": "通报舆情",
    "reply-first": "首次回复",
    "reply-final": "回复处置结果",
    "plan": "提出行动方案",
    "start": "发起行动",
    "join": "同意参加",
    "decline": "不参加",
    "convene": "通知会议",
    "minute": "印发纪要",
    "inform": "告知议定事项",
}
_ACTS_OF_KIND = {
    ("contact_list", "publish"): "发布联络员名单",
    ("agreement_proposal", "propose"): "提出协议修改建议",
    ("joint_operation", "report"): "报告战果",
    ("public_warning", "publish"): "告知警示提示",
    ("risk_warning", "publish"): "预警",
}
"""Verbs that say something else for one kind."""
CLOCKS = {
    "none": "无时限",
    "waiting": "待起算",
    "running": "计时中",
    "met": "按期完成",
    "late": "逾期完成",
    "stopped": "已终止",
}
LABELS = {"statutory": "法定时限", "agreed": "协议时限"}
URGENCIES = {"normal": "平件", "urgent": "加急", "extra-urgent": "特急"}
CHANNELS = {"amqp": "网络", "spool": "网络", "ferry": "摆渡", "parked": "暂存后再核", "opening": "解密正文"}
LIMITS = {"running": "计时中", "overdue": "已超期", "met": "按期完成", "late": "逾期完成"}
"""How a limit inside a matter stands."""
RELATIONS = {
    "split_from": ("拆分自", "拆分出"),
    "follow_up": ("接续", "后续事项"),
    "transferred_from": ("移送来源", "移送后的事项"),
    "disputed": ("争议所涉", "引起管辖争议"),
    "supervises": ("所督办", "被督办"),
}
"""Relation -> (how the document that names the other calls it, how the other end calls it)."""
PAPER_CHANNELS = {
    "post": "邮寄",
    "secure_courier": "机要",
    "fax": "传真",
    "in_person": "专人送达",
    "ferry": "摆渡介质",
}
SYSTEMS = {"mr": "市场监管", "ps": "公安", "jm": "联席会议办公室", "out": "系统外"}
STATUSES = {"active": "有效", "suspended": "暂停", "expelled": "已退出"}
REACHES = {"online": "在线", "ferry": "摆渡"}
WEEKDAYS = "一二三四五六日"


def kind(name: str) -> str:
    """A kind of document; one we do not know is called what it is."""
    return TITLES.get(name, f"未识别的文书（{name}）")


def act(name: str, of: str = "") -> str:
    """A public verb, as the kind ``of`` means it."""
    return _ACTS_OF_KIND.get((of, name)) or ACTS.get(name, name)


def relation(name: str, *, outward: bool) -> str:
    """A link between two matters, seen from this end."""
    there, back = RELATIONS.get(name, ("关联", "关联"))
    return there if outward else back


def family(name: str) -> str:
    """A family of matters."""
    found = FAMILIES.get(name)
    return found.title if found else name


def state(family_name: str, name: str) -> str:
    """A state of a matter."""
    found = FAMILIES.get(family_name)
    return found.states.get(name, name) if found else name


MARK_NOTES = {
    "addressee-only": "不转县区局、不转发",
    "members-only": "不转县区局",
    "may-pass-down": "可转县区局、村居",
    "may-publish": "可转、可公布",
}
"""What each handling mark lets the receiver do without asking again, for who chooses one (``hub.core.marks``)."""


def member(trust: Trust, name: str, *, short: bool = False) -> str:
    """An office by its name; a stranger by its id."""
    if name == ALL:
        return "全体成员单位"
    return trust.name_of(name, short=short)


def moment(at: datetime | None) -> str:
    """A moment in the civil time of +08:00."""
    return "" if at is None else at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def day(of: date | None) -> str:
    """A date with its weekday, for a deadline on a Saturday deserves a second look."""
    return "" if of is None else f"{of.isoformat()}（周{WEEKDAYS[of.weekday()]}）"


def size(octets: int) -> str:
    """A size in the unit people read it in."""
    for unit, step in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if octets >= step:
            return f"{octets / step:.1f} {unit}"
    return f"{octets} 字节"


MEDIA = {
    "application/pdf": "PDF",
    "application/ofd": "OFD 版式文件（不能在此预览，请下载后用 OFD 阅读器打开）",
    "image/png": "图片",
    "image/jpeg": "图片",
    "image/tiff": "扫描图片（TIFF）",
    "text/plain": "文本",
    "text/csv": "表格（CSV）",
    "application/msword": "Word 文档（旧版）",
    "application/vnd.ms-excel": "Excel 表格（旧版）",
    "application/vnd.ms-works": "WPS 文档",
    "audio/mpeg": "录音（MP3）",
    "audio/wav": "录音（WAV）",
    "video/mp4": "录像（MP4）",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word 文档",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel 表格",
}


def media(name: str) -> str:
    """What kind of file it is; of one nobody here knows, its media type."""
    return MEDIA.get(name, name)


def last_day(limit: Due, *, strict: bool = False) -> str:
    """The last day of a limit; one by the clock ends at a moment."""
    if limit.by_the_clock:
        return moment(limit.due_at)
    return day(limit.due_strict if strict else limit.due_effective)


def lamp(row: MatterRow, now: datetime, trust: Trust) -> tuple[str, str]:
    """(colour name, word) of a matter's clock; the word says all the colour says, and the board 时限看板 the same."""
    calendar = trust.calendars.get(row.calendar or "")
    if row.clock == "running" and row.due_at is not None and row.due_effective is not None and calendar is not None:
        today = now.astimezone(BEIJING).date()
        left = working_days(calendar, today, row.due_effective)
        if row.due_at <= now:
            return "red", f"已超 {-left} 个工作日"
        slot = slot_of(row.due_effective, calendar, today)
        word = "今日到期" if slot is Slot.TODAY else f"还有 {left} 个工作日"
        return ("amber" if slot in (Slot.TODAY, Slot.SOON) else "green"), word
    if row.clock == "waiting" and row.due_at is not None:
        return "amber", "待回执，暂按寄发日推算"
    colours = {"met": "green", "late": "red", "waiting": "grey", "stopped": "grey", "none": "grey"}
    return colours.get(row.clock, "grey"), CLOCKS.get(row.clock, row.clock)


def badges(row: MatterRow) -> list[tuple[str, str, str]]:
    """(colour, word, what it means) of what is out of the ordinary about a matter."""
    found = []
    if row.urgency != "normal":
        found.append(("red", URGENCIES.get(row.urgency, row.urgency), "紧急程度"))
    if is_outside(row.other):
        found.append(("blue", "系统外", "对方不是成员单位，通过纸质或其他渠道往来"))
    if row.by_proxy:
        found.append(("amber", "代录", "部分环节由发起单位按纸质件代录，未经对方签名"))
    if row.provisional and row.clock != "waiting":
        found.append(("amber", "暂定", "该年度放假安排尚未公布，公布后重新计算"))
    if row.extended:
        found.append(("grey", "已延期", f"已告知延期 {row.extended} 次"))
    return found
