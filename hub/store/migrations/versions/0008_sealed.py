"""Sealed bodies and large attachments.

Revision ID: 0008
"""

from alembic import op
from sqlalchemy import text

from hub.core.pieces import PIECE
from hub.store.migrations.ddl import add_column, create, index, postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MOST_BEFORE = 1024 * 1024
"""Bytes an attachment could have until now."""


def upgrade() -> None:
    """Sealed bodies; attachments in pieces."""
    # What was opened of a sealed body; NULL where the envelope itself can be read, and where nothing can.
    add_column("messages", "opened {raw}")
    _pieces()
    _travelling()


def downgrade() -> None:
    """Attachments as one value each, as far as they were allowed to be that large."""
    _whole_again()
    op.drop_table("wants")
    op.drop_table("arrivals")
    op.drop_column("messages", "opened")


def _pieces() -> None:
    create(
        "pieces",
        "content {key} NOT NULL, start {big} NOT NULL, piece {raw} NOT NULL, PRIMARY KEY (content, start)",
    )
    # Pieces do not compress: they are images, videos and documents that are compressed already.
    postgresql("ALTER TABLE pieces ALTER COLUMN piece SET STORAGE EXTERNAL")
    for start in range(0, _MOST_BEFORE, PIECE):
        op.execute(
            f"INSERT INTO pieces SELECT sha256, {start}, substr(content, {start + 1}, {PIECE}) FROM parts "  # noqa: S608
            f"WHERE length(content) > {start}"
        )
    op.execute("ALTER TABLE parts RENAME TO parts_before")
    create(
        "parts",
        "sha256 {key} NOT NULL, media_type {key} NOT NULL, size {big} NOT NULL, content {key} NOT NULL, "
        "CONSTRAINT parts_in_pieces PRIMARY KEY (sha256)",
    )
    op.execute("INSERT INTO parts SELECT sha256, media_type, length(content), sha256 FROM parts_before")
    op.drop_table("parts_before")
    # Chunks of attachments on their way are asked for again, uploads are begun again.
    op.drop_table("part_chunks")
    op.drop_table("uploads")
    create(
        "uploads",
        """
        paper {key} NOT NULL, digest {key} NOT NULL, name {words} NOT NULL, size {big} NOT NULL, here {big} NOT NULL,
        content {key} NOT NULL, who {words} NOT NULL, at {moment} NOT NULL, PRIMARY KEY (paper, digest)
        """,
    )
    index("uploads_at", "uploads (at)")


def _travelling() -> None:
    create(
        "arrivals",
        """
        sender {key} NOT NULL, sha256 {key} NOT NULL, message {key} NOT NULL, size {big} NOT NULL,
        media_type {key} NOT NULL, content {key} NOT NULL, since {moment} NOT NULL, asked {big} NOT NULL,
        at {moment} NOT NULL, failures {int} NOT NULL, fault {words}, PRIMARY KEY (sender, sha256)
        """,
    )
    index("arrivals_since", "arrivals (sender, since, sha256)")
    create(
        "wants",
        """
        id {number}, member {key} NOT NULL, message {key} NOT NULL, part {key} NOT NULL, first {big} NOT NULL,
        last {big} NOT NULL
        """,
    )
    index("wants_place", "wants (member, part, first)", unique=True)
    index("wants_member", "wants (member, id)")


def _whole_again() -> None:
    op.drop_table("uploads")
    create(
        "uploads",
        """
        paper {key} NOT NULL, digest {key} NOT NULL, name {words} NOT NULL, size {int} NOT NULL, content {raw} NOT NULL,
        who {words} NOT NULL, at {moment} NOT NULL, PRIMARY KEY (paper, digest)
        """,
    )
    create(
        "part_chunks",
        """
        sha256 {key} NOT NULL, start {big} NOT NULL, size {big} NOT NULL, chunk {raw} NOT NULL,
        PRIMARY KEY (sha256, start)
        """,
    )
    op.execute("ALTER TABLE parts RENAME TO parts_after")
    create(
        "parts",
        "sha256 {key} NOT NULL, media_type {key} NOT NULL, content {raw} NOT NULL, "
        "CONSTRAINT parts_whole PRIMARY KEY (sha256)",
    )
    bind = op.get_bind()
    kept = bind.execute(text("SELECT sha256, media_type, content FROM parts_after WHERE size <= :most"), _MOST).all()
    for sha256, media_type, content in kept:
        found = bind.execute(
            text("SELECT piece FROM pieces WHERE content = :content ORDER BY start"), {"content": content}
        ).scalars()
        row = {"sha256": sha256, "media_type": media_type, "whole": b"".join(bytes(one) for one in found)}
        bind.execute(text("INSERT INTO parts VALUES (:sha256, :media_type, :whole)"), row)
    op.drop_table("parts_after")
    op.drop_table("pieces")


_MOST = {"most": _MOST_BEFORE}
