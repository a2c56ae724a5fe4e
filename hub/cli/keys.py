"""``hub keys``: the node's own keys by purpose: which are used, and replacing one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import typer

from hub.cli import field_keys
from hub.cli.help import ChineseCommand, group
from hub.cli.place import JSON, home_of, must_be_new, opened, write_new
from hub.cli.screen import print_json, table
from hub.core.errors import InvalidInput
from hub.settings import ALL_KEY_FILES, KEY_FILES, SECOND

app = group("本节点的密钥：查看、更换")
app.command("fields", cls=ChineseCommand)(field_keys.fields)
app.command("rotate-fields", cls=ChineseCommand)(field_keys.rotate_fields)
app.command("rotate-index", cls=ChineseCommand)(field_keys.rotate_index)


@app.command("show", cls=ChineseCommand)
def show(ctx: typer.Context, as_json: bool = JSON) -> int:
    """本节点的密钥：用途、编号、登记情况、现用哪一把"""
    from hub.core.roster_changes import PURPOSES
    from hub.keystore import open_keys

    with opened(ctx) as node:
        settings = node.settings
        with node.store.begin() as uow:
            trust = uow.trusts.current()
        keys, now = open_keys(settings.key_uris, demo=settings.demo), node.clock()
        ids = {**keys.ids(), SECOND: [one.keyid for one in keys.seconds]}
        listed_as = {purpose: "sign" if purpose == SECOND else purpose for purpose in ids}
        used = {one: trust.newest_key(settings.member, listed_as[one], ids[one], now) for one in ids}
    listed = {key.id: key for key in trust.member(settings.member).keys}
    rows = [
        {
            "purpose": purpose,
            "id": keyid,
            "uri": uri,
            "used": keyid == used[purpose],
            "listed": keyid in listed,
            "until": listed[keyid].until if keyid in listed else None,
            "revoked": keyid in listed and listed[keyid].revoked is not None,
        }
        for purpose in ids
        for keyid, uri in zip(ids[purpose], settings.key_uris(purpose), strict=True)
    ]
    if as_json:
        print_json(rows)
        return 0
    lines = [(PURPOSES[str(one["purpose"])], str(one["id"]), _standing(one), str(one["uri"])) for one in rows]
    table(("用途", "编号", "情况", "位置"), lines, "没有密钥。", 72)
    return 0


@app.command("rotate", cls=ChineseCommand)
def rotate(
    ctx: typer.Context,
    out: Path = typer.Option(..., "-o", "--out", metavar="文件", help="登记申请写到哪里（不覆盖已有文件）"),
    purpose: list[str] = typer.Option(
        [], "--purpose", metavar="用途", help="sign、seal、witness、second（第二签名）；默认换前三把"
    ),
    as_json: bool = JSON,
) -> int:
    """生成新密钥和登记申请；重启节点后，含新密钥的名册一生效就自动换用，旧密钥留着核验和解开旧文书"""
    from hub.app import salt
    from hub.core.roster_changes import PURPOSES
    from hub.keystore import enrolment, make_key, open_signer, protection_of
    from hub.keystore import protect as encrypt
    from hub.settings import save_settings

    for one in purpose:
        if one not in ALL_KEY_FILES:
            raise InvalidInput(f"没有这种用途：{one}", field="purpose", advice="请写 sign、seal、witness 或 second。")
    must_be_new(out)
    with opened(ctx) as node:
        settings = node.settings
        with node.store.begin() as uow:
            known = {key.id for key in uow.trusts.current().member(settings.member).keys}
    # A new key is vouched for by a signing key that the roster lists already.
    signers = [open_signer(uri, demo=settings.demo) for uri in settings.key_uris("sign")]
    vouching = next((one for one in signers if one.keyid in known), signers[0])
    entries = []
    for one in purpose or KEY_FILES:
        path = _free(home_of(ctx).resolve(), ALL_KEY_FILES[one], first=not settings.key_uris(one))
        key = make_key(one, path)
        source = protection_of((settings.key_uris(one) or settings.key_uris("sign"))[0])
        if source is not None:
            encrypt(f"file:{path}", source)
        settings = settings.with_key(one, f"file:{path}")
        entries.append(enrolment(one, key, vouching, settings.member, salt().hex()))
    _write(out, {"member": settings.member, "keys": entries})
    save_settings(settings)
    if as_json:
        made = {one: entry["id"] for one, entry in zip(purpose or KEY_FILES, entries, strict=True)}
        print_json({"request": str(out), "keys": made})
        return 0
    for one, entry in zip(purpose or KEY_FILES, entries, strict=True):
        print(f"新的{PURPOSES[one]}密钥 {entry['id']}")
    print(f"登记申请：{out}，交给名册持钥人（hub roster draft --rotate）；hub.toml 已写入新密钥。")
    print("下一步：重启节点。名册生效前照旧用旧密钥，生效后自动换用；旧密钥文件请保留。")
    return 0


@app.command("protect", cls=ChineseCommand)
def protect(
    ctx: typer.Context,
    passphrase: str = typer.Option(
        ..., "--passphrase", metavar="位置", help="口令在哪里：credential:名称（systemd 凭据）、env:变量名、file:路径"
    ),
) -> int:
    """用口令加密本节点的密钥文件；密钥文件只记口令的位置，节点启动时到那里取口令"""
    from hub.keystore import protect as encrypt
    from hub.keystore.ring import protect_ring

    with opened(ctx) as node:
        uris = [uri for purpose in ALL_KEY_FILES for uri in node.settings.key_uris(purpose)]
        ring = node.settings.ring
    done = sum(encrypt(uri, passphrase) for uri in uris) + protect_ring(ring, passphrase)
    already = len(uris) + 1 - done
    print(f"已加密 {done} 个密钥文件，另有 {already} 个原已加密；请先确认节点能启动，再销毁密钥文件的旧备份。")
    return 0


@app.command("positions", cls=ChineseCommand)
def positions(
    ctx: typer.Context,
    key: str = typer.Option(..., "--key", metavar="密钥编号", help="要吊销的签名密钥"),
    before: str = typer.Option(..., "--before", metavar="时刻", help="此前的都可信，如 2026-04-13T15:30（北京时间）"),
    out: Path = typer.Option(..., "-o", "--out", metavar="文件", help="写到哪里（不覆盖已有文件），交给名册持钥人"),
    as_json: bool = JSON,
) -> int:
    """签名密钥被盗时：列出本单位发往各方的文书在某一时刻之前的最后一份，吊销时随名册公布"""
    from datetime import datetime

    from hub.core.ids import BEIJING
    from hub.flows.doubts import last_good

    try:
        moment = datetime.fromisoformat(before).replace(tzinfo=BEIJING)
    except ValueError as error:
        raise InvalidInput("时刻应写作 2026-04-13T15:30 的形式", field="before") from error
    must_be_new(out)
    with opened(ctx) as node, node.store.begin() as uow:
        keys = uow.trusts.current().member(node.settings.member).keys
        if key not in {one.id for one in keys if one.purpose == "sign"}:
            raise InvalidInput(f"名册中本单位没有签名密钥 {key}", field="key", advice="请用 hub keys show 查看编号。")
        found = [one.model_dump() for one in last_good(uow, moment)]
    _write(out, {"key": key, "last_good": found})
    if as_json:
        print_json({"file": str(out), "key": key, "last_good": found})
        return 0
    print(f"共 {len(found)} 路，已写入 {out}；名册持钥人起草时用 hub roster draft --last-good {out.name}。")
    return 0


def _standing(one: Mapping[str, object]) -> str:
    if one["revoked"]:
        return "已吊销"
    if one["used"]:
        return "现用"
    return "待名册登记" if not one["listed"] else "已更换，留作核验和解密"


def _free(home: Path, name: str, *, first: bool) -> Path:
    """``node-2.key``, or the first number after it that is free; the ``first`` of its purpose has no number."""
    stem, _, ending = name.rpartition(".")
    if first and not (home / name).exists():
        return home / name
    number = 2
    while (home / f"{stem}-{number}.{ending}").exists():
        number += 1
    return home / f"{stem}-{number}.{ending}"


def _write(out: Path, request: dict[str, object]) -> None:
    write_new(out, (json.dumps(request, ensure_ascii=False, indent=2) + "\n").encode())
