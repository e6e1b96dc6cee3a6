"""Broadcasts on their way: runs begin when they are due, their audience is frozen, and each lane is fed about a second
ahead of what it may send, so that replies stay quick and a pause is one."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile

from sqlmodel import col, exists, select

from bot.feeding import Feed
from bot.freezing import begin, broadcast_of, freeze
from bot.log import log_of
from bot.occasions import Occasion, occasions
from bot.outbox import DRAIN, Outbox
from bot.settling import expire, settle
from bot.towns import Towns
from bot.wakes import Wakes
from flows.participation.broadcast import Broadcast, Late
from flows.participation.quiet import is_quiet
from flows.participation.tenant import Town
from flows.participation.trial import is_on_trial, left_today
from storage.broadcasts import Occurrence, Recipient, Scheduled, occurrence_at
from storage.database import Db, Store
from storage.files import Files
from storage.outbox import Message, Purpose, State
from storage.row import first_id_at, new_id

RUN = "run"
"""The kind of wake whose key is a tenant."""

_LOOKS_BACK = timedelta(days=3)
"""A time that passed longer ago is not looked for."""
_ON_TIME = timedelta(minutes=10)
_MISSED_MOST = 50
_SETTLED_WITHIN = timedelta(days=4)
"""After a run has expired, until the last of its receipts."""
_COUNTS_FOR = timedelta(seconds=10)
"""What has been queued for longer waits for something else than its turn."""
_AT_ONCE = 100
"""Messages that are made in one turn: a reply never waits for thousands of them."""
_PASS = 0.2
_DRAIN_AT_MOST = 5.0

_log = log_of(__name__)


class Broadcasts:
    """Of every town that is served."""

    def __init__(
        self, store: Store, files: Files, towns: Towns, outbox: Outbox, wakes: Wakes, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._files, self._towns = store, files, towns
        self._outbox, self._wakes, self._clock = outbox, wakes, clock
        self._looked: dict[str, tuple[Town, datetime, datetime | None]] = {}
        self._lanes: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        wakes.handler(RUN, self.drain)

    async def sweep(self) -> None:
        """Begin what is due, and wake every town that has a run under way."""
        now = self._clock()
        for loaded in self._towns.all():
            if self._has_to_look(loaded.town, now):
                await self._look(loaded.town, now)
        self._wakes.wake_all(RUN, await self._store.no_tenant(partial(_tenants_with_runs, now=now)))

    async def drain(self, tenant_id: str) -> None:
        """Bring a town's runs on, for some seconds at most, then wake it again while there is more to do."""
        for _ in range(int(_DRAIN_AT_MOST / _PASS)):
            town = self._towns.find(tenant_id)
            if town is None or not await self._pass(town):
                return
            await asyncio.sleep(_PASS)
        self._wakes.wake(RUN, tenant_id)

    async def _pass(self, town: Town) -> bool:
        """One look at each run; returns whether there is anything that another look soon would bring on."""
        now, is_busy = self._clock(), False
        for run_id in await self._store.turn(town.id, "", partial(_runs, now=now)):
            while await self._store.turn(town.id, "", partial(freeze, town=town, run_id=run_id, now=now)):
                is_busy = True
                await asyncio.sleep(0)
            is_busy |= await self._store.turn(town.id, "", partial(_settled, run_id=run_id, now=now))
            for lane in self._lanes_of(town):
                is_busy |= await self._feed(town, run_id, lane, now)
            await self._reroute(town, run_id, now)
        return is_busy

    async def _feed(self, town: Town, run_id: int, lane: str, now: datetime) -> bool:
        async with self._lanes[lane]:
            room = self._outbox.room(lane)
            if room > 0:
                room -= await self._store.no_tenant(partial(_queued, lane=lane, now=now))
            if room <= 0:
                return True
            feed = partial(feed_run, town=town, run_id=run_id, lane=lane, room=min(room, _AT_ONCE), now=now)
            fed = await self._store.turn(town.id, "", feed)
            if fed:
                self._wakes.wake(DRAIN, lane)
            return fed > 0

    async def _reroute(self, town: Town, run_id: int, now: datetime) -> None:
        served = self._lanes_of(town)
        up = [lane for lane in served if not self._outbox.is_down(lane)]
        await self._store.turn(town.id, "", partial(_rerouted, town=town, run_id=run_id, served=served, up=up, now=now))

    def _lanes_of(self, town: Town) -> list[str]:
        return [account.lane for account in self._towns.accounts_of(town.id)] + [f"console:{town.id}"]

    def _has_to_look(self, town: Town, now: datetime) -> bool:
        """Its files are others, a time has come, or the clock is not where it was."""
        before, looked_at, coming = self._looked.get(town.id, (None, now, now))
        return (
            before is not town
            or not looked_at <= now < looked_at + _LOOKS_BACK
            or (coming is not None and now >= coming)
        )

    async def _look(self, town: Town, now: datetime) -> None:
        scheduled = [each for each in town.broadcasts if each.schedule.words]
        if scheduled:
            since = await self._store.turn(town.id, "", _since)
            for broadcast in scheduled:
                await self._begin(town, broadcast, since.get(broadcast.slug, now), now)
        coming = (next(occasions(town, each.schedule, now), None) for each in scheduled)
        self._looked[town.id] = town, now, min((each.at for each in coming if each is not None), default=None)

    async def _begin(self, town: Town, broadcast: Broadcast, since: datetime, now: datetime) -> None:
        """The last of its times that have passed; those before it are marked as missed."""
        passed = [*_passed(town, broadcast, max(since, now - _LOOKS_BACK), now)][-_MISSED_MOST:]
        for occasion in passed:
            is_late = now - occasion.at > _ON_TIME
            is_missed = occasion is not passed[-1] or (is_late and broadcast.late is Late.MISSED)
            is_missed = is_missed or now >= occasion.at + broadcast.expires_after
            await self.begin(town, broadcast, occasion.local_at, now, is_missed=is_missed)

    async def begin(
        self,
        town: Town,
        broadcast: Broadcast,
        local_at: str,
        now: datetime,
        *,
        by: str = "system",
        is_missed: bool = False,
    ) -> None:
        """Begin a run, unless there is one of this date and time; its file is kept before anybody is sent it."""
        if await self._store.turn(town.id, "", lambda db: occurrence_at(db, broadcast.slug, local_at) is not None):
            return
        run_id = new_id()
        if broadcast.data and not is_missed:
            await asyncio.to_thread(self._files.keep, town.id, run_id, broadcast.data)
        work = partial(begin, broadcast=broadcast, local_at=local_at, now=now, id=run_id, is_missed=is_missed)
        await self._store.turn(town.id, "", lambda db: work(db) is not None)
        _log.info("run missed" if is_missed else "run begun", tenant=town.id, broadcast=broadcast.slug, at=local_at)


