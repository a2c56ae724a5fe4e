"""What must hold when a simulation is over; each promise with what breaks it, nothing left to the eye."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.core.ids import ALL, BEIJING
from hub.flows.ports.views import DocumentFilter, MatterFilter, Step

if TYPE_CHECKING:
    from hub.cli.simulation.federation import Federation, Post
    from hub.flows.ports.views import DocumentRow
    from hub.flows.rows import MatterRow

_PAGE = 200
MOST_TOLD = 20
"""Breaches of one promise told by name."""
_SHARED = (
    "state",
    "opener",
    "other",
    "document",
    "kind",
    "messages",
    "rule",
    "calendar",
    "start",
    "due_strict",
    "due_effective",
    "due_at",
    "clock",
    "met_at",
    "ignored",
)
"""Fields of a matter that do not depend on who looks."""
_TITLES = {
    "delivered": "每件文书都已送达并有回执",
    "agreed": "同一事项各单位所见状态、期限一致",
    "whole": "没有缺号、断档、停滞的收发序列",
    "quarantine": "没有文书进入隔离区",
    "audited": "审计日志全部编入存证",
    "reminders": "同一阶段没有重复催办",
    "bodies": "联席办看不到不属于它的正文",
}


@dataclass(frozen=True, slots=True)
class Promise:
    """One invariant; ``broken`` names what breaks it."""

    id: str
    title: str
    broken: tuple[str, ...]
    looked_at: int


def check(federation: Federation) -> list[Promise]:
    """Look at every node, as its own screens do."""
    checks = {
        "delivered": _delivered,
        "agreed": _agreed,
        "whole": _whole,
        "quarantine": _quarantine,
        "audited": _audited,
        "reminders": _reminders,
        "bodies": _bodies,
    }
    found = []
    for name, look in checks.items():
        results = list(look(federation))
        broken = tuple(one for one in results if one)
        found.append(Promise(name, _TITLES[name], broken, len(results)))
    return found


def matters_of(post: Post, federation: Federation) -> list[MatterRow]:
    """Every matter at a node, oldest opened first."""
    rows: list[MatterRow] = []
    cursor: str | None = None
    while True:
        page = post.views.matters(MatterFilter(), cursor, _PAGE, now=federation.now)
        rows += page.rows
        cursor = page.next
        if cursor is None:
            return sorted(rows, key=lambda row: (row.opened_at, row.id))


def documents_of(post: Post, wanted: DocumentFilter) -> Iterator[DocumentRow]:
    """Every copy of a document at a node that fits."""
    cursor: str | None = None
    while True:
        page = post.views.documents(wanted, cursor, _PAGE)
        yield from page.rows
        cursor = page.next
        if cursor is None:
            return


def _delivered(federation: Federation) -> Iterator[str]:
    """One result per pair of members; an office outside has no wire."""
    for post in federation:
        health = post.views.health()
        stuck = health.outbox + health.pending
        yield f"{post.id} 有 {stuck} 件未发出" if stuck else ""
        for member in post.views.members(now=federation.now):
            waits = member.waiting + member.copies
            yield f"{post.id} 发给 {member.id} 的 {waits} 件没有回执" if waits else ""
        for step in (Step.REFUSED, Step.HELD, Step.WITHHELD):
            for row in documents_of(post, DocumentFilter(direction="out", step=step)):
                yield f"{post.id} 的文书 {row.document}（{row.kind}）：{step.value}"


def _agreed(federation: Federation) -> Iterator[str]:
    """One result per matter and other node that holds it."""
    known = {post.id: {row.id: row for row in matters_of(post, federation)} for post in federation}
    for post in federation:
        for row in known[post.id].values():
            if row.opener != post.id:
                continue
            if row.other in known and row.id not in known[row.other]:
                yield f"{row.other} 没有事项 {row.id}"
            for member, rows in known.items():
                if member != post.id and row.id in rows and row.other != ALL:
                    yield _difference(row, rows[row.id], member)


def _difference(row: MatterRow, theirs: MatterRow, member: str) -> str:
    wrong = [name for name in _SHARED if getattr(row, name) != getattr(theirs, name)]
    if not wrong:
        return ""
    told = "；".join(f"{name}：{getattr(row, name)} / {getattr(theirs, name)}" for name in wrong)
    return f"事项 {row.id} 在 {row.opener} 与 {member} 不同：{told}"


def _whole(federation: Federation) -> Iterator[str]:
    for post in federation:
        health = post.views.health()
        wrong = health.gaps + health.parked + health.frozen
        yield f"{post.id}：断档 {health.gaps}，待续 {health.parked}，停滞 {health.frozen}" if wrong else ""


def _quarantine(federation: Federation) -> Iterator[str]:
    for post in federation:
        health = post.views.health()
        yield f"{post.id} 隔离区有 {health.quarantined} 件" if health.quarantined else ""


def _audited(federation: Federation) -> Iterator[str]:
    for post in federation:
        health = post.views.health()
        yield f"{post.id} 有 {health.ungrown} 条审计记录未编入存证" if health.ungrown else ""


def _reminders(federation: Federation) -> Iterator[str]:
    """One result per reminder: after the last day they repeat, but never twice on one day."""
    for post in federation:
        told: Counter[tuple[str, ...]] = Counter()
        for row in documents_of(post, DocumentFilter(kind="reminder", direction="out")):
            body = post.views.document(row.document).copies[0].body or {}
            stage, due = str(body.get("stage")), str(body.get("due_text"))
            day = row.issued.astimezone(BEIJING).date().isoformat() if stage == "overdue" else ""
            told[row.matter, stage, due, day] += 1
        for (matter, stage, due, _), count in told.items():
            yield f"{post.id} 对事项 {matter}（{due}，{stage}）催办 {count} 次" if count > 1 else ""


def _bodies(federation: Federation) -> Iterator[str]:
    """One result per header copy at the joint-meeting office."""
    office = federation.office
    if office is None:
        return
    for row in documents_of(office, DocumentFilter(direction="in")):
        if row.audience in (office.id, ALL):
            continue
        seen = any(copy.body is not None for copy in office.views.document(row.document).copies)
        yield f"{office.id} 可读 {row.sender} 发给 {row.audience} 的 {row.document} 正文" if seen else ""
