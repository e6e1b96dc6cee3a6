"""What became of a recipient's message, written on their own row: the report is counted from these rows alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import col, delete, select, update

from bot.lanes import NOT_WELCOME
from storage.broadcasts import Occurrence, Recipient, RecipientState
from storage.database import Db
from storage.outbox import Delivery, Message, State

AT_ONCE = 500
NO_RECEIPT_AFTER = timedelta(hours=72)
_LATE = timedelta(minutes=5)
_ENDS_WITHOUT_RECEIPT: Mapping[str, RecipientState] = {
    "telegram": RecipientState.DELIVERED,
    "email": RecipientState.HANDED_OVER,
    "console": RecipientState.DELIVERED,
}
"""Telegram takes a message into the chat itself; a mail server says nothing more of one that it took."""


def settle(db: Db, run: Occurrence, now: datetime) -> int:
    """Write the ends of messages that have left or failed since the last time; returns how many there were.

    One that failed waits again, for the next address of its person; `bot.feeding` ends it where there is none.
    """
    query = (
        select(Recipient, Message)
        .join(Message, (col(Message.tenant_id) == Recipient.tenant_id) & (col(Message.id) == Recipient.message_id))
        .where(
            col(Recipient.occurrence_id) == run.id,
            col(Recipient.state) == RecipientState.ENQUEUED,
            col(Recipient.ended_at).is_(None),
            col(Message.ended_at).is_not(None),
            (col(Message.state) != State.UNCERTAIN) | col(Message.is_uncertain).is_(False),
        )
        .limit(AT_ONCE)
    )
    settled = db.tuples(query)
    for recipient, message in settled:
        recipient.state, recipient.reason = _state(message)
        recipient.changed_at = now
        if recipient.state is RecipientState.WAITING:
            recipient.tried = f"{recipient.tried} {message.channel}".strip()
        elif recipient.state is not RecipientState.SENT:
            recipient.ended_at = now
    run.attempts += sum(message.attempts > 0 for _, message in settled)
    run.failures += sum(_has_failed(message) for _, message in settled)
    return len(settled)


def heard_of(db: Db, message: Message, now: datetime) -> None:
    """A provider has said what became of a recipient's message."""
    if message.occurrence_id is None:
        return
    recipient = db.find(Recipient, message.occurrence_id, message.participant_id)
    if recipient is None or recipient.message_id != message.id or recipient.state is not RecipientState.SENT:
        return
    if message.delivery in (Delivery.DELIVERED, Delivery.READ):
        run = db.one(Occurrence, message.occurrence_id)
        run.receipts += 1
        run.late_receipts += now - recipient.changed_at > _LATE
        recipient.state = RecipientState.DELIVERED
        recipient.changed_at = recipient.ended_at = now
    elif message.delivery is Delivery.FAILED or message.ended_at is None:
        # Settled anew: it may go to another address, or leaves once more.
        recipient.state, recipient.changed_at = RecipientState.ENQUEUED, now


def expire(db: Db, run: Occurrence, now: datetime) -> None:
    """Take back what has not left of a run whose time is over."""
    if now >= run.expires_at:
        take_back(db, run, RecipientState.EXPIRED, now)


def close_receipts(db: Db, run: Occurrence, now: datetime) -> None:
    """End what was sent and nothing was heard of for too long."""
    theirs = (col(Recipient.occurrence_id) == run.id, col(Recipient.ended_at).is_(None))
    is_old = (col(Recipient.state) == RecipientState.SENT, col(Recipient.changed_at) < now - NO_RECEIPT_AFTER)
    ends = {"state": RecipientState.NO_RECEIPT, "changed_at": now, "ended_at": now}
    db.execute(update(Recipient).where(*theirs, *is_old).values(ends))


def take_back(db: Db, run: Occurrence, state: RecipientState, now: datetime) -> None:
    """What is queued and has not begun to leave does not; all who wait stand so from now on, `WAITING` among them.

    What may have left, or has in part, goes its way: it is asked after, or is sent whole.
    """
    theirs = (col(Recipient.occurrence_id) == run.id, col(Recipient.ended_at).is_(None))
    enqueued = select(Recipient.message_id).where(*theirs, col(Recipient.state) == RecipientState.ENQUEUED)
    queued = db.all(
        select(Message.id)
        .where(
            col(Message.id).in_(enqueued),
            col(Message.state) == State.QUEUED,
            col(Message.is_uncertain).is_(False),
            col(Message.parts_sent) == 0,
        )
        .with_for_update(skip_locked=True)
    )
    for first in range(0, len(queued), AT_ONCE):
        some = queued[first : first + AT_ONCE]
        db.execute(delete(Message).where(col(Message.id).in_(some)))
        back = {"state": RecipientState.WAITING, "message_id": None, "changed_at": now}
        db.execute(update(Recipient).where(*theirs, col(Recipient.message_id).in_(some)).values(back))
    if state is not RecipientState.WAITING:
        ends = {"state": state, "changed_at": now, "ended_at": now}
        db.execute(update(Recipient).where(*theirs, col(Recipient.state) == RecipientState.WAITING).values(ends))


def is_finished(db: Db, run: Occurrence) -> bool:
    """Everybody has a row, and no row is open."""
    open_rows = select(Recipient.participant_id).where(
        col(Recipient.occurrence_id) == run.id, col(Recipient.ended_at).is_(None)
    )
    return run.frozen_at is not None and db.first(open_rows.limit(1)) is None


def _state(message: Message) -> tuple[RecipientState, str]:
    match message.state:
        case State.SENT if message.delivery in (Delivery.DELIVERED, Delivery.READ):
            return RecipientState.DELIVERED, ""
        case State.SENT if message.delivery is Delivery.FAILED:
            return RecipientState.WAITING, f"not delivered: {message.delivery_code}"
        case State.SENT:
            return _ENDS_WITHOUT_RECEIPT.get(message.channel, RecipientState.SENT), ""
        case State.UNCERTAIN:
            return RecipientState.UNCERTAIN, message.reason
        case _ if message.reason == NOT_WELCOME:
            return RecipientState.OPTED_OUT, ""
        case _:
            return RecipientState.WAITING, message.reason


def _has_failed(message: Message) -> bool:
    return message.delivery is Delivery.FAILED or (message.state is State.FAILED and message.reason != NOT_WELCOME)
