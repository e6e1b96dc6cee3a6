"""The first schema, and on PostgreSQL the role and the row-level security that stand behind the store's own border."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "tenants",
    "approvals",
    "audit",
    "bindings",
    "claims",
    "consents",
    "happenings",
    "outbox",
    "participants",
    "proposals",
    "quarantine",
    "revisions",
    "survey_revisions",
    "addresses",
    "follows",
    "responses",
    "sessions",
)
APPEND_ONLY = ("audit",)


def upgrade() -> None:
    op.create_table(
        "tenants",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("revision", AutoString(length=64), nullable=False),
        sa.Column("applied_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", name="pk_tenants"),
    )
    op.create_table(
        "approvals",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("space", AutoString(length=80), nullable=False),
        sa.Column("approved_by", AutoString(length=120), nullable=False),
        sa.Column("approved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_approvals_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "space", name="pk_approvals"),
    )
    op.create_table(
        "audit",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("actor", AutoString(length=120), nullable=False),
        sa.Column("action", AutoString(length=40), nullable=False),
        sa.Column("subject", AutoString(length=160), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_audit_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_audit"),
    )
    op.create_table(
        "bindings",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("channel", AutoString(length=20), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("town", AutoString(length=40), nullable=False),
        sa.Column("bound_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_bindings_tenant_id"),
        sa.ForeignKeyConstraint(["town"], ["tenants.tenant_id"], name="fk_bindings_town"),
        sa.PrimaryKeyConstraint("tenant_id", "channel", "hash", name="pk_bindings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "claims",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("channel", AutoString(length=20), nullable=False),
        sa.Column("external_id", AutoString(length=200), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_claims_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "channel", "external_id", name="pk_claims"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "consents",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", AutoString(length=20), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("version", AutoString(length=40), nullable=False),
        sa.Column("text_hash", AutoString(length=64), nullable=False),
        sa.Column("language", AutoString(length=12), nullable=False),
        sa.Column("channel", AutoString(length=20), nullable=False),
        sa.Column("inbound_id", AutoString(length=200), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_consents_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_consents"),
    )
    op.create_index("consents_of_participant", "consents", ["tenant_id", "participant_id", "id"], unique=False)
    op.create_table(
        "happenings",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", AutoString(length=40), nullable=False),
        sa.Column("subject", AutoString(length=160), nullable=False),
        sa.Column("happened_at", UTCDateTime(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_happenings_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_happenings"),
    )
    op.create_index(
        "happenings_untold",
        "happenings",
        ["tenant_id", "id"],
        unique=False,
        sqlite_where=sa.text("told_at is null"),
        postgresql_where=sa.text("told_at is null"),
    )
    op.create_table(
        "outbox",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("lane", AutoString(length=64), nullable=False),
        sa.Column("channel", AutoString(length=20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("reply", "update", "broadcast", name="purpose", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column("content", AutoString(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("queued", "sending", "sent", "failed", "uncertain", name="state", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("leased_by", AutoString(length=32), nullable=False),
        sa.Column("leased_until", UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("parts_sent", sa.Integer(), nullable=False),
        sa.Column("external_id", AutoString(length=200), nullable=False),
        sa.Column("reason", AutoString(length=200), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("is_farewell", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_outbox_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_outbox"),
    )
    op.create_index("outbox_of_participant", "outbox", ["tenant_id", "participant_id", "state", "id"], unique=False)
    op.create_index(
        "outbox_queued_of_lane",
        "outbox",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_table(
        "participants",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("language", AutoString(length=12), nullable=False),
        sa.Column("public_name", AutoString(length=60), nullable=False),
        sa.Column("attested_age", sa.Integer(), nullable=False),
        sa.Column("attested_at", UTCDateTime(), nullable=True),
        sa.Column("accepted_terms", AutoString(length=40), nullable=False),
        sa.Column("accepted_terms_at", UTCDateTime(), nullable=True),
        sa.Column("wants_updates", sa.Boolean(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_participants_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_participants"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "proposals",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("reference", AutoString(length=60), nullable=False),
        sa.Column("code", AutoString(length=32), nullable=False),
        sa.Column("process", AutoString(length=80), nullable=False),
        sa.Column("phase", AutoString(length=80), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("author_name", AutoString(length=60), nullable=False),
        sa.Column("language", AutoString(length=12), nullable=False),
        sa.Column("title", AutoString(length=150), nullable=False),
        sa.Column("body", AutoString(), nullable=False),
        sa.Column("place", AutoString(length=200), nullable=False),
        sa.Column("category", AutoString(length=80), nullable=False),
        sa.Column("state", AutoString(length=40), nullable=False),
        sa.Column("state_published_at", UTCDateTime(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_proposals_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_proposals"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_proposals_tenant_id_code"),
        sa.UniqueConstraint("tenant_id", "reference", name="uq_proposals_tenant_id_reference"),
    )
    op.create_index("proposals_of_author", "proposals", ["tenant_id", "author_id", "id"], unique=False)
    op.create_index("proposals_of_process", "proposals", ["tenant_id", "process", "id"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("channel", AutoString(length=20), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("reason", AutoString(length=200), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_quarantine_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_quarantine"),
    )
    op.create_table(
        "revisions",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("hash", AutoString(length=64), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("applied_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_revisions_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "hash", name="pk_revisions"),
    )
    op.create_table(
        "survey_revisions",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("survey", AutoString(length=80), nullable=False),
        sa.Column("hash", AutoString(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_survey_revisions_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "survey", "hash", name="pk_survey_revisions"),
    )
    op.create_table(
        "addresses",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", AutoString(length=20), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("lane", AutoString(length=64), nullable=False),
        sa.Column("stopped_at", UTCDateTime(), nullable=True),
        sa.Column("stopped_reason", AutoString(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "participant_id"],
            ["participants.tenant_id", "participants.id"],
            name="fk_addresses_tenant_id_participant_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_addresses_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_addresses"),
        sa.UniqueConstraint("tenant_id", "channel", "hash", name="uq_addresses_tenant_id_channel_hash"),
    )
    op.create_index("addresses_of_participant", "addresses", ["tenant_id", "participant_id", "id"], unique=False)
    op.create_table(
        "follows",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", AutoString(length=160), nullable=False),
        sa.Column("followed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "participant_id"],
            ["participants.tenant_id", "participants.id"],
            name="fk_follows_tenant_id_participant_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_follows_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "participant_id", "subject", name="pk_follows"),
    )
    op.create_index("follows_of_subject", "follows", ["tenant_id", "subject"], unique=False)
    op.create_table(
        "responses",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("survey", AutoString(length=80), nullable=False),
        sa.Column("revision", AutoString(length=64), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=True),
        sa.Column("receipt", AutoString(length=32), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("channel", AutoString(length=20), nullable=False),
        sa.Column("language", AutoString(length=12), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "survey", "revision"],
            ["survey_revisions.tenant_id", "survey_revisions.survey", "survey_revisions.hash"],
            name="fk_responses_tenant_id_survey_revision",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_responses_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_responses"),
        sa.UniqueConstraint(
            "tenant_id", "participant_id", "survey", name="uq_responses_tenant_id_participant_id_survey"
        ),
    )
    op.create_table(
        "sessions",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "participant_id"],
            ["participants.tenant_id", "participants.id"],
            name="fk_sessions_tenant_id_participant_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_sessions_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "participant_id", name="pk_sessions"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        secure()


def secure() -> None:
    """A turn runs as a role that owns nothing, and sees the rows of the tenant it names; '*' is every tenant."""
    op.execute(
        """
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'participabot_app') THEN
                CREATE ROLE participabot_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$
        """
    )
    op.execute("GRANT participabot_app TO CURRENT_USER")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY of_tenant ON {table} "
            "USING (tenant_id = current_setting('app.tenant', true) OR current_setting('app.tenant', true) = '*') "
            "WITH CHECK (tenant_id = current_setting('app.tenant', true) OR current_setting('app.tenant', true) = '*')"
        )
        rights = "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        op.execute(f"GRANT {rights} ON {table} TO participabot_app")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
