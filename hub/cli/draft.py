"""``hub draft``: working papers 拟稿, 审核, 签发."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.office import AS, COMMENT, act_as, more
from hub.cli.place import CURSOR, JSON, LIMIT, opened, views_of
from hub.cli.screen import moment, pairs, print_json, table

if TYPE_CHECKING:
    from hub.flows.drafting import Act, SignedSheet
    from hub.flows.ports import UnitOfWork
    from hub.flows.ports.office_rows import Paper

PAPER = typer.Argument(..., metavar="文稿编号", help="hub draft list 所列的编号")
_ACTS = {
    "save": "保存",
    "submit": "送审",
    "return": "退回修改",
    "approve": "审核通过",
    "issue": "签发",
    "number": "取号",
    "discard": "作废",
    "restore": "撤销作废",
}

app = group("文稿：拟稿、送审、审核、签发；签发后才成为文书")


@app.command("save", cls=ChineseCommand)
def save(
    ctx: typer.Context,
    kind: str = typer.Argument(..., metavar="种类", help="文书种类，如 assistance_request"),
    file: str = typer.Argument(..., metavar="文件", help="正文（JSON，可未填完），- 为标准输入"),
    user: str = AS,
    paper: str | None = typer.Option(None, "--paper", metavar="编号", help="修改哪一份文稿；不写为新拟"),
    version: int | None = typer.Option(None, "--version", metavar="版次", help="所修改的版次；他人已改过的不会被覆盖"),
    to: list[str] = typer.Option([], "--to", metavar="单位", help="收件单位，可重复"),
    matter: str | None = typer.Option(None, "--matter", metavar="编号", help="在已有事项中办理"),
    urgency: str = typer.Option("normal", "--urgency", metavar="缓急", help="normal、urgent、extra-urgent"),
    mark: str = typer.Option("addressee-only", "--mark", metavar="范围", help="知悉范围"),
    requested: str | None = typer.Option(None, "--requested", metavar="日期", help="请求答复日期，如 2026-05-08"),
    lead: str | None = typer.Option(None, "--lead", metavar="编号", help="移送台账中的哪一条线索；签发时记入台账"),
    attach: list[Path] = typer.Option([], "--attach", metavar="文件", help="附件，可重复"),
    sealed: list[Path] = typer.Option([], "--sealed", metavar="文件", help="盖章件，可重复"),
    as_json: bool = JSON,
) -> int:
    """保存文稿：新拟一份，或者另存为下一版"""
    from hub.cli.attaching import attached, keep_files
    from hub.cli.send import body_of
    from hub.flows import drafting

    body = body_of(file)
    given = [(path, role) for role, paths in (("annex", attach), ("sealed_copy", sealed)) for path in paths]
    files = [attached(path, role, body) for path, role in given]
    draft = drafting.PaperDraft(
        kind=kind,
        body=body,
        to=tuple(to),
        matter=matter,
        mark=mark,
        urgency=urgency,
        requested=requested,
        parts=tuple(meta for _, meta in files),
        lead=lead,
        id=paper,
        version=version,
    )
    with opened(ctx) as node, node.store.begin() as uow:
        keep_files(uow, files, node.clock())
        done = drafting.save(uow, draft, act_as(node, uow, user), node.new_id)
    return _told(done, as_json=as_json)


@app.command("submit", cls=ChineseCommand)
def submit(ctx: typer.Context, paper: str = PAPER, user: str = AS, comment: str = COMMENT, as_json: bool = JSON) -> int:
    """送审；正文须通过发文的全部检查"""
    from hub.flows import drafting

    return _step(ctx, user, lambda uow, act: drafting.submit(uow, paper, act, comment), as_json=as_json)


@app.command("return", cls=ChineseCommand)
def send_back(
    ctx: typer.Context, paper: str = PAPER, user: str = AS, comment: str = COMMENT, as_json: bool = JSON
) -> int:
    """退回修改，须写明意见；拟稿人也可用它取回文稿"""
    from hub.flows import drafting

    return _step(ctx, user, lambda uow, act: drafting.return_for_changes(uow, paper, act, comment), as_json=as_json)


@app.command("approve", cls=ChineseCommand)
def approve(
    ctx: typer.Context, paper: str = PAPER, user: str = AS, comment: str = COMMENT, as_json: bool = JSON
) -> int:
    """审核通过；不能由拟稿人或最后修改人办理"""
    from hub.cli.place import settings_of
    from hub.flows import drafting

    policy = drafting.Policy(settings_of(ctx).four_eyes)
    return _step(ctx, user, lambda uow, act: drafting.approve(uow, paper, act, policy, comment), as_json=as_json)


@app.command("discard", cls=ChineseCommand)
def discard(
    ctx: typer.Context, paper: str = PAPER, user: str = AS, comment: str = COMMENT, as_json: bool = JSON
) -> int:
    """作废文稿；可用 hub draft restore 取回"""
    from hub.flows import drafting

    return _step(ctx, user, lambda uow, act: drafting.discard(uow, paper, act, comment), as_json=as_json)


@app.command("restore", cls=ChineseCommand)
def restore(ctx: typer.Context, paper: str = PAPER, user: str = AS, as_json: bool = JSON) -> int:
    """撤销作废，回到拟稿"""
    from hub.flows import drafting

    return _step(ctx, user, lambda uow, act: drafting.restore(uow, paper, act), as_json=as_json)


@app.command("issue", cls=ChineseCommand)
def issue(
    ctx: typer.Context,
    paper: str = PAPER,
    user: str = AS,
    sheet: Path | None = typer.Option(
        None, "--signed-sheet", metavar="文件", help="纸质签批单扫描件（PDF、OFD、图片）"
    ),
    signer: str = typer.Option("", "--signer", metavar="姓名", help="签批单上的签发人"),
    signed_on: str = typer.Option("", "--signed-on", metavar="日期", help="签批单上的日期，如 2026-05-08"),
    series: str | None = typer.Option(None, "--series", metavar="代字", help="从该机关代字的编号序列取文号"),
    as_json: bool = JSON,
) -> int:
    """签发：登记为文书并由后台签名发出；在纸上签发的，用签批单登记"""
    from hub.flows import drafting

    with opened(ctx) as node, node.store.begin() as uow:
        signed = _sheet(sheet, signer, signed_on)
        policy = drafting.Policy(node.settings.four_eyes)
        act = act_as(node, uow, user)
        done, recorded = drafting.issue(uow, paper, act, policy, node.new_id, signed, series)
    if as_json:
        print_json({"paper": _shown(done), "recorded": recorded})
    else:
        print(f"已签发，文书编号  {recorded.document}\n事项编号  {recorded.matter}")
    return 0


@app.command("list", cls=ChineseCommand)
def everything(
    ctx: typer.Context,
    state: str | None = typer.Option(
        None, "--state", metavar="状态", help="drafting、in_review、approved、issued、returned、discarded"
    ),
    matter: str | None = typer.Option(None, "--matter", metavar="编号", help="只看某一事项的文稿"),
    text: str | None = typer.Option(None, "--text", metavar="文字", help="标题中的文字"),
    limit: int = LIMIT,
    cursor: str | None = CURSOR,
    as_json: bool = JSON,
) -> int:
    """列出文稿，新的在前"""
    from hub.flows import drafting
    from hub.flows.ports.office_rows import PaperFilter
    from hub.kinds.registry import LATEST

    with opened(ctx) as node, node.store.begin() as uow:
        page = drafting.papers(uow, PaperFilter(state=state, matter=matter, text=text), cursor, limit)
    if as_json:
        print_json({"papers": [_shown(one) for one in page.rows], "next": page.next})
        return 0
    rows = [
        (one.id, drafting.STATES[one.state], LATEST[one.kind].title, str(one.version), one.editor, one.title)
        for one in page.rows
    ]
    table(("文稿编号", "状态", "种类", "版次", "最后修改", "标题"), rows, "没有符合条件的文稿。")
    return more(page.next)


@app.command("show", cls=ChineseCommand)
def show(ctx: typer.Context, paper: str = PAPER, as_json: bool = JSON) -> int:
    """一份文稿的办理经过"""
    from hub.core.policy import LEVELS
    from hub.flows import drafting
    from hub.flows.steps.approval import needed_level

    with opened(ctx) as node, node.store.begin() as uow:
        found, events = drafting.history(uow, paper)
    if as_json:
        print_json({"paper": _shown(found), "history": events})
        return 0
    pairs(
        [
            ("标题", found.title or "（未填）"),
            ("状态", f"{drafting.STATES[found.state]}（第 {found.version} 版）"),
            ("收件", "、".join(found.to)),
            ("签发级别", LEVELS[needed_level(found.kind)]),
            ("文书编号", found.document or ""),
        ]
    )
    rows = [(moment(one.at), _ACTS.get(one.act, one.act), one.who, one.comment) for one in events]
    table(("时间", "办理", "人员", "意见"), rows, "")
    return 0


@app.command("prefill", cls=ChineseCommand)
def prefill(
    ctx: typer.Context,
    matter: str = typer.Argument(..., metavar="事项编号", help="在哪一事项中拟稿"),
    kind: str = typer.Argument(..., metavar="种类", help="文书种类，如 assistance_feedback"),
    act: str = typer.Option("", "--act", metavar="动作", help="如 feedback-final；默认该种类的第一个动作"),
    split: list[int] = typer.Option([], "--split", metavar="序号", help="分出原函的哪几项另发一函，可重复"),
    as_json: bool = JSON,
) -> int:
    """打印事项内一份文稿的底稿（JSON），改好后用 hub draft save 保存"""
    from hub.core.errors import InvalidInput
    from hub.flows.prefill import split_body, starting_body
    from hub.flows.steps.texts import today
    from hub.kinds.registry import LATEST

    if kind not in LATEST:
        raise InvalidInput(f"没有文书种类 {kind}，可用：{'、'.join(LATEST)}", field="kind")
    if act and act not in LATEST[kind].acts:
        raise InvalidInput(f"“{LATEST[kind].title}”没有动作 {act}，可用：{'、'.join(LATEST[kind].acts)}", field="act")
    with views_of(ctx) as (node, views):
        view, day = views.matter(matter), today(node.clock())
        if split:
            made = split_body(view, split, day, views.trust(), node.settings.member)
        else:
            made = starting_body(kind, act or LATEST[kind].acts[0], view, day)
    if as_json:
        print_json(made)
    else:
        print(json.dumps(made, ensure_ascii=False, indent=2))
    return 0


def _step(ctx: typer.Context, user: str, call: Callable[[UnitOfWork, Act], Paper], *, as_json: bool) -> int:
    with opened(ctx) as node, node.store.begin() as uow:
        done = call(uow, act_as(node, uow, user))
    return _told(done, as_json=as_json)


def _told(paper: Paper, *, as_json: bool) -> int:
    from hub.flows.drafting import STATES

    if as_json:
        print_json(_shown(paper))
    else:
        print(f"文稿编号  {paper.id}\n状态  {STATES[paper.state]}（第 {paper.version} 版）")
    return 0


def _shown(paper: Paper) -> dict[str, object]:
    """The paper without its body: persons stand in it in clear."""
    from dataclasses import fields

    return {one.name: getattr(paper, one.name) for one in fields(paper) if one.name != "body"}


def _sheet(path: Path | None, signer: str, signed_on: str) -> SignedSheet | None:
    """The scan with what stands on it; all three or none."""
    import mimetypes

    from hub.cli.office import day_of
    from hub.cli.place import read_file
    from hub.core.errors import InvalidInput
    from hub.core.ids import sha256
    from hub.flows.drafting import SignedSheet
    from hub.flows.rows import Part

    if path is None:
        if signer or signed_on:
            raise InvalidInput("登记纸质签发须附签批单扫描件", field="signed_sheet")
        return None
    content = read_file(path, "signed_sheet", 1024 * 1024)
    media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return SignedSheet(Part(sha256(content), media, content), signer, day_of(signed_on, "signed_on"))
