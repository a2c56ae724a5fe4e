"""People and programs with access, how they prove it, and where they are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, or_, select, update

from hub.flows.ports.people import Credentials, Session, Tries
from hub.flows.rows import User
from hub.store.bulk import Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.tables import credentials, sessions, setup_codes, sign_in_links, tries, users

if TYPE_CHECKING:
    from datetime import datetime

    from hub.store.work import Work

_ROWS = Mapping(User, users)
_PUT = Upsert(users, _ROWS.names, ["name"], replacing(_ROWS.names, ["name"]))
_ALL = select(*_ROWS.columns).order_by(users.c.name)
_GET = select(*_ROWS.columns).where(users.c.name == bindparam("wanted")).with_for_update()
_BY_TOKEN = select(*_ROWS.columns).where(users.c.token_hash == bindparam("token"))

_PROOFS = Mapping(Credentials, credentials)
_PUT_PROOF = Upsert(credentials, _PROOFS.names, ["user"], replacing(_PROOFS.names, ["user"]))
_PROOF = select(*_PROOFS.columns).where(credentials.c.user == bindparam("wanted")).with_for_update()

_ADD_LINK = insert(sign_in_links)
_USE_LINK = (
    delete(sign_in_links)
    .where(sign_in_links.c.hash == bindparam("link"))
    .returning(sign_in_links.c.user, sign_in_links.c.expires)
)
_DROP_LINKS = delete(sign_in_links).where(sign_in_links.c.user == bindparam("wanted"))

_SESSIONS = Mapping(Session, sessions)
_ADD_SESSION = insert(sessions)
_LASTING = select(*_SESSIONS.columns).where(sessions.c.expires > bindparam("now"), sessions.c.idle > bindparam("now"))
_SESSION = _LASTING.where(sessions.c.hash == bindparam("session"))
_OF_USER = _LASTING.where(sessions.c.user == bindparam("wanted")).order_by(sessions.c.started, sessions.c.hash)
_TOUCH = update(sessions).where(sessions.c.hash == bindparam("session")).values(idle=bindparam("until"))
_END_SESSION = delete(sessions).where(sessions.c.hash == bindparam("session"))
_END_SESSIONS = delete(sessions).where(sessions.c.user == bindparam("wanted"), sessions.c.hash != bindparam("but"))

_TRIES = Mapping(Tries, tries)
_PUT_TRIES = Upsert(tries, _TRIES.names, ["key"], replacing(_TRIES.names, ["key"]))
_TRIED = select(*_TRIES.columns).where(tries.c.key == bindparam("wanted")).with_for_update()
_FORGET = delete(tries).where(or_(tries.c.key == bindparam("wanted"), tries.c.last < bindparam("before")))

_ADD_CODE = insert(setup_codes)
_DROP_CODES = delete(setup_codes)
_USE_CODE = delete(setup_codes).where(setup_codes.c.hash == bindparam("code")).returning(setup_codes.c.expires)


class SqlUsers:
    """Port ``Users``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def by_token(self, token_hash: str) -> User | None:
        found = self._work.run(_BY_TOKEN, token=token_hash).first()
        return None if found is None else _ROWS.build(found)

    def get(self, name: str) -> User | None:
        found = self._work.run(_GET, wanted=name).first()
        return None if found is None else _ROWS.build(found)

    def put(self, user: User) -> None:
        _PUT.run(self._work, [_ROWS.values(user)])

    def all(self) -> list[User]:
        return _ROWS.build_all(self._work.tuples(_ALL))

    def credentials(self, user: str) -> Credentials:
        found = self._work.run(_PROOF, wanted=user).first()
        return Credentials(user) if found is None else _PROOFS.build(found)

    def put_credentials(self, credentials: Credentials) -> None:
        _PUT_PROOF.run(self._work, [_PROOFS.values(credentials)])

    def add_link(self, link_hash: str, user: str, expires: datetime) -> None:
        self._work.run(_ADD_LINK, hash=link_hash, user=user, expires=expires)

    def use_link(self, link_hash: str, now: datetime) -> str | None:
        # Deleting it is what makes it work once only.
        found = self._work.run(_USE_LINK, link=link_hash).first()
        return found.user if found is not None and now < found.expires else None

    def drop_links(self, user: str) -> None:
        self._work.run(_DROP_LINKS, wanted=user)

    def add_session(self, session: Session) -> None:
        self._work.run(_ADD_SESSION, **dict(zip(_SESSIONS.names, _SESSIONS.values(session), strict=True)))

    def session(self, session_hash: str, now: datetime) -> Session | None:
        found = self._work.run(_SESSION, session=session_hash, now=now).first()
        return None if found is None else _SESSIONS.build(found)

    def sessions(self, user: str, now: datetime) -> list[Session]:
        return _SESSIONS.build_all(self._work.tuples(_OF_USER, wanted=user, now=now))

    def touch(self, session_hash: str, idle: datetime) -> None:
        self._work.run(_TOUCH, session=session_hash, until=idle)

    def end_session(self, session_hash: str) -> None:
        self._work.run(_END_SESSION, session=session_hash)

    def end_sessions(self, user: str, but: str = "") -> int:
        return self._work.run(_END_SESSIONS, wanted=user, but=but).rowcount

    def tries(self, key: str) -> Tries | None:
        found = self._work.run(_TRIED, wanted=key).first()
        return None if found is None else _TRIES.build(found)

    def put_tries(self, tries: Tries) -> None:
        _PUT_TRIES.run(self._work, [_TRIES.values(tries)])

    def forget_tries(self, key: str, before: datetime) -> None:
        self._work.run(_FORGET, wanted=key, before=before)

    def add_setup_code(self, code_hash: str, expires: datetime) -> None:
        self._work.run(_DROP_CODES)
        self._work.run(_ADD_CODE, hash=code_hash, expires=expires)

    def use_setup_code(self, code_hash: str, now: datetime) -> bool:
        found = self._work.run(_USE_CODE, code=code_hash).first()
        return found is not None and now < found.expires
