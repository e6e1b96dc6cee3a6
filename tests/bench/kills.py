"""SIGKILL at random moments under load, twenty times: what was acknowledged must be there, and be answered.

Telegram delivers again what was not acknowledged, and so do these citizens. After each kill, and before the restart,
the store is copied and read: every acknowledged answer must stand in it.
"""

import asyncio
import random
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from tests.bench.api import FakeApi
from tests.bench.contestants import on_stage
from tests.bench.end_to_end import CITIZENS, gather
from tests.bench.load import Crowd, Walk, WrongReplyError, walks
from tests.bench.ours import kept_answers, ours
from tests.bench.rows import Row

CONCURRENT = 64


@dataclass(slots=True)
class Toll:
    """What the kills cost. `owed` is what was acknowledged: by citizen and survey, the answers in order."""

    owed: dict[tuple[int, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    acknowledged: int = 0
    lost: int = 0
    mute: int = 0
    redelivered: int = 0
    repeated: int = 0


class Stubborn(Crowd):
    """Citizens whose messages are delivered again until acknowledged, and who know a repeated reply."""

    toll: Toll
    _expected: dict[int, str]
    _answering: dict[int, tuple[str, int]]

    def begin(self) -> None:
        """Start counting."""
        self.toll, self._expected, self._answering = Toll(), {}, {}

    def hear(self, chat: int, text: str) -> None:
        """Only the reply that is waited for counts; a repetition of an earlier one is counted apart."""
        if self._expected.get(chat, "") in text:
            super().hear(chat, text)
        else:
            self.toll.repeated += 1

    async def deliver(self, citizen: int, body: bytes) -> None:
        """Until acknowledged; from then on the answer in it is owed, whether its reply has come or not."""
        while True:
            try:
                await super().deliver(citizen, body)
            except (OSError, WrongReplyError):
                self.toll.redelivered += 1
                await asyncio.sleep(0.2)
            else:
                break
        if (answered := self._answering.pop(citizen, None)) is not None:
            survey, number = answered
            self.toll.owed[citizen, survey].append(number)
            self.toll.acknowledged += 1

    async def tread(self, walk: Walk) -> None:
        """One walk; a citizen left without an answer gives up."""
        for place, (typed, expected) in enumerate(walk.steps()):
            self._expected[walk.citizen] = expected
            if 1 <= place <= len(walk.answers):
                self._answering[walk.citizen] = (walk.survey, int(typed))
            try:
                await self.say(walk.citizen, typed)
            except TimeoutError:
                self.toll.mute += 1
                return


async def run(kills: int, seed: int = 7) -> list[Row]:
    """One server, killed and restarted, while sixty-four citizens go on."""
    api, chance = FakeApi(), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        async with on_stage(ours, folder, await api.open()) as (stage, server):
            crowd = Stubborn(api, server.port, stage.paths, stage.headers)
            crowd.begin()
            citizens = await gather(crowd, stage, CITIZENS)
            plan = walks(citizens, stage.surveys, stage.opening)
            is_over = asyncio.Event()

            async def citizen() -> None:
                while plan and not is_over.is_set():
                    await crowd.tread(plan.popleft())

            async with asyncio.TaskGroup() as group:
                for _ in range(CONCURRENT):
                    group.create_task(citizen())
                for _ in range(kills):
                    await asyncio.sleep(chance.uniform(0.3, 1.5))
                    server.kill()
                    await asyncio.sleep(0.05)
                    crowd.toll.lost += _missing(crowd.toll.owed, _read(stage.store, folder / "copy", citizens))
                    await server.start()
                is_over.set()
            crowd.close()
            await asyncio.to_thread(server.stop)
            crowd.toll.lost += _missing(crowd.toll.owed, _read(stage.store, folder / "copy", citizens))
    await api.close()
    toll = crowd.toll
    detail = {"acknowledged": [toll.acknowledged], "redelivered": [toll.redelivered], "repeated": [toll.repeated]}
    return [
        Row(
            f"acknowledged answers lost in {kills} SIGKILLs",
            toll.lost,
            f"of {toll.acknowledged:,}",
            at_most=0,
            detail=detail,
        ),
        Row(f"citizens left without an answer in {kills} SIGKILLs", toll.mute, f"of {len(citizens)}", at_most=0),
    ]


def _read(store: Path, copy: Path, citizens: Sequence[int]) -> dict[tuple[int, str], list[int]]:
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for file in store.parent.glob(f"{store.name}*"):
        shutil.copy(file, copy)
    return kept_answers(copy / store.name, citizens)


def _missing(owed: Mapping[tuple[int, str], list[int]], kept: Mapping[tuple[int, str], list[int]]) -> int:
    """How many of the answers that were owed do not stand there, or stand there otherwise."""
    return sum(
        answer != stored
        for walk, answers in owed.items()
        for answer, stored in zip_longest(answers, kept.get(walk, [])[: len(answers)])
    )
