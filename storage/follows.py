"""Who asked for news of what."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlmodel import Field

from storage.row import Row


class Follow(Row, table=True):
    """One participant follows one subject: "process:<slug>", "assembly:<slug>" or "proposal:<reference>"."""

    __tablename__ = "follows"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        Index("follows_of_subject", "tenant_id", "subject"),
    )

    participant_id: int = Field(primary_key=True, sa_type=BigInteger)
    subject: str = Field(primary_key=True, max_length=160)
    followed_at: datetime
