"""The HTTP server of a process: routes, limits, and a stop that lets requests end."""

import logging

from aiohttp import web

from bot.enclosures import Enclosures
from bot.reception import Reception
from bot.web.hooks import Hooks
from bot.web.results import ResultPages
from bot.web.sent_files import SentFiles
from bot.web.terminal import Terminal
from bot.web.way_out import WayOut

MAX_BODY = 1024 * 1024
_BACKLOG = 1024
_REQUESTS_END_WITHIN = 8.0
_LINGERS = 1.0
"""Seconds in which the rest of a body that was refused is read and thrown away."""


def _briefly(record: logging.LogRecord) -> bool:
    """What the library says of a broken request, without its trace, which quotes what was sent."""
    kind = record.exc_info[0] if record.exc_info else None
    if kind:
        record.msg = f"{record.msg}: {kind.__name__}"
    record.exc_info = record.exc_text = None
    return True


logging.getLogger("aiohttp.server").addFilter(_briefly)


class Server:
    """Listens between `start` and `stop`; nothing is logged per request."""

    def __init__(
        self,
        reception: Reception,
        hooks: Hooks,
        enclosures: Enclosures | None = None,
        results: ResultPages | None = None,
    ) -> None:
        app = web.Application(client_max_size=MAX_BODY)
        hooks.add_to(app)
        Terminal(reception, hooks).add_to(app)
        WayOut(reception, hooks).add_to(app)
        if enclosures is not None:
            SentFiles(reception, enclosures).add_to(app)
        if results is not None:
            results.add_to(app)
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=_REQUESTS_END_WITHIN, lingering_time=_LINGERS
        )

    async def start(self, host: str, port: int) -> int:
        """Begin to listen; returns the port, which is a free one where 0 was asked for."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port, backlog=_BACKLOG).start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Take no more requests and wait for those that run."""
        await self._runner.cleanup()
