"""What was reported, what was decided, and how a text read before it was changed."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKeyConstraint, Index
from sqlmodel import Field

from storage.row import IdRow, Row


class Report(Row, table=True):
    """One person's report of one item: "proposal:<reference>" or "comment:<reference>"."""

    __tablename__ = "reports"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        {"sqlite_with_rowid": False},
    )

    item: str = Field(primary_key=True, max_length=160)
    participant_id: int = Field(primary_key=True, sa_type=BigInteger)
    reason: str = Field(max_length=20)
    """"spam", "offensive" or "does_not_belong"."""
    reported_at: datetime


class Moderation(Row, table=True):
    """Where an item stands with the town's people, from the first report or, where they read first, from the start."""

    __tablename__ = "moderations"
    __table_args__ = (
        Index("moderations_by_state", "tenant_id", "state", "opened_at"),
        {"sqlite_with_rowid": False},
    )

    item: str = Field(primary_key=True, max_length=160)
    state: str = Field(max_length=12)
    """"waiting" (to be published), "reported", "hidden" (by reports), "kept" or "removed" (by a person)."""
    opened_at: datetime
    decided_at: datetime | None = None
    decided_by: str = Field(default="", max_length=120)
    reason: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    """What the author was told, by language."""


class Version(IdRow, table=True):
    """How an item's words read until they were changed, by its author or by a redaction; never shown to citizens."""

    __tablename__ = "versions"
    __table_args__ = (Index("versions_of_item", "tenant_id", "item", "id"),)

    item: str = Field(max_length=160)
    content: dict[str, object] = Field(default_factory=dict, sa_type=JSON)
    """The fields that changed, as they were."""
    why: str = Field(max_length=20)
    """"edited", "redacted" or "reverted"."""
    by: str = Field(max_length=120)
    """As in `audit.Entry.actor`."""
    replaced_at: datetime
