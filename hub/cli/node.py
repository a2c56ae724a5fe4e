"""``hub node``: a node's key and its first files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.place import home_of, must_be_new, read_file, settings_of, write_new
from hub.cli.screen import fault
from hub.core.errors import InvalidInput, Misconfigured
from hub.settings import ALL_KEY_FILES, KEY_FILES, SECOND

if TYPE_CHECKING:
    from hub.settings import Settings

KEY = KEY_FILES["sign"]
_MOST = 1024 * 1024

app = group("建立节点：生成密钥、登记、初始化")


@app.command("enrol", cls=ChineseCommand)
def enrol(
    ctx: typer.Context,
    member: str = typer.Option(..., "--member", metavar="编号", help="成员单位编号，如 450900-mr"),
    out: Path = typer.Option(..., "-o", "--out", metavar="文件", help="登记申请写到哪里（不覆盖已有文件）"),
    name: str | None = typer.Option(None, "--name", metavar="名称", help="新成员：单位全称"),
    short_name: str | None = typer.Option(None, "--short-name", metavar="简称", help="新成员：简称，如 玉林市监"),
    calendar: str = typer.Option("CN", "--calendar", metavar="日历", help="新成员：工作日历，如 CN-GX"),
    reach: str = typer.Option("online", "--reach", metavar="方式", help="新成员：online 联网，ferry 摆渡"),
    level: str = typer.Option("city", "--level", metavar="级别", help="新成员：nation、province、city、county"),
    superior: str | None = typer.Option(None, "--superior", metavar="名称", help="新成员：上级机关"),
    credit_code: str | None = typer.Option(None, "--credit-code", metavar="代码", help="新成员：统一社会信用代码"),
    second: bool = typer.Option(False, "--second", help="另生成第二签名密钥（ML-DSA-65）；名册要求第二签名的须有"),
) -> int:
    """生成本节点的签名、加密、存证密钥和登记申请（密钥不出本机）；新成员写明单位资料，由持钥人核对"""
    from hub.app import salt
    from hub.core.ids import is_member_id
    from hub.core.roster_changes import PURPOSES
    from hub.keystore import enrol_all

    if not is_member_id(member):
        raise InvalidInput(f"成员单位编号 {member} 格式不正确，应如 450900-mr", field="member")
    must_be_new(out)
    home = home_of(ctx)
    _make(home)
    names = ALL_KEY_FILES if second else KEY_FILES
    keys = enrol_all(home.resolve(), names, member, salt().hex())
    request: dict[str, object] = {"member": member, "keys": keys}
    if name is not None:
        place = {"region": member[:6], "system": member.split("-")[1], "level": level, "superior": superior}
        more = {"credit_code": credit_code, "calendar": calendar, "reach": reach}
        request["office"] = {"name": name, "short_name": short_name or name[:20], **place, **more}
    write_new(out, (json.dumps(request, ensure_ascii=False, indent=2) + "\n").encode())
    print("、".join(f"{PURPOSES[purpose]}密钥 {key['id']}" for purpose, key in zip(names, keys, strict=True)))
    print(f"密钥文件在 {home.resolve()}（请妥善保管，不要复制到其他机器）")
    print(f"登记申请：{out}")
    print("下一步：把登记申请交给名册持钥人；收到根文件、成员名册、协作协议后执行 hub node init。")
    return 0


@app.command("init", cls=ChineseCommand)
def init(
    ctx: typer.Context,
    root: str = typer.Option(..., "--root", metavar="指纹", help="根文件的指纹（64 位），须由另一渠道取得"),
    member: str = typer.Option(..., "--member", metavar="编号", help="本节点的成员单位编号"),
    root_file: Path = typer.Option(..., "--root-file", metavar="文件", help="根文件"),
    roster: Path = typer.Option(..., "--roster", metavar="文件", help="成员名册"),
    agreement: Path = typer.Option(..., "--agreement", metavar="文件", help="协作协议"),
    database: str = typer.Option("", "--database", metavar="地址", help="数据库，默认节点文件夹中的 SQLite"),
    transport: str = typer.Option("", "--transport", metavar="地址", help="spool:文件夹 或 amqps://地址"),
    port: int = typer.Option(8000, "--port", metavar="端口", help="网页和接口的端口"),
    demo: bool = typer.Option(
        False, "--demo", help="演示方式：各页标注“演示·非真实公文”，可用演示密钥和演示人员，只限本机访问"
    ),
) -> int:
    """初始化节点：核对根文件指纹，写 hub.toml，建数据库"""
    from hub.app import build_clock, new_id
    from hub.keystore.ring import create_ring
    from hub.settings import FILE, Settings, save_settings
    from hub.store.session import create_node

    home = home_of(ctx).resolve()
    settings = Settings(
        home=home,
        member=member,
        database=database or f"sqlite:///{home / 'hub.sqlite'}",
        transport=transport or f"spool:{home.parent / 'spool'}",
        key=f"file:{home / KEY}",
        second_key=f"file:{home / ALL_KEY_FILES[SECOND]}" if (home / ALL_KEY_FILES[SECOND]).exists() else "",
        port=port,
        demo=demo,
    ).check()
    if (home / FILE).exists():
        raise Misconfigured(f"{home} 中已有节点", field="home", advice="要新建节点，请用 --home 换一个文件夹。")
    files = {
        "root_raw": read_file(root_file, "root-file", _MOST),
        "roster_raw": read_file(roster, "roster", _MOST),
        "agreement_raw": read_file(agreement, "agreement", _MOST),
    }
    _check(settings, root, **files)
    _make(home)
    now = build_clock(settings)()
    create_node(
        settings.database, member=member, incarnation=new_id(now), fingerprint=root.strip().lower(), now=now, **files
    )
    if not settings.ring.exists():
        create_ring(settings.ring, now)
    save_settings(settings)
    print(f"数据库字段密钥环：{settings.ring}（与数据库分开备份；丢失则已存内容无法读出）")
    print(f"节点 {member} 已建立：{home}")
    print(f"初始化码：{_setup_code(settings)}（24 小时内有效，只能用一次）")
    print(f"下一步：执行 hub --home {home} run，在本机浏览器打开 http://127.0.0.1:{port}/setup 设立三名管理员；")
    print(f"或执行 hub --home {home} user setup。演示时可直接执行 hub --home {home} user add 用户名 --role officer。")
    return 0


@app.command("move", cls=ChineseCommand)
def move(
    ctx: typer.Context,
    database: str = typer.Option(
        ..., "--database", metavar="地址", help="新的空数据库，如 postgresql://用户@主机/库名"
    ),
) -> int:
    """把本节点的全部数据搬到另一个数据库（如 SQLite 换 PostgreSQL）；须先停止节点，原数据库保留不动"""
    from hub.cli.lock import only_one
    from hub.settings import save_settings
    from hub.store.moving import copy_database
    from hub.worker import ARROWS

    settings = settings_of(ctx)
    if database == settings.database:
        raise InvalidInput("新数据库与现在的相同", field="database")
    with only_one(settings.home, ARROWS):
        total = copy_database(settings.database, database, say=lambda table, rows: print(f"  {table}  {rows} 行"))
        save_settings(replace(settings, database=database))
    print(f"共 {total} 行，已逐表核对数量；hub.toml 已改用新数据库，原数据库保留，确认无误后自行处置。")
    return 0


def _setup_code(settings: Settings) -> str:
    from hub.app import build
    from hub.cli.user import setup_code

    node = build(settings)
    try:
        return setup_code(node)
    finally:
        node.store.close()


def _check(settings: Settings, fingerprint: str, *, root_raw: bytes, roster_raw: bytes, agreement_raw: bytes) -> None:
    """The files belong together and to the pinned root; the member and its keys stand in the roster."""
    from hub.app import unlisted
    from hub.core.trust_files import load
    from hub.keystore import open_keys

    trust = load(root_raw, roster_raw, agreement_raw, fingerprint.strip().lower())
    keys = open_keys(settings.key_uris, demo=settings.demo)
    missing = unlisted(trust, settings.member, keys)
    if missing:
        raise Misconfigured(
            f"密钥 {'、'.join(missing)} 未登记在成员名册的 {settings.member} 名下",
            field="member",
            advice="请把 hub node enrol 生成的登记申请交给名册管理方，取得新的名册后重试。",
        )


def _make(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Misconfigured(f"无法建立文件夹 {home}：{fault(error)}", field="home") from error
