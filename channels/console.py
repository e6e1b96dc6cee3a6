"""The terminal: people on this machine write lines and read replies. Messages wait here until they are fetched."""

import asyncio
import hmac
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta, Struct

from channels.channel import Forged, Heard, Limits, Request, Unreadable
from channels.errors import FileGone, FileTooLarge, Uncertain
from channels.message import Address, Attached, Enclosed, Inbound, Kind, Outbound, Price
from channels.numbered import numbered
from channels.opening import opening
from channels.text import cut, storable

HEADER = "x-participabot-secret"

_WAITING = 1000
"""Messages kept for a person who does not fetch them; older ones are dropped."""
_FILES = 20
"""Files kept, of those sent to a person and of all that came in."""


class Document(Struct):
    """A file that a person sends with a line, its bytes in base64 where it comes as JSON."""

    name: Annotated[str, Meta(max_length=200)]
    media_type: Annotated[str, Meta(max_length=100)]
    data: bytes


class Line(Struct):
    """What a person wrote. `sender` is what they call themselves, e.g. a phone number; `id` names the line."""

    sender: Annotated[str, Meta(min_length=1, max_length=64)] = msgspec.field(name="from")
    id: Annotated[str, Meta(min_length=1, max_length=64)]
    text: Annotated[str, Meta(max_length=100_000)]
    files: Annotated[list[Document], Meta(max_length=10)] = msgspec.field(default_factory=list)


class Reply(Struct, frozen=True):
    """What a person reads; the files that are named in it."""

    text: str
    files: tuple[Enclosed, ...] = ()


_line = msgspec.json.Decoder(Line)


class _Mailbox:
    def __init__(self) -> None:
        self.waiting: deque[str] = deque(maxlen=_WAITING)
        self.files: deque[Enclosed] = deque(maxlen=_FILES)
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
        self._came: dict[str, bytes] = {}

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
        kind, text = opening(storable(line.text))
        address = Address(self.name, storable(line.sender))
        return [self.heard(address, storable(line.id), kind, text, line.files)]

    def heard(self, address: Address, id: str, kind: Kind, text: str, documents: Sequence[Document]) -> Inbound:
        """A line as every room behind the channel knows it. Its files wait here until they are fetched."""
        if not documents:
            return Inbound(self.account, address, id, kind, text)
        files: list[Attached] = []
        for number, document in enumerate(documents):
            name = sha256(f"{address.id}\n{id}\n{number}".encode()).hexdigest()[:32]
            self._came[name] = document.data
            files.append(Attached(name, storable(document.name), storable(document.media_type), len(document.data)))
        while len(self._came) > _FILES:
            del self._came[next(iter(self._came))]
        return Inbound(self.account, address, id, Kind.MEDIA, text, files=tuple(files))

    async def fetch(self, attached: Attached, most: int) -> bytes:
        data = self._came.get(attached.id)
        if data is None:
            raise FileGone("console: no such file")
        if len(data) > most:
            raise FileTooLarge("console: the file is too large")
        return data

    def render(self, outbound: Outbound, is_open: bool = True) -> Sequence[Reply]:
        text = numbered(outbound)
        if outbound.files:
            text = "\n\n".join([*([text] if text else []), *map(_named, outbound.files)])
        parts = [Reply(text[start:stop]) for start, stop in cut(text, self.limits.text)]
        if outbound.files:
            parts[-1] = Reply(parts[-1].text, outbound.files)
        return parts

    def price(self, address: Address, payload: Reply) -> Price:
        return Price()

    async def find(self, address: Address, payload: Reply, name: str, since: datetime) -> str:
        raise Uncertain("console: nobody can tell")

    async def send(self, address: Address, payload: Reply, name: str) -> str:
        mailbox = self._mailbox(address.id)
        mailbox.waiting.append(payload.text)
        mailbox.files.extend(payload.files)
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

    def files(self, address: str) -> list[Enclosed]:
        """The files sent to this person since they were asked for."""
        mailbox = self._mailbox(address)
        files = list(mailbox.files)
        mailbox.files.clear()
        return files

    async def acknowledge(self, inbound: Inbound) -> None:
        """Nothing: a terminal has no buttons."""

    async def listen(self, deliver: Callable[[Sequence[Heard]], Awaitable[None]]) -> None:
        """Nothing: lines come by HTTP."""

    def _mailbox(self, address: str) -> _Mailbox:
        return self._mailboxes.setdefault(address, _Mailbox())


def _named(file: Enclosed) -> str:
    return f"[{storable(file.name)}, {-(-len(file.data) // 1024)} KB]"
