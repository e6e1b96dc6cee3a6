"""A conversation in the terminal: what is written goes to a town, what the town sends is printed as it comes."""

import asyncio
import secrets
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from mimetypes import guess_type
from pathlib import Path
from typing import Protocol

import aiohttp
import msgspec

from bot.app import App
from channels.console import HEADER, Console, Document
from channels.message import Address, Enclosed, Kind

_TRIES = 20
_LAST_WORDS = 1.0
_START = "/start"
_FILE = "@file:"
_LARGEST_FAR = 700 * 1024
"""Bytes of a file that still fit in what a server takes at once."""


class Unreachable(Exception):
    """The server does not take what is written; the message says why."""


class NotSent(Exception):
    """A line was not sent; the message says why."""


class Talk(Protocol):
    """One person talking to one town."""

    async def write(self, text: str, documents: Sequence[Document] = ()) -> None:
        """Send a line, with files."""
        ...

    async def replies(self, seconds: float) -> list[str]:
        """What came back and was not seen yet; waits so long for the first."""
        ...

    async def files(self) -> list[Enclosed]:
        """The files that came back and were not asked for yet."""
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

    async def write(self, text: str, documents: Sequence[Document] = ()) -> None:
        word, _, rest = text.strip().partition(" ")
        kind, said = (Kind.START, rest.strip()) if word == _START else (Kind.TEXT, text)
        heard = self._console.heard(self._address, secrets.token_hex(8), kind, said, documents)
        await self._app.reception.receive([heard])

    async def replies(self, seconds: float) -> list[str]:
        return await self._console.replies(self._address.id, seconds)

    async def files(self) -> list[Enclosed]:
        return self._console.files(self._address.id)


class Far:
    """At a running server, over HTTP."""

    def __init__(self, session: aiohttp.ClientSession, url: str, secret: str, tenant_id: str, sender: str) -> None:
        self._session = session
        self._url = f"{url.rstrip('/')}/console/{tenant_id}"
        self._headers = {HEADER: secret}
        self._sender = sender

    async def write(self, text: str, documents: Sequence[Document] = ()) -> None:
        if sum(len(document.data) for document in documents) > _LARGEST_FAR:
            raise NotSent(f"a running server takes files of up to {_LARGEST_FAR // 1024} KB from here")
        line: dict[str, object] = {"from": self._sender, "id": secrets.token_hex(8), "text": text}
        if documents:
            line["files"] = [
                {"name": each.name, "media_type": each.media_type, "data": b64encode(each.data).decode()}
                for each in documents
            ]
        for _ in range(_TRIES):
            if await self._status(line) == 200:
                return
            await asyncio.sleep(1)
        raise Unreachable("the server is too busy, or its store is in trouble")

    async def replies(self, seconds: float) -> list[str]:
        return _replies.decode(await self._asked("replies", seconds=str(seconds)))

    async def files(self) -> list[Enclosed]:
        return _files.decode(await self._asked("files"))

    async def _asked(self, what: str, **query: str) -> bytes:
        query |= {"from": self._sender}
        try:
            async with self._session.get(f"{self._url}/{what}", params=query, headers=self._headers) as response:
                _check(response.status)
                return await response.read()
        except aiohttp.ClientError as error:
            raise Unreachable(f"no server answers at {self._url} ({type(error).__name__})") from None

    async def _status(self, line: dict[str, object]) -> int:
        try:
            async with self._session.post(self._url, json=line, headers=self._headers) as response:
                _check(response.status)
                return response.status
        except aiohttp.ClientError as error:
            raise Unreachable(f"no server answers at {self._url} ({type(error).__name__})") from None


_replies = msgspec.json.Decoder(list[str])
_files = msgspec.json.Decoder(list[Enclosed])


def read_line(text: str) -> tuple[str, list[Document]]:
    """A line as it was typed: "@file:PATH words" brings a file. Raises `NotSent`."""
    if not text.startswith(_FILE):
        return text, []
    name, _, words = text.removeprefix(_FILE).strip().partition(" ")
    path = Path(name).expanduser()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotSent(f"{path}: {error.strerror}") from None
    media_type = guess_type(path.name, strict=False)[0] or "application/octet-stream"
    return words.strip(), [Document(path.name, media_type, data)]


def _check(status: int) -> None:
    if status == 403:
        raise Unreachable("the server knows no such town, or not this PARTICIPABOT_CONSOLE_SECRET")
    if status not in (200, 503):
        raise Unreachable(f"the server answers HTTP {status}")


class Screen(Protocol):
    """Where the person reads."""

    def reply(self, text: str) -> None:
        """What the town says."""
        ...

    def note(self, text: str) -> None:
        """What neither of them says."""
        ...

    def file(self, file: Enclosed) -> None:
        """A file that the town sends."""
        ...


async def converse(talk: Talk, read: Callable[[], Awaitable[str | None]], screen: Screen) -> None:
    """Until the person ends it (`read` returns None)."""

    async def listen() -> None:
        while True:
            for reply in await talk.replies(20):
                screen.reply(reply)
            for file in await talk.files():
                screen.file(file)

    listening = asyncio.create_task(listen())
    try:
        while not listening.done() and (text := await read()) is not None:
            if text.strip():
                try:
                    await talk.write(*read_line(text))
                except NotSent as why:
                    screen.note(f"Not sent: {why}.")
        await asyncio.wait({listening}, timeout=_LAST_WORDS)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    if listening.done() and not listening.cancelled() and (failure := listening.exception()):
        raise failure
