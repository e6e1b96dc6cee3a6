"""Somebody nobody has met yet, with WhatsApp: reads messages with buttons and lists, and presses them."""

import asyncio
from contextlib import suppress

from bot.app import App
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_account import Message
from tests.fakes.twilio_content import Shown
from tests.fakes.twilio_whatsapp import Phone, Sender
from tests.persons import PATIENCE, Person
from tests.pictures import SAMPLES


class OnWhatsApp(Person):
    """A number presses what stands in that place, where there is something to press; else it is written."""

    medium = "whatsapp"

    def __init__(self, app: App, twilio: FakeTwilio, sender: Sender, number: str, remembered: dict[str, str]) -> None:
        super().__init__(remembered)
        self._app = app
        self.phone = Phone(twilio, sender, f"whatsapp:+34600{self.id:06}", number)
        self._read = 0
        self._pressed: tuple[str, Message] | None = None

    async def exchange(self, text: str) -> str:
        arrived = self.phone.arrived
        choices = self.phone.seen(arrived[-1]).labels if arrived else []
        if text.isdecimal() and 0 < int(text) <= len(choices):
            self._pressed = (choices[int(text) - 1], arrived[-1])
            return await self._did(await self.phone.presses(*self._pressed))
        return await self._did(await self.phone.texts(text))

    async def attaches(self, name: str, words: str) -> str:
        media_type, data = SAMPLES[name]
        return await self._did(await self.phone.photographs(data, words, media_type))

    async def stands(self, latitude: float, longitude: float) -> str:
        return await self._did(await self.phone.locates(latitude, longitude))

    async def presses(self, label: str) -> str:
        if label:
            with_it = (each for each in reversed(self.phone.arrived) if label in self.phone.seen(each).labels)
            return await self._did(await self.phone.presses(label, next(with_it)))
        assert self._pressed, "nothing was pressed"
        return await self._did(await self.phone.presses(*self._pressed))

    async def reads(self, patience: float = PATIENCE) -> str:
        account = self.phone.sender.account
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while len(self.phone.arrived) == self._read:
                    account.arrived.clear()
                    await account.arrived.wait()
        await self._app.outbox.empty()
        return self._news()

    async def _did(self, status: int) -> str:
        assert status == 200
        await self._app.outbox.empty()
        return self._news()

    def _news(self) -> str:
        arrived = self.phone.arrived[self._read :]
        self._read += len(arrived)
        return "\n\n".join(_as_numbered(self.phone.seen(message)) for message in arrived)


def _as_numbered(seen: Shown) -> str:
    choices = (f"{number}. {label}" for number, label in enumerate(seen.labels, 1))
    return "\n".join((seen.body, *choices)).replace("\u200b", "")
