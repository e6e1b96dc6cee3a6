"""Taking part: supports, comments, attachments, reminders, moderation, tickets, erasures, and the chain of the audit log."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "attachments",
    "comments",
    "erasures",
    "moderations",
    "seals",
    "versions",
    "contents",
    "reminders",
    "reports",
    "stems",
    "supports",
    "tickets",
    "ticket_messages",
)
APPEND_ONLY = ("seals",)

ADDED: tuple[tuple[str, sa.Column[object]], ...] = (
    ("happenings", sa.Column("actor_id", sa.BigInteger(), nullable=True)),
    ("happenings", sa.Column("told_until", sa.BigInteger(), nullable=False, server_default="0")),
    ("participants", sa.Column("is_easy", sa.Boolean(), nullable=False, server_default=sa.false())),
    ("participants", sa.Column("blocked_at", UTCDateTime(), nullable=True)),
    ("participants", sa.Column("blocked_reason", AutoString(length=300), nullable=False, server_default="")),
    ("participants", sa.Column("data_sent_at", UTCDateTime(), nullable=True)),
    ("proposals", sa.Column("updated_at", UTCDateTime(), nullable=True)),
    ("proposals", sa.Column("hidden_at", UTCDateTime(), nullable=True)),
    ("proposals", sa.Column("hidden_reason", AutoString(length=20), nullable=False, server_default="")),
    ("proposals", sa.Column("supports_kept", sa.Integer(), nullable=False, server_default="0")),
    ("sessions", sa.Column("ticket_id", sa.BigInteger(), nullable=True)),
)


def upgrade() -> None:
    op.drop_index("follows_of_subject", table_name="follows")
    op.create_index("follows_of_subject", "follows", ["tenant_id", "subject", "participant_id"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("item", AutoString(length=160), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", AutoString(length=20), nullable=False),
        sa.Column("account", AutoString(length=40), nullable=False),
        sa.Column("external_id", AutoString(length=400), nullable=False),
        sa.Column("name", AutoString(length=120), nullable=False),
        sa.Column("media_type", AutoString(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", AutoString(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("hidden_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_attachments_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_attachments"),
    )
    op.create_index(
        "attachments_due",
        "attachments",
        ["tenant_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("due_at is not null"),
        postgresql_where=sa.text("due_at is not null"),
    )
    op.create_index(
        "attachments_of_participant", "attachments", ["tenant_id", "participant_id", "id"], unique=False
    )
    op.create_index("attachments_of_item", "attachments", ["tenant_id", "item", "id"], unique=False)
    op.create_table(
        "comments",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("reference", AutoString(length=60), nullable=False),
        sa.Column("code", AutoString(length=32), nullable=False),
        sa.Column("subject", AutoString(length=160), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("author_name", AutoString(length=60), nullable=False),
        sa.Column("language", AutoString(length=12), nullable=False),
        sa.Column("body", AutoString(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.Column("hidden_at", UTCDateTime(), nullable=True),
        sa.Column("hidden_reason", AutoString(length=20), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"], ["comments.tenant_id", "comments.id"], name="fk_comments_tenant_id_parent_id"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_comments_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_comments"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_comments_tenant_id_code"),
        sa.UniqueConstraint("tenant_id", "reference", name="uq_comments_tenant_id_reference"),
    )
    op.create_index("comments_of_author", "comments", ["tenant_id", "author_id", "id"], unique=False)
    op.create_index(
        "comments_of_subject", "comments", ["tenant_id", "subject", "parent_id", "id"], unique=False
    )
    op.create_table(
        "erasures",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", UTCDateTime(), nullable=False),
        sa.Column("destroy_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_erasures_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_erasures"),
    )
    op.create_index("erasures_to_destroy", "erasures", ["tenant_id", "destroy_at"], unique=False)
    op.create_table(
        "moderations",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("item", AutoString(length=160), nullable=False),
        sa.Column("state", AutoString(length=12), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("ground", AutoString(length=20), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by", AutoString(length=120), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("appealed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_moderations_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "item", name="pk_moderations"),
        sqlite_with_rowid=False,
    )
    op.create_index("moderations_by_state", "moderations", ["tenant_id", "state", "opened_at"], unique=False)
    op.create_index(
        "moderations_appealed",
        "moderations",
        ["tenant_id", "appealed_at"],
        unique=False,
        sqlite_where=sa.text("appealed_at is not null"),
        postgresql_where=sa.text("appealed_at is not null"),
    )
    op.create_table(
        "seals",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", AutoString(length=64), nullable=False),
        sa.Column("sealed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_seals_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "place", name="pk_seals"),
        sa.UniqueConstraint("tenant_id", "entry_id", name="uq_seals_tenant_id_entry_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "versions",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("item", AutoString(length=160), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("why", AutoString(length=20), nullable=False),
        sa.Column("by", AutoString(length=120), nullable=False),
        sa.Column("replaced_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_versions_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_versions"),
    )
    op.create_index("versions_of_item", "versions", ["tenant_id", "item", "id"], unique=False)
    op.create_table(
        "contents",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("attachment_id", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "attachment_id"],
            ["attachments.tenant_id", "attachments.id"],
            name="fk_contents_tenant_id_attachment_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_contents_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "attachment_id", name="pk_contents"),
    )
    op.create_table(
        "reminders",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", AutoString(length=160), nullable=False),
        sa.Column("action", AutoString(length=20), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.Column(
            "ending",
            sa.Enum("waiting", "told", "gone", "unwanted", name="ending", native_enum=False, length=12),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "participant_id"],
            ["participants.tenant_id", "participants.id"],
            name="fk_reminders_tenant_id_participant_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_reminders_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_reminders"),
        sa.UniqueConstraint(
            "tenant_id",
            "participant_id",
            "subject",
            "action",
            name="uq_reminders_tenant_id_participant_id_subject_action",
        ),
    )
    op.create_index(
        "reminders_untold",
        "reminders",
        ["tenant_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("told_at is null"),
        postgresql_where=sa.text("told_at is null"),
    )
    op.create_table(
        "reports",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("item", AutoString(length=160), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", AutoString(length=20), nullable=False),
        sa.Column("reported_at", UTCDateTime(), nullable=False),
        sa.Column("judged_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "participant_id"],
            ["participants.tenant_id", "participants.id"],
            name="fk_reports_tenant_id_participant_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_reports_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "item", "participant_id", name="pk_reports"),
        sqlite_with_rowid=False,
    )
    op.create_index("reports_of_participant", "reports", ["tenant_id", "participant_id"], unique=False)
    op.create_table(
        "stems",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("process", AutoString(length=80), nullable=False),
        sa.Column("stem", AutoString(length=40), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "proposal_id"],
            ["proposals.tenant_id", "proposals.id"],
            name="fk_stems_tenant_id_proposal_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_stems_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "process", "stem", "proposal_id", name="pk_stems"),
        sqlite_with_rowid=False,
    )
    op.create_index("stems_of_proposal", "stems", ["tenant_id", "proposal_id"], unique=False)
    op.create_table(
        "supports",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("process", AutoString(length=80), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "participant_id"],
            ["participants.tenant_id", "participants.id"],
            name="fk_supports_tenant_id_participant_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "proposal_id"],
            ["proposals.tenant_id", "proposals.id"],
            name="fk_supports_tenant_id_proposal_id",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_supports_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "proposal_id", "participant_id", name="pk_supports"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "supports_of_participant",
        "supports",
        ["tenant_id", "participant_id", "process", "counts", "given_at"],
        unique=False,
    )
    op.create_table(
        "tickets",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code", AutoString(length=32), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", AutoString(length=20), nullable=False),
        sa.Column("about", AutoString(length=160), nullable=False),
        sa.Column("state", AutoString(length=12), nullable=False),
        sa.Column("taken_by", AutoString(length=120), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("attended_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "participant_id"],
            ["participants.tenant_id", "participants.id"],
            name="fk_tickets_tenant_id_participant_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_tickets_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_tickets"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_tickets_tenant_id_code"),
    )
    op.create_index("tickets_by_closing", "tickets", ["tenant_id", "closed_at", "id"], unique=False)
    op.create_index("tickets_of_participant", "tickets", ["tenant_id", "participant_id", "id"], unique=False)
    op.create_index(
        "tickets_taken",
        "tickets",
        ["attended_at"],
        unique=False,
        sqlite_where=sa.text("state = 'taken'"),
        postgresql_where=sa.text("state = 'taken'"),
    )
    op.create_table(
        "ticket_messages",
        sa.Column("tenant_id", AutoString(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("author", AutoString(length=120), nullable=False),
        sa.Column("text", AutoString(), nullable=False),
        sa.Column("said_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["tickets.tenant_id", "tickets.id"],
            name="fk_ticket_messages_tenant_id_ticket_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_ticket_messages_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_ticket_messages"),
    )
    op.create_index("messages_of_ticket", "ticket_messages", ["tenant_id", "ticket_id", "id"], unique=False)

    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, column in ADDED:
        op.add_column(table, column)
        if is_postgresql and column.server_default is not None:
            op.alter_column(table, column.name, server_default=None)
    op.create_index(
        "sessions_owned",
        "sessions",
        ["tenant_id", "participant_id"],
        unique=False,
        sqlite_where=sa.text("ticket_id is not null"),
        postgresql_where=sa.text("ticket_id is not null"),
    )
    op.create_index("happenings_of_actor", "happenings", ["tenant_id", "actor_id"], unique=False)
    op.create_index("happenings_of_subject", "happenings", ["tenant_id", "subject"], unique=False)
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
        rights = "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        op.execute(f"GRANT {rights} ON {table} TO participabot_app")


def downgrade() -> None:
    op.drop_index("follows_of_subject", table_name="follows")
    op.create_index("follows_of_subject", "follows", ["tenant_id", "subject"], unique=False)
    op.drop_index("sessions_owned", "sessions")
    op.drop_index("happenings_of_subject", table_name="happenings")
    op.drop_index("happenings_of_actor", table_name="happenings")
    for table, column in reversed(ADDED):
        op.drop_column(table, column.name)
    for table in reversed(TABLES):
        op.drop_table(table)
