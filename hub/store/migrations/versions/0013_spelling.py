"""Names found by other spellings: words made by older rules are known, and made again.

Revision ID: 0013
"""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
