"""One receipt and its message: how far it has come, and what follows where it did not arrive."""

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct, field, structs
from sqlmodel import col, select

from bot.accounts import Served
from bot.settling import heard_of
from bot.unreachable import lose_address
from channels.errors import AddressStopped, Later, OutsideWindow
from channels.message import Address, Outbound, Receipt, Status, named
from flows.participation.tenant import Town
from storage.database import Db
from storage.inbounds import Claim
from storage.outbox import Delivery, Message, State
from storage.participants import Address as Reached
from storage.spending import Spending
from storage.statements import claim

_RANK = (Delivery.UNKNOWN, Delivery.SENT, Delivery.DELIVERED, Delivery.FAILED, Delivery.READ)
"""One bad part is a bad message; what was read has arrived, whatever is said besides."""
_ATTEMPTS = 3
_AGAIN_AFTER = 60.0
"""Seconds after the first failure; five times as long after the second."""
_OWN_WORD_WITHIN = 1.0
"""Seconds in which our own word on an attempt is written: until then nothing else may lease its message."""

_decode = msgspec.json.Decoder(Outbound).decode


class Taken(Struct):
    """What a lot of receipts leaves to be done once it is durable."""

    lanes: list[str] = field(default_factory=list)
    """With something to send."""
    undelivered: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[Receipt] = field(default_factory=list)


def take(
    db: Db, served: Served, town: Town | None, row: Message, receipt: Receipt, now: datetime, taken: Taken
) -> None:
    """Write it down, and do what its failure asks for: stop the address, send again, or say it as a template."""
    if row.attempts and db.find(Claim, row.channel, _attempt(receipt)) is not None:
        return
    if row.state is State.UNCERTAIN:
        _has_left(db, served, row, receipt, now)
    delivery = Delivery(receipt.status.value)
    if _RANK.index(delivery) > _RANK.index(row.delivery):
        row.delivery, row.delivered_at = delivery, now
        if delivery is Delivery.FAILED:
            taken.undelivered.append((row.channel, receipt.code))
    row.delivery_code = max(row.delivery_code, receipt.code[:20])
    if receipt.status is Status.FAILED:
        taken.lanes.append(_follow(db, served, town, row, receipt, now))
    heard_of(db, row, now)


def _follow(db: Db, served: Served, town: Town | None, row: Message, receipt: Receipt, now: datetime) -> str:
    """Returns a lane that has something to send, or ""."""
    match receipt.failure:
        case AddressStopped():
            return lose_address(db, town, row.channel, db.address_hash(row.channel, db.unseal(row.sealed)), now)
        case Later(after=after):
            return _queue_again(db, row, receipt, named(receipt.name)[2], now, after)
        case OutsideWindow() if _close_window(db, served, row, now):
            return _queue_again(db, row, receipt, 0, now, 0.0)
        case _:
            return ""


def _queue_again(db: Db, row: Message, receipt: Receipt, part: int, now: datetime, after: float | None) -> str:
    """From this part on. What is said of the attempt that failed means nothing from now on."""
    is_early = row.state is State.SENDING
    attempts = row.attempts + is_early
    can_be = row.state in (State.SENT, State.SENDING) or (row.state is State.QUEUED and row.is_uncertain)
    if not can_be or attempts >= _ATTEMPTS:
        return ""
    claim(db, row.channel, _attempt(receipt), now)
    seconds = _AGAIN_AFTER * 5 ** max(0, attempts - 1) if after is None else after
    seconds = max(seconds, _OWN_WORD_WITHIN) if is_early else seconds
    row.state, row.due_at, row.ended_at = State.QUEUED, now + timedelta(seconds=seconds), None
    row.leased_by, row.leased_until = "", None
    row.attempts, row.tried_at, row.is_uncertain, row.parts_sent = attempts, None, False, part
    row.reason = receipt.failure.reason[:200] if receipt.failure else ""
    row.delivery, row.delivery_code = Delivery.UNKNOWN, ""
    return row.lane if not seconds else ""


def _close_window(db: Db, served: Served, row: Message, now: datetime) -> bool:
    """The provider knows better when the person wrote last; False where we knew it as well, and it was a template."""
    closed_at = now - timedelta(seconds=served.channel.limits.window)
    theirs = (Reached.participant_id == row.participant_id, Reached.channel == row.channel)
    believed_open = db.all(select(Reached).where(*theirs, col(Reached.heard_at) > closed_at))
    for address in believed_open:
        address.heard_at = closed_at
    return bool(believed_open)


def _has_left(db: Db, served: Served, row: Message, receipt: Receipt, now: datetime) -> None:
    """The attempt that could not tell has sent this part, and it is paid; what comes after it has still to leave."""
    part = named(receipt.name)[2]
    if part < row.parts_sent:
        return
    parts = served.channel.render(structs.replace(_decode(row.content), files=()))
    price = served.channel.price(Address(row.channel, db.unseal(row.sealed)), parts[min(part, len(parts) - 1)])
    row.parts_sent, row.external_id, row.is_uncertain = part + 1, receipt.message_id, False
    is_whole = row.parts_sent >= len(parts)
    row.state, row.due_at = State.SENT if is_whole else State.QUEUED, now
    row.segments += price.segments
    row.cost += price.micros
    if price.segments or price.micros:
        day = now.astimezone(served.zone).date()
        spent = {"messages": int(is_whole), "segments": price.segments, "micros": price.micros}
        db.append(Spending, lane=row.lane, day=day, **spent)


def _attempt(receipt: Receipt) -> str:
    """The name under which an attempt that was given up is known, whatever is said of it later."""
    return f"again:{receipt.message_id or receipt.name}"[:200]
