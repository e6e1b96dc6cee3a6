"""Reference: the shortest honest road from a webhook to the citizen: aiohttp, `RawSqlite`, one plain aiohttp post.

python -m tests.bench.raw_end_to_end PORT STORE API_URL
"""

import asyncio
import sys
from pathlib import Path

import msgspec
from aiohttp import ClientSession, TCPConnector, web

from tests.bench.raw_sqlite import GROUP, RawSqlite, Turn


class Chat(msgspec.Struct):
    """Whom it is from."""

    id: int


class Message(msgspec.Struct):
    """The words."""

    chat: Chat
    text: str = ""


class Update(msgspec.Struct):
    """What of a webhook's body is read."""

    update_id: int
    message: Message | None = None


class Posted(msgspec.Struct):
    """The provider's id of what was sent."""

    message_id: int


class Answer(msgspec.Struct):
    """What the Bot API answers."""

    result: Posted


class Bot:
    """Receives, stores, acknowledges; then sends, and stores that it was sent with whatever else was sent by then."""

    def __init__(self, store: RawSqlite, session: ClientSession, api: str) -> None:
        self._store, self._session, self._url = store, session, f"{api}/botTOKEN/sendMessage"
        self._updates, self._answers = msgspec.json.Decoder(Update), msgspec.json.Decoder(Answer)
        self._sending: set[asyncio.Task[None]] = set()
        self._outcomes: list[tuple[str, int]] = []
        self._is_marking = False

    async def hook(self, request: web.Request) -> web.Response:
        """The webhook: answered only after the commit."""
        update = self._updates.decode(await request.read())
        if update.message is not None:
            chat = update.message.chat.id
            turn = await self._store.turn(str(update.update_id), str(chat), update.message.text)
            if turn is not None:
                task = asyncio.create_task(self._send(chat, turn))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)
        return web.Response()

    async def _send(self, chat: int, turn: Turn) -> None:
        buttons = [[{"text": c.label, "callback_data": c.payload}] for c in turn.reply.choices]
        body = {"chat_id": chat, "text": turn.reply.text, "reply_markup": {"inline_keyboard": buttons}}
        headers = {"Content-Type": "application/json"}
        async with self._session.post(self._url, data=msgspec.json.encode(body), headers=headers) as response:
            answer = self._answers.decode(await response.read())
        self._outcomes.append((str(answer.result.message_id), turn.message_id))
        if not self._is_marking:
            self._is_marking = True
            while self._outcomes:
                batch, self._outcomes = self._outcomes[:GROUP], self._outcomes[GROUP:]
                await self._store.sent(batch)
            self._is_marking = False


async def serve(port: int, store: Path, api: str) -> None:
    """Until killed."""
    raw = RawSqlite(store)
    async with ClientSession(connector=TCPConnector(limit=100)) as session:
        app = web.Application()
        app.router.add_post("/telegram/bench", Bot(raw, session, api).hook)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
