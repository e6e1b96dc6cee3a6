"""When, never what: APScheduler ticks over our own due rows. Every tick may come late, twice or not at all."""

from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta
from typing import TypeAlias

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.log import log_of

Tick: TypeAlias = Callable[[], Awaitable[None]]

_log = log_of(__name__)


class Schedule:
    """A few fixed ticks; one that is still running is not started again."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def every(self, period: timedelta, tick: Tick) -> None:
        """Call `tick` every so often; what it raises is logged, and it is called again."""

        async def guarded() -> None:
            try:
                await tick()
            except Exception:
                _log.exception("tick failed", tick=tick.__name__)

        self._scheduler.add_job(guarded, "interval", seconds=period.total_seconds())

    def start(self) -> None:
        """Begin ticking; call it inside the event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more; a tick that is running goes on."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
