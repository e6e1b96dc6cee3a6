"""A support counts once per person, whatever race: through the inbox, on PostgreSQL of two processes at once."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlmodel import col, select

from bot.app import App
from bot.config.apply import apply
from bot.config.load import load
from bot.config.source import Source
from bot.notices import apology
from bot.question import payload_of
from bot.session import load_session
from channels.console import Console
from channels.message import Address, Inbound, Kind
from flows.participation import supports
from flows.participation.refusal import Refused
from flows.turn import Turn
from storage.callers import find_caller
from storage.database import Db
from storage.outbox import Message, State
from storage.participants import Participant, Session
from storage.proposals import Proposal
from storage.supports import Support
from tests.bot.house import ENVIRON, KEYS, OWN, House, open_house, sources

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

OPENS, ENDS = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
PROCESS = """
title: {{ca: Cursa, es: Carrera, en: Race}}
description: {{ca: Cursa, es: Carrera, en: Race}}
official_url: https://puerto-real-de-levante.example.org/processes/carrera
phases:
  - slug: apoyos
    title: {{ca: Suports, es: Apoyos, en: Supports}}
    starts_at: "2026-11-23T00:00:00Z"
    ends_at: "2026-12-01T00:00:00Z"
    allows: [support]
supports: {{{rules}}}
"""
SUPPORT, UNDO = "support.start|", "support.end|"

_ids = itertools.count(1)


@dataclass
class Race:
    """A process where supporting is open, and people who press at the same moment."""

    house: House
    apps: Sequence[App]
    clock: "Clock"
    chance: random.Random = field(default_factory=lambda: random.Random(20261126))

    def reference(self, number: int = 1) -> str:
        return f"PRL-PROP-2026-11-{number:04}"

    async def does(self, name: str, kind: Kind, text: str, inbound_id: str = "") -> None:
        """A deed of somebody, in whichever process gets it."""
        inbound = Inbound(OWN, Address("console", name), inbound_id or f"r{next(_ids)}", kind, text)
        await self.chance.choice(self.apps).reception.receive([inbound])

    async def together(self, deeds: Sequence[tuple[str, Kind, str]], copies: int = 1) -> None:
        """All at once, each so many times under one id, in any order."""
        once = [(*deed, f"r{next(_ids)}") for deed in deeds]
        every = [deed for deed in once for _ in range(copies)]
        self.chance.shuffle(every)
        await asyncio.gather(*(self.does(*deed) for deed in every))

    async def people(self, count: int) -> list[str]:
        """Newcomers who have said all that a support needs."""
        names = [f"person {next(_ids)}" for _ in range(count)]
        await asyncio.gather(*(self.does(name, Kind.TEXT, "hola") for name in names))
        version = next(each.town.terms.version for each in self.house.app.towns.all() if each.id == OWN)

        def consent(db: Db) -> None:
            for person in db.all(select(Participant)):
                person.language, person.attested_age, person.accepted_terms = "es", 18, version
                person.wants_updates = False

        self.house.app.store.run(OWN, consent)
        return names

    async def reads(self, name: str, number: int = 1) -> None:
        """Open the card of a proposal."""
        await self.does(name, Kind.TEXT, self.reference(number))

    def payloads(self, value: str) -> list[str]:
        """What each person's button brings whose choice begins so."""

        def find(db: Db) -> list[str]:
            found = []
            for row in db.all(select(Session)):
                prompt = load_session(row.state).prompt
                assert prompt is not None
                found += [
                    payload_of(prompt, i) for i, each in enumerate(prompt.choices) if each.value.startswith(value)
                ]
            return found

        return self.house.app.store.run(OWN, find)

    async def said(self, names: Sequence[str]) -> str:
        """All that these people were answered."""
        is_unsent = col(Message.state).in_([State.QUEUED, State.SENDING])
        async with asyncio.timeout(20):
            while self.house.app.store.run(OWN, lambda db: db.count(select(Message).where(is_unsent))):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        consoles = [app.reception.channel("console", OWN) for app in self.apps]
        read = [console.replies(name, 0.01) for console in consoles if isinstance(console, Console) for name in names]
        return "\n".join(text for texts in await asyncio.gather(*read) for text in texts)

    def given(self) -> list[Support]:
        return self.house.app.store.run(OWN, lambda db: list(db.all(select(Support))))


class Clock:
    """Stands where it is put."""

    def __init__(self) -> None:
        self.now = OPENS + timedelta(days=2)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def race(url: str, rules: str = "limit: 0", proposals: int = 1) -> AsyncIterator[Race]:
    clock = Clock()
    async with open_house(url, clock=clock) as house:
        apps = [house.app]
        if url.startswith("postgresql"):
            other = App(url, KEYS, environ=ENVIRON, messages_per_minute=100_000, clock=clock)
            await other.start()
            apps.append(other)
        source = next(each for each in sources(house.telegram.base_url) if each.id == OWN)
        files = {**source.files, "processes/carrera.yaml": PROCESS.format(rules=rules).encode()}
        changed = Source(OWN, files)
        house.app.store.run(OWN, partial(apply, source=changed, loaded=load(changed), now=clock.now, actor="test"))
        house.app.store.run(OWN, partial(_propose, count=proposals, now=clock.now))
        for app in apps:
            await app.towns.reload()
        racing = Race(house, apps, clock)
        try:
            yield racing
        finally:
            for app in apps[1:]:
                await app.stop()


