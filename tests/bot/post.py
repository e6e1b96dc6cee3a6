"""A whole installation that lives by mail: the real app on a real store, and everybody's mail servers on loopback."""

import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import App, utc_now
from bot.config.apply import apply
from bot.config.load import load
from bot.config.source import Source
from flows.catalog import FLOWS
from flows.step import Flow
from tests.bot.house import KEYS, OWN, PLATFORM, SHARING, awake_files
from tests.fakes.mail import AUTHSERV_ID, FakeMail
from tests.fakes.mail_citizen import Mailer
from tests.fakes.mail_imap import FakeImap

ADDRESSES = {OWN: "participa@puertoreal.example.org", PLATFORM: "hola@participa.example.org"}
PASSWORD = "not-a-password"

_numbers = itertools.count(1)


@dataclass
class Post:
    """One process that serves, and the world of mail around it."""

    app: App
    mail: FakeMail
    imap: FakeImap
    url: str

    def citizen(self, name: str = "", owner: str = OWN, language: str = "es") -> Mailer:
        """Somebody who writes to a tenant's address."""
        return Mailer(self.mail, f"{name or f'person{next(_numbers)}'}@mail.example.org", ADDRESSES[owner], language)

    @property
    def door(self) -> int:
        """The port where a mail server brings mail."""
        door = self.mail.doors[ADDRESSES[OWN]]
        assert isinstance(door, int)
        return door


def channels(owner: str, mail: FakeMail, imap: FakeImap, incoming: str, rate: float) -> bytes:
    """A tenant's `channels.yaml`."""
    if owner not in ADDRESSES:
        return b"email:\n  account: platform\n"
    lines = [f"address: {ADDRESSES[owner]}", f"authserv_id: {AUTHSERV_ID}", f"rate: {rate}"]
    lines += ["smtp_host: 127.0.0.1", f"smtp_port: {mail.port}", "smtp_security: none"]
    if incoming == "imap":
        lines += ["incoming: imap", "imap_host: 127.0.0.1", f"imap_port: {imap.port}", "imap_security: none"]
        lines += [f"user: {ADDRESSES[owner]}", "password: ${MAIL_PASSWORD}"]
    return "\n".join(["email:", *(f"  {line}" for line in lines), ""]).encode()


@asynccontextmanager
async def open_post(
    url: str,
    *,
    flows: Mapping[str, Flow] = FLOWS,
    incoming: str = "lmtp",
    rate: float = 1000,
    clock: Callable[[], datetime] = utc_now,
    public_url: str = "",
) -> AsyncIterator[Post]:
    """Everything running; stopped gracefully in the end."""
    async with AsyncExitStack() as stack:
        media = stack.enter_context(TemporaryDirectory())
        mail = await stack.enter_async_context(FakeMail())
        imap = await stack.enter_async_context(FakeImap())
        for address in ADDRESSES.values():
            mail.doors[address] = imap.add(address, PASSWORD)
        app = App(
            url,
            KEYS,
            environ={"MAIL_PASSWORD": PASSWORD},
            flows=flows,
            media=Path(media),
            clock=clock,
            messages_per_minute=100_000,
            public_url=public_url,
        )
        for name in (OWN, PLATFORM, SHARING):
            files = {**awake_files(name), "channels.yaml": channels(name, mail, imap, incoming, rate)}
            source, now = Source(name, files), datetime.now(UTC)
            app.store.run(name, partial(apply, source=source, loaded=load(source), now=now, actor="test"))
        await app.start()
        stack.push_async_callback(app.stop)
        port = await app.serve("127.0.0.1", 0)
        if incoming == "lmtp":
            mail.doors |= dict.fromkeys(ADDRESSES.values(), await app.mail_door.start("127.0.0.1", 0))
        yield Post(app, mail, imap, f"http://127.0.0.1:{port}")
