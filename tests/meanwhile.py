"""A conversation as it goes, in a running application: who speaks, and what happens between two lines."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import TypedDict

from sqlmodel import col, select

from bot.app import App
from bot.config.apply import apply
from bot.config.load import load
from bot.config.source import Source
from bot.config.tenants import sources_in
from bot.desk import Desk
from bot.occasions import local_time
from bot.outbox import DRAIN
from flows.participation import blocks, moderation, tickets
from flows.participation.moderation import Ground
from flows.participation.proposals import publish_answer
from storage.attachments import Attachment
from storage.database import Db
from storage.outbox import Message, State
from storage.proposals import proposal_of_reference
from tests.crowd import CROWD, add, survey_of
from tests.crowd import TOWN as CROWDED
from tests.persons import Person

MORNING = datetime(2026, 11, 25, 10, tzinfo=UTC)


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

    def __init__(self, app: App, clock: Clock, towns: Path, meet: Callable[[str], Person]) -> None:
        self._app, self._clock, self._towns, self._meet = app, clock, towns, meet
        self.person = meet("")
        self._met = {"me": self.person}

    async def happens(self, line: str) -> str:
        """One "#" line; what the one who speaks now reads then."""
        for pattern, act in (
            (r"(\d+) (weeks|hours) later", self._waits),
            (r"as (\w+)(?: by (\w+))?", self._turns_to),
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
            (r"the result of (\S+) is at (\d+) %: (.*)", self._carries_out),
            (r"the news is told()", self._tells),
            (r"the digests are sent()", self._sends_digests),
            (r"the broadcast (\S+) starts", self._broadcasts),
            (r"(\d+) answers to (\S+)", self._crowds),
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
        await self._app.almanac.sweep()
        await self._app.unfinished.sweep()
        return ""

    async def _sends_digests(self, _: str) -> str:
        for each in self._app.towns.all():
            await self._app.digests.drain(each.id)
            await self._app.judging.drain(each.id)
        await self._app.outbox.empty()
        return await self.person.reads()

    async def _turns_to(self, name: str, medium: str | None) -> str:
        if name in self._met:
            self.person = self._met[name]
            return await self.person.reads()
        self.person = self._met[name] = self._meet(medium or "")
        return ""

    async def _others(self, number: str, lines: str) -> str:
        for each in range(1, int(number) + 1):
            other = self._meet("")
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

    async def _broadcasts(self, name: str) -> str:
        town = next(each.town for each in self._app.towns.all() if each.town.broadcast(name))
        broadcast, now = town.broadcast(name), self._clock()
        assert broadcast is not None
        await self._app.timetable.begin(town, broadcast, local_time(town, now), now)
        await self._app.broadcasts.drain(town.id)
        await self._app.outbox.empty()
        return await self.person.reads()

    async def _crowds(self, number: str, survey: str) -> str:
        """So many invented answers to one of the surveys of the crowd's town, and results added up."""
        responses = [*CROWD.responses(survey_of(self._app, survey), self._clock(), int(number))]
        await self._app.store.turn(CROWDED, "", partial(add, responses=responses))
        await self._app.tallies.sweep()
        return ""

    async def _changes_terms(self) -> str:
        for file in self._towns.glob("*/tenant.yaml"):
            said = file.read_text(encoding="utf-8")
            file.write_text(re.sub(r'(terms:\n  version: )".*"', r'\1"3"', said), encoding="utf-8")
        await self._applies()
        return ""

    async def _carries_out(self, reference: str, percent: str, status: str) -> str:
        """One file of the town's results, about a proposal; its title is the proposal's."""
        reference = reference.format(**self.person.remembered)
        town = next(each.town for each in self._app.towns.all() if reference.startswith(f"{each.town.prefix}-"))
        title = await self._app.store.turn(town.id, "", partial(_title, reference=reference))
        told = {"title": title, "description": title, "status": status}
        texts = [
            f"{name}:\n" + "".join(f"  {each}: {text}\n" for each in town.languages) for name, text in told.items()
        ]
        url = f"https://{town.id}.example.org/results/obra"
        more = (f"progress: {percent}", f"proposals: [{reference}]", f"official_url: {url}")
        (self._towns / town.id / "results/obra.yaml").write_text("\n".join((*texts, *more)), encoding="utf-8")
        await self._applies()
        await self._app.updates.drain(town.id)
        return await self.person.reads()

    async def _applies(self) -> None:
        for source in sources_in(self._towns):
            await self._app.store.turn(source.id, "", partial(apply_source, source, now=self._clock()))
        await self._app.towns.reload()


def _is_any_due(db: Db) -> bool:
    """A file to fetch, or word of one to send."""
    unsent = select(Message.id).where(col(Message.state).in_((State.QUEUED, State.SENDING)))
    return bool(db.all(select(Attachment.id).where(col(Attachment.due_at).is_not(None))) or db.all(unsent))


def _title(db: Db, reference: str) -> str:
    proposal = proposal_of_reference(db, reference)
    assert proposal is not None
    return proposal.title


def apply_source(source: Source, db: Db, now: datetime = MORNING) -> None:
    """A town's files, checked and applied."""
    apply(db, source, load(source), now, "test")
