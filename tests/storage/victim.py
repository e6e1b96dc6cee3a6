"""A process that writes without pause and says what it was told is durable, until it is killed.

    python -m tests.storage.victim URL POINT

POINT: where it kills itself: "turn" (in a savepoint), "commit" (as a group is about to be committed), "answer" (as the
first answer of a group arrives), or "never" (someone else does it).
"""

import asyncio
import os
import signal
import sys
from functools import partial
from itertools import count

from sqlalchemy import Engine, event

from storage.callers import add_caller, find_caller
from storage.database import Db, Store
from storage.keys import Keys
from storage.outbox import Purpose
from storage.statements import claim, enqueue, save_session
from tests.conftest import NOW

CITIZENS, CALM = 16, 200
"""Turns that pass before it looks for a chance to die."""


def die() -> None:
    """As the machine would have it: no handler, no clean-up."""
    os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, point: str) -> None:
    """Write for ever."""
    store, numbers = Store(url, Keys(b"k" * 32)), count(1)
    done = 0

    def work(db: Db, citizen: int, number: int) -> None:
        assert claim(db, "telegram", f"{os.getpid()}-{number}", NOW)
        hash = citizen.to_bytes(32)
        caller = find_caller(db, "telegram", hash) or add_caller(db, "telegram", hash, b"sealed", "x", NOW)
        save_session(db, caller.participant_id, str(int(caller.state or "0") + 1), NOW)
        enqueue(db, caller.participant_id, "x", "telegram", b"sealed", Purpose.REPLY, str(number), NOW)
        if point == "turn" and done > CALM:
            die()

    @event.listens_for(Engine, "commit")
    def as_a_group_is_committed(_: object) -> None:
        if point == "commit" and done > CALM:
            die()

    async def citizen(who: int) -> None:
        nonlocal done
        while True:
            number = next(numbers)
            await store.turn("vilanova", str(who), partial(work, citizen=who, number=number))
            if point == "answer" and done > CALM:
                die()
            done += 1
            sys.stdout.write(f"{os.getpid()}-{number}\n")
            sys.stdout.flush()

    await asyncio.gather(*map(citizen, range(CITIZENS)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
