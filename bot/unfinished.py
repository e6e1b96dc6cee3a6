"""Whoever began a proposal or a survey and left it is reminded once, some days later, while it can still be sent."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.outbox import DRAIN
from bot.session import Frame, Session, load_session
from bot.telling import tell
from bot.towns import Towns
from bot.wakes import Wakes
from flows import coming
from flows.participation.quiet import is_quiet
from flows.participation.tenant import Town
from storage.database import Db, Store
from storage.participants import Participant, sessions_after
from storage.participants import Session as Place
from storage.reminders import Ending, Reminder, reminder_of

_AFTER, _UNTIL = timedelta(days=3), timedelta(days=7)
"""Since the person's last word; later it is too late to begin with it."""
_FINISH = "finish"
"""The action of such a reminder, beside those of `Action`."""
_SUBJECTS = {"propose": "process", "respond": "survey"}


class Unfinished:
    """Looks once a day at each town, outside its quiet hours."""

    def __init__(self, store: Store, towns: Towns, wakes: Wakes, clock: Callable[[], datetime]) -> None:
        self._store, self._towns, self._wakes, self._clock = store, towns, wakes, clock
        self._looked: dict[str, str] = {}

    async def sweep(self) -> None:
        """Look at the towns that have not been looked at today."""
        now = self._clock()
        for loaded in self._towns.all():
            today = now.astimezone(loaded.town.zone).date().isoformat()
            if self._looked.get(loaded.id) != today and not is_quiet(loaded.town, now):
                await self._look(loaded.town, now)
                self._looked[loaded.id] = today

    async def _look(self, town: Town, now: datetime) -> None:
        after: int | None = 0
        while after is not None:
            lanes, after = await self._store.turn(town.id, "", partial(_remind, town=town, after=after, now=now))
            self._wakes.wake_all(DRAIN, lanes)


def _remind(db: Db, town: Town, after: int, now: datetime) -> tuple[set[str], int | None]:
    """One stretch of conversations; returns the lanes of what is told, and where the next begins."""
    places = sessions_after(db, after)
    lanes: set[str] = set()
    for place in places:
        if now - _UNTIL < place.updated_at <= now - _AFTER and place.ticket_id is None:
            lanes.add(_told(db, town, place, now))
    return lanes, places[-1].participant_id if places else None


def _told(db: Db, town: Town, place: Place, now: datetime) -> str:
    person = db.find(Participant, place.participant_id)
    if person is None or person.wants_updates is not True:
        return ""
    for frame in _begun(load_session(place.state)):
        subject = f"{_SUBJECTS[frame.flow]}:{frame.about}"
        if reminder_of(db, person.id, subject, _FINISH) is not None:
            continue
        lane = tell(db, town, person.id, now, partial(coming.unfinished, flow=frame.flow, about=frame.about))
        if lane:
            db.add(_reminder(person.id, subject, now))
            return lane
    return ""


def _reminder(person: int, subject: str, now: datetime) -> Reminder:
    """Kept as one that was told, so that it is told once."""
    return Reminder(participant_id=person, subject=subject, action=_FINISH, due_at=now, told_at=now, ending=Ending.TOLD)


def _begun(session: Session) -> Iterator[Frame]:
    """The drafts, the last one first."""
    frames: Sequence[Frame | None] = (session.frame, session.suspended, *reversed(session.drafts.values()))
    return (
        frame for frame in frames if frame is not None and frame.flow in _SUBJECTS and frame.about and frame.is_draft
    )
