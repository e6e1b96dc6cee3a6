"""Conversations as data: what a citizen writes, and words that stand in the reply, in that order.

A file of `tests/conversations/` names its town and holds conversations. In one, a line that begins with ">" is written
by a person nobody has met yet; the lines below it are found in the reply, one after the other, and "(nothing)" is
silence, "(without) words" words that are not there. `before` was said earlier. What `REMEMBERED` names, such as
`{reference}` and `{comment}`, is remembered when it is first met; `<town>` and `<town/process/slug>` stand for the
codes of deep links. A line that begins with "#" is what happens meanwhile, as `Meanwhile` below knows it; `on` names
the media where a conversation goes, where they are others than the terminal and Telegram.

Each goes through the running application twice, payload in and payload out: in the terminal, and on Telegram, where a
number is a press of the button in that place. The session is stored and read again between every two lines.
"""

import asyncio
import logging
import re
import shutil
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypedDict

import pytest
from sqlmodel import col, select

from bot.app import App
from bot.config.apply import apply
from bot.config.load import load
from bot.config.source import Source
from bot.config.tenants import sources_in
from bot.desk import Desk
from bot.outbox import DRAIN
from flows.participation import blocks, moderation, tickets
from flows.participation.moderation import Ground
from flows.participation.proposals import publish_answer
from storage.attachments import Attachment
from storage.database import Db
from storage.keys import Keys
from storage.outbox import Message, State
from tests.ears import listening
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_bot import Webhook
from tests.persons import AtTerminal, Exchange, OnTelegram, Person

FOLDER = Path(__file__).parent / "conversations"
TOWNS = Path(__file__).parent.parent / "examples/tenants"
MORNING = datetime(2026, 11, 25, 10, tzinfo=UTC)
PLATFORM = "participa"
FIRST = ("terminal", "telegram")
"""Where a conversation goes that does not say."""
LONG = 12
"""Characters: a citizen's own words, which no log may quote."""
TOKENS = {path.name: f"{number}:not-a-token" for number, path in enumerate(sorted(TOWNS.iterdir()), 1)}
SECRETS = {f"TELEGRAM_TOKEN_{account.upper().replace('-', '_')}": token for account, token in TOKENS.items()}
SECRETS["TELEGRAM_SECRET"] = "not-a-secret"


