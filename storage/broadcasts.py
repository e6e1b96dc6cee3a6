"""Occurrences of broadcasts, and what became of each recipient of each."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, col, func, select, update

from storage.row import IdRow, Row, by_value, new_id

if TYPE_CHECKING:
    from storage.database import Db

OPEN = "ended_at is null"
_STRETCH = 1000


class RecipientState(StrEnum):
    """Where one recipient stands. The first three are open: something is still to come."""

    WAITING = "waiting"
    ENQUEUED = "enqueued"
    SENT = "sent"
    """It has left, and the provider's word on its arrival is awaited."""
    DELIVERED = "delivered"
    HANDED_OVER = "handed_over"
    """It has left by a channel that says nothing more, such as email."""
    UNDELIVERED = "undelivered"
    """`Recipient.reason` says why."""
    NO_RECEIPT = "no_receipt"
    """It has left, and the provider has said nothing for 72 hours."""
    OPTED_OUT = "opted_out"
    NO_CHANNEL = "no_channel"
    """Wants to hear of it, and cannot be reached where they said so."""
    CAPPED = "capped"
    """Has had as much of the topic as the town allows itself."""
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"
    """Nobody can tell whether it has left; it is not sent again."""
    UNRENDERED = "unrendered"
    """A placeholder has nothing to stand for, for this person."""
    CANCELLED = "cancelled"
    MOOT = "moot"
    """Is no longer in the audience: has done meanwhile what it asks for."""
    DOUBLE = "double"
    """Turned out to be the same person as another recipient."""


UNSENT = (RecipientState.WAITING, RecipientState.ENQUEUED)


class Occurrence(IdRow, table=True):
    """One run of a broadcast, with its words frozen. It has finished when no recipient is open: a query, no column."""

    __tablename__ = "occurrences"
    __table_args__ = (
        UniqueConstraint("tenant_id", "broadcast", "local_at"),
        Index("occurrences_by_end", "expires_at"),
    )

    broadcast: str = Field(max_length=80)
    """Its slug."""
    local_at: str = Field(max_length=16)
    """The town's own date and time, "2026-12-01T10:00": the same one never runs twice."""
    topic: str = Field(max_length=80)
    content: str
    """JSON of `flows.participation.broadcast.Broadcast`, as it was when this began."""
    begun_at: datetime
    begun_by: str = Field(max_length=120)
    """"system" or "staff:<name>"."""
    expires_at: datetime
    reached: int = Field(default=0, sa_type=BigInteger)
    """The audience is frozen in order of the people's ids: everyone up to this one has a row."""
    frozen_at: datetime | None = None
    """When everybody in the audience had a row."""
    is_missed: bool = False
    """It came too late, and its policy is to let it go: nobody is sent it."""
    paused_at: datetime | None = None
    paused_why: str = Field(default="", max_length=200)
    cancelled_at: datetime | None = None
    attempts: int = 0
    """Messages that were tried and have ended: what `failures` is a share of."""
    failures: int = 0
    """Of them, those that certainly did not arrive."""
    receipts: int = 0
    """Providers' words on arrival."""
    late_receipts: int = 0
    """Of them, those that came after more than five minutes."""


class Recipient(Row, table=True):
    """One person of the audience of one occurrence. Outlives the person, then of nobody: a number below zero."""

    __tablename__ = "recipients"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "occurrence_id"], ["occurrences.tenant_id", "occurrences.id"], ondelete="CASCADE"
        ),
        Index(
            "recipients_open",
            *("tenant_id", "occurrence_id", "state", "lane", "participant_id"),
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("recipients_of_participant", "tenant_id", "participant_id"),
    )

    occurrence_id: int = Field(primary_key=True, sa_type=BigInteger)
    participant_id: int = Field(primary_key=True, sa_type=BigInteger)
    language: str = Field(max_length=12)
    """When the audience was frozen; the words are in the one they speak when it is sent."""
    lane: str = Field(max_length=64)
    """Where it is to leave, or left last; empty where the person cannot be reached."""
    state: RecipientState = Field(default=RecipientState.WAITING, sa_type=by_value(RecipientState))
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    """Of the outbox."""
    tried: str = Field(default="", max_length=100)
    """The channels that failed, with spaces between."""
    reason: str = Field(default="", max_length=200)
    changed_at: datetime
    ended_at: datetime | None = None


class Scheduled(Row, table=True):
    """Since when a broadcast has run by the schedule that its file has now: what would have been earlier never was."""

    __tablename__ = "schedules"

    broadcast: str = Field(primary_key=True, max_length=80)
    words: str = Field(max_length=200)
    """As `flows.participation.broadcast.Schedule.words`."""
    since: datetime


class Listed(Row, table=True):
    """One address of a list that the town has imported: its keyed hash, from which nobody reads it."""

    __tablename__ = "listed"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    """As `Address.hash`."""
    channel: str = Field(primary_key=True, max_length=20)
    list_name: str = Field(primary_key=True, max_length=60)


def occurrences_of(db: "Db", broadcast: str) -> Sequence[Occurrence]:
    """The runs of a broadcast, the last first."""
    return db.all(
        select(Occurrence).where(col(Occurrence.broadcast) == broadcast).order_by(col(Occurrence.local_at).desc())
    )


def occurrence_at(db: "Db", broadcast: str, local_at: str) -> Occurrence | None:
    """The run of a broadcast at a date and time of the town."""
    return db.first(
        select(Occurrence).where(col(Occurrence.broadcast) == broadcast, col(Occurrence.local_at) == local_at)
    )


def schedule_from(db: "Db", broadcast: str, words: str, since: datetime) -> None:
    """A broadcast runs by this schedule from now on; where it did before, since then."""
    found = db.find(Scheduled, broadcast)
    if found is None:
        db.add(Scheduled(broadcast=broadcast, words=words, since=since))
    elif found.words != words:
        found.words, found.since = words, since


def tallied_recipients(db: "Db", occurrence_id: int) -> dict[tuple[RecipientState, str], int]:
    """How many recipients stand where, by their state and lane."""
    counted = select(Recipient.state, Recipient.lane, func.count()).where(col(Recipient.occurrence_id) == occurrence_id)
    rows = db.tuples(counted.group_by(col(Recipient.state), col(Recipient.lane)))
    return {(RecipientState(state), lane): count for state, lane, count in rows}


def recipients_after(db: "Db", occurrence_id: int, after: int | None) -> Sequence[Recipient]:
    """A stretch of a run's recipients, those after that one; None is from the first."""
    person = col(Recipient.participant_id)
    some = select(Recipient).where(col(Recipient.occurrence_id) == occurrence_id)
    some = some if after is None else some.where(person > after)
    return db.all(some.order_by(person).limit(_STRETCH))


def give_to_nobody(db: "Db", recipient: Recipient, state: RecipientState, now: datetime) -> None:
    """Count one on without its person; where nothing has left for them yet, it ends like this."""
    theirs = (
        col(Recipient.occurrence_id) == recipient.occurrence_id,
        col(Recipient.participant_id) == recipient.participant_id,
    )
    ends = {"state": state, "changed_at": now, "ended_at": now} if recipient.state in UNSENT else {}
    db.execute(
        update(Recipient)
        .where(*theirs)
        .values(participant_id=-new_id(), **ends)
        .execution_options(synchronize_session=False)
    )
