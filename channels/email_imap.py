"""One connection to a folder of a mailbox, by IMAP: it blocks, so a thread of its own calls it."""

import logging
import socket
from collections.abc import Sequence
from contextlib import suppress

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError
from msgspec import Struct

from channels.email_settings import EmailSettings

_CONNECTS_WITHIN = 10.0
_ANSWERS_WITHIN = 30.0
_AT_ONCE, _BYTES_AT_ONCE = 50, 4 * 1024 * 1024

# At DEBUG the library logs every line of the protocol, at INFO each connection that ends.
logging.getLogger("imapclient").setLevel(logging.WARNING)


class Fetched(Struct, frozen=True):
    """A mail as it lies in the folder; of one that is too large only its header, and `is_cut`."""

    uid: int
    body: bytes
    is_cut: bool = False


class Folder:
    """Open from `open` to `close`. Anything that fails may leave it useless: close it, and open another."""

    def __init__(self, settings: EmailSettings, largest: int) -> None:
        self.validity = 0
        """As long as it is the same, a UID is the same mail."""
        self.tells_news = False
        """The server can say when mail comes (IDLE)."""
        self._settings = settings
        self._largest = largest
        self._done = settings.done
        self._is_cut = False
        self._client: IMAPClient | None = None

    def open(self) -> None:
        """Connect, log in, and select the folder."""
        where = self._settings
        if where.imap is None:
            raise ValueError("the account fetches no mail")
        timeout, is_secure = SocketTimeout(_CONNECTS_WITHIN, _ANSWERS_WITHIN), where.imap.security != "none"
        self._client = client = IMAPClient(where.imap.host, where.imap.port, ssl=is_secure, timeout=timeout)
        if self._is_cut:
            raise IMAPClientAbortError("closed while it was opened")
        client.login(where.user, where.password)
        self.tells_news = client.has_capability("IDLE")
        personal = client.namespace().personal if client.has_capability("NAMESPACE") else None
        if personal and not where.done.startswith(personal[0][0]):
            self._done = f"{personal[0][0]}{where.done}"
        self.validity = int(client.select_folder(where.folder)[b"UIDVALIDITY"])

    def waiting(self) -> list[int]:
        """The UIDs of the mails that lie there, oldest first."""
        return sorted(self._open.search(["UNDELETED"]))

    def fetch(self, uids: Sequence[int]) -> tuple[list[Fetched], Sequence[int]]:
        """The first of these mails, as many as are well held in memory and at least one, and what is left of `uids`.

        One that somebody took away meanwhile is in neither. None is marked as read.
        """
        sizes = self._open.fetch(uids[:_AT_ONCE], ["RFC822.SIZE"])
        chosen, total = list[int](), 0
        for place, uid in enumerate(uids[:_AT_ONCE]):
            size = int(sizes.get(uid, {}).get(b"RFC822.SIZE", -1))
            total += max(0, size)
            if chosen and (total > _BYTES_AT_ONCE or size > self._largest):
                return self._fetched(chosen, ""), uids[place:]
            if size > self._largest:
                return self._fetched([uid], "HEADER"), uids[place + 1 :]
            if size >= 0:
                chosen.append(uid)
        return self._fetched(chosen, ""), uids[_AT_ONCE:]

    def put_away(self, uids: Sequence[int]) -> None:
        """Move mails to the folder for what has acted, which is made where it is missing."""
        try:
            self._move(uids)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            self._open.create_folder(self._done)
            self._move(uids)

    def wait(self, seconds: float) -> None:
        """Until the server has news, or so many seconds; then make sure that somebody is still there."""
        self._open.idle()
        self._open.idle_check(seconds)
        self._open.idle_done()
        self.refresh()

    def refresh(self) -> None:
        """Make sure that somebody is still there, who may say what is new."""
        self._open.noop()

    def cut(self) -> None:
        """From any thread: whoever waits for the server is told that the connection ended."""
        self._is_cut = True
        if self._client is not None:
            with suppress(OSError):
                self._client.socket().shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connection, without a word."""
        if self._client is not None:
            with suppress(OSError, IMAPClientError):
                self._client.shutdown()

    def _fetched(self, uids: Sequence[int], section: str) -> list[Fetched]:
        found, key = self._open.fetch(uids, [f"BODY.PEEK[{section}]"]), f"BODY[{section}]".encode()
        there = [(uid, found[uid][key]) for uid in uids if key in found.get(uid, {})]
        return [Fetched(uid, body or b"", is_cut=bool(section)) for uid, body in there]

    def _move(self, uids: Sequence[int]) -> None:
        client = self._open
        if client.has_capability("MOVE"):
            client.move(uids, self._done)
            return
        client.copy(uids, self._done)
        client.delete_messages(uids, silent=True)
        if client.has_capability("UIDPLUS"):
            client.uid_expunge(uids)
        else:
            client.expunge()

    @property
    def _open(self) -> IMAPClient:
        if self._client is None:
            raise IMAPClientAbortError("not open")
        return self._client
