"""What is over is thrown away at night: no day too early, nothing of another kind, all of it counted."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlmodel import SQLModel, select

from bot import upkeep
from bot.upkeep import PURPOSES, Upkeep, due, purge
from flows.participation.tenant import Retention, Town
from storage.audit import Entry
from storage.database import Db, Store
from storage.digests import Note
from storage.erasures import Erasure
from storage.happenings import Happening
from storage.inbounds import Claim, Quarantined
from storage.keys import Keys
from storage.outbox import Message, Purpose, State
from storage.pairings import Pairing
from storage.participants import Address, Participant, Session
from storage.reminders import Reminder
from storage.row import Row, table_of
from storage.tickets import Ticket, TicketMessage
from tests.conftest import NOW
from tests.towns import a_town, local

TOWN = "vilanova"
KEEP = Retention(bodies=7, messages=30, drafts=365, tickets=730)
DAYS = {"bodies": 7, "claims": 30, "messages": 30, "conversations": 365, "tickets": 730, "happenings": 30}
DAYS |= {"strangers": 7, "codes": 30, "reminders": 30, "notes": 30, "erasures": 0}
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is the same on both kinds is tried on one."""


def town(keep: Retention = KEEP) -> Town:
    return replace(a_town(), id=TOWN, retention=keep)


def stranger(number: int, came_at: datetime | None) -> tuple[Row, ...]:
    """Somebody in whose name a mail came."""
    address = Address(id=number, participant_id=number, channel="x", hash=b"%d" % number, sealed=b"", lane="x")
    return Participant(id=number, created_at=came_at or NOW), address


def told(number: int, purpose: str, over_at: datetime | None) -> Row:
    """What somebody was told at this moment, or is still to be told."""
    if purpose == "notes":
        note = Note(id=number, participant_id=number, kind="x", subject="x", happened_at=NOW, due_at=NOW)
        note.told_at = over_at
        return note
    return Reminder(id=number, participant_id=number, subject="x", action="x", due_at=NOW, told_at=over_at)


def rows(number: int, purpose: str, over_at: datetime | None) -> tuple[Row, ...]:
    """One row of a kind that was over at this moment, or is not over."""
    person = Participant(id=number, created_at=NOW)
    match purpose:
        case "bodies":
            return (Quarantined(id=number, channel="x", body=b"", reason="", received_at=over_at or NOW),)
        case "claims":
            return (Claim(channel="x", external_id=f"{number:04}", received_at=over_at or NOW),)
        case "messages":
            message = Message(
                id=number,
                participant_id=1,
                purpose=Purpose.REPLY,
                lane="x",
                channel="x",
                sealed=b"",
                content="{}",
                due_at=NOW,
                state=State.SENT if over_at else State.QUEUED,
                ended_at=over_at,
            )
            return (message,)
        case "conversations":
            return person, Session(participant_id=number, state="{}", updated_at=over_at or NOW)
        case "tickets":
            ticket = Ticket(
                id=number, code=str(number), participant_id=number, channel="x", opened_at=local("2020-01-01 00:00")
            )
            ticket.closed_at = over_at
            said = TicketMessage(id=number, ticket_id=number, author="participant", text="?", said_at=NOW)
            return person, ticket, said
        case "erasures":
            return (Erasure(id=number, sealed=b"", erased_at=NOW, destroy_at=over_at or NOW + timedelta(days=9)),)
        case "happenings":
            return (Happening(id=number, kind="x", subject="x", happened_at=NOW, told_at=over_at),)
        case "codes":
            pairing = Pairing(
                id=number,
                participant_id=number,
                channel="x",
                hash=b"",
                sealed=b"",
                lane="x",
                code=b"",
                sent_at=over_at or NOW,
            )
            return person, pairing
        case "notes" | "reminders":
            return person, told(number, purpose, over_at)
    raise AssertionError(purpose)


def keep(store: Store, purpose: str, *over_at: datetime | None, first: int = 0) -> None:
    def add(db: Db) -> None:
        for number, each in enumerate(over_at, first + 1):
            for row in stranger(number, each) if purpose == "strangers" else rows(number, purpose, each):
                db.add(row)

    store.run(TOWN, add)


