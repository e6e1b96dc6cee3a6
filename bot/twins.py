"""SMS and WhatsApp of one phone number are one person, from the first message."""

from collections.abc import Iterable

from flows.participation.reach import twin_of
from storage.callers import Caller, known_caller, lock_address
from storage.database import Db


def twin_of_number(db: Db, channel: str, ids: Iterable[str]) -> Caller | None:
    """Whoever has one of these numbers on the other channel."""
    for id in ids:
        if twin := twin_of(channel, id):
            # Both channels lock the number itself: of two first messages at once, the later finds the earlier.
            lock_address(db, db.address_hash("phone", id))
            return known_caller(db, twin, db.address_hash(twin, id))
    return None
