"""An IMAP server on loopback (RFC 3501, with IDLE, MOVE, UIDPLUS and NAMESPACE as it is told), and its faults.

async with FakeImap() as imap:
    box = imap.add("participa@example.org", "a password")
    box.folders["INBOX"].add(b"From: ...")
    imap.faults.append(("MOVE", Fault.REFUSE))
"""

import asyncio
import ssl
from collections import Counter, deque
from enum import StrEnum
from types import TracebackType

from tests.fakes.mail_folders import Postbox
from tests.fakes.mail_imap_session import Session
from tests.fakes.mail_imap_words import LONGEST_LINE


class Fault(StrEnum):
    """What goes wrong with the next command of a kind."""

    REFUSE = "refuse"
    """NO."""
    DROP = "drop"
    """The connection ends, without a word."""
    DROP_AFTER = "drop after"
    """The command is done, and its answer never comes."""
    BYE = "bye"
    """The server says goodbye."""
    SILENCE = "silence"
    """Nothing is answered, ever."""


EVERYTHING = frozenset({"IDLE", "MOVE", "UIDPLUS", "NAMESPACE", "LITERAL+"})


class FakeImap:
    """`port` is where it listens, once started; `said` counts the commands it was given."""

    def __init__(self, features: frozenset[str] = EVERYTHING, prefix: str = "", port: int = 0) -> None:
        self.features = features
        self.prefix = prefix
        """What every personal folder but INBOX begins with."""
        self.users: dict[str, Postbox] = {}
        self.faults: deque[tuple[str, Fault]] = deque()
        self.said: Counter[str] = Counter()
        self.sessions: set[Session] = set()
        self.port = port
        self.tls: ssl.SSLContext | None = None
        self._server: asyncio.Server | None = None

    def add(self, user: str, password: str) -> Postbox:
        """Somebody with a mailbox."""
        return self.users.setdefault(user, Postbox(password))

    def fault(self, command: str) -> Fault | None:
        """What goes wrong with this command."""
        for place, (name, fault) in enumerate(self.faults):
            if name == command:
                del self.faults[place]
                return fault
        return None

    def drop(self) -> None:
        """Every connection ends, without a word."""
        for session in list(self.sessions):
            session.drop()

    def say_bye(self) -> None:
        """The server is restarted: whoever idles is told so."""
        for session in list(self.sessions):
            session.bye()

    async def start(self) -> None:
        """Listen, at the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=LONGEST_LINE, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more, and drop whoever is there."""
        if self._server is not None:
            self._server.close()
        self.drop()
        await asyncio.gather(*(session.ended.wait() for session in list(self.sessions)))

    async def __aenter__(self) -> "FakeImap":
        await self.start()
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(self, reader, writer)
        self.sessions.add(session)
        try:
            await session.run()
        finally:
            self.sessions.discard(session)
            session.ended.set()
