"""Machines that write mail: two that answer each other stop, ten thousand reports slow nobody, bombs break nothing."""

import asyncio
import os
import re
import time
from collections import Counter

import pytest
from sqlmodel import col, select

from bot.floods import Floods, Verdict
from channels.message import Address as Reached
from channels.message import Inbound, Kind
from storage.inbounds import Quarantined
from tests.bot.house import OWN
from tests.bot.parrot import PARROT, heard_in
from tests.bot.post import ADDRESSES, Post, open_post
from tests.fakes.mail_bounces import report
from tests.fakes.mail_citizen import Mailer
from tests.fakes.mail_letter import Letter
from tests.fakes.mail_lmtp import Lmtp

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

AT = ADDRESSES[OWN]
SAYS_SO = (
    b"Auto-Submitted: auto-replied (vacation)\r\n",
    b"Precedence: bulk\r\n",
    b"X-Auto-Response-Suppress: All\r\n",
    b"List-Id: <news.example.org>\r\n",
    b"X-Autoreply: yes\r\n",
)
STORM = 10_000 if os.environ.get("SOAK") else 200


async def keeps_answering(robot: Mailer, words: list[str], header: bytes = b"") -> int:
    """Somebody's machine answers every letter it gets; how many it got in the end."""
    await robot.sends(AT, header + robot.letter(words[0]))
    for number in range(1, 200):
        try:
            letter = await robot.inbox.next(0.5)
        except TimeoutError:
            break
        await robot.sends(letter.reply_to, header + robot.reply(letter, words[number % len(words)]))
    return len(robot.inbox.letters)


async def test_a_machine_that_says_so_is_never_answered(database_url: str) -> None:
    async with open_post(database_url, flows=PARROT) as post:
        robots = [post.citizen() for _ in SAYS_SO]
        counts = [keeps_answering(robot, ["I am away."], header) for robot, header in zip(robots, SAYS_SO, strict=True)]
        assert await asyncio.gather(*counts) == [0] * len(SAYS_SO)


async def test_two_bots_that_answer_each_other_stop(database_url: str) -> None:
    away = "I am not in the office. I shall answer your mail when I am back, on Monday."
    async with open_post(database_url, flows=PARROT) as post:
        robot = post.citizen()
        assert await keeps_answering(robot, [away]) == 4
        assert "espera una hora" in robot.inbox.letters[-1].plain.lower()
        assert await keeps_answering(post.citizen(), [f"I have heard {number}" for number in range(200)]) == 41


async def test_our_own_letter_that_comes_back_is_not_answered(database_url: str) -> None:
    async with open_post(database_url, flows=PARROT) as post:
        ana = post.citizen()
        await ana.writes("one")
        own = await ana.inbox.next()
        for sender, to in ((AT, AT), (own.sender, own.reply_to), (ana.address, own.reply_to), ("", own.sender)):
            await post.mail.bring(sender, to, own.body)
        await post.app.outbox.empty()
        assert len(ana.inbox.letters) == 1
        assert not post.mail.inbox(AT).letters


def test_letters_are_counted_by_the_hour_and_the_same_long_one_thrice(database_url: str) -> None:
    now = 0.0
    floods = Floods(per_minute=1000, clock=lambda: now, letters_per_hour=10)

    def count(text: str, *, is_letter: bool = True) -> Verdict:
        return floods.count(Inbound("x", Reached("email", "a"), "1", Kind.TEXT, text), is_letter)

    assert [count("the same long words, over and over again, and again") for _ in range(5)] == [
        *[Verdict.HEAR] * 3,
        Verdict.TELL,
        Verdict.IGNORE,
    ]
    assert [count("1") for _ in range(8)] == [*[Verdict.HEAR] * 5, Verdict.TELL, *[Verdict.IGNORE] * 2]
    assert count("1", is_letter=False) is Verdict.HEAR
    now = 3600.0
    assert count("1") is Verdict.HEAR


