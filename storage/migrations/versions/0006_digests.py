"""Digests and judgements: how often each person hears on which channel, and what people say became of a proposal."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("preferences", "notes", "inquiries", "judgements")
UNTOLD, UNASKED = sa.text("told_at is null"), sa.text("asked_at is null")


def of_participant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "participant_id"],
        ["participants.tenant_id", "participants.id"],
        name=f"fk_{table}_tenant_id_participant_id",
        ondelete="CASCADE",
    )


def of_tenant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name=f"fk_{table}_tenant_id")


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", AutoString(length=20), nullable=False),
        sa.Column("pace", sa.String(length=12), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_to", sa.Integer(), nullable=True),
        of_participant("preferences"),
        of_tenant("preferences"),
        sa.PrimaryKeyConstraint("tenant_id", "participant_id", "channel", name="pk_preferences"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notes",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", AutoString(length=40), nullable=False),
        sa.Column("subject", AutoString(length=160), nullable=False),
        sa.Column("happened_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        of_participant("notes"),
        of_tenant("notes"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_notes"),
    )
    op.create_index(
        "notes_due",
        "notes",
        ["tenant_id", "due_at"],
        unique=False,
        sqlite_where=UNTOLD,
        postgresql_where=UNTOLD,
    )
    op.create_index("notes_of_participant", "notes", ["tenant_id", "participant_id", "told_at"], unique=False)
    op.create_table(
        "inquiries",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("reference", AutoString(length=60), nullable=False),
        sa.Column("claimed", sa.String(length=12), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
        of_tenant("inquiries"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_inquiries"),
        sa.UniqueConstraint("tenant_id", "reference", "claimed", name="uq_inquiries_tenant_id_reference_claimed"),
    )
    op.create_index(
        "inquiries_open",
        "inquiries",
        ["tenant_id", "since"],
        unique=False,
        sqlite_where=UNASKED,
        postgresql_where=UNASKED,
    )
    op.create_table(
        "judgements",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("reference", AutoString(length=60), nullable=False),
        sa.Column("claimed", sa.String(length=12), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
        sa.Column("is_repeat", sa.Boolean(), nullable=False),
        sa.Column("said", sa.String(length=12), nullable=False),
        sa.Column("said_at", UTCDateTime(), nullable=True),
        of_participant("judgements"),
        of_tenant("judgements"),
        sa.PrimaryKeyConstraint("tenant_id", "reference", "claimed", "participant_id", name="pk_judgements"),
    )
    op.create_index(
        "judgements_due",
        "judgements",
        ["tenant_id", "due_at"],
        unique=False,
        sqlite_where=UNASKED,
        postgresql_where=UNASKED,
    )
    op.create_index("judgements_of_participant", "judgements", ["tenant_id", "participant_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
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
    quicken()


def quicken() -> None:
    """Ask for the tenant once a statement instead of once a row, on every table."""
    tenant = "(SELECT current_setting('app.tenant', true))"
    is_theirs = f"tenant_id = {tenant} OR {tenant} = '*'"
    having = "SELECT tablename FROM pg_policies WHERE policyname = 'of_tenant' AND schemaname = current_schema()"
    for table in op.get_bind().execute(sa.text(having)).scalars().all():
        op.execute(f"ALTER POLICY of_tenant ON {table} USING ({is_theirs}) WITH CHECK ({is_theirs})")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
