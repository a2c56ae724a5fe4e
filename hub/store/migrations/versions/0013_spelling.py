"""Names found by other spellings: words made by older rules are known, and made again.

Revision ID: 0013
"""

from alembic import op

from hub.store.migrations.ddl import add_column, index

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is there was made by the rules before any were counted."""
    add_column("search_texts", "rules {int} NOT NULL DEFAULT 0")
    index("search_texts_rules", "search_texts (rules, id)")


def downgrade() -> None:
    """Back to words that are made once."""
    op.drop_index("search_texts_rules")
    op.drop_column("search_texts", "rules")
