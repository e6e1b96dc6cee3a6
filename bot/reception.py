"""What the web and the pollers hand in: to the inbox, or to quarantine."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from msgspec import structs

from bot.accounts import Accounts
from bot.inbox import Inbox
from bot.log import log_of
from bot.receipts import Receipts
from channels.channel import Channel, Forged, Heard, Ignored, Request, Unread, Unreadable
from channels.email_reading import TRIMMED
from channels.message import Attached, Inbound, Receipt
from flows.participation.attachments import LARGEST
from storage.database import Db, Store
from storage.files import Files
from storage.inbounds import Quarantined

_ANSWERS_WITHIN = 3.0
_LARGEST = 64 * 1024
_LONG = 256 * 1024
"""Bytes of a body that is read in a thread, as others would wait."""

_log = log_of(__name__)


class Reception:
    """The front desk of a process: open between `open()` and `close()`."""

    def __init__(
        self,
        store: Store,
        files: Files,
        accounts: Accounts,
        inbox: Inbox,
        receipts: Receipts,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._files = files
        self._accounts = accounts
        self._inbox = inbox
        self._receipts = receipts
        self._clock = clock
        self.is_open = False
        self.ignored: Counter[str] = Counter()
        """What no person is to have an answer to, by its reason."""

    def channel(self, name: str, owner: str) -> Channel[Any] | None:
        """The account that this tenant owns on this channel, if it is served."""
        served = self._accounts.find(name, owner)
        return served.channel if served else None

    async def hear(self, channel: Channel[Any], owner: str, request: Request) -> None:
        """Read what a provider brought, and act on it; what cannot be read is kept. Returns once all is durable.

        Raises `Forged`, and what the store raises in trouble.
        """
        try:
            if len(request.body) < _LONG:
                heard = channel.parse(request)
            else:
                heard = await asyncio.to_thread(channel.parse, request)
        except Forged:
            raise
        except Unreadable as unreadable:
            await self.quarantine(channel.name, owner, request.body, str(unreadable))
        except Exception as bug:
            # A body that breaks the reader must not come back for ever: it would hold up the account's queue.
            _log.exception("reader broke", channel=channel.name, account=owner)
            await self.quarantine(channel.name, owner, request.body, type(bug).__name__)
        else:
            await self.receive(heard)

    async def receive(self, heard: Sequence[Heard]) -> None:
        """Act on what was heard, each person's messages in order; returns once all of it is durable."""
        for unread in (each for each in heard if isinstance(each, Unread)):
            await self.quarantine(unread.channel, unread.account, unread.body, unread.reason)
        for ignored in (each for each in heard if isinstance(each, Ignored)):
            self.ignored[ignored.reason] += 1
            _log.info("ignored", channel=ignored.channel, account=ignored.account, why=ignored.reason)
        inbounds = [await self._put_away(each) for each in heard if isinstance(each, Inbound)]
        receipts = [self._receipts.receive(each) for each in heard if isinstance(each, Receipt)]
        if len(inbounds) == 1 and not receipts:
            await self._inbox.receive(inbounds[0])
        else:
            await asyncio.gather(*(self._inbox.receive(inbound) for inbound in inbounds), *receipts)

    async def _put_away(self, inbound: Inbound) -> Inbound:
        """Its files, where they came with it, are waiting in their folder from now on."""
        if not any(file.data for file in inbound.files):
            return inbound
        files = [await asyncio.to_thread(self._waiting, inbound.account, file) for file in inbound.files]
        return structs.replace(inbound, files=tuple(files))

    def _waiting(self, owner: str, file: Attached) -> Attached:
        name = self._files.put_away(owner, file.data) if 0 < len(file.data) <= LARGEST else file.id
        return structs.replace(file, id=name, size=len(file.data) or file.size, data=b"")

    async def quarantine(self, name: str, owner: str, body: bytes, reason: str) -> None:
        """Keep a body that could not be read, sealed, so that somebody can find out why."""
        sealed = self._store.keys.seal(owner, body[:_LARGEST].decode("utf-8", "backslashreplace"))
        now = self._clock()

        def keep(db: Db) -> None:
            db.add(Quarantined(channel=name, body=sealed, reason=reason[:200], received_at=now))

        await self._store.turn(owner, "", keep)
        if reason != TRIMMED:
            _log.warning("quarantined", channel=name, account=owner, why=reason[:60], size=len(body))

    async def why_not_ready(self) -> str:
        """Empty when messages can be taken: the desk is open and the store answers."""
        if not self.is_open:
            return "starting or stopping"
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN):
                await self._store.no_tenant(lambda _db: None)
        except Exception as error:
            return f"the store does not answer ({type(error).__name__})"
        return ""
