"""The generator: citizens in a closed loop, each walking a survey: the link, five answers, "send"."""

import asyncio
import itertools
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from tests.bench.api import FakeApi
from tests.bench.http import Line
from tests.bench.survey import QUESTIONS, REVIEW, THANKS

PATIENCE = 30.0
Opening: TypeAlias = Callable[[int, str], str]
"""Of a citizen and a survey: what opens it."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One citizen's way through one survey: the words to open it, and the numbers to answer."""

    citizen: int
    survey: str
    opening: str
    answers: tuple[int, ...]

    def steps(self) -> list[tuple[str, str]]:
        """What is typed, and what the reply to it must contain."""
        typed = [self.opening, *map(str, self.answers), "1"]
        return list(zip(typed, [*QUESTIONS, REVIEW, THANKS], strict=True))


def walks(citizens: Sequence[int], surveys: Sequence[str], opening: Opening, seed: int = 1) -> deque[Walk]:
    """Every citizen through every survey once: survey by survey, so that nobody is asked twice at a time."""
    chance = random.Random(seed)
    return deque(
        Walk(citizen, survey, opening(citizen, survey), tuple(chance.randint(1, 4) for _ in QUESTIONS))
        for survey in surveys
        for citizen in citizens
    )


class WrongReplyError(Exception):
    """The bot said something else than a citizen must hear: what was measured is not what was meant."""


@dataclass(slots=True)
class Measured:
    """What one run gave."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    cpu: float = 0.0
    """Processor time of the measured process, in seconds, where it is known."""
    walks: int = 0

    @property
    def rate(self) -> float:
        """Messages answered a second."""
        return len(self.latencies) / self.seconds

    @property
    def cost(self) -> float:
        """Processor time a message, in microseconds."""
        return self.cpu * 1e6 / len(self.latencies)

    def percentile(self, share: float) -> float:
        """Of the time from a webhook's first byte to its reply at the Bot API, in milliseconds."""
        return sorted(self.latencies)[int(len(self.latencies) * share)] * 1000


class Crowd:
    """Citizens who write to their bot (`paths`, dealt in turn) and read its replies at the fake Bot API."""

    def __init__(self, api: FakeApi, port: int, paths: Sequence[str], headers: str = "") -> None:
        self._paths = [path.encode() for path in paths]
        self._lines: asyncio.LifoQueue[Line] = asyncio.LifoQueue()
        for _ in range(64):
            self._lines.put_nowait(Line(port, headers))
        self._updates = itertools.count(int(time.time()) * 1000)
        self._awaited: dict[int, asyncio.Future[str]] = {}
        api.heard = self.hear

    def hear(self, chat: int, text: str) -> None:
        """A reply has reached the Bot API."""
        reply = self._awaited.pop(chat, None)
        if reply is not None and not reply.done():
            reply.set_result(text)

    async def say(self, citizen: int, text: str) -> str:
        """Deliver one message, wait for the acknowledgement and for the reply."""
        reply: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._awaited[citizen] = reply
        await self.deliver(citizen, update(next(self._updates), citizen, text))
        async with asyncio.timeout(PATIENCE):
            return await reply

    async def deliver(self, citizen: int, body: bytes) -> None:
        """Post to the citizen's bot; returns when it has acknowledged."""
        line = await self._lines.get()
        try:
            status = await line.post(self._paths[citizen % len(self._paths)], body)
        finally:
            self._lines.put_nowait(line)
        if status != 200:
            raise WrongReplyError(f"the webhook answered {status}")

    async def walk(self, walk: Walk, measured: Measured) -> None:
        """All the steps of one walk."""
        for typed, expected in walk.steps():
            begun = time.perf_counter()
            said = await self.say(walk.citizen, typed)
            measured.latencies.append(time.perf_counter() - begun)
            if expected not in said:
                raise WrongReplyError(f"after {typed!r} expected {expected!r}, heard {said!r}")
        measured.walks += 1

    async def run(self, plan: deque[Walk], seconds: float, concurrent: int = 64) -> Measured:
        """`concurrent` citizens at a time until the time is up or the plan is walked."""
        measured = Measured()
        begun = time.perf_counter()

        async def citizen() -> None:
            while plan and time.perf_counter() - begun < seconds:
                await self.walk(plan.popleft(), measured)

        async with asyncio.TaskGroup() as group:
            for _ in range(concurrent):
                group.create_task(citizen())
        measured.seconds = time.perf_counter() - begun
        return measured

    def close(self) -> None:
        """Hang up every line."""
        while not self._lines.empty():
            self._lines.get_nowait().close()


def update(update_id: int, citizen: int, text: str) -> bytes:
    """A webhook's body as Telegram sends it for a private text message."""
    person = {"id": citizen, "is_bot": False, "first_name": "Núria", "language_code": "en"}
    chat = {"id": citizen, "first_name": "Núria", "type": "private"}
    message = {
        "message_id": update_id % 1_000_000,
        "from": person,
        "chat": chat,
        "date": int(time.time()),
        "text": text,
    }
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.partition(" ")[0])}]
    return msgspec.json.encode({"update_id": update_id, "message": message})
