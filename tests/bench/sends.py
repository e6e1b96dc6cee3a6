"""One question sent to the fake Bot API, thirty-two at once: our channel, or the library with its own request layer.

    python -m tests.bench.sends ours|library API_URL SECONDS

prints sends a second.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import ApplicationBuilder

from channels.connections import Connections
from channels.message import Address, Choice, Outbound
from channels.telegram import Telegram, TelegramSettings
from tests.bench.api import FakeApi
from tests.bench.machine import finished
from tests.bench.rows import Row, ratio
from tests.bench.survey import OPTIONS, QUESTIONS

CONCURRENT = 32
CHAT = 600_000_001
Send: TypeAlias = Callable[[], Awaitable[object]]


async def run(rounds: int, seconds: float) -> list[Row]:
    """Both, one after the other, in each round."""
    rates: dict[str, list[float]] = {"ours": [], "library": []}
    api = FakeApi()
    url = await api.open()
    for _ in range(rounds):
        for name, each in rates.items():
            each.append(float(await finished(["-m", "tests.bench.sends", name, url, str(seconds)])))
    await api.close()
    return [ratio("sends / library's default request layer", "msg/s", rates["ours"], rates["library"], at_least=5.0)]


async def _ours(url: str, seconds: float) -> float:
    connections = Connections()
    channel = Telegram(TelegramSettings("bench", "1:TOKEN", base_url=url), connections)
    choices = tuple(Choice(number, label, f"k0.{number}") for number, label in enumerate(OPTIONS, 1))
    outbound = Outbound(QUESTIONS[0], choices=choices)

    async def send() -> object:
        return [
            await channel.send(Address("telegram", str(CHAT)), part, "bench.1.0") for part in channel.render(outbound)
        ]

    try:
        return await _rate(send, seconds)
    finally:
        await connections.close()


async def _library(url: str, seconds: float) -> float:
    async with ApplicationBuilder().token("1:TOKEN").base_url(f"{url}/bot").updater(None).build().bot as bot:

        async def send() -> object:
            buttons = [[InlineKeyboardButton(o, callback_data=f"k0.{n}")] for n, o in enumerate(OPTIONS, 1)]
            return await bot.send_message(CHAT, QUESTIONS[0], reply_markup=InlineKeyboardMarkup(buttons))

        return await _rate(send, seconds)


async def _rate(send: Send, seconds: float) -> float:
    await asyncio.gather(*(send() for _ in range(CONCURRENT)))
    begun, sent = time.perf_counter(), 0

    async def sender() -> None:
        nonlocal sent
        while time.perf_counter() - begun < seconds:
            await send()
            sent += 1

    await asyncio.gather(*(sender() for _ in range(CONCURRENT)))
    return sent / (time.perf_counter() - begun)


if __name__ == "__main__":
    print(asyncio.run({"ours": _ours, "library": _library}[sys.argv[1]](sys.argv[2], float(sys.argv[3]))))