def conversations(name: str) -> dict[str, Any]:
    """What a file holds."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def exchanges(talk: str) -> Iterator[Exchange]:
    """A conversation, line by line of the citizen's."""
    for block in re.split(r"^(?=[>#] )", talk.strip(), flags=re.MULTILINE)[1:]:
        said, *expected = (line.strip() for line in block.strip().splitlines())
        yield Exchange(said.removeprefix("> "), [line for line in expected if line])


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    """An empty store."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"


class Clock:
    """A second passes with every look at it, and weeks when it is told so."""

    def __init__(self) -> None:
        self.later = timedelta()
        self._seconds = count()

    def __call__(self) -> datetime:
        return MORNING + self.later + timedelta(seconds=next(self._seconds))


class _By(TypedDict):
    now: datetime
    actor: str


class Meanwhile:
    """A conversation as it goes: who speaks now ("me", or whoever was named), and what happens between two lines."""

    def __init__(self, app: App, clock: Clock, towns: Path, meet: Callable[[], Person]) -> None:
        self._app, self._clock, self._towns, self._meet = app, clock, towns, meet
        self.person = meet()
        self._met = {"me": self.person}

    async def happens(self, line: str) -> str:
        """One "#" line; what the one who speaks now reads then."""
        for pattern, act in (
            (r"(\d+) (weeks|hours) later", self._waits),
            (r"as (\w+)", self._turns_to),
            (r"(\d+) others: (.*)", self._others),
            (r"attaches (\S+) ?(.*)", self._attaches),
            (r"stands at (\S+), (\S+)", self._stands),
            (r"the files arrive()", self._fetches),
            (r"presses again()", self.person.presses),
            (r"presses (.+)", self.person.presses),
            (r"the town answers (\S+) (\w+): (.*)", self._answers),
            (r"the town (hides|keeps|blocks) (\S+)", self._decides),
            (r"a person of the town (takes over|writes|hands back|closes it)(?:: (.*))?", self._serves),
            (r"the terms change", self._changes_terms),
            (r"the news is told()", self._tells),
        ):
            if found := re.fullmatch(pattern, line):
                return await act(*found.groups())
        raise AssertionError(f"nobody knows what this is: # {line}")

    async def _attaches(self, name: str, words: str) -> str:
        return await self.person.attaches(name, words)

    async def _stands(self, latitude: str, longitude: str) -> str:
        return await self.person.stands(float(latitude), float(longitude))

    async def _fetches(self, _: str) -> str:
        async with asyncio.timeout(10):
            while await self._app.store.no_tenant(_is_any_due):
                await self._app.media.sweep()
                await asyncio.sleep(0.01)
        await self._app.outbox.empty()
        return await self.person.reads(0.01)

    async def _waits(self, number: str, unit: str) -> str:
        self._clock.later = timedelta(**{unit: int(number)})
        await self._app.reminders.sweep()
        return ""

    async def _turns_to(self, name: str) -> str:
        if name in self._met:
            self.person = self._met[name]
            return await self.person.reads()
        self.person = self._met[name] = self._meet()
        return ""

    async def _others(self, number: str, lines: str) -> str:
        for each in range(1, int(number) + 1):
            other = self._meet()
            for said in lines.split(" | "):
                await other.says(said.replace("{n}", str(each)))
        return ""

    async def _answers(self, reference: str, state: str, texts: str) -> str:
        reference = reference.format(**self.person.remembered)
        town = next(each.town for each in self._app.towns.all() if reference.startswith(f"{each.town.prefix}-"))
        words = dict(text.split("=", 1) for text in texts.split(" | "))

        def publish(db: Db) -> None:
            publish_answer(db, reference, state, words, now=self._clock(), actor="staff:test")

        await self._app.store.turn(town.id, "", publish)
        await self._app.updates.sweep()
        return await self.person.reads()

    async def _decides(self, verb: str, reference: str) -> str:
        reference = reference.format(**self.person.remembered)
        town = next(each.town for each in self._app.towns.all() if reference.startswith(f"{each.town.prefix}-"))
        name, by = f"proposal:{reference}", _By(now=self._clock(), actor="staff:test")
        decisions: dict[str, Callable[[Db], object]] = {
            "hides": lambda db: moderation.hide(db, name, Ground.OFFENSIVE, {}, **by),
            "keeps": lambda db: moderation.keep(db, name, **by),
            "blocks": lambda db: blocks.block(db, town, name, Ground.SPAM, {}, **by),
        }
        await self._app.store.turn(town.id, "", lambda db: bool(decisions[verb](db)))
        await self._app.updates.sweep()
        return await self.person.reads()

    async def _serves(self, what: str, words: str | None) -> str:
        code = self.person.remembered["ticket"]
        town = next(each.town for each in self._app.towns.all() if code.startswith(f"{each.town.prefix}-"))

        def serve(db: Db) -> str:
            by, text = _By(now=self._clock(), actor="staff:test"), words or ""
            match what:
                case "takes over":
                    return Desk(db, town, tickets.take(db, code, text, **by), by["now"]).taken()
                case "writes":
                    return Desk(db, town, tickets.answer(db, code, text, **by), by["now"]).answer(text)
                case "hands back":
                    return Desk(db, town, tickets.release(db, code, **by), by["now"]).handed_back()
            ticket, was_taken = tickets.close(db, code, **by)
            desk = Desk(db, town, ticket, by["now"])
            return desk.handed_back() if was_taken else desk.closed()

        self._app.wakes.wake(DRAIN, await self._app.store.turn(town.id, "", serve))
        return await self.person.reads()

    async def _tells(self, _: str) -> str:
        for each in self._app.towns.all():
            await self._app.updates.drain(each.id)
        return ""

    async def _changes_terms(self) -> str:
        for file in self._towns.glob("*/tenant.yaml"):
            said = file.read_text(encoding="utf-8")
            file.write_text(re.sub(r'(terms:\n  version: )".*"', r'\1"3"', said), encoding="utf-8")
        for source in sources_in(self._towns):
            await self._app.store.turn(source.id, "", partial(_apply, source))
        await self._app.towns.reload()
        return ""


def _is_any_due(db: Db) -> bool:
    """A file to fetch, or word of one to send."""
    unsent = select(Message.id).where(col(Message.state).in_((State.QUEUED, State.SENDING)))
    return bool(db.all(select(Attachment.id).where(col(Attachment.due_at).is_not(None))) or db.all(unsent))


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """Telegram, with a bot for every town."""
    async with FakeTelegram() as fake:
        yield fake


@asynccontextmanager
async def serving(url: str, keys: Keys, telegram: FakeTelegram, towns: Path, clock: Clock) -> AsyncIterator[App]:
    """The application, serving towns."""
    app = App(url, keys, environ=SECRETS, media=towns / ".media", clock=clock)
    for source in sources_in(towns):
        app.store.run(source.id, partial(_apply, source))
    await app.start()
    port = await app.serve("127.0.0.1", 0)
    for account, token in TOKENS.items():
        if app.accounts.find("telegram", account) is None:
            continue
        webhook = Webhook(f"http://127.0.0.1:{port}/telegram/{account}", "not-a-secret")
        telegram.bot(token).webhook = webhook
    try:
        yield app
    finally:
        await app.stop()


def _apply(source: Source, db: Db) -> None:
    apply(db, source, load(source), MORNING, "test")


def with_bots(folder: Path, telegram: FakeTelegram, names: set[str]) -> Path:
    """Example towns with their bots at the fake; without the platform, those that share its bot have their own."""
    for name in names:
        shutil.copytree(TOWNS / name, folder / name)
    is_shared = PLATFORM in names
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
    person_on: type[AtTerminal] | type[OnTelegram],
    url: str,
    keys: Keys,
    telegram: FakeTelegram,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    written, clock = conversations(name), Clock()
    names = {written["town"], *(each["town"] for each in written["conversation"] if "town" in each)}
    towns = with_bots(tmp_path / "towns", telegram, set(TOKENS) if PLATFORM in names else names)
    with listening(level=logging.INFO) as heard:
        async with serving(url, keys, telegram, towns, clock) as app:
            said = [line async for line in talked(written, person_on, app, telegram, clock, towns)]
    logged = "\n".join([*heard, *capfd.readouterr()])
    assert [line for line in said if len(line) > LONG and line in logged] == []


async def talked(
    written: dict[str, Any],
    person_on: type[AtTerminal] | type[OnTelegram],
    app: App,
    telegram: FakeTelegram,
    clock: Clock,
    towns: Path,
) -> AsyncIterator[str]:
    """Every line that citizens wrote, once its reply has been found right."""
    for conversation in written["conversation"]:
        if person_on.medium not in conversation.get("on", FIRST):
            continue
        clock.later = timedelta()
        account = conversation.get("town", written["town"])
        meet = partial(person_on, app, account, telegram, TOKENS[account], {})
        meanwhile = Meanwhile(app, clock, towns, meet)
        for line in conversation.get("before", written.get("before", [])):
            await meanwhile.person.says(line)
        for exchange in exchanges(conversation["talk"]):
            happened = exchange.line.removeprefix("# ")
            is_said = happened == exchange.line
            reply = await (meanwhile.person.says(happened) if is_said else meanwhile.happens(happened))
            meanwhile.person.check(exchange, reply)
            yield happened
