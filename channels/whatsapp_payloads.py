"""What Twilio's forms say of WhatsApp: words, a press, a place or files that came in."""

import re
from collections.abc import Iterator

from channels.channel import Heard, Ignored, Unreadable
from channels.message import Address, Attached, Inbound, Kind, Place
from channels.opening import opening
from channels.text import storable
from channels.twilio import Form

CHANNEL = "whatsapp"
PREFIX = "whatsapp:"

_ID = re.compile(r"[!-~]{1,150}", re.ASCII)
"""A number with its plus, or a name that Meta gives to who shows none: nobody but WhatsApp reads it."""
_PHONE = re.compile(r"\+?([1-9][0-9]{5,17})", re.ASCII)
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}", re.ASCII)
_FILE_NAME = re.compile(r"[^\s/\\][^\n/\\]{0,180}\.[A-Za-z0-9]{2,5}")
_SILENT = ("reaction", "system")
"""Nobody waits for an answer to these."""
_NO_FILES = ("sticker", "video", "contacts")
_NO_TYPES = ("video/", "text/vcard", "text/x-vcard")
_MOST_FILES = 10


def read_message(account: str, form: Form) -> list[Heard]:
    """What a person did, or nothing. Raises `Unreadable`."""
    sid, sender = form.get("MessageSid") or form.get("SmsMessageSid", ""), _id(form.get("From", ""))
    if not _SID.fullmatch(sid) or not sender:
        raise Unreadable("no message of a person")
    if form.get("MessageType") in _SILENT:
        return []
    answered = form.get("OptOutType", "").upper()
    kind, text = Kind.TEXT, answered or form.get("Body", "")
    pressed = form.get("ButtonPayload") or form.get("ListId", "")
    files, place = tuple(_files(form)), _place(form)
    if pressed:
        kind, text = Kind.PRESS, pressed
    elif place is not None or files or form.get("NumMedia", "0") != "0" or not text:
        kind = Kind.MEDIA
        files, text = _renamed(form, files, text)
    else:
        kind, text = opening(text)
    return [
        Inbound(
            account=account,
            address=Address(CHANNEL, sender),
            id=sid,
            kind=kind,
            text=storable(text),
            message_id=storable(form.get("OriginalRepliedMessageSid", "")) if pressed else "",
            files=files,
            place=place,
            also=_other(form, sender),
            is_answered=bool(answered),
        )
    ]


def read_listed(account: str, sid: str, sender: str, body: str, files: tuple[Attached, ...]) -> Heard:
    """A message as the list of messages has it: its words and files, and nothing of what kind it was."""
    id = _id(sender)
    if not id:
        return Ignored(CHANNEL, account, "from no address")
    kept = tuple(file for file in files if not file.media_type.startswith(_NO_TYPES))
    kind, text = (Kind.MEDIA, body) if files or not body else opening(body)
    return Inbound(account, Address(CHANNEL, id), sid, kind, storable(text), files=kept)


def _id(address: str) -> str:
    """What follows "whatsapp:"; empty where nothing does that could be an address."""
    id = address.removeprefix(PREFIX)
    return id if id != address and _ID.fullmatch(id) else ""


def _other(form: Form, sender: str) -> str:
    """The name of who wrote with a number, or the number of who wrote with a name."""
    phone = _PHONE.fullmatch(form.get("WaId", ""))
    named = form.get("ExternalUserId", "").removeprefix(PREFIX)
    others = (named if _ID.fullmatch(named) else "", f"+{phone[1]}" if phone else "")
    return next((other for other in others if other and other != sender), "")


def _place(form: Form) -> Place | None:
    try:
        latitude, longitude = float(form["Latitude"]), float(form["Longitude"])
    except (KeyError, ValueError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Place(latitude, longitude, storable(form.get("Label") or form.get("Address", ""))[:200])


def _files(form: Form) -> Iterator[Attached]:
    if form.get("MessageType") in _NO_FILES:
        return
    for number in range(_MOST_FILES):
        url, media_type = form.get(f"MediaUrl{number}"), storable(form.get(f"MediaContentType{number}", ""))
        if url and not media_type.startswith(_NO_TYPES):
            yield Attached(storable(url), "", media_type)


def _renamed(form: Form, files: tuple[Attached, ...], text: str) -> tuple[tuple[Attached, ...], str]:
    """A document's name comes as if it were the words below it."""
    if form.get("MessageType") != "document" or len(files) != 1 or not _FILE_NAME.fullmatch(text):
        return files, text
    (file,) = files
    return (Attached(file.id, storable(text), file.media_type),), ""
