"""SIGKILL to the real process before and after its commits while a broadcast is frozen and sent: nobody gets it twice,
nobody is forgotten, and who may have got it is listed as uncertain."""

import asyncio
import os
import signal
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from bot.config.apply import apply
from bot.config.load import load
from bot.config.source import Source
from bot.freezing import begin
from storage.broadcasts import Recipient, RecipientState
from storage.database import Db, Store
from storage.opt_ins import OptIn
from storage.outbox import Message, State
from storage.participants import Address, Participant, Session
from tests.bot.faults.process import Served, served
from tests.bot.house import KEYS, OWN, TOKENS, sources
from tests.fakes.telegram_chat import Chat

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

POINTS = (1, 2, 3, 5, 8, 13, 21) if os.environ.get("SOAK") else (2, 5, 11)
PEOPLE = 90
RATE = 50
"""Messages a second: what is claimed at once is a quarter of a second's worth."""
WORDS = "The high street is closed."
TOPIC = """
topics:
  - slug: works
    name: {es: Obras, ca: Obres, en: Works}
"""
BROADCAST = f"""
topic: works
title: {{es: Obras, ca: Obres, en: Works}}
text: {{es: "{WORDS}", ca: "{WORDS}", en: "{WORDS}"}}
"""


def prepare(server: Served) -> None:
    """A town with a broadcast that has begun, and its people."""
    source = next(each for each in sources(server.telegram.base_url, rate=RATE) if each.id == OWN)
    files = dict(source.files)
    files["tenant.yaml"] += TOPIC.encode()
    files["broadcasts/works.yaml"] = BROADCAST.encode()
    source, now = Source(OWN, files), datetime.now(UTC)
    loaded, store = load(source), Store(server.database_url, KEYS)
    chats = server.telegram.bot(TOKENS[OWN]).chats

    def work(db: Db) -> None:
        apply(db, source, loaded, now, "test")
        for number in range(1, PEOPLE + 1):
            chats[number] = Chat(number)
            add(db, f"{number}", now)
        begin(db, loaded.town.broadcasts[0], "2026-11-25T10:00", now)

    store.run(OWN, work)
    store.close()


def add(db: Db, chat: str, now: datetime) -> None:
    person = Participant(created_at=now, language="es")
    db.add(person)
    db.add(Session(participant_id=person.id, updated_at=now))
    db.add(
        Address(
            participant_id=person.id,
            channel="telegram",
            hash=db.address_hash("telegram", chat),
            sealed=db.seal(chat),
            lane=f"telegram:{OWN}",
            heard_at=now,
            proved_at=now,
        )
    )
    db.add(OptIn(participant_id=person.id, topic="works", channel="telegram", is_in=True, said_at=now))


def stands(database_url: str) -> tuple[Counter[str], Counter[str]]:
    """Recipients by state, and messages."""
    store = Store(database_url, KEYS)
    try:
        people = store.run(OWN, lambda db: [each.state.value for each in db.all(select(Recipient))])
        messages = store.run(OWN, lambda db: [each.state.value for each in db.all(select(Message))])
    finally:
        store.close()
    return Counter(people), Counter(messages)


async def test_nobody_gets_it_twice_and_nobody_is_forgotten(database_url: str, tmp_path: Path) -> None:
    async with served(database_url, tmp_path) as server:
        prepare(server)
        for moment in ("before", "after"):
            for nth in POINTS:
                await server.start(moment, nth)
                server.arm()
                assert await server.ended() == -signal.SIGKILL
        await server.start()
        async with asyncio.timeout(40):
            while True:
                people, messages = await asyncio.to_thread(stands, database_url)
                settled = people[RecipientState.DELIVERED] + messages[State.UNCERTAIN]
                if people.total() == settled == PEOPLE:
                    break
                await asyncio.sleep(0.3)
        assert await server.stop() == 0
        got = Counter({number: len(chat.texts) for number, chat in server.telegram.bot(TOKENS[OWN]).chats.items()})
        assert max(got.values()) == 1
        assert got.total() >= people[RecipientState.DELIVERED]
        assert got.total() <= people[RecipientState.DELIVERED] + messages[State.UNCERTAIN]
        kills = 2 * len(POINTS)
        assert messages[State.UNCERTAIN] <= kills * RATE // 4, "only what was claimed when it was killed"
