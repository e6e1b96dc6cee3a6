"""Files of messages that left, as a provider fetches them, or who reads the message."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from msgspec import structs

from channels.message import Enclosed, Outbound, named
from storage.attachments import shown_among
from storage.database import Db, Store
from storage.files import Files
from storage.outbox import Message

_FETCHED_WITHIN = timedelta(hours=48)

_decode = msgspec.json.Decoder(Outbound).decode


class Enclosures:
    """By the name of the part that they went with, for two days, while anybody may see them."""

    def __init__(self, store: Store, files: Files, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._files = files
        self._clock = clock

    async def find(self, lane: str, name: str, file: str) -> Enclosed | None:
        """A file with its bytes; None where there is none, or none any more."""
        tenant_id, message_id, _ = named(name)
        since = self._clock() - _FETCHED_WITHIN

        def look(db: Db) -> Enclosed | None:
            message = db.find(Message, message_id)
            if message is None or message.lane != lane or (message.ended_at is not None and message.ended_at < since):
                return None
            sent = _decode(message.content).files
            found = next((each for each in sent if each.name == file), None)
            if found is None or found.data:
                return found
            return found if shown_among(db, [found.content_id]) else None

        found = await self._store.turn(tenant_id, "", look)
        if found is None or found.data:
            return found
        data = await asyncio.to_thread(self._files.read, tenant_id, found.content_id)
        return structs.replace(found, data=data) if data else None
