"""The accounts of this process: which channel speaks for whom, opened with the secrets of the environment."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeAlias

from msgspec import Struct, structs

from bot.config.accounts import Account, Secrets, SecretsMissing, resolve
from bot.config.files.channels import EmailPart, PaidPart, Part, SmsPart, TelegramPart, WhatsappPart
from bot.config.load import Loaded
from bot.purse import Caps
from channels.channel import Channel
from channels.connections import Connections
from channels.console import Console
from channels.email import Email
from channels.email_calls import Relays
from channels.email_settings import EmailSettings, Server
from channels.sms import Sms, SmsSettings
from channels.telegram import Telegram, TelegramSettings
from channels.whatsapp import Whatsapp, WhatsappSettings
from flows.participation.words import words_in
from storage.keys import Keys
from storage.row import time_of


class Served(Struct, frozen=True):
    """One account, ready to hear and to send. A shared one is the platform's: towns speak through it."""

    owner: str
    channel: Channel[Any]
    rate: float
    is_shared: bool = False
    caps: Caps = Caps()
    zone: tzinfo = UTC
    """The owner's, in whose days money is counted."""

    @property
    def lane(self) -> str:
        """The account's name in tables, e.g. "telegram:vilanova"."""
        return f"{self.channel.name}:{self.owner}"


Opened: TypeAlias = Callable[[Served], None]


