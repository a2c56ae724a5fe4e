"""Whom a node restored from a backup still has to hear before it signs anything.

Revision ID: 0011
"""

from alembic import op

from hub.store.migrations.ddl import add_column

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A list of members, as JSON; empty for a node that goes on as ever."""
    add_column("node", "waits_for {words} NOT NULL DEFAULT '[]'")


def downgrade() -> None:
    """Back to a node that never waits."""
    op.drop_column("node", "waits_for")
