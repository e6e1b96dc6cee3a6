"""What Telegram sends us, as far as we read it, and what it says: an update becomes at most one `Inbound`.

Only private chats are read. Whatever Telegram adds is skipped; whatever is not of the type it should be makes the
update unreadable.
"""

import re
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from channels.channel import Unreadable
from channels.message import Address, Attached, Inbound, Kind, Place
from channels.telegram_media import Media
from channels.telegram_trace import Entity, Keyboard, trace
from channels.text import storable

Id = Annotated[int, Meta(ge=-(2**63) + 1, le=2**63 - 1)]
PositiveId = Annotated[int, Meta(ge=0, le=2**63 - 1)]

Read = TypeVar("Read")

LARGEST = 1 << 20
_COMMAND = re.compile(r"/(?P<word>\w{1,32})(?:@\w+)?(?:\s+(?P<rest>.*))?", re.DOTALL)
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
_MEMBERSHIPS = {"kicked": Kind.BLOCK, "member": Kind.UNBLOCK}
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class _User(Struct, frozen=True):
    id: Id
    is_bot: bool = False
    language_code: str = ""


class _Chat(Struct):
    id: Id
    type: str


_nobody = _User(id=0)


class _Message(Media, kw_only=True):
    message_id: PositiveId
    chat: _Chat
    sender: _User = msgspec.field(name="from", default=_nobody)
    text: str | None = None
    caption: str = ""
    entities: Annotated[list[Entity], Meta(max_length=200)] = msgspec.field(default_factory=list)
    reply_markup: Keyboard | None = None


class _CallbackQuery(Struct):
    id: str
    sender: _User = msgspec.field(name="from")
    message: _Message | None = None
    data: str | None = None


class _Member(Struct):
    status: str


class _MyChatMember(Struct):
    chat: _Chat
    sender: _User = msgspec.field(name="from")
    new_chat_member: _Member


class _Update(Struct):
    """One update; at most one of its optional fields is set, and kinds that we do not ask for are not read."""

    update_id: PositiveId
    message: _Message | None = None
    edited_message: _Message | None = None
    callback_query: _CallbackQuery | None = None
    my_chat_member: _MyChatMember | None = None


class _Batch(Struct):
    result: list[Raw]


class _Numbered(Struct):
    update_id: PositiveId


_update = msgspec.json.Decoder(_Update)
_batch = msgspec.json.Decoder(_Batch)
_numbered = msgspec.json.Decoder(_Numbered)


def read_update(account: str, body: bytes) -> Inbound | None:
    """What one update says to us, or nothing. Raises `Unreadable`."""
    if len(body) > LARGEST:
        raise Unreadable("too large")
    try:
        update = _decode(_update, body)
    except _UNREADABLE as error:
        raise Unreadable(type(error).__name__) from None
    update_id = str(update.update_id)
    if update.message:
        return _said(account, update_id, update.message)
    if update.callback_query:
        return _pressed(account, update_id, update.callback_query)
    if update.edited_message:
        return _edited(account, update_id, update.edited_message)
    return _joined_or_left(account, update_id, update.my_chat_member) if update.my_chat_member else None


def read_batch(body: bytes) -> list[tuple[int, bytes]]:
    """The updates of a `getUpdates` answer with their ids, each still to be read, so that a bad one harms no other.

    One without an id cannot be confirmed and is left out. Raises `Unreadable`.
    """
    try:
        updates = [bytes(update) for update in _decode(_batch, body).result]
    except _UNREADABLE as error:
        raise Unreadable(type(error).__name__) from None
    return [(update_id, update) for update in updates if (update_id := _id_of(update)) is not None]


def _id_of(update: bytes) -> int | None:
    try:
        return _decode(_numbered, update).update_id
    except _UNREADABLE:
        return None


def _decode(decoder: "msgspec.json.Decoder[Read]", body: bytes) -> Read:
    """Decode; a lone surrogate, which JSON can write and UTF-8 cannot, becomes U+FFFD and spoils nothing else."""
    try:
        return decoder.decode(body)
    except _UNREADABLE:
        mended = _ESCAPE.sub(lambda found: rb"\ufffd" if found[1] else found[0], body)
        if mended == body:
            raise
    return decoder.decode(mended)


def _said(account: str, update_id: str, message: _Message) -> Inbound | None:
    if not _is_private(message.chat, message.sender):
        return None
    files: tuple[Attached, ...] = ()
    place: Place | None = None
    kind, text = Kind.TEXT, message.text or ""
    if message.text is None:
        if not message.holds_media:
            return None
        kind, text, files, place = Kind.MEDIA, message.caption, message.files, message.place
    elif command := _COMMAND.fullmatch(text):
        if command["word"] == "start":
            kind, text = Kind.START, (command["rest"] or "").strip()
        elif not command["rest"]:
            text = command["word"]
    return _inbound(account, update_id, message.chat, message.sender, kind=kind, text=text, files=files, place=place)


def _pressed(account: str, update_id: str, query: _CallbackQuery) -> Inbound | None:
    message = query.message
    if message is None or query.data is None or not _is_private(message.chat, query.sender):
        return None
    return Inbound(
        account=account,
        address=Address("telegram", str(message.chat.id)),
        id=update_id,
        kind=Kind.PRESS,
        text=storable(query.data),
        message_id=str(message.message_id),
        acknowledge_id=storable(query.id),
        trace=trace(message.text or "", message.entities, message.reply_markup, query.data),
        language=storable(query.sender.language_code),
    )


def _edited(account: str, update_id: str, message: _Message) -> Inbound | None:
    text = message.text or message.caption
    if not text or not _is_private(message.chat, message.sender):
        return None
    return _inbound(account, update_id, message.chat, message.sender, kind=Kind.EDIT, text=text)


def _joined_or_left(account: str, update_id: str, member: _MyChatMember) -> Inbound | None:
    kind = _MEMBERSHIPS.get(member.new_chat_member.status)
    if kind is None or not _is_private(member.chat, member.sender):
        return None
    return _inbound(account, update_id, member.chat, member.sender, kind=kind, text="")


def _is_private(chat: _Chat, sender: _User) -> bool:
    return chat.type == "private" and chat.id > 0 and not sender.is_bot


def _inbound(
    account: str,
    update_id: str,
    chat: _Chat,
    sender: _User,
    *,
    kind: Kind,
    text: str,
    files: tuple[Attached, ...] = (),
    place: Place | None = None,
) -> Inbound:
    return Inbound(
        account=account,
        address=Address("telegram", str(chat.id)),
        id=update_id,
        kind=kind,
        text=storable(text),
        language=storable(sender.language_code),
        files=files,
        place=place,
    )
