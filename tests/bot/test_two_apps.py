"""Two processes on one PostgreSQL: what comes in acts once, and what happened is told once."""

import asyncio
import random
from collections import Counter
from functools import partial

import msgspec
import pytest
from sqlmodel import col, select

from bot.app import App, utc_now
from storage.database import Db
from storage.follows import Follow
from storage.happenings import Happening
from storage.inbounds import Claim
from storage.outbox import Message, Purpose
from storage.participants import Address
from storage.proposals import Proposal
from tests.bot.house import ENVIRON, HEADER, KEYS, OWN, SECRETS, open_house
from tests.bot.parrot import PARROT, heard_in

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def test_each_update_acts_once_whichever_process_gets_it(database_url: str) -> None:
    chance = random.Random(7)
    async with open_house(database_url, flows=PARROT) as house:
        other = App(database_url, KEYS, environ=ENVIRON, flows=PARROT, messages_per_minute=100_000)
        await other.start()
        port = await other.serve("127.0.0.1", 0)
        ana = house.citizen()
        await ana.starts()
        updates = [msgspec.json.encode(ana.typed(f"w{number}")) for number in range(12)] * 5
        chance.shuffle(updates)
        urls = (house.url, f"http://127.0.0.1:{port}")

        async def post(body: bytes) -> int:
            headers = {HEADER: SECRETS[OWN]}
            url = f"{chance.choice(urls)}/telegram/{OWN}"
            async with house.telegram.session.post(url, data=body, headers=headers) as response:
                return response.status

        assert set(await asyncio.gather(*map(post, updates))) == {200}
        async with asyncio.timeout(20):
            while len(ana.chat.arrivals) < 13:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        assert [len(heard_in(text)) for text in ana.chat.texts] == list(range(13))
        assert Counter(heard_in(ana.chat.last.text)) == Counter(f"w{number}" for number in range(12))
        assert house.app.store.run(OWN, lambda db: db.count(select(Claim))) == 13
        await other.stop()


async def test_what_happened_is_told_once_by_two_that_tell_at_once(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        for name in ("ana", "pau", "mar"):
            await house.says("hola", name=name)
        other = App(database_url, KEYS, environ=ENVIRON, flows=PARROT)
        await other.towns.reload()

        def happen(db: Db, number: int) -> None:
            reference, now = f"PUE-PROP-2026-11-{number:04}", utc_now()
            db.add(
                Proposal(
                    reference=reference,
                    code=f"{number:016}",
                    process="p",
                    phase="p",
                    author_name="Ana",
                    language="es",
                    title="t",
                    body="b",
                    state="accepted",
                    state_published_at=now,
                    answer={"es": "Sí."},
                    published_at=now,
                )
            )
            for address in db.all(select(Address)):
                db.add(Follow(participant_id=address.participant_id, subject=f"proposal:{reference}", followed_at=now))
            db.add(Happening(kind="proposal_answered", subject=f"proposal:{reference}", happened_at=now))

        for number in range(8):
            house.app.store.run(OWN, partial(happen, number=number))
            await asyncio.gather(house.app.updates.drain(OWN), other.updates.drain(OWN))
        told = house.app.store.run(
            OWN, lambda db: db.count(select(Message).where(col(Message.purpose) == Purpose.UPDATE))
        )
        assert told == 24
        await other.stop()
