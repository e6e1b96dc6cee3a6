"""One account as Twilio keeps it: its senders and messages, who said STOP, and what it tells of each message."""

import asyncio
import itertools
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import TypeAlias

from aiohttp import web

from tests.fakes.twilio_refusals import Refused, check_asked, refuse

Fields: TypeAlias = Mapping[str, list[str]]

_sids = itertools.count(1)


class Fault(StrEnum):
    """What goes wrong with one call."""

    INTERNAL = "a 500 in Twilio's own words"
    UNAVAILABLE = "a 503 in Twilio's own words, with Retry-After"
    TOO_MANY = "a 429 with Retry-After"
    BAD_GATEWAY = "a 502 page of a proxy"
    SILENCE = "accepted, never answered"
    RESET = "accepted, then the connection is reset"
    CUT = "accepted, then the answer is cut short"
    GARBAGE = "accepted, then answered with something that is not JSON"
    NO_SID = "accepted, then answered without an id"


@dataclass
class Message:
    """As the list of messages shows it."""

    sid: str
    sender: str
    to: str
    body: str
    direction: str
    status: str
    made_at: datetime
    fields: Fields = field(default_factory=dict)
    service: str = ""
    error_code: int | None = None
    media: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Each its id, type and bytes."""

    def shown(self, account_sid: str) -> dict[str, object]:
        date = format_datetime(self.made_at)
        uri = f"/2010-04-01/Accounts/{account_sid}/Messages/{self.sid}"
        return {
            "sid": self.sid, "account_sid": account_sid, "api_version": "2010-04-01", "body": self.body,
            "from": self.sender or None, "to": self.to, "direction": self.direction, "status": self.status,
            "messaging_service_sid": self.service or None, "num_media": str(len(self.media)), "num_segments": "1",
            "date_created": date, "date_sent": date, "date_updated": date, "price": None, "price_unit": "EUR",
            "error_code": self.error_code, "error_message": None, "uri": f"{uri}.json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }  # fmt: skip


@dataclass
class Account:
    """`public_url` is what Twilio was told to call; `deliver_to` is where that is on this machine."""

    sid: str
    token: str
    public_url: str = "https://example.org"
    deliver_to: str = ""
    numbers: set[str] = field(default_factory=set)
    services: dict[str, str] = field(default_factory=dict)
    """Messaging Services and the number that each sends from."""
    webhooks: dict[str, str] = field(default_factory=dict)
    """Paths that are called with what comes to a number."""
    countries: tuple[str, ...] = ("+34", "+376", "whatsapp:")
    rate: float = float("inf")
    messages: list[Message] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)
    faults: deque[Fault] = field(default_factory=deque)
    """What goes wrong with the next calls."""
    is_down: bool = False
    calls: list[tuple[str, str]] = field(default_factory=list)
    tells: Sequence[str] = ("queued", "sent", "delivered")
    fails: dict[str, int] = field(default_factory=dict)
    """Addresses to which messages fail after they were accepted, and with which code."""
    shuffled_by: random.Random | None = None
    """Statuses are told in any order, and some of them twice."""
    is_told_early: bool = False
    """Before the call is answered that made the message."""
    checks: list[Callable[[Fields], None]] = field(default_factory=list)
    """What else is refused, or known, of a message."""
    content: Callable[[web.BaseRequest, bytes], Awaitable[web.Response]] | None = None
    """The Content API."""
    telling: set[asyncio.Task[None]] = field(default_factory=set)
    sent_at: deque[float] = field(default_factory=deque)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def create(self, fields: Fields) -> Message:
        """A message made, as its call asked; raises `Refused`."""
        check_asked(fields)
        to, sender = fields["To"][0], fields.get("From", [""])[0]
        service = fields.get("MessagingServiceSid", [""])[0]
        if service and service not in self.services:
            raise Refused(404, 20404, "The requested resource was not found")
        sender = sender or self.services.get(service, "")
        if sender and sender not in self.numbers:
            raise refuse(21606, f"The 'From' number {sender} is not a valid message-capable number for this account.")
        if not to.startswith(self.countries):
            raise refuse(21408, f"Permission to send an SMS has not been enabled for the region of {to}")
        if to in self.stopped:
            raise refuse(21610, "Attempt to send to unsubscribed recipient")
        for check in self.checks:
            check(fields)
        self._pace()
        body = fields.get("Body", [""])[0]
        return self._keep(Message(sid("SM"), sender, to, body, "outbound-api", "queued", now(), fields, service))

    def receive(self, sender: str, to: str, body: str, media: Sequence[tuple[str, bytes]] = ()) -> Message:
        """A message that came from a phone."""
        kept = [(sid("ME"), media_type, data) for media_type, data in media]
        name = sid("MM" if media else "SM")
        service = next((each for each, number in self.services.items() if number == to), "")
        return self._keep(Message(name, sender, to, body, "inbound", "received", now(), {}, service, media=kept))

    def sent_to(self, address: str) -> list[Message]:
        """What was accepted for this address, in order."""
        return [message for message in self.messages if message.to == address and message.direction != "inbound"]

    def media(self, name: str) -> tuple[str, bytes] | None:
        """A file's type and bytes."""
        for message in self.messages:
            for media_sid, media_type, data in message.media:
                if media_sid == name:
                    return media_type, data
        return None

    def story(self, message: Message) -> list[dict[str, str]]:
        """The statuses that are told of a message, in the order in which they come."""
        words = [(word, 0) for word in self.tells]
        if (code := self.fails.get(message.to)) is not None:
            words, message.error_code = [("queued", 0), ("failed", code)], code
        message.status = words[-1][0] if words else message.status
        told = [_told(self.sid, message, word, code) for word, code in words]
        if self.shuffled_by:
            told += self.shuffled_by.sample(told, k=min(2, len(told)))
            self.shuffled_by.shuffle(told)
        return told

    def _keep(self, message: Message) -> Message:
        self.messages.append(message)
        self.arrived.set()
        return message

    def _pace(self) -> None:
        at = time.monotonic()
        while self.sent_at and self.sent_at[0] <= at - 1:
            self.sent_at.popleft()
        if len(self.sent_at) >= self.rate:
            raise Refused(429, 20429, "Too Many Requests", 1)
        self.sent_at.append(at)


def _told(account_sid: str, message: Message, word: str, code: int) -> dict[str, str]:
    told = {
        "AccountSid": account_sid, "ApiVersion": "2010-04-01", "From": message.sender, "To": message.to,
        "MessageSid": message.sid, "SmsSid": message.sid, "MessageStatus": word, "SmsStatus": word,
    }  # fmt: skip
    return told | ({"ErrorCode": str(code)} if code else {})


def sid(prefix: str) -> str:
    """An id that Twilio gave to nothing before."""
    return f"{prefix}{next(_sids):032x}"


def now() -> datetime:
    """Twilio's clock shows whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
