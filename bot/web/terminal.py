"""The terminal's routes: lines in, replies out, for programs on this machine that know the secret."""

import hmac
from ipaddress import ip_address

import msgspec
from aiohttp import web

from bot.reception import Reception
from bot.web.hooks import Hooks
from channels.console import HEADER, Console

_WAIT_AT_MOST = 30.0


class Terminal:
    """`POST /console/<tenant>` a line, `GET /console/<tenant>/replies?from=…&seconds=…` what came back,
    `GET /console/<tenant>/files?from=…` the files that came with it."""

    def __init__(self, reception: Reception, hooks: Hooks) -> None:
        self._reception = reception
        self._hooks = hooks

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_post("/console/{account}", self._line)
        app.router.add_get("/console/{account}/replies", self._replies)
        app.router.add_get("/console/{account}/files", self._files)

    async def _line(self, request: web.Request) -> web.Response:
        if not _is_near(request):
            return web.Response(status=403)
        return await self._hooks.hear(Console.name, request)

    async def _replies(self, request: web.Request) -> web.Response:
        if (console := self._console(request)) is None:
            return web.Response(status=403)
        try:
            seconds = min(_WAIT_AT_MOST, float(request.query.get("seconds", "0")))
        except ValueError:
            return web.Response(status=400)
        return web.json_response(await console.replies(request.query.get("from", ""), max(0.01, seconds)))

    async def _files(self, request: web.Request) -> web.Response:
        if (console := self._console(request)) is None:
            return web.Response(status=403)
        files = console.files(request.query.get("from", ""))
        return web.Response(body=msgspec.json.encode(files), content_type="application/json")

    def _console(self, request: web.Request) -> Console | None:
        """The terminal that is asked for, by somebody near who knows its secret."""
        console = self._reception.channel(Console.name, request.match_info["account"])
        shown = request.headers.get(HEADER, "").encode("utf-8", "surrogatepass")
        if not isinstance(console, Console) or not _is_near(request):
            return None
        return console if hmac.compare_digest(shown, console.secret.encode()) else None


def _is_near(request: web.Request) -> bool:
    try:
        return ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
