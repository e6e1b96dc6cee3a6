"""What is asked of Twilio, through its own client: messages sent, messages listed. Failures are `channels.errors`."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from channels.connections import Connections
from channels.errors import Later, Uncertain
from channels.message import Attached
from channels.twilio import TwilioSettings
from channels.twilio_http import AccountHttp
from channels.twilio_media import url_of

Answer = TypeVar("Answer")

_NOWHERE = {"TWILIO_EDGE": "", "TWILIO_REGION": ""}
"""In place of the environment, which would turn calls to other hosts than the configured one."""
_UNEXPECTED = (TwilioException, AttributeError, LookupError, TypeError, ValueError)
"""What the library raises at an answer of another shape than it knows."""
_NEWEST = 50
_CLOCKS_DIFFER = timedelta(seconds=5)
_NEVER_LEFT = {"failed", "canceled"}


class Listed(Struct, frozen=True):
    """A message as Twilio keeps it."""

    sid: str
    status: str
    sender: str = msgspec.field(name="from_")
    to: str
    body: str
    created_at: datetime
    files: int
    direction: str
    service: str


class TwilioCalls:
    """One account's calls. Nothing is asked of Twilio to make this."""

    def __init__(self, settings: TwilioSettings, connections: Connections) -> None:
        self._settings = settings
        self.client: Any = Client(
            settings.account_sid, settings.token, http_client=AccountHttp(connections), environment=_NOWHERE
        )
        self.client.api.base_url = settings.base_url.rstrip("/")
        self.client.content.base_url = settings.content_url.rstrip("/")

    async def create(
        self,
        to: str,
        *,
        body: str = "",
        content_sid: str = "",
        content_variables: str = "",
        media_urls: Sequence[str] = (),
        places: Sequence[str] = (),
        callback: str = "",
        valid_for: int = 0,
    ) -> str:
        """Send one message, once, and return its id. What is empty is left out; `valid_for` is in seconds."""
        asked = {
            "body": body,
            "from_": self._settings.number,
            "messaging_service_sid": self._settings.service,
            "content_sid": content_sid,
            "content_variables": content_variables,
            "media_url": list(media_urls),
            "persistent_action": list(places),
            "status_callback": callback,
            "validity_period": valid_for,
        }
        given = {name: value for name, value in asked.items() if value}
        try:
            message = await self.client.messages.create_async(to, **given)
        except _UNEXPECTED as error:
            raise Uncertain(f"Twilio: the answer cannot be read ({type(error).__name__})") from None
        if not isinstance(message.sid, str) or not message.sid:
            raise Uncertain("Twilio: the answer has no id")
        return message.sid

    async def find(self, to: str, since: datetime, is_said: Callable[[str], bool]) -> str:
        """The id of what was made for an address since, among the newest, and says this; empty where nothing was.

        Twilio does not show our name of a message: the same words to the same person are taken for it.
        """
        made = await self.asked(self.client.messages.list_async(to=to, limit=_NEWEST, page_size=_NEWEST))
        for message in filter(None, map(_listed, made)):
            is_ours = message.direction != "inbound" and message.created_at >= since - _CLOCKS_DIFFER
            if is_ours and message.status not in _NEVER_LEFT and is_said(message.body):
                return message.sid
        return ""

    async def came_since(self, since: datetime, most: int = 1000) -> list[Listed]:
        """What came in since, to our number or through our service, oldest first."""
        number, service = self._settings.number, self._settings.service
        receiver = {"to": number} if number and not service else {}
        listed = await self.asked(
            self.client.messages.list_async(date_sent_after=since, limit=most, page_size=min(most, 200), **receiver)
        )
        came = [
            message
            for message in map(_listed, listed)
            if message
            and message.direction == "inbound"
            and (message.to == number or (service and message.service == service))
        ]
        came.reverse()  # Those of one second are listed newest first, too.
        came.sort(key=lambda message: message.created_at)
        return came

    async def files_of(self, sid: str) -> tuple[Attached, ...]:
        """The files that came with a message, as its webhook would have named them."""
        media = await self.asked(self.client.messages(sid).media.list_async(limit=10))
        return tuple(Attached(url_of(self._settings, each.uri), "", each.content_type or "") for each in media)

    async def asked(self, call: Awaitable[Answer]) -> Answer:
        """What a call brings that changes nothing, so that it may be made again."""
        try:
            return await call
        except _UNEXPECTED as error:
            raise Later(f"Twilio: the answer cannot be read ({type(error).__name__})") from None


def _listed(message: Any) -> Listed | None:
    """None for what is of no shape that is known."""
    try:
        return Listed(
            sid=str(message.sid),
            status=str(message.status),
            sender=str(message.from_),
            to=str(message.to),
            body=message.body or "",
            created_at=(message.date_sent or message.date_created).replace(tzinfo=UTC),
            files=int(message.num_media or 0),
            direction=str(message.direction),
            service=message.messaging_service_sid or "",
        )
    except (AttributeError, TypeError, ValueError):
        return None
