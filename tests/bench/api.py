"""A Bot API that says yes to everything, as fast as Python can: the far side of the wire, not what is measured."""

import asyncio
import itertools
from collections.abc import Callable
from urllib.parse import parse_qsl

import msgspec

from tests.bench.http import Server

ME = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Bench","username":"bench_bot"}}'
YES = b'{"ok":true,"result":true}'


class Sent(msgspec.Struct):
    """What of a sent message is looked at."""

    chat_id: int | str
    text: str = ""


class FakeApi:
    """Listens on `port`; `heard(chat, text)` is called for every message sent to a citizen."""

    def __init__(self) -> None:
        self.heard: Callable[[int, str], None] = lambda chat, text: None
        self.port = 0
        self.sends = 0
        self._ids = itertools.count(1)
        self._sent = msgspec.json.Decoder(Sent)

    async def open(self) -> str:
        """Start listening; returns the base URL."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Server(self._answer), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{self.port}"

    async def close(self) -> None:
        """Stop listening; the connections end with their clients."""
        self._server.close()
        await asyncio.sleep(0)

    def _answer(self, path: bytes, head: bytes, body: bytes) -> bytes:
        method = path.rpartition(b"/")[2].lower()
        if method not in {b"sendmessage", b"editmessagetext"}:
            return ME if method == b"getme" else YES
        if body.startswith(b"{"):
            sent = self._sent.decode(body)
        else:
            fields = dict(parse_qsl(body.decode()))
            sent = Sent(fields["chat_id"], fields.get("text", ""))
        self.sends += 1
        chat = int(sent.chat_id)
        asyncio.get_running_loop().call_soon(self.heard, chat, sent.text)
        return (
            b'{"ok":true,"result":{"message_id":%d,"date":1763000000,"chat":{"id":%d,"type":"private"},"text":"sent"}}'
            % (next(self._ids), chat)
        )
