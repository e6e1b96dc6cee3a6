"""A mailbox over IMAP: each mail acts once and is moved only then, whatever the server or the network does."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from channels.channel import Heard, Request, Unread, Unreadable
from channels.email_mailbox import Mailbox
from channels.email_settings import EmailSettings, Server
from channels.message import Address, Inbound, Kind
from tests.ears import listening
from tests.fakes.mail_folders import Postbox
from tests.fakes.mail_imap import EVERYTHING, FakeImap, Fault

USER, PASSWORD, DONE = "participa@example.org", "not-a-password", "Participabot"


def mail(words: str) -> bytes:
    return f"From: ana@example.org\r\nSubject: {words}\r\n\r\n{words}\r\n".encode()


def parse(request: Request) -> Sequence[Heard]:
    """The words after the headers; "?" cannot be read, "!" is a bug."""
    assert request.url == "imap:"
    if "x-cut" in request.headers:
        subject = request.body.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode()
        return [heard(f"cut {subject}")]
    words = request.body.partition(b"\r\n\r\n")[2].strip().decode()
    if words == "?":
        raise Unreadable("no words")
    return [heard(str(1 / (words != "!") and words))]


def heard(words: str) -> Inbound:
    return Inbound("vilanova", Address("email", "ana@example.org"), words, Kind.TEXT, words[:20])


class Desk:
    """Where mail is delivered."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.unread: list[Unread] = []
        self.batches: list[int] = []
        self.breaks = False

    async def deliver(self, heard: Sequence[Heard]) -> None:
        if self.breaks:
            raise RuntimeError("the store is in trouble")
        self.batches.append(len(heard))
        self.texts += [each.text for each in heard if isinstance(each, Inbound)]
        self.unread += [each for each in heard if isinstance(each, Unread)]


def settings(imap: FakeImap, password: str = PASSWORD) -> EmailSettings:
    smtp, server = Server("127.0.0.1", 25, "none"), Server("127.0.0.1", imap.port, "none")
    return EmailSettings("vilanova", USER, b"key", smtp, server, user=USER, password=password)


@asynccontextmanager
async def fetching(
    imap: FakeImap, desk: Desk, largest: int = 100_000, password: str = PASSWORD
) -> AsyncIterator[asyncio.Task[None]]:
    mailbox = Mailbox(settings(imap, password), parse, largest=largest, first_pause=0.02, polls=0.05)
    task = asyncio.create_task(mailbox.listen(desk.deliver))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], bool], patience: float = 5) -> None:
    async with asyncio.timeout(patience):
        while not holds():  # noqa: ASYNC110 - it happens in a thread
            await asyncio.sleep(0.01)


@pytest.fixture(params=["everything", "nothing", "no UIDPLUS"])
async def imap(request: pytest.FixtureRequest) -> AsyncIterator[FakeImap]:
    features = {"everything": EVERYTHING, "nothing": frozenset[str](), "no UIDPLUS": frozenset({"IDLE"})}
    async with FakeImap(features[request.param]) as server:
        server.add(USER, PASSWORD)
        yield server


@pytest.fixture
async def full() -> AsyncIterator[FakeImap]:
    """A server that can everything."""
    async with FakeImap() as server:
        server.add(USER, PASSWORD)
        yield server


def box(imap: FakeImap) -> Postbox:
    return imap.users[USER]


async def test_mail_acts_as_it_comes_and_is_moved(imap: FakeImap) -> None:
    inbox, desk = box(imap).folders["INBOX"], Desk()
    for words in ("one", "two"):
        inbox.add(mail(words))
    async with fetching(imap, desk):
        await until(lambda: desk.texts == ["one", "two"])
        await until(lambda: not inbox.mails)
        inbox.add(mail("three"))
        await until(lambda: desk.texts == ["one", "two", "three"] and not inbox.mails)
    assert box(imap).bodies(DONE) == [mail("one"), mail("two"), mail("three")]


async def test_mail_marked_as_deleted_is_nobodys(full: FakeImap) -> None:
    desk = Desk()
    box(full).folders["INBOX"].add(mail("old"), {"\\Deleted"})
    box(full).folders["INBOX"].add(mail("new"))
    async with fetching(full, desk):
        await until(lambda: box(full).bodies(DONE) == [mail("new")])
    assert desk.texts == ["new"]


async def test_nothing_is_moved_before_it_has_acted(full: FakeImap) -> None:
    desk = Desk()
    desk.breaks = True
    box(full).folders["INBOX"].add(mail("one"))
    async with fetching(full, desk) as task:
        with pytest.raises(RuntimeError):
            await task
    assert box(full).bodies() == [mail("one")]
    desk.breaks = False
    async with fetching(full, desk):
        await until(lambda: not box(full).bodies())
    assert desk.texts == ["one"]


