"""``hub agreement``: read the agreement, compare two versions, and prepare the next one from a notice or a proposal."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from hub.cli import agreement_change
from hub.cli.help import ChineseCommand, group
from hub.cli.place import JSON
from hub.cli.screen import print_json
from hub.core.errors import InvalidInput, NotFound

app = group("协作协议：时限规则、发文权限、工作日日历；修改时限、导入放假通知生成下一版本（未签名）")

app.command("propose", cls=ChineseCommand)(agreement_change.propose)
app.command("consents", cls=ChineseCommand)(agreement_change.consents)
app.command("next", cls=ChineseCommand)(agreement_change.prepare)

FILE = typer.Option(None, "--agreement", metavar="文件", help="读取这份协作协议（原文或已签名），不需要节点")


@app.command("show", cls=ChineseCommand)
def show(ctx: typer.Context, agreement: Path | None = FILE, as_json: bool = JSON) -> int:
    """现行版本、适用情况和全部时限规则"""
    from hub.cli.agreement_text import print_agreement
    from hub.cli.rulebook import rulebook

    book = rulebook(ctx, agreement)
    if as_json:
        content = json.loads(book.agreement.model_dump_json())
        print_json({"source": book.source, "versions": book.versions, "agreement": content})
    else:
        print_agreement(book)
    return 0


@app.command("rules", cls=ChineseCommand)
def rules(
    ctx: typer.Context,
    rule: str | None = typer.Argument(None, metavar="[规则]", help="如 ASSIST_MR；不写则列出全部"),
    agreement: Path | None = FILE,
    as_json: bool = JSON,
) -> int:
    """时限规则：依据、性质、期限、起算、延期批准人"""
    from hub.cli.agreement_text import print_rule, print_rules
    from hub.cli.rulebook import rulebook

    found = [one for one in rulebook(ctx, agreement).agreement.rules if rule in (None, one.id)]
    if not found:
        raise NotFound(f"协作协议中没有时限规则 {rule}", field="rule", advice="请用 hub agreement rules 查看全部规则。")
    if as_json:
        print_json({"rules": [json.loads(one.model_dump_json()) for one in found]})
    elif rule is None:
        print_rules(found)
    else:
        print_rule(found[0])
    return 0


@app.command("rights", cls=ChineseCommand)
def rights(
    ctx: typer.Context,
    kind: str | None = typer.Option(None, "--kind", metavar="种类", help="只看一种文书，列出所起算的时限"),
    agreement: Path | None = FILE,
    as_json: bool = JSON,
) -> int:
    """发文权限：哪个系统可以向哪个系统发哪种文书；没有列出的一律不能发"""
    from hub.cli.agreement_text import print_matrix, print_rights
    from hub.cli.rulebook import rulebook

    found = [one for one in rulebook(ctx, agreement).agreement.rights if kind in (None, one.kind)]
    if not found:
        raise NotFound(
            f"协作协议没有规定 {kind} 的发文权限", field="kind", advice="请用 hub agreement rights 查看全部。"
        )
    if as_json:
        print_json({"rights": [json.loads(one.model_dump_json()) for one in found]})
    elif kind is None:
        print_matrix(found)
    else:
        print_rights(found)
    return 0


@app.command("calendar", cls=ChineseCommand)
def calendar(
    ctx: typer.Context,
    name: str | None = typer.Argument(None, metavar="[日历]", help="如 CN、CN-GX；默认本单位的日历，否则 CN"),
    year: int | None = typer.Option(None, "--year", min=2000, max=2999, metavar="年份", help="默认最新公布的一年"),
    agreement: Path | None = FILE,
    as_json: bool = JSON,
) -> int:
    """工作日日历：逐月列出放假和调休上班的日子"""
    from hub.cli.agreement_text import calendar_json, print_calendar
    from hub.cli.rulebook import rulebook
    from hub.core.calendar import working_calendars

    book = rulebook(ctx, agreement)
    wanted, known = name or book.calendar or "CN", working_calendars(book.agreement.calendars)
    if wanted not in known:
        raise InvalidInput(f"协作协议中没有日历 {wanted}，可用：{'、'.join(sorted(known))}", field="calendar")
    found, chosen = known[wanted], year or max(known[wanted].years, default=2000)
    if as_json:
        print_json(calendar_json(found, chosen))
    else:
        print_calendar(found, chosen)
    return 0


@app.command("diff", cls=ChineseCommand)
def diff(
    old: Path = typer.Argument(..., metavar="旧版本", help="协作协议文件（原文或已签名）"),
    new: Path = typer.Argument(..., metavar="新版本", help="协作协议文件（原文或已签名）"),
    as_json: bool = JSON,
) -> int:
    """逐项比较两个版本"""
    from hub.cli.agreement_text import print_changes
    from hub.cli.rulebook import read_agreement
    from hub.core.amendment import differences

    before, after = read_agreement(old), read_agreement(new)
    changes = differences(before, after)
    if as_json:
        listed = [{**one._asdict(), "fields": [field._asdict() for field in one.fields]} for one in changes]
        print_json({"old": before.version, "new": after.version, "changes": listed})
    else:
        print_changes(before, after, changes)
    return 0


@app.command("import-calendar", cls=ChineseCommand)
def import_calendar(
    ctx: typer.Context,
    notice: Path = typer.Argument(
        ..., metavar="通知", help="放假通知：JSON（holiday-cn）、ICS 或 CSV（日期,名称,休/班）"
    ),
    into: Path = typer.Option(..., "--into", metavar="文件", help="以这份协作协议为基础"),
    name: str = typer.Option("CN", "--calendar", metavar="日历", help="导入哪一个日历"),
    source: str = typer.Option(..., "--source", metavar="出处", help="通知的名称、文号或网址，写入日历"),
    output: Path = typer.Option(..., "-o", "--output", metavar="文件", help="新版本写到哪里（未签名，不覆盖已有文件）"),
    year: int | None = typer.Option(None, "--year", min=2000, max=2999, metavar="年份", help="通知含多个年份时指明"),
    replace: bool = typer.Option(False, "--replace", help="该年已有时替换"),
    as_json: bool = JSON,
) -> int:
    """把放假通知写入日历，生成下一版本（未签名），并列出到期日会变的在办事项"""
    from hub.cli import agreement_import, rulebook
    from hub.cli.agreement_text import print_changes
    from hub.core.amendment import differences

    before = rulebook.read_agreement(into)
    after = agreement_import.next_version(ctx, notice, before, name, source, year, replace=replace)
    moved = agreement_import.moved_matters(ctx, before, after)
    agreement_import.write_agreement(output, after)
    changes = differences(before, after)
    if as_json:
        listed = [{**one._asdict(), "fields": [field._asdict() for field in one.fields]} for one in changes]
        answer = {"file": str(output), "version": after.version, "changes": listed, "matters": moved}
        print_json(answer)
        return 0
    print_changes(before, after, changes)
    agreement_import.print_moved(moved)
    print(f"已写入 {output}（第 {after.version} 版，未签名）；经签名并由成员名册引用后才生效。")
    return 0


@app.command("check", cls=ChineseCommand)
def check(
    file: Path = typer.Argument(..., metavar="文件", help="协作协议文件（原文或已签名）"), as_json: bool = JSON
) -> int:
    """检查一份协作协议：格式、引用、日历是否完整；不核验签名"""
    from hub.cli.agreement_text import remarks
    from hub.cli.rulebook import read_agreement

    found = read_agreement(file)
    said = remarks(found)
    if as_json:
        print_json({"ok": True, "version": found.version, "rules": len(found.rules), "remarks": said})
        return 0
    print(
        f"格式正确：第 {found.version} 版，{len(found.rules)} 条时限规则，{len(found.rights)} 项发文权限。签名未核验。"
    )
    for line in said:
        print(f"提示：{line}")
    return 0
