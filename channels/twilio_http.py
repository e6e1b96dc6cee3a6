"""How calls reach Twilio: its library's HTTP client over our connections, which says what a failed call means.

The library's own one ignores its time-out, sends a message again after a 5xx, labels forms as JSON and keeps
`Retry-After` to itself. Whatever fails here raises one of `channels.errors`, and no secret is in it.
"""

import logging
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
import msgspec
from msgspec import Struct
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from channels.connections import Connections
from channels.errors import Later, Misconfigured, Uncertain
from channels.twilio_errors import failure

_WITHIN = aiohttp.ClientTimeout(total=25.0, connect=10.0, sock_connect=5.0, sock_read=15.0)
_LONGEST_WAIT = 3600.0
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)

_quiet = logging.getLogger(__name__)


class _Refusal(Struct):
    """What Twilio says of a refused call; its `message` quotes numbers and is not read."""

    code: int = 0


_refusal = msgspec.json.Decoder(_Refusal)


class AccountHttp(AsyncHttpClient):
    """One account's way to Twilio's APIs. A call is tried once."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(_quiet, True)
        self._connections = connections

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        allow_redirects: bool = False,
    ) -> Response:
        shown = dict(headers or {})
        if auth is not None:
            shown["Authorization"] = basic(*auth)
        asked = f"{uri}?{urlencode(params, doseq=True)}" if params else uri
        is_asking = method.upper() == "GET"
        try:
            async with self._connections.session.request(
                method, asked, data=_body(data, shown), headers=shown, allow_redirects=False, timeout=_WITHIN
            ) as response:
                status, answer, wait = response.status, await response.read(), _wait(response.headers)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Later(f"Twilio: no connection ({type(error).__name__})") from None
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            raise Misconfigured("Twilio: the base URL is not a URL") from None
        except (aiohttp.ClientError, OSError) as error:
            lost = f"Twilio: the answer was lost ({type(error).__name__})"
            raise Later(lost) if is_asking else Uncertain(lost) from None
        if 200 <= status < 300:
            return Response(status, _text(answer, is_asking, method), None)
        code = _code(answer)
        if status >= 500 and not is_asking and not (status == 503 and code):
            raise Uncertain(f"Twilio: HTTP {status}")
        if status >= 500:
            raise Later(f"Twilio: HTTP {status}", wait)
        raise failure(code, status, wait)


def basic(name: str, secret: str) -> str:
    """The header that shows who calls."""
    return "Basic " + b64encode(f"{name}:{secret}".encode()).decode()


def _body(data: Mapping[str, object] | None, headers: Mapping[str, str]) -> bytes | None:
    if data is None:
        return None
    if headers.get("Content-Type") == "application/json":
        return msgspec.json.encode(data)
    return urlencode(data, doseq=True).encode()


def _text(answer: bytes, is_asking: bool, method: str) -> str:
    """An answer that can be read: a sending of which nothing can be read may have been one."""
    if method.upper() == "DELETE":
        return ""
    try:
        msgspec.json.decode(answer, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        unread = "Twilio: the answer cannot be read"
        raise Later(unread) if is_asking else Uncertain(unread) from None
    return answer.decode()


def _code(answer: bytes) -> int:
    try:
        return _refusal.decode(answer).code
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return 0


def _wait(headers: Mapping[str, str]) -> float | None:
    asked = headers.get("Retry-After", "").strip()
    return min(float(asked), _LONGEST_WAIT) if _SECONDS.fullmatch(asked) else None
