"""The contract every channel keeps; the rooms behind it know nothing else of a channel."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import ClassVar, Protocol, TypeAlias, TypeVar

from msgspec import Struct

from channels.message import Address, Attached, Inbound, Outbound, Receipt

Payload = TypeVar("Payload")


class Unread(Struct, frozen=True):
    """Something fetched, authentic but not readable: for quarantine. Over HTTP `Unreadable` says the same."""

    channel: str
    account: str
    body: bytes
    reason: str


Heard: TypeAlias = Inbound | Receipt | Unread


class Forged(Exception):
    """The request is not from the provider: answered 403, nothing stored."""


class Unreadable(Exception):
    """Authentic, but not what was expected: kept in quarantine and acknowledged."""


class Request(Struct, frozen=True):
    """What a provider sent us over HTTP: header names in lower case, the body as it came."""

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

    def render(self, outbound: Outbound) -> Sequence[Payload]:
        """The parts to send, in order, each within the channel's limits; a pure function.

        Files come with their bytes. Where a channel carries none, their names stand in the words.
        """
        ...

    async def send(self, address: Address, payload: Payload) -> str:
        """Send one part and return the provider's id of it. Raises one of `channels.errors`."""
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
