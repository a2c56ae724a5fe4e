"""Chinese words for the codes of the machine; no code name reaches a screen."""

from __future__ import annotations

from datetime import date, datetime

from hub.core.families import FAMILIES
from hub.core.ids import ALL, BEIJING
from hub.core.trust import Trust
from hub.flows.ports.views import Step
from hub.flows.rows import MatterRow
from schemas.catalogue import TITLES

STEPS: dict[Step, str] = {
    Step.RECORDED: "已登记",
    Step.SENT: "已发出",
    Step.DELIVERED: "已送达",
    Step.SIGNED: "已签收",
    Step.ACCEPTED: "已受理",
    Step.RETURNED: "已退回",
    Step.FED_BACK: "已反馈",
    Step.REFUSED: "系统拒收",
    Step.HELD: "暂存待识别",
    Step.WITHHELD: "不再发送",
}
ACTS = {
    "publish": "通报",
    "request": "请求协查",
    "sign-for": "签收",
    "accept": "受理",
    "return": "退回",
    "feedback-interim": "阶段反馈",
    "feedback-final": "正式反馈",
    "transfer": "移送线索",
    "result": "反馈处理结果",
    "confirm": "确认办结",
    "withdraw": "撤回",
    "list": "列入黑名单",
    "remove": "移出黑名单",
    "remind": "催办",
}
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
CHANNELS = {"amqp": "网络", "spool": "网络", "ferry": "摆渡"}
SYSTEMS = {"mr": "市场监管", "ps": "公安", "jm": "联席会议办公室"}
STATUSES = {"active": "有效", "suspended": "暂停", "expelled": "已退出"}
REACHES = {"online": "在线", "ferry": "摆渡"}
WEEKDAYS = "一二三四五六日"


def kind(name: str) -> str:
    """A kind of document; one we do not know is called what it is."""
    return TITLES.get(name, f"未识别的文书（{name}）")


def act(name: str) -> str:
    """A public verb."""
    return ACTS.get(name, name)


def family(name: str) -> str:
    """A family of matters."""
    found = FAMILIES.get(name)
    return found.title if found else name


def state(family_name: str, name: str) -> str:
    """A state of a matter."""
    found = FAMILIES.get(family_name)
    return found.states.get(name, name) if found else name


def member(trust: Trust, name: str, *, short: bool = False) -> str:
    """An office by its name; a stranger by its id."""
    if name == ALL:
        return "全体成员单位"
    found = trust.members.get(name)
    return name if found is None else (found.short_name if short else found.name)


def moment(at: datetime | None) -> str:
    """A moment in the civil time of +08:00."""
    return "" if at is None else at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def day(of: date | None) -> str:
    """A date with its weekday, for a deadline on a Saturday deserves a second look."""
    return "" if of is None else f"{of.isoformat()}（周{WEEKDAYS[of.weekday()]}）"


def lamp(row: MatterRow, now: datetime) -> tuple[str, str]:
    """(colour name, word) of a matter's clock; the word says all the colour says."""
    if row.clock == "running" and row.due_at is not None:
        if row.due_at <= now:
            return "red", f"已逾期 {max((now - row.due_at).days, 0) + 1} 天"
        left = (row.due_at - now).days
        if left < 3:
            return "amber", "今日到期" if left == 0 else f"剩 {left} 天"
        return "green", f"剩 {left} 天"
    colours = {"met": "green", "late": "red", "waiting": "grey", "stopped": "grey", "none": "grey"}
    return colours.get(row.clock, "grey"), CLOCKS.get(row.clock, row.clock)