def test_every_purpose_is_tried() -> None:
    assert {purpose.name for purpose in PURPOSES} == set(DAYS)


def test_what_is_over_goes_and_nothing_else(store: Store) -> None:
    a_moment = timedelta(seconds=1)
    for first, purpose in enumerate(PURPOSES):
        last_day = NOW - timedelta(days=DAYS[purpose.name])
        moments = (last_day - a_moment, last_day + a_moment, None, last_day - timedelta(days=400))
        keep(store, purpose.name, *moments, first=10 * first)
    counted = asyncio.run(due(store, town(), NOW))
    gone = asyncio.run(purge(store, town(), NOW))
    assert gone == counted == dict.fromkeys(DAYS, 2)
    assert {purpose.name: left(store, purpose.model) for purpose in PURPOSES} == dict.fromkeys(DAYS, 2)
    assert asyncio.run(purge(store, town(), NOW)) == dict.fromkeys(DAYS, 0)
    logged = store.run(TOWN, lambda db: [(each.action, each.detail) for each in db.all(select(Entry))])
    assert logged == [("purged", dict.fromkeys(DAYS, 2))]


def left(store: Store, model: type[SQLModel]) -> int:
    """How many rows; of conversations, those that are not empty; of people, those who have an address."""
    if model is Session:
        return store.run(TOWN, lambda db: db.count(select(Session).where(Session.state != "")))
    return store.run(TOWN, lambda db: db.count(select(Address if model is Participant else model)))


@on_sqlite
def test_what_was_said_about_a_ticket_goes_with_it(store: Store) -> None:
    keep(store, "tickets", NOW - timedelta(days=800))
    asyncio.run(purge(store, town(), NOW))
    assert left(store, TicketMessage) == 0


@on_sqlite
def test_the_towns_own_days_count(store: Store) -> None:
    keep(store, "messages", NOW - timedelta(days=4), NOW - timedelta(days=2))
    assert asyncio.run(due(store, town(replace(KEEP, messages=3)), NOW))["messages"] == 1


def test_more_than_one_stretch_goes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "_AT_ONCE", 2)
    old, new = NOW - timedelta(days=31), NOW
    keep(store, "claims", old, new, old, old, new, old, old)
    assert asyncio.run(purge(store, town(), NOW))["claims"] == 5
    assert left(store, Claim) == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("purpose", "column", "now_is"), [("conversations", "updated_at", NOW), ("tickets", "closed_at", None)]
)
def test_what_is_taken_up_again_meanwhile_stays(
    store: Store, database_url: str, keys: Keys, purpose: str, column: str, now_is: datetime | None
) -> None:
    keep(store, purpose, NOW - timedelta(days=800))
    model: type[Row] = Session if purpose == "conversations" else Ticket
    other, beginnings = (
        Store(database_url, keys),
        [f"UPDATE {table_of(model).name}", f"DELETE FROM {table_of(model).name}"],
    )

    def take_up(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if beginnings and statement.startswith(tuple(beginnings)):
            beginnings.clear()
            other.run(TOWN, lambda db: setattr(db.all(select(model))[0], column, now_is))

    event.listen(Engine, "before_cursor_execute", take_up)
    try:
        asyncio.run(purge(store, town(), NOW))
    finally:
        event.remove(Engine, "before_cursor_execute", take_up)
        other.close()
    assert not beginnings
    assert left(store, model) == 1


def keep_claim(store: Store, now: datetime) -> None:
    """One more that is over."""
    claim = Claim(channel="x", external_id=str(now), received_at=now - timedelta(days=31))
    store.run(TOWN, lambda db: db.add(claim))


@on_sqlite
def test_each_town_is_purged_once_a_night_of_its_own(store: Store) -> None:
    times = [local(f"2026-11-{each}") for each in ("25 12:00", "25 23:00", "26 02:59", "26 03:00", "26 04:00")]
    counts: list[int] = []

    async def nights() -> None:
        now = local("2026-11-25 12:00")
        keeper = Upkeep(store, lambda: [town()], lambda: now)
        for now in times:
            keep_claim(store, now)
            await keeper.tick()
            counts.append(left(store, Claim))

    asyncio.run(nights())
    assert counts == [0, 1, 2, 0, 1]
