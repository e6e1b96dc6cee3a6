"""What comes in acts once, in order, and never breaks its neighbours: through real HTTP, on both databases."""

import asyncio
import random
from collections import Counter

import pytest
from sqlmodel import SQLModel, select

from storage.database import Store
from storage.inbounds import Claim, Quarantined
from storage.outbox import Message, State
from storage.participants import Address, Participant
from tests.bot.house import OWN, SECRETS, House, open_house
from tests.bot.parrot import PARROT, heard_in

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


def rows(store: Store, model: type[SQLModel], tenant_id: str = OWN) -> int:
    return store.run(tenant_id, lambda db: db.count(select(model)))


async def quiet(house: House, count: int, number: int = 1) -> list[str]:
    """The texts of a citizen's chat, once so many have come and a moment has passed."""
    chat = house.citizen(number).chat
    async with asyncio.timeout(20):
        while len(chat.arrivals) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    return [message.text for message in chat.arrivals]


async def test_each_update_acts_once_however_often_it_comes(database_url: str) -> None:
    chance = random.Random(20261125)
    async with open_house(database_url, flows=PARROT) as house:
        citizens = [house.citizen(number) for number in range(1, 6)]
        for citizen in citizens:
            await citizen.starts()
        updates = [citizen.typed(f"w{number}") for number in range(12) for citizen in citizens]
        statuses = await citizens[0].does_all(updates, copies=(1, 2, 3, 4, 5), shuffled_by=chance)
        assert set(statuses) == {200}
        for number in range(1, 6):
            texts = await quiet(house, 13, number)
            assert len(texts) == 13
            assert Counter(heard_in(texts[-1])) == Counter(f"w{n}" for n in range(12))


