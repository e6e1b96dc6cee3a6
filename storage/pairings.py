"""Codes on their way: a person says where else they can be reached, and types back what was sent there."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary
from sqlmodel import Field, col, select

from storage.row import IdRow

if TYPE_CHECKING:
    from storage.database import Db


class Pairing(IdRow, table=True):
    """One code that a person asked to be sent to an address; they may have one at a time."""

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
    sealed: bytes = Field(sa_type=LargeBinary)
    """The other address, as `addresses.sealed`."""
    lane: str = Field(max_length=64)
    """Which way out reaches it, as `addresses.lane`."""
    code: bytes = Field(sa_type=LargeBinary)
    """A keyed hash of the code; empty where nothing was sent."""
    sent_at: datetime
    tries: int = 0
    ended_at: datetime | None = None


_WAS_SENT = col(Pairing.code) != b""
_IS_OPEN = (_WAS_SENT, col(Pairing.ended_at).is_(None))


def count_asked(db: "Db", participant_id: int, since: datetime) -> int:
    """How many codes a person has asked for, those that were not sent too."""
    return db.count(select(Pairing).where(Pairing.participant_id == participant_id, col(Pairing.sent_at) > since))


def count_sent(db: "Db", channel: str, hash: bytes, since: datetime) -> int:
    """How many codes an address was sent, whoever asked."""
    theirs = (Pairing.channel == channel, Pairing.hash == hash)
    return db.count(select(Pairing).where(*theirs, _WAS_SENT, col(Pairing.sent_at) > since))


def open_pairing_by(db: "Db", participant_id: int, since: datetime) -> Pairing | None:
    """The code that a person waits for, as it is now."""
    theirs = (Pairing.participant_id == participant_id, *_IS_OPEN, col(Pairing.sent_at) > since)
    found = db.all(select(Pairing).where(*theirs).execution_options(populate_existing=True))
    return max(found, key=lambda pairing: pairing.id, default=None)


def open_pairings_to(db: "Db", channel: str, hash: bytes, since: datetime) -> Sequence[Pairing]:
    """The codes that an address has got and that still count, as they are now, the newest first."""
    theirs = (Pairing.channel == channel, Pairing.hash == hash, *_IS_OPEN, col(Pairing.sent_at) > since)
    found = db.all(select(Pairing).where(*theirs).execution_options(populate_existing=True))
    return sorted(found, key=lambda pairing: pairing.id, reverse=True)
