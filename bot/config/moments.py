"""Days and times of a file as instants: in the town's time zone, a last day until its midnight."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

from bot.config.kinds import moment
from bot.config.spot import Spot


def begin_of(written: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day, or the instant itself."""
    if not isinstance(written, datetime):
        written = datetime.combine(written, time(), zone)
    return _utc(written, zone)


def end_of(written: date, zone: ZoneInfo) -> datetime:
    """The first instant after a day, or the instant itself."""
    if not isinstance(written, datetime):
        written = datetime.combine(written + timedelta(days=1), time(), zone)
    return _utc(written, zone)


def moment_at(spot: Spot) -> date | None:
    """What is written, if it is a day or a time."""
    try:
        return moment(spot.value)
    except PydanticCustomError:
        return None


def _utc(instant: datetime, zone: ZoneInfo) -> datetime:
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
