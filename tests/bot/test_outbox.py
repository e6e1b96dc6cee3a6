"""What becomes of a message when Telegram fails in each of its ways: one table of outcomes, through real HTTP."""

import asyncio
import time
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.app import utc_now
from bot.outbox import DRAIN
from storage.database import Db
from storage.outbox import Message, Purpose, State
from storage.participants import Address, Participant
from storage.statements import enqueue
from tests.bot.house import OWN, PLATFORM, House, open_house
from tests.bot.parrot import PARROT, heard_in
from tests.fakes.telegram import Fault

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


def messages(house: House, tenant_id: str = OWN) -> list[Message]:
    return house.app.store.run(tenant_id, lambda db: list(db.all(select(Message).order_by(col(Message.id)))))


async def until(house: House, count: int, state: State, patience: float = 20) -> list[Message]:
    """The outbox, once so many messages are in this state."""
    async with asyncio.timeout(patience):
        while sum(message.state is state for message in messages(house)) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return messages(house)


def enqueue_update(db: Db, text: str) -> None:
    """An update to everybody, as `bot.updates` would write it."""
    for address in db.all(select(Address)):
        content = f'{{"text":"{text}"}}'
        enqueue(
            db,
            address.participant_id,
            address.lane,
            address.channel,
            address.sealed,
            Purpose.UPDATE,
            content,
            utc_now(),
        )


async def send_update(house: House, text: str = "news") -> None:
    await house.app.store.turn(OWN, "", lambda db: enqueue_update(db, text))
    house.app.wakes.wake(DRAIN, f"telegram:{OWN}")


