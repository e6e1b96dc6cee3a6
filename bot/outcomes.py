"""What became of messages, written to the store in groups: whatever ended while the last group was committed."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bot.delivery import Ended
from bot.log import log_of
from storage.database import Db, Store
from storage.outbox import State
from storage.statements import Outcome, add_spendings, end_messages

_GATHERED_FOR = 0.02
"""Outcomes wait so long for others: one write for many leaves the store to the turns that people wait for."""
_PAUSE_AFTER_FAILURE = 1.0

_log = log_of(__name__)


class Outcomes:
    """Until it is written an outcome is only known here; a crash before that makes a reply go out again."""

    def __init__(self, store: Store, owner: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._owner = owner
        self._clock = clock
        self._waiting: list[Ended] = []
        self._some = asyncio.Event()
        self._is_closing = False
        self._task: asyncio.Task[None] | None = None

    def record(self, ended: Ended) -> None:
        """Keep an outcome for the next group."""
        self._waiting.append(ended)
        self._some.set()

    def start(self) -> None:
        """Begin writing; call it inside the event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="outcomes")

    async def close(self) -> None:
        """Write what is waiting and end."""
        self._is_closing = True
        self._some.set()
        if self._task:
            await self._task

    async def _run(self) -> None:
        while self._waiting or not self._is_closing:
            await self._some.wait()
            if not self._is_closing:
                await asyncio.sleep(_GATHERED_FOR)
            self._some.clear()
            group, self._waiting = self._waiting, []
            if group and not await self._write(group):
                self._waiting[:0] = group
                self._some.set()
                if self._is_closing:
                    return
                await asyncio.sleep(_PAUSE_AFTER_FAILURE)

    async def _write(self, group: list[Ended]) -> bool:
        outcomes, spendings = [_outcome(ended, self._clock()) for ended in group], _spendings(group)

        def write(db: Db) -> None:
            end_messages(db, self._owner, outcomes)
            add_spendings(db, spendings)

        try:
            await self._store.no_tenant(write)
        except Exception:
            _log.exception("outcomes not written", count=len(outcomes))
            return False
        for paid in (paid for ended in group for paid in ended.due.paid):
            paid.purse.write(paid)
        return True


def _outcome(ended: Ended, now: datetime) -> Outcome:
    due, state = ended.due, ended.state
    return Outcome(
        tenant_id=due.tenant_id,
        id=due.id,
        state=state,
        due_at=now + timedelta(seconds=ended.seconds),
        attempts=due.attempts,
        parts_sent=due.parts_sent,
        external_id=ended.external_id,
        reason=ended.reason[:200],
        ended_at=None if state is State.QUEUED else now,
        is_farewell=due.is_farewell,
        segments=due.segments,
        cost=due.cost,
        is_uncertain=due.is_uncertain,
        tried_at=due.tried_at,
    )


def _spendings(group: Sequence[Ended]) -> list[dict[str, Any]]:
    """What left together, by who sent it, the account that pays, and the day; a message counts once it is whole."""
    rows: dict[tuple[str, str, date], dict[str, Any]] = {}
    for ended in (ended for ended in group if ended.due.paid):
        due = ended.due
        for paid in due.paid:
            key = due.tenant_id, due.lane, paid.day
            row = rows.setdefault(key, {"messages": 0, "segments": 0, "micros": 0})
            row["segments"] += paid.price.segments
            row["micros"] += paid.price.micros
        row["messages"] += ended.state is State.SENT
    return [{"tenant_id": tenant_id, "lane": lane, "day": day, **row} for (tenant_id, lane, day), row in rows.items()]
