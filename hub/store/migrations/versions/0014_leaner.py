"""Writes less for each message: a queue of matters to count instead of a mark in the row, sealed bytes not compressed

Revision ID: 0014
"""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
