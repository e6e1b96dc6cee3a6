"""A lane is one account's way out: its pace, its breaker, and one chain per participant so that order holds."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any, TypeAlias

from msgspec import Struct, field

from bot.breaker import Breaker
from bot.pace import Pace
from bot.purse import Paid, Purse
from channels.channel import Channel
from channels.message import Address, Inbound, Outbound
from storage.outbox import Purpose

_HOLD_AT_MOST_AFTER = 300.0
NOT_WELCOME = "not wanted any more"
"""The reason of a message that its person no longer wants, by the time it would have left."""

Participant: TypeAlias = tuple[str, int]
"""Tenant and participant."""


class Due(Struct):
    """One outbox row on its way out, decoded; the store has it as `sending`, leased to this process."""

    id: int
    tenant_id: str
    participant_id: int
    lane: str
    address: Address
    outbound: Outbound
    purpose: Purpose
    attempts: int = 0
    parts_sent: int = 0
    segments: int = 0
    cost: int = 0
    tried_at: datetime | None = None
    heard_at: datetime | None = None
    """When the person wrote last on this channel."""
    is_proved: bool = True
    """It is known that the person reads what is sent to this address."""
    is_uncertain: bool = False
    """The last attempt may have sent a part: the provider is asked first."""
    is_farewell: bool = False
    paid: list[Paid] = field(default_factory=list)
    """What left in this attempt."""
    acknowledges: Inbound | None = None
    """A press to acknowledge first: this message takes the place of the one that was pressed."""

    @property
    def participant(self) -> Participant:
        """Whose chain it belongs to."""
        return self.tenant_id, self.participant_id


class Held(Struct, frozen=True):
    """A message goes back to the store; what follows it for the same participant waits as long."""

    seconds: float


Deliver: TypeAlias = Callable[["Lane", Due], Awaitable[Held | None]]
"""Sends one message and records its end; `Held` if it is to be tried again later."""
Release: TypeAlias = Callable[[Due, float], None]
"""Gives a message back to the store untried, due again in so many seconds."""


class _Chain(Struct):
    rows: deque[Due] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class Lane:
    """Messages of one participant leave one after the other; those of different participants, side by side."""

    def __init__(
        self, name: str, channel: Channel[Any], rate: float, purse: Purse, deliver: Deliver, release: Release
    ) -> None:
        self.name = name
        self.channel = channel
        self.purse = purse
        self.pace = Pace(rate)
        self.breaker = Breaker()
        self._deliver = deliver
        self._release = release
        self._chains: dict[Participant, _Chain] = {}
        self._held: dict[Participant, float] = {}
        self._in_hand: set[int] = set()
        self._fewer = asyncio.Event()
        self._flooded: Participant | None = None

    @property
    def backlog(self) -> int:
        """How many messages are in memory and not ended."""
        return len(self._in_hand)

    @property
    def ahead(self) -> int:
        """How much bulk leaves in about a second: what may wait in front of it, so that a pause is quick."""
        return self.pace.bulk_slots

    @property
    def rests_for(self) -> float:
        """Seconds until anything may leave: the breaker is open, or the provider asked for a pause."""
        return max(self.breaker.rests_for, self.pace.held_for)

    def hand(self, due: Due) -> None:
        """Send what a turn has just committed, unless an earlier message to the same person waits in the store."""
        if (until := self._held.get(due.participant)) is not None:
            self._release(due, max(0.0, until - time.monotonic()))
        else:
            self._append(due)

    def hand_claimed(self, dues: Iterable[Due]) -> None:
        """Send what was claimed from the store, oldest first; whom it belongs to is held no longer."""
        for due in dues:
            self._held.pop(due.participant, None)
            if due.id not in self._in_hand:
                self._append(due)

    def flooded(self, due: Due, seconds: float) -> None:
        """The provider said "too many". Once may mean this person only; from a second one, it means the account."""
        if self._flooded not in (None, due.participant):
            self.pace.hold(seconds)
        self._flooded = due.participant

    def calmed(self) -> None:
        """A message was taken: the account is not flooded."""
        self._flooded = None

    async def fewer_than(self, count: int) -> None:
        """Wait until the backlog is smaller than `count`."""
        while self.backlog >= count:
            self._fewer.clear()
            await self._fewer.wait()

    def forget_old_holds(self) -> None:
        """Drop holds that no drain came to end: their message was ended elsewhere."""
        oldest = time.monotonic() - _HOLD_AT_MOST_AFTER
        self._held = {participant: until for participant, until in self._held.items() if until > oldest}

    async def close(self) -> None:
        """Stop sending now: what was not begun goes back to the store, what was begun ends as uncertain."""
        tasks = [chain.task for chain in self._chains.values() if chain.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _append(self, due: Due) -> None:
        self._in_hand.add(due.id)
        chain = self._chains.get(due.participant)
        if chain is None:
            chain = self._chains[due.participant] = _Chain()
            chain.rows.append(due)
            chain.task = asyncio.get_running_loop().create_task(self._run(due.participant, chain))
        else:
            chain.rows.append(due)

    async def _run(self, participant: Participant, chain: _Chain) -> None:
        held = Held(0.0)
        try:
            while chain.rows:
                due = chain.rows.popleft()
                try:
                    outcome = await self._deliver(self, due)
                finally:
                    self._let_go(due)
                if outcome:
                    held = outcome
                    self._held[participant] = time.monotonic() + held.seconds
                    break
        finally:
            del self._chains[participant]
            for due in chain.rows:
                self._release(due, held.seconds)
                self._let_go(due)

    def _let_go(self, due: Due) -> None:
        self._in_hand.discard(due.id)
        self._fewer.set()
