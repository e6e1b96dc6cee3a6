"""Meetings: which ones a town shows, and which are still to come."""

from datetime import datetime

from flows.participation.meeting import Meeting
from flows.participation.spaces import named, visible_among
from flows.participation.tenant import Town
from storage.database import Db


def visible_meetings(db: Db, town: Town) -> list[Meeting]:
    """The meetings that may be shown: one of a process only where the process is."""
    return visible_among(db, town, town.meetings)


def visible_meeting(db: Db, town: Town, slug: str) -> Meeting:
    """The meeting with this slug, if it may be shown."""
    return named(visible_meetings(db, town), slug)


def coming(meetings: list[Meeting], now: datetime) -> list[Meeting]:
    """Those that have not ended, the next first."""
    return sorted((one for one in meetings if one.ends_at > now), key=lambda meeting: meeting.starts_at)


def past(meetings: list[Meeting], now: datetime) -> list[Meeting]:
    """Those that have ended, the last first."""
    ended = (one for one in meetings if one.ends_at <= now)
    return sorted(ended, key=lambda meeting: meeting.starts_at, reverse=True)
