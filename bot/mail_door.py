"""Where the mail server brings mail, by LMTP: each recipient is answered 250 only after the commit."""

import asyncio
import logging
from collections import Counter
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from weakref import WeakSet

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from bot.accounts import Accounts, Served
from bot.log import log_of
from bot.reception import Reception
from channels.channel import Forged, Request
from channels.email import Email
from channels.email_mailbox import LARGEST

_LONGEST_LINE = 256 * 1024
_LARGE = 1024 * 1024
_BACKLOG = 128
_ENDS_WITHIN = 8.0
_CALLS = {"NOOP": 100, "VRFY": 10, "HELP": 10, "*": 1_000_000}
"""How often one connection may say what brings no mail."""

_TAKEN = "250 2.0.0 Taken"
_UNKNOWN = "550 5.1.1 No such address here"
_REFUSED = "550 5.7.1 Not taken"
_TOO_LARGE = "552 5.3.4 This mail is too large: 25 MB of files at most, please send fewer or smaller ones"
_LATER = "451 4.3.0 Not now, please try again later"
_BUSY = b"421 4.3.2 Too many connections, please try again later\r\n"

_log = log_of(__name__)

# The library logs every address at INFO, and may quote a line of a mail that it takes for a command at WARNING.
logging.getLogger("mail.log").setLevel(logging.ERROR)


class MailDoor:
    """Listens between `start` and `stop`. It knows nobody's password and relays nothing: only the mail server is to
    reach it."""

    def __init__(
        self,
        reception: Reception,
        accounts: Accounts,
        *,
        largest: int = LARGEST,
        at_once: int = 64,
        large_at_once: int = 2,
        within: float = 60.0,
    ) -> None:
        self.refused: Counter[str] = Counter()
        self.largest = largest
        self.within = within
        """Seconds for one command, or for one mail from its first line to its answer."""
        self._large = asyncio.Semaphore(large_at_once)
        self._reception = reception
        self._accounts = accounts
        self._at_once = at_once
        self.lines: WeakSet[_Line] = WeakSet()
        self._taking: set[asyncio.Task[str]] = set()
        self._server: asyncio.Server | None = None
        self._is_open = False

    async def start(self, host: str, port: int) -> int:
        """Begin to listen; returns the port, which is a free one where 0 was asked for."""
        self._is_open = True
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._line, host, port, backlog=_BACKLOG)
        return int(self._server.sockets[0].getsockname()[1])

    async def start_at(self, path: Path) -> None:
        """Begin to listen at a socket in the file system, whose folder says who may reach it."""
        self._is_open = True
        self._server = await asyncio.get_running_loop().create_unix_server(self._line, path, backlog=_BACKLOG)

    async def stop(self) -> None:
        """Take no more; what was brought is taken to its end, and answered."""
        self._is_open = False
        if self._server is not None:
            self._server.close()
        if self._taking:
            await asyncio.wait(self._taking, timeout=_ENDS_WITHIN)
            await asyncio.sleep(0)
        for line in list(self.lines):
            line.hang_up()
        await asyncio.sleep(0)

    def room_for(self, options: list[str]) -> AbstractAsyncContextManager[None]:
        """Few large mails are in memory at once: who brings another waits before its first line."""
        sizes = [option.removeprefix("SIZE=") for option in options if option.startswith("SIZE=")]
        return nullcontext() if sizes and int(sizes[0]) < _LARGE else self._large

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: object, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Whether somebody is at home there."""
        if not self._is_open or not self._reception.is_open:
            return self._refuse("closed", _LATER)
        if self._served(home(address)) is None:
            return self._refuse("unknown address", _UNKNOWN)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Known"

    async def handle_DATA(self, _server: object, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """An answer for each recipient. Who hangs up meanwhile interrupts nothing; the mail comes again."""
        answers: dict[str, str] = {}
        for address in envelope.rcpt_tos:
            if home(address) not in answers:
                answers[home(address)] = await self._taken(home(address), envelope)
        return "\r\n".join(answers[home(address)] for address in envelope.rcpt_tos)

    async def handle_exception(self, error: Exception) -> str:
        """Whatever the library does not bear."""
        _log.error("mail door broke", error=type(error).__name__)
        return self._refuse("broken", _LATER)

    async def _taken(self, wanted: str, envelope: Envelope) -> str:
        if not self._is_open:
            return self._refuse("closed", _LATER)
        if (served := self._served(wanted)) is None:
            return self._refuse("unknown address", _UNKNOWN)
        recipients = [address for address in envelope.rcpt_tos if home(address) == wanted]
        sender = (envelope.mail_from or "").removeprefix("<").removesuffix(">")
        body = envelope.content if isinstance(envelope.content, bytes) else b""
        request = Request({"x-rcpt": " ".join(recipients), "x-mail-from": sender}, body, "lmtp:")
        task = asyncio.get_running_loop().create_task(self._take(served, request))
        self._taking.add(task)
        task.add_done_callback(self._taking.discard)
        return await asyncio.shield(task)

    async def _take(self, served: Served, request: Request) -> str:
        try:
            await self._reception.hear(served.channel, served.owner, request)
        except Forged:
            return self._refuse("forged", _REFUSED)
        except Exception:
            _log.exception("not received", channel=served.channel.name, account=served.owner)
            return self._refuse("not received", _LATER)
        return _TAKEN

    def _served(self, wanted: str) -> Served | None:
        for served in self._accounts.all():
            if isinstance(served.channel, Email) and home(served.channel.settings.address) == wanted:
                return served
        return None

    def _refuse(self, why: str, answer: str) -> str:
        self.refused[why] += 1
        return answer

    def _line(self) -> asyncio.Protocol:
        if len(self.lines) >= self._at_once:
            self.refused["busy"] += 1
            return _Busy()
        line = _Line(self)
        self.lines.add(line)
        return line


def home(address: str) -> str:
    """An address without what stands behind a "+", as everybody may write it."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}".casefold()


class _Line(LMTP):
    """One connection of the mail server."""

    line_length_limit = _LONGEST_LINE

    def __init__(self, door: MailDoor) -> None:
        super().__init__(
            door,
            data_size_limit=door.largest,
            enable_SMTPUTF8=True,
            hostname="participabot",
            ident="LMTP",
            timeout=door.within,
            command_call_limit=_CALLS,
            loop=asyncio.get_running_loop(),
        )
        self._door = door
        self._awaited = 1
        """Answers that the other side waits for."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        async with self._door.room_for(self.envelope.mail_options if self.envelope else []):
            try:
                await super().smtp_DATA(arg)
            except Exception as error:
                await self.push(await self._door.handle_exception(error))
            finally:
                self._awaited = 1

    async def push(self, status: str | bytes) -> None:
        """What the library refuses by itself, once for each recipient and in our words."""
        answer = status if isinstance(status, str) else status.decode("ascii", "replace")
        if answer.startswith("552"):
            self._door.refused["too large"] += 1
            answer = _TOO_LARGE
        if answer.startswith("354"):
            self._awaited = len(self.envelope.rcpt_tos) if self.envelope else 1
        elif "\r\n" not in answer:
            answer = "\r\n".join([answer] * self._awaited)
        await super().push(answer)

    def connection_lost(self, error: Exception | None) -> None:
        self._door.lines.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        """Close it, whatever is being said."""
        if self.transport is not None:
            self.transport.close()


class _Busy(asyncio.Protocol):
    """Says so and hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(_BUSY)
        transport.close()
