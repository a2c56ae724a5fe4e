"""``hub roster``: what the roster's holders do with their files, and how a node takes in what they signed (D5).

No command but ``install`` and ``export`` needs a node: holders work at a machine of their own, keys on media apart.
"""

from __future__ import annotations

from pathlib import Path

import typer

from hub.cli import roster_handover, roster_root
from hub.cli.help import ChineseCommand, group
from hub.cli.place import JSON, opened, operator, read_file
from hub.cli.screen import print_json

app = group("成员名册：根文件和持钥人密钥、起草、分别签名、合并、核验、导入节点")
key = group("持钥人的密钥")
app.add_typer(key, name="key")
app.command("init", cls=ChineseCommand)(roster_root.init)
app.command("root", cls=ChineseCommand)(roster_root.change)
app.command("handover", cls=ChineseCommand)(roster_handover.handover)
key.command("new", cls=ChineseCommand)(roster_root.new_key)

OUTPUT = typer.Option(None, "-o", "--output", metavar="文件", help="写到哪里（不覆盖已有文件）")
ISSUED = typer.Option(None, "--issued", metavar="日期", help="签发日期，如 2026-04-13；默认现在")
DRAFT_TO = typer.Option(..., "-o", "--output", metavar="文件", help="草稿写到哪里（未签名，不覆盖已有文件）")
PRESENT = typer.Argument(None, metavar="[现行名册]", help="以哪一份名册为基础；起草第一份时不写")
FILES = typer.Argument(..., metavar="文件…", help="根文件、成员名册、协作协议，次序不限")


@app.command("draft", cls=ChineseCommand)
def draft(
    ctx: typer.Context,
    present: Path | None = PRESENT,
    output: Path = DRAFT_TO,
    add: list[Path] = typer.Option([], "--add", metavar="登记申请", help="新成员（hub node enrol 生成，含单位资料）"),
    rotate: list[Path] = typer.Option([], "--rotate", metavar="登记申请", help="成员更换密钥"),
    revoke: list[str] = typer.Option([], "--revoke", metavar="密钥编号", help="吊销被盗或丢失的成员密钥"),
    last_good: list[Path] = typer.Option(
        [], "--last-good", metavar="文件", help="吊销密钥，保留各路最后可信位置（hub keys positions 生成）"
    ),
    suspend: list[str] = typer.Option([], "--suspend", metavar="编号", help="暂停成员资格"),
    expel: list[str] = typer.Option([], "--expel", metavar="编号", help="成员退出"),
    reinstate: list[str] = typer.Option([], "--reinstate", metavar="编号", help="恢复成员资格"),
    agreement: Path | None = typer.Option(None, "--agreement", metavar="文件", help="改为引用这份协作协议"),
    host: str | None = typer.Option(None, "--joint-meeting", metavar="编号", help="轮值联席会议办公室由谁承担"),
    since: str | None = typer.Option(None, "--from", metavar="日期", help="轮值开始日期"),
    until: str | None = typer.Option(None, "--until", metavar="日期", help="轮值结束日期"),
    second: str | None = typer.Option(
        None, "--second-signature", metavar="算法", help="自本版起要求第二签名：ml-dsa-65；none 为不再要求"
    ),
    grace: int = typer.Option(30, "--grace", metavar="天数", help="更早签发、还没有第二签名的文书再收多少天"),
    expires: int = typer.Option(365, "--expires", metavar="天数", help="自签发起有效多少天，至少 30 天"),
    issued: str | None = ISSUED,
    as_json: bool = JSON,
) -> int:
    """起草下一版成员名册（未签名），并用中文列出改了什么"""
    from hub.cli import roster_files, roster_text
    from hub.cli.roster_draft import change_members, change_term, revoke_keys
    from hub.core.cosigning import paper_of
    from hub.core.membership import Draft
    from schemas.wire.agreement import Agreement
    from schemas.wire.roster import Roster

    known = roster_files.content_of(present, Roster, "成员名册", "present") if present else None
    work = Draft(roster_files.moment_of(ctx, issued), known)
    change_members(work, add=add, rotate=rotate, moves={"suspend": suspend, "expel": expel, "reinstate": reinstate})
    revoke_keys(work, revoke, last_good)
    change_term(work, host, since, until)
    if second is not None:
        work.ask_second(None if second == "none" else second, grace)
    if agreement is not None:
        found = roster_files.read_paper(agreement, "agreement")
        version = roster_files.content_of(agreement, Agreement, "协作协议", "agreement").version
        work.pin(version, found.hash)
    paper = paper_of(work.finish(expires))
    said = roster_text.changes(known, paper.content)
    roster_files.write_paper(output, paper)
    return roster_text.told(paper, output, said, as_json=as_json)


