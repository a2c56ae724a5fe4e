"""What ``hub doctor`` says of the audit log."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hub.app import build_views
from hub.cli.doctor import GREEN, RED, YELLOW, Finding
from hub.cli.screen import moment

if TYPE_CHECKING:
    from hub.app import Node

_ALONE = timedelta(days=1)
"""A log nobody else has cosigned for so long is told: its end could be cut off unnoticed."""


def examine_log(node: Node) -> Finding:
    """Whether our log is what was signed of it, and whether anybody but us could tell."""
    views, own = build_views(node), node.settings.member
    told, trust = views.log_standing(), views.trust()
    open_alarms = [one for one in told.alarms if one.settled_at is None]
    about = "、".join(sorted({trust.name_of(one.member) for one in open_alarms}))
    look = "请用 hub audit alarms 查看，hub audit evidence 取证据，查明后 hub audit settle 登记。"
    if any(one.member == own for one in open_alarms):
        return Finding("审计日志", RED, f"告警 {len(open_alarms)} 条，已停止签存证点：{about}", f"请保留原样；{look}")
    if open_alarms:
        return Finding("审计日志", YELLOW, f"其他单位的日志前后矛盾，告警 {len(open_alarms)} 条：{about}", look)
    what = f"共 {told.size} 条，存证点到第 {told.signed} 条，{len(told.witnesses)} 个单位会签过"
    last = max((one.at for one in told.witnesses if one.at is not None), default=told.begun)
    if told.signed_at and last and told.signed_at - last > _ALONE and len(trust.active()) > 1:
        todo = "其后的记录只有本单位自己证明：请检查网络，摆渡单位请导出摆渡文件。"
        return Finding("审计日志", YELLOW, f"{what}；自 {moment(last)} 起没有其他单位会签", todo)
    return Finding("审计日志", GREEN, what)
