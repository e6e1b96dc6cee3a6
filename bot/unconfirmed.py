"""Addresses that were only claimed: nobody knows who reads there, so they cost one message and no more."""

from sqlmodel import col, select

from bot.lanes import Due
from storage.database import Db, Store
from storage.keys import Keys
from storage.outbox import Message
from storage.participants import address_of


class Unconfirmed:
    """Remembers what was let through by this process; what others let through stands in the outbox."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys
        self._let_through: dict[bytes, int] = {}

    async def may_cost(self, due: Due) -> bool:
        """Whether this message is the first paid one to its address, or the address is proved by now."""
        channel = due.address.channel
        hash = self._keys.address_hash(due.tenant_id, channel, due.address.id)

        def look(db: Db) -> tuple[bool, bool]:
            address = address_of(db, channel, hash)
            is_proved = address is not None and address.proved_at is not None
            return is_proved, not is_proved and due.address.id in map(db.unseal, _paid(db, due))

        is_proved, has_cost = await self._store.turn(due.tenant_id, hash.hex(), look)
        return is_proved or (not has_cost and self._let_through.setdefault(hash, due.id) == due.id)


def _paid(db: Db, due: Due) -> list[bytes]:
    """The sealed addresses of what this person was sent there and was paid for."""
    theirs = (Message.participant_id == due.participant_id, Message.channel == due.address.channel)
    return list(db.all(select(Message.sealed).where(*theirs, col(Message.cost) > 0, Message.id != due.id)))
