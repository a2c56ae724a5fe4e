"""Port ``Views`` over both databases: opens a reading transaction per question and asks the modules beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from hub.core.errors import Misconfigured
from hub.core.indicators import Period
from hub.flows.rows import User
from hub.store.mapping import Mapping
from hub.store.tables import node, sessions, trust_files, users
from hub.store.trusts import build_trust
from hub.store.views import documents, figures, listing, queues, registers, statistics
from hub.store.views import relations as links
from hub.store.views.duties import Board

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from sqlalchemy import Connection

    from hub.core.indicators import Fact
    from hub.core.reconcile import Compared
    from hub.core.trust import Trust
    from hub.flows.ports.duties import Duty, DutyCounts, DutyFilter
    from hub.flows.ports.figures import Counts, FactFilter, Statistics
    from hub.flows.ports.relations import Relation
    from hub.flows.ports.views import (
        DocumentFilter,
        DocumentRow,
        DocumentView,
        Health,
        MatterFilter,
        MatterView,
        MemberView,
        Page,
    )
    from hub.flows.rows import MatterRow, Quarantined


class Reading(Protocol):
    """A store that can be read without a write lock; ``read`` raises ``DatabaseAway``."""

    @property
    def member(self) -> str:
        """Whose node it is."""
        ...

    def read(self) -> AbstractContextManager[Connection]:
        """A reading transaction."""
        ...


_USERS = Mapping(User, users)
_USER = select(*_USERS.columns).where(users.c.active)
_EARLIER = (
    select(trust_files.c.type, trust_files.c.raw)
    .where(trust_files.c.type.in_(("root", "agreement")))
    .order_by(trust_files.c.version)
)
_FILES = select(trust_files.c.sha256, trust_files.c.raw)


class SqlViews:
    """Read models of one node; safe to share between threads."""

    def __init__(self, store: Reading) -> None:
        self._store = store
        self._trust: tuple[tuple[str, str, str], Trust] | None = None

    def trust(self) -> Trust:
        """The signed files in force, read again only when they changed."""
        with self._store.read() as connection:
            return self._trust_of(connection)

    def user_of_token(self, token_hash: str) -> User | None:
        """The active user of a bearer token."""
        with self._store.read() as connection:
            found = connection.execute(_USER.where(users.c.token_hash == token_hash)).first()
        return _USERS.build(found) if found is not None else None

    def user_of_session(self, session_hash: str, now: datetime) -> User | None:
        """The active user of a running session."""
        query = _USER.join(sessions, sessions.c.user == users.c.name).where(
            sessions.c.hash == session_hash, sessions.c.expires > now
        )
        with self._store.read() as connection:
            found = connection.execute(query).first()
        return _USERS.build(found) if found is not None else None

    def documents(self, wanted: DocumentFilter, cursor: str | None, limit: int) -> Page[DocumentRow]:
        """Copies of documents, newest first."""
        with self._store.read() as connection:
            return documents.documents(connection, self._store.member, wanted, cursor, limit)

    def document(self, document: str) -> DocumentView:
        """All copies of one document."""
        with self._store.read() as connection:
            return documents.document(connection, self._store.member, document)

    def envelope(self, message: str) -> bytes:
        """Signed bytes of one message."""
        with self._store.read() as connection:
            return documents.envelope(connection, message)

    def matters(self, wanted: MatterFilter, cursor: str | None, limit: int, *, now: datetime) -> Page[MatterRow]:
        """Matters, the last moved first."""
        with self._store.read() as connection:
            return listing.matters(connection, self._store.member, wanted, cursor, limit, now)

    def matter(self, matter: str) -> MatterView:
        """One matter with its thread."""
        with self._store.read() as connection:
            return registers.matter(connection, self._store.member, matter, self._trust_of(connection))

    def relations(self, matter: str) -> tuple[Relation, ...]:
        """Links of one matter, both ways."""
        with self._store.read() as connection:
            return links.relations(connection, matter)

    def members(self, *, now: datetime) -> list[MemberView]:
        """The roster with what waits for each."""
        with self._store.read() as connection:
            return queues.members(connection, self._store.member, self._trust_of(connection), now)

    def quarantine(self, cursor: str | None, limit: int) -> Page[Quarantined]:
        """Refused deliveries, newest first."""
        with self._store.read() as connection:
            return queues.quarantined(connection, cursor, limit)

    def one_quarantined(self, item: int) -> Quarantined:
        """One refused delivery with its bytes."""
        with self._store.read() as connection:
            return queues.one_quarantined(connection, item)

    def counts(self, since: date, until: date, *, now: datetime) -> Counts:
        """Figures of a period."""
        with self._store.read() as connection:
            order = list(self._trust_of(connection).members)
            return figures.counts(connection, order, since, until, now)

    def statistics(self, since: date, until: date, *, now: datetime) -> Statistics:
        """Every measure of a period."""
        with self._store.read() as connection:
            return statistics.statistics(connection, self._store.member, self._trust_of(connection), since, until, now)

    def statistic_matters(
        self, wanted: FactFilter, since: date, until: date, cursor: str | None, limit: int, *, now: datetime
    ) -> Page[Fact]:
        """The matters behind one figure."""
        period = Period(since, until, now)
        with self._store.read() as connection:
            trust = self._trust_of(connection)
            return statistics.behind(connection, self._store.member, trust, period, wanted, cursor, limit)

    def reconciliation(self, since: date, until: date, *, now: datetime) -> tuple[Compared, ...]:
        """Reported figures beside this node's own."""
        period = Period(since, until, now)
        with self._store.read() as connection:
            return statistics.reconciliation(connection, self._store.member, self._trust_of(connection), period)

    def duty_counts(self, *, now: datetime) -> DutyCounts:
        """Open duties by slot."""
        with self._store.read() as connection:
            return Board(connection, self._store.member, self._trust_of(connection), now).counts()

    def duties(self, wanted: DutyFilter, cursor: str | None, limit: int, *, now: datetime) -> Page[Duty]:
        """Open duties, the longest overdue first."""
        with self._store.read() as connection:
            return Board(connection, self._store.member, self._trust_of(connection), now).page(wanted, cursor, limit)

    def health(self) -> Health:
        """Depth of the queues."""
        with self._store.read() as connection:
            return queues.health(connection)

    def _trust_of(self, connection: Connection) -> Trust:
        row = connection.execute(select(node)).first()
        if row is None or row.root is None:
            raise Misconfigured("节点尚未初始化：没有成员名册和协作协议", advice="请先运行 hub node init。")
        wanted = (row.root, row.roster, row.agreement)
        kept = self._trust
        if kept is None or kept[0] != wanted:
            files = connection.execute(_FILES.where(trust_files.c.sha256.in_(wanted)))
            earlier = connection.execute(_EARLIER.where(trust_files.c.sha256.not_in(wanted)))
            kept = (wanted, build_trust(wanted, files, earlier))
            self._trust = kept
        return kept[1]
