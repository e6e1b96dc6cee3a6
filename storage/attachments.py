"""Photos and documents that people add to what they publish."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary
from sqlmodel import Field

from storage.row import IdRow, Row


class Attachment(IdRow, table=True):
    """One file of an item: known from the turn that published it, fetched from the provider afterwards."""

    __tablename__ = "attachments"
    __table_args__ = (
        Index("attachments_of_item", "tenant_id", "item", "id"),
        Index("attachments_by_state", "tenant_id", "state", "id"),
        Index("attachments_of_participant", "tenant_id", "participant_id", "id"),
    )

    item: str = Field(max_length=160)
    """"proposal:<reference>"."""
    participant_id: int | None = Field(default=None, sa_type=BigInteger)
    """Who added it; None when they are forgotten."""
    channel: str = Field(max_length=20)
    account: str = Field(max_length=40)
    """The tenant that owns the account it came to."""
    external_id: str = Field(max_length=400)
    """The provider's id of the file."""
    name: str = Field(max_length=120)
    media_type: str = Field(max_length=100)
    size: int = 0
    state: str = Field(default="wanted", max_length=12)
    """"wanted", "kept", "refused" (too big, of another kind) or "lost" (the provider no longer has it)."""
    attempts: int = 0
    due_at: datetime
    added_at: datetime
    hidden_at: datetime | None = None


class Content(Row, table=True):
    """The bytes of an attachment, as they are shown: of photos, without what the camera wrote about itself."""

    __tablename__ = "contents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "attachment_id"], ["attachments.tenant_id", "attachments.id"], ondelete="CASCADE"
        ),
    )

    attachment_id: int = Field(primary_key=True, sa_type=BigInteger)
    data: bytes = Field(sa_type=LargeBinary)
