"""Somebody nobody has met yet, writing by SMS."""

import asyncio
import re
from contextlib import suppress

from bot.app import App
from channels.typography import plain
from tests.fakes.twilio import FakeTwilio
from tests.persons import PATIENCE, Exchange, Person
from tests.pictures import SAMPLES

_MARK = re.compile(r"^\(\d+/\d+\) ")


class BySms(Person):
    """Reads numbered words, in parts, and answers by number. A place on the map or a button is none of hers."""

    medium = "sms"

    def __init__(self, app: App, account: str, twilio: FakeTwilio, remembered: dict[str, str]) -> None:
        super().__init__(remembered)
        payer, number = twilio.called(f"/twilio/{account}/sms")
        self.citizen = twilio.citizen(payer, f"+346{self.id:08d}", number)
        self._app = app

    async def exchange(self, text: str) -> str:
        """A message in, and what arrives on the phone."""
        return await self._does(self.citizen.form(text))

    async def attaches(self, name: str, words: str) -> str:
        return await self._does(self.citizen.form(words, [SAMPLES[name]]))

    async def reads(self, patience: float = PATIENCE) -> str:
        """What arrives on the phone."""
        words = self._news()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while not words:
                    await self.citizen.rings()
                    words = self._news()
        return words

    def check(self, exchange: Exchange, reply: str) -> None:
        """As elsewhere, but for what SMS changes: typography, and where lines end."""
        expected = [_flat(plain(words)) for words in exchange.expected]
        super().check(Exchange(exchange.line, expected), _flat(reply))

    async def _does(self, form: dict[str, str]) -> str:
        assert await self.citizen.posts(form) == 200
        await self._app.outbox.empty()
        return self._news()

    def _news(self) -> str:
        return "\n".join(_MARK.sub("", text) for text in self.citizen.news())


def _flat(words: str) -> str:
    return " ".join(words.split())
