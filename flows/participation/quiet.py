"""When a town sends no news: in its quiet hours and, if it has any, on its holidays; by the clocks of the town."""

from datetime import UTC, datetime, time, timedelta

from flows.participation.tenant import Town

_MIDNIGHT = time()
_DAY = timedelta(days=1)


def is_quiet(town: Town, now: datetime) -> bool:
    """No news is sent now; replies always are."""
    return _ends_at(town, now) is not None


def allowed_from(town: Town, moment: datetime) -> datetime:
    """The first time from then on when news may be sent. A town whose every day is a holiday is asked for a year."""
    last = moment + timedelta(days=366)
    while moment < last and (ends_at := _ends_at(town, moment)) is not None:
        moment = ends_at
    return moment


def _ends_at(town: Town, moment: datetime) -> datetime | None:
    """When what is quiet now ends; None where nothing is."""
    local, quiet = moment.astimezone(town.zone), town.quiet
    if quiet is None:
        return None
    if local.date() in town.support.holidays:
        return _next(town, local + _DAY, _MIDNIGHT, moment)
    clock = local.time()
    if quiet.begins <= quiet.ends:
        return _next(town, local, quiet.ends, moment) if quiet.begins <= clock < quiet.ends else None
    if clock >= quiet.begins:
        return _next(town, local + _DAY, quiet.ends, moment)
    return _next(town, local, quiet.ends, moment) if clock < quiet.ends else None


def _next(town: Town, day: datetime, clock: time, after: datetime) -> datetime:
    """That time on that day; the second one of the night when clocks are set back, where the first is over."""
    first = datetime.combine(day.date(), clock, town.zone).astimezone(UTC)
    return first if first > after else datetime.combine(day.date(), clock.replace(fold=1), town.zone).astimezone(UTC)
