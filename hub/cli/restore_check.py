"""What must be there before a node can go on from a backup: keys, ring, a sound log, documents as they were signed.

A backup is its own manifest: its roster lists the keys that members believe, its sealed fields begin with the id of the
key that opens them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hub.cli.doctor import GREEN, RED, YELLOW, Finding
from hub.core.errors import HubError
from hub.settings import ALL_KEY_FILES, KEY_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.app import Node
    from hub.core.trust import Trust
    from hub.settings import Settings
    from schemas.wire.roster import MemberKey

STRETCH = 20_000
"""Leaves of the audit log hashed between two looks."""
NAMED = 3
"""Damaged documents that are named; of the others it is said how many there are."""
RING = "字段密钥"


def needed(settings: Settings, url: str) -> dict[str, list[str]]:
    """Ids of the keys in force for this member in the database at ``url``, and of those that open its fields."""
    from hub.core.roster_changes import PURPOSES

    trust = _trust(settings, url)
    return {f"{PURPOSES[one]}密钥": _listed(trust, settings, one) for one in ALL_KEY_FILES} | {RING: _used(url)}


def examine(settings: Settings, url: str) -> list[Finding]:
    """What is found with the database at ``url``: by name, how bad it is, and what to do. Nothing is changed.

    The log and the documents are looked at only when the ring fits: without it nothing in them can be read.
    """
    trust = _trust(settings, url)
    wanted = [one for one in ALL_KEY_FILES if one in KEY_FILES or _listed(trust, settings, one)]
    found = [_keys(settings, trust, purpose) for purpose in wanted]
    found.append(_ring(settings, url))
    if found[-1].level != RED:
        found += _content(replace(settings, database=url))
    return found


def _content(settings: Settings) -> list[Finding]:
    from hub.app import build

    node = build(settings)
    try:
        return [_log(node), _documents(node)]
    finally:
        node.store.close()


def _trust(settings: Settings, url: str) -> Trust:
    from hub.store.session import open_store

    store = open_store(url, settings.member)
    try:
        with store.begin() as uow:
            return uow.trusts.current()
    finally:
        store.close()


def _listed(trust: Trust, settings: Settings, purpose: str) -> list[str]:
    """Ids of this member's keys that count, for signing, opening, checkpoints, or second signatures."""
    from hub.core.signing import SECOND

    def serves(key: MemberKey) -> str:
        return "second" if (key.purpose, key.algorithm) == ("sign", SECOND) else key.purpose

    return [key.id for key in trust.member(settings.member).keys if serves(key) == purpose and key.revoked is None]


def _used(url: str) -> list[str]:
    from hub.store.resealing import Resealing

    database = Resealing(url)
    try:
        return sorted(one.hex() for one in database.key_ids())
    finally:
        database.close()


def _keys(settings: Settings, trust: Trust, purpose: str) -> Finding:
    """The key files for one purpose beside what the roster lists."""
    from hub.core.roster_changes import PURPOSES
    from hub.keystore import file_of

    name, listed, here, wrong = f"{PURPOSES[purpose]}密钥", _listed(trust, settings, purpose), [], []
    for uri in settings.key_uris(purpose):
        try:
            here.append(_opened(purpose, uri, demo=settings.demo))
        except HubError as error:
            wrong.append(error.detail if file_of(uri).exists() else f"没有密钥文件 {file_of(uri)}")
    lacking = [one for one in listed if one not in here]
    if len(lacking) == len(listed):
        strange = [f"密钥文件中是 {'、'.join(here)}，不是备份的名册所登记的"] if here else []
        told = [*wrong, *strange] or [f"没有设置{name}"]
        place = [*map(file_of, settings.key_uris(purpose)), settings.home / ALL_KEY_FILES[purpose]][0]
        todo = (
            f"从保管处取回编号 {'、'.join(listed) or '（名册中没有）'} 的密钥文件，放到 {place}（chmod 600）；"
            "备份之后换过密钥的，恢复后先以 hub roster install 导入现行名册再启动。"
        )
        return Finding(name, RED, "；".join(told), todo)
    if wrong or (lacking and purpose == "seal"):
        left = f"名册登记的 {'、'.join(lacking)} 没有密钥文件" if lacking else ""
        todo = "用它加密而尚未取回的文书将打不开；找到旧密钥文件的，按 hub.toml 所写放回。"
        return Finding(name, YELLOW, "；".join([*wrong, left] if left else wrong), todo)
    return Finding(name, GREEN, f"{'、'.join(one for one in here if one in listed)} 与备份的名册一致")


def _opened(purpose: str, uri: str, *, demo: bool) -> str:
    """Id of the key in a file."""
    from hub.core.signing import FIRST, SECOND
    from hub.keystore import open_seal_key, open_signer

    if purpose == "seal":
        return open_seal_key(uri, demo=demo).keyid
    return open_signer(uri, SECOND if purpose == "second" else FIRST, demo=demo).keyid


def _ring(settings: Settings, url: str) -> Finding:
    """Every key that sealed a field of the backup must stand in the ring."""
    from hub.keystore.ring import load_ring

    used = _used(url)
    try:
        here = {key.id.hex() for key in load_ring(settings.ring).keys}
    except HubError as error:
        need = f"须含密钥 {'、'.join(used)}。" if used else ""
        return Finding(RING, RED, error.detail, f"{need}{error.next_step}")
    lacking = [one for one in used if one not in here]
    if lacking:
        todo = (
            f"从保管处取回备份当时的密钥环，覆盖 {settings.ring}（先另存现有的）；"
            "新建节点时（hub node init）生成的密钥环打不开旧备份。"
        )
        return Finding(RING, RED, f"备份用密钥 {'、'.join(lacking)} 加密，密钥环 {settings.ring} 中没有它", todo)
    return Finding(RING, GREEN, f"{'、'.join(used) or '（没有加密内容）'} 均在密钥环中")


def _log(node: Node) -> Finding:
    wrong = sum(_wrong(node))
    if wrong:
        todo = "请换一份备份；没有更好的，恢复后用 hub audit verify 查看是哪几处，并查明原因。"
        return Finding("审计日志", RED, f"有 {wrong} 处与登记时的摘要不符", todo)
    return Finding("审计日志", GREEN, "逐条与登记时的摘要一致")


def _wrong(node: Node) -> Iterator[int]:
    from hub.app import build_views

    views = build_views(node)
    at: int | None = 0
    while at is not None:
        found = views.check_acts(at, STRETCH)
        yield len(found.wrong)
        at = found.next


def _documents(node: Node) -> Finding:
    """Every message and attachment against its hash and signature, as the node itself does once a day."""
    from hub.flows.rereading import faults

    wrong: list[str] = []
    behind: int | None = 0
    while behind is not None:
        with node.store.begin() as uow:
            found, behind = faults(uow, behind)
        wrong += found
    if wrong:
        more = f" 等 {len(wrong)} 处" if len(wrong) > NAMED else ""
        todo = "请换一份备份；没有更好的，恢复后节点会自动向持有原件的单位索取，补齐前不签存证点。"
        return Finding("文书与附件", RED, "；".join(wrong[:NAMED]) + more, todo)
    return Finding("文书与附件", GREEN, "逐件与签名和登记的摘要一致")
