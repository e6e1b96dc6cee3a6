"""Which town an address on a shared account talks to: a row of the platform's, under the address's hash."""

from collections.abc import Iterable
from datetime import datetime

from channels.message import Address
from storage.callers import find_caller
from storage.database import Db
from storage.outbox import forget_messages
from storage.participants import Binding, Participant


def bound_to(db: Db, channel: str, hash: bytes) -> str:
    """The town's id; empty where none was chosen."""
    binding = db.find(Binding, channel, hash)
    return binding.town if binding else ""


def bind(db: Db, channel: str, hash: bytes, town: str, now: datetime) -> None:
    """From now on this town."""
    binding = db.find(Binding, channel, hash)
    if binding is None:
        db.add(Binding(channel=channel, hash=hash, town=town, bound_at=now))
    elif binding.town != town:
        binding.town, binding.bound_at = town, now
    db.flush()


def forget_everywhere(
    db: Db, platform: str, town: str, left: Iterable[tuple[str, bytes]], here: Address | None
) -> None:
    """Whoever leaves a town leaves nothing of it on shared accounts, at none of their addresses.

    `left` are channels and sealed ids; `here` is the one that says so through a shared account.
    """
    addresses = [Address(channel, db.unseal(sealed)) for channel, sealed in left]
    db.move(platform)
    for address in addresses:
        hash = db.address_hash(address.channel, address.id)
        if address == here or bound_to(db, address.channel, hash) == town:
            forget(db, address.channel, hash)


def forget(db: Db, channel: str, hash: bytes) -> None:
    """Whoever left a town on a shared account leaves nothing with the platform either."""
    if binding := db.find(Binding, channel, hash):
        db.remove(binding)
    if caller := find_caller(db, channel, hash):
        forget_messages(db, caller.participant_id)
        db.remove(db.one(Participant, caller.participant_id))
