"""People with access in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hub.flows.ports.people import Credentials, Session, Tries
from hub.flows.rows import User
from tests.memory.journal import Concern, Journal, write


class MemoryUsers(Concern):
    name = "users"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[str, User] = {}
        self.tokens: dict[str, str] = {}
        self.proofs: dict[str, Credentials] = {}
        self.links: dict[str, tuple[str, datetime]] = {}
        self.open: dict[str, Session] = {}
        self.counted: dict[str, Tries] = {}
        self.codes: dict[str, datetime] = {}

    def by_token(self, token_hash: str) -> User | None:
        name = self.tokens.get(token_hash)
        return None if name is None else self.rows[name]

    def get(self, name: str) -> User | None:
        return self.rows.get(name)

    @write
    def put(self, user: User) -> None:
        known = self.rows.get(user.name)
        if known is not None:
            self.journal.drop(self.tokens, known.token_hash)
        self.journal.put(self.rows, user.name, user)
        self.journal.put(self.tokens, user.token_hash, user.name)

    def all(self) -> list[User]:
        return [user for _, user in sorted(self.rows.items())]

    def credentials(self, user: str) -> Credentials:
        return self.proofs.get(user, Credentials(user))

    @write
    def put_credentials(self, credentials: Credentials) -> None:
        self.journal.put(self.proofs, credentials.user, credentials)

    @write
    def add_link(self, link_hash: str, user: str, expires: datetime) -> None:
        self.journal.put(self.links, link_hash, (user, expires))

    @write
    def use_link(self, link_hash: str, now: datetime) -> str | None:
        if link_hash not in self.links:
            return None
        user, expires = self.links[link_hash]
        self.journal.drop(self.links, link_hash)
        return user if now < expires else None

    @write
    def drop_links(self, user: str) -> None:
        for link in [link for link, (whose, _) in self.links.items() if whose == user]:
            self.journal.drop(self.links, link)

    @write
    def add_session(self, session: Session) -> None:
        self.journal.put(self.open, session.hash, session)

    def session(self, session_hash: str, now: datetime) -> Session | None:
        found = self.open.get(session_hash)
        return found if found is not None and now < min(found.idle, found.expires) else None

    def sessions(self, user: str, now: datetime) -> list[Session]:
        found = [one for one in self.open.values() if one.user == user and now < min(one.idle, one.expires)]
        return sorted(found, key=lambda one: (one.started, one.hash))

    @write
    def touch(self, session_hash: str, idle: datetime) -> None:
        if session_hash in self.open:
            self.journal.put(self.open, session_hash, replace(self.open[session_hash], idle=idle))

    @write
    def end_session(self, session_hash: str) -> None:
        if session_hash in self.open:
            self.journal.drop(self.open, session_hash)

    @write
    def end_sessions(self, user: str, but: str = "") -> int:
        ended = [one.hash for one in self.open.values() if one.user == user and one.hash != but]
        for session_hash in ended:
            self.journal.drop(self.open, session_hash)
        return len(ended)

    def tries(self, key: str) -> Tries | None:
        return self.counted.get(key)

    @write
    def put_tries(self, tries: Tries) -> None:
        self.journal.put(self.counted, tries.key, tries)

    @write
    def forget_tries(self, key: str, before: datetime) -> None:
        for one in [one for one in self.counted.values() if one.key == key or one.last < before]:
            self.journal.drop(self.counted, one.key)

    @write
    def add_setup_code(self, code_hash: str, expires: datetime) -> None:
        for code in list(self.codes):
            self.journal.drop(self.codes, code)
        self.journal.put(self.codes, code_hash, expires)

    @write
    def use_setup_code(self, code_hash: str, now: datetime) -> bool:
        if code_hash not in self.codes:
            return False
        expires = self.codes[code_hash]
        self.journal.drop(self.codes, code_hash)
        return now < expires
