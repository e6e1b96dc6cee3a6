"""The real `participabot serve`, that dies by SIGKILL at the Nth commit after it was armed (SIGUSR1).

python -m tests.bot.faults.serve before|after|never N [what serve takes]
"""

import os
import signal
import sys

import pytest

import bot.freezing
from bot.app import App
from bot.cli import app
from storage.wire import Wire
from tests.bot.parrot import PARROT


class Trap:
    """Counts commits once it is armed."""

    def __init__(self, moment: str, nth: int) -> None:
        self._is_armed = False
        self._moment = moment
        self._left = nth

    def spring(self, moment: str) -> None:
        """Die, if this is the moment."""
        if self._is_armed and self._left == 0 and self._moment == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def count(self) -> None:
        """One more commit."""
        self._left -= self._is_armed

    def arm(self, *_: object) -> None:
        """Begin to count."""
        self._is_armed = True


def main() -> None:
    """Set the trap and serve."""
    moment, nth, *rest = sys.argv[1:]
    trap = Trap(moment, int(nth))
    commit = Wire.commit

    def trapped(wire: Wire) -> None:
        trap.count()
        trap.spring("before")
        commit(wire)
        trap.spring("after")

    signal.signal(signal.SIGUSR1, trap.arm)
    patch = pytest.MonkeyPatch()
    patch.setattr(Wire, "commit", trapped)
    patch.setattr(bot.freezing, "STRETCH", 9)
    patch.setitem(App.__init__.__kwdefaults__ or {}, "flows", PARROT)
    app(["serve", *rest], prog_name="participabot")


if __name__ == "__main__":
    main()
