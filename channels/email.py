"""Email: letters out by SMTP, in by the mail server's LMTP or from a mailbox by IMAP; one instance per address."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from channels.channel import Forged, Heard, Limits, Request
from channels.email_calls import Relays
from channels.email_envelope import mail_of
from channels.email_look import STOP
from channels.email_mailbox import Mailbox
from channels.email_parts import LONGEST, Part, parts_of
from channels.email_reading import read
from channels.email_settings import EmailSettings
from channels.email_tokens import Leaving
from channels.errors import FileGone, Uncertain
from channels.message import Address, Attached, Inbound, Kind, Outbound, Price, named

_DOORS = ("lmtp:", "imap:")
"""What stands in place of the path in a request that holds a mail."""


class Email:
    """One address. `made_at` tells when a message of ours was queued, by its id."""

    name: ClassVar[str] = "email"
    limits: ClassVar[Limits] = Limits(text=LONGEST, page_size=20, rate=5.0, buttons=False, at_once=5, is_slow=True)

    def __init__(
        self,
        settings: EmailSettings,
        relays: Relays,
        clock: Callable[[], datetime],
        made_at: Callable[[int], datetime],
    ) -> None:
        self.settings = settings
        self._relay = relays.relay(settings)
        self._clock = clock
        self._made_at = made_at
        self._way_out = f"/email/{settings.account}/stop/"

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Mail comes by doors of its own, and a link to get no more of it proves itself in its path."""
        return True

    def parse(self, request: Request) -> Sequence[Heard]:
        if request.url.startswith(_DOORS):
            return read(self.settings, request.body, request.headers, self._clock().date())
        leaving = self.leaving(request.url.partition("?")[0].removeprefix(self._way_out))
        if leaving is None:
            raise Forged
        return [self._stopped(leaving)]

    def leaving(self, token: str) -> Leaving | None:
        """Who follows a link to get no more mail; None for a forged one."""
        return self.settings.tokens.of_stop(token)

    def _stopped(self, leaving: Leaving) -> Inbound:
        """STOP, said by a link. Pressed again within the minute it is the same; later it may follow a START."""
        now = self._clock()
        id = f"stop.{self.settings.tokens.root_id(self.settings.account, leaving.address.id)}.{now:%Y%m%d%H%M}"
        return Inbound(
            self.settings.account, leaving.address, id, Kind.TEXT, STOP, language=leaving.language, is_answered=True
        )

    def render(self, outbound: Outbound, is_open: bool = True) -> Sequence[Part]:
        return parts_of(outbound, self.settings)

    def price(self, address: Address, payload: Part) -> Price:
        return Price()

    async def send(self, address: Address, payload: Part, name: str) -> str:
        """The id is our Message-ID of it."""
        _, message_id, _ = named(name)
        mail = mail_of(payload, self.settings, address.id, name, self._made_at(message_id), self._clock())
        await self._relay.carry(mail)
        return mail.message_id

    async def find(self, address: Address, payload: Part, name: str, since: datetime) -> str:
        """A second copy has the same Message-ID, by which mail programs know it."""
        raise Uncertain("mail: nobody can tell")

    async def fetch(self, attached: Attached, most: int) -> bytes:
        raise FileGone("mail: files come with their mail")

    async def acknowledge(self, inbound: Inbound) -> None:
        """Nothing: mail has no buttons."""

    async def listen(self, deliver: Callable[[Sequence[Heard]], Awaitable[None]]) -> None:
        if self.settings.imap is not None:
            await Mailbox(self.settings, self.parse).listen(deliver)
