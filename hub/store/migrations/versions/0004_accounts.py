"""Accounts: passwords, second factors, throttled sign-in, sessions that end when nobody uses them.

Revision ID: 0004
"""

from alembic import op

from hub.store.migrations.ddl import create, index

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "credentials",
        """
        "user" {key} NOT NULL, password {key}, former {key}, due {flag} NOT NULL, secret {key}, pending {key},
        step {big} NOT NULL, PRIMARY KEY ("user"), FOREIGN KEY ("user") REFERENCES users (name)
        """,
    )
    create("setup_codes", "hash {key} NOT NULL, expires {moment} NOT NULL, PRIMARY KEY (hash)")
    create(
        "tries",
        """
        key {key} NOT NULL, failed {int} NOT NULL, last {moment} NOT NULL, until {moment} NOT NULL, PRIMARY KEY (key)
        """,
    )
    index("tries_last", "tries (last)")
    # Nobody stays signed in over this step: a session of before has no idle limit.
    op.drop_table("sessions")
    create(
        "sessions",
        """
        hash {key} NOT NULL, "user" {key} NOT NULL, started {moment} NOT NULL, idle {moment} NOT NULL,
        expires {moment} NOT NULL, source {key} NOT NULL, complete {flag} NOT NULL, PRIMARY KEY (hash),
        FOREIGN KEY ("user") REFERENCES users (name)
        """,
    )
    index("sessions_user", 'sessions ("user")')


def downgrade() -> None:
    op.drop_table("sessions")
    create(
        "sessions",
        """
        hash {key} NOT NULL, "user" {key} NOT NULL, expires {moment} NOT NULL, PRIMARY KEY (hash),
        FOREIGN KEY ("user") REFERENCES users (name)
        """,
    )
    op.drop_index("tries_last")
    op.drop_table("tries")
    op.drop_table("setup_codes")
    op.drop_table("credentials")
