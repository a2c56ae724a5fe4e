"""``hub roster init``, ``key new``, ``root``: the anchor of a federation and the keys of its holders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.place import JSON
from hub.cli.screen import print_json
from hub.core.errors import InvalidInput

if TYPE_CHECKING:
    from hub.keystore.holders import HolderKey

PHRASE = typer.Option(None, "--passphrase-file", metavar="文件", help="口令写在这个文件的第一行；默认在终端输入")

SECOND = typer.Option(False, "--second", help="另生成第二签名密钥（ML-DSA-65），签署时两个签名都要有；须各持钥人都有")


def init(
    ctx: typer.Context,
    federation: str = typer.Option(..., "--federation", metavar="名称", help="协作体系的名称"),
    threshold: int = typer.Option(..., "--threshold", metavar="人数", help="几人签名才有效，如三人中的 2"),
    holder: list[str] = typer.Option([], "--holder", metavar="持钥人", help="在此生成一把密钥，每位持钥人写一次"),
    public: list[Path] = typer.Option([], "--public", metavar="文件", help="持钥人在别处生成的公钥文件（key new）"),
    phrase: list[Path] = typer.Option(
        [], "--passphrase-file", metavar="文件", help="口令文件，与 --holder 同次序；默认在终端输入"
    ),
    second: bool = SECOND,
    out: Path = typer.Option(..., "--out", metavar="文件夹", help="根文件和密钥文件写到哪个文件夹"),
    issued: str | None = typer.Option(None, "--issued", metavar="日期", help="签发日期，如 2026-04-13；默认现在"),
    as_json: bool = JSON,
) -> int:
    """建立协作体系：根文件（几人中几人签名）和持钥人的密钥文件

    用 --holder 在此一次生成（随后把密钥文件分别移到各自的介质）；或用 --public 收集各人在别处生成的公钥，再分别签名。
    """
    from hub.cli import roster_files
    from hub.core.cosigning import signed_by
    from hub.core.membership import check_threshold, first_root, root_key
    from schemas.wire.roster import HolderFile

    if phrase and len(phrase) != len(holder):
        raise InvalidInput("--passphrase-file 应与 --holder 一一对应", field="passphrase-file")
    check_threshold(threshold, len(holder) + len(public))
    roster_files.make_folder(out)
    target = out / "root.json"
    if target.exists():
        raise InvalidInput(f"{target} 已存在，不覆盖", field="out", advice="更换根文件请用 hub roster root。")
    moment, keys = roster_files.moment_of(ctx, issued), [roster_files.read_holder(one) for one in public]
    made: list[HolderKey] = []
    for number, name in enumerate(holder, 1):
        given = phrase[number - 1] if phrase else None
        fresh = _make(out / f"holder-{number}.key", name, given, second=second)
        half = HolderFile.read(json.dumps(fresh.public(_nonce())).encode())
        keys.append(root_key(half))
        made.append(fresh)
    pens = [pen for one in made for pen in one.pens]
    paper = signed_by(first_root(federation, threshold, keys, moment), () if public else pens)
    roster_files.write_paper(target, paper)
    if as_json:
        named = [str(out / f"holder-{number}.key") for number, _ in enumerate(made, 1)]
        print_json({"file": str(target), "fingerprint": paper.hash, "keys": named, "signed": len(paper.signatures)})
        return 0
    print(f"根文件：{target}（{len(keys)} 人中 {threshold} 人签名有效）")
    for number, one in enumerate(made, 1):
        print(
            f"密钥文件：{out / f'holder-{number}.key'}（{one.holder}，{one.signer.keyid}），请移到该持钥人自己的介质。"
        )
    if not paper.signatures:
        print("下一步：各持钥人执行 hub roster sign，再由一人执行 hub roster merge。")
    print(f"根文件指纹（由各成员另行核对）：\n{paper.hash}")
    return 0


def new_key(
    holder: str = typer.Option(..., "--holder", metavar="持钥人", help="保管密钥的单位或者岗位"),
    output: Path = typer.Option(..., "-o", "--output", metavar="文件", help="密钥文件写到哪里；公钥文件写在旁边"),
    phrase: Path | None = PHRASE,
    second: bool = SECOND,
    as_json: bool = JSON,
) -> int:
    """生成一位持钥人的密钥（口令加密）和可以交出的公钥文件"""
    from hub.cli import roster_files

    public = output.with_name(f"{output.name}.pub.json")
    if public.exists():
        raise InvalidInput(f"文件 {public} 已存在，不覆盖", field="output", advice="请用 -o 另写一个文件名。")
    made = _make(output, holder, phrase, second=second)
    roster_files.write_text(public, json.dumps(made.public(_nonce()), ensure_ascii=False, indent=1) + "\n")
    if as_json:
        print_json({"id": made.signer.keyid, "key": str(output), "public": str(public)})
        return 0
    print(f"密钥 {made.signer.keyid}：{output}（口令加密，请与口令分开保管）")
    print(f"公钥文件：{public}，交给起草根文件的人。")
    return 0


def change(
    ctx: typer.Context,
    present: Path = typer.Argument(..., metavar="现行根文件"),
    add: list[Path] = typer.Option([], "--add", metavar="公钥文件", help="新增持钥人（hub roster key new 生成）"),
    remove: list[str] = typer.Option([], "--remove", metavar="密钥编号", help="撤销持钥人"),
    threshold: int | None = typer.Option(None, "--threshold", metavar="人数", help="几人签名才有效；默认不变"),
    output: Path = typer.Option(..., "-o", "--output", metavar="文件", help="草稿写到哪里（未签名，不覆盖已有文件）"),
    issued: str | None = typer.Option(None, "--issued", metavar="日期", help="签发日期，如 2026-04-13；默认现在"),
    as_json: bool = JSON,
) -> int:
    """起草下一版根文件：增减持钥人、改门限；须由现行和新的持钥人都签够门限"""
    from hub.cli import roster_files, roster_text
    from hub.core.cosigning import paper_of
    from hub.core.membership import next_root
    from schemas.wire.roster import Root

    old = roster_files.content_of(present, Root, "根文件", "present")
    keys = [roster_files.read_holder(one) for one in add]
    moment = roster_files.moment_of(ctx, issued)
    paper = paper_of(next_root(old, add=keys, remove=remove, threshold=threshold, issued=moment))
    said = roster_text.changes(old, paper.content)
    roster_files.write_paper(output, paper)
    return roster_text.told(paper, output, said, as_json=as_json)


def _make(path: Path, holder: str, phrase: Path | None, *, second: bool) -> HolderKey:
    from hub.cli.roster_files import passphrase
    from hub.keystore.holders import create_holder

    return create_holder(path, passphrase(phrase, holder, confirm=True), holder, second=second)


def _nonce() -> str:
    from hub.app import salt

    return salt().hex()
