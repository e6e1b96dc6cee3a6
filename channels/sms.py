"""SMS: a number or a Messaging Service at Twilio. Messages come by webhook; what it missed is fetched by listing."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from channels.channel import Heard, Limits, Request
from channels.connections import Connections
from channels.errors import NotAllowed
from channels.message import Address, Attached, Inbound, Outbound, Price
from channels.phones import country_of
from channels.segments import measure
from channels.sms_parts import Part, parts_of
from channels.sms_payloads import NAME, heard, read_message
from channels.twilio import Doorkeeper, TwilioSettings, callback_url, is_status
from channels.twilio_calls import Listed, TwilioCalls
from channels.twilio_media import fetch
from channels.twilio_missed import hear_missed
from channels.twilio_statuses import read_status

_VALID_FOR = 4 * 3600
"""Seconds that a message may wait at Twilio: what is told much later answers nothing any more."""


class SmsSettings(TwilioSettings, frozen=True, kw_only=True):
    """A number, and the countries it writes to; a message has so many `segments` at most."""

    countries: frozenset[str] = frozenset({"ES"})
    segments: int = 4
    strips_accents: bool = False


class Sms:
    """One sender. Nothing is asked of Twilio to make one."""

    name: ClassVar[str] = NAME
    limits: ClassVar[Limits] = Limits(
        text=600,
        page_size=6,
        rate=1.0,
        buttons=False,
        carries_files=False,
        is_brief=True,
        room=300,
        at_once=5,
    )

    def __init__(self, settings: SmsSettings, connections: Connections, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self._connections = connections
        self._clock = clock
        self._door = Doorkeeper(settings)
        self._calls = TwilioCalls(settings, connections)

    def admits(self, headers: Mapping[str, str]) -> bool:
        return self._door.admits(headers)

    def parse(self, request: Request) -> Sequence[Heard]:
        form, account = self._door.read(request), self.settings.account
        if is_status(request.url):
            return read_status(self.name, account, request.url, form)
        return [read_message(account, form)]

    def render(self, outbound: Outbound, is_open: bool = True) -> Sequence[Part]:
        return parts_of(outbound, self.settings.segments, self.settings.strips_accents)

    def price(self, address: Address, payload: Part) -> Price:
        country = country_of(address.id)
        if country not in self.settings.countries:
            raise NotAllowed(f"SMS: {country or 'no number of a phone'} is not among the countries that are served")
        segments = measure(payload.body).segments
        return Price(segments, segments * self.settings.price_in(country))

    async def send(self, address: Address, payload: Part, name: str) -> str:
        callback = callback_url(self.settings, self.name, name)
        return await self._calls.create(address.id, body=payload.body, callback=callback, valid_for=_VALID_FOR)

    async def find(self, address: Address, payload: Part, name: str, since: datetime) -> str:
        said = payload.body.strip()
        # A trial account writes a notice before the words.
        return await self._calls.find(address.id, since, lambda body: body.strip().endswith(said))

    async def fetch(self, attached: Attached, most: int) -> bytes:
        return await fetch(self._connections, self.settings, attached.id, most)

    async def acknowledge(self, inbound: Inbound) -> None:
        """Nothing: there is nothing to press."""

    async def listen(self, deliver: Callable[[Sequence[Heard]], Awaitable[None]]) -> None:
        """What the webhook missed; all there is, where nobody can call us."""
        name, has_webhook = f"SMS account {self.settings.account}", bool(self.settings.public_url)
        await hear_missed(self._calls, name, has_webhook, self._clock, self._heard, deliver)

    async def _heard(self, message: Listed) -> Heard:
        files = await self._calls.files_of(message.sid) if message.files else ()
        return heard(self.settings.account, message.sid, message.sender, message.body, files)
