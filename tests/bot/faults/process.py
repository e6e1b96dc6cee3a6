"""The server as a process of its own, to be killed and started again."""

import asyncio
import base64
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot.app import App
from tests.bot.house import ENVIRON, KEYS, SECRETS, TOKENS, apply_towns
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_bot import Webhook

_ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Served:
    """Where it serves, and the world that outlives it."""

    database_url: str
    telegram: FakeTelegram
    port: int
    log: Path
    process: asyncio.subprocess.Process | None = field(default=None)

    async def start(self, moment: str = "never", nth: int = 0) -> None:
        """Start it, with its trap, and wait until it is ready."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPABOT_")}
        environ |= ENVIRON | {
            "PARTICIPABOT_DATABASE_URL": self.database_url,
            "PARTICIPABOT_KEY": base64.b64encode(b"k" * 32).decode(),
            "PARTICIPABOT_PUBLIC_URL": f"https://127.0.0.1:{self.port}",
            "PARTICIPABOT_MESSAGES_PER_MINUTE": "100000",
            "PARTICIPABOT_LOG": "json",
        }
        command = (sys.executable, "-m", "tests.bot.faults.serve", moment, str(nth), "--port", str(self.port))
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *command, cwd=_ROOT, env=environ, stderr=log, stdout=log
            )
        await self._wait_until_ready()
        for owner, token in TOKENS.items():
            self.telegram.bot(token).webhook = Webhook(f"http://127.0.0.1:{self.port}/telegram/{owner}", SECRETS[owner])

    def arm(self) -> None:
        """From now on its trap counts."""
        assert self.process is not None
        self.process.send_signal(signal.SIGUSR1)

    async def ended(self, patience: float = 30) -> int:
        """Its exit code, once it has ended."""
        assert self.process is not None
        async with asyncio.timeout(patience):
            return await self.process.wait()

    async def stop(self) -> int:
        """Ask it to stop; its exit code."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
        return await self.ended()

    async def _wait_until_ready(self) -> None:
        async with aiohttp.ClientSession() as session, asyncio.timeout(60):
            while True:
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/readyz") as response:
                        if response.status == 200:
                            return
                except aiohttp.ClientError:
                    assert self.process is not None
                    assert self.process.returncode is None, self.log.read_text()
                await asyncio.sleep(0.1)


@asynccontextmanager
async def served(database_url: str, folder: Path) -> AsyncIterator[Served]:
    """A store with towns, not served yet."""
    async with FakeTelegram() as telegram:
        for token in TOKENS.values():
            telegram.bot(token)
        app = App(database_url, KEYS)
        apply_towns(app, telegram.base_url)
        app.store.close()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = Served(database_url, telegram, port, folder / "serve.log")
        try:
            yield server
        finally:
            if server.process is not None and server.process.returncode is None:
                server.process.kill()
                await server.process.wait()
