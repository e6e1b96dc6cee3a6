"""When a broadcast runs: wall-clock times of the town, each placed once in its zone.

A cron line is read as a clock without a zone shows it. On the night when the clock leaps, a time that it never shows is
placed as long after the leap as it would have been; on the night when it goes back, a time that it shows twice is the
first of both. So each run has a date and time of its own, and there are as many as on any other night.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.config.cron import times
from flows.participation.broadcast import Schedule
from flows.participation.tenant import Town

_SHOWN = "%Y-%m-%dT%H:%M"
_A_DAY = timedelta(days=1)


class Occasion(NamedTuple):
    """One time: as the town's clock shows it, "2026-12-01T10:00", and the instant."""

    local_at: str
    at: datetime


def occasions(town: Town, schedule: Schedule, after: datetime) -> Iterator[Occasion]:
    """The times after that instant, the first first; endless for a cron line."""
    for local in _clock_times(town, schedule, after):
        at = _placed(local, town.zone)
        if at > after:
            yield Occasion(local.strftime(_SHOWN), at)


def local_time(town: Town, now: datetime) -> str:
    """What the town's clock shows now."""
    return now.astimezone(town.zone).strftime(_SHOWN)


def _clock_times(town: Town, schedule: Schedule, after: datetime) -> Iterator[datetime]:
    if schedule.at:
        yield datetime.strptime(schedule.at, _SHOWN)  # noqa: DTZ007 - a wall clock's
    elif schedule.cron:
        # A day earlier, since the clock may have gone back meanwhile.
        yield from times(schedule.cron, after.astimezone(town.zone).replace(tzinfo=None) - _A_DAY)
    elif schedule.phase:
        slug, _, name = schedule.phase.partition("/")
        process = town.process(slug)
        for phase in process.phases if process else ():
            at = phase.starts_at if schedule.on == "opens" else phase.ends_at
            if phase.slug == name and at is not None:
                yield at.astimezone(town.zone).replace(tzinfo=None)


def _placed(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)
