"""Port ``Views`` over both databases: opens a reading transaction per question and asks the modules beside this one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import select

from hub.core.errors import Misconfigured
from hub.store import saved
from hub.store.parts import part_about, part_piece
from hub.store.tables import node, outside_offices, trust_files
from hub.store.trusts import KNOWN, InForce, build_trust
from hub.store.views import access, documents, journal, listing, log, proving, queues, registers, subjects
from hub.store.views import relations as links
from hub.store.views.duties import Board
from hub.store.views.retention import RetentionReading
from hub.store.views.statistics import Figures

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from sqlalchemy import Connection

    from hub.core.indicators import Key, Sum
    from hub.core.reconcile import Compared
    from hub.core.trust import Trust
    from hub.flows.ports.access import Account, SignedIn
    from hub.flows.ports.duties import Duty, DutyCounts, DutyFilter
    from hub.flows.ports.figures import Behind, FactFilter, Statistics
    from hub.flows.ports.journal import Act, ActFilter, Checked, Standing
    from hub.flows.ports.log import Alarm
    from hub.flows.ports.office_rows import Paper, Unit
    from hub.flows.ports.people import Session
    from hub.flows.ports.proving import Papers
    from hub.flows.ports.relations import Relation
    from hub.flows.ports.saved import SavedView
    from hub.flows.ports.subjects import SubjectFilter, SubjectHit
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
    from hub.flows.rows import MatterRow, PartMeta, Quarantined, User
    from hub.store.views.reading import Reading


_EARLIER = (
    select(trust_files.c.type, trust_files.c.raw)
    .where(trust_files.c.type.in_(("root", "agreement")))
    .order_by(trust_files.c.version)
)
_OUTSIDE = select(outside_offices.c.id, outside_offices.c.name)
_FILES = select(trust_files.c.sha256, trust_files.c.raw)


class SqlViews(RetentionReading):
    """Read models of one node; safe to share between threads."""

    def __init__(self, store: Reading) -> None:
        self._store = store
        self._trust: tuple[tuple[InForce, int], Trust] | None = None

    def moment(self) -> AbstractContextManager[None]:
        """One transaction for all questions asked within."""
        return self._store.moment()

    def trust(self) -> Trust:
        """The signed files in force, read again only when they changed."""
        with self._store.read() as connection:
            return self._trust_of(connection)

    def user_of_token(self, token_hash: str) -> User | None:
        """The active user of a bearer token."""
        with self._store.read() as connection:
            return access.user_of_token(connection, token_hash)

    def signed_in(self, session_hash: str, now: datetime) -> SignedIn | None:
        """Who is signed in with this session."""
        with self._store.read() as connection:
            return access.signed_in(connection, session_hash, now)

    def accounts(self, now: datetime, name: str | None = None) -> list[Account]:
        """Everybody, or one, by name."""
        with self._store.read() as connection:
            return access.accounts(connection, now, name)

    def sessions_of(self, user: str, now: datetime) -> list[Session]:
        """Where the user is signed in."""
        with self._store.read() as connection:
            return access.sessions_of(connection, user, now)

    def units_of(self, matters: Collection[str]) -> dict[str, frozenset[str]]:
        """Units that have each of these matters in hand."""
        with self._store.read() as connection:
            return access.units_of(connection, matters)

    def documents(self, wanted: DocumentFilter, cursor: str | None, limit: int) -> Page[DocumentRow]:
        """Copies of documents, newest first."""
        with self._store.read() as connection:
            return documents.documents(connection, self._store.member, wanted, cursor, limit)

    def document(self, document: str) -> DocumentView:
        """All copies of one document."""
        with self._store.read() as connection:
            return documents.document(connection, self._store.member, document)

    def part(self, sha256: str) -> PartMeta | None:
        """An attachment that is whole here."""
        with self._store.read() as connection:
            return part_about(connection, sha256)

    def piece(self, sha256: str, start: int) -> bytes | None:
        """One piece of it."""
        with self._store.read() as connection:
            return part_piece(connection, sha256, start)

    def envelope(self, message: str) -> bytes:
        """Signed bytes of one message."""
        with self._store.read() as connection:
            return documents.envelope(connection, message)

    def matters(self, wanted: MatterFilter, cursor: str | None, limit: int, *, now: datetime) -> Page[MatterRow]:
        """Matters, the last moved first."""
        with self._store.read() as connection:
            return listing.matters(connection, self._store.member, wanted, cursor, limit, now)

    def matter_count(self, wanted: MatterFilter, *, now: datetime, most: int) -> int:
        """How many matters there are, ``most`` at most."""
        with self._store.read() as connection:
            return listing.count(connection, self._store.member, wanted, now, most)

    def document_count(self, wanted: DocumentFilter, *, most: int) -> int:
        """How many openings wait for our signature."""
        with self._store.read() as connection:
            return documents.unsigned(connection, self._store.member, wanted, most)

    def subjects(self, wanted: SubjectFilter, limit: int) -> tuple[SubjectHit, ...]:
        """Subjects found, exact hits first."""
        with self._store.read() as connection:
            return subjects.find(connection, wanted, limit)

    def subject(self, key: int, unit: str | None = None) -> SubjectHit:
        """One subject again."""
        with self._store.read() as connection:
            return subjects.one(connection, key, unit)

    def units(self) -> list[Unit]:
        """Units of the office."""
        with self._store.read() as connection:
            return saved.all_units(connection)

    def papers(self, states: Collection[str], author: str | None, limit: int) -> list[Paper]:
        """Working papers in these states, the last changed first."""
        with self._store.read() as connection:
            return saved.papers_in(connection, states, author, limit)

    def saved_views(self, user: str, screen: str) -> list[SavedView]:
        """One person's views of a list."""
        with self._store.read() as connection:
            return saved.read(connection, user, screen)

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

    def statistics(self, since: date, until: date, *, now: datetime) -> Statistics:
        """Every measure of a period."""
        with self._figures() as figures:
            return figures.statistics(figures.period(since, until, now))

    def overview(
        self, since: date, until: date, trend: tuple[date, date], measures: Collection[str], *, now: datetime
    ) -> tuple[Statistics, dict[date, dict[Key, Sum]]]:
        """Every measure of a period, and totals of some month by month; what is not counted yet is read once."""
        with self._figures() as figures:
            found = figures.statistics(figures.period(since, until, now))
            return found, figures.trend(figures.period(*trend, now), measures)

    def statistic_matters(
        self, wanted: FactFilter, since: date, until: date, cursor: str | None, limit: int, *, now: datetime
    ) -> Page[Behind]:
        """The matters behind one figure."""
        with self._figures() as figures:
            return figures.behind(wanted, figures.period(since, until, now), cursor, limit)

    def reconciliation(self, since: date, until: date, *, now: datetime) -> tuple[Compared, ...]:
        """Reported figures beside this node's own."""
        with self._figures() as figures:
            period = figures.period(since, until, now)
            return figures.reconciliation(period) if period.since < period.until else ()

    @contextmanager
    def _figures(self) -> Iterator[Figures]:
        with self._store.read() as connection:
            yield Figures(connection, self._store.member, self._trust_of(connection))

    def duty_days(self, first: date, last: date, *, now: datetime, unit: str | None = None) -> dict[date, int]:
        """How many of our duties end on each day."""
        with self._store.read() as connection:
            return Board(connection, self._store.member, self._trust_of(connection), now).days(first, last, unit)

    def duty_counts(self, *, now: datetime, unit: str | None = None) -> DutyCounts:
        """Open duties by slot."""
        with self._store.read() as connection:
            return Board(connection, self._store.member, self._trust_of(connection), now).counts(unit)

    def duties(self, wanted: DutyFilter, cursor: str | None, limit: int, *, now: datetime) -> Page[Duty]:
        """Open duties, the longest overdue first."""
        with self._store.read() as connection:
            return Board(connection, self._store.member, self._trust_of(connection), now).page(wanted, cursor, limit)

    def acts(self, wanted: ActFilter, cursor: str | None, limit: int) -> Page[Act]:
        """Leaves of the audit log, newest first."""
        with self._store.read() as connection:
            return journal.acts(connection, wanted, cursor, limit)

    def act_types(self) -> list[str]:
        """Types of leaves there are."""
        with self._store.read() as connection:
            return journal.types(connection)

    def proof_papers(self, wanted: str) -> Papers:
        """What proves a document, or all of a matter."""
        with self._store.read() as connection:
            return proving.papers(connection, wanted)

    def check_acts(self, first: int, limit: int) -> Checked:
        """A stretch of the log, hashed again."""
        with self._store.read() as connection:
            return log.check(connection, self._trust_of(connection), self._store.member, first, limit)

    def log_standing(self) -> Standing:
        """Up to where the log is proved, and by whom."""
        with self._store.read() as connection:
            return log.standing(connection)

    def alarm(self, number: int) -> Alarm:
        """One alarm with its notes."""
        with self._store.read() as connection:
            return log.alarm(connection, number)

    def health(self) -> Health:
        """Depth of the queues."""
        with self._store.read() as connection:
            return queues.health(connection)

    def _trust_of(self, connection: Connection) -> Trust:
        row = connection.execute(select(node, KNOWN)).first()
        if row is None or row.root is None:
            raise Misconfigured("节点尚未初始化：没有成员名册和协作协议", advice="请先运行 hub node init。")
        wanted = (row.root, row.roster, row.agreement)
        kept = self._trust
        if kept is None or kept[0] != (wanted, row.known):
            files = connection.execute(_FILES.where(trust_files.c.sha256.in_(wanted)))
            earlier = connection.execute(_EARLIER.where(trust_files.c.sha256.not_in(wanted)))
            kept = ((wanted, row.known), build_trust(wanted, files, earlier))
            self._trust = kept
        outside = {row.id: row.name for row in connection.execute(_OUTSIDE)}
        return kept[1].naming(outside) if outside else kept[1]
