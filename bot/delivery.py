"""One message, one attempt, and the one place that decides what a failure means."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from random import uniform
from typing import TypeAlias

from msgspec import Struct

from bot.lanes import Due, Held, Lane
from bot.log import log_of
from bot.purse import OverCap
from bot.sending import Addresses, Load, NobodyKnows, Sending
from bot.trouble import is_trouble
from channels.errors import (
    AddressStopped,
    Later,
    NotAllowed,
    OutsideWindow,
    SendFailed,
    Uncertain,
)
from storage.outbox import AWAITED, State
from storage.row import time_of

_FIRST_RETRY = 2.0
_LONGEST_RETRY = 600.0
_GIVE_UP_AFTER = timedelta(hours=24)
_HELD_FOR = 60.0
"""Seconds until a message that costs too much today is looked at again; a lane whose cap was reached is not drained."""
SPEND_CAP = "spend cap"
"""The reason of a message that waits until there may be spent again."""

_log = log_of(__name__)


class Ended(Struct, frozen=True):
    """What became of one attempt. `QUEUED` is due again in `seconds`."""

    due: Due
    state: State
    seconds: float = 0.0
    external_id: str = ""
    reason: str = ""


Record: TypeAlias = Callable[[Ended], None]
"""Keeps an outcome, to be written with the next group."""


class Delivery:
    """One attempt, and what follows from it."""

    def __init__(self, record: Record, addresses: Addresses, load: Load, clock: Callable[[], datetime]) -> None:
        self._record = record
        self._addresses = addresses
        self._sending = Sending(addresses, load, clock)
        self._clock = clock

    async def deliver(self, lane: Lane, due: Due) -> Held | None:
        """Try once; `Held` when it goes back to the store to be tried later."""
        try:
            return await self._attempt(lane, due)
        except Exception as bug:
            if is_trouble(bug):
                return self._later(due, _backoff(due.attempts), "the store is in trouble")
            _log.exception("send broke", lane=lane.name, message=due.id, tenant=due.tenant_id)
            self._record(Ended(due, State.FAILED, reason=f"bug: {type(bug).__name__}"))
            return None

    async def _attempt(self, lane: Lane, due: Due) -> Held | None:
        due.tried_at = due.tried_at or (time_of(due.id) if due.is_uncertain else self._clock())
        if lane.purse.is_closed:
            return self._hold(due)
        if (rest := lane.rests_for) > 0:
            return self._later(due, rest, "the account rests")
        is_leaving = False
        try:
            await (lane.pace.take_for_reply() if due.purpose in AWAITED else lane.pace.take_for_bulk())
            if not lane.breaker.lets_pass():
                return self._later(due, lane.breaker.rests_for, "the account rests")
            is_leaving = True
            due.attempts += 1
            external_id = await self._sending.send(lane, due)
        except OverCap:
            due.attempts -= 1
            return self._hold(due)
        except SendFailed as failure:
            return await self._failed(lane, due, failure)
        except asyncio.CancelledError:
            self._interrupted(due, is_leaving)
            raise
        lane.breaker.succeeded()
        lane.calmed()
        self._record(Ended(due, State.SENT, external_id=external_id))
        return None

    async def _failed(self, lane: Lane, due: Due, failure: SendFailed) -> Held | None:
        match failure:
            case Later(after=float() | int() as after):
                lane.flooded(due, after)
                return self._later(due, after, failure.reason)
            case Later():
                lane.breaker.failed()
                return self._later(due, _backoff(due.attempts), failure.reason)
            case NobodyKnows():
                due.is_uncertain = False
                self._record(Ended(due, State.UNCERTAIN, reason=failure.reason))
                return None
            case Uncertain() if due.purpose in AWAITED:
                lane.breaker.failed()
                return self._later(due, _backoff(due.attempts), failure.reason)
            case Uncertain():
                lane.breaker.failed()
                self._record(Ended(due, State.UNCERTAIN, reason=failure.reason))
                return None
            case AddressStopped():
                lane.breaker.succeeded()
                await self._addresses.stop(due)
            case OutsideWindow() | NotAllowed():
                _log.warning(
                    "may not be sent", lane=lane.name, message=due.id, tenant=due.tenant_id, why=failure.reason
                )
            case _:
                lane.breaker.succeeded()
                _log.error("cannot be sent", lane=lane.name, message=due.id, tenant=due.tenant_id, why=failure.reason)
        self._record(Ended(due, State.FAILED, reason=failure.reason))
        return None

    def _later(self, due: Due, seconds: float, reason: str) -> Held | None:
        if due.tried_at and self._clock() - due.tried_at > _GIVE_UP_AFTER:
            self._record(Ended(due, State.FAILED, reason=f"given up after a day: {reason}"))
            return None
        self._record(Ended(due, State.QUEUED, seconds, reason=reason))
        return Held(seconds)

    def _hold(self, due: Due) -> Held:
        due.tried_at = None
        self._record(Ended(due, State.QUEUED, _HELD_FOR, reason=SPEND_CAP))
        return Held(_HELD_FOR)

    def _interrupted(self, due: Due, is_leaving: bool) -> None:
        due.is_uncertain = due.is_uncertain or is_leaving
        if is_leaving and due.purpose not in AWAITED:
            self._record(Ended(due, State.UNCERTAIN, reason="interrupted by a stop"))
        else:
            self._record(Ended(due, State.QUEUED, reason="interrupted by a stop"))


def _backoff(attempts: int) -> float:
    return min(_LONGEST_RETRY, _FIRST_RETRY * 2.0 ** min(attempts, 16)) * uniform(0.8, 1.2)  # noqa: S311 - no secret
