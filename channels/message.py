"""What crosses a channel's border: one message in, one message out, one word on delivery.

All of it is frozen and typed, made once at the edge (`Channel.parse`) and never checked again.
"""

from enum import StrEnum

from msgspec import Struct

from channels.errors import SendFailed


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
    UNCLEAR = "unclear"


class Unclear(StrEnum):
    """Why nothing can be done with what a person sent: it is told once a day, kind and address, and acts on nothing."""

    EMPTY = "empty"
    """No words of their own: above the quote, or at all."""
    EXPIRED = "expired"
    """It answers a message of ours that is too old to be answered."""
    UNPROVED = "unproved"
    """Nothing shows that it comes from the address it names: they are to answer our answer."""
    TOO_LARGE = "too_large"


class Attached(Struct, frozen=True):
    """A file that came with a message, still at the provider: `Channel.fetch` brings it.

    `id` is the provider's. What it says of the name, type and size is the sender's word: checked once it is here.
    """

    id: str
    name: str = ""
    media_type: str = ""
    size: int = 0
    """Bytes; 0 where the provider does not say."""
    data: bytes = b""
    """The file itself, where it came with the message: put away before the turn, which only ever sees its `id`."""


class Place(Struct, frozen=True):
    """A place on the map that was sent, WGS 84; `label` is what the sender's map calls it."""

    latitude: float
    longitude: float
    label: str = ""


class Inbound(Struct, frozen=True):
    """One thing a citizen did, as every room behind the channel knows it.

    `account` is the tenant that owns the account the message came to. `id` is the provider's, unique
    within that account and channel: the same id is the same message, however often it comes.
    `text` holds the words (TEXT, EDIT, the caption of MEDIA), a choice's payload (PRESS), a deep
    link's code, which may be empty (START), or an `Unclear` (UNCLEAR).
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
    """MEDIA: photos, documents and voice notes; empty for what is none of them (a sticker, a place)."""
    place: Place | None = None
    """MEDIA: a place on the map."""
    also: str = ""
    """Another id of the same person on this channel, where the provider tells two."""
    answers: str = ""
    """The name (`name_of`) of the message of ours that this answers, where the channel has proved it."""
    is_proved: bool = True
    """It comes from the address it names, or from whoever reads what is sent there."""
    is_vouched: bool = False
    """It comes from the address it names, whatever it answers."""
    is_answered: bool = False
    """The provider has answered it (STOP, START, HELP on SMS): it acts, and nothing is said."""
    thread: str = ""
    """What the channel needs to answer in the same thread: `Outbound.thread` brings it back."""


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
    marker: str = ""
    """The line above which an answer by mail is written."""
    heard: str = ""
    """Before `Outbound.heard`, e.g. "You wrote:"."""
    options: str = ""
    """What opens a list of choices, at most 20 characters."""
    stop: str = ""
    """How to get no more messages, below news by mail."""


class Template(Struct, frozen=True, omit_defaults=True):
    """What a provider has approved to be said outside the window: its name in `channels.yaml` and what fills it."""

    name: str
    values: tuple[str, ...] = ()


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
    thread: str = ""
    """`Inbound.thread` of what this answers; empty for news."""
    heard: str = ""
    """What was understood of a message by mail, to be shown above the answer."""
    about: str = ""
    """What news is about, for a subject that anybody may glimpse: the title of something public, nobody's name."""
    template: Template | None = None
    """What says this where free text is not allowed."""


def name_of(tenant_id: str, message_id: int, part: int = 0) -> str:
    """Our own name of a part of a message, for the provider to bring back in receipts and answers."""
    return f"{tenant_id}.{message_id}.{part}"


def named(name: str) -> tuple[str, int, int]:
    """Tenant, message id and part. Raises `ValueError` for what is no such name."""
    tenant_id, message_id, part = name.split(".")
    return tenant_id, int(message_id), int(part)


class Status(StrEnum):
    """A provider's word on delivery, weakest first: a receipt never goes back."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class Receipt(Struct, frozen=True):
    """What the provider says became of a part that we know as `name` and it as `message_id`.

    `code` is the provider's reason for a failure; `failure` says what to do about it.
    """

    channel: str
    account: str
    name: str
    message_id: str
    status: Status
    code: str = ""
    failure: SendFailed | None = None


class Price(Struct, frozen=True):
    """What sending a part costs: the segments that are paid for, and millionths of the account's currency."""

    segments: int = 0
    micros: int = 0
