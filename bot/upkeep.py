"""What is thrown away in time, each kind after the days that the town's files say, in small turns, by night.

A table is walked by its key: what is older than the days is looked at once, however much of it there is.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, inspect, tuple_
from sqlalchemy import select as columns_of
from sqlmodel import col, delete, select, update

from flows.participation.pairing import UNPROVED
from flows.participation.tenant import Retention, Town
from storage.audit import record
from storage.database import Db, Store
from storage.digests import Note
from storage.erasures import Erasure
from storage.happenings import Happening
from storage.inbounds import Claim, Quarantined
from storage.outbox import Message
from storage.pairings import Pairing
from storage.participants import Address, Participant, Session
from storage.reminders import Reminder
from storage.row import IdRow, Row, first_id_at
from storage.tickets import Ticket

Counts: TypeAlias = Mapping[str, int]
"""Rows by purpose."""
Key: TypeAlias = tuple[Any, ...]

_AT_ONCE = 500
_NIGHT = timedelta(hours=3)
"""The hour of the town at which it is done."""
_CLAIMS, _TOLD = 30, 30
"""Days: no provider repeats a message after so long; nobody asks whether news was told."""
_STRANGERS = 7
"""Days in which somebody in whose name a mail came may show that it was theirs."""
_claimed, _proved = (
    select(Address.participant_id).where(is_so)
    for is_so in (col(Address.proved_at).is_(None), col(Address.proved_at).is_not(None))
)


class Purpose(NamedTuple):
    """One kind of thing that is kept for some days."""

    name: str
    model: type[Row]
    days: Callable[[Retention], int]
    is_over: Callable[[datetime], ColumnElement[bool]]
    """Given the moment before which it is over."""


PURPOSES = (
    Purpose("bodies", Quarantined, lambda keep: keep.bodies, lambda before: col(Quarantined.received_at) < before),
    Purpose("claims", Claim, lambda _: _CLAIMS, lambda before: col(Claim.received_at) < before),
    Purpose("messages", Message, lambda keep: keep.messages, lambda before: col(Message.ended_at) < before),
    Purpose(
        "conversations",
        Session,
        lambda keep: keep.drafts,
        lambda before: (col(Session.updated_at) < before) & (col(Session.state) != ""),
    ),
    Purpose("tickets", Ticket, lambda keep: keep.tickets, lambda before: col(Ticket.closed_at) < before),
    Purpose("erasures", Erasure, lambda _: 0, lambda before: col(Erasure.destroy_at) <= before),
    Purpose(
        "strangers",
        Participant,
        lambda _: _STRANGERS,
        lambda before: (
            (col(Participant.created_at) < before)
            & col(Participant.id).in_(_claimed)
            & col(Participant.id).not_in(_proved)
        ),
    ),
    Purpose("happenings", Happening, lambda _: _TOLD, lambda before: col(Happening.told_at) < before),
    Purpose("notes", Note, lambda _: _TOLD, lambda before: col(Note.told_at) < before),
    Purpose("codes", Pairing, lambda _: UNPROVED.days, lambda before: col(Pairing.sent_at) < before),
    Purpose("reminders", Reminder, lambda _: _TOLD, lambda before: col(Reminder.told_at) < before),
)


class Upkeep:
    """Purges each town once a night, or as soon as it is served where the night was missed."""

    def __init__(self, store: Store, towns: Callable[[], list[Town]], clock: Callable[[], datetime]) -> None:
        self._store = store
        self._towns = towns
        self._clock = clock
        self._purged: dict[str, str] = {}

    async def tick(self) -> None:
        """Purge the towns whose night it is."""
        for town in self._towns():
            night = (self._clock().astimezone(town.zone) - _NIGHT).date().isoformat()
            if self._purged.get(town.id) != night:
                self._purged[town.id] = night
                await purge(self._store, town, self._clock())


async def purge(store: Store, town: Town, now: datetime) -> Counts:
    """Throw away what is over; returns and logs how much of each."""
    counts: dict[str, int] = {}
    for purpose in PURPOSES:
        after: Key | None = ()
        while after is not None:
            work = partial(_purge_stretch, purpose=purpose, before=_before(purpose, town, now), after=after)
            count, after = await store.turn(town.id, "", work)
            counts[purpose.name] = counts.get(purpose.name, 0) + count
    gone = {name: count for name, count in counts.items() if count}
    if gone:
        await store.turn(town.id, "", lambda db: record(db, "system", "purged", "retention", now, gone))
    return counts


async def due(store: Store, town: Town, now: datetime) -> Counts:
    """How much `purge` would throw away."""

    def count(db: Db, purpose: Purpose) -> int:
        return db.count(select(purpose.model).where(purpose.is_over(_before(purpose, town, now))))

    return {each.name: await store.turn(town.id, "", partial(count, purpose=each)) for each in PURPOSES}


def _before(purpose: Purpose, town: Town, now: datetime) -> datetime:
    return now - timedelta(days=purpose.days(town.retention))


def _purge_stretch(db: Db, purpose: Purpose, before: datetime, after: Key) -> tuple[int, Key | None]:
    """One stretch of a table in the order of its key; returns how much went, and where the next stretch begins."""
    model, key = purpose.model, _key(purpose.model)
    query: Any = columns_of(*key, purpose.is_over(before))
    if after:
        query = query.where(tuple_(*key) > after)
    if issubclass(model, IdRow):
        query = query.where(col(model.id) < first_id_at(before))
    rows: Sequence[Any] = db.tuples(query.order_by(*key).limit(_AT_ONCE))
    over = [tuple(row[:-1]) for row in rows if row[-1]]
    if over:
        # Asked again by the statement itself: what somebody has taken up since it was read stays.
        are_over = (tuple_(*key).in_(over), purpose.is_over(before))
        end = update(model).values(state="") if model is Session else delete(model)
        db.execute(end.where(*are_over))
    return len(over), tuple(rows[-1][:-1]) if len(rows) == _AT_ONCE else None


def _key(model: type[Row]) -> list[Any]:
    """The columns of the key, without the tenant."""
    return [getattr(model, column.key) for column in inspect(model).primary_key if column.key != "tenant_id"]
