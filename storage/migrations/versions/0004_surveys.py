"""Surveys: how a response came and how fast, anonymous ones, those on paper, and results as everybody may see them."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("respondents", "batches", "tallies")

ADDED: tuple[sa.Column[object], ...] = (
    sa.Column("edited_at", UTCDateTime(), nullable=True),
    sa.Column("source", AutoString(length=20), nullable=False, server_default="conversation"),
    sa.Column("batch_id", sa.BigInteger(), nullable=True),
    sa.Column("is_registered", sa.Boolean(), nullable=False, server_default=sa.true()),
    sa.Column("is_verified", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("paces", sa.JSON(), nullable=False, server_default="{}"),
)


def upgrade() -> None:
    op.create_table(
        "respondents",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("survey", AutoString(length=80), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "participant_id"],
            ["participants.tenant_id", "participants.id"],
            name="fk_respondents_tenant_id_participant_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_respondents_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_respondents"),
        sa.UniqueConstraint(
            "tenant_id", "participant_id", "survey", name="uq_respondents_tenant_id_participant_id_survey"
        ),
    )
    op.create_table(
        "batches",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("survey", AutoString(length=80), nullable=False),
        sa.Column("source", AutoString(length=20), nullable=False),
        sa.Column("operator", AutoString(length=120), nullable=False),
        sa.Column("file_hash", AutoString(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("imported_at", UTCDateTime(), nullable=False),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.Column("undone_by", AutoString(length=120), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_batches_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_batches"),
    )
    op.create_table(
        "tallies",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("survey", AutoString(length=80), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("added_up_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_tallies_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "survey", name="pk_tallies"),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for column in ADDED:
        op.add_column("responses", column)
        if is_postgresql and column.server_default is not None:
            op.alter_column("responses", column.name, server_default=None)
    op.create_index("responses_of_survey", "responses", ["tenant_id", "survey", "id"], unique=False)
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
    op.drop_index("responses_of_survey", "responses")
    for column in reversed(ADDED):
        op.drop_column("responses", column.name)
    for table in reversed(TABLES):
        op.drop_table(table)
