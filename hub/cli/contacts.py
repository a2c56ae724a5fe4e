"""``hub contacts``: whom to call at each member, as the members themselves publish and keep current."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from hub.cli.figures import date_of
from hub.cli.place import JSON, views_of
from hub.cli.screen import print_json, table
from hub.core.errors import NotFound

if TYPE_CHECKING:
    from hub.flows.ports.views import Views

_ROLES = {
    "liaison": "联络员",
    "deputy": "备用联络员",
    "handler": "业务联系人",
    "duty_room": "值班室",
    "technical": "系统运维",
}
_MOST_PAGES = 100
"""Lists read at most, a hundred a page; a member's newest one is what counts."""


def contacts(
    ctx: typer.Context,
    member: str | None = typer.Option(None, "--member", metavar="单位", help="只看一个单位"),
    day: str | None = typer.Option(None, "--on", metavar="日期", help="哪一天在任，默认今天"),
    as_json: bool = JSON,
) -> int:
    """联络员名单：各成员单位公布的最新名单；用 hub send contact_list 更新本单位的名单"""
    from hub.core.ids import BEIJING

    with views_of(ctx) as (node, views):
        names = {one.id: one.short_name for one in views.trust().roster.members}
        if member is not None and member not in names:
            raise NotFound(f"成员名册中没有 {member}", field="member")
        today = (date_of(day, "on") or node.clock().astimezone(BEIJING).date()).isoformat()
        found = {m: body for m, body in latest(views).items() if member in (None, m)}
    lines = [(m, one) for m, body in sorted(found.items()) for one in body["contacts"] if _serves(one, today)]
    if as_json:
        print_json({"on": today, "contacts": [{"member": m, **one} for m, one in lines]})
        return 0
    rows = [
        (
            names.get(m, m),
            _ROLES.get(one["role"], one["role"]),
            one.get("name", "—"),
            one["phone"],
            one["post"],
            one["office_hours"],
        )
        for m, one in lines
    ]
    table(("单位", "角色", "姓名", "电话", "岗位", "办公时间"), rows, "尚无单位公布联络员名单。")
    return 0


def latest(views: Views) -> dict[str, dict[str, Any]]:
    """The newest readable list of each member, by member."""
    from hub.flows.ports.views import DocumentFilter

    found: dict[str, dict[str, Any]] = {}
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page = views.documents(DocumentFilter(kind="contact_list"), cursor, 100)
        for row in page.rows:
            if row.sender in found or row.status != "stored":
                continue
            copy = next((one for one in views.document(row.document).copies if one.body is not None), None)
            if copy is not None and copy.body is not None:
                found[row.sender] = copy.body
        cursor = page.next
        if cursor is None:
            break
    return found


def _serves(line: dict[str, Any], today: str) -> bool:
    return bool(line["valid_from"] <= today <= (line.get("valid_to") or "9999-12-31"))
