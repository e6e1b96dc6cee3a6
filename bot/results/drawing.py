"""Having a chart drawn in a process of its own: it takes a second, and memory that nobody else needs."""

import asyncio
import sys

import msgspec
from msgspec import Struct

from flows.participation.figures import Figure, Results
from flows.participation.tenant import Town
from flows.participation.words import Words


class Order(Struct):
    """What is to be drawn, once in each language."""

    results: Results
    languages: tuple[str, ...]
    default: str
    zone: str
    town: Words


def charted(results: Results) -> list[Figure]:
    """The figures that can be drawn."""
    if results.is_hidden:
        return []
    return [each for each in results.figures if not each.is_hidden and not each.is_open_ended and each.answered]


async def drawn(results: Results, town: Town) -> dict[str, bytes]:
    """By language of the town, all figures in one PNG as `bot.results.chart` draws them; empty where there are none."""
    if not charted(results):
        return {}
    order = Order(results, town.languages, town.language, town.zone.key, town.name)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.results.chart", stdin=pipe, stdout=pipe)
    pictures, _ = await process.communicate(msgspec.msgpack.encode(order))
    if process.returncode:
        raise RuntimeError("the chart could not be drawn")
    return msgspec.msgpack.decode(pictures, type=dict[str, bytes])
