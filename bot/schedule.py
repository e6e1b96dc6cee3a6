"""When, never what: APScheduler ticks over our own due rows. Every tick may come late, twice or not at all."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, timedelta
from typing import TypeAlias

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.log import log_of

Tick: TypeAlias = Callable[[], Awaitable[None]]

_END_WITHIN = 5.0

_log = log_of(__name__)


class Schedule:
    """A few fixed ticks; one that is still running is not started again."""

    def __init__(self) -> None:
        self._is_stopping = False
        self._running = 0
        self._none_runs = asyncio.Event()
        self._none_runs.set()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def every(self, period: timedelta, tick: Tick) -> None:
        """Call `tick` every so often; what it raises is logged, and it is called again."""

        async def guarded() -> None:
            if self._is_stopping:
                return
            self._running += 1
            self._none_runs.clear()
            try:
                await tick()
            except Exception:
                _log.exception("tick failed", tick=tick.__name__)
            finally:
                self._running -= 1
                if not self._running:
                    self._none_runs.set()

        self._scheduler.add_job(guarded, "interval", seconds=period.total_seconds())

    def start(self) -> None:
        """Begin ticking; call it inside the event loop."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Tick no more; a tick that is running ends first, if it does so within five seconds."""
        self._is_stopping = True
        if self._scheduler.running:
            self._scheduler.pause()
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_WITHIN):
                    await self._none_runs.wait()
            self._scheduler.shutdown(wait=False)
