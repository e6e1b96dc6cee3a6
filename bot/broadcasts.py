"""Broadcasts on their way: the audience of each run is frozen, and each lane is fed about a second ahead of what it may
send, so that replies stay quick and a pause is one."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement
from sqlmodel import col, exists, select

from bot.feeding import Feed
from bot.freezing import broadcast_of, freeze
from bot.log import log_of
from bot.outbox import DRAIN, Outbox
from bot.settling import NO_RECEIPT_AFTER, close_receipts, expire, settle
from bot.towns import Towns
from bot.wakes import Wakes
from flows.participation.quiet import is_quiet
from flows.participation.tenant import Town
from flows.participation.trial import is_on_trial, left_today
from storage.broadcasts import UNSENT, Occurrence, Recipient, RecipientState
from storage.database import Db, Store
from storage.outbox import Message, Purpose, State
from storage.row import first_id_at

RUN = "run"
"""The kind of wake whose key is a tenant."""

_SETTLED_WITHIN = timedelta(days=4)
"""After a run has expired, until the last of what was on its way has been asked after."""
_FORGOTTEN_AFTER = timedelta(days=60)
_COUNTS_FOR = timedelta(seconds=10)
"""What has been queued for longer waits for something else than its turn."""
_AT_ONCE = 100
"""Messages that are made in one turn: a reply never waits for thousands of them."""
_PASS = 0.2
_DRAIN_AT_MOST = 5.0

_log = log_of(__name__)


class Broadcasts:
    """Of every town that is served."""

    def __init__(self, store: Store, towns: Towns, outbox: Outbox, wakes: Wakes, clock: Callable[[], datetime]) -> None:
        self._store, self._towns = store, towns
        self._outbox, self._wakes, self._clock = outbox, wakes, clock
        self._lanes: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        wakes.handler(RUN, self.drain)

    async def sweep(self) -> None:
        """Wake every town that has a run under way."""
        now = self._clock()
        self._wakes.wake_all(RUN, await self._store.no_tenant(partial(_tenants_with_runs, now=now)))

    async def close_receipts(self) -> None:
        """End what no receipt has come of for too long."""
        now = self._clock()
        for tenant_id, run_id in await self._store.no_tenant(partial(_awaiting_receipts, now=now)):
            await self._store.turn(tenant_id, "", partial(_closed, run_id=run_id, now=now))

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
        now, is_busy, served = self._clock(), False, self._lanes_of(town)
        up = [lane for lane in served if not self._outbox.is_down(lane)]
        for run_id in await self._store.turn(town.id, "", partial(_runs, now=now)):
            while await self._store.turn(town.id, "", partial(freeze, town=town, run_id=run_id, now=now)):
                is_busy = True
            look = partial(_looked_at, town=town, run_id=run_id, served=served, up=up, now=now)
            settled, waiting = await self._store.turn(town.id, "", look)
            is_busy |= settled > 0
            for lane in waiting:
                is_busy |= await self._feed(town, run_id, lane, now)
        return is_busy

    async def _feed(self, town: Town, run_id: int, lane: str, now: datetime) -> bool:
        """Returns whether it is worth looking again soon."""
        async with self._lanes[lane]:
            if self._outbox.rests(lane):
                return False
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

    def _lanes_of(self, town: Town) -> list[str]:
        return [account.lane for account in self._towns.accounts_of(town.id)] + [f"console:{town.id}"]


def _has_work(now: datetime) -> ColumnElement[bool]:
    """Of an occurrence: its audience is not frozen yet, or somebody waits for it or has it on its way.

    What has left and only awaits its receipts is looked at by `close_receipts`.
    """
    has_open = exists().where(
        col(Recipient.tenant_id) == col(Occurrence.tenant_id),
        col(Recipient.occurrence_id) == col(Occurrence.id),
        col(Recipient.state).in_(UNSENT),
        col(Recipient.ended_at).is_(None),
    )
    is_new = col(Occurrence.frozen_at).is_(None) & col(Occurrence.cancelled_at).is_(None)
    return (col(Occurrence.expires_at) > now - _SETTLED_WITHIN) & (is_new | has_open)


def _tenants_with_runs(db: Db, now: datetime) -> Sequence[str]:
    return db.all(select(Occurrence.tenant_id).where(_has_work(now)).distinct())


def _runs(db: Db, now: datetime) -> Sequence[int]:
    return db.all(select(Occurrence.id).where(_has_work(now)).order_by(col(Occurrence.id)))


def _looked_at(
    db: Db, town: Town, run_id: int, served: Sequence[str], up: Sequence[str], now: datetime
) -> tuple[int, list[str]]:
    """How many recipients have ended since the last look, and the lanes on which somebody waits and may be sent it."""
    run = db.one(Occurrence, run_id)
    expire(db, run, now)
    settled = settle(db, run, now)
    if not _is_going(town, run, now):
        return settled, []
    Feed(db, town, run, now).reroute(up if broadcast_of(run).is_urgent else served, _AT_ONCE)
    db.flush()
    return settled, [lane for lane in served if _is_waited_for(db, run_id, lane)]


def _is_waited_for(db: Db, run_id: int, lane: str) -> bool:
    theirs = (col(Recipient.occurrence_id) == run_id, col(Recipient.lane) == lane)
    waits = (col(Recipient.state) == RecipientState.WAITING, col(Recipient.ended_at).is_(None))
    return db.first(select(Recipient.participant_id).where(*theirs, *waits).limit(1)) is not None


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
    """Put at most so many of a run's messages in front of a lane; returns how many recipients were looked at."""
    run = db.one(Occurrence, run_id)
    if not _is_going(town, run, now):
        return 0
    if is_on_trial(db, town):
        room = min(room, left_today(db, town, now))
    return Feed(db, town, run, now).feed(lane, room)


def _awaiting_receipts(db: Db, now: datetime) -> Sequence[tuple[str, int]]:
    """Runs of some days ago that have sent something of which nothing was heard."""
    has_sent = exists().where(
        col(Recipient.tenant_id) == col(Occurrence.tenant_id),
        col(Recipient.occurrence_id) == col(Occurrence.id),
        col(Recipient.state) == RecipientState.SENT,
        col(Recipient.ended_at).is_(None),
    )
    is_old = (col(Occurrence.begun_at) < now - NO_RECEIPT_AFTER, col(Occurrence.expires_at) > now - _FORGOTTEN_AFTER)
    return db.tuples(select(Occurrence.tenant_id, Occurrence.id).where(*is_old, has_sent))


def _closed(db: Db, run_id: int, now: datetime) -> None:
    close_receipts(db, db.one(Occurrence, run_id), now)
