"""Of what each person wants to hear, topic by topic and channel by channel."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlmodel import Field, col, select

from storage.row import Row

if TYPE_CHECKING:
    from storage.database import Db

AREA = "area:"
"""Before the slug of a part of the town, which is opted in to as a topic is."""


class OptIn(Row, table=True):
    """The last word of one person on one topic and channel; the proof of it is a `Consent`."""

    __tablename__ = "opt_ins"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        Index("opt_ins_of_topic", "tenant_id", "topic", "participant_id"),
        {"sqlite_with_rowid": False},
    )

    participant_id: int = Field(primary_key=True, sa_type=BigInteger)
    topic: str = Field(primary_key=True, max_length=80)
    """The slug of a topic of the town, or `AREA` and the slug of a part of it."""
    channel: str = Field(primary_key=True, max_length=20)
    is_in: bool
    said_at: datetime


def opt_ins_of(db: "Db", participant_id: int) -> Sequence[OptIn]:
    """All that a person has said of topics."""
    return db.all(select(OptIn).where(col(OptIn.participant_id) == participant_id).order_by(col(OptIn.topic)))


def opt_ins_among(db: "Db", participant_ids: Collection[int], topic: str) -> Sequence[OptIn]:
    """What these people have said of a topic."""
    return db.all(select(OptIn).where(col(OptIn.participant_id).in_(participant_ids), col(OptIn.topic) == topic))
