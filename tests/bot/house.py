"""A whole installation for tests: the real app on a real store, real HTTP, and Telegram's far side on loopback."""

import io
import itertools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import App, utc_now
from bot.cli.sample import awake
from bot.config.apply import apply
from bot.config.load import load
from bot.config.source import Source, read_folder
from channels.console import Console
from channels.message import Address, Inbound, Kind
from flows.catalog import FLOWS
from flows.step import Flow
from storage.files import Files
from storage.keys import Keys
from tests.fakes.telegram import Bot, Citizen, FakeTelegram
from tests.fakes.telegram_bot import Webhook

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "tenants"
OWN, PLATFORM, SHARING = "puerto-real-de-levante", "participa", "vilanova-del-riu"
NEIGHBOUR = "rocafosca-del-pla"
"""A town with a bot of its own; the platform with its bot; a town that speaks through it, and another one."""
KEYS = Keys(b"k" * 32)
TOKENS = {OWN: "1:own", PLATFORM: "2:platform"}
SECRETS = {OWN: "own-secret", PLATFORM: "platform-secret"}
ENVIRON = {
    "TOKEN_OWN": TOKENS[OWN],
    "SECRET_OWN": SECRETS[OWN],
    "TOKEN_PLATFORM": TOKENS[PLATFORM],
    "SECRET_PLATFORM": SECRETS[PLATFORM],
}
HEADER = "X-Telegram-Bot-Api-Secret-Token"

_ids = itertools.count(1)


def sources(base_url: str, rate: float = 1000, names: Sequence[str] = (OWN, PLATFORM, SHARING)) -> list[Source]:
    """The sample towns, their bots at this address."""
    changed = {
        OWN: _channels("OWN", base_url, rate),
        PLATFORM: _channels("PLATFORM", base_url, rate),
        SHARING: b"telegram:\n  account: platform\n",
        NEIGHBOUR: b"telegram:\n  account: platform\n",
    }
    return [Source(name, {**awake_files(name), "channels.yaml": changed[name]}) for name in names]


def awake_files(name: str) -> dict[str, bytes]:
    """A sample town's files without its quiet hours: tests run by night as well."""
    files = read_folder(EXAMPLES / name).files
    return {path: awake(data.decode()).encode() if path == "tenant.yaml" else data for path, data in files.items()}


def _channels(name: str, base_url: str, rate: float) -> bytes:
    lines = [f"token: ${{TOKEN_{name}}}", f"secret: ${{SECRET_{name}}}", f"username: {name.lower()}_bot"]
    lines += [f"base_url: {base_url}", f"rate: {rate}"]
    return "\n".join(["telegram:", *(f"  {line}" for line in lines), ""]).encode()


@dataclass
class House:
    """One process that serves, and the world around it."""

    app: App
    telegram: FakeTelegram
    url: str
    files: Files

    def bot(self, owner: str = OWN) -> Bot:
        """A tenant's bot, at Telegram."""
        return self.telegram.bot(TOKENS[owner])

    def citizen(self, number: int = 1, owner: str = OWN, language: str = "es") -> Citizen:
        """Somebody who talks to a tenant's bot."""
        return self.telegram.citizen(self.bot(owner), 34_600_000_000 + number, language)

    async def post(self, body: bytes, owner: str = OWN, secret: str | None = None) -> int:
        """A raw call of the webhook; its status."""
        headers = {HEADER: SECRETS[owner] if secret is None else secret} if secret != "" else {}
        url = f"{self.url}/telegram/{owner}"
        async with self.telegram.session.post(url, data=io.BytesIO(body), headers=headers) as response:
            return response.status

    async def says(self, text: str, tenant_id: str = OWN, name: str = "ana") -> str:
        """Somebody writes in the terminal; what comes back."""
        kind = Kind.START if text.startswith("/start") else Kind.TEXT
        words = text.removeprefix("/start").strip()
        inbound = Inbound(tenant_id, Address("console", name), f"t{next(_ids)}", kind, words)
        await self.app.reception.receive([inbound])
        return "\n".join(await self.replies(tenant_id, name))

    async def replies(self, tenant_id: str = OWN, name: str = "ana", seconds: float = 0.6) -> list[str]:
        """What the terminal shows that was not read yet."""
        console = self.app.reception.channel("console", tenant_id)
        assert isinstance(console, Console)
        return await console.replies(name, seconds)


def apply_towns(app: App, base_url: str, rate: float = 1000, names: Sequence[str] = (OWN, PLATFORM, SHARING)) -> None:
    """Make the sample towns what is served."""
    now = datetime.now(UTC)
    for source in sources(base_url, rate, names):
        app.store.run(source.id, partial(apply, source=source, loaded=load(source), now=now, actor="test"))


@asynccontextmanager
async def open_house(
    url: str,
    *,
    flows: Mapping[str, Flow] = FLOWS,
    rate: float = 1000,
    messages_per_minute: int = 100_000,
    is_polling: bool = False,
    clock: Callable[[], datetime] = utc_now,
    towns: Sequence[str] = (OWN, PLATFORM, SHARING),
) -> AsyncIterator[House]:
    """Everything running; stopped gracefully in the end."""
    async with AsyncExitStack() as stack:
        media = stack.enter_context(TemporaryDirectory())
        telegram = await stack.enter_async_context(FakeTelegram())
        for token in TOKENS.values():
            telegram.bot(token)
        app = App(
            url,
            KEYS,
            environ=ENVIRON,
            flows=flows,
            media=Path(media),
            messages_per_minute=messages_per_minute,
            is_polling=is_polling,
            clock=clock,
        )
        apply_towns(app, telegram.base_url, rate, towns)
        await app.start()
        port = await app.serve("127.0.0.1", 0)
        house = House(app, telegram, f"http://127.0.0.1:{port}", Files(Path(media)))
        for owner, token in () if is_polling else TOKENS.items():
            telegram.bot(token).webhook = Webhook(f"{house.url}/telegram/{owner}", SECRETS[owner])
        try:
            yield house
        finally:
            await app.stop()
