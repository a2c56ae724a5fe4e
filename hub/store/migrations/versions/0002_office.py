"""The work inside an office: papers, numbers, units and leads; users get a level and perhaps a unit.

Revision ID: 0002
"""

from alembic import op

from hub.store.migrations.ddl import add_column, create, index

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "papers",
    "paper_templates",
    "office_events",
    "number_series",
    "numbers",
    "units",
    "assignments",
    "leads",
    "lead_transfers",
)


def upgrade() -> None:
    # Whoever was a user before drafts, but signs nothing off until given a level.
    add_column("users", "level {key} NOT NULL DEFAULT 'handler'")
    add_column("users", "unit {key}")
    _papers()
    _numbers()
    _units()
    _leads()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("users", "unit")
    op.drop_column("users", "level")


def _papers() -> None:
    create(
        "papers",
        """
        id {key} NOT NULL, kind {key} NOT NULL, title {words} NOT NULL, matter {key}, replaces {key},
        "to" {key} NOT NULL, body {raw} NOT NULL, mark {key} NOT NULL, urgency {key} NOT NULL, requested {key},
        parts {key} NOT NULL, state {key} NOT NULL, author {key} NOT NULL, editor {key} NOT NULL, reviewer {words},
        approver {words}, sheet {key}, lead {key}, document {key}, version {int} NOT NULL,
        created_at {moment} NOT NULL, updated_at {moment} NOT NULL, PRIMARY KEY (id)
        """,
    )
    index("papers_state", "papers (state, id)")
    index("papers_matter", "papers (matter)")
    create(
        "paper_templates",
        """
        name {words} NOT NULL, kind {key} NOT NULL, body {raw} NOT NULL, who {words} NOT NULL, at {moment} NOT NULL,
        PRIMARY KEY (name)
        """,
    )
    create(
        "office_events",
        """
        id {number}, subject {key} NOT NULL, act {key} NOT NULL, who {words} NOT NULL, at {moment} NOT NULL,
        comment {words} NOT NULL
        """,
    )
    index("office_events_subject", "office_events (subject)")


def _numbers() -> None:
    create(
        "number_series",
        """
        code {key} NOT NULL, kinds {key} NOT NULL, first {int} NOT NULL, who {words} NOT NULL, at {moment} NOT NULL,
        PRIMARY KEY (code)
        """,
    )
    create(
        "numbers",
        """
        issuer {key} NOT NULL, code {key} NOT NULL, year {int} NOT NULL, seq {int} NOT NULL, doc_no {key} NOT NULL,
        subject {key}, state {key} NOT NULL, reason {words} NOT NULL, who {words} NOT NULL, at {moment} NOT NULL,
        PRIMARY KEY (issuer, code, year, seq)
        """,
    )
    index("numbers_subject", "numbers (subject)")


def _units() -> None:
    create(
        "units",
        """
        code {key} NOT NULL, name {words} NOT NULL, kind {key} NOT NULL, region {key}, accounts {flag} NOT NULL,
        active {flag} NOT NULL, PRIMARY KEY (code)
        """,
    )
    create(
        "assignments",
        """
        id {key} NOT NULL, matter {key} NOT NULL, unit {key} NOT NULL, manner {key} NOT NULL, note {words} NOT NULL,
        due_on {day} NOT NULL, rule {key}, state {key} NOT NULL, reason {words} NOT NULL, urged {int} NOT NULL,
        who {words} NOT NULL, at {moment} NOT NULL, ended_at {moment}, PRIMARY KEY (id)
        """,
    )
    index("assignments_matter", "assignments (matter)")
    index("assignments_unit", "assignments (unit, id)")
    index("assignments_at", "assignments (at)")


def _leads() -> None:
    create(
        "leads",
        """
        id {key} NOT NULL, number {key} NOT NULL, platform_no {key}, source {key} NOT NULL,
        first_receiver {flag} NOT NULL, received_on {day} NOT NULL, due_on {day} NOT NULL, summary {words} NOT NULL,
        came_by {key}, matter {key}, unit {key}, forwarded_at {moment}, outcome {words}, outcome_on {day},
        who {words} NOT NULL, at {moment}, PRIMARY KEY (id)
        """,
    )
    index("leads_number", "leads (number)", unique=True)
    create(
        "lead_transfers",
        """
        matter {key} NOT NULL, number {key} NOT NULL, office {key} NOT NULL, at {moment} NOT NULL,
        PRIMARY KEY (matter)
        """,
    )
    index("lead_transfers_number", "lead_transfers (number)")
