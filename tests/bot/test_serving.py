"""What a serving process does by itself: fetch, provision, take up new files, throw away in time."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.app import App
from bot.provision import provision
from bot.watch import watch
from storage.database import Db
from storage.outbox import Message, Purpose, State
from storage.participants import Address
from storage.statements import enqueue
from storage.tenants import Revision, Tenant
from tests.bot.house import EXAMPLES, KEYS, OWN, SHARING, open_house
from tests.bot.parrot import PARROT, heard_in

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_town_without_a_public_address_fetches(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT, is_polling=True) as house:
        ana = house.citizen()
        assert await ana.starts() == 202
        assert heard_in((await ana.hears()).text) == []
        for number in range(20):
            await ana.types(f"w{number}")
        async with asyncio.timeout(10):
            while heard_in(ana.chat.last.text) != [f"w{number}" for number in range(20)]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def test_a_bot_is_told_its_webhook_and_its_words_in_each_language(database_url: str) -> None:
    async with open_house(database_url) as house:
        served, town = house.app.accounts.find("telegram", OWN), house.app.towns.find(OWN)
        assert served is not None
        assert town is not None
        for _ in range(2):
            assert await provision(served, town, "https://bot.example.org/")
        bot = house.bot()
        assert bot.webhook is not None
        assert bot.webhook.url == f"https://bot.example.org/telegram/{OWN}"
        assert {"ca", "es", "en"} <= set(bot.commands)
        assert "Port Reial" in bot.descriptions["ca"]


async def test_files_are_applied_as_they_are_saved_and_faulty_ones_are_not(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "tenants"
    shutil.copytree(EXAMPLES / SHARING, folder / SHARING)
    (folder / SHARING / "channels.yaml").unlink()
    app = App(database_url, KEYS)
    await app.start()
    watching = asyncio.create_task(watch(app, folder))
    file = folder / SHARING / "tenant.yaml"

    def name() -> str:
        town = app.towns.find(SHARING)
        return town.name["ca"] if town else ""

    async def until_name(wanted: str) -> None:
        async with asyncio.timeout(20):
            while name() != wanted:
                file.touch()
                await asyncio.sleep(0.2)

    await until_name("Vilanova del Riu")
    good = file.read_text(encoding="utf-8")
    file.write_text("name: [", encoding="utf-8")
    await asyncio.sleep(1)
    assert name() == "Vilanova del Riu"
    assert "not applied" in capsys.readouterr().err
    file.write_text(good.replace("Vilanova del Riu", "Vilanova Nova"), encoding="utf-8")
    await until_name("Vilanova Nova")
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await app.stop()


async def test_a_revision_that_cannot_be_loaded_leaves_the_town_as_it_was(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:

        def spoil(db: Db) -> None:
            db.add(Revision(hash="f" * 64, files=b"no archive", applied_at=datetime.now(UTC)))
            tenant = db.find(Tenant)
            assert tenant is not None
            tenant.revision = "f" * 64

        house.app.store.run(OWN, spoil)
        await house.app.towns.reload()
        assert OWN in house.app.towns.problems
        ana = house.citizen()
        assert await ana.starts() == 200
        assert heard_in((await ana.hears()).text) == []


async def test_a_lease_that_was_forgotten_is_recovered(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        await ana.hears()
        long_ago = datetime.now(UTC) - timedelta(minutes=6)

        def forget(db: Db) -> None:
            person = db.all(select(Address))[0]
            enqueue(
                db,
                person.participant_id,
                person.lane,
                "telegram",
                person.sealed,
                Purpose.REPLY,
                '{"text":"late"}',
                long_ago,
                owner=house.app.outbox.owner,
                leased_until=long_ago,
            )

        await house.app.store.turn(OWN, "", forget)
        await house.app.outbox.recover()
        assert (await ana.hears()).text == "late"
        await asyncio.sleep(0.3)
        assert house.app.store.run(OWN, lambda db: [m.state for m in db.all(select(Message))]) == [State.SENT] * 2
