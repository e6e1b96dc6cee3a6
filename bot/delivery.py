"""One message, one attempt, and the one place that decides what a failure means."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import uniform
from typing import TypeAlias

from msgspec import Struct, structs

from bot.lanes import Due, Held, Lane
from bot.log import log_of
from bot.trouble import is_trouble
from channels.errors import AddressMoved, AddressStopped, Later, Misconfigured, SendFailed, Uncertain
from channels.message import Address, Outbound, name_of
from storage.outbox import AWAITED, State
from storage.row import time_of

_FIRST_RETRY = 2.0
_LONGEST_RETRY = 600.0
_GIVE_UP_AFTER = timedelta(hours=24)

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

Load: TypeAlias = Callable[[Due, Sequence[int]], Awaitable[Mapping[int, bytes]]]
"""The bytes of files that are kept in the store, by their ids, in one query."""


class Addresses(Struct, frozen=True):
    """What delivery learns about addresses, written to the store before it goes on."""

    stop: Callable[[Due], Awaitable[None]]
    move: Callable[[Due, str], Awaitable[None]]


class Delivery:
    """Sends a message's parts in order; a part that left is never sent again by a retry."""

    def __init__(self, record: Record, addresses: Addresses, load: Load, clock: Callable[[], datetime]) -> None:
        self._record = record
        self._load = load
        self._addresses = addresses
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
        if (rest := lane.rests_for) > 0:
            return self._later(due, rest, "the account rests")
        is_leaving = False
        try:
            await (lane.pace.take_for_reply() if due.purpose in AWAITED else lane.pace.take_for_bulk())
            if not lane.breaker.lets_pass():
                return self._later(due, lane.breaker.rests_for, "the account rests")
            is_leaving = True
            due.attempts += 1
            external_id = await self._send(lane, due)
        except SendFailed as failure:
            return await self._failed(lane, due, failure)
        except asyncio.CancelledError:
            self._interrupted(due, is_leaving)
            raise
        lane.breaker.succeeded()
        lane.calmed()
        self._record(Ended(due, State.SENT, external_id=external_id))
        return None

    async def _send(self, lane: Lane, due: Due) -> str:
        external_id = ""
        if due.acknowledges is not None:
            await lane.channel.acknowledge(due.acknowledges)
            due.acknowledges = None
        outbound = await self._loaded(due) if due.outbound.files else due.outbound
        parts = lane.channel.render(outbound)
        for part in parts[due.parts_sent :]:
            if due.parts_sent:
                await lane.pace.take_for_reply()
            external_id = await self._send_part(lane, due, part, name_of(due.tenant_id, due.id, due.parts_sent))
            due.parts_sent += 1
        return external_id

    async def _loaded(self, due: Due) -> Outbound:
        """With the bytes of files that are kept in the store; without those that nobody is to see any more."""
        kept = [file.content_id for file in due.outbound.files if file.content_id]
        contents = await self._load(due, kept) if kept else {}
        files = (
            structs.replace(file, data=contents.get(file.content_id, b"")) if file.content_id else file
            for file in due.outbound.files
        )
        return structs.replace(due.outbound, files=tuple([file for file in files if file.data]))

    async def _send_part(self, lane: Lane, due: Due, part: object, name: str) -> str:
        try:
            return await lane.channel.send(due.address, part, name)
        except AddressMoved as moved:
            await self._addresses.move(due, moved.new_id)
            due.address = Address(due.address.channel, moved.new_id)
        try:
            return await lane.channel.send(due.address, part, name)
        except AddressMoved as again:
            raise Misconfigured("the address moved twice") from again

    async def _failed(self, lane: Lane, due: Due, failure: SendFailed) -> Held | None:
        match failure:
            case Later(after=float() | int() as after):
                lane.flooded(due, after)
                return self._later(due, after, failure.reason)
            case Later():
                lane.breaker.failed()
                return self._later(due, _backoff(due.attempts), failure.reason)
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
            case _:
                lane.breaker.succeeded()
                _log.error("cannot be sent", lane=lane.name, message=due.id, tenant=due.tenant_id, why=failure.reason)
        self._record(Ended(due, State.FAILED, reason=failure.reason))
        return None

    def _later(self, due: Due, seconds: float, reason: str) -> Held | None:
        if self._clock() - time_of(due.id) > _GIVE_UP_AFTER:
            self._record(Ended(due, State.FAILED, reason=f"given up after a day: {reason}"))
            return None
        self._record(Ended(due, State.QUEUED, seconds, reason=reason))
        return Held(seconds)

    def _interrupted(self, due: Due, is_leaving: bool) -> None:
        if is_leaving and due.purpose not in AWAITED:
            self._record(Ended(due, State.UNCERTAIN, reason="interrupted by a stop"))
        else:
            self._record(Ended(due, State.QUEUED, reason="interrupted by a stop"))


def _backoff(attempts: int) -> float:
    return min(_LONGEST_RETRY, _FIRST_RETRY * 2.0 ** min(attempts, 16)) * uniform(0.8, 1.2)  # noqa: S311 - no secret
