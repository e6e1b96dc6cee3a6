"""Somebody nobody has met yet, writing to one account: in the terminal, or on Telegram."""

import asyncio
import json
import re
from base64 import b64encode
from contextlib import suppress
from itertools import count
from typing import ClassVar, NamedTuple

from bot.app import App
from bot.config.codes import subject_code, town_code
from channels.channel import Request
from channels.console import HEADER, Console
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_bot import Update
from tests.fakes.telegram_chat import Message
from tests.pictures import SAMPLES

_COMMENT = r"[A-Z]{2,10}-COM-\d{4}-\d{2}-\d{4,}"
REMEMBERED = {
    "reference": r"[A-Z]{2,10}-PROP-\d{4}-\d{2}-\d{4,}",
    "comment": _COMMENT,
    "reply": _COMMENT,
    "receipt": r"[A-Z0-9-]{4,}",
    "ticket": r"[A-Z]{2,10}-TIC-[0-9A-Z]{4}",
    "code": r"[B-DF-HJ-NP-TV-XZ]{4}",
}
PATIENCE = 2.0
_WITHOUT = "(without) "


class Exchange(NamedTuple):
    """A line, and words that are to stand in the reply, in order."""

    line: str
    expected: list[str]


def code_of(path: str) -> str:
    """The deep-link code of "town" or "town/process/slug"."""
    town, *subject = path.split("/")
    return "-".join([town_code(town), subject_code(town, *subject)] if subject else [town_code(town)])


class Person:
    """`remembered` is shared by those who meet in one conversation."""

    medium: ClassVar[str]
    _ids = count(1)

    def __init__(self, remembered: dict[str, str]) -> None:
        self.id = next(self._ids)
        self.remembered = remembered

    async def says(self, line: str) -> str:
        """Write a line, and read all that comes back."""
        text = re.sub(r"<([^>]+)>", lambda found: code_of(found[1]), line)
        return await self.exchange(text.format(**self.remembered))

    async def exchange(self, text: str) -> str:
        """On one channel or another."""
        raise NotImplementedError

    async def reads(self, patience: float = PATIENCE) -> str:
        """What has come since, or comes soon, without a word of theirs."""
        raise NotImplementedError

    async def attaches(self, name: str, words: str) -> str:
        """A file of `tests.pictures`, with words below it; what comes back."""
        raise NotImplementedError

    async def stands(self, latitude: float, longitude: float) -> str:
        """A place on the map, sent from a phone; what comes back."""
        raise NotImplementedError

    async def presses(self, label: str) -> str:
        """A button of some message before; without a label, the button pressed last, once more."""
        raise NotImplementedError

    def check(self, exchange: Exchange, reply: str) -> None:
        """Every expected line stands in the reply, each after the one before; one "(without)" does not."""
        if exchange.expected == ["(nothing)"]:
            assert reply == ""
            return
        place = 0
        for words in exchange.expected:
            if words.startswith(_WITHOUT):
                assert words.removeprefix(_WITHOUT) not in reply, f"after > {exchange.line}\nin:\n{reply}"
                continue
            pattern = re.escape(words)
            for name, looks in REMEMBERED.items():
                known = self.remembered.get(name)
                pattern = pattern.replace(rf"\{{{name}\}}", re.escape(known) if known else f"(?P<{name}>{looks})")
            found = re.compile(pattern).search(reply, place)
            assert found, f"after > {exchange.line}\nexpected: {words}\nin:\n{reply}"
            self.remembered |= found.groupdict()
            place = found.end()


class AtTerminal(Person):
    """Reads numbered text."""

    medium = "terminal"

    def __init__(self, app: App, account: str, remembered: dict[str, str]) -> None:
        super().__init__(remembered)
        channel = app.reception.channel(Console.name, account)
        assert isinstance(channel, Console)
        self._app, self._console = app, channel
        self._name = f"person {self.id}"

    async def exchange(self, text: str) -> str:
        """A line in, and what the terminal shows."""
        return await self._writes({"text": text})

    async def attaches(self, name: str, words: str) -> str:
        media_type, data = SAMPLES[name]
        document = {"name": name, "media_type": media_type, "data": b64encode(data).decode()}
        return await self._writes({"text": words, "files": [document]})

    async def _writes(self, content: dict[str, object]) -> str:
        line = {"from": self._name, "id": f"line {next(self._ids)}", **content}
        headers = {HEADER: self._console.secret}
        await self._app.reception.receive(self._console.parse(Request(headers, json.dumps(line).encode())))
        await self._app.outbox.empty()
        return "\n\n".join(await self._console.replies(self._name, 0.01))

    async def reads(self, patience: float = PATIENCE) -> str:
        """What the terminal shows."""
        return "\n\n".join(await self._console.replies(self._name, patience))


class OnTelegram(Person):
    """Reads messages with buttons, and presses them."""

    medium = "telegram"

    def __init__(self, app: App, account: str, telegram: FakeTelegram, token: str, remembered: dict[str, str]) -> None:
        super().__init__(remembered)
        self._app, self._path = app, f"/telegram/{account}"
        self._citizen = telegram.citizen(telegram.bot(token), self.id, language="")
        self._heard = 0
        self._pressed: tuple[str, Message] | None = None

    async def exchange(self, text: str) -> str:
        """An update in, and the messages that Telegram shows."""
        return await self._does(self._update(text))

    async def attaches(self, name: str, words: str) -> str:
        media_type, data = SAMPLES[name]
        if media_type == "audio/ogg":
            file_id = self._citizen.bot.files.keep("", data, "voice")
            voice = self._citizen.attached("voice", {"file_id": file_id, "file_unique_id": "v", "duration": 3}, words)
            return await self._does(voice)
        if media_type == "image/jpeg":
            return await self._does(self._citizen.photographed(data, words))
        return await self._does(self._citizen.documented(name, data, media_type, words))

    async def reads(self, patience: float = PATIENCE) -> str:
        """The messages that Telegram shows."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while len(self._citizen.chat.arrivals) == self._heard:
                    self._citizen.chat.arrived.clear()
                    await self._citizen.chat.arrived.wait()
        return self._news()

    async def stands(self, latitude: float, longitude: float) -> str:
        return await self._does(self._citizen.attached("location", {"latitude": latitude, "longitude": longitude}, ""))

    async def presses(self, label: str) -> str:
        """As seen by a thumb that is quicker than the answer, or scrolls up."""
        if label:
            return await self._does(self._citizen.pressed(label))
        assert self._pressed, "nothing was pressed"
        label, message = self._pressed
        return await self._does(self._citizen.pressed(label, message))

    async def _does(self, update: Update) -> str:
        assert await self._citizen.does(update) == 200
        await self._app.outbox.empty()
        return self._news()

    def _news(self) -> str:
        arrived = self._citizen.chat.arrivals[self._heard :]
        self._heard += len(arrived)
        return "\n\n".join(_as_numbered(message) for message in arrived)

    def _update(self, text: str) -> Update:
        message = next(reversed(self._citizen.chat.messages.values()), None)
        buttons = message.buttons if message else []
        if message and text.isdecimal() and 0 < int(text) <= len(buttons):
            label = buttons[int(text) - 1]
            self._pressed = (label, Message(message.id, message.html, message.text, message.rows))
            return self._citizen.pressed(label)
        return self._citizen.typed(text)


def _as_numbered(message: Message) -> str:
    buttons = (f"{number}. {label}" for number, label in enumerate(message.buttons, 1))
    file = (f"[{message.file.name}, {-(-len(message.file.data) // 1024)} KB]",) if message.file else ()
    return "\n".join((message.text, *buttons, *file))
