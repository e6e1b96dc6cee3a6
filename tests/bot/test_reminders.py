"""What people asked to be reminded of is told on its day: once, to who can be written to, wherever the day moves."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, event
from sqlmodel import select

from bot.app import App
from bot.config.apply import apply
from bot.config.load import load
from bot.config.source import Source
from storage.database import Db
from storage.outbox import Message, Purpose
from storage.participants import Address, Participant
from storage.proposals import Proposal
from storage.reminders import Ending, Reminder
from tests.bot.house import ENVIRON, KEYS, OWN, House, open_house, sources
from tests.bot.test_support_races import Clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

OPENS = datetime(2027, 1, 10, 9, tzinfo=UTC)
REFERENCE = "PRL-PROP-2026-11-0001"
MANY = 120
PROCESS = """
title: {{ca: Demà, es: Mañana, en: Tomorrow}}
description: {{ca: Demà, es: Mañana, en: Tomorrow}}
official_url: https://puerto-real-de-levante.example.org/processes/manana
phases:
  - slug: apoyos
    title: {{ca: Suports, es: Apoyos, en: Supports}}
    starts_at: "{opens}"
    allows: [{allows}]
"""


async def files_say(house: House, now: datetime, opens: datetime | None = OPENS, allows: str = "support") -> None:
    """When supporting opens in the town's files; None takes the process away."""
    source = next(each for each in sources(house.telegram.base_url) if each.id == OWN)
    added = {"processes/manana.yaml": PROCESS.format(opens=opens.isoformat(), allows=allows).encode()} if opens else {}
    changed = Source(OWN, {**source.files, **added})
    serve = partial(apply, source=changed, loaded=load(changed), now=now, actor="test", removes=True)
    house.app.store.run(OWN, serve)
    await house.app.towns.reload()


def ask(db: Db, now: datetime) -> None:
    """Everybody here waits for the day when the proposal can be supported."""
    db.add(
        Proposal(
            reference=REFERENCE,
            code="code",
            process="manana",
            phase="apoyos",
            author_name="Ada",
            language="es",
            title="Un banco al sol",
            body="En la plaza no hay ninguno.",
            published_at=now,
        )
    )
    for person in db.all(select(Participant)):
        person.language, person.wants_updates = "es", True
        subject = f"proposal:{REFERENCE}"
        db.add(Reminder(participant_id=person.id, subject=subject, action="support", due_at=OPENS))


def wait_for_many(db: Db) -> None:
    """One of them waits for many more proposals."""
    (waited,), person = db.all(select(Proposal)), db.all(select(Participant))[0]
    for number in range(MANY):
        copy = waited.model_dump(exclude={"id"}) | {"reference": f"PRL-PROP-2026-12-{number:04}", "code": f"c{number}"}
        db.add(Proposal(**copy))
        subject = f"proposal:{copy['reference']}"
        db.add(Reminder(participant_id=person.id, subject=subject, action="support", due_at=OPENS))


async def waiting(house: House, clock: Clock, *names: str) -> None:
    """These people wait for it."""
    for name in names:
        await house.says("hola", name=name)
    await files_say(house, clock.now)
    house.app.store.run(OWN, partial(ask, now=clock.now))


def endings(house: House) -> list[Ending]:
    return house.app.store.run(OWN, lambda db: [each.ending for each in db.all(select(Reminder))])


def told(house: House) -> list[str]:
    """What was enqueued unasked."""
    news = select(Message).where(Message.purpose == Purpose.UPDATE)
    return house.app.store.run(OWN, lambda db: [each.content for each in db.all(news)])