def _passed(town: Town, broadcast: Broadcast, after: datetime, now: datetime) -> Iterator[Occasion]:
    return takewhile(lambda each: each.at <= now, occasions(town, broadcast.schedule, after))


def _since(db: Db) -> dict[str, datetime]:
    return {each.broadcast: each.since for each in db.all(select(Scheduled))}


def _tenants_with_runs(db: Db, now: datetime) -> Sequence[str]:
    has_open = exists().where(
        col(Recipient.tenant_id) == col(Occurrence.tenant_id),
        col(Recipient.occurrence_id) == col(Occurrence.id),
        col(Recipient.ended_at).is_(None),
    )
    is_recent = col(Occurrence.expires_at) > now - _SETTLED_WITHIN
    is_new = col(Occurrence.frozen_at).is_(None) & col(Occurrence.cancelled_at).is_(None)
    return db.all(select(Occurrence.tenant_id).where(is_recent, is_new | has_open).distinct())


def _runs(db: Db, now: datetime) -> Sequence[int]:
    is_recent = col(Occurrence.expires_at) > now - _SETTLED_WITHIN
    return db.all(
        select(Occurrence.id).where(is_recent, col(Occurrence.is_missed).is_(False)).order_by(col(Occurrence.id))
    )


def _settled(db: Db, run_id: int, now: datetime) -> bool:
    run = db.one(Occurrence, run_id)
    expire(db, run, now)
    return settle(db, run, now) > 0


def _queued(db: Db, lane: str, now: datetime) -> int:
    waiting = (col(Message.lane) == lane, col(Message.state) == State.QUEUED)
    lately = (col(Message.purpose) == Purpose.BROADCAST, col(Message.id) > first_id_at(now - _COUNTS_FOR))
    return db.count(select(Message.id).where(*waiting, *lately))


def _is_going(town: Town, run: Occurrence, now: datetime) -> bool:
    """It may be fed now."""
    if run.paused_at is not None or run.cancelled_at is not None or now >= run.expires_at:
        return False
    return not is_quiet(town, now) or broadcast_of(run).is_urgent


def feed_run(db: Db, town: Town, run_id: int, lane: str, room: int, now: datetime) -> int:
    run = db.one(Occurrence, run_id)
    if not _is_going(town, run, now):
        return 0
    if is_on_trial(db, town):
        room = min(room, left_today(db, town, now))
    return Feed(db, town, run, now).feed(lane, room)


def _rerouted(db: Db, town: Town, run_id: int, served: Sequence[str], up: Sequence[str], now: datetime) -> None:
    run = db.one(Occurrence, run_id)
    if _is_going(town, run, now):
        lanes = up if broadcast_of(run).is_urgent else served
        Feed(db, town, run, now).reroute(lanes, _AT_ONCE)
