"""Files that went out with messages, for a provider that fetches them from us."""

from urllib.parse import quote

from aiohttp import web

from bot.enclosures import Enclosures
from bot.reception import Reception
from channels.whatsapp import Whatsapp

_SHOWN = ("image/jpeg", "image/png", "application/pdf")
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class SentFiles:
    """`GET /twilio/<account>/files/<name>/<mark>/<file>`: whoever has the address may read, and nobody can guess it."""

    def __init__(self, reception: Reception, enclosures: Enclosures) -> None:
        self._reception = reception
        self._enclosures = enclosures

    def add_to(self, app: web.Application) -> None:
        """Add the route."""
        app.router.add_get("/twilio/{account}/files/{name}/{mark}/{file}", self._show)

    async def _show(self, request: web.Request) -> web.Response:
        asked = request.match_info
        name, file = asked["name"], asked["file"]
        channel = self._reception.channel(Whatsapp.name, asked["account"])
        if not isinstance(channel, Whatsapp) or not channel.has_sent(name, file, asked["mark"]):
            return web.Response(status=404)
        found = await self._enclosures.find(f"{Whatsapp.name}:{asked['account']}", name, file)
        if found is None:
            return web.Response(status=404)
        shown = "inline" if found.media_type in _SHOWN else "attachment"
        headers = {**_HEADERS, "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(found.name, safe='')}"}
        return web.Response(body=found.data, headers={**headers, "Content-Type": found.media_type})
