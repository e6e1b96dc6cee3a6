import socket
from collections.abc import AsyncIterator
from ipaddress import ip_address

import pytest

from channels.connections import Connections
from channels.telegram import Telegram, TelegramSettings
from tests.fakes.telegram import Bot, Citizen, FakeTelegram

TOKEN = "7000000001:AAE-this-is-the-token_of-a-test"
SECRET = "the-secret-of-a-test"

_connect = socket.socket.connect


def _connect_to_loopback(self: socket.socket, address: tuple[str, int]) -> None:
    if self.family in {socket.AF_INET, socket.AF_INET6} and not ip_address(address[0]).is_loopback:
        raise AssertionError(f"a test wanted to connect to {address[0]}")
    _connect(self, address)


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _connect_to_loopback)


@pytest.fixture
async def api() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as telegram:
        yield telegram


@pytest.fixture
async def connections() -> AsyncIterator[Connections]:
    shared = Connections()
    yield shared
    await shared.close()


@pytest.fixture
def bot(api: FakeTelegram) -> Bot:
    return api.bot(TOKEN)


@pytest.fixture
def telegram(api: FakeTelegram, bot: Bot, connections: Connections) -> Telegram:
    """The account, in webhook mode, at the fake."""
    return Telegram(TelegramSettings("vilanova", TOKEN, SECRET, base_url=api.base_url), connections)


@pytest.fixture
async def ana(api: FakeTelegram, bot: Bot) -> Citizen:
    citizen = api.citizen(bot, 34600000001)
    bot.chat(citizen.id)
    return citizen
