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
    from hub.core.seals import Returned
    from hub.flows.ports.office_rows import Paper
    from hub.flows.ports.sealing import Sealing
    from hub.flows.ports.views import Views

_AT_ONCE = 50
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
    from hub.app import build_sealing
    from hub.cli.place import read_file
    from hub.core.errors import InvalidInput
    from hub.flows import sealing
    from hub.flows.steps.requests import MAX_AT_ONCE

    if (paper is None) == (file is None):
        raise InvalidInput("请写明文稿编号，或者用 --file 指明一个 PDF 文件，二者选一", field="paper")
    with views_of(ctx) as (node, views):
        system = build_sealing(node.settings)
        row = _paper(node, paper) if paper else None
        pdf = _letter(node, views, row) if row else read_file(file or Path(), "file", MAX_AT_ONCE)
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

    with opened(ctx) as node:
        system = build_sealing(node.settings)
        told = [_one(node, system, back) for back in system.collect(_AT_ONCE)]
    if as_json:
        print_json({"files": told})
        return 0
    table(
        ("文件", "结果", "说明", "存放"), [tuple(safe(one[name]) for name in _TOLD) for one in told], "没有新的盖章件。"
    )
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


_TOLD = ("file", "result", "said", "kept")


def _one(node: Node, system: Sealing, back: Returned) -> dict[str, str]:
    """One transaction for each file, so that a wrong one holds up no other."""
    from hub.core.errors import Refused
    from hub.flows import sealing
    from hub.flows.drafting import Act, save

    now = node.clock()
    try:
        with node.store.begin() as uow:
            found, paper = sealing.take_back(
                *(uow, back, lambda uow, draft, user: save(uow, draft, Act(user, now, node.salt), node.new_id)),
                now=now,
                salt=node.salt,
            )
    except Refused as error:
        with node.store.begin() as uow:
            sealing.laid_aside(uow, back, error.detail, who=operator(), now=now, salt=node.salt)
        kept = system.refuse(back.tag, error.detail)
        return {"file": back.name, "result": "不符，已移出", "said": error.detail, "kept": kept}
    where = f"已附到文稿 {paper.id}（第{paper.version}版）" if paper else "已收"
    how = "" if found.keeps_original else "；盖章系统重新生成了文件，请人工核对内容"
    return {"file": back.name, "result": "已收", "said": where + how, "kept": system.settle(back.tag)}


def _paper(node: Node, paper: str) -> Paper:
    from hub.flows import drafting

    with node.store.begin() as uow:
        return drafting.history(uow, paper)[0]


def _letter(node: Node, views: Views, paper: Paper) -> bytes:
    """The paper as it is to be sealed, without 草稿 across it; raises ``InvalidInput`` while it is not whole."""
    from hub.app import build_press
    from hub.flows.steps.printing import receivers_of, sheet_of_paper

    found = views.matter(paper.matter) if paper.matter else None
    own = node.settings.member
    sheet = sheet_of_paper(
        *(paper, receivers_of(paper, found.row if found else None, own), found.thread if found else ()),
        *(views.trust(), own, node.clock()),
        demo=node.settings.demo,
        to_be_sealed=True,
    )
    return build_press(node.settings).pdf(sheet)
