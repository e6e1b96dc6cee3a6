"""Telegram: the Bot API by webhook or long polling, one instance per bot."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import ClassVar, Literal, TypeVar

from msgspec import Struct
from telegram import Bot
from telegram.error import Conflict, TelegramError

from channels.channel import Forged, Heard, Limits, Request, Unread, Unreadable
from channels.connections import Connections
from channels.errors import Uncertain
from channels.message import Address, Attached, Inbound, Outbound, Price
from channels.telegram_calls import failure, fetch, replace, say
from channels.telegram_parts import Part, parts_of
from channels.telegram_payloads import read_batch, read_update
from channels.telegram_request import AccountRequest, NotSent
from channels.telegram_trace import LONGEST

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
HEADER = "x-telegram-bot-api-secret-token"

_POLL_SECONDS = 25
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 60.0

Shown = TypeVar("Shown")

logger = logging.getLogger(__name__)


class TelegramSettings(Struct, frozen=True):
    """One bot. `secret` is what Telegram shows at every webhook call: 1 to 256 of A-Z a-z 0-9 _ -."""

    account: str
    token: str
    secret: str = ""
    username: str = ""
    mode: Literal["webhook", "poll"] = "webhook"
    base_url: str = "https://api.telegram.org"
    rate: float = 30.0

    def __repr__(self) -> str:
        return f"TelegramSettings(account={self.account!r}, username={self.username!r}, mode={self.mode!r})"


class Telegram:
    """One bot. Nothing is asked of Telegram to make one."""

    name: ClassVar[str] = "telegram"
    limits: ClassVar[Limits] = Limits(text=LONGEST, page_size=10, rate=30.0, buttons=True)

    def __init__(self, settings: TelegramSettings, connections: Connections) -> None:
        self.settings = settings
        self._request = AccountRequest(connections, settings.base_url, settings.token)
        self._bot = Bot(settings.account, base_url="", request=self._request, get_updates_request=self._request)

    def admits(self, headers: Mapping[str, str]) -> bool:
        shown, secret = headers.get(HEADER, ""), self.settings.secret
        return bool(secret) and hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), secret.encode())

    def parse(self, request: Request) -> Sequence[Heard]:
        if not self.admits(request.headers):
            raise Forged
        inbound = read_update(self.settings.account, request.body)
        return [] if inbound is None else [inbound]

    def render(self, outbound: Outbound, is_open: bool = True) -> Sequence[Part]:
        return parts_of(outbound)

    def price(self, address: Address, payload: Part) -> Price:
        return Price()

    async def find(self, address: Address, payload: Part, name: str, since: datetime) -> str:
        raise Uncertain("Telegram has no way to look for a message")

    async def send(self, address: Address, payload: Part, name: str) -> str:
        chat_id = int(address.id)
        try:
            if payload.replaces and await replace(self._bot, chat_id, payload):
                return str(payload.replaces)
            return await say(self._bot, chat_id, payload)
        except TelegramError as error:
            raise failure(error) from None

    async def fetch(self, attached: Attached, most: int) -> bytes:
        return await fetch(self._request, self.settings.account, attached, most)

    async def acknowledge(self, inbound: Inbound) -> None:
        """Stop the pressed button's clock and take the buttons off its message, which now shows what was chosen.

        To be called before a reply is sent that `replaces` that message, whose buttons it would take off.
        """
        if not inbound.acknowledge_id:
            return
        pressed: dict[str, str | int | dict[str, bool]] = {
            "chat_id": int(inbound.address.id),
            "message_id": int(inbound.message_id),
        }
        method = "EditMessageReplyMarkup"
        if inbound.trace:
            method = "EditMessageText"
            pressed |= {"text": inbound.trace, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
        await asyncio.gather(
            _try(self._bot.answer_callback_query(inbound.acknowledge_id)),
            _try(self._bot.do_api_request(method, pressed)),
        )

    async def listen(self, deliver: Callable[[Sequence[Heard]], Awaitable[None]]) -> None:
        """Long polling, in the mode "poll" alone. An exception of `deliver` ends it, with nothing confirmed."""
        if self.settings.mode != "poll":
            return
        offset, pause, has_webhook = 0, _FIRST_PAUSE, True
        while True:
            try:
                if has_webhook:
                    await self._bot.delete_webhook()
                    has_webhook = False
                heard, offset = await self._fetch(offset)
            except (TelegramError, Unreadable) as error:
                logger.warning("Telegram account %s cannot fetch: %s", self.settings.account, type(error).__name__)
                has_webhook = isinstance(error, Conflict)
                asked = error.after if isinstance(error, NotSent) else None
                await asyncio.sleep(pause if asked is None else asked)
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            pause = _FIRST_PAUSE
            if heard:
                await deliver(heard)

    async def _fetch(self, offset: int) -> tuple[list[Heard], int]:
        """What has come since `offset`, which confirms all before it, and the next offset."""
        kinds = ",".join(f'"{kind}"' for kind in KINDS)
        body = await self._request.retrieve(
            f"{self.settings.account}/getUpdates?offset={offset}&timeout={_POLL_SECONDS}&allowed_updates=[{kinds}]",
            read_timeout=_POLL_SECONDS + 10.0,
        )
        heard: list[Heard] = []
        for update_id, update in read_batch(body):
            offset = max(offset, update_id + 1)
            try:
                inbound = read_update(self.settings.account, update)
            except Unreadable as unreadable:
                heard.append(Unread(self.name, self.settings.account, update, str(unreadable)))
                continue
            if inbound:
                heard.append(inbound)
        return heard, offset

    async def provision(
        self,
        url: str,
        commands: Mapping[str, Sequence[tuple[str, str]]],
        descriptions: Mapping[str, tuple[str, str]],
    ) -> None:
        """Tell Telegram where to call and what to show, by language, the first being the default for all others.

        A description is short (120 characters) and long (512). Doing it again changes nothing. Raises as `send` does.
        """
        try:
            if self.settings.mode == "webhook":
                await self._bot.set_webhook(url, allowed_updates=KINDS, secret_token=self.settings.secret)
            for language, listed in _with_default(commands):
                await self._bot.set_my_commands(listed, language_code=language)
            for language, (short, long) in _with_default(descriptions):
                await self._bot.set_my_short_description(short, language)
                await self._bot.set_my_description(long, language)
        except TelegramError as error:
            raise failure(error) from None


async def _try(call: Awaitable[object]) -> None:
    with suppress(TelegramError):
        await call


def _with_default(by_language: Mapping[str, Shown]) -> list[tuple[str | None, Shown]]:
    """What is shown to whom: to everyone else, under no language, what the first language shows."""
    if not by_language:
        return []
    return [(None, next(iter(by_language.values()))), *by_language.items()]
