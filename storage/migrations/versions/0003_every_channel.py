"""Every channel: what became of a message at the provider, what it cost, and several addresses of one person."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("pairings", "spendings")

ADDED: tuple[tuple[str, sa.Column[object]], ...] = (
    ("addresses", sa.Column("heard_at", UTCDateTime(), nullable=True)),
    ("addresses", sa.Column("proved_at", UTCDateTime(), nullable=True)),
    ("addresses", sa.Column("doubted_at", UTCDateTime(), nullable=True)),
    ("outbox", sa.Column("tried_at", UTCDateTime(), nullable=True)),
    ("outbox", sa.Column("is_uncertain", sa.Boolean(), nullable=False, server_default=sa.false())),
    ("outbox", sa.Column("segments", sa.Integer(), nullable=False, server_default="0")),
    ("outbox", sa.Column("cost", sa.Integer(), nullable=False, server_default="0")),
    ("outbox", sa.Column("delivery", AutoString(length=12), nullable=False, server_default="unknown")),
    ("outbox", sa.Column("delivery_code", AutoString(length=20), nullable=False, server_default="")),
    ("outbox", sa.Column("delivered_at", UTCDateTime(), nullable=True)),
)


def upgrade() -> None:
    op.create_table(
        "pairings",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", AutoString(length=20), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("lane", AutoString(length=64), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "participant_id"],
            ["participants.tenant_id", "participants.id"],
            name="fk_pairings_tenant_id_participant_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_pairings_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_pairings"),
    )
    op.create_index("pairings_of_address", "pairings", ["tenant_id", "channel", "hash"], unique=False)
    op.create_index("pairings_of_participant", "pairings", ["tenant_id", "participant_id", "id"], unique=False)
    op.create_table(
        "spendings",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("lane", AutoString(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_spendings_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_spendings"),
    )
    op.create_index("spendings_of_lane", "spendings", ["lane", "day"], unique=False)
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, column in ADDED:
        op.add_column(table, column)
        if is_postgresql and column.server_default is not None:
            op.alter_column(table, column.name, server_default=None)
    uncertain = sa.text("state = 'uncertain'")
    op.create_index(
        "outbox_uncertain", "outbox", ["ended_at"], sqlite_where=uncertain, postgresql_where=uncertain
    )
    # Whoever is known has written to us from their one address.
    op.execute(
        "UPDATE addresses SET heard_at = sessions.updated_at, proved_at = sessions.updated_at FROM sessions "
        "WHERE sessions.tenant_id = addresses.tenant_id AND sessions.participant_id = addresses.participant_id"
    )
    if is_postgresql:
        secure()


def secure() -> None:
    """The new tables behind the same border as the first ones."""
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY of_tenant ON {table} "
            "USING (tenant_id = current_setting('app.tenant', true) OR current_setting('app.tenant', true) = '*') "
            "WITH CHECK (tenant_id = current_setting('app.tenant', true) OR current_setting('app.tenant', true) = '*')"
        )
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO participabot_app")


def downgrade() -> None:
    op.drop_index("outbox_uncertain", "outbox")
    for table, column in reversed(ADDED):
        op.drop_column(table, column.name)
    for table in reversed(TABLES):
        op.drop_table(table)
