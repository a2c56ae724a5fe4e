"""Offices outside the federation, and what documents name beyond their own matter.

Revision ID: 0005
"""

from alembic import op

from hub.store.migrations.ddl import create, index

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "outside_offices",
        """
        id {key} NOT NULL, name {words} NOT NULL, region {key} NOT NULL, system {key} NOT NULL,
        address {words} NOT NULL, contact {words} NOT NULL, phone {key} NOT NULL, channel {key} NOT NULL,
        active {flag} NOT NULL, PRIMARY KEY (id)
        """,
    )
    create(
        "matter_links",
        """
        matter {key} NOT NULL, relation {key} NOT NULL, other {key} NOT NULL, document {key} NOT NULL,
        PRIMARY KEY (matter, relation, other, document)
        """,
    )
    index("matter_links_other", "matter_links (other, relation)")


def downgrade() -> None:
    op.drop_index("matter_links_other")
    op.drop_table("matter_links")
    op.drop_table("outside_offices")
