"""What stands beyond each medium: the provider's servers on loopback, with an account for every town."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import ClassVar

from bot.app import App
from channels.whatsapp_shapes import SHAPES
from tests.by_email import ByEmail
from tests.by_sms import BySms
from tests.fakes.mail import AUTHSERV_ID, FakeMail
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_bot import Webhook
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_whatsapp import Sender, plug
from tests.on_whatsapp import OnWhatsApp
from tests.persons import AtTerminal, OnTelegram, Person

TOKEN = "not-a-token"
SECRET = "not-a-secret"
PUBLIC_URL = "https://participa.example.org"


class Wire(ABC):
    """Enter it, write the settings of every account, start the application with its secrets, and connect the two."""

    medium: ClassVar[str]
    channel: ClassVar[str]

    def __init__(self) -> None:
        self._open = AsyncExitStack()
        self._numbers: dict[str, int] = {}

    async def __aenter__(self) -> "Wire":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    @property
    def wrong(self) -> list[str]:
        """What the provider found wrong with what it was sent and took all the same."""
        return []

    @abstractmethod
    async def start(self) -> None:
        """The provider's servers."""

    @abstractmethod
    def settings(self, account: str) -> tuple[str, ...]:
        """An account of the provider's, as lines of the town's files."""

    @abstractmethod
    async def connect(self, app: App, port: int) -> None:
        """From now on the provider knows where to tell what comes."""

    @abstractmethod
    def meet(self, app: App, account: str, remembered: dict[str, str]) -> Person:
        """Somebody nobody has met yet."""

    def section(self, account: str, more: Iterable[str] = ()) -> str:
        """The account in the town's `channels.yaml`; `more` are further settings."""
        return "\n  ".join((f"{self.channel}:", *self.settings(account), *more))

    def by(self, medium: str) -> "Wire":
        """The one of this medium, where there are several; "" is the first."""
        return self

    @property
    def secrets(self) -> Mapping[str, str]:
        """What the settings name and do not say."""
        return {"TOKEN": TOKEN}

    def number(self, account: str) -> int:
        """Of an account, from 1."""
        return self._numbers.setdefault(account, len(self._numbers) + 1)


class ToTelegram(Wire):
    medium = channel = "telegram"

    @property
    def secrets(self) -> Mapping[str, str]:
        return {"SECRET": SECRET, **{f"TOKEN_{number}": f"{number}:{TOKEN}" for number in self._numbers.values()}}

    async def start(self) -> None:
        self.telegram = await self._open.enter_async_context(FakeTelegram())

    def settings(self, account: str) -> tuple[str, ...]:
        keys = ("username: sample_bot", "secret: ${SECRET}", f"base_url: {self.telegram.base_url}", "rate: 1000")
        return (f"token: ${{TOKEN_{self.number(account)}}}", *keys)

    async def connect(self, app: App, port: int) -> None:
        for account in self._numbers:
            url = f"http://127.0.0.1:{port}/telegram/{account}"
            self.telegram.bot(self.token(account)).webhook = Webhook(url, SECRET)

    def meet(self, app: App, account: str, remembered: dict[str, str]) -> Person:
        return OnTelegram(app, account, self.telegram, self.token(account), remembered)

    def token(self, account: str) -> str:
        return f"{self.number(account)}:{TOKEN}"


class AtHome(ToTelegram):
    """The terminal needs nothing; the town has its bot on Telegram, all the same."""

    medium = "terminal"

    def meet(self, app: App, account: str, remembered: dict[str, str]) -> Person:
        return AtTerminal(app, account, remembered)


