"""Wake-ups are hints: what is due stands in the tables, so one may be lost or repeated.

`wake(kind, key)` runs the kind's handler for the key in a task of its own, one at a time per key; a wake that comes
while it runs makes it run once more. The sweep (`bot.schedule`) wakes whatever has something due.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from bot.log import log_of

Handler: TypeAlias = Callable[[str], Awaitable[None]]
"""Drains what is due for a key; running it twice does no harm."""

_log = log_of(__name__)


class Wakes:
    """The embedded half of the seam: one process, one event loop."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._again: set[tuple[str, str]] = set()
        self._is_stopping = False

    def handler(self, kind: str, function: Handler) -> None:
        """Who drains this kind of key."""
        self._handlers[kind] = function

    def wake(self, kind: str, key: str) -> None:
        """Something may be due for the key. Call it after the commit, from the event loop."""
        name = (kind, key)
        if self._is_stopping:
            return
        if name in self._tasks:
            self._again.add(name)
            return
        self._tasks[name] = asyncio.get_running_loop().create_task(self._run(name), name=f"{kind} {key}")

    def wake_all(self, kind: str, keys: Iterable[str]) -> None:
        """As `wake`, for each of these keys; "" is none, such as the lane of who can be told nothing."""
        for key in keys:
            if key:
                self.wake(kind, key)

    async def _run(self, name: tuple[str, str]) -> None:
        kind, key = name
        try:
            await self._handlers[kind](key)
        except Exception:
            _log.exception("drain failed", kind=kind, key=key)
        finally:
            del self._tasks[name]
            if name in self._again:
                self._again.discard(name)
                self.wake(kind, key)

    async def stop(self, deadline: float) -> None:
        """Take no more; those that run may end by themselves. What they leave undone stays due in the tables."""
        self._is_stopping = True
        running = list(self._tasks.values())
        if running:
            _, late = await asyncio.wait(running, timeout=deadline)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
