"""What a person asked to be reminded of, once its day comes."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from storage.row import IdRow


class Reminder(IdRow, table=True):
    """One message that a person asked for: "supporting opens in this process"."""

    __tablename__ = "reminders"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("tenant_id", "participant_id", "subject", "action"),
        Index(
            "reminders_untold",
            "tenant_id",
            "due_at",
            sqlite_where=text("told_at is null"),
            postgresql_where=text("told_at is null"),
        ),
    )

    participant_id: int = Field(sa_type=BigInteger)
    subject: str = Field(max_length=160)
    """As in `Follow.subject`."""
    action: str = Field(max_length=20)
    """What will be possible, as in `Action`."""
    due_at: datetime
    told_at: datetime | None = None
