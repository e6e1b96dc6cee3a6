"""A breaker per lane: an account that keeps failing is left alone for a while, then tried with one message."""

import time
from collections.abc import Callable
from enum import StrEnum

_FAILURES = 5
_FIRST_REST = 2.0
_LONGEST_REST = 300.0


class Phase(StrEnum):
    """Whether messages pass: all, none, or one to see how it goes."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """Opens after five failures in a row; each failed trial doubles the rest, up to five minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._rest = _FIRST_REST
        self._opens_until = 0.0
        self.phase = Phase.CLOSED

    def lets_pass(self) -> bool:
        """Ask before each send; while it tries, only the first who asks may send."""
        if self.phase is Phase.CLOSED:
            return True
        if self.phase is Phase.OPEN and self._clock() >= self._opens_until:
            self.phase = Phase.HALF_OPEN
            self._opens_until = self._clock() + self._rest
            return True
        if self.phase is Phase.HALF_OPEN and self._clock() >= self._opens_until:
            # The trial's outcome never came (cancelled, released): allow another.
            self._opens_until = self._clock() + self._rest
            return True
        return False

    @property
    def rests_for(self) -> float:
        """Seconds until it is worth asking again."""
        return 0.0 if self.phase is Phase.CLOSED else max(0.0, self._opens_until - self._clock())

    def succeeded(self) -> None:
        """The provider took a message, or refused one for a reason of its own."""
        self.phase = Phase.CLOSED
        self._failures = 0
        self._rest = _FIRST_REST

    def failed(self) -> None:
        """The provider did not answer, or could not take the message now."""
        self._failures += 1
        if self.phase is Phase.HALF_OPEN:
            self._rest = min(self._rest * 2, _LONGEST_REST)
        elif self._failures < _FAILURES:
            return
        self.phase = Phase.OPEN
        self._opens_until = self._clock() + self._rest
