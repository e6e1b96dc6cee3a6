"""Deliver what is due: replies at once from memory, everything else as its lane is drained."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from bot.accounts import Served
from bot.delivery import Delivery, Ended
from bot.lanes import NOT_WELCOME, Due, Lane
from bot.log import log_of
from bot.outcomes import Outcomes
from bot.purse import Purse
from bot.sending import Addresses
from bot.stops import move_address
from bot.towns import Towns
from bot.unconfirmed import Unconfirmed
from bot.unreachable import lose_address
from bot.wakes import Wakes
from channels.message import Address, Outbound
from storage import statements
from storage.attachments import shown_among
from storage.database import Db, Store
from storage.files import Files
from storage.keys import KeyProblem, Keys
from storage.outbox import State

DRAIN = "drain"
"""The kind of wake whose key is a lane."""

_CLAIM_MOST = 100
_LOTS = 4
"""In so many lots a second's worth is claimed: what is claimed and has not left when the process dies is uncertain."""
_DRAIN_AT_MOST = 5.0
_NO_LANE = 60.0
_LEASE = timedelta(seconds=120)
_FAR_AHEAD = timedelta(days=36500)
_ENDED_LONG_AGO = timedelta(minutes=5)
_STEP = 5.0
"""Seconds that a clock may be corrected by without anybody noticing."""

_decode = msgspec.json.Decoder(Outbound).decode
_log = log_of(__name__)


