"""A conversation in the terminal: what is written goes to a town, what the town sends is printed as it comes."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Protocol

import aiohttp

from bot.app import App
from channels.console import HEADER, Console
from channels.message import Address, Inbound, Kind

_TRIES = 20
_LAST_WORDS = 1.0
_START = "/start"


class Unreachable(Exception):
    """The server does not take what is written; the message says why."""


class Talk(Protocol):
    """One person talking to one town."""

    async def write(self, text: str) -> None:
        """Send a line."""
        ...

    async def replies(self, seconds: float) -> list[str]:
        """What came back and was not seen yet; waits so long for the first."""
        ...


class Near:
    """In this process, through its inbox and outbox."""

    def __init__(self, app: App, tenant_id: str, sender: str) -> None:
        channel = app.reception.channel(Console.name, tenant_id)
        if not isinstance(channel, Console):
            raise Unreachable(
                f"there is no town {tenant_id}; there are: {', '.join(one.id for one in app.towns.all())}"
            )
        self._app = app
        self._console = channel
        self._tenant_id = tenant_id
        self._address = Address(Console.name, sender)

    async def write(self, text: str) -> None:
        word, _, rest = text.strip().partition(" ")
        kind, said = (Kind.START, rest.strip()) if word == _START else (Kind.TEXT, text)
        await self._app.reception.receive([Inbound(self._tenant_id, self._address, secrets.token_hex(8), kind, said)])

    async def replies(self, seconds: float) -> list[str]:
        return await self._console.replies(self._address.id, seconds)


class Far:
    """At a running server, over HTTP."""

    def __init__(self, session: aiohttp.ClientSession, url: str, secret: str, tenant_id: str, sender: str) -> None:
        self._session = session
        self._url = f"{url.rstrip('/')}/console/{tenant_id}"
        self._headers = {HEADER: secret}
        self._sender = sender

    async def write(self, text: str) -> None:
        line = {"from": self._sender, "id": secrets.token_hex(8), "text": text}
        for _ in range(_TRIES):
            if await self._status(line) == 200:
                return
            await asyncio.sleep(1)
        raise Unreachable("the server is too busy, or its store is in trouble")

    async def replies(self, seconds: float) -> list[str]:
        query = {"from": self._sender, "seconds": str(seconds)}
        try:
            async with self._session.get(f"{self._url}/replies", params=query, headers=self._headers) as response:
                _check(response.status)
                replies: list[str] = await response.json()
                return replies
        except aiohttp.ClientError as error:
            raise Unreachable(f"no server answers at {self._url} ({type(error).__name__})") from None

    async def _status(self, line: dict[str, str]) -> int:
        try:
            async with self._session.post(self._url, json=line, headers=self._headers) as response:
                _check(response.status)
                return response.status
        except aiohttp.ClientError as error:
            raise Unreachable(f"no server answers at {self._url} ({type(error).__name__})") from None


def _check(status: int) -> None:
    if status == 403:
        raise Unreachable("the server knows no such town, or not this PARTICIPABOT_CONSOLE_SECRET")
    if status not in (200, 503):
        raise Unreachable(f"the server answers HTTP {status}")


async def converse(talk: Talk, read: Callable[[], Awaitable[str | None]], show: Callable[[str], None]) -> None:
    """Until the person ends it (`read` returns None)."""

    async def listen() -> None:
        while True:
            for reply in await talk.replies(20):
                show(reply)

    listening = asyncio.create_task(listen())
    try:
        while not listening.done() and (text := await read()) is not None:
            if text.strip():
                await talk.write(text)
        await asyncio.wait({listening}, timeout=_LAST_WORDS)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    if listening.done() and not listening.cancelled() and (failure := listening.exception()):
        raise failure