async def test_it_is_told_on_its_day_once_with_what_to_write(database_url: str) -> None:
    clock = Clock()
    async with open_house(database_url, clock=clock) as house:
        await waiting(house, clock, "ana")
        other = App(database_url, KEYS, environ=ENVIRON, clock=clock)
        await other.towns.reload()
        clock.now = OPENS - timedelta(seconds=1)
        await house.app.reminders.drain(OWN)
        assert endings(house) == [Ending.WAITING]
        clock.now = OPENS
        await asyncio.gather(*(app.reminders.drain(OWN) for app in (house.app, other) for _ in range(3)))
        assert endings(house) == [Ending.TOLD]
        (text,) = told(house)
        assert f"«Un banco al sol» ({REFERENCE}). Ahora ya puedes apoyar propuestas" in text
        assert f"Para seguir, escribe {REFERENCE}." in text
        assert '"payload":"@' in text
        await other.stop()


async def test_who_stopped_or_wants_no_news_is_not_written_to(database_url: str) -> None:
    clock = Clock()
    async with open_house(database_url, clock=clock) as house:
        await waiting(house, clock, "ana", "pau")

        def refuse(db: Db) -> None:
            db.all(select(Participant))[0].wants_updates = False
            for address in db.all(select(Address)):
                if not db.one(Participant, address.participant_id).wants_updates:
                    continue
                address.stopped_at, address.stopped_reason = clock.now, "asked"

        house.app.store.run(OWN, refuse)
        clock.now = OPENS
        await house.app.reminders.drain(OWN)
        assert endings(house) == [Ending.UNWANTED, Ending.UNWANTED]
        assert told(house) == []


async def test_a_day_is_moved_bit_by_bit_for_many_and_left_where_it_stays(database_url: str) -> None:
    clock = Clock()
    async with open_house(database_url, clock=clock) as house:
        await waiting(house, clock, "ana")
        house.app.store.run(OWN, wait_for_many)
        statements: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            statements.append(statement)

        def end(_: object) -> None:
            statements.append("")

        event.listen(Engine, "before_cursor_execute", note)
        event.listen(Engine, "commit", end)
        try:
            for opens in (OPENS, OPENS + timedelta(days=7)):
                await files_say(house, clock.now, opens)
                statements.clear()
                await house.app.reminders.drain(OWN)
                moves = [each for each in statements if each.startswith("UPDATE reminders")]
                assert bool(moves) == (opens != OPENS)
                turns = "\n".join(each.partition("\n")[0] for each in statements).split("\n\n")
                assert max(turn.count("\n") for turn in turns) < MANY
        finally:
            event.remove(Engine, "before_cursor_execute", note)
            event.remove(Engine, "commit", end)
        days = house.app.store.run(OWN, lambda db: {each.due_at for each in db.all(select(Reminder))})
        assert days == {OPENS + timedelta(days=7)}


@pytest.mark.parametrize("days", [-7, 7])
async def test_it_moves_with_the_day_in_the_files(database_url: str, days: int) -> None:
    clock = Clock()
    async with open_house(database_url, clock=clock) as house:
        await waiting(house, clock, "ana")
        moved = OPENS + timedelta(days=days)
        await files_say(house, clock.now, moved)
        clock.now = min(moved, OPENS) + timedelta(days=0 if days < 0 else 1)
        await house.app.reminders.drain(OWN)
        assert endings(house) == [Ending.TOLD if days < 0 else Ending.WAITING]
        clock.now = moved
        await house.app.reminders.drain(OWN)
        assert endings(house) == [Ending.TOLD]
        assert len(told(house)) == 1


@pytest.mark.parametrize("way", ["process", "phase", "withdrawn", "hidden"])
async def test_it_ends_without_a_word_where_there_is_nothing_left_to_do(database_url: str, way: str) -> None:
    clock = Clock()
    async with open_house(database_url, clock=clock) as house:
        await waiting(house, clock, "ana")

        def vanish(db: Db) -> None:
            proposal = db.all(select(Proposal))[0]
            proposal.withdrawn_at = clock.now if way == "withdrawn" else None
            proposal.hidden_at = clock.now if way == "hidden" else None

        house.app.store.run(OWN, vanish)
        if way == "process":
            await files_say(house, clock.now, None)
        if way == "phase":
            await files_say(house, clock.now, OPENS, "comment")
        clock.now = OPENS
        await house.app.reminders.drain(OWN)
        assert endings(house) == [Ending.GONE]
        assert told(house) == []
