"""WhatsApp at Twilio: webhooks in, REST out, buttons and lists through Content resources, templates once the window is
closed. An address is what follows "whatsapp:": a phone number, or a name where the person shows none."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from msgspec import structs

from channels.channel import Heard, Limits, Request
from channels.connections import Connections
from channels.errors import Misconfigured
from channels.message import Address, Attached, Enclosed, Inbound, Outbound, Price
from channels.phones import country_of
from channels.twilio import Doorkeeper, TwilioSettings, callback_url, is_status
from channels.twilio_calls import Listed, TwilioCalls
from channels.twilio_files import file_url, is_file, is_taken
from channels.twilio_media import fetch
from channels.twilio_missed import hear_missed
from channels.twilio_statuses import read_status
from channels.whatsapp_contents import Contents
from channels.whatsapp_parts import LONGEST, Part, parts_of, template_of
from channels.whatsapp_payloads import CHANNEL, PREFIX, read_listed, read_message
from channels.whatsapp_shapes import ITEMS, filled

WINDOW = timedelta(hours=24)


logger = logging.getLogger(__name__)


class WhatsappSettings(TwilioSettings, frozen=True, kw_only=True):
    """One WhatsApp sender. `templates` are the ids of approved ones by name and language; `language` is the town's;
    `file_key` signs the addresses of files that go out."""

    templates: Mapping[str, Mapping[str, str]] = {}
    language: str = ""
    file_key: bytes = b""


class Whatsapp:
    """One sender. Nothing is asked of Twilio to make one."""

    name: ClassVar[str] = CHANNEL
    limits: ClassVar[Limits] = Limits(
        text=LONGEST, page_size=ITEMS, rate=80.0, buttons=True, window=WINDOW.total_seconds()
    )

    def __init__(self, settings: WhatsappSettings, connections: Connections, clock: Callable[[], datetime]) -> None:
        number = PREFIX + settings.number.removeprefix(PREFIX) if settings.number else ""
        self.settings = structs.replace(settings, number=number)
        self._door = Doorkeeper(self.settings)
        self._connections = connections
        self._clock = clock
        self._calls = TwilioCalls(self.settings, connections)
        self.contents = Contents(settings.account, self._calls)

    def admits(self, headers: Mapping[str, str]) -> bool:
        return self._door.admits(headers)

    def parse(self, request: Request) -> Sequence[Heard]:
        form = self._door.read(request)
        if is_status(request.url):
            return read_status(self.name, self.settings.account, request.url, form)
        return read_message(self.settings.account, form)

    def render(self, outbound: Outbound, is_open: bool = True) -> Sequence[Part]:
        return (
            parts_of(outbound) if is_open else [template_of(outbound, self.settings.templates, self.settings.language)]
        )

    def price(self, address: Address, payload: Part) -> Price:
        country = country_of(address.id) or address.id.partition(".")[0]
        return Price(1, self.settings.price_in(country))

    async def send(self, address: Address, payload: Part, name: str) -> str:
        to, callback = PREFIX + address.id, callback_url(self.settings, self.name, name)
        if payload.file is not None:
            return await self._send_file(to, payload.file, name, callback)
        sid = payload.template or (await self.contents.find(payload.shape) if payload.shape else "")
        if not sid:
            return await self._calls.create(to, body=payload.text, callback=callback)
        try:
            variables = filled(payload.values)
            return await self._calls.create(to, content_sid=sid, content_variables=variables, callback=callback)
        except Misconfigured as refused:
            if payload.template:
                raise
            self.contents.forget(payload.shape)
            logger.error("WhatsApp account %s: %s is refused: %s", self.settings.account, payload.shape, refused.reason)
        return await self._calls.create(to, body=payload.text, callback=callback)

    async def _send_file(self, to: str, file: Enclosed, name: str, callback: str) -> str:
        if not self.settings.public_url:
            return await self._calls.create(to, body=f"[{file.name}]", callback=callback)
        url = file_url(self.settings, self.settings.file_key, name, file.name)
        if is_taken(file.media_type, len(file.data)):
            return await self._calls.create(to, media_urls=[url], callback=callback)
        return await self._calls.create(to, body=f"{file.name}\n{url}", callback=callback)

    def has_sent(self, name: str, file: str, mark: str) -> bool:
        """Whether this is the address of a file that went with the part that we call so."""
        return is_file(self.settings.file_key, name, file, mark)

    async def find(self, address: Address, payload: Part, name: str, since: datetime) -> str:
        return await self._calls.find(PREFIX + address.id, since, payload.is_said_by)

    async def fetch(self, attached: Attached, most: int) -> bytes:
        return await fetch(self._connections, self.settings, attached.id, most)

    async def acknowledge(self, inbound: Inbound) -> None:
        """Nothing: WhatsApp shows the press at once."""

    async def listen(self, deliver: Callable[[Sequence[Heard]], Awaitable[None]]) -> None:
        """What the webhook missed. A press comes as what it says, and is understood as if it had been written."""
        name, has_webhook = f"WhatsApp account {self.settings.account}", bool(self.settings.public_url)
        await hear_missed(self._calls, name, has_webhook, self._clock, self._heard, deliver)

    async def _heard(self, message: Listed) -> Heard:
        files = await self._calls.files_of(message.sid) if message.files else ()
        return read_listed(self.settings.account, message.sid, message.sender, message.body, files)
