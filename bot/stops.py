"""Addresses that changed, or that nothing may be sent to: the person said stop, blocked us, or is gone."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import col, select

from channels.message import Address as Reached
from storage.callers import Caller
from storage.database import Db
from storage.keys import Keys
from storage.outbox import Message, State
from storage.participants import Address, live_addresses

ASKED = "asked"
BLOCKED = "blocked"
GONE = "gone"


def stop(db: Db, caller: Caller, reason: str, now: datetime) -> None:
    """Send nothing more to who writes."""
    _stop(db.one(Address, caller.address_id), reason, now)


def has_others(db: Db, caller: Caller) -> bool:
    """Who writes can be written to elsewhere."""
    return any(each.id != caller.address_id for each in live_addresses(db, caller.participant_id))


def stop_all(db: Db, caller: Caller, now: datetime) -> None:
    """Send nothing more to who writes, at none of their addresses."""
    for address in live_addresses(db, caller.participant_id):
        _stop(address, ASKED, now)


def stop_address(db: Db, channel: str, hash: bytes, reason: str, now: datetime) -> int | None:
    """Send nothing more to this address; returns whose it is, if it was anybody's and was sent to until now."""
    address = _find(db, channel, hash)
    if address is None:
        return None
    was_stopped = address.stopped_at is not None
    _stop(address, reason, now)
    return None if was_stopped else address.participant_id


def stop_everywhere(db: Db, keys: Keys, tenant_ids: Iterable[str], reached: Reached, now: datetime) -> None:
    """STOP on a shared account is said to every town that speaks through it."""
    for tenant_id in tenant_ids:
        if tenant_id != db.tenant_id:
            db.move(tenant_id)
        stop_address(db, reached.channel, keys.address_hash(tenant_id, reached.channel, reached.id), ASKED, now)


def resumes(db: Db, caller: Caller, is_return: bool) -> bool:
    """May we answer a stopped address that writes? Who asked for silence must say START or FORGET ME."""
    address = db.one(Address, caller.address_id)
    if address.stopped_reason == ASKED and not is_return:
        return False
    address.stopped_at, address.stopped_reason = None, ""
    return True


def move_address(db: Db, keys: Keys, old: bytes, moved: Reached) -> None:
    """Who had the address with the hash `old` is now reached elsewhere, and so are unsent messages to them."""
    address = _find(db, moved.channel, old)
    if address is None:
        return
    sealed = keys.seal(db.tenant_id, moved.id)
    hash = keys.address_hash(db.tenant_id, moved.channel, moved.id)
    if _find(db, moved.channel, hash) is None:
        address.hash = hash
        address.sealed = sealed
    unsent = col(Message.state).in_([State.QUEUED, State.SENDING])
    for message in db.all(
        select(Message).where(
            unsent, Message.participant_id == address.participant_id, Message.channel == moved.channel
        )
    ):
        message.sealed = sealed


def _find(db: Db, channel: str, hash: bytes) -> Address | None:
    return db.first(select(Address).where(Address.channel == channel, Address.hash == hash))


def _stop(address: Address, reason: str, now: datetime) -> None:
    if address.stopped_reason != ASKED:
        address.stopped_at, address.stopped_reason = now, reason
