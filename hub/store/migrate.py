"""Bringing a database to the tables this version needs; several processes may start at once.

When nothing is to be done it is one small query: Alembic is imported only for real work.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from hub.core.errors import Misconfigured
from hub.store.engine import open_engine, parse_url, translated

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

HEAD = "0016"
"""Newest revision; a test compares it with the files."""

SCRIPTS = Path(__file__).parent / "migrations"

_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('hub.migrate'))")
_VERSION = text("SELECT version_num FROM alembic_version")


def migrate(url: str) -> None:
    """Upgrade to the newest revision in one transaction; whoever comes second waits, then finds it done."""
    engine = open_engine(parse_url(url))
    try:
        with translated():
            with engine.connect() as connection:
                found = version(connection)
            if found == HEAD:
                return
            if found is not None and found > HEAD:
                raise Misconfigured(
                    f"数据库由较新的版本建立（{found}），本程序只到 {HEAD}", field="database", advice="请先升级程序。"
                )
            with engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(_ALONE)
                if version(connection) != HEAD:
                    upgrade(connection, HEAD)
    finally:
        engine.dispose()


def version(connection: Connection) -> str | None:
    """Revision the database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(_VERSION).scalar()


def upgrade(connection: Connection, revision: str) -> None:
    """Run the migrations up to ``revision`` inside the caller's transaction."""
    from alembic import command

    command.upgrade(configuration(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take migrations back; ``base`` takes all of them."""
    from alembic import command

    command.downgrade(configuration(connection), revision)


def configuration(connection: Connection) -> Config:
    """Alembic's settings: no file, our connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
