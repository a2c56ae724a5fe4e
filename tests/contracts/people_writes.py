"""Writes about people with access: name, what must stand before, the change, a read that tells before from after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.flows.ports import UnitOfWork
from hub.flows.ports.people import Credentials, Session, Tries
from tests.builders import NOW, digest, moment, user

Step = Callable[[UnitOfWork], Any]
LATER = moment(60)
OPEN = Session(digest("session"), "officer", NOW, LATER, LATER, "10.1.2.3")


def _nothing(uow: UnitOfWork) -> None:
    pass


def _known(uow: UnitOfWork) -> None:
    uow.users.put(user("officer"))


def _signed_in(uow: UnitOfWork) -> None:
    _known(uow)
    uow.users.add_link(digest("link"), "officer", LATER)
    uow.users.add_session(OPEN)


def _sessions(uow: UnitOfWork) -> Any:
    return uow.users.sessions("officer", NOW)


def _link(uow: UnitOfWork) -> Any:
    return uow.users.use_link(digest("link"), NOW)


def _code(uow: UnitOfWork) -> Any:
    return uow.users.use_setup_code(digest("code"), NOW)


def _tries(uow: UnitOfWork) -> Any:
    return uow.users.tries("account:officer")


def _tried(uow: UnitOfWork) -> None:
    uow.users.put_tries(Tries("account:officer", 1, NOW, LATER))


def _set_up(uow: UnitOfWork) -> None:
    uow.users.add_setup_code(digest("code"), LATER)


PEOPLE_WRITES: tuple[tuple[str, Step, Step, Step], ...] = (
    ("users.put", _nothing, _known, lambda uow: uow.users.all()),
    (
        "users.put_credentials",
        _known,
        lambda uow: uow.users.put_credentials(Credentials("officer", password="$argon2id$")),
        lambda uow: uow.users.credentials("officer"),
    ),
    ("users.add_link", _known, lambda uow: uow.users.add_link(digest("link"), "officer", LATER), _link),
    ("users.use_link", _signed_in, _link, _link),
    ("users.drop_links", _signed_in, lambda uow: uow.users.drop_links("officer"), _link),
    ("users.add_session", _known, lambda uow: uow.users.add_session(OPEN), _sessions),
    ("users.touch", _signed_in, lambda uow: uow.users.touch(OPEN.hash, moment(30)), _sessions),
    ("users.end_session", _signed_in, lambda uow: uow.users.end_session(OPEN.hash), _sessions),
    ("users.end_sessions", _signed_in, lambda uow: uow.users.end_sessions("officer"), _sessions),
    ("users.put_tries", _nothing, _tried, _tries),
    ("users.forget_tries", _tried, lambda uow: uow.users.forget_tries("account:officer", NOW), _tries),
    ("users.add_setup_code", _nothing, _set_up, _code),
    ("users.use_setup_code", _set_up, _code, _code),
)
