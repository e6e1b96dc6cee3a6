"""Who runs: a server, where its webhook is, the surveys it asks, and how a citizen gets to where they may answer."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from tests.bench.load import Crowd, Opening
from tests.bench.machine import Server, free_port, serving
from tests.bench.schema import make_store

SURVEYS = [f"s{number}" for number in range(10)]


@dataclass(frozen=True, slots=True)
class Stage:
    """A contestant made ready in a folder: what to start, and how to talk to it."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    paths: Sequence[str]
    """The webhooks, one a bot."""
    headers: str
    surveys: Sequence[str]
    opening: Opening
    join: Callable[[Crowd, int], Awaitable[None]]
    """What a citizen does before the first survey; never measured."""
    store: Path = field(default=Path())


Contestant: TypeAlias = Callable[[Path, int, str], Stage]
"""Made of a folder, a port and the Bot API's base URL."""


def by_name(_citizen: int, survey: str) -> str:
    """How the references' surveys are opened."""
    return f"/start {survey}"


async def _greet(crowd: Crowd, citizen: int) -> None:
    await crowd.say(citizen, "/start")


def raw(folder: Path, port: int, api: str) -> Stage:
    """`raw_end_to_end`."""
    store = folder / "raw.sqlite3"
    make_store(f"sqlite:///{store}", SURVEYS)
    arguments = ["-m", "tests.bench.raw_end_to_end", str(port), str(store), api]
    return Stage(arguments, {}, ["/telegram/bench"], "", SURVEYS, by_name, _greet, store)


def conversation_handler(folder: Path, port: int, api: str) -> Stage:
    """`conversation_handler`."""
    arguments = ["-m", "tests.bench.conversation_handler", str(port), str(folder / "pickle"), api]
    return Stage(arguments, {}, ["/telegram/bench"], "", SURVEYS, by_name, _greet)


@asynccontextmanager
async def on_stage(contestant: Contestant, folder: Path, api: str) -> AsyncIterator[tuple[Stage, Server]]:
    """The contestant's server, for the length of a block."""
    port = free_port()
    stage = contestant(folder, port, api)
    async with serving(stage.arguments, port, folder / "server.log", stage.environment) as server:
        yield stage, server
