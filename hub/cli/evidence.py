"""``hub evidence``: what proves an exchange, as one file that is checked without the hub."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.place import JSON, must_be_new, note, views_of, with_key, write_new
from hub.cli.screen import print_json

if TYPE_CHECKING:
    from hub.flows.ports.proving import Papers


def evidence(
    ctx: typer.Context,
    subject: str = typer.Argument(metavar="编号", help="文书编号；或者事项编号，即其全部文书"),
    out: Path = typer.Option(..., "-o", "--out", metavar="文件", help="存到哪里（不覆盖）；供阅读的说明存在旁边"),
    content: bool = typer.Option(False, "--content", help="附加密文书的明文"),
    people: bool = typer.Option(False, "--people", help="附审计日志所记的经办人和内容"),
    renew: bool = typer.Option(False, "--renew", help="另请收件单位重新签署已失去证明力的系统回执，收到后再导出一次"),
    as_json: bool = JSON,
) -> int:
    """导出存证核验包：签名文书、系统回执、名册和审计日志的证明，离线可核验"""
    from hub.app import build_press
    from hub.core.ids import sha256
    from hub.flows.steps.proving import copies_of, cover, evidence_file

    beside = out.with_name(out.name + ".pdf")
    must_be_new(out, beside)
    with views_of(ctx) as (node, views):
        papers, now, own = views.proof_papers(subject), node.clock(), node.settings.member
        file = evidence_file(papers, about=subject, member=own, now=now, content=content, people=people)
        sheet = cover(file, papers, copies_of(views, subject), views.trust(), own, now, demo=node.settings.demo)
        readable = build_press(node.settings).pdf(sheet)
        note(node, "export", subject, evidence=sha256(file), content=content, people=people)
    asked = _ask_again(ctx, papers) if renew else {}
    write_new(out, file, private=True)
    write_new(beside, readable, private=True)
    told = {"file": str(out), "cover": str(beside), "sha256": sha256(file), "root": papers.roots[0][0]}
    counts = {"messages": len(papers.messages), "receipts": len(papers.receipts), "leaves": len(papers.leaves)}
    if as_json:
        print_json({**told, **counts, "waiting": papers.waiting, **({"asked": asked} if renew else {})})
        return 0
    print(
        f"已导出 {out}：文书 {len(papers.messages)} 份，系统回执 {len(papers.receipts)} 份，"
        f"审计日志 {len(papers.leaves)} 条。"
    )
    if renew:
        print(_renewal(asked))
    if papers.waiting:
        print(f"另有 {papers.waiting} 条日志记录尚未进入存证点，约一分钟后再导出即可包含。")
    print(f"说明：{beside}\n核验：python3 verify.py {out} --root {papers.roots[0][0]}")
    return 0


def _ask_again(ctx: typer.Context, papers: Papers) -> dict[str, int]:
    """Receipts by keys that were revoked since, or without a second signature that is due: by member, how many."""
    from hub.flows.renewing import ask_again

    with with_key(ctx) as (node, worker), node.store.begin() as uow:
        return ask_again(uow, papers, keys=worker.using(uow), now=node.clock(), salt=node.salt)


def _renewal(asked: Mapping[str, int]) -> str:
    if not asked:
        return "系统回执都仍有效，无需重新签署。"
    named = "、".join(f"{member} {count} 份" for member, count in asked.items())
    return f"已请求重新签署系统回执：{named}；收到后请再导出一次。"
