"""Twilio's REST API on loopback, which refuses what Twilio refuses, for many accounts; `python -m tests.fakes` runs it.

async with FakeTwilio() as twilio:
    account = twilio.account("AC…", "token", "+34600000090", webhook="/twilio/vilanova/sms")
    account.deliver_to = "http://127.0.0.1:8311"
    account.faults.append(Fault.SILENCE)
    ana = twilio.citizen(account, "+34600000001", "+34600000090")
    await ana.texts("hola")
"""

import asyncio
import re
from base64 import b64decode
from binascii import Error as NoBase64
from datetime import datetime
from urllib.parse import parse_qs, parse_qsl, urlencode

from aiohttp import web

from tests.fakes.server import Server
from tests.fakes.twilio_account import Account, Fault, Message
from tests.fakes.twilio_citizen import Citizen, post
from tests.fakes.twilio_refusals import Refused

__all__ = ["Account", "Citizen", "FakeTwilio", "Fault"]

_PATH = re.compile(r"/2010-04-01/Accounts/(?P<account>AC\w{32})/Messages(?P<rest>[^.]*)(?P<json>\.json)?")
_MEDIA = re.compile(r"/(?P<message>[SM]M\w{32})/Media(?:/(?P<media>ME\w{32}))?")
_ACCEPTED = (Fault.SILENCE, Fault.RESET, Fault.CUT, Fault.GARBAGE, Fault.NO_SID)


class FakeTwilio(Server):
    """Started on a free port, or on one that is named."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.accounts: dict[str, Account] = {}

    def account(self, sid: str, token: str, number: str = "", webhook: str = "") -> Account:
        """The account with this id, made at first; the number is one of its own, and calls this path."""
        account = self.accounts.setdefault(sid, Account(sid, token))
        if number:
            account.numbers.add(number)
            account.webhooks[number] = webhook
        return account

    def called(self, webhook: str) -> tuple[Account, str]:
        """The account and the number that call this path."""
        return next(
            (account, number)
            for account in self.accounts.values()
            for number, path in account.webhooks.items()
            if path == webhook
        )

    def citizen(self, account: Account, phone: str, number: str) -> Citizen:
        """Somebody with a phone, who writes to one of the account's numbers."""
        return Citizen(account, self.session, self.base_url, phone, number)

    async def told(self) -> None:
        """Return once every status has been told."""
        for account in self.accounts.values():
            while account.telling:
                await asyncio.gather(*account.telling)

    async def stop(self) -> None:
        for account in self.accounts.values():
            for task in account.telling:
                task.cancel()
        await super().stop()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        try:
            account = self._authentic(request)
            account.calls.append((request.method, request.path_qs))
            fault = account.faults.popleft() if account.faults else None
            if account.is_down or fault is Fault.BAD_GATEWAY:
                return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
            _check_fault(fault)
            if account.content is not None and request.path.startswith(("/v1/", "/v2/")):
                return await account.content(request, body)
            if (found := _PATH.fullmatch(request.path)) is None or found["account"] != account.sid:
                raise Refused(404, 20404, f"The requested resource {request.path} was not found")
            answer = await self._call(account, found["rest"], bool(found["json"]), request, body)
        except Refused as refused:
            return _refusal(refused)
        return await _spoil(request, fault, answer) if fault in _ACCEPTED else answer

    async def _call(
        self, account: Account, rest: str, is_json: bool, request: web.BaseRequest, body: bytes
    ) -> web.Response:
        if request.method == "POST" and not rest:
            if request.content_type != "application/x-www-form-urlencoded":
                raise Refused(415, 20415, "Unsupported media type")
            message = account.create(parse_qs(body.decode(), keep_blank_values=True, strict_parsing=True))
            answer = web.json_response(message.shown(account.sid), status=201)
            await self._tell(account, message)
            return answer
        if not rest:
            return _page(account, dict(parse_qsl(request.query_string)))
        if (found := _MEDIA.fullmatch(rest)) is None:
            raise Refused(404, 20404, "The requested resource was not found")
        return _media(account, found["message"], found["media"], is_json)

    async def _tell(self, account: Account, message: Message) -> None:
        url = message.fields.get("StatusCallback", [""])[0]
        if not url or not account.deliver_to:
            return
        story = account.story(message)
        if account.is_told_early:
            for told in story:
                await post(self.session, account, url, told)
            return
        task = asyncio.ensure_future(self._tell_later(account, url, story))
        account.telling.add(task)
        task.add_done_callback(account.telling.discard)

    async def _tell_later(self, account: Account, url: str, story: list[dict[str, str]]) -> None:
        for told in story:
            await post(self.session, account, url, told)

    def _authentic(self, request: web.BaseRequest) -> Account:
        kind, _, packed = request.headers.get("Authorization", "").partition(" ")
        try:
            name, _, token = b64decode(packed, validate=True).decode().partition(":")
        except (NoBase64, UnicodeDecodeError):
            name = token = ""
        account = self.accounts.get(name)
        if kind != "Basic" or account is None or token != account.token:
            raise Refused(401, 20003, "Authenticate")
        return account


