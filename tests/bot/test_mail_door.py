"""The mail door: who is at home, an answer for each recipient after the commit, and limits of size, time and number."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.mail_door import MailDoor
from channels.message import Inbound
from tests.bot.house import OWN, PLATFORM
from tests.bot.parrot import PARROT
from tests.bot.post import ADDRESSES, Post, open_post
from tests.ears import listening
from tests.fakes.mail_lmtp import Lmtp

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AT = ADDRESSES[OWN]
TOO_LARGE = "552 5.3.4 This mail is too large: 25 MB of files at most, please send fewer or smaller ones"


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    async with open_post(database_url, flows=PARROT) as opened:
        yield opened


@contextlib.asynccontextmanager
async def door(post: Post, **limits: float) -> AsyncIterator[tuple[MailDoor, int]]:
    """Another door to the same house, with limits of its own."""
    sizes = {name: int(value) for name, value in limits.items() if name != "within"}
    opened = MailDoor(post.app.reception, post.app.accounts, within=limits.get("within", 60.0), **sizes)
    port = await opened.start("127.0.0.1", 0)
    yield opened, port
    await opened.stop()


async def test_only_who_lives_here_is_known(post: Post) -> None:
    at_home = [AT, AT.upper(), AT.replace("@", "+anything@"), f'"{AT.partition("@")[0]}"@{AT.partition("@")[2]}']
    nobody = ["nobody@puertoreal.example.org", "participa@example.org", "ana@mail.example.org", "participa", f"x{AT}"]
    nobody += [AT.replace("@", "%puertoreal.example.org@"), f"{AT}.org", AT.replace("@", "@@")]
    async with door(post) as (opened, port), Lmtp(port) as lmtp:
        await lmtp.say("LHLO x")
        await lmtp.say("MAIL FROM:<ana@mail.example.org>")
        assert [(await lmtp.say(f"RCPT TO:<{each}>"))[:9] for each in at_home] == ["250 2.1.5"] * len(at_home)
        answers = [await lmtp.say(f"RCPT TO:<{each}>") for each in nobody]
        assert {answer[:3] for answer in answers} <= {"550", "553"}
        assert answers[0] == "550 5.1.1 No such address here"
        assert opened.refused["unknown address"] >= len(nobody) - 2


async def test_each_recipient_has_an_answer_and_each_tenant_its_own_copy(post: Post) -> None:
    ana = post.citizen("ana")
    to = [AT, "nobody@puertoreal.example.org", ADDRESSES[PLATFORM], AT.upper()]
    body = b"Authentication-Results: mx.example.org; dmarc=pass header.from=mail.example.org\r\n" + ana.letter("one")
    async with door(post) as (_, port), Lmtp(port) as lmtp:
        answers = await lmtp.bring(ana.address, to, body)
        assert [answer[:3] for answer in answers] == ["250", "550", "250", "250"]
        assert (await lmtp.say("NOOP")).startswith("250")
    senders = {(await ana.inbox.next()).header("From").partition("<")[2] for _ in range(2)}
    assert senders == {f"{AT}>", f"{ADDRESSES[PLATFORM]}>"}
    await post.app.outbox.empty()
    assert len(ana.inbox.letters) == 2


async def test_trouble_is_answered_later_and_nothing_is_lost(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, receive, broken = post.citizen(), post.app.inbox.receive, 3

    async def in_trouble(inbound: Inbound) -> None:
        nonlocal broken
        broken -= 1
        if broken >= 0:
            raise OperationalError("insert", None, Exception("disk full"))
        await receive(inbound)

    monkeypatch.setattr(post.app.inbox, "receive", in_trouble)
    body = ana.letter("one")
    assert (await post.mail.bring(ana.address, AT, body, tries=1)).startswith("451")
    assert (await post.mail.bring(ana.address, AT, body)).startswith("250")
    assert "one" in (await ana.inbox.next()).plain


async def test_trouble_with_one_recipient_is_not_that_of_another(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, receive = post.citizen(), post.app.inbox.receive

    async def in_trouble(inbound: Inbound) -> None:
        if inbound.account == OWN:
            raise OperationalError("insert", None, Exception("disk full"))
        await receive(inbound)

    monkeypatch.setattr(post.app.inbox, "receive", in_trouble)
    async with door(post) as (_, port), Lmtp(port) as lmtp:
        answers = await lmtp.bring(ana.address, [AT, ADDRESSES[PLATFORM], AT], ana.letter("one"))
        assert [answer[:3] for answer in answers] == ["451", "250", "451"]


async def test_who_hangs_up_early_brings_it_again_and_it_acts_once(post: Post) -> None:
    ana = post.citizen()
    body = b"Authentication-Results: mx.example.org; dmarc=pass header.from=mail.example.org\r\n" + ana.letter("one")
    async with door(post) as (_, port):
        for _ in range(3):
            async with Lmtp(port) as lmtp:
                for line in ("LHLO x", f"MAIL FROM:<{ana.address}>", f"RCPT TO:<{AT}>", "DATA"):
                    await lmtp.say(line)
                await lmtp.write(body + b"\r\n.\r\n")
    assert (await post.mail.bring(ana.address, AT, ana.letter("two"))).startswith("250")
    await post.app.outbox.empty()
    letters = [letter.plain.partition("heard:")[2].split() for letter in ana.inbox.letters]
    assert letters == [[], ["two"]]


async def test_a_large_mail_is_refused_with_words_and_the_line_goes_on(post: Post) -> None:
    ana = post.citizen()
    async with door(post, largest=20_000) as (opened, port), Lmtp(port) as lmtp:
        await lmtp.say("LHLO x")
        assert (await lmtp.say("MAIL FROM:<a@b.example.org> SIZE=20001")) == TOO_LARGE
        for line in (f"MAIL FROM:<{ana.address}>", f"RCPT TO:<{AT}>", f"RCPT TO:<{ADDRESSES[PLATFORM]}>", "DATA"):
            await lmtp.say(line)
        for _ in range(1000):
            await lmtp.write(b"x" * 70 + b"\r\n")
        await lmtp.write(b".\r\n")
        assert [await lmtp.hear() for _ in range(2)] == [TOO_LARGE] * 2
        assert (await lmtp.bring(ana.address, [AT], ana.letter("small")))[0].startswith("250")
        assert opened.refused["too large"] == 2


async def test_long_lines_dots_and_the_null_sender(post: Post) -> None:
    ana = post.citizen()
    for words in ("y" * 5000, ".", "..two", "a\n.\nb"):
        head = f"From: {ana.address}\r\nMessage-ID: <{len(words)}{words[-1:]}@x>\r\nSubject: x\r\n\r\n"
        assert (await ana.sends(AT, head.encode() + words.replace("\n", "\r\n").encode() + b"\r\n")).startswith("250")
    assert (await post.mail.bring("", AT, ana.letter("nobody sent this"))).startswith("250")
    heard = [await ana.inbox.next() for _ in range(4)]
    assert "y" * 400 in heard[0].plain.replace("\n", "").replace("> ", "")
    assert "..two" in heard[2].plain


async def test_too_many_lines_are_asked_to_come_again(post: Post) -> None:
    async with door(post, at_once=2) as (opened, port):
        async with Lmtp(port), Lmtp(port), Lmtp(port) as third:
            assert third.greeting.startswith("421 4.3.2")
        await asyncio.sleep(0.05)
        async with Lmtp(port) as again:
            assert again.greeting.startswith("220")
        assert opened.refused["busy"] == 1


async def test_a_slow_line_is_given_up_and_holds_up_nobody(post: Post) -> None:
    ana = post.citizen()
    async with door(post, within=0.3) as (_, port), Lmtp(port) as slow, Lmtp(port) as other:
        for line in ("LHLO x", f"MAIL FROM:<{ana.address}>", f"RCPT TO:<{AT}>", "DATA"):
            await slow.say(line)
        assert (await other.bring(ana.address, [AT], ana.letter("quick")))[0].startswith("250")
        began = asyncio.get_running_loop().time()
        with contextlib.suppress(ConnectionError):
            while asyncio.get_running_loop().time() < began + 5:
                await slow.write(b"x")
                await asyncio.sleep(0.03)
        assert asyncio.get_running_loop().time() < began + 2


async def test_few_large_mails_are_in_memory_at_once(post: Post) -> None:
    ana = post.citizen()
    async with door(post, large_at_once=1) as (_, port), Lmtp(port) as first, Lmtp(port) as second:
        for lmtp in (first, second):
            for line in ("LHLO x", f"MAIL FROM:<{ana.address}> SIZE=2000000", f"RCPT TO:<{AT}>"):
                await lmtp.say(line)
        assert (await first.say("DATA")).startswith("354")
        asking = asyncio.create_task(second.say("DATA"))
        async with Lmtp(port) as small:
            assert (await small.bring(ana.address, [AT], ana.letter("small")))[0].startswith("250")
        assert not asking.done()
        await first.write(ana.letter("one") + b"\r\n.\r\n")
        assert (await first.hear()).startswith("250")
        assert (await asking).startswith("354")


async def test_a_stop_ends_what_has_begun_and_takes_no_more(post: Post) -> None:
    ana = post.citizen()
    async with door(post) as (opened, port), Lmtp(port) as lmtp:
        await lmtp.say("LHLO x")
        await lmtp.say(f"MAIL FROM:<{ana.address}>")
        post.app.reception.is_open = False
        assert (await lmtp.say(f"RCPT TO:<{AT}>")).startswith("451")
        post.app.reception.is_open = True
        await lmtp.say(f"RCPT TO:<{AT}>")
        await lmtp.say("DATA")
        await lmtp.write(ana.letter("one") + b"\r\n.\r\n")
        await asyncio.sleep(0.01)
        await opened.stop()
        assert (await lmtp.hear())[:3] in {"250", "451"}
        assert await lmtp.hear() == ""
        with pytest.raises(ConnectionError):
            await Lmtp(port).__aenter__()


async def test_a_socket_in_the_file_system(post: Post, tmp_path: Path) -> None:
    opened = MailDoor(post.app.reception, post.app.accounts)
    await opened.start_at(tmp_path / "mail.sock")
    reader, writer = await asyncio.open_unix_connection(tmp_path / "mail.sock")
    assert (await reader.readline()).startswith(b"220 participabot")
    writer.close()
    await opened.stop()


async def test_neither_an_address_nor_a_word_is_logged(post: Post, capfd: pytest.CaptureFixture[str]) -> None:
    ana = post.citizen("a-secret-name")
    with listening(level=logging.DEBUG) as logged:
        await ana.writes("a secret word")
        await ana.answers(await ana.inbox.next(), "boom")
        async with door(post) as (_, port), Lmtp(port) as lmtp:
            for line in ("a secret word", f"EXPN {ana.address}", "MAIL FROM:<@@>", "DATA", "a secret word\xff"):
                await lmtp.say(line)
    text = "\n".join([*logged, *capfd.readouterr()])
    assert "turn broke" in text
    assert [word for word in ("secret", ana.address, AT) if word in text] == []
