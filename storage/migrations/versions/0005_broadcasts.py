"""Broadcasts: what each person wants to hear of, the runs of a broadcast, and what became of each recipient."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("opt_ins", "schedules", "listed", "occurrences", "recipients")
COUNTS = ("attempts", "failures", "receipts", "late_receipts")
OPEN = sa.text("ended_at is null")


def upgrade() -> None:
    op.create_table(
        "opt_ins",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("topic", AutoString(length=80), nullable=False),
        sa.Column("channel", AutoString(length=20), nullable=False),
        sa.Column("is_in", sa.Boolean(), nullable=False),
        sa.Column("said_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "participant_id"],
            ["participants.tenant_id", "participants.id"],
            name="fk_opt_ins_tenant_id_participant_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_opt_ins_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "participant_id", "topic", "channel", name="pk_opt_ins"),
        sqlite_with_rowid=False,
    )
    op.create_index("opt_ins_of_topic", "opt_ins", ["tenant_id", "topic", "participant_id"], unique=False)
    op.create_table(
        "schedules",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("broadcast", AutoString(length=80), nullable=False),
        sa.Column("words", AutoString(length=200), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_schedules_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "broadcast", name="pk_schedules"),
    )
    op.create_table(
        "listed",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("channel", AutoString(length=20), nullable=False),
        sa.Column("list_name", AutoString(length=60), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_listed_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "hash", "channel", "list_name", name="pk_listed"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "occurrences",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("broadcast", AutoString(length=80), nullable=False),
        sa.Column("local_at", AutoString(length=16), nullable=False),
        sa.Column("topic", AutoString(length=80), nullable=False),
        sa.Column("content", AutoString(), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        sa.Column("begun_by", AutoString(length=120), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("frozen_at", UTCDateTime(), nullable=True),
        sa.Column("is_missed", sa.Boolean(), nullable=False),
        sa.Column("paused_at", UTCDateTime(), nullable=True),
        sa.Column("paused_why", AutoString(length=200), nullable=False),
        sa.Column("cancelled_at", UTCDateTime(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_occurrences_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_occurrences"),
        sa.UniqueConstraint(
            "tenant_id", "broadcast", "local_at", name="uq_occurrences_tenant_id_broadcast_local_at"
        ),
    )
    op.create_index("occurrences_by_end", "occurrences", ["expires_at"], unique=False)
    op.create_table(
        "recipients",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("language", AutoString(length=12), nullable=False),
        sa.Column("lane", AutoString(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("tried", AutoString(length=100), nullable=False),
        sa.Column("reason", AutoString(length=200), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "occurrence_id"],
            ["occurrences.tenant_id", "occurrences.id"],
            name="fk_recipients_tenant_id_occurrence_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_recipients_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "occurrence_id", "participant_id", name="pk_recipients"),
    )
    op.create_index(
        "recipients_open",
        "recipients",
        ["tenant_id", "occurrence_id", "state", "lane", "participant_id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("recipients_of_participant", "recipients", ["tenant_id", "participant_id"], unique=False)
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.add_column("consents", sa.Column("topic", AutoString(length=80), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("occurrence_id", sa.BigInteger(), nullable=True))
    if is_postgresql:
        op.alter_column("consents", "topic", server_default=None)
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
    op.drop_column("outbox", "occurrence_id")
    op.drop_column("consents", "topic")
    for table in reversed(TABLES):
        op.drop_table(table)
