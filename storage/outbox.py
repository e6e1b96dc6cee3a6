"""Outbound messages not yet sent, and what became of those that were."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, Index, LargeBinary, text
from sqlmodel import Field, col, delete, select, update

from storage.prepared import word
from storage.row import IdRow, by_value

if TYPE_CHECKING:
    from storage.database import Db


class State(StrEnum):
    """Where a message stands. `SENDING` is committed before the call, so a crash in it is known."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class Delivery(StrEnum):
    """What the provider said last of a message that left, the weakest first."""

    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class Purpose(StrEnum):
    """Why it is sent: what is `AWAITED` and uncertain is sent again, anything else is shown to a person.

    `PERSON` is what a person of the town writes, or the word that one takes the conversation or hands it back. A notice
    is what somebody has to be told though they want no news: something of theirs was hidden, and why. A code goes to an
    address that may be nobody's yet, an alert to the person in charge of the town.
    """

    REPLY = "reply"
    PERSON = "person"
    CODE = "code"
    UPDATE = "update"
    NOTICE = "notice"
    BROADCAST = "broadcast"
    ALERT = "alert"


AWAITED = (Purpose.REPLY, Purpose.PERSON)
"""Leaves even while a person owns the conversation; the rest waits until it is handed back."""

QUEUED = "state = 'queued'"
UNCERTAIN = "state = 'uncertain'"


class Message(IdRow, table=True):
    """One outbound message to one address. No foreign key to the participant: a farewell outlives them."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_of_participant", "tenant_id", "participant_id", "state", "id"),
        Index("outbox_queued_of_lane", "lane", "id", sqlite_where=text(QUEUED), postgresql_where=text(QUEUED)),
        Index("outbox_uncertain", "ended_at", sqlite_where=text(UNCERTAIN), postgresql_where=text(UNCERTAIN)),
    )

    participant_id: int = Field(sa_type=BigInteger)
    lane: str = Field(max_length=64)
    channel: str = Field(max_length=20)
    sealed: bytes = Field(sa_type=LargeBinary)
    """The address, as `addresses.sealed`."""
    purpose: Purpose = Field(sa_type=by_value(Purpose))
    content: str
    """JSON of `channels.message.Outbound`."""
    state: State = Field(default=State.QUEUED, sa_type=by_value(State))
    due_at: datetime
    leased_by: str = Field(default="", max_length=32)
    leased_until: datetime | None = None
    attempts: int = 0
    tried_at: datetime | None = None
    """When its turn to leave came first; anew, once it was held."""
    is_uncertain: bool = False
    """The last attempt may have sent a part: where the provider can tell, it is asked before the next."""
    parts_sent: int = 0
    external_id: str = Field(default="", max_length=200)
    """The provider's id of the last part sent."""
    reason: str = Field(default="", max_length=200)
    ended_at: datetime | None = None
    segments: int = 0
    cost: int = 0
    """Millionths of the account's currency, of what has left."""
    delivery: Delivery = Field(default=Delivery.UNKNOWN, sa_type=by_value(Delivery))
    """The provider's word since; it never goes back, and says nothing of `state`."""
    delivery_code: str = Field(default="", max_length=20)
    delivered_at: datetime | None = None
    occurrence_id: int | None = Field(default=None, sa_type=BigInteger)
    """Of a broadcast."""
    is_farewell: bool = False
    """Deleted once sent: the participant is gone."""


def is_unsent(table: Any) -> ColumnElement[bool]:
    """Queued or sending, of the outbox or an alias of it."""
    condition: ColumnElement[bool] = table.c.state.in_([word(State.QUEUED), word(State.SENDING)])
    return condition


def forget_messages(db: "Db", participant_id: int) -> None:
    """Delete all that was sent, or was to be sent, to a person who leaves: each row holds their address."""
    db.execute(delete(Message).where(col(Message.participant_id) == participant_id))


def forget_sent(db: "Db", participant_id: int) -> None:
    """Delete what has been sent to a person: it would tell what they answered."""
    theirs = (col(Message.participant_id) == participant_id, col(Message.ended_at).is_not(None))
    db.execute(delete(Message).where(*theirs))


def hold_back(db: "Db", participant_id: int, channel: str, sealed: bytes, now: datetime) -> None:
    """What waits for an address is no longer for whoever reads it there."""
    waiting = (col(Message.participant_id) == participant_id, col(Message.state) == State.QUEUED)
    there = (col(Message.channel) == channel, col(Message.sealed) == sealed)
    ended = {"state": State.FAILED, "reason": "the address is another person's now", "ended_at": now}
    db.execute(update(Message).where(*waiting, *there).values(ended))


def unasked_since(db: "Db", since: datetime) -> int:
    """How many messages that nobody waited for were written since then."""
    lately = (col(Message.due_at) >= since, col(Message.purpose).in_([Purpose.UPDATE, Purpose.BROADCAST]))
    return db.count(select(Message.id).where(*lately))
