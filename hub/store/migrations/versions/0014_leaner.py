"""Less is written for each message: a queue of matters to count instead of a mark in the row, nothing packed in vain.

Revision ID: 0014
"""

from alembic import op

from hub.store.migrations.ddl import add_column, create, index, postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SEALED = {"messages": ("raw", "opened"), "outbox": ("body",), "frames": ("raw",), "pieces": ("piece",)}
"""What was encrypted does not get smaller by packing, and PostgreSQL tries it with every value."""


def upgrade() -> None:
    """Indexes go that only rare work asks for, and leaves without position stand in none by it."""
    create("to_count", "matter {key} NOT NULL PRIMARY KEY")
    op.execute("INSERT INTO to_count (matter) SELECT id FROM matters WHERE NOT counted")
    op.drop_index("matters_uncounted")
    op.drop_column("matters", "counted")
    op.drop_index("to_index_message")
    op.drop_index("matters_open")
    op.drop_index("leaves_position")
    index("leaves_position", "leaves (position)", where="position IS NOT NULL", unique=True)
    _store("EXTERNAL")


def downgrade() -> None:
    """Everything is counted once more."""
    _store("EXTENDED")
    op.drop_index("leaves_position")
    index("leaves_position", "leaves (position)", unique=True)
    index("matters_open", "matters (id)", where="clock IN ('waiting', 'running')")
    index("to_index_message", "to_index (message)", unique=True)
    add_column("matters", "counted {flag} NOT NULL DEFAULT FALSE")
    index("matters_uncounted", "matters (id)", where="NOT counted")
    op.drop_table("to_count")


def _store(manner: str) -> None:
    for table, columns in _SEALED.items():
        for column in columns:
            postgresql(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE {manner}")
