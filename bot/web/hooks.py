"""What providers call. A request is answered 200 only after the commit; anything else makes the provider try again."""

import asyncio
from collections import Counter
from typing import Any

from aiohttp import web

from bot.log import log_of
from bot.reception import Reception
from channels.channel import Channel, Forged, Request

_RETRY_AFTER = {"Retry-After": "2"}

_log = log_of(__name__)


class Hooks:
    """The routes providers call: an account that is not served is refused as a forger is, without a word."""

    def __init__(self, reception: Reception, *, at_once: int = 512, read_within: float = 10.0) -> None:
        self.refused: Counter[str] = Counter()
        self._reception = reception
        self._at_once = at_once
        self._read_within = read_within
        self._running = 0

    def add_to(self, app: web.Application) -> None:
        """Add the routes, and two for whoever watches the process."""
        app.router.add_post("/telegram/{account}", self._telegram)
        app.router.add_post("/twilio/{account}/{channel:sms|whatsapp}", self._twilio)
        app.router.add_post("/twilio/{account}/status/{channel:sms|whatsapp}.{name}", self._twilio)
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/readyz", self._readiness)

    async def hear(self, name: str, request: web.Request) -> web.Response:
        """Take what a provider posts to `/<channel>/<account>`. A forger takes no place and no time of others."""
        owner = request.match_info["account"]
        channel = self._reception.channel(name, owner)
        headers = {name.lower(): value for name, value in request.headers.items()}
        if channel is None:
            return self._refuse(403, "unknown account")
        if not channel.admits(headers):
            return self._refuse(403, "forged")
        if self._running >= self._at_once:
            return self._refuse(503, "busy", _RETRY_AFTER)
        self._running += 1
        try:
            async with asyncio.timeout(self._read_within):
                body = await request.read()
        except TimeoutError:
            return self._refuse(408, "slow")
        except (web.RequestPayloadError, ConnectionError):
            return self._refuse(400, "cut")
        else:
            return await self._act(channel, owner, Request(headers, body, request.raw_path))
        finally:
            self._running -= 1

    async def _act(self, channel: Channel[Any], owner: str, request: Request) -> web.Response:
        try:
            await self._reception.hear(channel, owner, request)
        except Forged:
            return self._refuse(403, "forged")
        except Exception:
            _log.exception("not received", channel=channel.name, account=owner)
            return self._refuse(503, "not received", _RETRY_AFTER)
        return web.Response()

    def _refuse(self, status: int, why: str, headers: dict[str, str] | None = None) -> web.Response:
        self.refused[why] += 1
        return web.Response(status=status, headers=headers)

    async def _telegram(self, request: web.Request) -> web.Response:
        return await self.hear("telegram", request)

    async def _twilio(self, request: web.Request) -> web.Response:
        answer = await self.hear(request.match_info["channel"], request)
        if answer.status == 200:
            answer.content_type, answer.text = "text/xml", "<Response/>"
        return answer

    async def _health(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readiness(self, _request: web.Request) -> web.Response:
        why_not = await self._reception.why_not_ready()
        return web.Response(status=503 if why_not else 200, text=f"{why_not or 'ok'}\n")