@app.command("sign", cls=ChineseCommand)
def sign(
    file: Path = typer.Argument(..., metavar="文件", help="根文件、成员名册或协作协议，草稿或已有部分签名"),
    key_file: Path = typer.Option(..., "--key", metavar="密钥文件", help="持钥人自己的密钥文件"),
    phrase: Path | None = roster_root.PHRASE,
    output: Path | None = OUTPUT,
    as_json: bool = JSON,
) -> int:
    """用一位持钥人的密钥签名，写成一份部分签名文件；各人分别签，再合并"""
    from hub.cli import roster_files, roster_text
    from hub.core.cosigning import with_signature

    paper = roster_files.read_paper(file)
    opened_key = roster_files.open_key(key_file, phrase)
    done = paper
    for pen in opened_key.pens:
        done = with_signature(done, pen)
    target = output or file.with_name(f"{file.stem}.{opened_key.signer.keyid}.json")
    roster_files.write_paper(target, done)
    if as_json:
        print_json({**roster_text.paper_json(done), "file": str(target), "key": opened_key.signer.keyid})
        return 0
    print(f"{opened_key.holder} 已签署 {roster_text.title_of(done.content)}，摘要 {done.hash}")
    print(f"请与其他持钥人核对摘要；部分签名文件：{target}，交给汇总人执行 hub roster merge。")
    return 0


@app.command("merge", cls=ChineseCommand)
def merge(
    files: list[Path] = typer.Argument(..., metavar="文件…", help="各持钥人的部分签名文件"),
    root: Path | None = typer.Option(
        None, "--root-file", metavar="文件", help="现行根文件；第一版根文件自身签名时不写"
    ),
    output: Path = typer.Option(..., "-o", "--output", metavar="文件", help="合并后写到哪里（不覆盖已有文件）"),
    as_json: bool = JSON,
) -> int:
    """合并签名：已有几人、还差谁；不足门限时也写出，退出码为 3"""
    from hub.cli import roster_files, roster_text
    from hub.cli.errors import OK, REJECTED
    from hub.cli.roster_draft import roots_for
    from hub.core.cosigning import merged, pruned, standing

    together = merged([roster_files.read_paper(one) for one in files])
    roots = roots_for(together, root)
    done = pruned(together, roots)
    found = [standing(one, done) for one in roots]
    if done.signatures:
        roster_files.write_paper(output, done)
    enough = all(one.enough for one in found)
    if as_json:
        answer = {**roster_text.paper_json(done), "file": str(output) if done.signatures else None, "enough": enough}
        print_json({**answer, "roots": [roster_text.standing_json(one) for one in found]})
        return OK if enough else REJECTED
    print(f"{roster_text.title_of(done.content)}，摘要 {done.hash}")
    for one in found:
        roster_text.print_standing(one)
    strangers = len(together.signatures) - len(done.signatures)
    if strangers:
        print(f"另有 {strangers} 个签名不属于持钥人、重复或者不符，未计入。")
    print(f"签名齐全：{output}" if enough else "签名未达门限，还不能导入节点。")
    return OK if enough else REJECTED


@app.command("show", cls=ChineseCommand)
def show(
    ctx: typer.Context,
    file: Path | None = typer.Argument(None, metavar="[文件]", help="根文件或成员名册；不写则看本节点现行名册"),
    as_json: bool = JSON,
) -> int:
    """成员、状态、密钥、轮值、协议版本和有效期；不核验签名"""
    import json

    from hub.cli import roster_files, roster_text
    from hub.core.cosigning import read_paper

    if file is None:
        with opened(ctx) as node, node.store.begin() as uow:
            paper = read_paper(uow.trusts.current().roster_raw)
    else:
        paper = roster_files.read_paper(file)
    if as_json:
        print_json({**roster_text.paper_json(paper), "content": json.loads(paper.payload)})
    else:
        roster_text.print_paper(paper)
    return 0


