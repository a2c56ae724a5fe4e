"""What the console keeps: saved views, uploads in progress, notices.

Revision ID: 0006
"""

from alembic import op

from hub.store.migrations.ddl import add_column, create, index, postgresql, sqlite

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _figures()
    _finding()
    _uploads()
    _journal()


def _journal() -> None:
    index("leaves_subject", "leaves (subject, id)")
    # What the machine itself writes is most of the log: only what people did is indexed by person and type.
    index("leaves_actor", "leaves (actor, id)", where="actor <> 'node'")
    index("leaves_type", "leaves (type, id)", where="actor <> 'node'")
    # Leaves come in the order of time, so PostgreSQL needs only the range of each block.
    postgresql("CREATE INDEX leaves_at ON leaves USING brin (at)")
    sqlite("CREATE INDEX leaves_at ON leaves (at)")


def _figures() -> None:
    # Matters of before are counted in the background, batch by batch.
    add_column("matters", "counted {flag} NOT NULL DEFAULT FALSE")
    index("matters_uncounted", "matters (id)", where="NOT counted")
    create(
        "figure_facts",
        """
        matter {key} NOT NULL, measure {key} NOT NULL, day {day} NOT NULL, member {key} NOT NULL, peer {key} NOT NULL,
        numerator {int} NOT NULL, denominator {int} NOT NULL, open {int} NOT NULL, judged {moment}, mark {key} NOT NULL,
        PRIMARY KEY (matter, measure, day)
        """,
    )
    index("figure_facts_measure", "figure_facts (measure, day, matter)")
    index("figure_facts_judged", "figure_facts (judged)", where="judged IS NOT NULL")
    create(
        "figure_sums",
        """
        month {day} NOT NULL, measure {key} NOT NULL, member {key} NOT NULL, peer {key} NOT NULL,
        numerator {big} NOT NULL, denominator {big} NOT NULL, open {big} NOT NULL,
        PRIMARY KEY (month, measure, member, peer)
        """,
    )


def _uploads() -> None:
    create(
        "uploads",
        """
        paper {key} NOT NULL, digest {key} NOT NULL, name {words} NOT NULL, size {int} NOT NULL, content {raw} NOT NULL,
        who {words} NOT NULL, at {moment} NOT NULL, PRIMARY KEY (paper, digest)
        """,
    )


def _finding() -> None:
    index("matters_place", "matters (family, state, other)")
    index("messages_kind", "messages (kind, stored_at, id)")
    index("deliveries_odd", "deliveries (id)", where="status IN ('refused', 'held', 'withheld')")
    create("to_index", "id {number}, message {key} NOT NULL")
    index("to_index_message", "to_index (message)", unique=True)
    op.execute("INSERT INTO to_index (message) SELECT hash FROM messages ORDER BY id")
    create("search_texts", "id {number}, message {key} NOT NULL, matter {key} NOT NULL, words {words} NOT NULL")
    index("search_texts_message", "search_texts (message)", unique=True)
    index("search_texts_matter", "search_texts (matter)")
    # The pairs of characters are made by the hub; the database only has to find them side by side.
    postgresql("CREATE INDEX search_fts ON search_texts USING gin (to_tsvector('simple', words))")
    sqlite("CREATE VIRTUAL TABLE search_fts USING fts5 (words, content = 'search_texts', content_rowid = 'id')")
    sqlite(
        "CREATE TRIGGER search_fts_add AFTER INSERT ON search_texts BEGIN"
        " INSERT INTO search_fts (rowid, words) VALUES (new.id, new.words); END"
    )
    sqlite(
        "CREATE TRIGGER search_fts_drop AFTER DELETE ON search_texts BEGIN"
        " INSERT INTO search_fts (search_fts, rowid, words) VALUES ('delete', old.id, old.words); END"
    )
    create(
        "subject_keys",
        """
        id {number}, message {key} NOT NULL, matter {key} NOT NULL, sort {key} NOT NULL, value {key} NOT NULL,
        owner {words} NOT NULL, type {key} NOT NULL, role {key} NOT NULL
        """,
    )
    index("subject_keys_value", "subject_keys (value, sort)")
    index("subject_keys_message", "subject_keys (message)")
    create(
        "saved_views",
        """
        "user" {key} NOT NULL, screen {key} NOT NULL, name {words} NOT NULL, query {words} NOT NULL,
        at {moment} NOT NULL, PRIMARY KEY ("user", screen, name)
        """,
    )


def downgrade() -> None:
    for name in ("leaves_at", "leaves_type", "leaves_actor", "leaves_subject"):
        op.drop_index(name)
    op.drop_table("uploads")
    op.drop_table("saved_views")
    op.drop_table("subject_keys")
    sqlite("DROP TABLE search_fts")
    op.drop_table("search_texts")
    op.drop_table("to_index")
    op.drop_index("deliveries_odd")
    op.drop_index("messages_kind")
    op.drop_index("matters_place")
    op.drop_table("figure_sums")
    op.drop_table("figure_facts")
    op.drop_index("matters_uncounted")
    op.drop_column("matters", "counted")
