"""What every channel at Twilio shares: whose account it is, and whether a request is Twilio's or a forger's.

The signature is an HMAC-SHA1 of the address that Twilio was told to call and of the form's fields. It holds no time, so
a captured request stays valid: the message's id tells it apart. Nor does it mark where a field ends, so only known
fields are read, each for what it must look like.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import unquote_plus, urlsplit

from msgspec import Struct

from channels.channel import Forged, Request, Unreadable
from channels.message import named

HEADER = "x-twilio-signature"

_LONGEST = 256 * 1024
_MOST_FIELDS = 1000
_SIGNATURE = 28
"""Characters of twenty bytes in base64."""

Form: TypeAlias = Mapping[str, str]


class TwilioSettings(Struct, frozen=True, kw_only=True):
    """One sender at Twilio: its `number`, as it stands in From, or a Messaging `service`, or both.

    `public_url` is what stands before `/twilio/` in the addresses that Twilio calls; without it nothing comes in.
    Prices are in millionths of the account's currency, a segment or message each.
    """

    account: str
    account_sid: str
    token: str
    second_token: str = ""
    number: str = ""
    service: str = ""
    public_url: str = ""
    base_url: str = "https://api.twilio.com"
    content_url: str = "https://content.twilio.com"
    price: int = 0
    prices: Mapping[str, int] = {}

    def price_in(self, country: str) -> int:
        """What one costs there."""
        return self.prices.get(country, self.price)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(account={self.account!r}, account_sid={self.account_sid!r})"


class Doorkeeper:
    """Lets Twilio in, and nobody else: with the token or, while it is being changed, the second one."""

    def __init__(self, settings: TwilioSettings) -> None:
        self._account_sid = settings.account_sid
        tokens = (settings.token, settings.second_token)
        self._keys = [(token.encode(), origin) for token in tokens if token for origin in _origins(settings.public_url)]

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether a signature is shown at all."""
        return bool(self._keys) and len(headers.get(HEADER, "")) == _SIGNATURE

    def read(self, request: Request) -> Form:
        """The fields of a form, of repeated ones the first. Raises `Forged`, or `Unreadable` for what is Twilio's but
        too large or of another account."""
        if not self.admits(request.headers) or request.body.count(b"&") >= _MOST_FIELDS:
            raise Forged
        fields = fields_of(request.body)
        if not self._is_signed(request, fields):
            raise Forged
        if len(request.body) > _LONGEST:
            raise Unreadable("too large")
        form = dict(reversed(fields))
        if form.get("AccountSid") != self._account_sid:
            raise Unreadable("no form of this account")
        return form

    def _is_signed(self, request: Request, fields: list[tuple[str, str]]) -> bool:
        shown = request.headers[HEADER].encode("utf-8", "surrogatepass")
        signed = request.url.removesuffix("?") + "".join([name + value for name, value in sorted(set(fields))])
        return any(hmac.compare_digest(_signature(token, origin + signed), shown) for token, origin in self._keys)


def fields_of(body: bytes) -> list[tuple[str, str]]:
    """Names and values of a form as they stand in it. What is not UTF-8 becomes U+FFFD."""
    fields = []
    for field in body.decode("utf-8", "replace").split("&"):
        if field:
            name, _, value = field.partition("=")
            fields.append((_plain(name), _plain(value)))
    return fields


def callback_url(settings: TwilioSettings, channel: str, name: str) -> str:
    """Where Twilio is to tell what became of the part that we call so; empty where it cannot reach us."""
    if not settings.public_url:
        return ""
    return f"{settings.public_url.rstrip('/')}/twilio/{settings.account}/status/{channel}.{name}"


def is_status(url: str) -> bool:
    """Whether what is posted there tells what became of a part of ours, and not of a message to us."""
    return "/status/" in url.partition("?")[0]


def called(url: str) -> str:
    """The name of the part whose status is told at this address. Raises `Unreadable` where it has none of ours."""
    name = url.partition("?")[0].rpartition("/")[2].partition(".")[2]
    try:
        named(name)
    except ValueError:
        raise Unreadable("the status of nothing of ours") from None
    return name


def _plain(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


def _signature(token: bytes, signed: str) -> bytes:
    return b64encode(hmac.digest(token, signed.encode("utf-8", "surrogatepass"), "sha1"))


def _origins(public_url: str) -> list[str]:
    """The configured address without its port and with it: what Twilio signs is one or the other."""
    if not public_url:
        return []
    url = urlsplit(public_url.rstrip("/"))
    host = url.netloc.removesuffix(f":{url.port}")
    port = url.port or (443 if url.scheme == "https" else 80)
    return [url._replace(netloc=host).geturl(), url._replace(netloc=f"{host}:{port}").geturl()]
