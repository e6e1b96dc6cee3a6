"""The link in our mail to get no more of it: a page that only shows, a press that acts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import aiohttp
import pytest
from lxml import html

from bot.config.apply import apply
from bot.config.load import load
from bot.config.source import Source
from channels.email import Email
from channels.message import Address, Inbound, Kind
from tests.bot.house import OWN, House, open_house, sources
from tests.bot.parrot import PARROT
from tests.fakes.mail import FakeMail, Inbox

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ANA = "ana@mail.example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@asynccontextmanager
async def town_with_mail(database_url: str) -> AsyncIterator[tuple[House, Email, Inbox]]:
    """A town that writes letters, and Ana's inbox."""
    async with FakeMail() as mail, open_house(database_url, flows=PARROT) as house:
        (source,) = sources(house.telegram.base_url, names=(OWN,))
        account = f"address: participa@vilanova.example.org, smtp_host: 127.0.0.1, smtp_port: {mail.port}"
        channels = source.files["channels.yaml"] + f"email: {{{account}, smtp_security: none}}\n".encode()
        changed = Source(OWN, {**source.files, "channels.yaml": channels})
        work = partial(apply, source=changed, loaded=load(changed), now=datetime.now(UTC), actor="test")
        house.app.store.run(OWN, work)
        await house.app.towns.reload()
        email = house.app.reception.channel("email", OWN)
        assert isinstance(email, Email)
        yield house, email, mail.inbox(ANA)


def link(house: House, email: Email, language: str = "es") -> str:
    return f"{house.url}/email/{OWN}/stop/{email.settings.tokens.stop(ANA, language)}"


async def write(house: House, id: str, text: str) -> None:
    await house.app.reception.receive([Inbound(OWN, Address("email", ANA), id, Kind.TEXT, text)])


async def test_looking_at_the_page_stops_nothing_and_a_press_does(database_url: str) -> None:
    async with town_with_mail(database_url) as (house, email, inbox), aiohttp.ClientSession() as browser:
        await write(house, "1", "hola")
        assert (await inbox.next()).header("X-Participabot") == OWN
        async with browser.get(link(house, email)) as response:
            page = html.document_fromstring(await response.text())
            assert (response.status, response.headers["Content-Language"]) == (200, "es")
            assert "Set-Cookie" not in response.headers
            assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert page.get("lang") == "es"
        assert [each.tag for each in page.iter("h1", "form", "button")] == ["h1", "form", "button"]
        assert "Puerto Real de Levante" in (page.findtext(".//h1") or "")
        await write(house, "2", "adéu")
        await inbox.next()
        async with browser.post(link(house, email), data=ONE_CLICK, allow_redirects=False) as response:
            assert response.status == 200
            assert "no te escribirá más" in await response.text()
        await write(house, "3", "hola")
        await house.app.outbox.empty()
        assert [letter.subject for letter in inbox.news()] == []


async def test_one_click_needs_no_page_and_may_be_pressed_twice(database_url: str) -> None:
    async with town_with_mail(database_url) as (house, email, inbox), aiohttp.ClientSession() as program:
        await write(house, "1", "hola")
        await inbox.next()
        for _ in range(2):
            async with program.post(link(house, email), data=ONE_CLICK) as response:
                assert response.status == 200
        await write(house, "2", "START")
        assert (await inbox.next()).header("Auto-Submitted")


@pytest.mark.parametrize(("accepted", "title"), [("en-GB,es;q=0.5", "This link does not work"), ("", "Aquest enllaç")])
async def test_a_link_that_is_not_ours_acts_on_nothing(database_url: str, accepted: str, title: str) -> None:
    async with town_with_mail(database_url) as (house, email, _), aiohttp.ClientSession() as browser:
        whole = link(house, email)
        for url in (whole[:-4], f"{whole}x", whole.replace(OWN, "el-roure"), f"{house.url}/email/{OWN}/stop/%00"):
            for method in ("GET", "POST"):
                async with browser.request(method, url, headers={"Accept-Language": accepted}) as response:
                    assert response.status == 404
                    assert title in await response.text()


@pytest.mark.parametrize(("language", "words"), [("ca", "no t’escriurà més"), ("en", "will not write to you any more")])
async def test_the_page_speaks_the_language_of_the_mail(database_url: str, language: str, words: str) -> None:
    async with town_with_mail(database_url) as (house, email, _), aiohttp.ClientSession() as browser:
        response = await browser.get(link(house, email, language))
        assert words in await response.text()
