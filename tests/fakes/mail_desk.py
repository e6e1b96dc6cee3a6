"""One mail program, this terminal, and its mail servers: a line that is typed is a letter to the bot, an answer to the
last one that came. With `--raw` every mail is shown as it travels."""

import asyncio
import sys
from contextlib import suppress

from tests.fakes.mail import AUTHSERV_ID, FakeMail
from tests.fakes.mail_citizen import Mailer
from tests.fakes.mail_imap import FakeImap
from tests.fakes.mail_letter import Letter

_ADDRESS, _CITIZEN, _PASSWORD = "participa@vilanova.example.org", "ana@mail.example.org", "fake"
_ANSWERED_WITHIN = 15.0


class Desk:
    """Where somebody reads and writes."""

    def __init__(self, mailer: Mailer, is_raw: bool) -> None:
        self._mailer = mailer
        self._is_raw = is_raw
        self._last: Letter | None = None
        self._has_come = asyncio.Event()

    async def read(self) -> None:
        """Show what comes, until cancelled."""
        while True:
            self._last = await self._mailer.inbox.next(float("inf"))
            words = self._last.body.decode("ascii", "replace") if self._is_raw else self._last.plain
            print("\n".join(f"  {line}" for line in words.splitlines()), flush=True)
            self._has_come.set()

    async def write(self, words: str) -> None:
        """Send a letter, and wait a while for its answer."""
        letter = self._last
        to = letter.reply_to if letter else _ADDRESS
        body = self._mailer.reply(letter, words) if letter else self._mailer.letter(words)
        if self._is_raw:
            print("\n".join(f"> {line}" for line in body.decode("ascii", "replace").splitlines()), flush=True)
        self._has_come.clear()
        if not (answer := await self._mailer.sends(to, body)).startswith("250"):
            print(f"  (the mail door answered {answer})")
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_ANSWERED_WITHIN):
                await self._has_come.wait()


async def sit_down(port: int, door: int, is_raw: bool) -> None:
    """Serve SMTP on `port` and IMAP on the next, until the terminal's input ends. Mail for the bot is brought to its
    `door` (LMTP), or lies in a mailbox where that is 0."""
    async with FakeMail(port) as mail, FakeImap(port=port + 1) as imap:
        mail.doors[_ADDRESS] = door or imap.add(_ADDRESS, _PASSWORD)
        lines = [f"address: {_ADDRESS}", f"authserv_id: {AUTHSERV_ID}"]
        lines += ["smtp_host: localhost", f"smtp_port: {mail.port}", "smtp_security: none"]
        if not door:
            lines += ["incoming: imap", "imap_host: localhost", f"imap_port: {imap.port}", "imap_security: none"]
            lines += [f"user: {_ADDRESS}", f"password: ${{MAIL_PASSWORD}}  # {_PASSWORD}"]
        print("\n  ".join(("email:", *lines)), flush=True)
        desk = Desk(Mailer(mail, _CITIZEN, _ADDRESS), is_raw)
        reading = asyncio.create_task(desk.read())
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            await desk.write(line.rstrip("\n"))
        reading.cancel()
