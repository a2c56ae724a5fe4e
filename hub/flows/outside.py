"""系统外单位登记: offices that are no members, known by name, and how paper reaches them (DESIGN D15)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from hub.core.audit import leaf
from hub.core.errors import InvalidInput, NotFound
from hub.core.ids import is_outside
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.ports.outside import OutsideOffice
from hub.flows.steps.texts import said

SYSTEMS = {
    "mr": "市场监管部门",
    "ps": "公安机关",
    "gov": "其他国家机关",
    "grass": "基层组织",
    "other": "其他单位",
}
CHANNELS = {"post": "邮寄", "secure_courier": "机要", "fax": "传真", "in_person": "专人送达"}
_REGION = re.compile(r"[0-9]{6}")
_MOST = 9999


def next_id(uow: UnitOfWork, region: str) -> str:
    """The next free id of a region; raises ``InvalidInput`` for what is no region."""
    if _REGION.fullmatch(region) is None:
        raise InvalidInput("行政区划代码应为 6 位数字", field="region")
    taken = [int(one.id.rpartition("-")[2]) for one in uow.outside.all() if one.region == region]
    number = max(taken, default=0) + 1
    if number > _MOST:
        raise InvalidInput(f"区划 {region} 的系统外单位编号已用完", field="region")
    return f"out-{region}-{number}"


def keep(uow: UnitOfWork, office: OutsideOffice, *, who: str, now: datetime, salt: Salt) -> OutsideOffice:
    """Register or change an office; raises ``InvalidInput`` naming the field."""
    if not is_outside(office.id) or office.id[4:10] != office.region:
        raise InvalidInput("系统外单位编号应为 out-区划代码-序号，如 out-460200-1，区划与登记的一致", field="office")
    for value, known, field in ((office.system, SYSTEMS, "system"), (office.channel, CHANNELS, "channel")):
        if value not in known:
            raise InvalidInput(f"“{value[:20]}”不在可选范围内：{'、'.join(known)}", field=field)
    found = replace(
        office,
        name=said(office.name, "name", "单位名称", 100),
        address=said(office.address, "address", "地址", 200, needed=False),
        contact=said(office.contact, "contact", "联系人", 50, needed=False),
        phone=said(office.phone, "phone", "电话", 40, needed=False),
    )
    if any(one.name == found.name and one.id != found.id and one.active for one in uow.outside.all()):
        raise InvalidInput(f"“{found.name}”已登记在另一编号下", field="name", advice="请用 hub outside list 核对。")
    uow.outside.put(found)
    facts = {"name": found.name, "system": found.system, "channel": found.channel, "active": found.active}
    uow.ledger.add([leaf("outside", found.id, who, now, salt(), **facts)])
    return found


def known(uow: UnitOfWork, office: str) -> OutsideOffice:
    """One office of the register; raises ``NotFound``."""
    found = uow.outside.get(office)
    if found is None:
        raise NotFound(f"没有登记系统外单位 {office[:40]}", field="office", advice="请先用 hub outside add 登记。")
    return found
