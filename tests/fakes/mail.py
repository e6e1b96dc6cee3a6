"""The mail servers of everybody on loopback: what the bot sends arrives here, what citizens write goes from here to it.

async with FakeMail() as mail:
    mail.doors["participa@vilanova.example.org"] = lmtp_port      # or a mailbox of `FakeImap`
    ana = mail.inbox("ana@example.org")
    await mail.bring("ana@example.org", "participa@vilanova.example.org", b"From: ...")
    await ana.next()
"""

import asyncio
from collections import Counter, deque
from enum import StrEnum
from types import TracebackType

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.fakes.mail_bounces import report
from tests.fakes.mail_folders import Postbox
from tests.fakes.mail_letter import Letter
from tests.fakes.mail_lmtp import Lmtp

AUTHSERV_ID = "mx.example.org"
"""The name the town's mail server signs its Authentication-Results with."""
UNKNOWN = "550 5.1.1 User unknown"
FULL = "552 5.2.2 Mailbox full"
GREY = "451 4.7.1 Greylisted, please try again later"
_TRIES_AGAIN_AFTER = 0.05


class Fault(StrEnum):
    """What goes wrong with the next mail, whoever it is for."""

    DROP = "drop"
    """The connection ends before the mail is taken."""
    DROP_AFTER = "drop after"
    """The mail is taken, and nobody is told."""
    SILENCE = "silence"
    """It is taken, and no answer ever comes."""
    BUSY = "421 4.3.2 Not now"
    REFUSED = "554 5.7.1 Message content rejected"


class Inbox:
    """Where one address's mail arrives. `refuses` are answers to the next RCPTs, `never` to all of them; `bounces` is
    the status of a report that follows each letter that was taken."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.refuses: deque[str] = deque()
        self.never = ""
        self.bounces = ""
        self._read = 0
        self._arrived = asyncio.Event()

    def add(self, letter: Letter) -> None:
        """One more."""
        self.letters.append(letter)
        self._arrived.set()

    def news(self) -> list[Letter]:
        """What has not been read yet."""
        new = self.letters[self._read :]
        self._read = len(self.letters)
        return new

    async def comes(self, patience: float = 5.0) -> None:
        """Wait until there is a letter that has not been read."""
        async with asyncio.timeout(patience):
            while self._read == len(self.letters):
                self._arrived.clear()
                await self._arrived.wait()

    async def next(self, patience: float = 5.0) -> Letter:
        """The next letter that has not been read."""
        await self.comes(patience)
        self._read += 1
        return self.letters[self._read - 1]


class FakeMail:
    """`port` is where SMTP is spoken, once started."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.doors: dict[str, int | Postbox] = {}
        """Where mail for an address is handed on: to the LMTP of this port, or into this mailbox."""
        self.faults: deque[Fault] = deque()
        self.wrong: list[str] = []
        """What a strict receiver would have refused, and this one did."""
        self.taken_at: list[float] = []
        self.ids: Counter[str] = Counter()
        """How often each Message-ID arrived."""
        self._inboxes: dict[str, Inbox] = {}
        self._server: asyncio.Server | None = None
        self._lines: set[SMTP] = set()
        self._reporting: set[asyncio.Task[str]] = set()

    def inbox(self, address: str) -> Inbox:
        """The inbox of an address; everybody has one."""
        return self._inboxes.setdefault(address.lower(), Inbox())

    async def start(self) -> None:
        """Listen, at the same port as before."""
        self._server = await asyncio.get_running_loop().create_server(self._line, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Nobody listens any more; whoever is connected is cut off."""
        if self._server is not None:
            self._server.close()
        for line in list(self._lines):
            if line.transport is not None:
                line.transport.close()
        await asyncio.sleep(0)

    async def __aenter__(self) -> "FakeMail":
        await self.start()
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for task in self._reporting:
            task.cancel()
        await asyncio.gather(*self._reporting, return_exceptions=True)
        await self.stop()

    async def bring(self, sender: str, recipient: str, body: bytes, *, is_proved: bool = True, tries: int = 100) -> str:
        """Hand a mail on to the bot, again and again while it says "later"; its last answer. The town's server writes
        what it found out about its sender above it, and believes nobody who wrote that before."""
        domain = body.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").partition("From: ")[2].partition("\r\n")[0]
        domain = domain.rpartition("@")[2].rstrip("> ") or "example.org"
        found = f"Authentication-Results: {AUTHSERV_ID}; dmarc={'pass' if is_proved else 'fail'} header.from={domain}"
        body = f"{found}\r\nReceived: by {AUTHSERV_ID}; Thu, 26 Nov 2026 10:00:00 +0000\r\n".encode() + body
        local, _, at = recipient.rpartition("@")
        door = self.doors[f"{local.partition('+')[0]}@{at}".lower()]
        if isinstance(door, Postbox):
            door.folders["INBOX"].add(f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode() + body)
            return "250 kept"
        answer = ""
        for _ in range(tries):
            try:
                async with Lmtp(door) as lmtp:
                    (answer,) = await lmtp.bring(sender, [recipient], body)
            except ConnectionError:
                answer = "451 no connection"
            if answer[:1] != "4":
                break
            await asyncio.sleep(_TRIES_AGAIN_AFTER)
        return answer

    async def settled(self) -> None:
        """Every report that was begun has been handed on."""
        while self._reporting:
            await asyncio.gather(*self._reporting)

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        box = self.inbox(address)
        if answer := box.never or (box.refuses.popleft() if box.refuses else ""):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        fault = self.faults.popleft() if self.faults else None
        if fault in {Fault.BUSY, Fault.REFUSED}:
            return fault
        if fault is not Fault.DROP:
            for address in envelope.rcpt_tos:
                letter = Letter(envelope.mail_from or "", address, bytes(envelope.original_content or b""))
                if wrong := letter.faults():
                    self.wrong += wrong
                    return f"554 5.6.0 {wrong[0]}"
                self._take(letter)
        if fault in {Fault.DROP, Fault.DROP_AFTER} and server.transport is not None:
            server.transport.close()
        if fault is not None:
            await asyncio.Event().wait()
        return "250 2.0.0 Ok: queued"

    def _take(self, letter: Letter) -> None:
        box = self.inbox(letter.recipient)
        self.taken_at.append(asyncio.get_running_loop().time())
        self.ids[letter.message_id] += 1
        if not box.bounces.startswith("5"):
            box.add(letter)
        if box.bounces:
            task = asyncio.ensure_future(self.bring("", letter.sender, report(letter, box.bounces)))
            self._reporting.add(task)
            task.add_done_callback(self._reporting.discard)

    def _line(self) -> SMTP:
        line = _Line(
            self,
            hostname=AUTHSERV_ID,
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=lambda *_: AuthResult(success=True),
            loop=asyncio.get_running_loop(),
        )
        line.lines = self._lines
        return line


class _Line(SMTP):
    """One connection, known as long as it lasts."""

    lines: set[SMTP]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.lines.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.lines.discard(self)
        super().connection_lost(error)
