"""A citizen, or a machine behind an address, that writes faster than anybody reads: told once, then only counted."""

import time
from collections import Counter
from collections.abc import Callable, Hashable
from enum import StrEnum

from channels.message import Inbound

_MINUTE, _HOUR = 60.0, 3600.0
_SAME_AT_MOST = 3
_WORDY = 40
"""Characters: who writes so many twice the same is hardly a person; "1" and "yes" are said often."""


class Verdict(StrEnum):
    """What to do with one more message."""

    HEAR = "hear"
    TELL = "tell"
    IGNORE = "ignore"


class Floods:
    """Counts each address's messages by the minute, in memory: a restart forgives.

    Letters are counted by the hour as well, and the same long one thrice: two machines that answer each other by mail
    do it slowly, and say that they are machines or do not.
    """

    def __init__(
        self, per_minute: int, clock: Callable[[], float] = time.monotonic, letters_per_hour: int = 40
    ) -> None:
        self.ignored = 0
        self._minute = _Window(_MINUTE, per_minute, clock)
        self._hour = _Window(_HOUR, letters_per_hour, clock)
        self._same = _Window(_HOUR, _SAME_AT_MOST, clock)

    def count(self, inbound: Inbound, is_letter: bool = False) -> Verdict:
        """Count it, and say whether it is still to be heard."""
        key = (inbound.account, inbound.address.channel, inbound.address.id)
        over = self._minute.over(key)
        if is_letter:
            over = max(over, self._hour.over(key))
            if len(inbound.text) >= _WORDY:
                over = max(over, self._same.over((*key, hash(inbound.text))))
        if over <= 0:
            return Verdict.HEAR
        self.ignored += 1
        return Verdict.TELL if over == 1 else Verdict.IGNORE


class _Window:
    """How many of each there were since a period began; all begin anew together."""

    def __init__(self, seconds: float, most: int, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._began_at = clock()
        self._counts: Counter[Hashable] = Counter()

    def over(self, key: Hashable) -> int:
        """Count one more; by how many that is too many."""
        now = self._clock()
        if now - self._began_at >= self._seconds:
            self._began_at = now
            self._counts.clear()
        self._counts[key] += 1
        return self._counts[key] - self._most
