"""WhatsApp at the fake Twilio: what a sender may say and when, and a phone with a thumb.

contents = plug(account, "whatsapp:+34600000091", "/twilio/vilanova/whatsapp")
ana = Phone(twilio, account, "whatsapp:+34600000001", "whatsapp:+34600000091")
await ana.texts("hola")
await ana.presses("Sí")
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_account import Account, Fields, Message
from tests.fakes.twilio_citizen import Citizen
from tests.fakes.twilio_content import Contents, Shown
from tests.fakes.twilio_refusals import refuse

_OUTSIDE = 63016
_MEDIA = ("image/jpeg", "image/png", "application/pdf", "audio/ogg", "video/mp4")


@dataclass
class Sender:
    """What an account's WhatsApp sender keeps: its Content resources, and who has been silent for a day."""

    account: Account
    contents: Contents = field(default_factory=Contents)
    silent: set[str] = field(default_factory=set)
    base_url: str = ""

    def check(self, fields: Fields) -> None:
        """What Twilio makes of a message to be created; raises `Refused`. Outside the window it fails later."""
        to, sid = fields["To"][0], _one(fields, "ContentSid")
        if not to.startswith("whatsapp:"):
            return
        if fields.get("MediaUrl") and len(fields["MediaUrl"]) > 1:
            raise refuse(63013, "one file a message")
        is_approved = False
        if sid:
            shown = self.contents.shown(sid, _one(fields, "ContentVariables"))
            is_approved = self.contents.by_sid[sid].is_approved
            assert isinstance(fields, dict)
            fields["Body"] = [shown.body]
        self.account.fails.pop(to, None)
        if to in self.silent and not is_approved:
            self.account.fails[to] = _OUTSIDE


def plug(account: Account, number: str, webhook: str) -> Sender:
    """Give an account a WhatsApp sender, e.g. "whatsapp:+34600000091", whose messages are posted to this path."""
    sender = Sender(account)
    account.numbers.add(number)
    account.webhooks[number] = webhook
    account.checks.append(sender.check)
    account.content = sender.contents.answer
    return sender


class Phone(Citizen):
    """A citizen on WhatsApp. `name` is what Meta calls who shows no number."""

    def __init__(self, twilio: FakeTwilio, sender: Sender, phone: str, number: str, name: str = "") -> None:
        super().__init__(sender.account, twilio.session, twilio.base_url, phone, number)
        self.sender, self.name = sender, name

    def seen(self, message: Message) -> Shown:
        """A message as it is shown."""
        sid = _one(message.fields, "ContentSid")
        if not sid:
            return Shown(message.body)
        return self.sender.contents.shown(sid, _one(message.fields, "ContentVariables"))

    @property
    def arrived(self) -> list[Message]:
        """Everything on her phone: what was accepted and has not failed since."""
        return [message for message in self.messages if message.error_code is None]

    async def presses(self, label: str, message: Message | None = None) -> int:
        """The button or item of the last message that bears this label, or of an earlier message."""
        message = message or self.arrived[-1]
        seen = self.seen(message)
        for title, id in seen.buttons:
            if title == label:
                return await self._answers(message, title, ButtonText=title, ButtonPayload=id, MessageType="button")
        for item, below, id in seen.items:
            if label in (item, below):
                more = {"ListTitle": item, "ListId": id, "MessageType": "interactive"}
                return await self._answers(message, item, **more, **({"ListDescription": below} if below else {}))
        raise AssertionError(f"nothing to press says {label!r} under {seen}")

    async def locates(self, latitude: float, longitude: float, label: str = "") -> int:
        """Sends a place on the map."""
        more = {"Latitude": str(latitude), "Longitude": str(longitude), **({"Label": label} if label else {})}
        return await self.texts("", MessageType="location", **more)

    async def photographs(self, data: bytes, words: str = "", media_type: str = "image/jpeg") -> int:
        """Sends a photo, or another file."""
        return await self.sends([(media_type, data)], words)

    def form(self, body: str, media: Sequence[tuple[str, bytes]] = ()) -> dict[str, str]:
        """Twilio answers nothing itself on WhatsApp, and whoever writes is silent no more."""
        self.sender.silent.discard(self.phone)
        message = self.sender.account.receive(self.phone, self.number, body, media)
        kind = _kind(media[0][0]) if media else "text"
        form = {"ProfileName": "Ana", "MessageType": kind, "ChannelMetadata": json.dumps({"type": "whatsapp"})}
        if self.phone.startswith("whatsapp:+"):
            form["WaId"] = self.phone.removeprefix("whatsapp:+")
        if self.name:
            form["ExternalUserId"] = self.name
        return {**_without_places(self._form(message)), **form}

    async def _answers(self, message: Message, words: str, **more: str) -> int:
        quoted = {"OriginalRepliedMessageSid": message.sid, "OriginalRepliedMessageSender": self.number}
        return await self.texts(words, **quoted, **more)


def _without_places(form: Mapping[str, str]) -> dict[str, str]:
    """Where a phone's operator is, is told of SMS only."""
    return {name: value for name, value in form.items() if not name.endswith(("Country", "State", "City", "Zip"))}


def _kind(media_type: str) -> str:
    if media_type not in _MEDIA:
        return "document"
    return {"image": "image", "audio": "audio", "video": "video"}.get(media_type.partition("/")[0], "document")


def _one(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[0]
