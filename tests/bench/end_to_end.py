"""Sixty-four citizens walk the survey at once: webhook in, durable, reply at the fake Bot API."""

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.api import FakeApi
from tests.bench.contestants import Contestant, Stage, conversation_handler, on_stage, raw
from tests.bench.load import Crowd, walks
from tests.bench.ours import ours
from tests.bench.rows import Row, ratio

CITIZENS = 512
CONTESTANTS: Mapping[str, Contestant] = {"ours": ours, "handler": conversation_handler, "raw": raw}


@dataclass(slots=True)
class Figures:
    """One contestant's runs, a number a round."""

    rates: list[float] = field(default_factory=list)
    medians: list[float] = field(default_factory=list)
    tails: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    """Processor time of the server, in microseconds a message."""


async def run(rounds: int, seconds: float) -> list[Row]:
    """In each round every contestant once, one after the other, with a fresh store."""
    figures = {name: Figures() for name in CONTESTANTS}
    for _ in range(rounds):
        for name, contestant in CONTESTANTS.items():
            await _measure(contestant, seconds, figures[name])
    mine, handler, bare = figures["ours"], figures["handler"], figures["raw"]
    detail = {
        f"{name}_{what}": values
        for name, each in figures.items()
        for what, values in (
            ("p50_ms", each.medians),
            ("p99_ms", each.tails),
            ("rss_mb", each.memory),
            ("cpu_us", each.costs),
        )
    }
    return [
        ratio("end to end / ConversationHandler", "msg/s", mine.rates, handler.rates, at_least=3.0, detail=detail),
        ratio("end to end / raw aiohttp + sqlite3", "msg/s", mine.rates, bare.rates, at_least=0.4),
        ratio("p99 / ConversationHandler's", "ms", mine.tails, handler.tails, at_most=0.3),
    ]


async def _measure(contestant: Contestant, seconds: float, figures: Figures) -> None:
    api = FakeApi()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with on_stage(contestant, Path(folder), await api.open()) as (stage, server):
            crowd = Crowd(api, server.port, stage.paths, stage.headers)
            citizens = await gather(crowd, stage, CITIZENS)
            before = server.cpu_seconds()
            measured = await crowd.run(walks(citizens, stage.surveys, stage.opening), seconds)
            crowd.close()
            figures.memory.append(server.megabytes())
            figures.costs.append((server.cpu_seconds() - before) * 1e6 / len(measured.latencies))
    await api.close()
    figures.rates.append(measured.rate)
    figures.medians.append(measured.percentile(0.5))
    figures.tails.append(measured.percentile(0.99))


async def gather(crowd: Crowd, stage: Stage, count: int) -> list[int]:
    """Citizens who have passed whatever stands before the first survey."""
    citizens = list(range(600_000_001, 600_000_001 + count))
    waiting = iter(citizens)

    async def usher() -> None:
        for citizen in waiting:
            await stage.join(crowd, citizen)

    await asyncio.gather(*(usher() for _ in range(64)))
    return citizens
