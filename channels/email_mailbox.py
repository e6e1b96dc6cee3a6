"""Mail that lies in a mailbox: fetched as it comes, and moved away only after it has acted."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeAlias, TypeVar

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from channels.channel import Heard, Request, Unread, Unreadable
from channels.email_imap import Fetched, Folder
from channels.email_settings import EmailSettings

LARGEST = 36 * 1024 * 1024
"""Bytes of a mail: 25 MB of files as mail writes them, and room for words."""

_LOOKS_AGAIN_AFTER = 120.0
"""Seconds of IDLE. News that comes between a search and IDLE may be overheard: it waits no longer than this."""
_POLLS_EVERY = 30.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 300.0
_ENDS_WITHIN = 3.0

Parse: TypeAlias = Callable[[Request], Sequence[Heard]]
Deliver: TypeAlias = Callable[[Sequence[Heard]], Awaitable[None]]
Said = TypeVar("Said")

logger = logging.getLogger(__name__)


class Mailbox:
    """One account's mailbox, as `Channel.listen` wants it.

    `parse` is given each mail as `Request({}, mail, "imap:")`, and of one that is too large the header alone, with
    `x-cut` among the headers; it may raise `Unreadable`.
    """

    def __init__(
        self,
        settings: EmailSettings,
        parse: Parse,
        *,
        largest: int = LARGEST,
        first_pause: float = _FIRST_PAUSE,
        polls: float = _POLLS_EVERY,
    ) -> None:
        self._settings = settings
        self._parse = parse
        self._largest = largest
        self._first_pause = first_pause
        self._polls = polls
        self._acted: set[tuple[int, int]] = set()
        """UIDVALIDITY and UID of what has acted and still lies there, as it could not be moved."""

    async def listen(self, deliver: Deliver) -> None:
        """Fetch until cancelled. An exception of `deliver` ends it, with nothing moved."""
        pause = self._first_pause
        while True:
            try:
                async with _Line(self._settings, self._largest) as line:
                    while True:
                        while await self._empty(line, deliver):
                            pass
                        pause = self._first_pause
                        await self._news(line)
            except (IMAPClientError, OSError, ValueError) as error:
                logger.warning("Mailbox of %s cannot be read: %s", self._settings.account, type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _news(self, line: "_Line") -> None:
        if line.folder.tells_news:
            await line.run(lambda: line.folder.wait(_LOOKS_AGAIN_AFTER))
        else:
            await asyncio.sleep(self._polls)
            await line.run(line.folder.refresh)

    async def _empty(self, line: "_Line", deliver: Deliver) -> bool:
        """Act on what lies there; whether it is worth looking again at once.

        Looking comes last before the wait for news: what the server tells in answer to anything else nobody hears.
        """
        folder = line.folder
        if here := sorted(known for known in self._acted if known[0] == folder.validity):
            await self._put_away(line, here)
        lying = {(folder.validity, uid): uid for uid in await line.run(folder.waiting)}
        self._acted &= lying.keys()
        left: Sequence[int] = [uid for known, uid in lying.items() if known not in self._acted]
        has_new = bool(left)
        while left:
            mails, left = await line.run(partial(folder.fetch, left))
            heard = await line.run(partial(self._heard, mails))
            if heard:
                await deliver(heard)
            if mails:
                acted = [(folder.validity, mail.uid) for mail in mails]
                self._acted.update(acted)
                await self._put_away(line, acted)
        return has_new

    async def _put_away(self, line: "_Line", acted: Sequence[tuple[int, int]]) -> None:
        try:
            await line.run(partial(line.folder.put_away, [uid for _, uid in acted]))
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            logger.warning("Mail of %s that has acted cannot be moved", self._settings.account)
        else:
            self._acted.difference_update(acted)

    def _heard(self, mails: Sequence[Fetched]) -> list[Heard]:
        return [heard for mail in mails for heard in self._read(mail)]

    def _read(self, mail: Fetched) -> Sequence[Heard]:
        try:
            return self._parse(Request({"x-cut": "yes"} if mail.is_cut else {}, mail.body, "imap:"))
        except Unreadable as unreadable:
            reason = str(unreadable)
        except Exception as bug:
            # A mail that breaks the reader must not hold up those behind it.
            (place,) = traceback.extract_tb(bug.__traceback__)[-1:]
            reason = f"{type(bug).__name__} in {place.name}, line {place.lineno}"
            logger.error("A mail of %s broke its reader: %s", self._settings.account, reason)
        return [Unread("email", self._settings.account, mail.body, reason)]


class _Line:
    """A folder and the one thread that calls it."""

    def __init__(self, settings: EmailSettings, largest: int) -> None:
        self.folder = Folder(settings, largest)
        self._thread = ThreadPoolExecutor(1, f"mailbox {settings.account}")

    async def run(self, call: Callable[[], Said]) -> Said:
        """Call the folder, however long it takes, while everything else goes on."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    async def __aenter__(self) -> "_Line":
        try:
            await self.run(self.folder.open)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    async def _end(self) -> None:
        """Wake the thread, whatever it waits for, and let it go."""
        self.folder.cut()
        await asyncio.wait([asyncio.ensure_future(self.run(self.folder.close))], timeout=_ENDS_WITHIN)
        self._thread.shutdown(wait=False)