class ToTwilio(Wire):
    """Numbers for SMS."""

    medium = channel = "sms"

    async def start(self) -> None:
        self.twilio = await self._open.enter_async_context(FakeTwilio())

    def settings(self, account: str) -> tuple[str, ...]:
        number, sid = f"+346000009{self.number(account):02}", f"AC{self.number(account):032x}"
        self.buy(sid, number, f"/twilio/{account}/{self.channel}")
        keys = (f"account_sid: {sid}", "token: ${TOKEN}", f'number: "{number}"', f"base_url: {self.twilio.base_url}")
        return (*keys, "rate: 1000")

    def buy(self, sid: str, number: str, webhook: str) -> None:
        """A number, and the path that it calls."""
        self.twilio.account(sid, TOKEN, number, webhook).public_url = PUBLIC_URL

    async def connect(self, app: App, port: int) -> None:
        for account in self.twilio.accounts.values():
            account.deliver_to = f"http://127.0.0.1:{port}"

    def meet(self, app: App, account: str, remembered: dict[str, str]) -> Person:
        return BySms(app, account, self.twilio, remembered)


class ToWhatsApp(ToTwilio):
    """Senders on WhatsApp, their buttons provisioned."""

    medium = channel = "whatsapp"

    def __init__(self) -> None:
        super().__init__()
        self.senders: dict[str, tuple[Sender, str]] = {}

    def settings(self, account: str) -> tuple[str, ...]:
        return (*super().settings(account), f"content_url: {self.twilio.base_url}")

    def buy(self, sid: str, number: str, webhook: str) -> None:
        sender = plug(self.twilio.account(sid, TOKEN), f"whatsapp:{number}", webhook)
        sender.account.public_url = PUBLIC_URL
        for shape in SHAPES.values():
            sender.contents.create(shape.to_dict())
        self.senders[webhook] = sender, f"whatsapp:{number}"

    def meet(self, app: App, account: str, remembered: dict[str, str]) -> Person:
        return OnWhatsApp(app, self.twilio, *self.senders[f"/twilio/{account}/whatsapp"], remembered)


class ToMail(Wire):
    """An address for each, behind a mail server that brings letters by LMTP."""

    medium = channel = "email"

    async def start(self) -> None:
        self.mail = await self._open.enter_async_context(FakeMail())

    @property
    def wrong(self) -> list[str]:
        return self.mail.wrong

    def settings(self, account: str) -> tuple[str, ...]:
        self.number(account)
        server = ("smtp_host: 127.0.0.1", f"smtp_port: {self.mail.port}", "smtp_security: none")
        return (f"address: {_address(account)}", f"authserv_id: {AUTHSERV_ID}", *server, "rate: 1000")

    async def connect(self, app: App, port: int) -> None:
        door = await app.mail_door.start("127.0.0.1", 0)
        self.mail.doors |= {_address(account): door for account in self._numbers}

    def meet(self, app: App, account: str, remembered: dict[str, str]) -> Person:
        return ByEmail(app, account, self.mail, remembered)


def _address(account: str) -> str:
    return f"{account[:20]}@towns.example.org"


class Together(Wire):
    """Several media of one town at once."""

    medium = channel = ""

    def __init__(self, wires: Sequence[Wire]) -> None:
        super().__init__()
        self._wires = wires

    @property
    def wrong(self) -> list[str]:
        return [each for wire in self._wires for each in wire.wrong]

    @property
    def secrets(self) -> Mapping[str, str]:
        return {name: secret for wire in self._wires for name, secret in wire.secrets.items()}

    async def start(self) -> None:
        for wire in self._wires:
            await self._open.enter_async_context(wire)

    def settings(self, account: str) -> tuple[str, ...]:
        raise NotImplementedError("each has its own section")

    def section(self, account: str, more: Iterable[str] = ()) -> str:
        return "\n".join(wire.section(account, more) for wire in self._wires)

    def by(self, medium: str) -> Wire:
        return next(wire for wire in self._wires if medium in ("", wire.medium))

    async def connect(self, app: App, port: int) -> None:
        for wire in self._wires:
            await wire.connect(app, port)

    def meet(self, app: App, account: str, remembered: dict[str, str]) -> Person:
        return self.by("").meet(app, account, remembered)


WIRES: dict[str, type[Wire]] = {wire.medium: wire for wire in (AtHome, ToTelegram, ToTwilio, ToWhatsApp, ToMail)}


def wire_of(medium: str) -> Wire:
    """Of one medium, or of several: "sms+telegram"."""
    wires = [WIRES[each]() for each in medium.split("+")]
    return wires[0] if len(wires) == 1 else Together(wires)
