"""A citizen, or a machine behind an address, that writes faster than anybody reads: told once, then only counted."""

import time
from collections import Counter
from collections.abc import Callable
from enum import StrEnum

from channels.message import Inbound

_MINUTE = 60.0


class Verdict(StrEnum):
    """What to do with one more message."""

    HEAR = "hear"
    TELL = "tell"
    IGNORE = "ignore"


class Floods:
    """Counts each address's messages by the minute, in memory: a restart forgives."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.ignored = 0
        self._per_minute = per_minute
        self._clock = clock
        self._began_at = clock()
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def count(self, inbound: Inbound) -> Verdict:
        """Count it, and say whether it is still to be heard."""
        now = self._clock()
        if now - self._began_at >= _MINUTE:
            self._began_at = now
            self._counts.clear()
        key = (inbound.account, inbound.address.channel, inbound.address.id)
        self._counts[key] += 1
        over = self._counts[key] - self._per_minute
        if over <= 0:
            return Verdict.HEAR
        self.ignored += 1
        return Verdict.TELL if over == 1 else Verdict.IGNORE
