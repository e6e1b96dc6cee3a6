"""Accounts without a webhook: one task each that fetches, confirmed only after the commit."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.accounts import Served
from bot.log import log_of
from channels.channel import Heard

_PAUSE = 5.0

_log = log_of(__name__)


class Listeners:
    """One listener per account; an account that is served anew gets a new one."""

    def __init__(self, receive: Callable[[Sequence[Heard]], Awaitable[None]]) -> None:
        self._receive = receive
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._receiving: set[asyncio.Task[None]] = set()

    def listen(self, served: Served) -> None:
        """Listen to this account from now on, in place of what was listened to under its name."""
        if (before := self._tasks.get(served.lane)) is not None:
            before.cancel()
        task = asyncio.get_running_loop().create_task(self._listen(served), name=f"listen {served.lane}")
        self._tasks[served.lane] = task

    async def stop(self) -> None:
        """Fetch no more; what was fetched is received to its end."""
        for task in self._tasks.values():
            task.cancel()
        waiting = [*self._tasks.values(), *self._receiving]
        self._tasks.clear()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def _listen(self, served: Served) -> None:
        while True:
            try:
                await served.channel.listen(self._deliver)
            except Exception:
                _log.exception("listening broke", lane=served.lane)
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def _deliver(self, heard: Sequence[Heard]) -> None:
        task = asyncio.ensure_future(self._receive(heard))
        self._receiving.add(task)
        task.add_done_callback(self._receiving.discard)
        await asyncio.shield(task)
