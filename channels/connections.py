"""The connections to providers: one pool for all the accounts that share it."""

import aiohttp

_SIMULTANEOUS = 512


class Connections:
    """Opened at the first call in the running loop."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=_SIMULTANEOUS, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def close(self) -> None:
        """Close them; the next call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
