"""A run that goes wrong pauses by itself, and whoever is in charge of the town is told: when many addresses refuse it,
or the provider's word on arrival is late for it and not for everybody."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

import msgspec
from sqlmodel import col, select

from bot.config.load import Loaded
from bot.log import log_of
from bot.outbox import DRAIN
from bot.steering import pause
from bot.towns import Towns
from bot.wakes import Wakes
from channels.message import Outbound
from flows.participation.tenant import Town
from flows.text import catalogue
from storage.broadcasts import Occurrence, Recipient, RecipientState
from storage.database import Db, Store
from storage.outbox import Purpose
from storage.statements import enqueue

_ATTEMPTS_LEAST = 100
_FAILED_MOST, _LATE_MOST = 0.10, 0.15
_LATE_AFTER = timedelta(minutes=5)
_OTHERS_LEAST = 20
"""So many receipts of other runs tell how the provider is doing."""
_COUNTED_MOST = 1000
_RECENT = timedelta(days=4)
_NOBODY = 0
"""The participant of a message to who is none."""

_encode = msgspec.json.Encoder().encode
_log = log_of(__name__)


class _Run(NamedTuple):
    tenant_id: str
    id: int
    attempts: int
    failures: int
    heard: int
    """Receipts that came, and those that should have."""
    late: int

    @property
    def is_late(self) -> bool:
        return self.heard > 0 and self.late / self.heard > _LATE_MOST


class Lookout:
    """Looks at every run that is going."""

    def __init__(self, store: Store, towns: Towns, wakes: Wakes, clock: Callable[[], datetime]) -> None:
        self._store, self._towns, self._wakes, self._clock = store, towns, wakes, clock

    async def sweep(self) -> None:
        """Pause what has gone wrong since the last look."""
        now = self._clock()
        runs = await self._store.no_tenant(partial(_going, now=now))
        for run in runs:
            if why := _what_is_wrong(run, [each for each in runs if each is not run]):
                await self._pause(run, why, now)

    async def _pause(self, run: _Run, why: Mapping[str, int], now: datetime) -> None:
        loaded = next((each for each in self._towns.all() if each.id == run.tenant_id), None)
        if loaded is None:
            return
        lane = next((each.lane for each in self._towns.accounts_of(loaded.id) if each.channel == "email"), "")
        work = partial(_paused, loaded=loaded, run_id=run.id, why=why, lane=lane, now=now)
        if await self._store.turn(run.tenant_id, "", work):
            _log.warning("run paused by itself", tenant=run.tenant_id, occurrence=run.id, **why)
            self._wakes.wake_all(DRAIN, [lane])


def _going(db: Db, now: datetime) -> list[_Run]:
    is_going = (col(Occurrence.paused_at).is_(None), col(Occurrence.cancelled_at).is_(None))
    some = select(Occurrence).where(col(Occurrence.expires_at) > now - _RECENT, col(Occurrence.attempts) > 0, *is_going)
    runs = []
    for each in db.all(some):
        waiting = _unheard(db, each, now - _LATE_AFTER)
        late, heard = each.late_receipts + waiting, each.receipts + waiting
        runs.append(_Run(each.tenant_id, each.id, each.attempts, each.failures, heard, late))
    return runs


def _unheard(db: Db, run: Occurrence, sent_before: datetime) -> int:
    """How many were sent it before then, and nothing was heard of it since: so many at most."""
    theirs = (col(Recipient.tenant_id) == run.tenant_id, col(Recipient.occurrence_id) == run.id)
    is_sent = (col(Recipient.state) == RecipientState.SENT, col(Recipient.ended_at).is_(None))
    late = select(Recipient.participant_id).where(*theirs, *is_sent, col(Recipient.changed_at) < sent_before)
    return db.count(late.limit(_COUNTED_MOST))


def _what_is_wrong(run: _Run, others: Sequence[_Run]) -> dict[str, int]:
    """The counts that say so; empty where nothing is wrong, or only what is wrong with the provider for everybody."""
    if run.attempts >= _ATTEMPTS_LEAST and run.failures / run.attempts > _FAILED_MOST:
        return {"failed": run.failures, "of": run.attempts}
    telling = [each for each in others if each.heard >= _OTHERS_LEAST]
    is_slow_for_all = bool(telling) and all(each.is_late for each in telling)
    if run.heard >= _ATTEMPTS_LEAST and run.is_late and not is_slow_for_all:
        return {"late": run.late, "of": run.heard}
    return {}


def _paused(db: Db, loaded: Loaded, run_id: int, why: Mapping[str, int], lane: str, now: datetime) -> bool:
    run = db.one(Occurrence, run_id)
    if run.paused_at is not None or run.cancelled_at is not None:
        return False
    said = _said(loaded.town, run, why)
    pause(db, run, said, now, "system")
    if lane and loaded.administrator is not None:
        t = catalogue(loaded.town.language).translate
        how = t(
            "To see it: participabot broadcast report {name}. To go on: participabot broadcast resume {name}.",
            {"name": run.broadcast},
        )
        outbound = Outbound(f"{said} {how}", run.broadcast, language=loaded.town.language, about=run.broadcast)
        sealed = db.seal(loaded.administrator.email)
        enqueue(db, _NOBODY, lane, "email", sealed, Purpose.ALERT, _encode(outbound).decode(), now)
    return True


def _said(town: Town, run: Occurrence, why: Mapping[str, int]) -> str:
    t, values = catalogue(town.language).translate, {**why, "name": run.broadcast, "at": run.local_at}
    if "failed" in why:
        return t(
            "The broadcast {name} of {at} has paused: {failed} of {of} messages could not be delivered.",
            values,
        )
    return t(
        "The broadcast {name} of {at} has paused: of {late} of {of} messages there is no word in time.",
        values,
    )
