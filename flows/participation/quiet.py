"""When a town sends no news: in its quiet hours and, if it has any, on its holidays; by the clocks of the town."""

from datetime import datetime, timedelta

from flows.participation.tenant import Town


def is_quiet(town: Town, now: datetime) -> bool:
    """No news is sent now; replies always are."""
    quiet, local = town.quiet, now.astimezone(town.zone)
    if quiet is None:
        return False
    if local.date() in town.support.holidays:
        return True
    begins, ends, clock = quiet.begins, quiet.ends, local.time()
    return begins <= clock < ends if begins <= ends else clock >= begins or clock < ends


def quiet_until(town: Town, now: datetime) -> datetime:
    """When news goes on, to the minute; now, where it is not quiet."""
    until = now
    while is_quiet(town, until):
        until = until.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return until
