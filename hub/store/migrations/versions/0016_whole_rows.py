"""Small messages stand in one row, not cut into pieces beside it.

PostgreSQL lays what makes a row longer than 2 KB aside, in pieces of 2 KB with an index of their own: for an envelope
and what it holds five records more than the row itself. Up to a page of 8 KB the row may stay whole; longer ones are
cut as ever. Rows from before stay as they are.

Revision ID: 0016
"""

from hub.store.migrations.ddl import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """As long as a page can hold it."""
    postgresql("ALTER TABLE messages SET (toast_tuple_target = 8160)")


def downgrade() -> None:
    """As PostgreSQL has it."""
    postgresql("ALTER TABLE messages RESET (toast_tuple_target)")
