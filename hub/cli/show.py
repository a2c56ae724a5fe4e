"""``hub show``: one document with its rungs of evidence, its clock and its content."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from hub.cli.place import JSON, views_of
from hub.cli.screen import day, moment, pairs, plain, print_json, safe
from hub.cli.words import CLOCKS, STATUSES, STEPS, URGENCY, state_name
from hub.core.marks import MARKS

if TYPE_CHECKING:
    from hub.flows.ports.views import CopyView, MatterView


def show(
    ctx: typer.Context,
    document: str = typer.Argument(..., metavar="文书编号", help="文书编号"),
    as_json: bool = JSON,
) -> int:
    """一份文书：进度（五级）、期限、正文（当事人信息已遮盖）"""
    from hub.cli.masking import masked

    with views_of(ctx) as (_, views):
        found = views.document(document)
        matters = {copy.row.matter: views.matter(copy.row.matter) for copy in found.copies}
    if as_json:
        copies = [replace(copy, body=masked(copy.row.kind, copy.version, copy.body)) for copy in found.copies]
        print_json({"document": document, "copies": plain(copies), "matters": [_due(m) for m in matters.values()]})
        return 0
    for number, copy in enumerate(found.copies):
        if number:
            print("─" * 40)
        _print(copy, matters[copy.row.matter])
    return 0


def _due(view: MatterView) -> dict[str, object]:
    row = view.row
    if row is None:
        return {"matter": view.id, "state": None}
    names = ("state", "clock", "rule", "calendar", "start", "due_strict", "due_effective", "due_at", "provisional")
    return {"matter": view.id, **{name: plain(getattr(row, name)) for name in names}}


def _print(copy: CopyView, matter: MatterView) -> None:
    from hub.cli.masking import lines
    from hub.flows.steps.withholding import REASONS
    from hub.web.keeping import erased
    from schemas.catalogue import TITLES

    row = copy.row
    print(safe(row.title))
    pairs(
        [
            ("种类", TITLES.get(row.kind, row.kind)),
            ("发件单位", row.sender),
            ("收件单位", "全体成员" if row.audience == "all" else row.audience),
            ("文书编号", row.document),
            ("事项编号", row.matter),
            ("更正", row.replaces or ""),
            ("缓急", URGENCY.get(row.urgency, row.urgency)),
            ("知悉范围", MARKS.get(copy.mark, copy.mark)),
            ("签发（+08:00）", moment(row.issued)),
            ("本单位记录", STATUSES.get(row.status, row.status) + (f"（{copy.code}）" if copy.code else "")),
            ("附件", f"{len(copy.parts)} 件" if copy.parts else ""),
        ]
    )
    for progress in copy.progress:
        print(f"\n进度 · {progress.member}{'（仅信封）' if progress.form != 'full' else ''}")
        for rung in progress.rungs:
            code = f"（{REASONS.get(rung.code, rung.code)}）" if rung.code else ""
            print(safe(f"  {STEPS[rung.step]}{code}  {moment(rung.at)}"))
    _print_clock(matter)
    missing = "：此处没有正文" if copy.erased is None else f"\n{safe(erased(copy.erased))}"
    print("\n正文" + ("" if copy.body else missing))
    pairs(lines(row.kind, copy.version, copy.body))


def _print_clock(matter: MatterView) -> None:
    row = matter.row
    if row is None:
        return
    print("\n事项")
    from hub.flows.steps.clocks import ends

    pairs(
        [
            ("状态", state_name(row.family, row.state)),
            ("计时", CLOCKS.get(row.clock, row.clock)),
            ("时限规则", f"{row.rule}（日历 {row.calendar}）" if row.rule and row.calendar else row.rule or ""),
            ("起算日", day(row.start) if row.start else ""),
            ("期限末日", day(row.due_strict) if row.due_strict else ""),
            ("到期日", f"{day(row.due_effective)}{ends(row)}" if row.due_effective else ""),
        ]
    )
