"""Chinese words for the values of the machine."""

from __future__ import annotations

from typing import Final

from hub.core.families import FAMILIES

STEPS: Final = {
    "recorded": "已登记",
    "sent": "已发出",
    "delivered": "已送达",
    "signed": "已签收",
    "accepted": "已受理",
    "returned": "已退回",
    "fed-back": "已反馈",
    "refused": "被拒收",
    "held": "对方暂存",
    "withheld": "不再发送",
}
STATUSES: Final = {"stored": "已收下", "refused": "已拒收", "held": "暂存待识别", "copy": "抄送件"}
URGENCY: Final = {"normal": "平件", "urgent": "加急", "extra-urgent": "特急"}
CLOCKS: Final = {
    "none": "无时限",
    "waiting": "待起算",
    "running": "计时中",
    "met": "按期办结",
    "late": "逾期办结",
    "stopped": "已终止",
}
LABELS: Final = {"statutory": "法定", "agreed": "协议"}
OUTCOMES: Final = {
    "stored": "已收下",
    "refused": "拒收，已回执原因",
    "held": "暂存：文书种类或版本尚不认识",
    "copy": "抄送件已收下",
    "duplicate": "重复，以前已收过",
    "parked": "已收下，等待前面的来件或附件",
    "quarantined": "不合规则，已存入异常文书",
    "dropped": "超出限额，未处理，对账时会再来",
    "part": "附件已收下",
    "frame": "回执或对账信息已处理",
    "damaged": "损坏，未读入，对账时会再来",
    "unlisted": "与清单不符，未读入",
}
NOT_TAKEN: Final = frozenset({"refused", "quarantined", "dropped", "damaged", "unlisted"})
"""Outcomes after which a person should look."""
FRAMES: Final = {
    "receipts": "系统回执",
    "heads": "对账信息",
    "resend": "补发请求",
    "withheld": "不再发送的说明",
    "base": "群发文书起点",
    "part": "附件",
    "checkpoint": "存证点",
    "cosignature": "存证点会签",
    "looks": "查阅告知",
    "looks-heard": "查阅告知回执",
    "root": "根文件",
    "roster": "成员名册",
    "agreement": "协作协议",
}


def state_name(family: str, state: str) -> str:
    """The state of a matter on screen."""
    found = FAMILIES.get(family)
    return found.states.get(state, state) if found else state
