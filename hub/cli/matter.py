"""``hub matter``: one matter as a person follows it: state, every clock, and the thread step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from hub.cli.place import JSON, views_of
from hub.cli.screen import clip, day, moment, pairs, plain, print_json, safe
from hub.cli.words import CLOCKS, LABELS, STEPS, state_name

if TYPE_CHECKING:
    from hub.core.stages import StageClock
    from hub.core.trust import Trust
    from hub.flows.ports.views import CopyView, MatterView

_TITLE = 60
"""Columns of a title in the thread; the matter's own stands above it whole."""
_STATUSES = {"running": "计时中", "overdue": "已超期", "met": "按期", "late": "逾期"}


def matter(
    ctx: typer.Context,
    number: str = typer.Argument(..., metavar="事项编号", help="事项编号"),
    as_json: bool = JSON,
) -> int:
    """一件事项：状态、各项时限、往来文书的先后和依据、现在可以办理什么"""
    from hub.flows.steps.clocks import stage_clocks

    with views_of(ctx) as (node, views):
        view, trust = views.matter(number), views.trust()
        clocks = stage_clocks(view, trust, node.clock())
    if as_json:
        thread = [
            {"document": c.row.document, "kind": c.row.kind, "act": c.row.act, "state": c.state} for c in view.thread
        ]
        stages = [
            {"stage": c.stage, "rule": c.limit.rule.id, "due_effective": c.limit.due_effective, "status": c.status}
            for c in clocks
        ]
        told = {"thread": thread, "allowed": view.allowed, "notes": view.notes}
        print_json({"row": plain(view.row), "stages": stages, **told})
        return 0
    _print(view, clocks, trust)
    return 0


def _print(view: MatterView, clocks: tuple[StageClock, ...], trust: Trust) -> None:
    from hub.flows.steps.clocks import ends

    row = view.row
    if row is None:
        print("已登记，等待签名发出")
    else:
        print(safe(row.title))
        rule = trust.rule(row.rule, row.agreement)
        limit = f"{rule.title}（{LABELS[rule.label]}，{rule.basis}）" if rule else ""
        pairs(
            [
                ("双方", f"{name(trust, row.opener)} → {name(trust, row.other)}"),
                ("状态", state_name(row.family, row.state)),
                ("时限", limit),
                ("计时", CLOCKS.get(row.clock, row.clock) + ("（含代录，以纸质件为准）" if row.by_proxy else "")),
                ("到期日", f"{day(row.due_effective)}{ends(row)}" if row.due_effective else ""),
                ("协议版本", f"第 {row.agreement} 版"),
            ]
        )
        for one in clocks:
            mark = LABELS[one.limit.label]
            last = f"{day(one.limit.due_effective)} {_STATUSES[one.status]}"
            print(safe(f"  {one.title}（{name(trust, one.holder)}，{mark}）：{last}"))
    for note in view.notes:
        print(safe(f"  {moment(note.at)}  {note.text}"))
    print("\n往来")
    for copy in view.thread:
        _entry(copy, trust)
    from schemas.catalogue import TITLES

    allowed = "、".join(dict.fromkeys(TITLES[kind] for kind, _ in view.allowed)) or "无"
    print(f"\n现在可办理：{allowed}")


def _entry(copy: CopyView, trust: Trust) -> None:
    from hub.web.words import act

    row = copy.row
    became = "" if copy.counted or copy.state else "（未按顺序，不改变状态）"
    title = f"{act(row.act, row.kind)} · {clip(row.title, _TITLE)}"
    print(safe(f"  {moment(row.issued)}  {name(trust, row.sender)}  {title}{became}"))
    for way in copy.progress:
        if way.form != "header":
            rungs = " → ".join(f"{STEPS[rung.step]} {moment(rung.at)}" for rung in way.rungs)
            print(safe(f"      {name(trust, way.member)}：{rungs}"))


def name(trust: Trust, party: str) -> str:
    """Short name of a member, registered name of an office outside; anything else as it is written."""
    return "全体成员" if party == "all" else trust.name_of(party, short=True)
