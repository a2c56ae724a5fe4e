"""Fields encrypted at rest and their blind index.

What stands in the sealed columns already stays readable and is sealed by ``hub keys rotate-fields``; what people search
by is emptied here and made again from the messages, blinded.

Revision ID: 0009
"""

from alembic import op

from hub.store.migrations.ddl import create, index, postgresql, sqlite

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KEYS = "id {number}, message {key} NOT NULL, matter {key} NOT NULL, sort {key} NOT NULL,"
_TEXTS = "id {number}, message {key} NOT NULL, matter {key} NOT NULL, words {words} NOT NULL"
_REST = "owner {words} NOT NULL, type {key} NOT NULL, role {key} NOT NULL"
_SQLITE = "CREATE VIRTUAL TABLE search_fts USING fts5 ({0}, content = 'search_texts', content_rowid = 'id')"
_SQLITE_ADD = """CREATE TRIGGER search_fts_add AFTER INSERT ON search_texts
BEGIN INSERT INTO search_fts (rowid, {0}) VALUES (new.id, new.{0}); END"""
_SQLITE_DROP = """CREATE TRIGGER search_fts_drop AFTER DELETE ON search_texts
BEGIN INSERT INTO search_fts (search_fts, rowid, {0}) VALUES ('delete', old.id, old.{0}); END"""


def upgrade() -> None:
    _drop_index()
    create("search_texts", f"{_TEXTS}, tokens {{words}} NOT NULL")
    _index_texts("tokens")
    create("subject_keys", f"{_KEYS} value {{words}} NOT NULL, blind {{key}} NOT NULL, {_REST}")
    index("subject_keys_blind", "subject_keys (blind, sort)")
    index("subject_keys_message", "subject_keys (message)")


def downgrade() -> None:
    _drop_index()
    create("search_texts", _TEXTS)
    _index_texts("words")
    create("subject_keys", f"{_KEYS} value {{key}} NOT NULL, {_REST}")
    index("subject_keys_value", "subject_keys (value, sort)")
    index("subject_keys_message", "subject_keys (message)")


def _drop_index() -> None:
    """Every message waits for the index again, which the worker makes when nothing else waits."""
    sqlite("DROP TABLE search_fts")
    op.drop_table("search_texts")
    op.drop_table("subject_keys")
    op.execute("DELETE FROM to_index")
    op.execute("INSERT INTO to_index (message) SELECT hash FROM messages ORDER BY id")


def _index_texts(column: str) -> None:
    index("search_texts_message", "search_texts (message)", unique=True)
    index("search_texts_matter", "search_texts (matter)")
    postgresql(f"CREATE INDEX search_fts ON search_texts USING gin (to_tsvector('simple', {column}))")
    sqlite(_SQLITE.format(column))
    sqlite(_SQLITE_ADD.format(column))
    sqlite(_SQLITE_DROP.format(column))
