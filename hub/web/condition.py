"""How the node is, in words: what is wrong, what it means for the work, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from hub.core.ids import BEIJING
from hub.core.trust import Trust
from hub.flows.ports.views import Health, MemberView
from hub.flows.steps.fading import renewals
from hub.web import words
from hub.web.deps import WebNode

_STALE = timedelta(hours=1)
"""So long something may be on its way before it is told."""
_EXPIRES_SOON = 14
_UNGROWN = 50_000


@dataclass(frozen=True, slots=True)
class Finding:
    """``tone``: ``green``, ``amber`` or ``red``; ``path`` opens what it is about."""

    tone: str
    what: str
    todo: str = ""
    path: str = ""


def condition(node: WebNode, more: Iterable[Finding] = ()) -> list[Finding]:
    """What needs somebody's eye, ``more`` of it too, the worst first; one green line when nothing does."""
    now, views = node.now(), node.views
    found = [*more, *_queues(node, views.health()), *_trust(node, views.trust())]
    found += _log(node)
    found += [one for member in views.members(now=now) if (one := _peer(node, member)) is not None]
    order = {"red": 0, "amber": 1, "green": 2}
    good = Finding("green", "本节点运行正常：没有积压，没有异常文书。")
    return sorted(found, key=lambda one: order[one.tone]) or [good]


def faded_receipts(node: WebNode) -> Iterator[Finding]:
    """Whose receipts prove nothing until they are signed again; the database is asked only once a key was revoked."""
    trust = node.views.trust()
    if not any(key.revoked is not None for member in trust.roster.members for key in member.keys):
        return
    for one in node.act(lambda uow: renewals(uow, trust)):
        if not one.done:
            yield Finding(
                "amber",
                f"{trust.name_of(one.member)}有签名密钥被吊销，其出具的系统回执须重新签署，已请求 {one.asked} 份。",
                "系统自动请求，每天核对，直到全部有效；急需某份文书的证明时，请系统管理员执行 hub evidence --renew。",
            )


def _queues(node: WebNode, health: Health) -> Iterator[Finding]:
    now = node.now()
    if health.frozen:
        yield Finding(
            "red",
            f"有 {health.frozen} 路来文已停止接收：同一序号出现了两份不同的文书。",
            "证据已保全；请联系发件单位负责人核实，由其另起新的发文序列。",
            "/quarantine",
        )
    if health.oldest_pending is not None and now - health.oldest_pending > _STALE:
        yield Finding(
            "amber",
            f"有 {health.pending} 件文书等待送出，最早的自 {words.moment(health.oldest_pending)} 起。",
            "在线单位请等待自动重发或电话询问对方；摆渡单位请导出摆渡文件。",
            "/documents?tab=undelivered",
        )
    if health.outbox and health.oldest_pending is None and health.outbox > 0:
        yield Finding(
            "amber",
            f"有 {health.outbox} 件文书已登记、等待签名发出。",
            "通常几秒内完成；长时间不变，请系统管理员检查工作进程是否运行。",
        )
    if health.gaps:
        yield Finding("amber", f"有 {health.gaps} 件来文因前面的文书未到而暂存。", "系统正在自动索要，不需要操作。")
    if health.quarantined:
        yield Finding(
            "amber",
            f"有 {health.quarantined} 件来件未予采信。",
            "请收发员打开异常文书，按每件的说明办理。",
            "/quarantine",
        )
    if health.ungrown > _UNGROWN:
        yield Finding("amber", f"审计日志有 {health.ungrown} 条尚未编入存证。", "请系统管理员检查工作进程。")


def _log(node: WebNode) -> Iterator[Finding]:
    """Whether our audit log and those of others are what was signed of them."""
    told = node.views.log_standing()
    open_alarms = [one for one in told.alarms if one.settled_at is None]
    if any(one.member == node.member for one in open_alarms):
        yield Finding(
            "red",
            "本单位审计日志与已存证的内容不符，已停止签存证点。",
            "请保留数据库原样，由审计管理员打开审计日志查看是哪一条，并通知安全管理员。",
            "/audit",
        )
    others = sorted({one.member for one in open_alarms} - {node.member})
    for member in others:
        name = node.views.trust().name_of(member)
        todo = "证据已保全；请审计管理员从审计日志页下载证据，送轮值联席会议办公室。"
        yield Finding("red", f"{name}的审计日志前后矛盾。", todo, "/audit")


def _trust(node: WebNode, trust: Trust) -> Iterator[Finding]:
    left = trust.days_left(node.now())
    if left < 0:
        yield Finding("red", f"成员名册已过期 {-left} 天。", "请向名册管理方索取新名册；收发暂不中断。", "/members")
    elif left < _EXPIRES_SOON:
        yield Finding("amber", f"成员名册还有 {left} 天到期。", "请向名册管理方索取新名册。", "/members")
    today = node.now().astimezone(BEIJING).date()
    if not trust.calendars[trust.member(node.member).calendar].covers(today + timedelta(days=60)):
        yield Finding(
            "amber",
            "明年放假安排尚未导入，跨年的届满日暂按周末推算。",
            "国务院公布后由协议管理方更新日历，系统自动重算。",
        )


def _peer(node: WebNode, member: MemberView) -> Finding | None:
    if member.own or member.oldest_waiting is None or node.now() - member.oldest_waiting <= _STALE:
        return None
    since = words.moment(member.oldest_waiting)
    what = f"发往{member.name}的 {member.waiting} 件文书未获回执，最早的自 {since} 起。"
    ferry = member.reach == "ferry"
    todo = "请导出摆渡文件送交对方。" if ferry else "对方节点可能停机；请电话告知，恢复后自动补送。"
    return Finding("amber", what, todo, f"/documents?tab=undelivered&counterpart={member.id}")
