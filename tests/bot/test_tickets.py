"""A person of the town writes: what the citizen gets, where what they write goes, and how the bot comes back."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.cli.one_ticket import Deed
from bot.config.apply import apply
from bot.config.load import load
from bot.config.source import Source
from channels.message import Address, Inbound, Kind
from flows.participation import tickets
from flows.participation.refusal import Reason, Refused
from storage.database import Db
from storage.participants import Participant, Session
from storage.tickets import Ticket, TicketState, messages_of
from tests.bot.house import OWN, PLATFORM, SHARING, House, open_house, sources
from tests.fakes.telegram import Citizen

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Clock:
    """Runs, and jumps when it is told so."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def act(house: House, deed: Callable[[Deed], str], tenant_id: str = OWN) -> str:
    """What a command does to the only ticket there is, and the lane by which the citizen is told."""
    town = house.app.towns.find(tenant_id)
    assert town is not None

    def work(db: Db) -> str:
        code = db.all(select(Ticket.code))[0]
        return deed(Deed(db, town, code, datetime.now(UTC), "staff:marta"))

    return house.app.store.run(tenant_id, work)


def take(deed: Deed) -> str:
    return deed.desk(tickets.take(deed.db, deed.code, "Marta", now=deed.now, actor=deed.actor)).taken()


def release(deed: Deed) -> str:
    return deed.desk(tickets.release(deed.db, deed.code, now=deed.now, actor=deed.actor)).handed_back()


def answer(deed: Deed) -> str:
    return deed.desk(tickets.answer(deed.db, deed.code, "We look at it.", now=deed.now, actor=deed.actor)).answer(
        "We look at it."
    )


def ticket(house: House, tenant_id: str = OWN) -> tuple[Ticket, list[str]]:
    def read(db: Db) -> tuple[Ticket, list[str]]:
        (found,) = db.all(select(Ticket))
        return found, [each.text for each in messages_of(db, found.id)]

    return house.app.store.run(tenant_id, read)


async def writes(house: House) -> None:
    """Ana writes to the town from the terminal."""
    for text in ("hola", "english", "person", "Where is the ramp?", "send"):
        await house.says(text)


async def is_not_answered(house: House, text: str) -> None:
    inbound = Inbound(OWN, Address("console", "ana"), f"silent {text}", Kind.TEXT, text)
    await house.app.reception.receive([inbound])
    assert await house.replies(seconds=0.02) == []


async def test_an_answer_comes_back_and_takes_nothing_over(database_url: str) -> None:
    async with open_house(database_url) as house:
        await writes(house)
        assert act(house, answer) == f"console:{OWN}"
        (told,) = await house.replies(seconds=5)
        code = ticket(house)[0].code
        assert told.startswith(f"Puerto Real de Levante answers your message {code}:\n\nWe look at it.")
        assert "Open now" in await house.says("menu")
        assert ticket(house)[1] == ["Where is the ramp?", "We look at it."]
        assert "We look at it." in await house.says(code)


async def test_the_question_that_was_open_is_asked_again_as_it_was(database_url: str) -> None:
    async with open_house(database_url) as house:
        await writes(house)
        asked = await house.says("propose")
        assert act(house, take)
        (told,) = await house.replies(seconds=5)
        assert "From now on Marta, of Puerto Real de Levante, writes to you here" in told
        for text in ("1", "hello", "help", "forget it"):
            await is_not_answered(house, text)
        assert ticket(house)[1][1:] == ["1", "hello", "help", "forget it"]
        assert act(house, answer)
        assert (await house.replies(seconds=5)) == ["Marta: We look at it."]
        assert act(house, release)
        (told,) = await house.replies(seconds=5)
        assert told.startswith("You are talking to me again, the automatic service.")
        assert asked in told
        assert "Are you 14 or over?" in await house.says("1")


@pytest.mark.parametrize("word", ["menu", "MENÚ", "START", "/start"])
async def test_the_citizen_is_never_trapped(database_url: str, word: str) -> None:
    async with open_house(database_url) as house:
        await writes(house)
        act(house, take)
        await house.replies(seconds=5)
        said = await house.says(word)
        assert said.startswith("You are talking to me again, the automatic service.")
        assert "Open now" in said
        assert ticket(house)[0].state == TicketState.OPEN
        with pytest.raises(Refused) as refused:
            act(house, release)
        assert refused.value.reason is Reason.TICKET_NOT_TAKEN


@pytest.mark.parametrize(
    ("word", "answer"), [("forget me", "To be forgotten, write this code"), ("my data", "This is all we keep of you")]
)
async def test_ones_rights_are_the_bots_even_while_a_person_writes(database_url: str, word: str, answer: str) -> None:
    async with open_house(database_url) as house:
        await writes(house)
        act(house, take)
        await house.replies(seconds=5)
        said = await house.says(word)
        assert said.startswith("You are talking to me again, the automatic service.")
        assert answer in said
        assert ticket(house)[0].state == TicketState.OPEN