async def test_a_hundred_messages_of_one_citizen_at_once_are_a_hundred_steps(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        assert set(await ana.does_all([ana.typed(f"w{number}") for number in range(100)])) == {200}
        texts = await quiet(house, 101)
        assert [len(heard_in(text)) for text in texts] == list(range(101))
        assert set(heard_in(texts[-1])) == {f"w{number}" for number in range(100)}


async def test_messages_act_in_the_order_they_came(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        await house.says("/start")
        await asyncio.gather(*(house.says(f"w{number}") for number in range(100)))
        reply = await house.says("last")
        assert heard_in(reply) == [*(f"w{number}" for number in range(100)), "last"]


async def test_an_edited_message_is_never_a_second_answer(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        await ana.types("one")
        await ana.edits("two")
        await ana.types("three")
        assert heard_in((await quiet(house, 3))[-1]) == ["one", "three"]


@pytest.mark.parametrize(
    ("account", "secret"),
    [
        (OWN, ""),
        (OWN, "wrong"),
        (OWN, SECRETS["participa"]),
        ("participa", SECRETS[OWN]),
        ("vilanova-del-riu", SECRETS["participa"]),
        ("nowhere", SECRETS[OWN]),
        ("%2e%2e", SECRETS[OWN]),
    ],
)
async def test_a_forger_is_refused_and_nothing_is_stored(database_url: str, account: str, secret: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        body = b'{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"text":"hola"}}'
        assert await house.post(body, account, secret) in (403, 404)
        for model in (Claim, Quarantined, Participant, Message):
            for tenant_id in (OWN, "participa", "vilanova-del-riu"):
                assert rows(house.app.store, model, tenant_id) == 0


BAD_BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'{"update_id":"x"}',
    b'{"update_id":1e400}',
    b'{"update_id":5,"message":7}',
    b'{"update_id":6,"message":{"message_id":1,"date":1,"chat":{"id":"x","type":"private"},"text":"hola"}}',
    b"[" * 20_000,
    b'{"a":' * 20_000,
    b"\xff\xfe\x00",
]


async def test_a_body_that_cannot_be_read_is_kept_apart_and_its_neighbours_act(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        statuses = await asyncio.gather(
            *(house.post(body) for body in BAD_BODIES), *(ana.types(f"w{number}") for number in range(5))
        )
        assert set(statuses) == {200}
        assert len(heard_in((await quiet(house, 6))[-1])) == 5
        assert rows(house.app.store, Quarantined) == len(BAD_BODIES)
        kept = house.app.store.run(OWN, lambda db: [row.body for row in db.all(select(Quarantined))])
        assert not any(b'"update_id"' in body for body in kept)


async def test_odd_characters_are_words_like_any_other(database_url: str) -> None:
    odd = ["a\x00b", "\\ud800", "\u202eabc", "\u200b", "👩‍👩‍👧‍👦", "<b>&lt;", "'; drop table x;--", "٣"]
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        for text in odd:
            assert await ana.types(text) == 200
        raw = b'{"update_id":99,"message":{"message_id":1,"date":1,"chat":{"id":34600000001,"type":"private"},'
        raw += b'"from":{"id":34600000001,"is_bot":false,"first_name":"A"},"text":"x\\ud83dy"}}'
        assert await house.post(raw) == 200
        assert len(await quiet(house, 10)) == 10
        assert not any("went wrong" in text for text in ana.chat.texts)


async def test_a_bug_is_told_and_the_conversation_stays_as_it_was(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen(language="ca")
        await ana.starts()
        await ana.types("one")
        boom = ana.typed("boom")
        assert await ana.does_all([boom, boom, boom]) == [200, 200, 200]
        texts = await quiet(house, 3)
        assert "Ho sentim" in texts[2] or "perd" in texts[2].lower()
        assert "heard" not in texts[2]
        await ana.types("two")
        texts = await quiet(house, 4)
        assert len(texts) == 4
        assert heard_in(texts[3]) == ["one", "two"]
        names = house.app.store.run(OWN, lambda db: [row.public_name for row in db.all(select(Participant))])
        assert names == ["two"]
    logged = capsys.readouterr()
    assert "xyzzy" not in logged.out + logged.err
    assert "boom" not in logged.out + logged.err
    assert "34600000001" not in logged.out + logged.err


async def test_stop_is_confirmed_once_and_then_there_is_silence_until_start(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        await ana.types("one")
        for text in ("BAJA", "baja", "Stop!", "hola", "two"):
            await ana.types(text)
        texts = await quiet(house, 3)
        assert len(texts) == 3
        assert "START" in texts[2] or "ALTA" in texts[2]
        await ana.types("alta")
        await ana.types("three")
        texts = await quiet(house, 5)
        assert "two" not in heard_in(texts[-1])


async def test_who_blocks_gets_nothing_and_is_welcome_back(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        await quiet(house, 1)
        await ana.blocks()
        stopped = house.app.store.run(OWN, lambda db: [a.stopped_reason for a in db.all(select(Address))])
        assert stopped == ["blocked"]
        await ana.unblocks()
        await ana.types("again")
        assert heard_in((await quiet(house, 2))[-1]) == ["again"]


async def test_a_flood_is_told_once_and_stop_is_still_heard(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT, messages_per_minute=10) as house:
        ana, pau = house.citizen(1), house.citizen(2)
        await ana.starts()
        for number in range(30):
            assert await ana.types(f"w{number}") == 200
        texts = await quiet(house, 11)
        assert len(texts) == 11
        assert "heard" not in texts[-1]
        await pau.starts()
        assert await quiet(house, 1, 2)
        await ana.types("stop")
        assert len(await quiet(house, 12)) == 12
        assert rows(house.app.store, Claim) == 13


async def test_what_waited_in_a_full_store_acts_when_there_is_room(database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("a page limit stands for a full disk, and only SQLite has one")
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        pages = house.app.store.run_no_tenant(
            lambda db: db.cursor.execute("PRAGMA page_count", ()) and db.cursor.fetchone()[0]
        )
        limit = f"PRAGMA max_page_count = {pages}"
        house.app.store.run_no_tenant(lambda db: db.cursor.execute(limit, ()) and db.cursor.fetchone())
        updates = [ana.typed("x" * 900) for _ in range(30)]
        statuses = await ana.does_all(updates)
        assert 503 in statuses
        house.app.store.run_no_tenant(
            lambda db: db.cursor.execute("PRAGMA max_page_count = 1000000", ()) and db.cursor.fetchone()
        )
        async with asyncio.timeout(30):
            while 503 in statuses:
                statuses = await ana.does_all(updates)
        last = (await quiet(house, 31))[-1]
        assert last.count("x" * 900) <= 30
        assert rows(house.app.store, Claim) == 31
        unsent = house.app.store.run(OWN, lambda db: db.count(select(Message).where(Message.state == State.FAILED)))
        assert unsent == 0
