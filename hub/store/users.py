"""People and programs with access, and how they are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select

from hub.flows.rows import User
from hub.store.bulk import Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.tables import sessions, sign_in_links, users

if TYPE_CHECKING:
    from datetime import datetime

    from hub.store.work import Work

_ROWS = Mapping(User, users)
_PUT = Upsert(users, _ROWS.names, ["name"], replacing(_ROWS.names, ["name"]))
_ALL = select(*_ROWS.columns).order_by(users.c.name)
_BY_TOKEN = select(*_ROWS.columns).where(users.c.token_hash == bindparam("token"))
_ADD_LINK = insert(sign_in_links)
_USE_LINK = (
    delete(sign_in_links)
    .where(sign_in_links.c.hash == bindparam("link"))
    .returning(sign_in_links.c.user, sign_in_links.c.expires)
)
_ADD_SESSION = insert(sessions)
_BY_SESSION = (
    select(*_ROWS.columns)
    .join(sessions, sessions.c.user == users.c.name)
    .where(sessions.c.hash == bindparam("session"), sessions.c.expires > bindparam("now"))
)
_END_SESSION = delete(sessions).where(sessions.c.hash == bindparam("session"))


class SqlUsers:
    """Port ``Users``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def by_token(self, token_hash: str) -> User | None:
        """Whose token it is."""
        found = self._work.run(_BY_TOKEN, token=token_hash).first()
        return None if found is None else _ROWS.build(found)

    def put(self, user: User) -> None:
        """Insert or replace by name."""
        _PUT.run(self._work, [_ROWS.values(user)])

    def all(self) -> list[User]:
        """Everybody, by name."""
        return _ROWS.build_all(self._work.tuples(_ALL))

    def add_link(self, link_hash: str, user: str, expires: datetime) -> None:
        """A one-time sign-in link."""
        self._work.run(_ADD_LINK, hash=link_hash, user=user, expires=expires)

    def use_link(self, link_hash: str, now: datetime) -> str | None:
        """Burn the link; deleting it is what makes it work once only."""
        found = self._work.run(_USE_LINK, link=link_hash).first()
        return found.user if found is not None and now < found.expires else None

    def add_session(self, session_hash: str, user: str, expires: datetime) -> None:
        """Signed in until ``expires``."""
        self._work.run(_ADD_SESSION, hash=session_hash, user=user, expires=expires)

    def by_session(self, session_hash: str, now: datetime) -> User | None:
        """Whose session it is, while it lasts."""
        found = self._work.run(_BY_SESSION, session=session_hash, now=now).first()
        return None if found is None else _ROWS.build(found)

    def end_session(self, session_hash: str) -> None:
        """Signed out."""
        self._work.run(_END_SESSION, session=session_hash)
