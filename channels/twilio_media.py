"""Files that came to Twilio, fetched from its hosts and from no others, whatever address a form or a redirect names."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import SplitResult, urljoin, urlsplit

import aiohttp

from channels.connections import Connections
from channels.errors import FileGone, FileTooLarge, Later
from channels.twilio import TwilioSettings
from channels.twilio_http import basic

_KEPT_AT = ("mms.twiliocdn.com", "media.twiliocdn.com")
_BUCKET = ("s3-external-1.amazonaws.com", "/media.twiliocdn.com/")
"""A host that is everybody's, and the folder of it that is Twilio's."""
_MOST_REDIRECTS = 3
_LONGEST = 2000
_CHUNK = 64 * 1024
_WITHIN = aiohttp.ClientTimeout(total=60.0, connect=10.0, sock_connect=5.0, sock_read=15.0)
_PLAIN = re.compile(r"[!-~]+")
_ACTIVE = re.compile(r"\b(html|xml|svg|javascript)\b")
"""What a browser would run is no file of a citizen's, whatever it calls itself later."""


async def fetch(connections: Connections, settings: TwilioSettings, url: str, most: int) -> bytes:
    """The bytes of a file, if they are at most so many. The token is shown to the API's own host alone.

    Each address on the way is looked at before it is called. Raises `FileGone`, `FileTooLarge` or `Later`.
    """
    for _ in range(_MOST_REDIRECTS + 1):
        headers = {"Accept-Encoding": "identity"}
        if _is_api(settings, _checked(settings, url)):
            headers["Authorization"] = basic(settings.account_sid, settings.token)
        try:
            async with connections.session.get(
                url, headers=headers, allow_redirects=False, auto_decompress=False, timeout=_WITHIN
            ) as response:
                if response.status not in (301, 302, 303, 307, 308):
                    return await _read(response, most)
                url = _onward(url, response.headers.get("Location", ""))
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            raise FileGone("Twilio: the file's address is none") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Later(f"Twilio: the file did not come ({type(error).__name__})") from None
    raise FileGone("Twilio: the file is redirected without end")


def url_of(settings: TwilioSettings, uri: str) -> str:
    """Where the file is that a listing names, e.g. "/2010-04-01/Accounts/AC…/Media/ME….json"."""
    return settings.base_url.rstrip("/") + "/" + uri.removesuffix(".json").lstrip("/")


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    _check(response.status, response.headers)
    if (response.content_length or 0) > most:
        raise FileTooLarge("Twilio: the file is too large")
    data = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        data += chunk
        if len(data) > most:
            raise FileTooLarge("Twilio: the file is too large")
    return bytes(data)


def _check(status: int, headers: Mapping[str, str]) -> None:
    if status in (400, 404, 410):
        raise FileGone(f"Twilio: there is no such file (HTTP {status})")
    if status != 200 or headers.get("Content-Encoding", "identity") != "identity":
        raise Later(f"Twilio: the file did not come (HTTP {status})")
    if _ACTIVE.search(headers.get("Content-Type", "").lower()):
        raise FileGone("Twilio: no file of a kind that is taken")


def _onward(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def _checked(settings: TwilioSettings, url: str) -> SplitResult:
    """The address in pieces, if it is one of Twilio's. Raises `FileGone`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FileGone("Twilio: the file's address is none") from None
    is_plain = len(url) <= _LONGEST and _PLAIN.fullmatch(url) and "\\" not in url and "@" not in parts.netloc
    is_kept = parts.scheme == "https" and port in (None, 443) and _is_kept(parts)
    if not is_plain or not (is_kept or _is_api(settings, parts)):
        raise FileGone("Twilio: the file's address is not Twilio's")
    return parts


def _is_kept(parts: SplitResult) -> bool:
    host, folder = _BUCKET
    is_in_folder = parts.netloc == host and parts.path.startswith(folder) and ".." not in parts.path
    return parts.netloc in _KEPT_AT or (is_in_folder and "%" not in parts.path)


def _is_api(settings: TwilioSettings, parts: SplitResult) -> bool:
    """At the host of the API, by HTTPS unless that is this machine."""
    base = urlsplit(settings.base_url)
    is_there = (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
    return is_there and (base.scheme == "https" or _is_loopback(base.hostname or ""))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
