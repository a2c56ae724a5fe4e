"""What stands in a leaf of the audit log, in words: who, what it was about, and the values of its facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from hub.core.policy import LEVELS, ROLES
from hub.core.subjects import SORTS
from hub.flows.drafting import STATES
from hub.flows.looking import PURPOSES
from hub.web import words
from schemas.catalogue import TITLES

Naming = Callable[[str], str]
"""Id of a member -> what it is called."""

_MEMBER = re.compile(r"[0-9]{6}-[a-z]{2,8}(-[0-9]{1,3})?|all")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SHOWN = 12
"""Characters of a digest that are shown, as elsewhere on the screens."""
_PLACES = {
    "assignments": "交办转办",
    "audit": "审计日志",
    "audit-check": "校验审计日志",
    "contacts": "联络员",
    "documents": "收件和发件",
    "due": "时限看板",
    "leads": "线索台账",
    "matters": "事项列表",
    "numbers": "文号登记簿",
    "statistics": "统计",
    "subjects": "主体查询",
    "supervision": "督办",
    "units": "承办单位",
}
_ACTS = {
    **words.ACTS,
    "approve": "审核",
    "begin": "启用新密钥",
    "begin-index": "启用新检索密钥",
    "end": "清除旧密钥",
    "end-index": "清除旧检索密钥",
    "assign": "交办",
    "discard": "作废",
    "enter": "登记文号",
    "forward": "转办",
    "issue": "签发",
    "receive": "登记收文号",
    "restore": "恢复",
    "save": "保存",
    "settle": "登记结果",
    "sign-off": "签发",
    "submit": "送审",
    "urge": "催办",
    "void": "作废",
}
_VALUES: dict[str, Mapping[str, str]] = {
    "act": _ACTS,
    "by": {
        "demo": "演示",
        "password": "口令",
        "password+code": "口令和验证码",
        "code": "验证码",
        "link": "一次性链接",
    },
    "kind": TITLES,
    "kinds": TITLES,
    "level": LEVELS,
    "list": {"own": "本单位督办", "proposed": "拟督办", "letters": "办理情况"},
    "outcome": {"stored": "已入库", "copy": "文书头已入库", "refused": "系统拒收", "held": "暂存待识别"},
    "purpose": PURPOSES,
    "role": ROLES,
    "sort": SORTS,
    "sorts": SORTS,
    "state": STATES,
    "use": PURPOSES,
}
"""Fact -> its values in words; a value that is not listed is shown as it was written."""


def actor(name: str, office: Naming) -> str:
    """Who did it: a person by the user name, an office by its own."""
    if name == "node":
        return "本节点"
    if name.startswith("cli:"):
        return f"命令行（{name.removeprefix('cli:')}）"
    return office(name) if _MEMBER.fullmatch(name) else name


def subject(name: str) -> str:
    """What it was done to: a screen by its title, everything else by its id."""
    return _PLACES.get(name) or (name[:_SHOWN] if len(name) > len("019d86c2-9a40-7000-8000-000000000001") else name)


def value(fact: str, said: object, office: Naming) -> str:
    """One value of a fact."""
    if isinstance(said, bool):
        return "是" if said else "否"
    if isinstance(said, Mapping):
        return "，".join(f"{name} {value(name, one, office)}" for name, one in said.items())
    if isinstance(said, Iterable) and not isinstance(said, str):
        return "、".join(value(fact, one, office) for one in said)
    text = str(said)
    if _MEMBER.fullmatch(text):
        return office(text)
    if _DIGEST.fullmatch(text):
        return text[:_SHOWN]
    return _VALUES.get(fact, {}).get(text, text)
