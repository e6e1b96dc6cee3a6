"""Having a chart drawn in a process of its own: it takes a second, and memory that nobody else needs."""

import asyncio
import sys

import msgspec
from msgspec import Struct

from bot.results.numbers import Figure, Results
from bot.results.words import Told


class Order(Struct):
    """What is to be drawn; one question by its slug, or all that can be."""

    results: Results
    language: str
    default: str
    zone: str
    town: str
    slug: str = ""


def charted(results: Results) -> list[Figure]:
    """The figures that can be drawn."""
    if results.is_hidden:
        return []
    return [each for each in results.figures if not each.is_hidden and not each.is_open_ended and each.answered]


async def drawn(told: Told, slug: str = "") -> bytes:
    """A PNG, as `bot.results.chart` draws it."""
    order = Order(told.results, told.language, told.default, told.zone.key, told.town, slug)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.results.chart", stdin=pipe, stdout=pipe)
    picture, _ = await process.communicate(msgspec.json.encode(order))
    if process.returncode:
        raise RuntimeError("the chart could not be drawn")
    return picture
