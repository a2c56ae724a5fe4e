"""``hub seal``: letters to the office's electronic-seal system and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.office import AS, act_as
from hub.cli.place import JSON, opened, operator, views_of
from hub.cli.screen import moment, print_json, safe, table

if TYPE_CHECKING:
    from hub.app import Node
    from hub.flows.ports.office_rows import Paper

app = group("用印：把公文送本单位的电子印章系统，取回盖章件附到文稿上；系统签名不代替公章")


@app.command("request", cls=ChineseCommand)
def request(
    ctx: typer.Context,
    paper: str | None = typer.Argument(None, metavar="文稿编号", help="hub draft list 所列的编号；须在拟稿阶段"),
    user: str = AS,
    file: Path | None = typer.Option(None, "--file", metavar="文件", help="不送文稿，送一个 PDF 文件"),
    as_json: bool = JSON,
) -> int:
    """送印：把文稿的公文（PDF）或一个 PDF 文件交给电子印章系统"""
    from hub.app import build_press, build_sealing
    from hub.cli.place import read_file
    from hub.core.errors import InvalidInput
    from hub.flows import sealing
    from hub.flows.steps.requests import MAX_AT_ONCE
    from hub.web import seals

    if (paper is None) == (file is None):
        raise InvalidInput("请写明文稿编号，或者用 --file 指明一个 PDF 文件，二者选一", field="paper")
    with views_of(ctx) as (node, views):
        system = build_sealing(node.settings)
        row = _paper(node, paper) if paper else None
        if row:
            demo, now = node.settings.demo, node.clock()
            pdf = seals.letter(views, build_press(node.settings), row, node.settings.member, now, demo=demo)
        else:
            pdf = read_file(file or Path(), "file", MAX_AT_ONCE)
        with node.store.begin() as uow:
            act = act_as(node, uow, user)
            title = row.title if row else (file or Path()).name
            done = sealing.ask(
                *(uow, system, pdf, title, row),
                who=act.user.name,
                now=act.now,
                new_id=node.new_id,
                salt=node.salt,
            )
    if as_json:
        print_json(done)
    else:
        print(f"已送印，用印申请编号  {done.id}\n原文件摘要  {done.sha256}")
    return 0


@app.command("collect", cls=ChineseCommand)
def collect(ctx: typer.Context, as_json: bool = JSON) -> int:
    """取回盖章件：核对后附到文稿上；不符的移出并写明原因"""
    from hub.app import build_sealing
    from hub.web import seals

    with opened(ctx) as node:
        taken = seals.collect(node, build_sealing(node.settings), operator())
    told = [
        {"file": one.file, "result": "已收" if one.good else "不符，已移出", "said": one.said, "kept": one.kept}
        for one in taken
    ]
    if as_json:
        print_json({"files": told})
        return 0
    table(("文件", "结果", "说明", "存放"), [tuple(map(safe, one.values())) for one in told], "没有新的盖章件。")
    return 0


@app.command("list", cls=ChineseCommand)
def waiting(ctx: typer.Context, as_json: bool = JSON) -> int:
    """已送印、尚未取回的文件"""
    from hub.app import build_sealing

    with opened(ctx) as node:
        found = build_sealing(node.settings).waiting()
    if as_json:
        print_json({"waiting": found})
        return 0
    rows = [(one.id, moment(one.at), one.who, one.paper or "（文件）", safe(one.title)) for one in found]
    table(("用印申请编号", "送印时间", "送印人", "文稿", "标题"), rows, "没有在等候用印的文件。")
    return 0


def _paper(node: Node, paper: str) -> Paper:
    from hub.flows import drafting

    with node.store.begin() as uow:
        return drafting.history(uow, paper)[0]
