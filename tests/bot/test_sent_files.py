"""Files that go out by WhatsApp: fetched from us, by whoever was told where, for two days."""

import shutil
from pathlib import Path

import aiohttp
import pytest

from channels.message import Enclosed
from storage.keys import Keys
from storage.outbox import State
from tests.bot.whatsapp_world import TOWN, serving
from tests.pictures import SAMPLES


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"


async def test_a_photo_is_fetched_from_us_and_by_nobody_who_was_not_told_where(
    url: str, keys: Keys, tmp_path: Path
) -> None:
    async with serving(url, keys, tmp_path / "towns") as world, aiohttp.ClientSession() as session:
        meanwhile, author = await world.proposes()
        await author.says("MENÚ")
        address = await world.sends(author, Enclosed("VIL-1.jpg", "image/jpeg", SAMPLES["photo.jpg"][1]))
        here = address.replace(world.sender.account.public_url, world.sender.account.deliver_to)
        async with session.get(here) as response:
            assert (response.status, response.content_type) == (200, "image/jpeg")
            assert await response.read() == SAMPLES["photo.jpg"][1]
        name, mark, file = here.split("/")[-3:]
        others = (
            here.replace(mark, mark[::-1]),
            here.replace(file, "VIL-2.jpg"),
            here.replace(name, f"{name[:-1]}7"),
            here.replace(TOWN, "rocafosca-del-pla", 1),
        )
        for other in others:
            async with session.get(other) as response:
                assert response.status == 404
        assert await world.fates() == [(State.SENT, "")]
        await meanwhile.happens("49 hours later")
        async with session.get(here) as response:
            assert response.status == 404


async def test_a_file_that_whatsapp_does_not_take_is_an_address_that_is_not_run(
    url: str, keys: Keys, tmp_path: Path
) -> None:
    async with serving(url, keys, tmp_path / "towns") as world, aiohttp.ClientSession() as session:
        _, person = await world.proposes()
        page = b"<script>alert(1)</script>"
        words = await world.sends(person, Enclosed("dades.html", "text/html", page))
        file, _, address = words.partition("\n")
        here = address.replace(world.sender.account.public_url, world.sender.account.deliver_to)
        async with session.get(here) as response:
            assert (file, await response.read()) == ("dades.html", page)
            assert response.headers["Content-Disposition"].startswith("attachment")
            assert "sandbox" in response.headers["Content-Security-Policy"]
