"""``hub doctor``: is the node well, and what to do if not. Green, yellow or red in words; exit code 0, 1 or 2."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.place import JSON, home_of, settings_of
from hub.cli.screen import moment, print_json, table
from hub.core.errors import HubError
from hub.core.ids import ALL
from hub.settings import ALL_KEY_FILES

if TYPE_CHECKING:
    from hub.app import Node
    from hub.settings import Settings

GREEN, YELLOW, RED = "正常", "注意", "故障"
LEVELS = {GREEN: 0, YELLOW: 1, RED: 2}
COLOURS = {GREEN: "green", YELLOW: "yellow", RED: "red"}
_LITTLE, _TOO_LITTLE = 1024**3, 100 * 1024**2
_OLD = timedelta(minutes=10)
_RENEW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    level: str
    what: str
    todo: str = ""


def doctor(ctx: typer.Context, as_json: bool = JSON) -> int:
    """体检：数据库、密钥、名册、传输通道、磁盘、时钟、审计日志，以及该怎么办

    退出码：0 正常，1 有需要注意的，2 有故障。
    """
    found = _examine(ctx)
    worst = max(LEVELS[one.level] for one in found)
    if as_json:
        checks = [{"name": f.name, "level": COLOURS[f.level], "what": f.what, "todo": f.todo} for f in found]
        level = next(COLOURS[name] for name, number in LEVELS.items() if number == worst)
        print_json({"level": level, "checks": checks})
    else:
        table(("项目", "状态", "情况", "怎么办"), [(f.name, f.level, f.what, f.todo) for f in found], "", 72)
    return worst


def _examine(ctx: typer.Context) -> list[Finding]:
    from hub.app import build
    from hub.cli.doctor_log import examine_log

    try:
        node = build(settings_of(ctx))
    except HubError as error:
        return [Finding("配置", RED, error.detail, error.next_step)]
    checks: list[tuple[str, Callable[[Node], Finding]]] = [
        ("数据库", _database),
        ("密钥", _key),
        ("成员名册", _roster),
        ("系统回执", _receipts),
        ("传输通道", _transport),
        ("网页访问", _web),
        ("第二因子", _factor),
        ("磁盘空间", _disk),
        ("时钟", _clock),
        ("工作进程", _worker),
        ("待办队列", _queues),
        ("恢复", _recovery),
        ("审计日志", examine_log),
    ]
    mode = "，演示方式（非真实公文）" if node.settings.demo else ""
    found = [Finding("配置", GREEN, f"节点 {node.settings.member}{mode}，{home_of(ctx)}")]
    for name, check in checks:
        try:
            found.append(check(node))
        except HubError as error:
            found.append(Finding(name, RED, error.detail, error.next_step))
    node.store.close()
    return found


def _database(node: Node) -> Finding:
    with node.store.begin() as uow:
        waiting = uow.outbox.count()
    return Finding("数据库", GREEN, f"可读可写，待签名 {waiting} 件")


def _key(node: Node) -> Finding:
    from hub.app import build_views, unlisted
    from hub.core.roster_changes import PURPOSES
    from hub.keystore import open_keys

    member, trust, now = node.settings.member, build_views(node).trust(), node.clock()
    keys = open_keys(node.settings.key_uris, demo=node.settings.demo)
    missing = unlisted(trust, member, keys)
    if missing:
        what = f"密钥 {'、'.join(missing)} 未登记在名册中或已吊销"
        return Finding("密钥", RED, what, "请提交登记申请（hub node enrol、hub keys rotate）。")
    used = {purpose: trust.newest_key(member, purpose, ids, now) for purpose, ids in keys.ids().items()}
    policy = trust.roster.second_signature
    if policy is not None:
        used["second"] = trust.newest_key(member, "sign", {one.keyid for one in keys.seconds}, now)
        if used["second"] is None:
            what = f"名册要求第二签名（{policy.algorithm}），本节点没有已登记的密钥，已停止签名发文"
            return Finding("密钥", RED, what, "请执行 hub keys rotate --purpose second，把登记申请交给持钥人。")
    named = "、".join(f"{PURPOSES[purpose]} {keyid}" for purpose, keyid in used.items())
    what, plain = f"现用 {named}，均已登记，仅本用户可读", _plain_keys(node.settings)
    if plain and not node.settings.demo:
        todo = (
            "请把口令写入 systemd 凭据（LoadCredential=hub-key:…），再执行 hub keys protect --passphrase "
            "credential:hub-key，并销毁没有口令的旧副本；见运行手册“改名册”。"
        )
        return Finding("密钥", YELLOW, f"{what}；没有口令的密钥文件：{'、'.join(plain)}，拿到硬盘的人可以冒用", todo)
    return Finding("密钥", GREEN, what)


def _plain_keys(settings: Settings) -> list[str]:
    """Key files and the ring, by name, that open without a passphrase."""
    from hub.keystore import file_of, protection_of

    uris = [uri for purpose in ALL_KEY_FILES for uri in settings.key_uris(purpose)] + [f"file:{settings.ring}"]
    return [file_of(uri).name for uri in uris if protection_of(uri) is None]


def _roster(node: Node) -> Finding:
    from hub.app import build_views
    from hub.core.expiry import expiry_warning

    trust, now = build_views(node).trust(), node.clock()
    what = f"第 {trust.roster.version} 版，协议第 {trust.agreement.version} 版"
    warning = expiry_warning(trust, now)
    if warning is not None:
        return Finding(
            "成员名册",
            RED if warning.stops else YELLOW,
            f"{what}；{warning.text.removeprefix('成员名册')}",
            warning.todo,
        )
    return Finding("成员名册", GREEN, f"{what}，还有 {trust.days_left(now)} 天到期")


def _receipts(node: Node) -> Finding:
    """Receipts by keys that were revoked prove nothing until they are signed again, which the node asks for itself."""
    from hub.flows.steps.fading import renewals

    with node.store.begin() as uow:
        found = renewals(uow, uow.trusts.current())
    if not found:
        return Finding("系统回执", GREEN, "没有因密钥吊销失去证明力的")
    waiting = [one for one in found if not one.done]
    if not waiting:
        return Finding("系统回执", GREEN, f"{'、'.join(one.member for one in found)} 有密钥吊销，其系统回执都有效")
    named = "、".join(f"{one.member}（已请求 {one.asked} 份）" for one in waiting)
    todo = "系统每天核对一次，对方在线后自动补签；急需某份文书的证明时执行 hub evidence 编号 --renew。"
    return Finding("系统回执", YELLOW, f"有密钥吊销，正请其重新签署系统回执：{named}", todo)


def _transport(node: Node) -> Finding:
    from hub.app import build_transport

    pipe = build_transport(node.settings)
    try:
        return Finding("传输通道", GREEN, pipe.probe())
    finally:
        pipe.close()


def _web(node: Node) -> Finding:
    """Who may reach the pages, and whether the certificate lasts."""
    from hub.cli.server import check_tls
    from hub.keystore.certificates import read_certificate

    settings, now = node.settings, node.clock()
    if settings.behind_tls_proxy:
        return Finding("网页访问", GREEN, f"由代理（{settings.proxies}）提供加密连接，域名 {settings.names}")
    if not settings.tls_certificate:
        return Finding("网页访问", GREEN, f"只限本机（{settings.host}），不加密")
    check_tls(settings)
    found = read_certificate(Path(settings.tls_certificate))
    what = f"节点自有证书（{'、'.join(found.names) or '未写明域名'}），有效期至 {moment(found.expires)}"
    todo = "请换发证书，替换两个文件后重新启动节点。"
    if found.expires <= now:
        return Finding("网页访问", RED, f"{what}，已过期", todo)
    if found.expires - now < _RENEW:
        return Finding("网页访问", YELLOW, what, todo)
    if Path(settings.tls_key).stat().st_mode & 0o077:
        return Finding("网页访问", YELLOW, f"{what}；私钥文件别的用户也能读", f"请执行 chmod 600 {settings.tls_key}。")
    return Finding("网页访问", GREEN, what)


def _factor(node: Node) -> Finding:
    """Who should have a second factor and has none; such a person is led to it at the next sign-in."""
    from hub.app import build_views
    from hub.core.policy import FACTOR_GROUPS, needs_factor

    groups = node.settings.factor_for()
    everybody = [one for one in build_views(node).accounts(node.clock()) if one.user.active]
    lacking = [one.user.name for one in everybody if needs_factor(one.user.role, groups) and not one.factor]
    if not groups:
        level = GREEN if node.settings.demo else YELLOW
        todo = "" if node.settings.demo else '请在 hub.toml 中写 second_factor = "administrators"。'
        return Finding("第二因子", level, "没有要求任何人启用", todo)
    what = f"要求{'、'.join(FACTOR_GROUPS[one] for one in sorted(groups))}启用"
    if lacking:
        named = "、".join(lacking[:5]) + (f" 等 {len(lacking)} 人" if len(lacking) > 5 else "")
        return Finding("第二因子", YELLOW, f"{what}；尚未启用：{named}", "他们下次登录时会先被引导启用。")
    return Finding("第二因子", GREEN, f"{what}，均已启用")


def _disk(node: Node) -> Finding:
    scheme, _, folder = node.settings.transport.partition(":")
    places = [node.settings.home, *([Path(folder)] if scheme == "spool" and Path(folder).exists() else [])]
    free = min(shutil.disk_usage(place).free for place in places)
    what = f"可用 {free // 1024**2} MiB"
    if free < _TOO_LITTLE:
        return Finding("磁盘空间", RED, what, "请立即清理磁盘；空间用尽后不能收发。")
    if free < _LITTLE:
        return Finding("磁盘空间", YELLOW, what, "请尽快清理磁盘。")
    return Finding("磁盘空间", GREEN, what)


def _clock(node: Node) -> Finding:
    """Nobody tells us the time; but what we have stored cannot be younger than now."""
    from hub.app import build_views
    from hub.flows.ports.views import DocumentFilter

    now, views = node.clock(), build_views(node)
    newest = [row.stored_at for row in views.documents(DocumentFilter(), None, 1).rows]
    newest += [member.last_seen for member in views.members(now=now) if member.last_seen is not None]
    latest = max(newest, default=None)
    if latest is not None and latest > now + timedelta(minutes=5):
        return Finding(
            "时钟", RED, f"现在 {moment(now)}，而最近的记录是 {moment(latest)}", "时钟曾被调慢，请校准系统时间。"
        )
    return Finding("时钟", GREEN, f"现在 {moment(now)}（+08:00）")


def _worker(node: Node) -> Finding:
    from hub.cli.lock import is_held
    from hub.worker import ARROWS

    idle = [arrow for arrow in ARROWS if not is_held(node.settings.home, arrow)]
    if idle:
        return Finding("工作进程", YELLOW, "未运行，不收不发", "请执行 hub run（或 hub work）。")
    return Finding("工作进程", GREEN, "运行中")


def _recovery(node: Node) -> Finding:
    with node.store.begin() as uow:
        waiting = uow.recovery.waits_for()
    if node.settings.member in waiting:
        what = "其他单位收到过本单位签名、本节点没有的文书，已停止签名发文"
        advice = "数据库被退回，或有另一份同样的节点在运行：请查明，只留一份，停止后执行 hub restore --here。"
        return Finding("恢复", RED, what, advice)
    if waiting:
        members = "、".join(sorted(waiting - {ALL}))
        what = f"恢复备份后，等待 {members} 回报其后的往来，暂不向其签名发文"
        return Finding("恢复", YELLOW, what, "通常几分钟内完成；长期联系不上时执行 hub restore --go-on。")
    return Finding("恢复", GREEN, "无需恢复")


def _queues(node: Node) -> Finding:
    from hub.app import build_views

    health, now = build_views(node).health(), node.clock()
    what = f"待签名 {health.outbox}，待送达 {health.pending}，等待前件 {health.gaps}，异常文书 {health.quarantined}"
    if health.frozen:
        return Finding(
            "待办队列", RED, f"{what}，冻结的来文 {health.frozen} 路", "同一序号有两份不同文书，请联系发件单位负责人。"
        )
    if health.oldest_pending is not None and now - health.oldest_pending > _OLD:
        since = moment(health.oldest_pending)
        return Finding("待办队列", YELLOW, f"{what}；最早的自 {since} 起等待", "对方可能停机；摆渡单位请导出摆渡文件。")
    if health.quarantined:
        return Finding("待办队列", YELLOW, what, "请用 hub quarantine 查看异常文书。")
    return Finding("待办队列", GREEN, what)