async def test_a_large_mail_comes_as_its_header(full: FakeImap) -> None:
    desk = Desk()
    for words in ("small", "x" * 2000, "after"):
        box(full).folders["INBOX"].add(mail(words))
    async with fetching(full, desk, largest=1000):
        await until(lambda: not box(full).bodies())
    assert desk.texts == ["small", "cut xxxxxxxxxxxxxxxx", "after"]


async def test_what_cannot_be_read_holds_up_nobody(full: FakeImap) -> None:
    desk = Desk()
    for words in ("?", "!", "readable"):
        box(full).folders["INBOX"].add(mail(words))
    async with fetching(full, desk):
        await until(lambda: not box(full).bodies())
    assert desk.texts == ["readable"]
    assert [unread.reason.partition(",")[0] for unread in desk.unread] == ["no words", "ZeroDivisionError in parse"]
    assert [unread.body for unread in desk.unread] == [mail("?"), mail("!")]


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH", "MOVE", "IDLE", "NOOP"])
async def test_after_any_fault_everything_acts_and_is_moved(
    command: str, fault: Fault, full: FakeImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.email_imap._ANSWERS_WITHIN", 0.1)
    monkeypatch.setattr("channels.email_mailbox._LOOKS_AGAIN_AFTER", 0.05)
    desk = Desk()
    full.faults.append((command, fault))
    box(full).folders["INBOX"].add(mail("one"))
    async with fetching(full, desk):
        await until(lambda: not box(full).bodies() and not full.faults)
        box(full).folders["INBOX"].add(mail("two"))
        await until(lambda: not box(full).bodies())
    assert list(dict.fromkeys(desk.texts)) == ["one", "two"]
    assert box(full).bodies(DONE) == [mail("one"), mail("two")]


async def test_a_server_that_goes_and_comes_back(full: FakeImap) -> None:
    desk = Desk()
    async with fetching(full, desk):
        await until(lambda: full.said["IDLE"] == 1)
        for end in (full.say_bye, full.drop):
            end()
            box(full).folders["INBOX"].add(mail(end.__name__))
            await until(lambda: not box(full).bodies())
        await full.stop()
        box(full).folders["INBOX"].add(mail("meanwhile"))
        await asyncio.sleep(0.1)
        await full.start()
        await until(lambda: not box(full).bodies())
    assert desk.texts == ["say_bye", "drop", "meanwhile"]


async def test_what_cannot_be_moved_acts_once_until_the_numbers_change(full: FakeImap) -> None:
    desk = Desk()
    full.faults.extend([("MOVE", Fault.REFUSE)] * 1000)
    box(full).folders["INBOX"].add(mail("stuck"))
    async with fetching(full, desk):
        await until(lambda: full.said["MOVE"] > 2)
        box(full).folders["INBOX"].add(mail("next"))
        await until(lambda: desk.texts == ["stuck", "next"])
        box(full).folders["INBOX"].renumber()
        full.faults.clear()
        full.drop()
        await until(lambda: not box(full).bodies())
    assert desk.texts[:2] == ["stuck", "next"]
    assert sorted(desk.texts[2:]) == ["next", "stuck"]


async def test_folders_begin_as_the_server_wants() -> None:
    async with FakeImap(prefix="INBOX.") as imap:
        postbox = imap.add(USER, PASSWORD)
        postbox.folders["INBOX"].add(mail("one"))
        async with fetching(imap, Desk()):
            await until(lambda: postbox.bodies("INBOX.Participabot") == [mail("one")])


async def test_a_backlog_comes_in_batches(full: FakeImap) -> None:
    desk = Desk()
    for number in range(120):
        box(full).folders["INBOX"].add(mail(f"{number}"))
    async with fetching(full, desk):
        await until(lambda: not box(full).bodies())
    assert desk.texts == [str(number) for number in range(120)]
    assert desk.batches == [50, 50, 20]


async def test_the_loop_goes_on_while_the_server_is_silent_and_a_stop_is_quick(full: FakeImap) -> None:
    full.faults.append(("SEARCH", Fault.SILENCE))
    loop = asyncio.get_running_loop()
    async with fetching(full, Desk()):
        await until(lambda: full.said["SEARCH"] == 1)
        before = loop.time()
    assert loop.time() - before < 1
    await until(lambda: not full.sessions)


async def test_neither_a_password_nor_a_word_is_logged(full: FakeImap) -> None:
    desk = Desk()
    with listening(level=logging.DEBUG) as logged:
        for words in ("a secret word", "!"):
            box(full).folders["INBOX"].add(mail(words))
        async with fetching(full, desk):
            await until(lambda: not box(full).bodies())
        async with fetching(full, desk, password="wrong-password"):
            await until(lambda: full.said["LOGIN"] > 2)
    text = "\n".join(logged)
    assert "broke its reader" in text
    assert "cannot be read" in text
    assert [word for word in (PASSWORD, "wrong-password", "secret word", "ana@", USER) if word in text] == []
    assert PASSWORD not in repr(settings(full))
