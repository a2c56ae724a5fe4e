"""``hub roster handover``: one command that drafts the change of the joint-meeting office's term (DESIGN D16)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import typer

from hub.cli.place import JSON

ISSUED = typer.Option(None, "--issued", metavar="日期", help="签发日期，如 2026-04-13；默认现在")


def handover(
    ctx: typer.Context,
    present: Path = typer.Argument(..., metavar="现行名册", help="现行的成员名册（hub roster export 导出）"),
    to: str = typer.Option(..., "--to", metavar="编号", help="新任轮值单位，须是联席会议办公室，如 460100-jm"),
    since: str = typer.Option(..., "--from", metavar="日期", help="新任期的第一天，须是今天或以后"),
    until: str | None = typer.Option(None, "--until", metavar="日期", help="新任期的最后一天；默认满一年"),
    output: Path = typer.Option(..., "-o", "--output", metavar="文件", help="草稿写到哪里（未签名，不覆盖已有文件）"),
    expires: int = typer.Option(365, "--expires", metavar="天数", help="名册自签发起有效多少天，至少 30 天"),
    issued: str | None = ISSUED,
    as_json: bool = JSON,
) -> int:
    """轮值交接：起草下一版名册（未签名），由另一家联席会议办公室承担下一任期

    原轮值单位的任期到新任期的前一天为止，此后不再取得抄送的文书头；各单位的节点自新任期第一天起，自动把上一年度
    按协议可以抄送的文书头、系统回执和统计报表补给新任，新任据此重算上年数字。
    """
    from hub.cli import roster_files, roster_text
    from hub.core.cosigning import paper_of
    from hub.core.membership import Draft
    from schemas.wire.roster import Roster

    known = roster_files.content_of(present, Roster, "成员名册", "present")
    first = roster_files.day_of(since, "from")
    last = roster_files.day_of(until, "until") if until is not None else _year_from(first)
    work = Draft(roster_files.moment_of(ctx, issued), known)
    ended = work.hand_over(to, first, last)
    paper = paper_of(work.finish(expires))
    said = roster_text.changes(known, paper.content)
    roster_files.write_paper(output, paper)
    if not as_json:
        names = {one.id: one.name for one in known.members}
        before = f"{names[ended]}的轮值到 {first - timedelta(days=1)} 为止" if ended else "此前没有轮值单位"
        print(f"自 {first} 起由{names[to]}轮值，至 {last}；{before}。")
    return roster_text.told(paper, output, said, as_json=as_json)


def _year_from(first: date) -> date:
    """The last day of a year that begins on this day."""
    after = date(first.year + 1, 3, 1) if (first.month, first.day) == (2, 29) else first.replace(year=first.year + 1)
    return after - timedelta(days=1)
