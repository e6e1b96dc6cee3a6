"""Conversations as data: what a citizen writes, and words that stand in the reply, in that order.

A file of `tests/conversations/` names its town and holds conversations. In one, a line that begins with ">" is written
by a person nobody has met yet; the lines below it are found in the reply, one after the other, and "(nothing)" is
silence. `before` was said earlier. `{reference}` and `{receipt}` are remembered when they are first met; `<town>` and
`<town/process/slug>` stand for the codes of deep links.

Each goes through the running application twice, payload in and payload out: in the terminal, and on Telegram, where a
number is a press of the button in that place. The session is stored and read again between every two lines.
"""

import json
import re
import shutil
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.app import App
from bot.config.apply import apply
from bot.config.codes import subject_code, town_code
from bot.config.load import load
from bot.config.source import Source
from bot.config.tenants import sources_in
from channels.channel import Request
from channels.console import HEADER, Console
from storage.database import Db
from storage.keys import Keys
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_bot import Update, Webhook
from tests.fakes.telegram_chat import Message

FOLDER = Path(__file__).parent / "conversations"
TOWNS = Path(__file__).parent.parent / "examples/tenants"
MORNING = datetime(2026, 11, 25, 10, tzinfo=UTC)
REMEMBERED = {"reference": r"[A-Z]{2,10}-PROP-\d{4}-\d{2}-\d{4,}", "receipt": r"[A-Z0-9-]{4,}"}
PLATFORM = "participa"
TOKENS = {path.name: f"{number}:not-a-token" for number, path in enumerate(sorted(TOWNS.iterdir()), 1)}
SECRETS = {f"TELEGRAM_TOKEN_{account.upper().replace('-', '_')}": token for account, token in TOKENS.items()}
SECRETS["TELEGRAM_SECRET"] = "not-a-secret"


class Exchange(NamedTuple):
    line: str
    expected: list[str]


def conversations(name: str) -> dict[str, Any]:
    """What a file holds."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def exchanges(talk: str) -> Iterator[Exchange]:
    """A conversation, line by line of the citizen's."""
    for block in re.split(r"^> ", talk.strip(), flags=re.MULTILINE)[1:]:
        said, *expected = (line.strip() for line in block.strip().splitlines())
        yield Exchange(said, [line for line in expected if line])


def code_of(path: str) -> str:
    """The deep-link code of "town" or "town/process/slug"."""
    town, *subject = path.split("/")
    return "-".join([town_code(town), subject_code(town, *subject)] if subject else [town_code(town)])


