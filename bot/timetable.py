"""The timetable of broadcasts: a run begins when its time has come, once, whatever restarts, servers and clocks do."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile

from sqlmodel import select

from bot.freezing import begin
from bot.log import log_of
from bot.occasions import Occasion, occasions
from bot.towns import Towns
from flows.participation.broadcast import Broadcast, Late
from flows.participation.tenant import Town
from storage.broadcasts import Scheduled, occurrence_at
from storage.database import Db, Store
from storage.files import Files
from storage.row import new_id

_LOOKS_BACK = timedelta(days=3)
"""A time that passed longer ago is not looked for."""
_ON_TIME = timedelta(minutes=10)
_MISSED_MOST = 50

_log = log_of(__name__)


class Timetable:
    """Of every town that is served."""

    def __init__(self, store: Store, files: Files, towns: Towns, clock: Callable[[], datetime]) -> None:
        self._store, self._files, self._towns, self._clock = store, files, towns, clock
        self._looked: dict[str, tuple[Town, datetime, datetime | None]] = {}

    async def sweep(self) -> None:
        """Begin what is due."""
        now = self._clock()
        for loaded in self._towns.all():
            if self._has_to_look(loaded.town, now):
                await self._look(loaded.town, now)

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
        is_missed: bool = False,
    ) -> None:
        """Begin a run, unless there is one of this date and time; its file is kept before anybody is sent it."""
        if await self._store.turn(town.id, "", lambda db: occurrence_at(db, broadcast.slug, local_at) is not None):
            return
        run_id = new_id()
        if broadcast.data and not is_missed:
            await asyncio.to_thread(self._files.keep, town.id, run_id, broadcast.data)
        work = partial(begin, broadcast=broadcast, local_at=local_at, now=now, id=run_id, is_missed=is_missed)
        if await self._store.turn(town.id, "", lambda db: work(db) is not None):
            _log.info("run missed" if is_missed else "run begun", tenant=town.id, broadcast=broadcast.slug, at=local_at)


def _passed(town: Town, broadcast: Broadcast, after: datetime, now: datetime) -> Iterator[Occasion]:
    return takewhile(lambda each: each.at <= now, occasions(town, broadcast.schedule, after))


def _since(db: Db) -> dict[str, datetime]:
    return {each.broadcast: each.since for each in db.all(select(Scheduled))}