async def test_a_reply_that_was_sent_is_kept_with_its_number(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        (message,) = await until(house, 1, State.SENT)
        assert message.external_id == str(ana.chat.last.id)
        assert (message.attempts, message.parts_sent, message.leased_by) == (1, 1, "")
        assert b"3460000000" not in message.sealed


@pytest.mark.parametrize("fault", [Fault.INTERNAL, Fault.BAD_GATEWAY, Fault.RESET, Fault.CUT, Fault.GARBAGE])
async def test_a_reply_is_sent_again_whatever_went_wrong_and_in_order(database_url: str, fault: Fault) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        house.bot().faults.append(("sendMessage", fault))
        await ana.starts()
        await asyncio.gather(*(ana.types(f"w{number}") for number in range(4)))
        await until(house, 5, State.SENT)
        lengths = [len(heard_in(text)) for text in ana.chat.texts]
        was_sent_unseen = fault not in (Fault.INTERNAL, Fault.BAD_GATEWAY)
        assert lengths == ([0] if was_sent_unseen else []) + [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("fault", "state", "sends"),
    [
        (Fault.INTERNAL, State.SENT, 1),
        (Fault.BAD_GATEWAY, State.UNCERTAIN, 0),
        (Fault.RESET, State.UNCERTAIN, 1),
        (Fault.CUT, State.UNCERTAIN, 1),
        (Fault.NO_MESSAGE, State.UNCERTAIN, 1),
    ],
)
async def test_an_update_that_is_uncertain_is_not_sent_again(
    database_url: str, fault: Fault, state: State, sends: int
) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        await until(house, 1, State.SENT)
        house.bot().faults.append(("sendMessage", fault))
        await send_update(house)
        await until(house, 2 if state is State.SENT else 1, state)
        await asyncio.sleep(0.3)
        assert ana.chat.texts.count("news") == sends


async def test_who_blocked_us_is_sent_nothing_more(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        await until(house, 1, State.SENT)
        ana.chat.is_blocked = True
        await send_update(house)
        await until(house, 1, State.FAILED)
        calls = len(house.bot().calls)
        await send_update(house)
        failed = await until(house, 2, State.FAILED)
        assert failed[-1].reason == "not wanted any more"
        assert len(house.bot().calls) == calls


async def test_who_moved_is_found_again(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana, new = house.citizen(1), house.citizen(2)
        await ana.starts()
        await until(house, 1, State.SENT)
        house.bot().chat(new.id)
        ana.chat.moved_to = new.id
        await ana.types("one")
        await until(house, 2, State.SENT)
        assert heard_in(new.chat.last.text) == ["one"]
        await new.types("two")
        await until(house, 3, State.SENT)
        assert heard_in(new.chat.last.text) == ["one", "two"]
        assert house.app.store.run(OWN, lambda db: db.count(select(Participant))) == 1


async def test_too_many_on_one_lane_never_slows_another(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        house.bot(OWN).rate = 2
        crowd = [house.citizen(number) for number in range(1, 9)]
        await asyncio.gather(*(citizen.starts() for citizen in crowd))
        pau = house.citizen(99, PLATFORM)
        for number in range(5):
            began = time.monotonic()
            await pau.types(f"w{number}")
            await pau.hears()
            assert time.monotonic() - began < 1
        await until(house, 8, State.SENT, patience=30)
        assert [len(citizen.chat.texts) for citizen in crowd] == [1] * 8


async def test_a_dead_account_rests_while_another_sends_and_then_goes_on(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        house.bot().faults.extend([("sendMessage", Fault.INTERNAL)] * 12)
        crowd = [house.citizen(number) for number in range(1, 13)]
        await asyncio.gather(*(citizen.starts() for citizen in crowd))
        pau = house.citizen(99, PLATFORM)
        await pau.starts()
        await pau.hears(1)
        await until(house, 12, State.SENT, patience=40)
        assert [len(citizen.chat.texts) for citizen in crowd] == [1] * 12


async def test_the_parts_of_a_long_message_are_not_sent_twice(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        await until(house, 1, State.SENT)
        await asyncio.sleep(1)
        house.bot().rate = 1
        words = [f"word{number}" for number in range(900)]
        await send_update(house, " ".join(words))
        sent = await until(house, 2, State.SENT)
        parts = ana.chat.texts[1:]
        assert len(parts) == sent[-1].parts_sent > 1
        assert " ".join(parts).split() == words


async def test_what_cannot_be_sent_fails_alone(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        await until(house, 1, State.SENT)

        def spoil(db: Db) -> None:
            person = db.all(select(Address))[0]
            for content in ("not json", '{"text":1}'):
                enqueue(
                    db,
                    person.participant_id,
                    person.lane,
                    "telegram",
                    person.sealed,
                    Purpose.UPDATE,
                    content,
                    utc_now(),
                )
            enqueue(
                db,
                person.participant_id,
                person.lane,
                "telegram",
                b"nonsense",
                Purpose.UPDATE,
                '{"text":"x"}',
                utc_now(),
            )

        await house.app.store.turn(OWN, "", spoil)
        await send_update(house)
        assert len([m for m in await until(house, 2, State.SENT) if m.state is State.FAILED]) == 3
        assert ana.chat.last.text == "news"


async def test_a_reply_of_a_dead_process_leaves_again_and_its_update_is_uncertain(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        await until(house, 1, State.SENT)

        def leave(db: Db) -> None:
            person, later = db.all(select(Address))[0], utc_now() + timedelta(minutes=1)
            for purpose in (Purpose.REPLY, Purpose.UPDATE):
                enqueue(
                    db,
                    person.participant_id,
                    person.lane,
                    "telegram",
                    person.sealed,
                    purpose,
                    f'{{"text":"{purpose}"}}',
                    utc_now(),
                    owner="a dead process",
                    leased_until=later,
                )

        await house.app.store.turn(OWN, "", leave)
        await house.app.outbox.reclaim()
        await until(house, 2, State.SENT)
        await until(house, 1, State.UNCERTAIN)
        assert ana.chat.texts[1:] == ["reply"]


async def test_a_message_without_a_lane_waits_for_it(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        await house.says("/start")
        address = house.app.store.run(OWN, lambda db: db.all(select(Address))[0])
        house.app.store.run(
            OWN,
            lambda db: enqueue(
                db, address.participant_id, "telegram:gone", "telegram", address.sealed, Purpose.REPLY, "{}", utc_now()
            ),
        )
        await house.app.outbox.sweep()
        await asyncio.sleep(0.3)
        assert [message.state for message in messages(house)][-1] is State.QUEUED
