"""What a person wrote by SMS, as Twilio's webhook or its list of messages tells it."""

import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Mapping
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct

from channels.channel import Heard, Ignored, Unreadable
from channels.message import Address, Attached, Inbound, Kind, Unclear
from channels.opening import opening
from channels.phones import is_number
from channels.text import is_blank, storable
from channels.twilio import Form

NAME = "sms"

Sid: TypeAlias = Annotated[str, Meta(pattern=r"^(SM|MM)[0-9a-fA-F]{32}$")]

_STOPS = {"stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout"}
_STARTS = {"start", "unstop"}
_HELPS = {"help", "info"}
_ANSWERED: Mapping[str, str] = {
    **dict.fromkeys(_STOPS, "STOP"),
    **dict.fromkeys(_STARTS, "START"),
    **dict.fromkeys(_HELPS, "HELP"),
}
"""Whole messages that Twilio answers by itself on a long number, and what they do. YES is none of them: it is answered
only for who had said STOP, and for all others it is the answer to our question."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]{60,}={0,2}")


class _Came(Struct, rename="pascal"):
    message_sid: Sid
    sender: Annotated[str, Meta(min_length=1, max_length=100)] = msgspec.field(name="From")
    body: Annotated[str, Meta(max_length=10_000)] = ""
    num_media: Annotated[int, Meta(ge=0, le=10)] = 0
    opt_out_type: Annotated[str, Meta(max_length=20)] = ""


def read_message(account: str, form: Form) -> Heard:
    """What a person wrote, or nothing where it came from no phone. Raises `Unreadable`."""
    try:
        came = msgspec.convert(form, _Came, strict=False)
    except msgspec.ValidationError as error:
        raise Unreadable(str(error)[:60]) from None
    files = tuple(
        Attached(storable(url), "", storable(form.get(f"MediaContentType{number}", ""))[:100])
        for number in range(came.num_media)
        if (url := form.get(f"MediaUrl{number}", ""))
    )
    return heard(account, came.message_sid, came.sender, came.body, files, came.opt_out_type.upper())


def heard(
    account: str, sid: str, sender: str, body: str, files: tuple[Attached, ...] = (), opt_out_type: str = ""
) -> Heard:
    """A message as every room behind the channel knows it, however it was fetched."""
    if not is_number(sender):
        return Ignored(NAME, account, "from no phone number")
    address = Address(NAME, sender)
    text = storable(_whole(body))
    if files:
        return Inbound(account, address, sid, Kind.MEDIA, text, files=files)
    if is_blank(text):
        return Inbound(account, address, sid, Kind.UNCLEAR, Unclear.EMPTY)
    answered = opt_out_type or _ANSWERED.get(text.strip().lower(), "")
    kind, text = (Kind.TEXT, answered) if answered else opening(text)
    return Inbound(account, address, sid, kind, text, is_answered=bool(answered))


def _whole(body: str) -> str:
    """The words, where a long message comes as base64 of them."""
    packed = body.replace("\r", "").replace("\n", "")
    if len(packed) % 4 or not _BASE64.fullmatch(packed):
        return body
    try:
        words = b64decode(packed, validate=True).decode()
    except (NoBase64, UnicodeDecodeError):
        return body
    return words if all(each.isprintable() or each.isspace() for each in words) else body
