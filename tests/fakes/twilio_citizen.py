"""A citizen with a phone: what she writes is posted by Twilio, signed, and what is sent to her arrives there."""

import asyncio
import io
from collections.abc import Mapping, Sequence

import aiohttp

from tests.fakes.twilio_account import Account, Message
from tests.fakes.twilio_signature import signature, written

_STOPS = {"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"}
_STARTS = {"START", "YES", "UNSTOP"}


async def post(session: aiohttp.ClientSession, account: Account, url: str, fields: Mapping[str, str]) -> int:
    """Post a signed form to an address that Twilio was given; 0 is a call that got no answer."""
    body = written(fields)
    headers = {
        "X-Twilio-Signature": signature(account.token, url, body),
        "Content-Type": "application/x-www-form-urlencoded",
        "I-Twilio-Idempotency-Token": fields.get("MessageSid", ""),
    }
    here = url.replace(account.public_url, account.deliver_to, 1)
    try:
        async with session.post(here, data=io.BytesIO(body), headers=headers) as response:
            await response.read()
            return response.status
    except aiohttp.ClientError:
        return 0


class Citizen:
    def __init__(
        self, account: Account, session: aiohttp.ClientSession, base_url: str, phone: str, number: str
    ) -> None:
        self.phone, self.number = phone, number
        self._account, self._session, self._base_url = account, session, base_url
        self._heard = 0

    async def texts(self, body: str, **more: str) -> int:
        """Writes a message; what Twilio's call was answered."""
        return await self.posts({**self.form(body), **more})

    async def sends(self, media: Sequence[tuple[str, bytes]], body: str = "") -> int:
        """Sends files, each its type and bytes."""
        return await self.posts(self.form(body, media))

    def form(self, body: str, media: Sequence[tuple[str, bytes]] = ()) -> dict[str, str]:
        """What Twilio will post of a message that has come to it, and has been answered by it where it does that."""
        word = body.strip().upper()
        if word in _STOPS:
            self._account.stopped.add(self.phone)
        elif word in _STARTS:
            self._account.stopped.discard(self.phone)
        return self._form(self._account.receive(self.phone, self.number, body, media))

    async def posts(self, form: Mapping[str, str]) -> int:
        """Twilio calls the webhook of the number."""
        url = self._account.public_url + self._account.webhooks[self.number]
        return await post(self._session, self._account, url, form)

    @property
    def messages(self) -> list[Message]:
        """Everything on her phone."""
        return self._account.sent_to(self.phone)

    def news(self) -> list[str]:
        """What has come since she looked last."""
        texts = [message.body for message in self.messages[self._heard :]]
        self._heard += len(texts)
        return texts

    async def rings(self) -> None:
        """Return once there is something that she has not heard yet."""
        while len(self.messages) <= self._heard:
            self._account.arrived.clear()
            await self._account.arrived.wait()

    async def hears(self, patience: float = 5.0) -> str:
        """The next message that she has not heard yet."""
        async with asyncio.timeout(patience):
            await self.rings()
        self._heard += 1
        return self.messages[self._heard - 1].body

    def _form(self, message: Message) -> dict[str, str]:
        form = {
            "ToCountry": "ES", "ToState": "", "SmsMessageSid": message.sid, "NumMedia": str(len(message.media)),
            "ToCity": "", "FromZip": "", "SmsSid": message.sid, "FromState": "", "SmsStatus": "received",
            "FromCity": "", "Body": message.body, "FromCountry": "ES", "To": self.number, "ToZip": "",
            "NumSegments": "1", "MessageSid": message.sid, "AccountSid": self._account.sid, "From": self.phone,
            "ApiVersion": "2010-04-01",
        }  # fmt: skip
        if message.service:
            form["MessagingServiceSid"] = message.service
        root = f"{self._base_url}/2010-04-01/Accounts/{self._account.sid}/Messages/{message.sid}/Media"
        for number, (name, media_type, _) in enumerate(message.media):
            form |= {f"MediaUrl{number}": f"{root}/{name}", f"MediaContentType{number}": media_type}
        return form
