"""Offices outside and templates as the API takes and gives them, with an example of each."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from hub.web.api.examples import AT, DOCUMENT_IN
from hub.web.api.ground import In, Moment, Out

OFFICE = r"^out-[0-9]{6}-[0-9]{1,4}$"
System = Literal["mr", "ps", "gov", "grass", "other"]
Channel = Literal["post", "secure_courier", "fax", "in_person"]


class _Known(In):
    name: str = Field(title="单位名称", min_length=1, max_length=100)
    system: System = Field(title="系统", description="mr 市场监管，ps 公安，gov 其他机关，grass 基层组织")
    address: str = Field(default="", title="地址", max_length=200)
    contact: str = Field(default="", title="联系人", max_length=50)
    phone: str = Field(default="", title="电话", max_length=40)
    channel: Channel = Field(title="送达方式", description="post 邮寄，secure_courier 机要，fax 传真，in_person 专人")


class OutsideIn(_Known):
    """登记系统外单位."""

    region: str = Field(title="行政区划代码", pattern=r"^[0-9]{6}$")


class OutsideChange(_Known):
    """系统外单位的信息: everything but region and number."""

    active: bool = Field(default=True, title="启用")


class OutsideOut(Out):
    """One office that is no member."""

    id: str
    name: str
    region: str
    system: str
    address: str = Field(title="地址")
    contact: str = Field(title="联系人")
    phone: str = Field(title="电话")
    channel: str
    active: bool


class TemplateIn(In):
    """模板的种类和正文: a body may be unfinished."""

    kind: str = Field(title="文书种类", max_length=40)
    body: dict[str, Any] = Field(title="正文")


class TemplateLine(Out):
    """One template in a list."""

    name: str
    kind: str
    who: str
    at: Moment


class TemplateOut(TemplateLine):
    """One template with its body."""

    body: dict[str, Any]


OUTSIDE_CHANGE: dict[str, Any] = {
    "name": "某某村民委员会",
    "system": "grass",
    "address": "某县某镇某村",
    "contact": "村委会办公室",
    "phone": "0775-2800000",
    "channel": "post",
    "active": True,
}
OUTSIDE: dict[str, Any] = {"id": "out-450923-1", "region": "450923", **OUTSIDE_CHANGE}
OUTSIDE_IN: dict[str, Any] = {name: OUTSIDE[name] for name in OUTSIDE if name not in ("id", "active")}
TEMPLATE_IN: dict[str, Any] = {"kind": "assistance_request", "body": {"title": DOCUMENT_IN["body"]["title"]}}
TEMPLATE_LINE: dict[str, Any] = {
    "name": "调取登记档案",
    "kind": "assistance_request",
    "who": "zhanjiang.officer",
    "at": AT,
}
TEMPLATE: dict[str, Any] = {**TEMPLATE_LINE, "body": TEMPLATE_IN["body"]}
