"""When the people of the town are there: its support hours, without its holidays, in its time zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from flows.participation.tenant import Town

_DAYS_AHEAD = 60
_NONE = timedelta()


def is_attended(town: Town, now: datetime) -> bool:
    """Somebody is there now."""
    local = now.astimezone(town.zone)
    return _is_worked(town, local.date()) and town.support.opens <= local.time() < town.support.closes


def next_opening(town: Town, now: datetime) -> datetime | None:
    """When somebody is there again, in the town's time zone; None where no day of the next two months is worked."""
    local = now.astimezone(town.zone)
    return next((opens for opens, _ in _openings(town, local.date()) if opens > local), None)


def attended_between(town: Town, since: datetime, until: datetime) -> timedelta:
    """How long somebody was there: what a citizen has waited, nights and holidays left out."""
    first, last = since.astimezone(town.zone).date(), until.astimezone(town.zone).date()
    spans = _openings(town, first, (last - first).days + 1)
    # In UTC: the difference of two times of one zone forgets that its clock was changed in between.
    parts = (min(closes.astimezone(UTC), until) - max(opens.astimezone(UTC), since) for opens, closes in spans)
    return sum((part for part in parts if part > _NONE), _NONE)


def _openings(town: Town, first: date, days: int = _DAYS_AHEAD) -> Iterator[tuple[datetime, datetime]]:
    for day in (first + timedelta(days=number) for number in range(days)):
        if _is_worked(town, day):
            yield (
                datetime.combine(day, town.support.opens, town.zone),
                datetime.combine(day, town.support.closes, town.zone),
            )


def _is_worked(town: Town, day: date) -> bool:
    return day.weekday() in town.support.weekdays and day not in town.support.holidays
