"""How calls reach the Bot API: python-telegram-bot's request layer over one aiohttp session for every account.

python-telegram-bot never sees a token: a bot is made with its account's name instead, and the real address is put
in here, at the last moment. So no log line, repr or exception of the library can hold one. What a failed call
means is told by two exceptions: `NotSent`, certainly without effect, and `Unclear`, nobody can tell.
"""

import logging
from typing import Any

import aiohttp
import msgspec
from msgspec import Struct
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

_HEADERS = {"Content-Type": "application/json"}
_READ_AFTER = 15.0
_SIMULTANEOUS = 512

# Its debug lines quote what people write and the webhook's secret.
logging.getLogger("telegram.Bot").addFilter(lambda record: record.levelno > logging.DEBUG)


class NotSent(NetworkError):
    """The call had no effect; `after` seconds are to pass before the next, where the Bot API says so."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Unclear(NetworkError):
    """The call was made and its answer lost."""


class Connections:
    """The connections that all accounts share, opened at the first call in the running loop."""

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


class _Sent(Struct):
    message_id: int


class _Parameters(Struct, omit_defaults=True):
    migrate_to_chat_id: int | None = None
    retry_after: float | None = None


class _Answer(Struct, omit_defaults=True):
    """What is read of the Bot API's answers; the rest of a sent message is what we sent."""

    ok: bool
    result: bool | _Sent | None = None
    description: str = ""
    parameters: _Parameters | None = None


_answer = msgspec.json.Decoder(_Answer)


class AccountRequest(BaseRequest):
    """One account's way to the Bot API."""

    __slots__ = ("_connections", "_root")

    def __init__(self, connections: Connections, base_url: str, token: str) -> None:
        self._connections = connections
        self._root = f"{base_url.rstrip('/')}/bot{token}/"

    @property
    def read_timeout(self) -> float:
        return _READ_AFTER

    async def initialize(self) -> None:
        """Nothing: the connections are shared and open by themselves."""

    async def shutdown(self) -> None:
        """Nothing: the connections are shared, whoever made them closes them."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = msgspec.to_builtins(_answer.decode(payload))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Unclear("the answer cannot be read") from None
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        read_after = read_timeout if isinstance(read_timeout, float) else _READ_AFTER
        asked = msgspec.json.encode(request_data.parameters) if request_data else None
        try:
            async with self._connections.session.request(
                method,
                self._root + url.partition("/")[2],
                data=asked,
                headers=_HEADERS,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=2 * read_after, connect=10, sock_connect=5, sock_read=read_after),
            ) as response:
                status, answer = response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(f"no connection ({type(error).__name__})") from None
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            raise TelegramError("the base URL is not a URL") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Unclear(f"the answer was lost ({type(error).__name__})") from None
        _refuse_what_the_library_would_misread(method, status, answer)
        return status, answer


def _refuse_what_the_library_would_misread(method: str, status: int, body: bytes) -> None:
    """Statuses that it makes one `NetworkError` of, and an answer without a result, which it would not notice."""
    if status < 300:
        if method == "POST" and not AccountRequest.parse_json_payload(body).get("result"):
            raise Unclear("the answer says nothing")
    elif status == 429:
        raise NotSent("too many requests", _wait_of(body))
    elif status >= 500:
        if not _is_refusal(body):
            raise Unclear(f"HTTP {status}")
        raise NotSent(f"HTTP {status}", _wait_of(body))
    elif status not in {400, 401, 403, 404, 409}:
        raise TelegramError(f"HTTP {status}")


def _is_refusal(body: bytes) -> bool:
    """The Bot API itself says that it did nothing; a proxy in between cannot know."""
    try:
        return not _answer.decode(body).ok
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False


def _wait_of(body: bytes) -> float | None:
    try:
        parameters = _answer.decode(body).parameters
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return parameters.retry_after if parameters else None
