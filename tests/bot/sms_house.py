"""The real app with one sample town on SMS, at a Twilio on loopback."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.app import App, utc_now
from bot.config.apply import apply
from bot.config.load import load
from bot.config.source import Source
from flows.catalog import FLOWS
from storage.keys import Keys
from tests.bot.house import awake_files
from tests.fakes.twilio import Account, Citizen, FakeTwilio

TOWN, OTHER = "puerto-real-de-levante", "vilanova-del-riu"
NUMBERS = {TOWN: "+34600000090", OTHER: "+34600000091"}
SIDS = {TOWN: "AC" + "a" * 32, OTHER: "AC" + "b" * 32}
TOKENS = {TOWN: "the-token-of-a-town", OTHER: "the-token-of-another"}
PUBLIC = "https://participa.example.org"


@dataclass
class SmsHouse:
    app: App
    twilio: FakeTwilio
    url: str

    def account(self, town: str = TOWN) -> Account:
        """A town's account at Twilio."""
        return self.twilio.accounts[SIDS[town]]

    def citizen(self, number: int = 1, town: str = TOWN) -> Citizen:
        """Somebody who writes to a town's number."""
        return self.twilio.citizen(self.account(town), f"+346000000{number:02d}", NUMBERS[town])


@asynccontextmanager
async def open_sms_house(
    url: str, media: Path, *, is_public: bool = True, rate: float = 1000, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[SmsHouse]:
    """Everything running; stopped gracefully in the end."""
    async with FakeTwilio() as twilio:
        for town in (TOWN, OTHER):
            account = twilio.account(SIDS[town], TOKENS[town], NUMBERS[town], f"/twilio/{town}/sms")
            account.public_url = PUBLIC
        environ = {"TOKEN_OWN": TOKENS[TOWN], "TOKEN_OTHER": TOKENS[OTHER]}
        app = App(
            url,
            Keys(b"k" * 32),
            environ=environ,
            flows=FLOWS,
            media=media,
            messages_per_minute=100_000,
            public_url=PUBLIC if is_public else "",
            clock=clock,
        )
        for town, secret in ((TOWN, "TOKEN_OWN"), (OTHER, "TOKEN_OTHER")):
            _apply(app, town, _channels(town, secret, twilio.base_url, rate))
        await app.start()
        port = await app.serve("127.0.0.1", 0)
        house = SmsHouse(app, twilio, f"http://127.0.0.1:{port}")
        for account in twilio.accounts.values():
            account.deliver_to = house.url
        try:
            yield house
        finally:
            await twilio.told()
            await app.stop()


def _apply(app: App, town: str, channels: bytes) -> None:
    source = Source(town, {**awake_files(town), "channels.yaml": channels})
    app.store.run(town, partial(apply, source=source, loaded=load(source), now=datetime.now(UTC), actor="test"))


def _channels(town: str, secret: str, base_url: str, rate: float) -> bytes:
    lines = [
        f"account_sid: {SIDS[town]}",
        f"token: ${{{secret}}}",
        f'number: "{NUMBERS[town]}"',
        f"base_url: {base_url}",
        f"rate: {rate}",
        "price: 0.07",
    ]
    return "\n".join(["sms:", *(f"  {line}" for line in lines), ""]).encode()
