"""The spine: everything from a recorded decision to its signed receipt, with the audit log and the people.

Revision ID: 0001
"""

from alembic import op

from hub.store.migrations.ddl import create, index, postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "node",
    "trust_files",
    "proposals",
    "outbox",
    "stream_out",
    "stream_in",
    "messages",
    "deliveries",
    "unseen",
    "frames",
    "peers",
    "parked",
    "parts",
    "part_chunks",
    "quarantine",
    "matters",
    "reminder_stages",
    "leaves",
    "users",
    "sign_in_links",
    "sessions",
    "requests",
)
QUEUES = ("outbox", "deliveries", "unseen", "frames", "parked", "matters", "leaves")


def upgrade() -> None:
    _node()
    _traffic()
    _progress()
    _received()
    _register()
    _people()
    _tune()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _node() -> None:
    create(
        "node",
        """
        member {key} NOT NULL, incarnation {key} NOT NULL, fingerprint {key} NOT NULL,
        created {moment} NOT NULL, root {key}, roster {key}, agreement {key},
        PRIMARY KEY (member)
        """,
    )
    create(
        "trust_files",
        """
        sha256 {key} NOT NULL, type {key} NOT NULL, version {int} NOT NULL, raw {raw} NOT NULL,
        PRIMARY KEY (sha256)
        """,
    )
    create("proposals", "number {number}, sha256 {key} NOT NULL, raw {raw} NOT NULL")
    index("proposals_sha256", "proposals (sha256)", unique=True)


def _traffic() -> None:
    create(
        "outbox",
        """
        id {number}, document {key} NOT NULL, kind {key} NOT NULL, version {int} NOT NULL, act {key} NOT NULL,
        audience {key} NOT NULL, matter {key} NOT NULL, title {words} NOT NULL, issued {moment} NOT NULL,
        decided_by {words} NOT NULL, after {key} NOT NULL, replies_to {key}, replaces {key},
        mark {words} NOT NULL, urgency {key} NOT NULL, rule {key}, requested {key}, expires {moment},
        body {raw} NOT NULL, parts {key} NOT NULL
        """,
    )
    index("outbox_matter", "outbox (matter)")
    create(
        "stream_out",
        """
        audience {key} NOT NULL, incarnation {key} NOT NULL, seq {big} NOT NULL, hash {key},
        PRIMARY KEY (audience, incarnation)
        """,
    )
    create(
        "stream_in",
        """
        sender {key} NOT NULL, audience {key} NOT NULL, incarnation {key} NOT NULL, seq {big} NOT NULL,
        hash {key}, frozen {flag} NOT NULL, PRIMARY KEY (sender, audience, incarnation)
        """,
    )
    create(
        "messages",
        """
        id {number}, hash {key} NOT NULL, document {key} NOT NULL, kind {key} NOT NULL, version {int} NOT NULL,
        act {key} NOT NULL, sender {key} NOT NULL, audience {key} NOT NULL, incarnation {key} NOT NULL,
        seq {big} NOT NULL, prev {key}, matter {key} NOT NULL, after {key} NOT NULL, replies_to {key},
        replaces {key}, mark {words} NOT NULL, urgency {key} NOT NULL, rule {key}, requested {key},
        agreement {int} NOT NULL, issued {moment} NOT NULL, sealed {moment} NOT NULL, expires {moment},
        title {words} NOT NULL, status {key} NOT NULL, code {key}, stored_at {moment} NOT NULL,
        decided_by {words} NOT NULL, receipt_frame {key}, raw {raw} NOT NULL, parts {key} NOT NULL
        """,
    )
    index("messages_document", "messages (document)")
    index("messages_hash", "messages (hash)", unique=True)
    index("messages_matter", "messages (matter)")
    index("messages_place", "messages (sender, audience, incarnation, seq)", where="status <> 'copy'", unique=True)
    index("messages_stored", "messages (stored_at, id)")


def _progress() -> None:
    create(
        "deliveries",
        """
        id {number}, message {key} NOT NULL, member {key} NOT NULL, form {key} NOT NULL, status {key} NOT NULL,
        on_wire_at {moment}, stored_at {moment}, code {key}, receipt_frame {key}, attempts {int} NOT NULL
        """,
    )
    index("deliveries_copies", "deliveries (member)", where="form = 'header'")
    index("deliveries_message", "deliveries (message, member)", unique=True)
    index("deliveries_pending", "deliveries (id)", where="status = 'pending'")
    index("deliveries_unanswered", "deliveries (member, id)", where="status = 'on-wire' AND form = 'full'")
    create(
        "unseen",
        """
        id {number}, message {key} NOT NULL, addressee {key} NOT NULL
        """,
    )
    index("unseen_message", "unseen (message)", unique=True)
    create(
        "frames",
        """
        number {number}, id {key} NOT NULL, type {key} NOT NULL, sender {key} NOT NULL, audience {key} NOT NULL,
        raw {raw} NOT NULL, created {moment} NOT NULL, pending {flag} NOT NULL, keep {flag} NOT NULL
        """,
    )
    index("frames_id", "frames (id)", unique=True)
    index("frames_pending", "frames (number)", where="pending")
    create(
        "peers",
        """
        member {key} NOT NULL, last_seen {moment}, heads_sent_at {moment}, heads_got_at {moment},
        asked_at {moment}, PRIMARY KEY (member)
        """,
    )


