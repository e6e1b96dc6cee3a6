"""Bot or person, never both: a citizen's deeds and the staff's, mixed by a seed, through the real inbox and store.

What is checked is what stands outside: the rows of the outbox, the words of the ticket, and what the channel sent.
SOAK=1 tries a thousand.
"""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import NamedTuple

import msgspec
import pytest
from sqlmodel import col, select

from bot.app import utc_now
from bot.cli.one_ticket import Deed
from bot.outbox import DRAIN
from channels.console import Console
from channels.message import Address as Reached
from channels.message import Choice, Inbound, Kind, Outbound
from flows.participation import tickets
from flows.participation.refusal import Refused
from storage.belongings import belongings
from storage.callers import find_caller
from storage.database import Db, Store
from storage.outbox import AWAITED, Message, Purpose, State
from storage.participants import Address, Session
from storage.statements import enqueue
from storage.tickets import CITIZEN, Ticket, TicketMessage, messages_of
from tests.bot.house import KEYS, OWN, House, open_house

SEEDS = range(1000 if os.environ.get("SOAK") else 16)
RACES = range(60 if os.environ.get("SOAK") else 6)
DEEDS = 14
LANE = f"console:{OWN}"
TAKEN, BACK = "<a person takes over>", "<the bot is back>"

_ids = count(1)
_decode = msgspec.json.Decoder(Outbound).decode


class Gone(Exception):
    """The citizen has said that they are not old enough: nothing is kept of them, no ticket either."""


class Row(NamedTuple):
    """A message of the outbox."""

    id: int
    purpose: Purpose
    state: State
    content: str


class Seen(NamedTuple):
    """All that is known of one citizen from outside: their outbox, and (author, text) in their ticket."""

    rows: list[Row]
    words: Sequence[tuple[str, str]]

    def of(self, *purposes: Purpose) -> list[Row]:
        return [row for row in self.rows if row.purpose in purposes]

    @property
    def heard(self) -> list[str]:
        return [text for author, text in self.words if author == CITIZEN]


