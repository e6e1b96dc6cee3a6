"""What a town's days bring: phases that begin, end, or are about to, surveys that are, and meetings that are near.

Each is noted once, for who follows it to be told, whatever restarts and clocks do.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeAlias

from sqlmodel import col, select

from bot.towns import Towns
from flows.participation.meeting import Meeting
from flows.participation.process import Phase, Process
from flows.participation.survey import Survey
from flows.participation.tenant import Town
from storage.database import Db, Store
from storage.happenings import (
    MEETING_SOON,
    PHASE_CLOSED,
    PHASE_ENDING,
    PHASE_OPENED,
    PROCESS_RETURNED,
    SURVEY_ENDING,
    Happening,
)

_LATE = timedelta(days=3)
"""What came longer ago is no news."""
_RETURNED_LATE = timedelta(days=21)
"""Less than told happenings are kept for, or it would come again."""
_ENDING = timedelta(days=2)
_LONG = timedelta(days=5)
"""A shorter phase is not said to end soon: that it has begun was said just before."""
_SOON = timedelta(days=1)

Change: TypeAlias = tuple[str, str]
"""Kind and subject of what happened."""


class Almanac:
    """Of every town. What is moved to another day comes again on that day."""

    def __init__(self, store: Store, towns: Towns, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._towns = towns
        self._clock = clock
        self._noted: dict[str, frozenset[Change]] = {}

    async def sweep(self) -> None:
        """Note what has come since the last time."""
        now = self._clock()
        for loaded in self._towns.all():
            changes = frozenset((kind, subject) for kind, subject, at in _days(loaded.town) if _is_news(kind, at, now))
            if new := changes - self._noted.get(loaded.id, frozenset()):
                await self._store.turn(loaded.id, "", partial(_note, changes=sorted(new), now=now))
            self._noted[loaded.id] = changes


def _is_news(kind: str, at: datetime, now: datetime) -> bool:
    """A return report may be dated some days back."""
    return now - (_RETURNED_LATE if kind == PROCESS_RETURNED else _LATE) < at <= now


def phase_of(town: Town, subject: str) -> tuple[Process, Phase] | None:
    """The process and the phase that such a happening is of, if they are there still."""
    slug, _, name = _name(subject).partition("/")
    process = town.process(slug)
    phase = next((each for each in process.phases if each.slug == name), None) if process is not None else None
    return (process, phase) if process is not None and phase is not None else None


def returned_of(town: Town, subject: str) -> Process | None:
    """The process that such a happening is of, if it is closed still."""
    process = town.process(_name(subject))
    return process if process is not None and process.outcome is not None else None


def meeting_of(meetings: Sequence[Meeting], subject: str) -> Meeting | None:
    """The meeting that such a happening is of, if it is there still."""
    return next((each for each in meetings if each.slug == _name(subject)), None)


def survey_of(town: Town, subject: str) -> Survey | None:
    """The survey that such a happening is of, if it is there still."""
    return town.survey(_name(subject))


def _name(subject: str) -> str:
    return subject.partition(":")[2].partition("@")[0]


def _days(town: Town) -> Iterator[tuple[str, str, datetime]]:
    for process in town.processes:
        for phase in process.phases:
            yield from _days_of(process, phase)
        if process.outcome is not None:
            at = process.outcome.published_at
            yield PROCESS_RETURNED, f"process:{process.slug}@{_at(at)}", at
    for survey in town.surveys:
        if survey.ends_at is not None and not _ends_with_a_phase(town, survey, survey.ends_at):
            yield SURVEY_ENDING, f"survey:{survey.slug}@{_at(survey.ends_at)}", survey.ends_at - _ENDING
    for meeting in town.meetings:
        yield MEETING_SOON, f"meeting:{meeting.slug}@{_at(meeting.starts_at)}", meeting.starts_at - _SOON


def _days_of(process: Process, phase: Phase) -> Iterator[tuple[str, str, datetime]]:
    name, starts_at, ends_at = f"phase:{process.slug}/{phase.slug}", phase.starts_at, phase.ends_at
    if starts_at is not None:
        yield PHASE_OPENED, f"{name}@{_at(starts_at)}", starts_at
    if ends_at is None:
        return
    if phase.allows and (starts_at is None or ends_at - starts_at >= _LONG):
        yield PHASE_ENDING, f"{name}@{_at(ends_at)}", ends_at - _ENDING
    if process.phase_at(ends_at) is None:
        yield PHASE_CLOSED, f"{name}@{_at(ends_at)}", ends_at


def _ends_with_a_phase(town: Town, survey: Survey, ends_at: datetime) -> bool:
    """That the phase ends is said, and the survey with it."""
    phases = (phase for process in town.asking(survey.slug) for phase in process.phases)
    asking = (phase.ends_at for phase in phases if survey.slug in phase.surveys)
    return any(end is not None and abs(end - ends_at) < _ENDING for end in asking)


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}"


def _note(db: Db, changes: Sequence[Change], now: datetime) -> None:
    for kind, subject in changes:
        same = (col(Happening.subject) == subject, col(Happening.kind) == kind)
        if db.first(select(Happening.id).where(*same)) is None:
            db.add(Happening(kind=kind, subject=subject, happened_at=now))