def _check_fault(fault: Fault | None) -> None:
    if fault is Fault.INTERNAL:
        raise Refused(500, 20500, "An internal server error has occurred")
    if fault is Fault.UNAVAILABLE:
        raise Refused(503, 20503, "Service unavailable", 2)
    if fault is Fault.TOO_MANY:
        raise Refused(429, 20429, "Too Many Requests", 3)


def _page(account: Account, query: dict[str, str]) -> web.Response:
    after = query.get("DateSent>", "")
    listed = [
        message
        for message in reversed(account.messages)
        if query.get("To", message.to) == message.to
        and query.get("From", message.sender) == message.sender
        and (not after or message.made_at >= datetime.fromisoformat(after))
    ]
    size, number = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
    shown, rest = listed[number * size : (number + 1) * size], listed[(number + 1) * size :]
    path = f"/2010-04-01/Accounts/{account.sid}/Messages.json"
    onward = f"{path}?{urlencode(query | {'Page': str(number + 1)})}" if rest else None
    messages = [message.shown(account.sid) for message in shown]
    return web.json_response({"messages": messages, "next_page_uri": onward, "page": number, "page_size": size})


def _media(account: Account, message_sid: str, media_sid: str | None, is_json: bool) -> web.Response:
    message = next((each for each in account.messages if each.sid == message_sid), None)
    if message is None:
        raise Refused(404, 20404, "The requested resource was not found")
    root = f"/2010-04-01/Accounts/{account.sid}/Messages/{message_sid}/Media"
    if media_sid is None:
        listed = [
            {"sid": each, "content_type": media_type, "parent_sid": message_sid, "uri": f"{root}/{each}.json"}
            for each, media_type, _ in message.media
        ]
        return web.json_response({"media_list": listed, "next_page_uri": None, "page": 0})
    found = account.media(media_sid)
    if found is None or is_json:
        raise Refused(404, 20404, "The requested resource was not found")
    return web.Response(body=found[1], headers={"Content-Type": found[0]})


def _refusal(refused: Refused) -> web.Response:
    shown = {"code": refused.code, "message": refused.message, "status": refused.status, "more_info": ""}
    headers = {"Retry-After": str(refused.wait)} if refused.wait else {}
    return web.json_response(shown, status=refused.status, headers=headers)


async def _spoil(request: web.BaseRequest, fault: Fault | None, answer: web.Response) -> web.StreamResponse:
    """Answer a call that was carried out so that its caller cannot know."""
    if fault is Fault.GARBAGE:
        return web.Response(status=201, text="<html>", content_type="application/json")
    if fault is Fault.NO_SID:
        return web.json_response({"sid": None}, status=201)
    if fault is Fault.SILENCE:
        await asyncio.sleep(3600)
    if fault is Fault.CUT and request.transport:
        body = bytes(answer.body) if isinstance(answer.body, bytes) else b""
        head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        request.transport.write(head.encode() + body[:-9])
        request.transport.close()
    elif request.transport:
        request.transport.abort()
    return web.Response()
