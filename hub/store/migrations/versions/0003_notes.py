"""Notes about matters, recounts under a newer agreement, and the indexes of the board and the register's filters.

Revision ID: 0003
"""

from alembic import op

from hub.store.migrations.ddl import create, index

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "matter_notes",
        """
        id {number}, matter {key} NOT NULL, at {moment} NOT NULL, text {words} NOT NULL
        """,
    )
    index("matter_notes_matter", "matter_notes (matter, id)")
    create(
        "recounts",
        """
        name {key} NOT NULL, was {int} NOT NULL, after {key} NOT NULL, PRIMARY KEY (name)
        """,
    )
    index("matters_due", "matters (due_at, id)", where="clock = 'running'")


def downgrade() -> None:
    op.drop_index("matters_due")
    op.drop_table("recounts")
    op.drop_table("matter_notes")
