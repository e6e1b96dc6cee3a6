"""Codes on their way: a person says where else they can be reached, and types back what was sent there."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary
from sqlmodel import Field

from storage.row import IdRow


class Pairing(IdRow, table=True):
    """One code that was sent to an address, at most one at a time for each person and for each address."""

    __tablename__ = "pairings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        Index("pairings_of_address", "tenant_id", "channel", "hash"),
        Index("pairings_of_participant", "tenant_id", "participant_id", "id"),
    )

    participant_id: int = Field(sa_type=BigInteger)
    """Who asked."""
    channel: str = Field(max_length=20)
    hash: bytes = Field(sa_type=LargeBinary)
    """Of the other address, as `addresses.hash`."""
    code: bytes = Field(sa_type=LargeBinary)
    """A keyed hash of the code."""
    sent_at: datetime
    tries: int = 0
    ended_at: datetime | None = None