class Outbox:
    """The lanes of this process and what is on its way through them."""

    def __init__(
        self,
        store: Store,
        files: Files,
        keys: Keys,
        towns: Towns,
        wakes: Wakes,
        owner: str,
        clock: Callable[[], datetime],
    ) -> None:
        self.owner = owner
        self._store = store
        self._files = files
        self._keys = keys
        self._towns = towns
        self._wakes = wakes
        self._clock = clock
        self._ahead = clock().timestamp() - time.monotonic()
        self._lanes: dict[str, Lane] = {}
        self._outcomes = Outcomes(store, owner, clock)
        addresses = Addresses(self._stop_address, self._move_address, Unconfirmed(store, keys).may_cost)
        self._delivery = Delivery(self._outcomes.record, addresses, self._contents, clock)
        wakes.handler(DRAIN, self.drain)

    def open_lane(self, served: Served) -> None:
        """Let an account send; opening it again with a new channel keeps what is on its way."""
        name, channel, rate = served.lane, served.channel, served.rate
        if (lane := self._lanes.get(name)) is not None:
            lane.channel = channel
            lane.pace.change(rate)
        else:
            purse = Purse(name, self._store, self._clock)
            lane = self._lanes[name] = Lane(name, channel, rate, purse, self._delivery.deliver, self._release)
        lane.purse.change(served.caps, served.zone)

    async def start(self) -> None:
        """Take over what earlier processes left, and begin to write outcomes."""
        await self.reclaim()
        self._outcomes.start()

    async def reclaim(self) -> None:
        """Void the leases of dead processes: their replies go out again, the rest is uncertain."""
        now = self._clock()
        replies, others = await self._store.no_tenant(
            lambda db: statements.void_leases(db, self.owner, now, now + _FAR_AHEAD)
        )
        if replies or others:
            _log.info("left by a process that ended", replies=replies, uncertain=others)

    async def recover(self) -> None:
        """Void leases that ended long ago, ours among them: what is still in memory here is not sent a second time.

        What has been uncertain for as long is queued, to be asked after.
        """
        now = self._clock()
        before = now - _ENDED_LONG_AGO

        def work(db: Db) -> None:
            statements.void_leases(db, "", now, before)
            statements.reconcile(db, now, before)

        await self._store.no_tenant(work)

    def hand(self, dues: Iterable[Due]) -> None:
        """Send rows that were born leased to this process, now that they are committed."""
        for due in dues:
            lane = self._lanes.get(due.lane)
            if lane is None:
                self._release(due, _NO_LANE)
            else:
                lane.hand(due)

    async def sweep(self) -> None:
        """Wake every lane that has something due."""
        now, is_set_back = self._clock(), self._is_set_back()
        for lane in self._lanes.values():
            lane.forget_old_holds()

        def find(db: Db) -> Sequence[str]:
            if is_set_back:
                statements.hasten_replies(db, now)
            return statements.lanes_with_due(db, now)

        self._wakes.wake_all(DRAIN, await self._store.no_tenant(find))

    def _is_set_back(self) -> bool:
        """The clock has been set back since this was asked last."""
        before, self._ahead = self._ahead, self._clock().timestamp() - time.monotonic()
        return self._ahead < before - _STEP

    async def drain(self, name: str) -> None:
        """Send what a lane has due in the store, for five seconds at most, then wake it again."""
        lane = self._lanes.get(name)
        until = time.monotonic() + _DRAIN_AT_MOST
        while lane is not None and lane.rests_for == 0 and not lane.purse.is_closed:
            most = max(1, min(_CLAIM_MOST, lane.ahead // _LOTS))
            rows = await self._claim(name, most)
            lane.hand_claimed(due for row in rows if (due := self._due(name, row)) is not None)
            await lane.fewer_than(max(1, most // 2))
            if len(rows) < most:
                return
            if time.monotonic() >= until:
                self._wakes.wake(DRAIN, name)
                return

    def room(self, name: str) -> int:
        """How many messages may be put in front of a lane now, so that about a second's worth waits; 0 where the lane
        rests, is spent, or is not served."""
        lane = self._lanes.get(name)
        return 0 if lane is None or self.rests(name) else max(0, lane.ahead - lane.backlog)

    def rests(self, name: str) -> bool:
        """Nothing leaves by this lane for a while."""
        lane = self._lanes.get(name)
        return lane is None or lane.rests_for > 0 or lane.purse.is_closed

    def is_down(self, name: str) -> bool:
        """Nothing leaves by this lane now, and it is not for want of its turn."""
        lane = self._lanes.get(name)
        return lane is None or lane.purse.is_closed or lane.breaker.rests_for > 0

    async def empty(self) -> None:
        """Return once nothing is on its way from this process."""
        for lane in self._lanes.values():
            await lane.fewer_than(1)

    async def close(self, deadline: float) -> None:
        """Let what is on its way leave for at most `deadline` seconds, give the rest back, and write every outcome."""
        leaving = [asyncio.ensure_future(lane.fewer_than(1)) for lane in self._lanes.values()]
        if leaving:
            _, late = await asyncio.wait(leaving, timeout=deadline)
            for each in late:
                each.cancel()
        await asyncio.gather(*(lane.close() for lane in self._lanes.values()))
        await self._outcomes.close()

    async def _claim(self, name: str, most: int) -> list[statements.Due]:
        now = self._clock()
        return list(
            await self._store.no_tenant(lambda db: statements.claim_due(db, name, self.owner, now, now + _LEASE, most))
        )

    def _due(self, lane: str, row: statements.Due) -> Due | None:
        due = Due(
            id=row.id,
            tenant_id=row.tenant_id,
            participant_id=row.participant_id,
            lane=lane,
            address=Address(row.channel, ""),
            outbound=Outbound(""),
            purpose=row.purpose,
            attempts=row.attempts,
            parts_sent=row.parts_sent,
            segments=row.segments,
            cost=row.cost,
            tried_at=row.tried_at,
            heard_at=row.heard_at,
            is_proved=row.is_proved,
            is_uncertain=row.is_uncertain,
            is_farewell=row.is_farewell,
        )
        if not row.is_welcome:
            due.is_uncertain = False
            state = State.UNCERTAIN if row.is_uncertain else State.FAILED
            self._outcomes.record(Ended(due, state, reason=NOT_WELCOME))
            return None
        try:
            due.address = Address(row.channel, self._keys.unseal(row.tenant_id, row.sealed))
            due.outbound = _decode(row.content)
        except (KeyProblem, msgspec.MsgspecError) as problem:
            _log.error("cannot be read", message=row.id, tenant=row.tenant_id, why=type(problem).__name__)
            self._outcomes.record(Ended(due, State.FAILED, reason=f"cannot be read: {type(problem).__name__}"))
            return None
        return due

    def _release(self, due: Due, seconds: float) -> None:
        self._outcomes.record(Ended(due, State.QUEUED, seconds))

    async def _contents(self, due: Due, ids: Sequence[int]) -> Mapping[int, bytes]:
        shown = await self._store.turn(due.tenant_id, "", lambda db: shown_among(db, ids))
        return {each: await asyncio.to_thread(self._files.read, due.tenant_id, each) for each in shown}

    async def _stop_address(self, due: Due) -> None:
        now, town = self._clock(), self._towns.find(due.tenant_id)
        hash = self._keys.address_hash(due.tenant_id, due.address.channel, due.address.id)
        lane = await self._store.turn(
            due.tenant_id, hash.hex(), lambda db: lose_address(db, town, due.address.channel, hash, now)
        )
        self._wakes.wake_all(DRAIN, [lane])

    async def _move_address(self, due: Due, new_id: str) -> None:
        old = self._keys.address_hash(due.tenant_id, due.address.channel, due.address.id)
        moved = Address(due.address.channel, new_id)
        await self._store.turn(due.tenant_id, old.hex(), lambda db: move_address(db, self._keys, old, moved))
