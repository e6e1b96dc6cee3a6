"""What waits to be told together, told on its day: one message a person, made into words as things stand then."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlmodel import col, select

from bot.approach import approach
from bot.outbox import DRAIN
from bot.towns import Towns
from bot.wakes import Wakes
from flows.approved import Approved, Template
from flows.keywords import Command, word_of
from flows.lines import lines
from flows.participation.quiet import is_quiet
from flows.participation.tenant import Town
from flows.step import Goto
from flows.turn import Turn
from storage.database import Db, Store
from storage.digests import Note, notes_waiting, people_with_notes_due
from storage.participants import lock_participants

DIGEST = "digest"
"""The kind of wake whose key is a tenant."""

_AT_ONCE = 20
"""People in one turn."""


class Digests:
    """In a town's quiet hours all of it stays due; who is writing just then hears it later."""

    def __init__(self, store: Store, towns: Towns, wakes: Wakes, clock: Callable[[], datetime]) -> None:
        self._store, self._towns, self._wakes, self._clock = store, towns, wakes, clock
        wakes.handler(DIGEST, self.drain)

    async def sweep(self) -> None:
        """Wake every tenant that has a digest due."""
        due = await self._store.no_tenant(partial(_tenants_with_due, now=self._clock()))
        self._wakes.wake_all(DIGEST, due)

    async def drain(self, tenant_id: str) -> None:
        """Send what is due in a tenant."""
        town, now = self._towns.find(tenant_id), self._clock()
        if town is None or is_quiet(town, now):
            return
        count = _AT_ONCE
        while count == _AT_ONCE:
            count, lanes = await self._store.turn(tenant_id, "", partial(send_due, town=town, now=now))
            self._wakes.wake_all(DRAIN, lanes)


def _tenants_with_due(db: Db, now: datetime) -> Sequence[str]:
    return db.all(select(Note.tenant_id).where(col(Note.told_at).is_(None), col(Note.due_at) <= now).distinct())


def send_due(db: Db, town: Town, now: datetime) -> tuple[int, set[str]]:
    """Tell some of those whose digest is due; returns how many were looked at, and the lanes to drain."""
    people = people_with_notes_due(db, now, _AT_ONCE)
    lock_participants(db, people)
    return len(people), {_digest(db, town, person, now) for person in people}


def _digest(db: Db, town: Town, person: int, now: datetime) -> str:
    """All that a person waits for in one message; returns the lane, or "" where there is nothing to say any more."""
    notes = notes_waiting(db, person)
    if not any(note.due_at <= now for note in notes):
        return ""
    for note in notes:
        note.told_at = now
    goto = Goto("digest.start", about=now.isoformat())
    lane, again_at = approach(db, town, person, now, goto, partial(_approved, notes=notes))
    if again_at is not None:
        for note in notes:
            note.told_at, note.due_at = None, again_at
    return lane


def _approved(turn: Turn, notes: Sequence[Note]) -> Approved | None:
    """None where there is nothing to say any more."""
    if not lines(turn, notes):
        return None
    values = (turn.words(turn.town.name), word_of(Command.DIGEST, turn.language))
    return Approved(Template.DIGEST, values)
