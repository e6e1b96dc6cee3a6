"""What people asked to be reminded of: told on its day, once, in the transaction that marks it told."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlmodel import col, select

from bot.log import log_of
from bot.outbox import DRAIN
from bot.telling import tell
from bot.towns import Towns
from bot.wakes import Wakes
from flows.news import reminded
from flows.participation.process import Action
from flows.participation.quiet import is_quiet
from flows.participation.reminders import is_possible, process_of
from flows.participation.spaces import opening_of
from flows.participation.tenant import Town
from storage.database import Db, Store
from storage.reminders import Ending, Reminder, awaited, due_reminders, move_reminders

REMIND = "remind"
"""The kind of wake whose key is a tenant."""

_AT_ONCE = 50
"""Reminders in one turn: a reply never waits for thousands of them."""

_log = log_of(__name__)


class Reminders:
    """Tells what has become possible. A day that moves in a town's files moves here too, as soon as they are served."""

    def __init__(self, store: Store, towns: Towns, wakes: Wakes, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._towns = towns
        self._wakes = wakes
        self._clock = clock
        self._dated: dict[str, Town] = {}
        wakes.handler(REMIND, self.drain)

    async def sweep(self) -> None:
        """Wake every tenant that has a reminder due, or whose files have changed."""
        now = self._clock()
        due = await self._store.no_tenant(partial(_tenants_with_due, now=now))
        served = {loaded.id: loaded.town for loaded in self._towns.all()}
        changed = {tenant_id for tenant_id, town in served.items() if self._dated.get(tenant_id) is not town}
        self._wakes.wake_all(REMIND, changed | set(due))

    async def drain(self, tenant_id: str) -> None:
        """Tell what is due in a tenant and has not been told, unless it is quiet now."""
        town, now = self._towns.find(tenant_id), self._clock()
        if town is None:
            return
        if self._dated.get(tenant_id) is not town:
            asked = await self._store.turn(tenant_id, "", awaited)
            for first in range(0, len(asked), _AT_ONCE):
                some = asked[first : first + _AT_ONCE]
                await self._store.turn(tenant_id, "", partial(_date_anew, town=town, now=now, asked=some))
            self._dated[tenant_id] = town
        count = 0 if is_quiet(town, now) else _AT_ONCE
        while count == _AT_ONCE:
            endings, lanes = await self._store.turn(tenant_id, "", partial(_tell, town=town, now=now))
            count = len(endings)
            for reminder_id, ending in endings.items():
                _log.info("reminder ended", tenant=tenant_id, reminder=reminder_id, ending=ending.value)
            self._wakes.wake_all(DRAIN, lanes)


def _tenants_with_due(db: Db, now: datetime) -> Sequence[str]:
    is_due = (col(Reminder.told_at).is_(None), col(Reminder.due_at) <= now)
    return db.all(select(Reminder.tenant_id).where(*is_due).distinct())


def _date_anew(db: Db, town: Town, now: datetime, asked: Sequence[tuple[str, str, datetime]]) -> None:
    for subject, action, due_at in asked:
        process, day = process_of(db, town, subject), due_at
        if process is None or is_possible(process, Action(action), now):
            day = min(due_at, now)
        elif (opens_at := opening_of(process, Action(action), now)) is not None:
            day = opens_at
        if day != due_at:
            move_reminders(db, subject, action, day)


def _tell(db: Db, town: Town, now: datetime) -> tuple[dict[int, Ending], set[str]]:
    endings: dict[int, Ending] = {}
    lanes: set[str] = set()
    for reminder in due_reminders(db, now, _AT_ONCE):
        reminder.ending, lane = _end(db, town, reminder, now)
        if reminder.ending is not Ending.WAITING:
            reminder.told_at = now
        endings[reminder.id] = reminder.ending
        lanes.add(lane)
    return endings, lanes


def _end(db: Db, town: Town, reminder: Reminder, now: datetime) -> tuple[Ending, str]:
    """What becomes of one that is due, and the lane by which it is told."""
    action, process = Action(reminder.action), process_of(db, town, reminder.subject)
    if process is None:
        return Ending.GONE, ""
    if not is_possible(process, action, now):
        opens_at = opening_of(process, action, now)
        if opens_at is None:
            return Ending.GONE, ""
        reminder.due_at = opens_at
        return Ending.WAITING, ""
    lane = tell(db, town, reminder.participant_id, now, partial(reminded, reminder=reminder, process=process))
    return Ending.TOLD if lane else Ending.UNWANTED, lane