def _received() -> None:
    create(
        "parked",
        """
        sender {key} NOT NULL, audience {key} NOT NULL, incarnation {key} NOT NULL, seq {big} NOT NULL,
        hash {key} NOT NULL, raw {raw} NOT NULL, waits_for {key} NOT NULL, since {moment} NOT NULL,
        PRIMARY KEY (sender, audience, incarnation, seq, hash)
        """,
    )
    index("parked_hash", "parked (hash)")
    index("parked_waits_for", "parked (waits_for, sender, audience, incarnation)")
    create(
        "parts",
        """
        sha256 {key} NOT NULL, media_type {key} NOT NULL, content {raw} NOT NULL, PRIMARY KEY (sha256)
        """,
    )
    create(
        "part_chunks",
        """
        sha256 {key} NOT NULL, start {big} NOT NULL, size {big} NOT NULL, chunk {raw} NOT NULL,
        PRIMARY KEY (sha256, start)
        """,
    )
    create(
        "quarantine",
        """
        id {number}, sha256 {key} NOT NULL, code {key} NOT NULL, reason {words} NOT NULL, field {words},
        claimed {key} NOT NULL, channel {key} NOT NULL, received_at {moment} NOT NULL, raw {raw} NOT NULL,
        size {big} NOT NULL, times {int} NOT NULL, document {key}
        """,
    )
    index("quarantine_sha256", "quarantine (sha256)", unique=True)


def _register() -> None:
    create(
        "matters",
        """
        id {key} NOT NULL, family {key} NOT NULL, state {key} NOT NULL, title {words} NOT NULL,
        opener {key} NOT NULL, other {key} NOT NULL, document {key} NOT NULL, kind {key} NOT NULL,
        urgency {key} NOT NULL, opened_at {moment} NOT NULL, updated_at {moment} NOT NULL,
        last_act {key} NOT NULL, messages {int} NOT NULL, rule {key}, agreement {int} NOT NULL, calendar {key},
        start {day}, due_strict {day}, due_effective {day}, due_at {moment}, provisional {flag} NOT NULL,
        clock {key} NOT NULL, met_at {moment}, remind_at {moment}, extended {int} NOT NULL,
        by_proxy {flag} NOT NULL, ignored {int} NOT NULL, PRIMARY KEY (id)
        """,
    )
    index("matters_open", "matters (id)", where="clock IN ('waiting', 'running')")
    index("matters_remind", "matters (remind_at, id)", where="remind_at IS NOT NULL")
    index("matters_updated", "matters (updated_at, id)")
    create(
        "reminder_stages",
        """
        matter {key} NOT NULL, stage {key} NOT NULL, at {moment} NOT NULL, PRIMARY KEY (matter, stage)
        """,
    )
    create(
        "leaves",
        """
        id {number}, position {big}, hash {key} NOT NULL, type {key} NOT NULL, subject {words} NOT NULL,
        actor {words} NOT NULL, at {moment} NOT NULL, salt {raw}, record {raw}
        """,
    )
    index("leaves_position", "leaves (position)", unique=True)
    index("leaves_unsequenced", "leaves (id)", where="position IS NULL")


def _people() -> None:
    create(
        "users",
        """
        name {key} NOT NULL, title {words} NOT NULL, role {key} NOT NULL, token_hash {key} NOT NULL,
        active {flag} NOT NULL, PRIMARY KEY (name)
        """,
    )
    index("users_token", "users (token_hash)", unique=True)
    create(
        "sign_in_links",
        """
        hash {key} NOT NULL, "user" {key} NOT NULL, expires {moment} NOT NULL, PRIMARY KEY (hash),
        FOREIGN KEY ("user") REFERENCES users (name)
        """,
    )
    create(
        "sessions",
        """
        hash {key} NOT NULL, "user" {key} NOT NULL, expires {moment} NOT NULL, PRIMARY KEY (hash),
        FOREIGN KEY ("user") REFERENCES users (name)
        """,
    )
    create(
        "requests",
        """
        "user" {key} NOT NULL, key {key} NOT NULL, request {key} NOT NULL, document {key} NOT NULL,
        at {moment} NOT NULL, PRIMARY KEY ("user", key)
        """,
    )


def _tune() -> None:
    """Envelopes do not compress (trying costs as much as the insert itself); dead rows of queues must not pile up."""
    for table, column in (("messages", "raw"), ("frames", "raw"), ("parts", "content"), ("part_chunks", "chunk")):
        postgresql(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")
    for table in QUEUES:
        postgresql(
            f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000)"
        )
