"""How fast one account may send: never more than its rate in any second, part of it kept for replies."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

_WINDOW = 1.05
"""Seconds. A little over one, because a provider counts arrivals and the network shifts them."""

BULK_SHARE = 0.8
"""Of a rate; the rest is kept for replies."""


class Pace:
    """A sliding window over the last sends. Replies take the next slot; anything else leaves some free for them, and
    is spread over the window, so that what arrives late at the provider does not arrive with the next lot."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held_until = 0.0
        self._next_bulk = 0.0
        self._sent: deque[float] = deque()
        self.change(rate)

    def change(self, rate: float) -> None:
        """Go on at another rate; what was sent in the last second still counts."""
        self._window = max(_WINDOW, _WINDOW / rate)
        slots = max(1, int(rate * self._window / _WINDOW))
        self._sent = deque(self._sent, maxlen=slots)
        self.bulk_slots = max(1, int(slots * BULK_SHARE))
        """How many messages that are no replies may leave within a window: one second, or a little more."""

    def hold(self, seconds: float) -> None:
        """Send nothing for so long: the provider said so."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    @property
    def held_for(self) -> float:
        """Seconds until anything may be sent, where the provider asked for a pause."""
        return max(0.0, self._held_until - self._clock())

    async def take_for_reply(self) -> None:
        """Wait for the next free slot; those who wait are served in order."""
        now = self._clock()
        slot = max(now, self._free_at)
        self._sent.append(slot)
        if slot > now:
            await asyncio.sleep(slot - now)

    async def take_for_bulk(self) -> None:
        """Wait for a slot that no reply needs; those who wait are served in order."""
        slot = max(self._clock(), self._next_bulk)
        self._next_bulk = slot + self._window / self.bulk_slots
        if (wait := slot - self._clock()) > 0:
            await asyncio.sleep(wait)
        while (wait := self._free_at - self._clock()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(wait)
        self._sent.append(self._clock())

    @property
    def _free_at(self) -> float:
        return self._sent[0] + self._window if len(self._sent) == self._sent.maxlen else 0.0