@dataclass
class Citizen:
    """A citizen, the staff who answer them, and what should be: who owns the conversation, and whether they stopped."""

    house: House
    staff: Store
    name: str
    dice: random.Random
    log: list[str] = field(default_factory=list)
    """What the channel sent, and between it `TAKEN` and `BACK`."""
    is_owned: bool = False
    has_stopped: bool = False
    id: int = 0
    ticket_id: int = 0
    code: str = ""

    @property
    def console(self) -> Console:
        console = self.house.app.reception.channel("console", OWN)
        assert isinstance(console, Console)
        return console

    async def does(self, kind: Kind, text: str = "") -> None:
        inbound = Inbound(OWN, Reached("console", self.name), f"i{next(_ids)}", kind, text)
        await self.house.app.inbox.receive(inbound)

    async def seen(self) -> Seen:
        def look(db: Db) -> Seen:
            sent = select(Message.id, Message.purpose, Message.state, Message.content).order_by(col(Message.id))
            mine = sent.where(Message.participant_id == self.id)
            said = select(TicketMessage.author, TicketMessage.text).order_by(col(TicketMessage.id))
            words = said.where(TicketMessage.ticket_id == self.ticket_id)
            if db.find(Session, self.id) is None:
                raise Gone
            rows = [Row(id, Purpose(purpose), State(state), content) for id, purpose, state, content in db.tuples(mine)]
            return Seen(rows, db.tuples(words))

        return await self.house.app.store.turn(OWN, self.name, look)

    async def heard_at(self) -> dict[int, str]:
        """What the ticket got since the first words, by id."""

        def look(db: Db) -> dict[int, str]:
            _, *said = messages_of(db, self.ticket_id)
            return {each.id: each.text for each in said if each.author == CITIZEN}

        return await self.house.app.store.turn(OWN, self.name, look)

    async def arrives(self) -> None:
        """Writes to the town, as anybody does."""
        for text in ("hola", "english", "persona", f"Una pregunta de {self.name}", "enviar"):
            await self.does(Kind.TEXT, text)

        def look(db: Db) -> tuple[int, int, str]:
            caller = find_caller(db, "console", KEYS.address_hash(OWN, "console", self.name))
            assert caller is not None
            (ticket,) = belongings(db, Ticket, caller.participant_id)
            return caller.participant_id, ticket.id, ticket.code

        self.id, self.ticket_id, self.code = await self.house.app.store.turn(OWN, self.name, look)

    async def serve(self, act: Callable[[Deed], str]) -> bool:
        """What the staff's commands do; False where the rules say no."""
        town = self.house.app.towns.find(OWN)
        assert town is not None
        try:
            await self.staff.turn(
                OWN, self.name, lambda db: act(Deed(db, town, self.code, utc_now(), "staff:marta")) and None
            )
        except Refused:
            return False
        self.house.app.wakes.wake(DRAIN, LANE)
        return True

    def take(self, deed: Deed) -> str:
        return deed.desk(tickets.take(deed.db, deed.code, "Marta", now=deed.now, actor=deed.actor)).taken()

    def release(self, deed: Deed) -> str:
        return deed.desk(tickets.release(deed.db, deed.code, now=deed.now, actor=deed.actor)).handed_back()

    def answer(self, deed: Deed, text: str) -> str:
        return deed.desk(tickets.answer(deed.db, deed.code, text, now=deed.now, actor=deed.actor)).answer(text)

    def close(self, deed: Deed) -> str:
        ticket, was_taken = tickets.close(deed.db, deed.code, now=deed.now, actor=deed.actor)
        return deed.desk(ticket).handed_back() if was_taken else deed.desk(ticket).closed()

    async def settles(self) -> Seen:
        """All that may leave has left; what the channel sent is in the log."""
        async with asyncio.timeout(60):
            while True:
                seen = await self.seen()
                held = () if not self.is_owned else (Purpose.UPDATE, Purpose.BROADCAST, Purpose.NOTICE)
                unsent = [row for row in seen.rows if row.state in (State.QUEUED, State.SENDING)]
                if all(row.state is State.QUEUED and row.purpose in held for row in unsent):
                    self.log += await self.console.replies(self.name, 0.001)
                    return seen
                await asyncio.sleep(0.02)

    async def wanders(self) -> None:
        """A deed of somebody's, whatever it be, and what must have come of it."""
        weights: dict[Callable[[str], Awaitable[None]], int] = {
            self.says: 6,
            self.presses: 6,
            self.attaches: 4,
            self.is_taken: 5,
            self.is_answered: 3,
            self.is_told_news: 4,
            self.is_released: 2,
            self.is_closed: 1,
            self.wants_menu: 2,
            self.stops: 1,
            self.starts: 2,
        }
        try:
            for number in range(DEEDS):
                (deed,) = self.dice.choices(list(weights), list(weights.values()))
                await deed(f"{self.name}-{number}")
            await self.ends()
        except Gone:
            return

    async def reaches(self, kind: Kind, text: str, *told: str) -> None:
        """What the citizen does reaches the bot or the ticket: one of them, once; after a stop, neither.

        `told` are the words that may stand for it in the ticket.
        """
        before = await self.seen()
        await self.does(kind, text)
        after = await self.seen()
        replies = len(after.of(Purpose.REPLY)) - len(before.of(Purpose.REPLY))
        heard = after.heard[len(before.heard) :]
        assert after.heard[: len(before.heard)] == before.heard
        if self.has_stopped:
            assert (replies, heard) == (0, [])
        elif self.is_owned:
            assert (replies, heard) in [(0, [words]) for words in told]
        else:
            assert (replies, heard) == (1, [])

    async def says(self, word: str) -> None:
        text = self.dice.choice([word, "hola", "ayuda", "olvida", "cancela", "1", "2", self.code])
        await self.reaches(Kind.TEXT, text, text)

    async def presses(self, _: str) -> None:
        """A button of the last message that had any: it may be of a question that is open no more."""
        shown = [_decode(row.content).choices for row in (await self.seen()).of(Purpose.REPLY, Purpose.PERSON)]
        choices = next((each for each in reversed(shown) if each), ())
        choice = self.dice.choice([each for each in choices if each.number] or [Choice(0, "", "1.0")])
        if self.is_owned or self.has_stopped:
            await self.reaches(Kind.PRESS, choice.payload, f"[{choice.label}]", "[a button of an earlier message]")
        else:
            await self.does(Kind.PRESS, choice.payload)

    async def attaches(self, word: str) -> None:
        await self.reaches(Kind.MEDIA, word, f"{word}\n[file: not kept]")

    async def is_taken(self, _: str) -> None:
        await self.settles()
        took = await self.serve(self.take)
        assert took is not self.has_stopped
        if took and not self.is_owned:
            self.log.append(TAKEN)
        self.is_owned = self.is_owned or took

    async def is_answered(self, word: str) -> None:
        before = await self.seen()
        assert await self.serve(lambda deed: self.answer(deed, word))
        after = await self.settles()
        said = [row for row in after.of(Purpose.PERSON) if word in row.content]
        assert [text for _, text in after.words].count(word) == 1
        assert len(after.of(Purpose.REPLY)) == len(before.of(Purpose.REPLY))
        assert [row.state for row in said] == ([] if self.has_stopped else [State.SENT])

    async def is_told_news(self, word: str) -> None:
        def tell(db: Db) -> None:
            to = db.first(select(Address).where(Address.participant_id == self.id))
            if to is None:
                raise Gone
            content = f'{{"text":"news {word}"}}'
            enqueue(db, to.participant_id, to.lane, to.channel, to.sealed, Purpose.UPDATE, content, utc_now())

        await self.house.app.store.turn(OWN, self.name, tell)
        self.house.app.wakes.wake(DRAIN, LANE)

    async def is_released(self, _: str) -> None:
        await self._is_handed_back(self.release)

    async def is_closed(self, _: str) -> None:
        await self._is_handed_back(self.close)

    async def _is_handed_back(self, how: Callable[[Deed], str]) -> None:
        await self.settles()
        if self.is_owned:
            self.log.append(BACK)
        assert await self.serve(how) or not self.is_owned
        self.is_owned = False

    async def wants_menu(self, _: str) -> None:
        await self._is_answered_by_bot("menú", stays_silent=self.has_stopped)

    async def stops(self, _: str) -> None:
        await self._is_answered_by_bot("baja", stays_silent=self.has_stopped)
        self.has_stopped = True

    async def starts(self, _: str) -> None:
        await self._is_answered_by_bot("alta", stays_silent=False)
        self.has_stopped = False

    async def _is_answered_by_bot(self, word: str, stays_silent: bool) -> None:
        """A safety keyword: the bot's, whoever owns the conversation."""
        before = await self.settles()
        if self.is_owned:
            self.log.append(BACK)
        self.is_owned = False
        await self.does(Kind.TEXT, word)
        after = await self.seen()
        assert len(after.of(Purpose.REPLY)) - len(before.of(Purpose.REPLY)) == (0 if stays_silent else 1)
        assert after.heard == before.heard

    async def ends(self) -> None:
        """The bot is back, all that waited leaves, and what was sent is what was enqueued, in order."""
        await self.starts("")
        seen = await self.settles()
        sent = [row for row in seen.rows if row.state is State.SENT]
        assert {row.state for row in seen.rows if row.purpose in AWAITED} == {State.SENT}
        words = {row.id: "".join(part.text for part in self.console.render(_decode(row.content))) for row in sent}
        log = [each for each in self.log if each not in (TAKEN, BACK)]
        news = [each for each in log if each.startswith("news ")]
        assert [each for each in log if each not in news] == [words[row.id] for row in sent if row.purpose in AWAITED]
        assert news == [words[row.id] for row in sent if row.purpose is Purpose.UPDATE]
        persons = {words[row.id] for row in sent if row.purpose is Purpose.PERSON}
        owned = False
        for each in self.log:
            owned = each == TAKEN or (owned and each != BACK)
            assert not owned or each == TAKEN or each in persons, f"{self.name}: the bot spoke: {each!r}"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_bot_and_person_never_both(database_url: str) -> None:
    async with open_house(database_url) as house:
        citizens = [Citizen(house, house.app.store, f"c{seed}", random.Random(seed)) for seed in SEEDS]

        async def lives(citizen: Citizen) -> None:
            await citizen.arrives()
            await citizen.wanders()

        for start in range(0, len(citizens), 64):
            async with asyncio.TaskGroup() as group:
                for citizen in citizens[start : start + 64]:
                    group.create_task(lives(citizen))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_hand_over_races_turns_and_each_word_reaches_one_of_both(database_url: str) -> None:
    async with open_house(database_url) as house:
        staff = Store(database_url, KEYS)
        ana = Citizen(house, staff, "ana", random.Random(1))
        await ana.arrives()
        before = await ana.seen()
        words = [f"word {number}" for number in range(12 * len(RACES))]
        for race in RACES:
            first, second, third = (words[12 * race + 4 * part :][:4] for part in range(3))
            await asyncio.gather(*says(ana, first[:2]), ana.serve(ana.take), *says(ana, first[2:]))
            await asyncio.gather(*says(ana, second), ana.serve(partial(ana.answer, text=f"answer {race}")))
            back = ana.does(Kind.TEXT, "menú") if race % 2 else ana.serve(ana.release)
            await asyncio.gather(*says(ana, third[:2]), back, *says(ana, third[2:]))
        after = await ana.settles()
        replies = after.of(Purpose.REPLY)[len(before.of(Purpose.REPLY)) :]
        ticket = await ana.heard_at()
        of_bot = len(replies) - len(RACES) // 2
        assert len(set(ticket.values())) == len(ticket)
        assert of_bot + len(ticket) == len(words)
        spans = owned(after.rows)
        assert len(spans) == len(RACES)
        assert [row for row in replies if any(since < row.id < until for since, until in spans)] == []
        assert [id for id in ticket if not any(since < id < until for since, until in spans)] == []
        staff.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_of_the_staff_at_once_do_not_both_take_a_citizen_nor_both_close_a_ticket(database_url: str) -> None:
    async with open_house(database_url) as house:
        staff = Store(database_url, KEYS)
        ana = Citizen(house, staff, "ana", random.Random(1))
        await ana.arrives()
        for text in ("persona", "2", "Otra pregunta", "enviar"):
            await ana.does(Kind.TEXT, text)
        codes = await house.app.store.turn(OWN, "", lambda db: [each.code for each in belongings(db, Ticket, ana.id)])
        other = Citizen(house, house.app.store, "ana", random.Random(1), id=ana.id, code=codes[1])
        for _ in RACES:
            took = await asyncio.gather(ana.serve(ana.take), other.serve(other.take))
            assert sorted(took) == [False, True]
            await (ana if took[0] else other).serve(ana.release)
        other.code = ana.code
        for _ in RACES:
            closed = await asyncio.gather(ana.serve(ana.close), other.serve(other.close))
            assert sorted(closed) == [False, True]
            await ana.serve(partial(ana.answer, text="And one thing more"))
        staff.close()


def says(citizen: Citizen, words: Sequence[str]) -> list[Awaitable[None]]:
    """All at once."""
    return [citizen.does(Kind.TEXT, word) for word in words]


def owned(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """From the word that a person takes over to the word that the bot is back, as ids."""
    starts = [row.id for row in rows if "From now on" in row.content]
    ends = [row.id for row in rows if "You are talking to me again" in row.content]
    return list(zip(starts, ends, strict=True))
