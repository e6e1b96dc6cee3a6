"""How calls reach the Bot API: python-telegram-bot's request layer over one aiohttp session for every account.

python-telegram-bot never sees a token: a bot is made with its account's name instead, and the real address is put
in here, at the last moment. So no log line, repr or exception of the library can hold one. What a failed call
means is told by two exceptions: `NotSent`, certainly without effect, and `Unclear`, nobody can tell.
"""

import logging
from io import BytesIO
from typing import Any

import aiohttp
import msgspec
from msgspec import Struct
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

from channels.connections import Connections

_HEADERS = {"Content-Type": "application/json"}
_READ_AFTER = 15.0
_DOWNLOADS_WITHIN = 60.0
_CHUNK = 64 * 1024

# Its debug lines quote what people write and the webhook's secret.
logging.getLogger("telegram.Bot").addFilter(lambda record: record.levelno > logging.DEBUG)


class NotSent(NetworkError):
    """The call had no effect; `after` seconds are to pass before the next, where the Bot API says so."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Unclear(NetworkError):
    """The call was made and its answer lost."""


class TooLarge(TelegramError):
    """A file has more bytes than were asked for at most; the rest was not read."""


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

    __slots__ = ("_connections", "_files", "_root")

    def __init__(self, connections: Connections, base_url: str, token: str) -> None:
        self._connections = connections
        self._root = f"{base_url.rstrip('/')}/bot{token}/"
        self._files = f"{base_url.rstrip('/')}/file/bot{token}/"

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
        has_files = request_data is not None and request_data.contains_files
        asked = msgspec.json.encode(request_data.parameters) if request_data and not has_files else None
        try:
            async with self._connections.session.request(
                method,
                self._root + url.partition("/")[2],
                data=_form(request_data) if request_data and has_files else asked,
                headers=None if has_files else _HEADERS,
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

    async def download(self, path: str, most: int) -> bytes:
        """The file at this path of the Bot API's own server, and of no other; read no further than allowed.

        Raises `TooLarge`, `BadRequest` where there is no such file, `NetworkError` where it may be there.
        """
        timeout = aiohttp.ClientTimeout(total=_DOWNLOADS_WITHIN, connect=10, sock_connect=5, sock_read=_READ_AFTER)
        data = bytearray()
        try:
            async with self._connections.session.get(
                self._files + path,
                headers={"Accept-Encoding": "identity"},
                allow_redirects=False,
                auto_decompress=False,
                timeout=timeout,
            ) as response:
                _check_download(response, most)
                async for chunk in response.content.iter_chunked(_CHUNK):
                    data += chunk
                    if len(data) > most:
                        raise TooLarge("larger than is taken")
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            raise TelegramError("the base URL is not a URL") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NotSent(f"the file did not come ({type(error).__name__})") from None
        return bytes(data)


def _check_download(response: aiohttp.ClientResponse, most: int) -> None:
    if response.status in (400, 404):
        raise BadRequest(f"HTTP {response.status}")
    if response.status != 200 or response.headers.get("Content-Encoding", "identity") != "identity":
        raise NotSent(f"the file did not come (HTTP {response.status})")
    if (response.content_length or 0) > most:
        raise TooLarge("larger than is taken")


def _form(request_data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        form.add_field(
            name, BytesIO(content) if isinstance(content, bytes) else content, filename=filename, content_type=kind
        )
    return form


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