async def test_a_flood_is_not_answered_by_the_bot_while_a_person_writes(database_url: str) -> None:
    async with open_house(database_url, messages_per_minute=5) as house:
        await writes(house)
        act(house, take)
        await house.replies(seconds=5)
        await is_not_answered(house, "too fast")
        assert ticket(house)[1][1:] == ["too fast"]


async def test_after_stop_nobody_writes_and_after_start_the_bot_does(database_url: str) -> None:
    async with open_house(database_url) as house:
        await writes(house)
        act(house, take)
        await house.replies(seconds=5)
        assert "will not write to you any more" in await house.says("STOP")
        assert act(house, answer) == ""
        with pytest.raises(Refused) as refused:
            act(house, take)
        assert refused.value.reason is Reason.CITIZEN_STOPPED
        await is_not_answered(house, "hello?")
        assert "Open now" in await house.says("START")
        assert ticket(house)[1] == ["Where is the ramp?", "We look at it."]


async def test_a_conversation_left_for_a_day_goes_back_to_the_bot(database_url: str) -> None:
    clock = Clock()
    async with open_house(database_url, clock=clock) as house:
        await writes(house)
        act(house, take)
        await house.replies(seconds=5)
        clock.ahead = timedelta(hours=23)
        await house.app.hand_overs.sweep()
        assert ticket(house)[0].state == TicketState.TAKEN
        clock.ahead = timedelta(hours=25)
        await asyncio.gather(house.app.hand_overs.sweep(), house.app.hand_overs.sweep())
        (told,) = await house.replies(seconds=5)
        assert "Nobody has written to you for a day." in told
        assert "Open now" in told
        assert await house.replies(seconds=0.2) == []
        assert ticket(house)[0].state == TicketState.OPEN


async def test_who_is_gone_leaves_no_ticket_and_no_owner(database_url: str) -> None:
    async with open_house(database_url) as house:
        await writes(house)
        act(house, take)
        await house.replies(seconds=5)

        def lose(db: Db) -> None:
            for each in db.all(select(Ticket)):
                db.remove(each)

        house.app.store.run(OWN, lose)
        assert await house.says("hello") != ""
        assert house.app.store.run(OWN, lambda db: list(db.all(select(col(Session.ticket_id))))) == [None]

        def lose_ana(db: Db) -> None:
            db.remove(db.all(select(Participant))[0])

        await writes(house)
        assert house.app.store.run(OWN, lambda db: db.count(select(Ticket))) == 1
        house.app.store.run(OWN, lose_ana)
        assert house.app.store.run(OWN, lambda db: db.count(select(Ticket))) == 0


async def shares(house: House) -> Citizen:
    """Somebody who wrote to a town by the bot of all, and got a code."""
    town = house.app.towns.find(SHARING)
    assert town is not None
    ana = house.citizen(1, PLATFORM, "en")
    await ana.starts(town.code)
    for text in ("english", "person", "Where is the ramp?", "send"):
        await ana.types(text)
    await hears(ana, "Sent. Your code is VIL-TIC-")
    return ana


async def a_neighbour(house: House) -> str:
    """The code of one more town that shares the bot."""
    neighbour = Source("vilanova-del-mar", sources(house.telegram.base_url)[2].files)
    loaded = load(neighbour)
    await house.app.store.turn(
        neighbour.id, "", lambda db: bool(apply(db, neighbour, loaded, datetime.now(UTC), "test"))
    )
    await house.app.towns.reload()
    return loaded.town.code


async def hears(citizen: Citizen, words: str) -> str:
    async with asyncio.timeout(10):
        while not citizen.chat.arrivals or words not in citizen.chat.last.text:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return citizen.chat.last.text


async def test_on_a_shared_bot_a_person_speaks_under_the_towns_name(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = await shares(house)
        act(house, take, SHARING)
        assert (await hears(ana, "From now on Marta")).startswith("Vilanova del Riu\n")
        await ana.types("canvia de municipi")
        await ana.presses("Help")
        said = ticket(house, SHARING)[1]
        assert said[1] == "canvia de municipi"
        assert said[2] in ("[Help]", "[a button of an earlier message]")
        act(house, answer, SHARING)
        assert await hears(ana, "We look at it.") == "Vilanova del Riu\n\nMarta: We look at it."


async def test_who_goes_on_to_another_town_leaves_the_person_of_the_first(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = await shares(house)
        act(house, take, SHARING)
        await hears(ana, "From now on Marta")
        await ana.starts(await a_neighbour(house))
        await hears(ana, "Choose your language")
        assert ticket(house, SHARING)[0].state == TicketState.OPEN
        owners = house.app.store.run(SHARING, lambda db: list(db.all(select(col(Session.ticket_id)))))
        assert owners == [None]
