"""Port ``AccessViews``: accounts, sign-ins, and which unit has which matter in hand."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, exists, func, select

from hub.flows.ports.access import Account, SignedIn
from hub.flows.ports.people import MOST_WRONG, Session, account_key
from hub.flows.rows import User
from hub.store.mapping import Mapping
from hub.store.tables import assignments, credentials, sessions, tries, users
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Column, ColumnElement, Connection

_USERS = Mapping(User, users)
_SESSIONS = Mapping(Session, sessions)
_WIDTH = len(_SESSIONS.columns)
_LASTS = and_(sessions.c.expires > bindparam("now"), sessions.c.idle > bindparam("now"), sessions.c.complete)
_BY_TOKEN = select(*_USERS.columns).where(users.c.active, users.c.token_hash == bindparam("token"))
_SIGNED_IN = (
    select(
        *_SESSIONS.columns, func.coalesce(credentials.c.due, False), credentials.c.secret.is_not(None), *_USERS.columns
    )
    .join(users, users.c.name == sessions.c.user)
    .outerjoin(credentials, credentials.c.user == users.c.name)
    .where(users.c.active, sessions.c.hash == bindparam("session"), _LASTS)
)
_OF_USER = (
    select(*_SESSIONS.columns)
    .where(sessions.c.user == bindparam("wanted"), _LASTS)
    .order_by(sessions.c.started, sessions.c.hash)
)
_EVERYBODY = (
    select(*_USERS.columns, credentials.c.password.is_not(None), credentials.c.secret.is_not(None))
    .outerjoin(credentials, credentials.c.user == users.c.name)
    .order_by(users.c.name)
)
_COUNTED = select(sessions.c.user, func.count().label("number")).where(_LASTS).group_by(sessions.c.user)
_LOCKED = select(tries.c.key, tries.c.until).where(
    tries.c.until > bindparam("now"), tries.c.failed >= bindparam("most")
)
_UNITS = (
    select(assignments.c.matter, assignments.c.unit)
    .where(among(assignments.c.matter, "matters"), assignments.c.state != "returned")
    .distinct()
)


def user_of_token(connection: Connection, token_hash: str) -> User | None:
    """The active user of a bearer token."""
    found = connection.execute(_BY_TOKEN, {"token": token_hash}).first()
    return None if found is None else _USERS.build(found)


def signed_in(connection: Connection, session_hash: str, now: datetime) -> SignedIn | None:
    """The running session with its active user."""
    found = connection.execute(_SIGNED_IN, {"session": session_hash, "now": now}).first()
    if found is None:
        return None
    due, factor = (bool(one) for one in found[_WIDTH : _WIDTH + 2])
    return SignedIn(_USERS.build(found[_WIDTH + 2 :]), _SESSIONS.build(found[:_WIDTH]), due, factor)


def accounts(connection: Connection, now: datetime, name: str | None = None) -> list[Account]:
    """Three statements, whatever the number of users."""
    open_sessions = {row.user: row.number for row in connection.execute(_COUNTED, {"now": now})}
    locked = {row.key: row.until for row in connection.execute(_LOCKED, {"now": now, "most": MOST_WRONG})}
    return [
        Account(user, row[-2], row[-1], open_sessions.get(user.name, 0), locked.get(account_key(user.name)))
        for row in connection.execute(_EVERYBODY if name is None else _EVERYBODY.where(users.c.name == name))
        for user in (_USERS.build(row[:-2]),)
    ]


def sessions_of(connection: Connection, user: str, now: datetime) -> list[Session]:
    """Oldest first."""
    return _SESSIONS.build_all(connection.execute(_OF_USER, {"wanted": user, "now": now}))


def units_of(connection: Connection, matters: Collection[str]) -> dict[str, frozenset[str]]:
    """Units by matter; a unit that returned one without work no longer has it."""
    found: dict[str, set[str]] = defaultdict(set)
    for matter, unit in connection.execute(_UNITS, {"matters": list(matters)}):
        found[matter].add(unit)
    return {matter: frozenset(units) for matter, units in found.items()}


def in_hand(matter: Column[str], unit: str) -> ColumnElement[bool]:
    """Condition: this unit has or had the matter of this column in hand."""
    given = (assignments.c.matter == matter, assignments.c.unit == unit, assignments.c.state != "returned")
    return exists().where(*given)
