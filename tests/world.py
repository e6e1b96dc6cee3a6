"""Sample towns that can be reached on one medium, the application that serves them, and the people who write to it."""

import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bot.app import App
from bot.config.tenants import sources_in
from storage.keys import Keys
from tests.meanwhile import Clock, Meanwhile, apply_source
from tests.persons import Person
from tests.wires import PUBLIC_URL, Wire, wire_of

TOWNS = Path(__file__).parent.parent / "examples/tenants"
PLATFORM = "participa"


class World(NamedTuple):
    """All that runs."""

    app: App
    wire: Wire
    clock: Clock
    towns: Path
    port: int

    def meanwhile(self, account: str) -> Meanwhile:
        """A new conversation, with somebody nobody has met yet."""
        remembered: dict[str, str] = {}

        def meet(medium: str) -> Person:
            return self.wire.by(medium).meet(self.app, account, remembered)

        return Meanwhile(self.app, self.clock, self.towns, meet)


@asynccontextmanager
async def open_world(
    medium: str, url: str, keys: Keys, folder: Path, towns: Iterable[str], more: Iterable[str] = ()
) -> AsyncIterator[World]:
    """Everything running; stopped gracefully in the end. `more` are settings of every account.

    Where the platform is among the towns, all others are there too, and those that share its account do.
    """
    names = set(towns)
    is_shared = PLATFORM in names
    if is_shared:
        names = {path.name for path in TOWNS.iterdir()}
    clock = Clock()
    async with wire_of(medium) as wire:
        for name in sorted(names):
            shutil.copytree(TOWNS / name, folder / name)
            file = folder / name / "channels.yaml"
            shares = is_shared and "account: platform" in file.read_text(encoding="utf-8")
            own = f"{wire.channel}:\n  account: platform" if shares else wire.section(name, more)
            file.write_text(own, encoding="utf-8")
        app = App(url, keys, environ=wire.secrets, public_url=PUBLIC_URL, media=folder / ".media", clock=clock)
        for source in sources_in(folder):
            app.store.run(source.id, partial(apply_source, source))
        await app.start()
        try:
            port = await app.serve("127.0.0.1", 0)
            await wire.connect(app, port)
            yield World(app, wire, clock, folder, port)
        finally:
            await app.stop()
