"""Conversations as data: what a citizen writes, and words that stand in the reply, in that order.

A file of `tests/conversations/` names its town and holds conversations. In one, a line that begins with ">" is written
by a person nobody has met yet; the lines below it are found in the reply, one after the other, and "(nothing)" is
silence. `before` was said earlier. `{reference}` and `{receipt}` are remembered when they are first met; `<town>` and
`<town/process/slug>` stand for the codes of deep links. It all goes through the running application, on the terminal's
channel: the session is stored and read again between every two lines.
"""

import re
import shutil
import tomllib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.app import App
from bot.config.apply import apply
from bot.config.codes import subject_code, town_code
from bot.config.load import load
from bot.config.tenants import sources_in
from channels.console import Console
from channels.message import Address, Inbound, Kind
from storage.keys import Keys

FOLDER = Path(__file__).parent / "conversations"
TOWNS = Path(__file__).parent.parent / "examples/tenants"
MORNING = datetime(2026, 11, 25, 10, tzinfo=UTC)
REMEMBERED = {"reference": r"[A-Z]{2,10}-PROP-\d{4}-\d{2}-\d{4,}", "receipt": r"[A-Z0-9-]{4,}"}
SECRETS = {
    f"TELEGRAM_{kind}_{account}": f"{number}:not-a-token"
    for kind in ("TOKEN", "SECRET")
    for number, account in enumerate(("PARTICIPA", "PUERTO_REAL"), 1)
}


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
    """Somebody at a terminal, writing to one account."""

    _ids = count(1)

    def __init__(self, app: App, account: str) -> None:
        self._app = app
        self._account = account
        self._name = f"person {next(self._ids)}"
        self.remembered: dict[str, str] = {}

    async def says(self, line: str) -> str:
        """Write a line, and read all that comes back."""
        channel = self._app.reception.channel(Console.name, self._account)
        assert isinstance(channel, Console)
        text = re.sub(r"<([^>]+)>", lambda found: code_of(found[1]), line).format(**self.remembered)
        kind = Kind.START if text.startswith("/start") else Kind.TEXT
        address = Address(Console.name, self._name)
        text = text.removeprefix("/start").strip()
        await self._app.inbox.receive(Inbound(self._account, address, f"line {next(self._ids)}", kind, text))
        return "\n\n".join(await channel.replies(self._name, 0.5))

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


@pytest.fixture
async def app(url: str, keys: Keys) -> AsyncIterator[App]:
    """The application, serving the example towns; a second passes with every look at the clock."""
    seconds = count()
    app = App(url, keys, environ=SECRETS, clock=lambda: MORNING + timedelta(seconds=next(seconds)))
    for source in sources_in(TOWNS):
        loaded = load(source)
        app.store.run(source.id, lambda db, source=source, loaded=loaded: apply(db, source, loaded, MORNING, "test"))
    await app.start()
    yield app
    await app.stop()


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
async def test_the_conversation_goes_as_written(name: str, app: App) -> None:
    written = conversations(name)
    for conversation in written["conversation"]:
        person = Person(app, conversation.get("town", written["town"]))
        for line in conversation.get("before", written.get("before", [])):
            await person.says(line)
        for exchange in exchanges(conversation["talk"]):
            person.check(exchange, await person.says(exchange.line))
