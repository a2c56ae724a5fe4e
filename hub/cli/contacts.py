"""``hub contacts``: whom to call at each member, as the members themselves publish and keep current."""

from __future__ import annotations

import typer

from hub.cli.figures import date_of
from hub.cli.place import JSON, views_of
from hub.cli.screen import print_json, table
from hub.core.errors import NotFound


def contacts(
    ctx: typer.Context,
    member: str | None = typer.Option(None, "--member", metavar="单位", help="只看一个单位"),
    day: str | None = typer.Option(None, "--on", metavar="日期", help="哪一天在任，默认今天"),
    as_json: bool = JSON,
) -> int:
    """联络员名单：各成员单位公布的最新名单；用 hub send contact_list 更新本单位的名单"""
    from hub.core.ids import BEIJING
    from hub.web.contacts import ROLES, latest

    with views_of(ctx) as (node, views):
        names = {one.id: one.short_name for one in views.trust().roster.members}
        if member is not None and member not in names:
            raise NotFound(f"成员名册中没有 {member}", field="member")
        on = date_of(day, "on") or node.clock().astimezone(BEIJING).date()
        found = {m: one for m, one in latest(views).items() if member in (None, m)}
    lines = [(m, one) for m, published in sorted(found.items()) for one in published.serving(on)]
    if as_json:
        print_json({"on": on.isoformat(), "contacts": [{"member": m, **one} for m, one in lines]})
        return 0
    rows = [
        (
            names.get(m, m),
            ROLES.get(one["role"], one["role"]),
            one.get("name", "—"),
            one["phone"],
            one["post"],
            one["office_hours"],
        )
        for m, one in lines
    ]
    table(("单位", "角色", "姓名", "电话", "岗位", "办公时间"), rows, "尚无单位公布联络员名单。")
    return 0
