"""An HTTP server on loopback that plays a provider, and its own way out to webhooks."""

from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web


class Server:
    """`base_url` is where it listens, once started. Override `answer`."""

    def __init__(self, port: int = 0) -> None:
        self.base_url = ""
        self._port = port
        self._runner = web.ServerRunner(web.Server(self.answer, access_log=None), shutdown_timeout=0.1)
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The provider's own way out, to webhooks."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self._session

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """A call of the API."""
        raise NotImplementedError

    async def start(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, backlog=1024).start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}"

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
