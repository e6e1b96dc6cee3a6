"""Phases that begin and end: noted once, for who follows their process to be told, whatever restarts and clocks do."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeAlias

from sqlmodel import col, select

from bot.towns import Towns
from flows.participation.process import Phase, Process
from flows.participation.tenant import Town
from storage.database import Db, Store
from storage.happenings import PHASE_CLOSED, PHASE_OPENED, Happening

_LATE = timedelta(days=3)
"""What began or ended longer ago is no news."""

Change: TypeAlias = tuple[str, str]
"""Kind and subject of what happened."""


class Phases:
    """Of every town. A phase whose day is moved begins again on that day."""

    def __init__(self, store: Store, towns: Towns, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._towns = towns
        self._clock = clock
        self._noted: dict[str, frozenset[Change]] = {}

    async def sweep(self) -> None:
        """Note what has begun and ended since the last time."""
        now = self._clock()
        for loaded in self._towns.all():
            changes = frozenset(_changes(loaded.town, now))
            if new := changes - self._noted.get(loaded.id, frozenset()):
                await self._store.turn(loaded.id, "", partial(_note, changes=sorted(new), now=now))
            self._noted[loaded.id] = changes


def phase_of(town: Town, subject: str) -> tuple[Process, Phase] | None:
    """The process and the phase that such a happening is of, if they are there still."""
    slug, _, rest = subject.partition(":")[2].partition("/")
    process = town.process(slug)
    phases = process.phases if process is not None else ()
    phase = next((each for each in phases if each.slug == rest.partition("@")[0]), None)
    return (process, phase) if process is not None and phase is not None else None


def _changes(town: Town, now: datetime) -> Iterator[Change]:
    for process in town.processes:
        for phase in process.phases:
            starts_at, ends_at = phase.starts_at, phase.ends_at
            if starts_at is not None and _is_news(starts_at, now):
                yield PHASE_OPENED, _subject(process, phase, starts_at)
            if ends_at is not None and _is_news(ends_at, now) and process.phase_at(ends_at) is None:
                yield PHASE_CLOSED, _subject(process, phase, ends_at)


def _is_news(at: datetime, now: datetime) -> bool:
    return now - _LATE < at <= now


def _subject(process: Process, phase: Phase, at: datetime) -> str:
    return f"phase:{process.slug}/{phase.slug}@{at.astimezone(UTC):%Y-%m-%dT%H:%M}"


def _note(db: Db, changes: Sequence[Change], now: datetime) -> None:
    for kind, subject in changes:
        same = (col(Happening.subject) == subject, col(Happening.kind) == kind)
        if db.first(select(Happening.id).where(*same)) is None:
            db.add(Happening(kind=kind, subject=subject, happened_at=now))
