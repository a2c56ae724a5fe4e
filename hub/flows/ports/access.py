"""Who may come in and what is in sight, as the read models give it: accounts, sign-ins, and which unit has what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.flows.ports.people import Session
from hub.flows.rows import User


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A running session and its user; ``due``: a password must be set before anything else."""

    user: User
    session: Session
    due: bool
    factor: bool
    """A second factor is enrolled."""


@dataclass(frozen=True, slots=True)
class Account:
    """What an administrator sees of a user: no hash, no key."""

    user: User
    password: bool
    factor: bool
    """A second factor is enrolled."""
    sessions: int
    """Where the user is signed in now."""
    locked: datetime | None
    """Until when too many wrong tries keep the user out."""


class AccessViews(Protocol):
    """People and programs of one node."""

    def user_of_token(self, token_hash: str) -> User | None:
        """The active user of a bearer token."""
        ...

    def signed_in(self, session_hash: str, now: datetime) -> SignedIn | None:
        """Who is signed in with this session, while it lasts and its user is active."""
        ...

    def accounts(self, now: datetime, name: str | None = None) -> list[Account]:
        """Everybody, by name; or the one of this name."""
        ...

    def sessions_of(self, user: str, now: datetime) -> list[Session]:
        """Where the user is signed in, oldest first."""
        ...

    def units_of(self, matters: Collection[str]) -> dict[str, frozenset[str]]:
        """Units that have or had each of these matters in hand; a matter nobody was given is left out."""
        ...
