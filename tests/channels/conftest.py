import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest

from channels.connections import Connections
from channels.sms import Sms, SmsSettings
from channels.telegram import Telegram, TelegramSettings
from tests.fakes.telegram import Bot, Citizen, FakeTelegram
from tests.fakes.twilio import Account, FakeTwilio

TOKEN = "7000000001:AAE-this-is-the-token_of-a-test"
SECRET = "the-secret-of-a-test"
ACCOUNT_SID, TWILIO_TOKEN = "AC" + "7" * 32, "the-twilio-token-of-a-test"
NUMBER = "+34600000090"

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


@pytest.fixture
async def twilio() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio() as fake:
        yield fake


@pytest.fixture
def account(twilio: FakeTwilio) -> Account:
    """An account at Twilio, with one number."""
    return twilio.account(ACCOUNT_SID, TWILIO_TOKEN, NUMBER, "/twilio/vilanova/sms")


def sms_settings(base_url: str, **more: Any) -> SmsSettings:
    """The town's, at the fake."""
    own: dict[str, Any] = {"number": NUMBER, "public_url": "https://example.org", "base_url": base_url}
    return SmsSettings(account="vilanova", account_sid=ACCOUNT_SID, token=TWILIO_TOKEN, **(own | more))


@pytest.fixture
def sms(twilio: FakeTwilio, account: Account, connections: Connections) -> Sms:
    """The town's number, at the fake."""
    settings = sms_settings(twilio.base_url, price=70_000, prices={"AD": 150_000}, countries=frozenset({"ES", "AD"}))
    return Sms(settings, connections, lambda: datetime.now(UTC))