class Person:
    """Somebody nobody has met yet, writing to one account."""

    _ids = count(1)

    def __init__(self) -> None:
        self.id = next(self._ids)
        self.remembered: dict[str, str] = {}

    async def says(self, line: str) -> str:
        """Write a line, and read all that comes back."""
        text = re.sub(r"<([^>]+)>", lambda found: code_of(found[1]), line)
        return await self.exchange(text.format(**self.remembered))

    async def exchange(self, text: str) -> str:
        """On one channel or another."""
        raise NotImplementedError

    def check(self, exchange: Exchange, reply: str) -> None:
        """Every expected line stands in the reply, each after the one before."""
        if exchange.expected == ["(nothing)"]:
            assert reply == ""
            return
        place = 0
        for words in exchange.expected:
            pattern = re.escape(words)
            for name, looks in REMEMBERED.items():
                known = self.remembered.get(name)
                pattern = pattern.replace(rf"\{{{name}\}}", re.escape(known) if known else f"(?P<{name}>{looks})")
            found = re.compile(pattern).search(reply, place)
            assert found, f"after > {exchange.line}\nexpected: {words}\nin:\n{reply}"
            self.remembered |= found.groupdict()
            place = found.end()


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    """An empty store."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"


class AtTerminal(Person):
    """Reads numbered text."""

    def __init__(self, app: App, account: str, _telegram: FakeTelegram) -> None:
        super().__init__()
        channel = app.reception.channel(Console.name, account)
        assert isinstance(channel, Console)
        self._app, self._console = app, channel

    async def exchange(self, text: str) -> str:
        """A line in, and what the terminal shows."""
        line = {"from": f"person {self.id}", "id": f"line {next(self._ids)}", "text": text}
        headers = {HEADER: self._console.secret}
        await self._app.reception.receive(self._console.parse(Request(headers, json.dumps(line).encode())))
        await self._app.outbox.empty()
        return "\n\n".join(await self._console.replies(line["from"], 0.01))


class OnTelegram(Person):
    """Reads messages with buttons, and presses them."""

    def __init__(self, app: App, account: str, telegram: FakeTelegram) -> None:
        super().__init__()
        self._app, self._path = app, f"/telegram/{account}"
        self._citizen = telegram.citizen(telegram.bot(TOKENS[account]), self.id, language="")
        self._heard = 0

    async def exchange(self, text: str) -> str:
        """An update in, and the messages that Telegram shows."""
        assert await self._citizen.does(self._update(text)) == 200
        await self._app.outbox.empty()
        arrived = self._citizen.chat.arrivals[self._heard :]
        self._heard += len(arrived)
        return "\n\n".join(_as_numbered(message) for message in arrived)

    def _update(self, text: str) -> Update:
        shown = list(self._citizen.chat.messages.values())[-1:]
        buttons = shown[0].buttons if shown else []
        if text.isdecimal() and 0 < int(text) <= len(buttons):
            return self._citizen.pressed(buttons[int(text) - 1])
        return self._citizen.typed(text)


def _as_numbered(message: Message) -> str:
    buttons = (f"{number}. {label}" for number, label in enumerate(message.buttons, 1))
    return "\n".join((message.text, *buttons))


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """Telegram, with a bot for every town."""
    async with FakeTelegram() as fake:
        yield fake


@asynccontextmanager
async def serving(url: str, keys: Keys, telegram: FakeTelegram, towns: Path) -> AsyncIterator[App]:
    """The application, serving towns; a second passes with every look at the clock."""
    seconds = count()
    app = App(url, keys, environ=SECRETS, clock=lambda: MORNING + timedelta(seconds=next(seconds)))
    for source in sources_in(towns):
        app.store.run(source.id, partial(_apply, source))
    await app.start()
    port = await app.serve("127.0.0.1", 0)
    for account, token in TOKENS.items():
        webhook = Webhook(f"http://127.0.0.1:{port}/telegram/{account}", "not-a-secret")
        telegram.bot(token).webhook = webhook
    try:
        yield app
    finally:
        await app.stop()


def _apply(source: Source, db: Db) -> None:
    apply(db, source, load(source), MORNING, "test")


def with_bots(folder: Path, telegram: FakeTelegram, is_shared: bool) -> Path:
    """The example towns with their bots at the fake; a bot of their own for those that share one, unless told so."""
    shutil.copytree(TOWNS, folder)
    for file in folder.glob("*/channels.yaml"):
        account = file.parent.name
        if "account: platform" in file.read_text(encoding="utf-8") and is_shared:
            continue
        token = f"${{TELEGRAM_TOKEN_{account.upper().replace('-', '_')}}}"
        keys = (f"token: {token}", "secret: ${TELEGRAM_SECRET}", f"base_url: {telegram.base_url}", "rate: 1000")
        file.write_text("\n  ".join(("telegram:", "username: sample_bot", *keys)), encoding="utf-8")
    return folder


@pytest.mark.parametrize("person_on", [AtTerminal, OnTelegram])
@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
async def test_the_conversation_goes_as_written(
    name: str,
    person_on: Callable[[App, str, FakeTelegram], Person],
    url: str,
    keys: Keys,
    telegram: FakeTelegram,
    tmp_path: Path,
) -> None:
    written = conversations(name)
    towns = with_bots(tmp_path / "towns", telegram, is_shared=written["town"] == PLATFORM)
    async with serving(url, keys, telegram, towns) as app:
        for conversation in written["conversation"]:
            person = person_on(app, conversation.get("town", written["town"]), telegram)
            for line in conversation.get("before", written.get("before", [])):
                await person.says(line)
            for exchange in exchanges(conversation["talk"]):
                person.check(exchange, await person.says(exchange.line))
