"""The tree of the audit log: its nodes, checkpoints and what witnesses said.

Revision ID: 0007
"""

from alembic import op

from hub.store.migrations.ddl import create, index

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "tree_nodes", 'level {int} NOT NULL, "index" {big} NOT NULL, hash {raw} NOT NULL, PRIMARY KEY (level, "index")'
    )
    create(
        "tree_rounds",
        "name {key} NOT NULL PRIMARY KEY, position {big} NOT NULL, started {moment} NOT NULL, ended {moment}",
    )
    create(
        "checkpoints",
        """
        origin {key} NOT NULL, size {big} NOT NULL, root {raw} NOT NULL, note {words} NOT NULL, at {moment} NOT NULL,
        PRIMARY KEY (origin, size)
        """,
    )
    create(
        "cosigners",
        """
        member {key} NOT NULL, origin {key} NOT NULL, size {big} NOT NULL, note {words}, at {moment},
        offered {big} NOT NULL, offered_at {moment}, PRIMARY KEY (member, origin)
        """,
    )
    create(
        "witnessed",
        """
        origin {key} NOT NULL, size {big} NOT NULL, root {raw} NOT NULL, member {key} NOT NULL, note {words} NOT NULL,
        at {moment} NOT NULL, PRIMARY KEY (origin, size)
        """,
    )
    index("witnessed_at", "witnessed (at)")
    create(
        "alarms",
        """
        id {number}, member {key} NOT NULL, kind {key} NOT NULL, place {key} NOT NULL, why {words} NOT NULL,
        at {moment} NOT NULL, first {words}, second {words}, settled_at {moment}
        """,
    )
    index("alarms_place", "alarms (member, kind, place)", unique=True)
    index("alarms_open", "alarms (member)", where="settled_at IS NULL")
    # No position has been promised to anybody yet: the sequencer gives them again and builds the tree as it does.
    op.execute("UPDATE leaves SET position = NULL")


def downgrade() -> None:
    for table in ("alarms", "witnessed", "cosigners", "checkpoints", "tree_rounds", "tree_nodes"):
        op.drop_table(table)