def _propose(db: Db, count: int, now: datetime) -> None:
    for number in range(1, count + 1):
        db.add(
            Proposal(
                id=number,
                reference=f"PRL-PROP-2026-11-{number:04}",
                code=f"code{number}",
                process="carrera",
                phase="apoyos",
                author_name="Ada",
                language="es",
                title=f"Idea {number}",
                body="Hace falta.",
                published_at=now,
            )
        )


async def test_fifty_presses_of_one_person_count_once(database_url: str) -> None:
    async with race(database_url) as racing:
        (ana,) = await racing.people(1)
        await racing.reads(ana)
        (payload,) = racing.payloads(SUPPORT)
        await racing.together([(ana, Kind.PRESS, payload)] * 50, copies=2)
        assert len(racing.given()) == 1
        said = await racing.said([ana])
        assert (said.count("Hecho: la apoyas"), said.count(apology("es"))) == (1, 0)


async def test_fifty_people_who_press_at_once_count_once_each(database_url: str) -> None:
    async with race(database_url) as racing:
        names = await racing.people(50)
        await asyncio.gather(*map(racing.reads, names))
        presses = zip(names, racing.payloads(SUPPORT), strict=True)
        await racing.together([(name, Kind.PRESS, payload) for name, payload in presses], copies=2)
        assert len({support.participant_id for support in racing.given()}) == len(racing.given()) == 50
        said = await racing.said(names)
        assert (said.count("Hecho: la apoyas"), said.count(apology("es"))) == (50, 0)


async def test_a_limit_holds_for_one_person_who_supports_many_at_once(database_url: str) -> None:
    async with race(database_url, "limit: 3", proposals=8) as racing:
        (ana,) = await racing.people(1)
        deeds = [(ana, Kind.TEXT, word) for n in range(1, 9) for word in (racing.reference(n), "apoyar", "1")]
        await racing.together(deeds)
        assert len(racing.given()) <= 3
        for number in range(1, 9):
            await racing.reads(ana, number)
            await racing.does(ana, Kind.TEXT, "apoyar")
        assert len(racing.given()) == 3


async def test_a_limit_holds_between_turns_that_know_nothing_of_each_other(database_url: str) -> None:
    async with race(database_url, "limit: 3", proposals=12) as racing:
        (ana,) = await racing.people(1)
        town = next(each.town for each in racing.house.app.towns.all() if each.id == OWN)
        hash = KEYS.address_hash(OWN, "console", ana)

        def support(db: Db, number: int) -> None:
            caller = find_caller(db, "console", hash)
            assert caller is not None
            turn = Turn(town, db, caller.participant_id, "es", racing.clock.now, "console", "", 1, {})
            with suppress(Refused):
                supports.support(turn, racing.reference(number))

        turns = [
            racing.apps[number % len(racing.apps)].store.turn(OWN, ana, partial(support, number=number))
            for number in range(1, 13)
        ]
        await asyncio.gather(*turns)
        assert len(racing.given()) == 3


async def test_a_threshold_is_met_and_never_passed(database_url: str) -> None:
    async with race(database_url, "threshold: 5") as racing:
        names = await racing.people(20)
        await asyncio.gather(*map(racing.reads, names))
        presses = zip(names, racing.payloads(SUPPORT), strict=True)
        await racing.together([(name, Kind.PRESS, payload) for name, payload in presses])
        assert len(racing.given()) == 5
        said = await racing.said(names)
        turned_away = said.count("ya tiene todos los apoyos") + said.count("Esa opción ya no está")
        assert (said.count("Hecho: la apoyas"), turned_away) == (5, 15)


async def test_the_last_second_counts_and_the_next_does_not(database_url: str) -> None:
    async with race(database_url) as racing:
        early, late = await racing.people(2)
        for name in (early, late):
            await racing.reads(name)
        first, second = racing.payloads(SUPPORT)
        racing.clock.now = ENDS - timedelta(seconds=1)
        await racing.does(early, Kind.PRESS, first)
        assert len(racing.given()) == 1
        (undo,) = racing.payloads(UNDO)
        racing.clock.now = ENDS
        await racing.does(late, Kind.PRESS, second)
        await racing.does(early, Kind.PRESS, undo)
        assert len(racing.given()) == 1
        assert (await racing.said([late])).count("Hecho: la apoyas") == 0


async def test_support_and_undo_that_race_leave_what_each_was_told_last(database_url: str) -> None:
    async with race(database_url, "minimum: 2", proposals=3) as racing:
        names = await racing.people(6)
        for word in (racing.reference(1), "apoyar", racing.reference(2), "apoyar"):
            await asyncio.gather(*(racing.does(name, Kind.TEXT, word) for name in names))
        assert [support.counts for support in racing.given()] == [True] * 12
        words = [racing.reference(1), racing.reference(2), "apoyar", "retirar", "retirar"]
        await racing.together([(name, Kind.TEXT, word) for name in names for word in words])
        given = Counter(support.participant_id for support in racing.given())
        assert 1 in given.values()
        assert {(support.counts, given[support.participant_id] >= 2) for support in racing.given()} <= {
            (True, True),
            (False, False),
        }
