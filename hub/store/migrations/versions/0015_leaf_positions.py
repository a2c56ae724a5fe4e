"""Leaves of the audit log have their positions from the moment they are written.

Those that had none yet get the next ones, oldest first. Contents and hashes are copied as they are.

Revision ID: 0015
"""

from alembic import op

from hub.store.migrations.ddl import create, index, postgresql, sqlite

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_COLUMNS = """
    hash {key} NOT NULL, type {key} NOT NULL, subject {words} NOT NULL, actor {words} NOT NULL, at {moment} NOT NULL,
    salt {raw}, record {raw}
"""


def upgrade() -> None:
    """How far the tree has grown is known apart from how many leaves there are."""
    create("log_sizes", "name {key} NOT NULL PRIMARY KEY, size {big} NOT NULL")
    op.execute("INSERT INTO log_sizes (name, size) SELECT 'grown', coalesce(max(position) + 1, 0) FROM leaves")
    _set_aside("leaves_unsequenced", "leaves_position")
    create("leaves", f"position {{big}} NOT NULL PRIMARY KEY, {_COLUMNS}")
    _copy("position", "position", "WHERE position IS NOT NULL ORDER BY position")
    _copy("position", "size + row_number() OVER (ORDER BY id) - 1", "JOIN log_sizes ON position IS NULL")
    op.execute("INSERT INTO log_sizes (name, size) SELECT 'written', coalesce(max(position) + 1, 0) FROM leaves")
    _index("position")


def downgrade() -> None:
    """What the tree has not grown over gets its position again when it does."""
    _set_aside()
    create("leaves", f"id {{number}}, position {{big}}, {_COLUMNS}")
    numbers = "position + 1, CASE WHEN position < size THEN position END"
    _copy("id, position", numbers, "JOIN log_sizes ON name = 'grown' ORDER BY position")
    postgresql(
        "SELECT setval(pg_get_serial_sequence('leaves', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM leaves), false)"
    )
    postgresql("ALTER TABLE leaves SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000)")
    index("leaves_position", "leaves (position)", where="position IS NOT NULL", unique=True)
    index("leaves_unsequenced", "leaves (id)", where="position IS NULL")
    _index("id")
    op.drop_table("log_sizes")


def _set_aside(*indexes: str) -> None:
    for name in ("leaves_subject", "leaves_actor", "leaves_type", "leaves_at", *indexes):
        op.drop_index(name)
    op.rename_table("leaves", "old_leaves")
    postgresql("ALTER INDEX leaves_pkey RENAME TO old_leaves_pkey")


def _copy(into: str, given: str, which: str) -> None:
    kept = "hash, type, subject, actor, at, salt, record"
    op.execute(f"INSERT INTO leaves ({into}, {kept}) SELECT {given}, {kept} FROM old_leaves {which}")  # noqa: S608 ours


def _index(last: str) -> None:
    op.drop_table("old_leaves")
    index("leaves_subject", f"leaves (subject, {last})")
    index("leaves_actor", f"leaves (actor, {last})", where="actor <> 'node'")
    index("leaves_type", f"leaves (type, {last})", where="actor <> 'node'")
    postgresql("CREATE INDEX leaves_at ON leaves USING brin (at)")
    sqlite("CREATE INDEX leaves_at ON leaves (at)")
