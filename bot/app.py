"""The composition root: the only place where the real clock, store, network and environment are chosen."""

import asyncio
import os
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.accounts import Accounts, Served
from bot.almanac import Almanac
from bot.broadcasts import Broadcasts
from bot.callers import Circle
from bot.config.settings import MEDIA
from bot.digests import Digests
from bot.enclosures import Enclosures
from bot.floods import Floods
from bot.handovers import HandOvers
from bot.inbox import Inbox
from bot.judging import Judging
from bot.listeners import Listeners
from bot.lookout import Lookout
from bot.mail_door import MailDoor
from bot.media import Media
from bot.outbox import Outbox
from bot.receipts import Receipts
from bot.reception import Reception
from bot.reminders import Reminders
from bot.schedule import Schedule
from bot.sealer import Sealer
from bot.tallies import Tallies
from bot.timetable import Timetable
from bot.towns import Towns
from bot.unfinished import Unfinished
from bot.updates import Updates
from bot.upkeep import Upkeep
from bot.wakes import Wakes
from bot.web.hooks import Hooks
from bot.web.results import ResultPages
from bot.web.server import Server
from flows.catalog import FLOWS
from flows.step import Flow
from storage.database import Store
from storage.files import Files
from storage.keys import Keys

_SWEEP = timedelta(seconds=1)
_RELOAD = timedelta(seconds=2)
_RECOVER = timedelta(minutes=1)
_SEAL = timedelta(seconds=3)
_LOOK_BACK = timedelta(hours=6)
_UPKEEP = timedelta(hours=1)
_ADD_UP = timedelta(seconds=20)
_LOOK_OUT = timedelta(seconds=10)
_DRAINS_END_WITHIN = 3.0
_LEAVES_WITHIN = 8.0


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


class App:
    """One process that serves every tenant of a store, with or without the web."""

    def __init__(
        self,
        url: str,
        keys: Keys,
        *,
        is_polling: bool = False,
        environ: Mapping[str, str] = os.environ,
        console_secret: str = "",
        needs_secrets: bool = True,
        public_url: str = "",
        media: Path = MEDIA,
        messages_per_minute: int = 120,
        flows: Mapping[str, Flow] = FLOWS,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        owner = secrets.token_hex(16)
        self._clock = clock
        self.store = Store(url, keys)
        self.wakes = Wakes()
        self.accounts = Accounts(keys, clock, is_polling, environ, console_secret, needs_secrets, public_url)
        files = Files(media)
        self.towns = Towns(self.store, self.accounts, self._opened)
        self.outbox = Outbox(self.store, files, keys, self.towns, self.wakes, owner, clock)
        self.updates = Updates(self.store, self.towns, self.wakes, clock)
        self.timetable = Timetable(self.store, files, self.towns, clock)
        self.broadcasts = Broadcasts(self.store, self.towns, self.outbox, self.wakes, clock)
        self.unfinished = Unfinished(self.store, self.towns, self.wakes, clock)
        self.lookout = Lookout(self.store, self.towns, self.wakes, clock)
        self.almanac = Almanac(self.store, self.towns, clock)
        self.digests = Digests(self.store, self.towns, self.wakes, clock)
        self.judging = Judging(self.store, self.towns, self.wakes, clock)
        self.reminders = Reminders(self.store, self.towns, self.wakes, clock)
        self.hand_overs = HandOvers(self.store, self.towns, self.wakes, clock)
        self.media = Media(self.store, files, self.towns, self.accounts, self.wakes, clock)
        self.inbox = Inbox(
            self.store,
            Circle(self.towns, keys, owner, flows),
            self.outbox,
            self.wakes,
            Floods(messages_per_minute),
            clock,
        )
        self.receipts = Receipts(self.store, self.towns, self.wakes, clock)
        self.reception = Reception(self.store, files, self.accounts, self.inbox, self.receipts, clock)
        self.hooks = Hooks(self.reception)
        self.tallies = Tallies(self.store, files, self.towns, clock)
        self._enclosures = Enclosures(self.store, files, clock)
        self._listeners = Listeners(self.reception.receive)
        self._sealer = Sealer(self.store, clock)
        self._upkeep = Upkeep(self.store, lambda: [loaded.town for loaded in self.towns.all()], clock)
        self.mail_door = MailDoor(self.reception, self.accounts)
        self._server: Server | None = None
        self._schedule = Schedule()

    async def start(self) -> None:
        """Take up the towns and what an earlier process left, and begin to tick."""
        await self.outbox.start()
        await self.towns.reload()
        await self.media.move_out()
        for period, tick in (
            (_SWEEP, self.outbox.sweep),
            (_SWEEP, self.updates.sweep),
            (_SWEEP, self.timetable.sweep),
            (_SWEEP, self.broadcasts.sweep),
            (_SWEEP, self.media.sweep),
            (_SWEEP, self.reminders.sweep),
            (_SWEEP, self.digests.sweep),
            (_RELOAD, self.towns.reload),
            (_RECOVER, self.outbox.recover),
            (_RECOVER, self.hand_overs.sweep),
            (_RECOVER, self.broadcasts.close_receipts),
            (_RECOVER, self.almanac.sweep),
            (_RECOVER, self.judging.sweep),
            (_SEAL, self._sealer.sweep),
            (_LOOK_BACK, self._sealer.look_back),
            (_LOOK_OUT, self.lookout.sweep),
            (_ADD_UP, self.tallies.sweep),
            (_UPKEEP, self.unfinished.sweep),
            (_UPKEEP, self._upkeep.tick),
            (_UPKEEP, self.media.clear),
        ):
            self._schedule.every(period, tick)
        self._schedule.start()
        self.reception.is_open = True
        await self.outbox.sweep()

    async def serve(self, host: str, port: int) -> int:
        """Listen for requests as well; returns the port."""
        pages = ResultPages(self.store, self.towns, self._clock)
        self._server = Server(self.reception, self.hooks, self._enclosures, pages)
        return await self._server.start(host, port)

    async def stop(self) -> None:
        """Lose nothing: take no more, end the turns, let replies leave for a while, write what became of them."""
        self.reception.is_open = False
        if self._server is not None:
            await self._server.stop()
        await self.mail_door.stop()
        await self._listeners.stop()
        await self._schedule.stop()
        await self.wakes.stop(_DRAINS_END_WITHIN)
        await self.inbox.close()
        await self.outbox.close(_LEAVES_WITHIN)
        await self.accounts.close()
        await asyncio.to_thread(self.store.close)

    def _opened(self, served: Served) -> None:
        self.outbox.open_lane(served)
        self._listeners.listen(served)