@app.command("diff", cls=ChineseCommand)
def diff(
    old: Path = typer.Argument(..., metavar="旧版本", help="根文件或成员名册"),
    new: Path = typer.Argument(..., metavar="新版本", help="根文件或成员名册"),
    as_json: bool = JSON,
) -> int:
    """用中文逐条说明两个版本的不同；签名之前请看"""
    from hub.cli import roster_files, roster_text
    from hub.core.errors import InvalidInput

    before, after = (roster_files.read_paper(one).content for one in (old, new))
    if type(before) is not type(after) or before.type == "agreement":
        raise InvalidInput(
            "请比较两份根文件或两份成员名册", field="new", advice="比较协作协议请用 hub agreement diff。"
        )
    said = roster_text.changes(before, after)
    if as_json:
        print_json({"old": before.version, "new": after.version, "changes": said})
    else:
        print(f"{roster_text.title_of(before)} → {roster_text.title_of(after)}")
        roster_text.print_changes(said)
    return 0


@app.command("check", cls=ChineseCommand)
def check(
    ctx: typer.Context,
    files: list[Path] = FILES,
    root: str = typer.Option(..., "--root", metavar="指纹", help="根文件的指纹（64 位），须由另一渠道取得"),
    issued: str | None = typer.Option(None, "--on", metavar="日期", help="按哪一天判断是否过期；默认今天"),
    as_json: bool = JSON,
) -> int:
    """核验一组文件：指纹、换根、签名门限、成员密钥、协议摘要、有效期；不合格时退出码为 3"""
    from hub.cli import roster_files
    from hub.cli.roster_draft import verified

    raws = [read_file(one, "file", roster_files.MOST) for one in files]
    trust = verified(raws, root.strip().lower(), roster_files.moment_of(ctx, issued))
    facts = {"root": trust.root.version, "roster": trust.roster.version, "agreement": trust.agreement.version}
    if as_json:
        print_json({"ok": True, **facts, "expires": trust.roster.expires, "active": trust.active()})
        return 0
    print(
        f"核验通过：根文件第 {trust.root.version} 版，成员名册第 {trust.roster.version} 版，"
        f"协作协议第 {trust.agreement.version} 版；有效成员 {len(trust.active())} 个，"
        f"有效期至 {trust.roster.expires[:10]}。"
    )
    return 0


@app.command("install", cls=ChineseCommand)
def install(ctx: typer.Context, files: list[Path] = FILES, as_json: bool = JSON) -> int:
    """把持钥人签署的文件导入本节点，并转给其他成员单位；要么全部生效，要么什么也不改"""
    from hub.cli import roster_files, roster_text
    from hub.core.roster_changes import root_changes, roster_changes
    from hub.flows.install import install as put_in_force

    raws = [roster_files.read_signed(one) for one in files]
    with opened(ctx) as node, node.store.begin() as uow:
        done = put_in_force(uow, raws, actor=operator(), now=node.clock(), salt=node.salt)
    before, after = done.before, done.after
    said = root_changes(before.root, after.root) + (
        roster_changes(before.roster, after.roster) if before.roster != after.roster else []
    )
    facts = {"root": after.root.version, "roster": after.roster.version, "agreement": after.agreement.version}
    if as_json:
        print_json({**facts, "changed": after is not before, "changes": said, "told": done.told})
        return 0
    if after is before:
        print(f"本节点已是成员名册第 {after.roster.version} 版，没有改动。")
        return 0
    roster_text.print_changes(said)
    print(f"已生效：成员名册第 {after.roster.version} 版，协作协议第 {after.agreement.version} 版。")
    print(f"正在转给 {len(done.told)} 个联网成员；摆渡成员随下一份摆渡文件带去。")
    return 0


@app.command("doubtful", cls=ChineseCommand)
def doubtful(ctx: typer.Context, as_json: bool = JSON) -> int:
    """本节点收下的、由已吊销密钥在最后可信位置之后签名的文书：是否真实须逐件向对方核对"""
    from hub.cli import roster_text
    from hub.flows.doubts import doubtful as find

    with opened(ctx) as node, node.store.begin() as uow:
        return roster_text.print_doubts(list(find(uow)), uow.trusts.current(), as_json=as_json)


@app.command("export", cls=ChineseCommand)
def export(
    ctx: typer.Context, folder: Path = typer.Argument(..., metavar="文件夹", help="写到哪个文件夹（不覆盖已有文件）")
) -> int:
    """导出本节点现行的根文件、成员名册、协作协议，供持钥人起草或新成员建立节点"""
    from hub.cli import roster_files
    from hub.core.envelope import decode

    with opened(ctx) as node, node.store.begin() as uow:
        trust = uow.trusts.current()
    roster_files.make_folder(folder)
    for name, raw in (("root", trust.root_raw), ("roster", trust.roster_raw), ("agreement", trust.agreement_raw)):
        roster_files.write_text(folder / f"{name}.json", raw.decode())
    print(f"已写入 {folder}；根文件指纹 {decode(trust.root_raw).hash}")
    return 0
