"""Who writes, as the hot path finds them: by their address, locked until the turn is durable."""

from datetime import datetime
from typing import NamedTuple

from storage import hot
from storage.bound import Db
from storage.participants import Address, add_participant
from storage.prepared import known_moment


class Caller(NamedTuple):
    """Who wrote, as far as a turn must know them."""

    participant_id: int
    address_id: int
    language: str
    is_stopped: bool
    sealed: bytes
    lane: str
    state: str
    """The session's JSON; empty before the first turn."""
    is_easy: bool
    ticket_id: int | None
    """The ticket whose person owns the conversation."""
    heard_at: datetime | None = None
    """When something that was proved last came from this address, before this message, to ten minutes."""
    doubted_at: datetime | None = None
    """When it was asked, after long silence, whether this is still the same person."""


def find_caller(db: Db, channel: str, hash: bytes) -> Caller | None:
    """Who writes from this address, locked until the turn is durable; None is nobody yet, locked as well."""
    caller = known_caller(db, channel, hash)
    if caller is None and db.dialect == "postgresql":
        lock_address(db, hash)
        return known_caller(db, channel, hash)
    return caller


def lock_address(db: Db, hash: bytes) -> None:
    """Nobody else adds or locks this address, which is nobody's yet, before the turn is durable."""
    if db.dialect == "postgresql":
        hot.LOCK_ADDRESS.execute(db, {"number": int.from_bytes(hash[:8], "big", signed=True)})


def known_caller(db: Db, channel: str, hash: bytes) -> Caller | None:
    """As `find_caller`, for an address that somebody else is not to be kept from adding where it is nobody's."""
    row = hot.FIND_CALLER.execute(db, {"tenant": db.tenant_id, "channel": channel, "hash": hash}).fetchone()
    if row is None:
        return None
    return Caller._make((*row[:3], bool(row[3]), *row[4:7], bool(row[7]), row[8], *map(known_moment, row[9:11])))


def add_caller(
    db: Db, channel: str, hash: bytes, sealed: bytes, lane: str, now: datetime, *, is_proved: bool = True
) -> Caller:
    """A new participant with this address, who has just written from it if that is proved, and an empty session."""
    heard_at = now if is_proved else None
    participant = add_participant(db, now)
    address = Address(
        participant_id=participant.id,
        channel=channel,
        hash=hash,
        sealed=sealed,
        lane=lane,
        heard_at=heard_at,
        proved_at=heard_at,
    )
    db.add(address)
    return Caller(participant.id, address.id, "", False, sealed, lane, "", False, None, heard_at)


def hear_address(db: Db, address_id: int, now: datetime) -> None:
    """Something has come from this address, and it is proved that whoever sent it reads what is sent there."""
    hot.HEAR_ADDRESS.execute(db, {"tenant": db.tenant_id, "this": address_id, "now": now})
