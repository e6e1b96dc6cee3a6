"""One connection to the IMAP server: what it knows of the client, and each command."""

import asyncio
import fnmatch
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from tests.fakes.mail_folders import MailFolder, Postbox
from tests.fakes.mail_imap_view import View
from tests.fakes.mail_imap_words import Word, Wrong, quoted, read_command

if TYPE_CHECKING:
    from tests.fakes.mail_imap import FakeImap

_IDLES_AT_MOST = 1800.0


_Command: TypeAlias = Callable[["Session", list[Word]], Awaitable[None]]


class No(Exception):
    """The command is understood and refused; the words go with it."""


class Session:
    """Sequence numbers are this client's own view, brought up to date where the protocol allows."""

    def __init__(self, server: "FakeImap", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.ended = asyncio.Event()
        self._server, self._reader, self._writer = server, reader, writer
        self._user: Postbox | None = None
        self._view: View | None = None
        self._idles = False

    def drop(self) -> None:
        """End, without a word."""
        self._writer.transport.abort()

    def bye(self) -> None:
        """Say goodbye and end."""
        self._say("* BYE see you later")
        self._writer.close()

    async def run(self) -> None:
        """Until the client leaves."""
        self._say("* OK here I am")
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while not self._writer.is_closing():
                try:
                    words = await read_command(self._reader, self._writer)
                except (Wrong, ValueError):
                    self._say("* BAD what?")
                    continue
                if not words:
                    break
                await self._answer(words)
                await self._writer.drain()
        self._leave_folder()
        self._writer.close()

    async def _answer(self, words: list[Word]) -> None:
        tag, name, arguments = str(words[0]), str(words[1]).upper() if len(words) > 1 else "", words[2:]
        commands = self._COMMANDS
        if name == "UID" and arguments:
            name, arguments, commands = str(arguments[0]).upper(), arguments[1:], self._BY_UID
        self._server.said[name] += 1
        fault = self._server.fault(name)
        match fault:
            case "drop":
                self.drop()
            case "bye":
                self.bye()
            case "silence":
                await self._reader.read()
            case "refuse":
                self._say(f"{tag} NO {name} not now")
            case _:
                answer = await self._done(commands.get(name), arguments)
                if fault == "drop after":
                    self.drop()
                self._say(f"{tag} {answer}")

    async def _done(self, command: "_Command | None", arguments: list[Word]) -> str:
        if command is None:
            return "BAD unknown here"
        try:
            await command(self, arguments)
        except No as no:
            return f"NO {no}"
        except (Wrong, ValueError, IndexError):
            return "BAD arguments"
        self._tell_changes()
        return "OK completed"

    async def _capability(self, _: list[Word]) -> None:
        self._say(" ".join(("* CAPABILITY IMAP4rev1", *sorted(self._server.features))))

    async def _noop(self, _: list[Word]) -> None:
        return

    async def _logout(self, _: list[Word]) -> None:
        self._say("* BYE logging out")

    async def _login(self, arguments: list[Word]) -> None:
        user, password = map(str, arguments)
        known = self._server.users.get(user)
        if known is None or known.password != password:
            raise No("[AUTHENTICATIONFAILED] wrong")
        self._user = known

    async def _namespace(self, _: list[Word]) -> None:
        self._needs("NAMESPACE")
        self._say(f'* NAMESPACE (({quoted(self._server.prefix)} ".")) NIL NIL')

    async def _list(self, arguments: list[Word]) -> None:
        pattern = f"{arguments[0]}{arguments[1]}".replace("%", "*")
        for name in self._box.folders:
            if fnmatch.fnmatchcase(name, pattern):
                self._say(f'* LIST () "." {quoted(name)}')

    async def _create(self, arguments: list[Word]) -> None:
        (name,) = map(str, arguments)
        if self._box.folder(name) is not None:
            raise No("[ALREADYEXISTS] it is there")
        if not name.startswith(self._server.prefix):
            raise No(f"folders begin with {self._server.prefix}")
        self._box.folders[name] = MailFolder()

    async def _select(self, arguments: list[Word]) -> None:
        self._leave_folder()
        folder = self._box.folder(str(arguments[0]))
        if folder is None:
            raise No("[NONEXISTENT] no such folder")
        self._view = View(folder)
        folder.watchers.append(self._changed)
        self._say("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)")
        self._say(f"* {len(self._view.uids)} EXISTS")
        self._say("* 0 RECENT")
        self._say(f"* OK [UIDVALIDITY {folder.validity}] as long as this is the same")
        self._say(f"* OK [UIDNEXT {folder.next_uid}] at least")

    async def _uid_search(self, arguments: list[Word]) -> None:
        self._tell_changes()
        self._say(" ".join(["* SEARCH", *map(str, self._open.found(arguments))]))

    async def _uid_fetch(self, arguments: list[Word]) -> None:
        wanted = arguments[1] if isinstance(arguments[1], list) else [arguments[1]]
        for uid in self._open.chosen(arguments[0]):
            self._writer.write(self._open.fetched(uid, [str(item).upper() for item in wanted]))
            await self._writer.drain()

    async def _uid_store(self, arguments: list[Word]) -> None:
        how = str(arguments[1]).upper()
        flags = {str(flag) for flag in (arguments[2] if isinstance(arguments[2], list) else arguments[2:])}
        for uid in self._open.chosen(arguments[0]):
            mail = self._open.mails[uid]
            mail.flags = mail.flags | flags if how[0] == "+" else mail.flags - flags if how[0] == "-" else flags
            if not how.endswith(".SILENT"):
                self._writer.write(self._open.fetched(uid, ["FLAGS"]))

    async def _uid_copy(self, arguments: list[Word]) -> None:
        folder = self._box.folder(str(arguments[1]))
        if folder is None:
            raise No("[TRYCREATE] no such folder")
        for uid in self._open.chosen(arguments[0]):
            folder.add(self._open.mails[uid].body, self._open.mails[uid].flags)

    async def _uid_move(self, arguments: list[Word]) -> None:
        self._needs("MOVE")
        await self._uid_copy(arguments)
        self._open.folder.remove(self._open.chosen(arguments[0]))

    async def _uid_expunge(self, arguments: list[Word]) -> None:
        self._needs("UIDPLUS")
        self._open.folder.remove(self._open.deleted() & set(self._open.chosen(arguments[0])))

    async def _expunge(self, _: list[Word]) -> None:
        self._open.folder.remove(self._open.deleted())

    async def _idle(self, _: list[Word]) -> None:
        self._needs("IDLE")
        self._say("+ idling")
        self._idles = True
        self._tell_changes()
        try:
            async with asyncio.timeout(_IDLES_AT_MOST):
                if (await self._reader.readline()).strip().upper() != b"DONE":
                    raise Wrong("only DONE ends it")
        finally:
            self._idles = False

    _COMMANDS: ClassVar[Mapping[str, _Command]] = {
        "CAPABILITY": _capability,
        "NOOP": _noop,
        "LOGOUT": _logout,
        "LOGIN": _login,
        "NAMESPACE": _namespace,
        "LIST": _list,
        "CREATE": _create,
        "SELECT": _select,
        "EXPUNGE": _expunge,
        "IDLE": _idle,
    }
    _BY_UID: ClassVar[Mapping[str, _Command]] = {
        "SEARCH": _uid_search,
        "FETCH": _uid_fetch,
        "STORE": _uid_store,
        "COPY": _uid_copy,
        "MOVE": _uid_move,
        "EXPUNGE": _uid_expunge,
    }

    @property
    def _box(self) -> Postbox:
        if self._user is None:
            raise No("log in first")
        return self._user

    @property
    def _open(self) -> View:
        if self._view is None:
            raise Wrong("no folder is selected")
        return self._view

    def _needs(self, feature: str) -> None:
        if feature not in self._server.features:
            raise Wrong(f"{feature} is not offered")

    def _changed(self) -> None:
        if self._idles:
            self._tell_changes()

    def _tell_changes(self) -> None:
        if self._view is not None:
            for line in self._view.changes():
                self._say(line)

    def _leave_folder(self) -> None:
        if self._view is not None:
            self._view.folder.watchers.remove(self._changed)
        self._view = None

    def _say(self, line: str) -> None:
        self._writer.write(f"{line}\r\n".encode())