class Accounts:
    """Every account by channel and owner. Telegram's share their connections; a terminal is there for every tenant."""

    def __init__(
        self,
        keys: Keys,
        clock: Callable[[], datetime],
        is_polling: bool = False,
        environ: Mapping[str, str] = os.environ,
        console_secret: str = "",
        needs_secrets: bool = True,
        public_url: str = "",
    ) -> None:
        self.connections = Connections()
        self.twilio_connections = Connections()
        self._relays = Relays()
        self._clock = clock
        self._public_url = public_url.rstrip("/")
        self._keys = keys
        self.skipped: dict[str, str] = {}
        """Accounts without secrets, where those are not needed: not served, and why."""
        self._needs_secrets = needs_secrets
        self._is_polling = is_polling
        self._environ = environ
        self._console_secret = console_secret
        self._served: dict[tuple[str, str], Served] = {}

    def find(self, channel: str, owner: str) -> Served | None:
        """The account that this tenant owns on this channel."""
        return self._served.get((channel, owner))

    def all(self) -> list[Served]:
        """Every account that is served."""
        return list(self._served.values())

    def prepare(self, loaded: Loaded) -> list[Served]:
        """What a tenant's files ask for, made but not served yet. Raises `SecretsMissing`."""
        console = self.find(Console.name, loaded.id)
        if console is None:
            line = Console(loaded.id, self._console_secret)
            console = Served(loaded.id, line, line.limits.rate, loaded.is_platform)
        prepared = [console]
        for account in loaded.accounts:
            try:
                served = self.open(account, loaded)
                prepared.append(structs.replace(served, caps=caps_of(account.part), zone=loaded.town.zone))
            except SecretsMissing as missing:
                if self._needs_secrets:
                    raise
                self.skipped[account.lane] = str(missing)
        return prepared

    def serve(self, owner: str, prepared: list[Served]) -> None:
        """Serve these accounts of a tenant, and no others of its."""
        self._served = {key: served for key, served in self._served.items() if key[1] != owner}
        self._served.update({(served.channel.name, owner): served for served in prepared})

    async def close(self) -> None:
        """Close every connection to a provider."""
        self._relays.close()
        await self.connections.close()
        await self.twilio_connections.close()

    def open(self, account: Account, loaded: Loaded) -> Served:
        """One account, which nobody is served by yet. Raises `SecretsMissing`."""
        secrets = resolve(account, self._environ)
        match account.part:
            case TelegramPart() as part:
                telegram = self._telegram(account, part, secrets)
                return Served(account.tenant_id, telegram, part.rate, loaded.is_platform)
            case SmsPart() as part:
                sms = Sms(self._sms(account, part, secrets), self.twilio_connections, self._clock)
                return Served(account.tenant_id, sms, part.rate, loaded.is_platform)
            case WhatsappPart() as part:
                whatsapp = Whatsapp(
                    self._whatsapp(account, part, secrets, loaded), self.twilio_connections, self._clock
                )
                return Served(account.tenant_id, whatsapp, part.rate, loaded.is_platform)
            case EmailPart() as part:
                email = Email(self._email(account, part, secrets, loaded), self._relays, self._clock, time_of)
                return Served(account.tenant_id, email, part.rate, loaded.is_platform)
            case _:
                raise LookupError(f"nobody opens an account on {account.channel}")

    def _telegram(self, account: Account, part: TelegramPart, secrets: Secrets) -> Telegram:
        settings = TelegramSettings(
            account=account.tenant_id,
            token=secrets["token"],
            secret=secrets.get("secret", ""),
            username=part.username or "",
            mode="poll" if self._is_polling else part.mode,
            base_url=part.base_url.rstrip("/"),
            rate=part.rate,
        )
        return Telegram(settings, self.connections)

    def _sms(self, account: Account, part: SmsPart, secrets: Secrets) -> SmsSettings:
        return SmsSettings(
            **self._sender(account, part, secrets),
            countries=frozenset(part.countries),
            segments=part.segments,
            strips_accents=part.strips_accents,
        )

    def _whatsapp(self, account: Account, part: WhatsappPart, secrets: Secrets, loaded: Loaded) -> WhatsappSettings:
        return WhatsappSettings(
            **self._sender(account, part, secrets),
            content_url=part.content_url,
            templates={name: {str(each): sid for each, sid in sids.items()} for name, sids in part.templates.items()},
            language=loaded.town.language,
            file_key=self._keys.signing(account.tenant_id, "files"),
        )

    def _sender(self, account: Account, part: PaidPart, secrets: Secrets) -> dict[str, Any]:
        """What every account at Twilio has, as `TwilioSettings` take it."""
        return {
            "account": account.tenant_id,
            "account_sid": part.account_sid or "",
            "token": secrets["token"],
            "second_token": secrets.get("second_token", ""),
            "number": dialled(part.number or ""),
            "service": part.service or "",
            "public_url": self._public_url,
            "base_url": part.base_url,
            "price": micros(part.price),
            "prices": {country: micros(price) for country, price in part.prices.items()},
        }

    def _email(self, account: Account, part: EmailPart, secrets: Secrets, loaded: Loaded) -> EmailSettings:
        town, imap_host = loaded.town, part.imap_host or ""
        return EmailSettings(
            account=account.tenant_id,
            address=part.address or "",
            key=self._keys.signing(account.tenant_id, "email"),
            smtp=Server(part.smtp_host or "", part.smtp_port, part.smtp_security),
            imap=Server(imap_host, part.imap_port, part.imap_security) if part.incoming == "imap" else None,
            folder=part.imap_folder,
            done=part.imap_done,
            user=part.user or "",
            password=secrets.get("password", ""),
            authserv_id=part.authserv_id or "",
            public_url=self._public_url,
            is_shared=loaded.is_platform,
            names={each: words_in(town.name, each, town.language) for each in town.languages},
        )


def dialled(phone: str) -> str:
    """A number without what stands between its digits."""
    return "".join(each for each in phone if each.isdecimal() or each == "+")


def caps_of(part: Part) -> Caps:
    """What the account may spend."""
    if not isinstance(part, PaidPart):
        return Caps()
    day, month = (None if cap is None else micros(cap) for cap in (part.cap_day, part.cap_month))
    return Caps(day, month)


def micros(price: float) -> int:
    """Millionths, in which money is counted."""
    return round(price * 1_000_000)