async def test_a_storm_of_reports_is_taken_and_slows_nobody(database_url: str) -> None:
    async with open_post(database_url, flows=PARROT) as post:
        ana, people = post.citizen(), [post.citizen() for _ in range(10)]
        for person in people:
            await person.writes("one")
        letters = [await person.inbox.next() for person in people]
        storm = [report(letter, "5.1.1") for letter in letters]
        strange = report(Letter(AT.replace("@", "+bnothingofours@"), "x@y.example.org", letters[0].body), "5.1.1")

        async def bring(count: int) -> Counter[str]:
            answers: Counter[str] = Counter()
            async with Lmtp(post.door) as lmtp:
                for number in range(count):
                    letter = letters[number % len(letters)]
                    to, body = (letter.sender, storm[number % len(letters)]) if number % 2 else (AT, strange)
                    answers.update(each[:3] for each in await lmtp.bring("", [to], body))
            return answers

        storming = asyncio.gather(*(bring(STORM // 8) for _ in range(8)))
        began = time.monotonic()
        await ana.writes("one")
        await ana.inbox.next(10)
        assert time.monotonic() - began < 5
        assert sum(await storming, Counter()) == {"250": STORM // 8 * 8}
        await post.app.outbox.empty()
        assert Counter(len(person.inbox.letters) for person in people) == {1: 10}
        for person in people:
            await person.writes("I am back")
            await person.inbox.next()
        assert Counter(len(person.inbox.letters) for person in people) == {2: 10}


async def test_bombs_break_nothing(database_url: str) -> None:
    async with open_post(database_url, flows=PARROT) as post:
        ana = post.citizen()
        head = f"From: {ana.address}\r\nTo: {AT}\r\nSubject: x\r\nMIME-Version: 1.0\r\n".encode()
        part = b"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nx\r\n"
        nested = b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) for number in range(500)
        )
        bombs = {
            "a thousand files": head
            + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
            + part * 1000
            + b"--b--\r\n",
            "nested": head + nested + b"Content-Type: text/plain\r\n\r\nx\r\n",
            "a header without end": head + b"X-Long: " + b"x" * 200_000 + b"\r\n\r\nx\r\n",
            "100,000 headers": head + b"X: y\r\n" * 100_000 + b"\r\nx\r\n",
            "tags": head + b"Content-Type: text/html\r\n\r\n" + b"<div>\r\n" * 100_000,
            "quotes": head + b"\r\n" + b">" * 60_000 + b"\r\n" + b"> x\r\n" * 50_000,
            "nothing": b"",
            "noise": bytes(range(256)) * 100,
            "two authors": b"From: somebody@example.org\r\n" + head + b"\r\nforged\r\n",
        }
        for name, bomb in bombs.items():
            began = time.monotonic()
            answer = await post.mail.bring(ana.address, AT, re.sub(rb"(?<!\r)\n", b"\r\n", bomb), tries=1)
            assert answer.startswith("250"), name
            assert time.monotonic() - began < 10, name
        assert (await ana.writes("one")).startswith("250")
        await post.app.outbox.empty()
        assert "forged" not in "".join(" ".join(heard_in(letter.plain)) for letter in ana.inbox.letters)
        kept = post.app.store.run(OWN, lambda db: db.all(select(Quarantined.reason).order_by(col(Quarantined.id))))
        assert not [reason for reason in kept if reason.endswith("Error")]


async def test_a_mail_of_many_megabytes_holds_up_nobody(database_url: str) -> None:
    async with open_post(database_url, flows=PARROT) as post:
        ana, big = post.citizen(), post.citizen()
        body = big.letter("big", files=[("a.bin", "application/octet-stream", b"x" * 12_000_000)])
        sending, answered = asyncio.create_task(big.sends(AT, body)), 0
        while not sending.done():
            await heard(post, ana)
            answered += not sending.done()
        assert (await sending).startswith("250")
        assert answered >= 1


async def heard(post: Post, ana: Mailer) -> list[str]:
    await ana.writes("one")
    return heard_in((await ana.inbox.next()).plain)
