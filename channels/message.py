"""What crosses a channel's border: one message in, one message out, one word on delivery.

All of it is frozen and typed, made once at the edge (`Channel.parse`) and never checked again.
"""

from enum import StrEnum

from msgspec import Struct


class Address(Struct, frozen=True):
    """Where a participant is reached: a channel and an id that only that channel understands."""

    channel: str
    id: str


class Kind(StrEnum):
    """What the citizen did."""

    TEXT = "text"
    PRESS = "press"
    START = "start"
    MEDIA = "media"
    EDIT = "edit"
    BLOCK = "block"
    UNBLOCK = "unblock"


class Attached(Struct, frozen=True):
    """A file that came with a message, still at the provider: `Channel.fetch` brings it.

    `id` is the provider's. What it says of the name, type and size is the sender's word: checked once it is here.
    """

    id: str
    name: str = ""
    media_type: str = ""
    size: int = 0
    """Bytes; 0 where the provider does not say."""


class Inbound(Struct, frozen=True):
    """One thing a citizen did, as every room behind the channel knows it.

    `account` is the tenant that owns the account the message came to. `id` is the provider's, unique
    within that account and channel: the same id is the same message, however often it comes.
    `text` holds the words (TEXT, EDIT, the caption of MEDIA), a choice's payload (PRESS) or a deep
    link's code, which may be empty (START).
    """

    account: str
    address: Address
    id: str
    kind: Kind
    text: str = ""
    message_id: str = ""
    """PRESS: the provider's id of the message that carries the pressed button."""
    acknowledge_id: str = ""
    """What `Channel.acknowledge` needs, where a provider waits for a sign that a press was seen."""
    trace: str = ""
    """PRESS: what the pressed message is to say from now on, with the choice made, as its channel writes it. Taken
    away where the press did not count."""
    language: str = ""
    """The provider's hint, e.g. "ca" or "es-419"; never more than a first guess."""
    files: tuple[Attached, ...] = ()
    """MEDIA: the photos and documents; empty for what is neither (a voice note, a sticker, a place)."""


NO_NUMBER = -1
"""A choice that is only a button: where there are none it is left out, since its message says what to write instead."""


class Choice(Struct, frozen=True):
    """One thing offered, numbered once by the engine (0: the way to more); `payload` is what a press brings back.

    A payload is at most 64 bytes of ASCII, the smallest limit of any provider.
    """

    number: int
    label: str
    payload: str


class Enclosed(Struct, frozen=True, omit_defaults=True):
    """A file to send: its bytes, or, for what is kept in the store, the id under which delivery finds them."""

    name: str
    media_type: str
    data: bytes = b""
    content_id: int = 0


class Words(Struct, frozen=True, omit_defaults=True):
    """The few words of its own that a channel may need, in the citizen's language."""

    choose: str = ""
    """How to answer where there are no buttons, e.g. "Reply with the number."."""
    part: str = ""
    """The mark of a part, with `{part}` and `{parts}`, e.g. "({part}/{parts})"."""


class Outbound(Struct, frozen=True, omit_defaults=True):
    """One message to a citizen: plain words that each channel draws in its own way.

    `title` stands above the text where a channel can show a title. `replaces` is the provider's id of
    an earlier message of ours to edit where the channel can; elsewhere, and with files, it is sent anew.
    """

    text: str
    title: str = ""
    choices: tuple[Choice, ...] = ()
    language: str = "ca"
    words: Words = Words()
    replaces: str = ""
    files: tuple[Enclosed, ...] = ()


class Status(StrEnum):
    """A provider's word on delivery, weakest first: a receipt never goes back."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class Receipt(Struct, frozen=True):
    """What the provider says became of the message it knows as `message_id`."""

    account: str
    message_id: str
    status: Status
    code: str = ""
