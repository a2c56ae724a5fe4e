"""Which messages name an attachment; who looked at personal data until when, and what peers told of it.

The full text index of SQLite learns to follow a changed row, for the pairs in it can be blinded by another key.

Revision ID: 0012
"""

import json

import sqlalchemy as sa
from alembic import op

from hub.store.migrations.ddl import create, index, sqlite

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ATTACHED = "SELECT DISTINCT matter, document, parts FROM messages WHERE status = 'stored' AND parts <> '[]'"
_NAME = "INSERT INTO matter_links (matter, relation, other, document) VALUES (:matter, 'part', :other, :document)"
_CHANGE = """CREATE TRIGGER search_fts_change AFTER UPDATE OF tokens ON search_texts
BEGIN
INSERT INTO search_fts (search_fts, rowid, tokens) VALUES ('delete', old.id, old.tokens);
INSERT INTO search_fts (rowid, tokens) VALUES (new.id, new.tokens);
END"""


def upgrade() -> None:
    create(
        "unmaskings",
        """
        id {key} NOT NULL, who {key} NOT NULL, object {key} NOT NULL, document {key} NOT NULL, matter {key} NOT NULL,
        role {key} NOT NULL, purpose {key} NOT NULL, at {moment} NOT NULL, until {moment} NOT NULL, owner {key},
        heard_at {moment}, PRIMARY KEY (id)
        """,
    )
    index("unmaskings_object", "unmaskings (who, object)")
    index("unmaskings_untold", "unmaskings (owner, id)", where="owner IS NOT NULL AND heard_at IS NULL")
    create(
        "peer_looks",
        """
        member {key} NOT NULL, id {key} NOT NULL, document {key} NOT NULL, role {key} NOT NULL, purpose {key} NOT NULL,
        at {moment} NOT NULL, told_at {moment} NOT NULL, PRIMARY KEY (member, id)
        """,
    )
    index("peer_looks_document", "peer_looks (document)")
    sqlite(_CHANGE)
    connection = op.get_bind()
    named = {
        (row.matter, row.document, part[0])
        for row in connection.execute(sa.text(_ATTACHED))
        for part in json.loads(row.parts)
    }
    rows = [{"matter": matter, "document": document, "other": digest} for matter, document, digest in sorted(named)]
    if rows:
        connection.execute(sa.text(_NAME), rows)


def downgrade() -> None:
    op.execute("DELETE FROM matter_links WHERE relation = 'part'")
    sqlite("DROP TRIGGER search_fts_change")
    op.drop_table("peer_looks")
    op.drop_table("unmaskings")
