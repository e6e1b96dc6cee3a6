"""How Twilio signs what it posts, by its own library; and how it writes a form."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode

from multidict import MultiDict
from twilio.request_validator import RequestValidator

Fields: TypeAlias = Mapping[str, str | Sequence[str]]


def written(fields: Fields) -> bytes:
    """A form; a field of several values is repeated."""
    return urlencode(fields, doseq=True).encode()


def signature(token: str, url: str, body: bytes) -> str:
    """What stands in `X-Twilio-Signature` of a form posted to this address."""
    fields = MultiDict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return str(RequestValidator(token.encode("utf-8", "replace").decode()).compute_signature(url, fields))
