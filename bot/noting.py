"""News as each person wants it: told at once, or noted for their next digest."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.telling import reach_of, tell_at
from flows.news import News
from flows.participation.preferences import next_digest, note
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.database import Db
from storage.digests import Pace, noted_among
from storage.happenings import MEETING_SOON, PHASE_ENDING, SURVEY_ENDING
from storage.outbox import Purpose

_PASSING = (MEETING_SOON, PHASE_ENDING, SURVEY_ENDING)
"""Over at the moment that their subject names: what a digest would tell too late is told at once."""


def announce(
    db: Db,
    town: Town,
    kind: str,
    subject: str,
    since: datetime,
    hearers: Mapping[int, Callable[[Turn], News | None] | None],
    now: datetime,
) -> set[str]:
    """Tell people that this happened, or note it; without words of its own it is only ever noted.

    `since`: when the first of it happened. Returns the lanes by which something leaves.
    """
    noted = noted_among(db, hearers.keys(), kind, subject)
    lanes: set[str] = set()
    for person, news in hearers.items():
        reach = reach_of(db, town, person, now, Purpose.UPDATE)
        if reach is None:
            continue
        pace = reach.preference.pace if reach.preference is not None else Pace.AT_ONCE
        if news is not None and (pace is Pace.AT_ONCE or _is_over_by(kind, subject, next_digest(town, pace, now))):
            lanes.add(tell_at(db, town, reach, now, news))
        elif person not in noted:
            note(db, town, person, pace, kind, subject, since, now)
    return lanes


def _is_over_by(kind: str, subject: str, moment: datetime) -> bool:
    over_at = datetime.fromisoformat(subject.rpartition("@")[2]).replace(tzinfo=UTC) if kind in _PASSING else None
    return over_at is not None and over_at <= moment
