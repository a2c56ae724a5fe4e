"""Ports onto people and programs with access: who they are, how they prove it, and where they are signed in.

What proves somebody is kept as a hash or, where it must be computed with (the second factor), by itself; no list of
users ever carries it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.flows.rows import User


@dataclass(frozen=True, slots=True)
class Credentials:
    """How one person proves who it is."""

    user: str
    password: str | None = None
    """PHC string of the password's hash; None: signs in by a one-time link alone."""
    former: str | None = None
    """The hash before it, which may not come back."""
    due: bool = False
    """A password must be set before anything else."""
    secret: str | None = None
    """Key of the second factor, base32 (RFC 6238); None: not enrolled."""
    pending: str | None = None
    """A key that was shown and not yet confirmed by a code."""
    step: int = 0
    """Time step of the last code that was accepted: each works once."""


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. It ends at ``expires`` at the latest, and at ``idle`` if nothing is asked for until then."""

    hash: str
    """SHA-256 of the cookie."""
    user: str
    started: datetime
    idle: datetime
    expires: datetime
    source: str
    """Network address it came from."""
    complete: bool = True
    """False: the password was right, the code of the second factor is still to come."""


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries under one key: an account or a source address."""

    key: str
    failed: int
    last: datetime
    until: datetime
    """Before this moment no further try is looked at."""


MOST_WRONG = 5
"""So many wrong tries in a row lock an account."""


def account_key(name: str) -> str:
    """Under what the tries on one account are counted, whether it exists or not."""
    return f"account:{name.lower()}"


def source_key(address: str) -> str:
    """Under what the tries from one network address are counted."""
    return f"source:{address}"


class Passwords(Protocol):
    """Slow hashes of passwords; ``Unavailable`` when too many are asked for at once."""

    def hash(self, password: str) -> str:
        """A salted hash, to be stored."""
        ...

    def fits(self, password: str, stored: str | None) -> bool:
        """Whether ``stored`` is of this password; None costs the same time and is False."""
        ...


class Users(Protocol):
    """People and programs with access."""

    def by_token(self, token_hash: str) -> User | None: ...
    def get(self, name: str) -> User | None:
        """Row-locked until commit: two administrators never change one user at once."""
        ...

    def put(self, user: User) -> None:
        """Insert or replace by name."""
        ...

    def all(self) -> list[User]:
        """Everybody, by name."""
        ...

    def credentials(self, user: str) -> Credentials:
        """Row-locked until commit; empty ones for who has none."""
        ...

    def put_credentials(self, credentials: Credentials) -> None:
        """Insert or replace by user."""
        ...

    def add_link(self, link_hash: str, user: str, expires: datetime) -> None:
        """A one-time sign-in link."""
        ...

    def use_link(self, link_hash: str, now: datetime) -> str | None:
        """Burn the link and return its user; None if unknown, used or expired."""
        ...

    def drop_links(self, user: str) -> None:
        """No link of the user works any more."""
        ...

    def add_session(self, session: Session) -> None: ...
    def session(self, session_hash: str, now: datetime) -> Session | None:
        """The session, while it lasts."""
        ...

    def sessions(self, user: str, now: datetime) -> list[Session]:
        """Where the user is signed in, oldest first."""
        ...

    def touch(self, session_hash: str, idle: datetime) -> None:
        """The session was used: it lasts until ``idle``, if nothing else ends it."""
        ...

    def end_session(self, session_hash: str) -> None: ...
    def end_sessions(self, user: str, but: str = "") -> int:
        """End all of the user's, except the one with the hash ``but``; tells how many."""
        ...

    def tries(self, key: str) -> Tries | None:
        """Row-locked until commit."""
        ...

    def put_tries(self, tries: Tries) -> None:
        """Insert or replace by key."""
        ...

    def forget_tries(self, key: str, before: datetime) -> None:
        """Forget those under ``key``, and all whose last one lies before ``before``."""
        ...

    def add_setup_code(self, code_hash: str, expires: datetime) -> None:
        """The one code by which the first administrators may be made; an earlier one ends."""
        ...

    def use_setup_code(self, code_hash: str, now: datetime) -> bool:
        """Burn the code; False if unknown, used or expired."""
        ...
