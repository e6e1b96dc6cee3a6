"""A Bot API server on loopback that refuses what Telegram refuses, for many bots; `python -m tests.fakes` runs it.

async with FakeTelegram() as telegram:
    bot = telegram.bot("1:token")
    bot.rate, bot.faults = 30, deque([("sendMessage", Fault.SILENCE)])
    ana = telegram.citizen(bot, 34600000001, deliver_to="http://127.0.0.1:8311/telegram/vilanova")
    await ana.types("hola")
    await ana.presses("Sí")
"""

import asyncio
from urllib.parse import parse_qsl

import aiohttp
import msgspec
from aiohttp import web

from tests.fakes.server import Server
from tests.fakes.telegram_bot import Bot, Fault
from tests.fakes.telegram_citizen import Citizen
from tests.fakes.telegram_refusals import Refused

__all__ = ["Bot", "Citizen", "FakeTelegram", "Fault"]


class FakeTelegram(Server):
    """Started on a free port, or on one that is named."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.bots: dict[str, Bot] = {}

    def bot(self, token: str) -> Bot:
        """The bot that @BotFather gave this token."""
        return self.bots.setdefault(token, Bot(token))

    def citizen(self, bot: Bot, chat_id: int, language: str = "ca", deliver_to: str = "") -> Citizen:
        """Somebody with a phone. What she does goes to `deliver_to`, else to the bot's webhook, else waits for
        `getUpdates`."""
        return Citizen(bot, self.session, chat_id, language, deliver_to)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        is_file = request.path.startswith("/file/")
        token, _, method = request.path.removeprefix("/file").removeprefix("/bot").partition("/")
        bot = self.bots.get(token)
        if bot is None:
            return _refusal(Refused(401, "Unauthorized"))
        if is_file:
            return await bot.files.download(request, method)
        fault = bot.next_fault(method)
        if fault is Fault.INTERNAL:
            return _refusal(Refused(500, "Internal Server Error: restart"))
        if fault is Fault.BAD_GATEWAY:
            return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
        try:
            result = await bot.call(method, await _parameters(request, bot))
        except Refused as refused:
            return _refusal(refused)
        answer = msgspec.json.encode({"ok": True, "result": result})
        return await _spoil(request, fault, answer) if fault else _json(200, answer)


async def _parameters(request: web.BaseRequest, bot: Bot) -> dict[str, str]:
    parameters = dict(request.query)
    if not request.can_read_body:
        return parameters
    if request.content_type == "multipart/form-data":
        return parameters | await _form(request, bot)
    body = await request.read()
    if request.content_type == "application/json":
        for name, value in msgspec.json.decode(body, type=dict[str, object]).items():
            parameters[name] = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        return parameters
    try:
        parameters.update(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise Refused(400, "Bad Request: strings must be encoded in UTF-8") from None
    return parameters


async def _form(request: web.BaseRequest, bot: Bot) -> dict[str, str]:
    """The fields of a form; a file is kept, and stands for its id."""
    parameters: dict[str, str] = {}
    async for part in await request.multipart():
        assert isinstance(part, aiohttp.BodyPartReader)
        data = bytes(await part.read())
        name = part.name or ""
        parameters[name] = bot.files.keep(part.filename, data) if part.filename else data.decode()
    return parameters


def _json(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, content_type="application/json")


def _refusal(refused: Refused) -> web.Response:
    body: dict[str, object] = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return _json(refused.status, msgspec.json.encode(body))


async def _spoil(request: web.BaseRequest, fault: Fault, answer: bytes) -> web.StreamResponse:
    """Answer a call that was carried out so that its caller cannot know."""
    if fault is Fault.GARBAGE:
        return _json(200, b"<html>")
    if fault is Fault.YES:
        return _json(200, b'{"ok":true,"result":true}')
    if fault is Fault.NOTHING:
        return _json(200, b'{"ok":true}')
    if fault is Fault.NO_MESSAGE:
        return _json(200, b'{"ok":true,"result":{"message_id":"one"}}')
    if fault is Fault.SILENCE:
        await asyncio.sleep(3600)
    if fault is Fault.CUT and request.transport:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n"
        request.transport.write(head.encode() + answer[:-9])
        request.transport.close()
    elif request.transport:
        request.transport.abort()
    return web.Response()
