"""The application that the console's measurement asks, and people signed in to it."""

from __future__ import annotations

from datetime import timedelta

from fastapi import FastAPI

from hub.app import new_id, salt
from hub.core.ids import sha256
from hub.flows.ports.people import Session
from hub.flows.rows import User
from hub.keystore.passwords import Argon2Passwords
from hub.store.session import SqlStore, open_store
from hub.store.views import SqlViews
from hub.web.app import create_app
from hub.web.deps import WebNode
from tests.builders import NOW, YULIN
from tests.builders_fields import FIELDS

MEMBER = YULIN
AT = NOW + timedelta(days=1)
"""The day it is for the measured node; the register ends with it."""
ROLES = ("officer", "clerk", "sysadmin", "secadmin", "auditor")
"""People of the office, each signed in; the first who may open a screen is measured on it."""


def application(database: str) -> FastAPI:
    """The pages of the node in this database, on a clock that stands still."""
    store = open_store(database, MEMBER, FIELDS)
    return create_app(WebNode(MEMBER, store, SqlViews(store), lambda: AT, new_id, salt, Argon2Passwords(), demo=True))


def sign_in(store: SqlStore) -> None:
    """One of each role, with a running session."""
    end = AT + timedelta(days=1)
    with store.begin() as uow:
        for role in ROLES:
            level = "principal_head" if role == "officer" else "handler"
            uow.users.put(User(role, "某某", role, sha256(role.encode()), level=level))
            uow.users.add_session(Session(sha256(_session(role).encode()), role, AT, end, end, "127.0.0.1"))


def cookie(role: str) -> tuple[str, str]:
    """Name and value of the cookie by which this one is known."""
    return f"hub-{MEMBER}", _session(role)


def _session(role: str) -> str:
    return f"session-of-{role}"
