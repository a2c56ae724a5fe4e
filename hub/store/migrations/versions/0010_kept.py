"""Retention and erasure: the office's periods, what is due for review or kept on hold, and what was erased why.

Revision ID: 0010
"""

from alembic import op

from hub.store.migrations.ddl import add_column, create, index

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_FORGET_KEYS = "DELETE FROM subject_keys WHERE message IN (SELECT hash FROM messages WHERE kind = 'blacklist_entry')"
_FORGET_PLACE = "DELETE FROM to_index WHERE message IN (SELECT hash FROM messages WHERE kind = 'blacklist_entry')"
_INDEX_AGAIN = "INSERT INTO to_index (message) SELECT hash FROM messages WHERE kind = 'blacklist_entry' ORDER BY id"


def upgrade() -> None:
    add_column("messages", "erased {key}")
    create("kept_details", "message {key} PRIMARY KEY, detail {key} NOT NULL")
    create(
        "retention_rules",
        """
        id {key} PRIMARY KEY, amount {int} NOT NULL, unit {key} NOT NULL, label {key} NOT NULL, basis {words} NOT NULL,
        active {flag} NOT NULL, who {key} NOT NULL, at {moment} NOT NULL
        """,
    )
    create("retention_looks", "rule {key} PRIMARY KEY, moved {moment} NOT NULL, matter {key} NOT NULL")
    create("retention_terms", "matter {key} PRIMARY KEY, until {day} NOT NULL")
    index("retention_terms_until", "retention_terms (until)")
    create(
        "retention_due",
        "matter {key} PRIMARY KEY, rule {key} NOT NULL, day {day} NOT NULL, at {moment} NOT NULL",
    )
    index("retention_due_day", "retention_due (day, matter)")
    create(
        "retention_holds",
        "matter {key} PRIMARY KEY, reason {words} NOT NULL, who {key} NOT NULL, at {moment} NOT NULL",
    )
    create(
        "erasures",
        """
        id {key} PRIMARY KEY, matter {key} NOT NULL, document {key}, rule {key}, reason {words} NOT NULL,
        basis {words} NOT NULL, state {key} NOT NULL, proposer {key} NOT NULL, proposed_at {moment} NOT NULL,
        decider {key}, decided_at {moment}, comment {words} NOT NULL, done_at {moment}, note {raw}, gone {key} NOT NULL
        """,
    )
    index("erasures_state", "erasures (state, id)")
    index("erasures_matter", "erasures (matter)")
    index("quarantine_document", "quarantine (document)", where="document IS NOT NULL")
    index("papers_document", "papers (document)", where="document IS NOT NULL")
    # Entries indexed before terms were noted are indexed again.
    op.execute(_FORGET_KEYS)
    op.execute(_FORGET_PLACE)
    op.execute(_INDEX_AGAIN)


def downgrade() -> None:
    for table in (
        "erasures",
        "retention_holds",
        "retention_due",
        "retention_terms",
        "retention_looks",
        "retention_rules",
        "kept_details",
    ):
        op.drop_table(table)
    op.drop_index("papers_document")
    op.drop_index("quarantine_document")
    op.drop_column("messages", "erased")
