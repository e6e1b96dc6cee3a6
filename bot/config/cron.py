"""Times of a cron line as a wall clock shows them, without a zone: what a night of the clock change makes of them is
decided by whoever places them (`bot.occasions`)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

_FIELDS = 5
_STEP = timedelta(minutes=1)


def cron(line: str) -> CronTrigger:
    """The line's trigger, in no zone (UTC). Raises `ValueError` for what is none: weekdays go by name, since the
    library counts them from Monday and cron from Sunday."""
    fields = line.split()
    if len(fields) != _FIELDS:
        raise ValueError(f"has {len(fields)} fields and not {_FIELDS}: minute, hour, day, month, weekday")
    if any(each.isdecimal() for each in fields[4]):
        raise ValueError("counts weekdays: write them by name, such as mon or mon-fri")
    return CronTrigger.from_crontab(" ".join(fields), timezone=UTC)


def times(line: str, after: datetime) -> Iterator[datetime]:
    """The wall-clock times after that one, which has no zone; endless, or ending where no day ever fits."""
    trigger, last = cron(line), after.replace(tzinfo=UTC)
    while (found := trigger.get_next_fire_time(None, last + _STEP)) is not None:
        last = found
        yield found.replace(tzinfo=None)
