"""The contract every channel keeps; the rooms behind it know nothing else of a channel."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Protocol, TypeAlias, TypeVar

from msgspec import Struct

from channels.message import Address, Attached, Inbound, Outbound, Price, Receipt

Payload = TypeVar("Payload")


class Unread(Struct, frozen=True):
    """Something fetched, authentic but not readable: for quarantine. Over HTTP `Unreadable` says the same."""

    channel: str
    account: str
    body: bytes
    reason: str


class Ignored(Struct, frozen=True):
    """Something no person is to have an answer to (automatic mail, a bounce of nothing of ours): counted by reason."""

    channel: str
    account: str
    reason: str


Heard: TypeAlias = Inbound | Receipt | Unread | Ignored


class Forged(Exception):
    """The request is not from the provider: answered 403, nothing stored."""


class Unreadable(Exception):
    """Authentic, but not what was expected: kept in quarantine and acknowledged."""


class Request(Struct, frozen=True):
    """What a provider sent us: header names in lower case, the body as it came.

    `url` is the path and query of the request, as they came; the public address before it is the account's setting.
    """

    headers: Mapping[str, str]
    body: bytes
    url: str = ""


class Limits(Struct, frozen=True):
    """What a channel can carry. The engine pages by `page_size`; `text` is per message part."""

    text: int
    page_size: int
    rate: float
    """Messages a second that the provider allows an account, unless its settings say otherwise."""
    buttons: bool
    carries_files: bool = True
    """Photos and documents come in: elsewhere no question asks for them."""
    is_brief: bool = False
    """Each word costs: what is brief is said, what is optional is left to EDIT."""
    room: int = 0
    """Characters of one answer before "more"; 0 is no bound."""
    at_once: int = 1
    """Questions that are asked in one message."""
    is_slow: bool = False
    """A conversation of letters: the answer shows what was understood."""
    window: float = 0.0
    """Seconds after a person's last message in which free text is allowed; 0 is always."""


class Channel(Protocol[Payload]):
    """One account on one channel. Making one is cheap; connections are shared between accounts."""

    name: ClassVar[str]
    limits: ClassVar[Limits]

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether the caller is worth listening to, as far as headers tell: a forger's body is not even read."""
        ...

    def parse(self, request: Request) -> Sequence[Heard]:
        """Check that the request is authentic and read what it holds; an empty list is nothing for us.

        Raises `Forged` or `Unreadable`.
        """
        ...

    def render(self, outbound: Outbound, is_open: bool = True) -> Sequence[Payload]:
        """The parts to send, in order, each within the channel's limits; a pure function.

        Files come with their bytes. Where a channel carries none, their names stand in the words. With `is_open`
        false the window is closed: raises `OutsideWindow` where no template says this.
        """
        ...

    def price(self, address: Address, payload: Payload) -> Price:
        """What sending this part there will cost. Raises `NotAllowed` where the account does not serve that country."""
        ...

    async def send(self, address: Address, payload: Payload, name: str) -> str:
        """Send one part and return the provider's id of it. `name` is ours of it (`name_of`), the same at each
        attempt, for a provider that brings it back or refuses it twice. Raises one of `channels.errors`."""
        ...

    async def find(self, address: Address, payload: Payload, name: str, since: datetime) -> str:
        """The provider's id of a part whose sending since then ended as `Uncertain`; empty where it certainly did not
        leave. Raises `Uncertain` where nobody can tell, or another of `channels.errors`."""
        ...

    async def fetch(self, attached: Attached, most: int) -> bytes:
        """The bytes of a file that came in, if they are at most so many. Raises one of `channels.errors`."""
        ...

    async def acknowledge(self, inbound: Inbound) -> None:
        """Tell the provider that a press was seen, after the commit. A failure loses nothing: it is swallowed."""
        ...

    async def listen(self, deliver: Callable[[Sequence[Heard]], Awaitable[None]]) -> None:
        """Fetch messages where no webhook brings them, until cancelled; returns at once where there is nothing
        to fetch. A message is confirmed to the provider only after `deliver` has returned."""
        ...
