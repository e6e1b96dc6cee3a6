"""The terminal: people on this machine write lines and read replies. Messages wait here until they are fetched."""

import asyncio
import hmac
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta, Struct

from channels.channel import Forged, Heard, Limits, Request, Unreadable
from channels.message import Address, Inbound, Kind, Outbound
from channels.numbered import numbered
from channels.text import cut, storable

HEADER = "x-participabot-secret"

_WAITING = 1000
"""Messages kept for a person who does not fetch them; older ones are dropped."""


class Line(Struct):
    """What a person wrote. `sender` is what they call themselves, e.g. a phone number; `id` names the line."""

    sender: Annotated[str, Meta(min_length=1, max_length=64)] = msgspec.field(name="from")
    id: Annotated[str, Meta(min_length=1, max_length=64)]
    text: Annotated[str, Meta(max_length=100_000)]


_line = msgspec.json.Decoder(Line)


class _Mailbox:
    def __init__(self) -> None:
        self.waiting: deque[str] = deque(maxlen=_WAITING)
        self.has_mail = asyncio.Event()


class Console:
    """One tenant's terminal. `secret` is shown with every line: whoever knows it may speak as anybody."""

    name: ClassVar[str] = "console"
    limits: ClassVar[Limits] = Limits(text=100_000, page_size=20, rate=10_000.0, buttons=False)

    def __init__(self, account: str, secret: str = "") -> None:
        self.account = account
        self.secret = secret or secrets.token_urlsafe()
        self._mailboxes: dict[str, _Mailbox] = {}
        self._sent = 0

    def admits(self, headers: Mapping[str, str]) -> bool:
        shown = headers.get(HEADER, "")
        return hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), self.secret.encode())

    def parse(self, request: Request) -> Sequence[Heard]:
        if not self.admits(request.headers):
            raise Forged
        try:
            line = _line.decode(request.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise Unreadable(type(error).__name__) from None
        text, kind = storable(line.text), Kind.TEXT
        word, _, rest = text.strip().partition(" ")
        if word == "/start":
            text, kind = rest.strip(), Kind.START
        address = Address(self.name, storable(line.sender))
        return [Inbound(self.account, address, storable(line.id), kind, text)]

    def render(self, outbound: Outbound) -> Sequence[str]:
        text = numbered(outbound)
        return [text[start:stop] for start, stop in cut(text, self.limits.text)]

    async def send(self, address: Address, payload: str) -> str:
        mailbox = self._mailbox(address.id)
        mailbox.waiting.append(payload)
        mailbox.has_mail.set()
        self._sent += 1
        return str(self._sent)

    async def replies(self, address: str, seconds: float) -> list[str]:
        """What was sent to this person and not fetched yet, in order; waits up to so many `seconds` for the first."""
        mailbox = self._mailbox(address)
        try:
            async with asyncio.timeout(seconds):
                await mailbox.has_mail.wait()
        except TimeoutError:
            return []
        replies = list(mailbox.waiting)
        mailbox.waiting.clear()
        mailbox.has_mail.clear()
        return replies

    async def acknowledge(self, inbound: Inbound) -> None:
        """Nothing: a terminal has no buttons."""

    async def listen(self, deliver: Callable[[Sequence[Heard]], Awaitable[None]]) -> None:
        """Nothing: lines come by HTTP."""

    def _mailbox(self, address: str) -> _Mailbox:
        return self._mailboxes.setdefault(address, _Mailbox())
