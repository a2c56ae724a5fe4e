"""Composition root: settings become a node. The only place where clock, randomness and edges are built and joined.

A :class:`Node` holds no key and no pipe: the web process needs neither (DESIGN D2). :func:`build_worker` adds both,
in the worker process.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hub.core.errors import Misconfigured
from hub.core.ids import uuid7
from hub.core.trust import Trust
from hub.flows.ports import Keys, NewId, Salt, Transport
from hub.flows.ports.press import Press
from hub.flows.ports.sealing import Sealing
from hub.flows.ports.views import Views
from hub.keystore import NodeKeys, open_keys
from hub.keystore.ring import FileRing
from hub.keystore.sealer import KeySealer
from hub.settings import Settings
from hub.store.session import SqlStore, open_store
from hub.worker import Worker

Clock = Callable[[], datetime]
Application = Callable[..., Awaitable[Any]]
"""An ASGI application, served by ``hub.cli``."""


@dataclass(frozen=True)
class Node:
    """One node's parts that every process of it shares."""

    settings: Settings
    store: SqlStore
    clock: Clock
    new_id: NewId
    salt: Salt


def build(settings: Settings) -> Node:
    """Open the database, with the ring of its sealed fields, and the clock; touches no key that signs or opens mail."""
    store = open_store(settings.database, settings.member, FileRing(settings.ring))
    return Node(settings, store, build_clock(settings), new_id, salt)


def build_worker(node: Node, on_arrival: Callable[[], None] | None = None) -> Worker:
    """Open keys and pipe: what only the worker process has. ``on_arrival`` is called when the pipe has something."""
    # Names are spelled character by character (hub.core.spelling): the library's 40 MB of words stay on the disk.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    keys = open_keys(node.settings.key_uris, demo=node.settings.demo)
    with node.store.begin() as uow:
        missing = unlisted(uow.trusts.current(), node.settings.member, keys)
    if missing:
        raise Misconfigured(
            f"密钥 {'、'.join(missing)} 未登记在成员名册中",
            field="key",
            advice="请向名册管理方提交 hub node enrol 生成的登记申请。",
        )
    pipe = build_transport(node.settings, on_arrival)
    sign, *spare = keys.signs
    witness, *others = keys.witnesses
    sealer = KeySealer(*(one.key for one in reversed(keys.seals)))
    held = Keys(sign, witness, sealer, spare, others, keys.seconds)
    return Worker(node.store, pipe, held, node.clock, node.new_id, node.salt)


def unlisted(trust: Trust, member: str, keys: NodeKeys) -> list[str]:
    """Keys of those purposes for which the roster lists none of ours, or has revoked all."""
    listed = {(key.purpose, key.id) for key in trust.member(member).keys if key.revoked is None}
    ours = keys.ids().items()
    return [one for purpose, ids in ours if not any((purpose, keyid) in listed for keyid in ids) for one in ids]


def build_transport(settings: Settings, on_arrival: Callable[[], None] | None = None) -> Transport:
    """The pipe named by the settings; each client library is loaded only where it is used."""
    scheme, _, rest = settings.transport.partition(":")
    if scheme == "spool":
        from hub.transport.spool import SpoolTransport

        return SpoolTransport(Path(rest), settings.member)
    if scheme in ("amqp", "amqps"):
        from hub.transport.rabbitmq import RabbitTransport

        return RabbitTransport(settings.transport, settings.member, on_arrival=on_arrival)
    raise Misconfigured(
        f"不支持的传输通道 {settings.transport}", field="transport", advice="请写 spool:目录 或 amqps://地址。"
    )


def build_views(node: Node) -> Views:
    """The read models of this node, for pages, API and command line."""
    from hub.store.views import SqlViews

    return SqlViews(node.store)


def build_web(node: Node) -> Application:
    """The console and API over this node."""
    from adapters.letters.qr import address_of_code
    from hub.keystore.passwords import Argon2Passwords
    from hub.web.app import create_app
    from hub.web.deps import WebNode

    return create_app(
        WebNode(
            member=node.settings.member,
            store=node.store,
            views=build_views(node),
            clock=node.clock,
            new_id=node.new_id,
            salt=node.salt,
            passwords=Argon2Passwords(),
            demo=node.settings.demo,
            four_eyes=node.settings.four_eyes,
            unmask=timedelta(minutes=node.settings.unmask_minutes),
            press=build_press(node.settings),
            sealing=build_sealing(node.settings) if node.settings.seal else None,
            factor_for=node.settings.factor_for(),
            hosts=node_names(node.settings),
            behind_proxy=node.settings.behind_tls_proxy,
            draw_code=address_of_code,
        )
    )


def node_names(settings: Settings) -> frozenset[str]:
    """By which names browsers may ask for the node: those written down, those of its certificate, or the machine's."""
    from hub.keystore.certificates import read_certificate

    written = {one.strip().lower() for one in settings.names.split(",") if one.strip()}
    if settings.tls_certificate:
        written |= set(read_certificate(Path(settings.tls_certificate)).names)
    return frozenset(written or {"localhost"})


def build_press(settings: Settings) -> Press:
    """The press, with templates and fonts from the office's folder of letters if there are any."""
    from adapters.letters.press import OfficePress

    return OfficePress(letters_folder(settings))


def build_sealing(settings: Settings) -> Sealing:
    """The office's electronic-seal system; raises ``Misconfigured`` where none is set."""
    scheme, _, rest = settings.seal.partition(":")
    if scheme == "folder" and rest:
        from adapters.sealing.folder import FolderSealing
        from hub.flows.steps.requests import MAX_AT_ONCE

        return FolderSealing(Path(rest), limit=MAX_AT_ONCE)
    raise Misconfigured(
        f"不支持的电子印章系统 {settings.seal}" if settings.seal else "没有设置电子印章系统",
        field="seal",
        advice='请在 hub.toml 中写 seal = "folder:文件夹"，该文件夹与本单位的印章系统共用；'
        "没有印章系统的，打印后盖章、扫描附上。",
    )


def letters_folder(settings: Settings) -> Path:
    """Where the office keeps its templates and fonts for letters."""
    return Path(settings.letters) if settings.letters else settings.home / "letters"


def build_clock(settings: Settings) -> Clock:
    """The machine's clock; in demo mode ahead by the seconds written in a file, so that a tour can skip days."""
    if not settings.clock:
        return lambda: datetime.now(UTC)
    ahead = Path(settings.clock)

    def shifted() -> datetime:
        try:
            seconds = float(ahead.read_text("ascii"))
        except (OSError, ValueError):
            seconds = 0.0
        return datetime.now(UTC) + timedelta(seconds=seconds)

    return shifted


def new_id(now: datetime) -> str:
    """A fresh UUIDv7."""
    return uuid7(now, os.urandom(10))


def salt() -> bytes:
    """Sixteen random bytes for a leaf."""
    return os.urandom(16)
