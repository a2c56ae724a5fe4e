"""Making a node: its identity and the first files it trusts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select, update

from hub.core import trust_files as rules
from hub.core.errors import Misconfigured
from hub.store.engine import open_engine, parse_url, translated
from hub.store.migrate import migrate
from hub.store.tables import node
from hub.store.trusts import store_files
from hub.store.work import Work

if TYPE_CHECKING:
    from datetime import datetime

_EXISTS = select(node.c.member).limit(1)
_RENEW = update(node).where(node.c.member == bindparam("own")).values(incarnation=bindparam("fresh"))


def create_node(
    url: str,
    *,
    member: str,
    incarnation: str,
    fingerprint: str,
    root_raw: bytes | None,
    roster_raw: bytes | None,
    agreement_raw: bytes | None,
    now: datetime,
) -> None:
    """Build the database if need be and make it ``member``'s; raises ``Misconfigured`` if it is somebody's already.

    The files are checked against ``fingerprint`` first, see :func:`hub.core.trust.load`; without any, the node knows
    nobody until :meth:`Trusts.replace` brings them.
    """
    trust = None
    if root_raw is not None and roster_raw is not None and agreement_raw is not None:
        trust = rules.load(root_raw, roster_raw, agreement_raw, fingerprint)
    migrate(url)
    engine = open_engine(parse_url(url))
    try:
        with translated(), engine.begin() as connection:
            owner = connection.execute(_EXISTS).scalar()
            if owner is not None:
                raise Misconfigured(f"这个数据库已属于节点 {owner}", field="database")
            work = Work(connection, member, incarnation, connection.dialect.name)
            root, roster, agreement = store_files(work, trust) if trust else (None, None, None)
            made = {"member": member, "incarnation": incarnation, "fingerprint": fingerprint, "created": now}
            connection.execute(insert(node), {**made, "root": root, "roster": roster, "agreement": agreement})
    finally:
        engine.dispose()


def renew_incarnation(url: str, *, member: str, incarnation: str) -> None:
    """Begin a new life after a restore: numbers may have been used that this database does not know of (D3)."""
    engine = open_engine(parse_url(url))
    try:
        with translated(), engine.begin() as connection:
            if connection.execute(_RENEW, {"own": member, "fresh": incarnation}).rowcount != 1:
                raise Misconfigured(f"数据库中没有节点 {member} 的登记", field="member")
    finally:
        engine.dispose()
