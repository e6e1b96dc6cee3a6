"""Mail end to end: letters in by LMTP or IMAP, a turn, letters out by SMTP; nothing lost, nothing twice."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from storage.database import Db
from storage.outbox import Message, State
from storage.participants import Address
from tests.bot.house import OWN, PLATFORM, SHARING
from tests.bot.parrot import PARROT, heard_in
from tests.bot.post import ADDRESSES, Post, open_post
from tests.ears import listening
from tests.fakes.mail import FULL, GREY, UNKNOWN, Fault
from tests.fakes.mail_letter import Letter

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
both_doors = pytest.mark.parametrize("incoming", ["lmtp", "imap"])


def said(letter: Letter) -> list[str]:
    return heard_in(letter.plain)


def stopped(post: Post, owner: str = OWN) -> list[str]:
    """Why each address that nothing is sent to is stopped."""
    query = select(Address.stopped_reason).where(col(Address.stopped_at).is_not(None))
    return list(post.app.store.run(owner, lambda db: db.all(query)))


@both_doors
async def test_letters_go_to_and_fro(database_url: str, incoming: str) -> None:
    async with open_post(database_url, flows=PARROT, incoming=incoming) as post:
        ana, ben = post.citizen(), post.citizen()
        await ana.writes("one")
        await ben.writes("uno")
        first = await ana.inbox.next()
        assert first.subject == "Re: Hola"
        for words in ("two", "three"):
            await ana.answers(first, words)
            first = await ana.inbox.next()
        assert said(first) == ["two", "three"]
        assert "> three" in first.plain
        assert len({letter.message_id for letter in ana.inbox.letters}) == 3
        assert {letter.header("References").split()[0] for letter in ana.inbox.letters} == {
            ana.inbox.letters[0].header("References").split()[0]
        }
        await ben.answers(await ben.inbox.next(), "dos")
        assert said(await ben.inbox.next()) == ["dos"]
        assert post.mail.wrong == []
        if incoming == "imap":
            await until(lambda: not post.imap.users[ADDRESSES[OWN]].bodies())
            assert len(post.imap.users[ADDRESSES[OWN]].bodies("Participabot")) == 5


@both_doors
async def test_the_same_mail_acts_once_however_often_it_comes(database_url: str, incoming: str) -> None:
    async with open_post(database_url, flows=PARROT, incoming=incoming) as post:
        ana = post.citizen()
        await ana.writes("one")
        first = await ana.inbox.next()
        body = ana.reply(first, "two")
        await asyncio.gather(*(ana.sends(first.reply_to, body) for _ in range(5)))
        assert said(await ana.inbox.next()) == ["two"]
        await ana.sends(first.reply_to, body)
        await ana.answers(first, "three")
        assert said(await ana.inbox.next()) == ["two", "three"]
        assert len(ana.inbox.letters) == 3


async def test_whose_word_is_not_proved_acts_only_by_answering(database_url: str) -> None:
    async with open_post(database_url, flows=PARROT) as post:
        ana = post.citizen()
        ana.is_proved = False
        for _ in range(3):
            await ana.writes("forged")
        asked = await ana.inbox.next()
        await post.app.outbox.empty()
        assert len(ana.inbox.letters) == 1
        assert "heard:" not in asked.plain
        await ana.answers(asked, "two")
        assert "heard:" in (await ana.inbox.next()).plain
        stranger = post.citizen("mallory")
        await stranger.sends(asked.reply_to, stranger.letter("forged").replace(b"mallory@", b"ana@"))
        await stranger.writes("three")
        assert said(await stranger.inbox.next()) == []


async def test_who_answers_what_was_erased_is_heard_if_their_mail_server_vouches_for_them(database_url: str) -> None:
    async with open_post(database_url) as post:
        ana = post.citizen()
        await ana.writes("hola")
        first = await ana.inbox.next()
        post.app.store.run(OWN, _erase)
        ana.is_proved = False
        await ana.answers(first, "menú")
        assert "demasiado antiguo o se borró" in (await ana.inbox.next()).plain
        ana.is_proved = True
        await ana.answers(first, "castellano")
        assert "Elige tu idioma" not in (last := (await ana.inbox.next()).plain)
        assert "antiguo" not in last


async def test_what_is_written_to_one_tenant_reaches_no_other(database_url: str) -> None:
    async with open_post(database_url, flows=PARROT) as post:
        ana = post.citizen("ana", OWN)
        await ana.writes("one")
        own = await ana.inbox.next()
        answer = ana.reply(own, "two")
        token = own.reply_to.partition("@")[0].partition("+")[2]
        elsewhere = ADDRESSES[PLATFORM].replace("@", f"+{token}@")
        ana.is_proved = False
        await ana.sends(elsewhere, answer)
        letter = await ana.inbox.next()
        assert letter.header("X-Participabot") == PLATFORM
        assert "heard:" not in letter.plain
        people = {
            owner: post.app.store.run(owner, lambda db: db.count(select(Address))) for owner in (OWN, PLATFORM, SHARING)
        }
        assert people[OWN] == 1
        assert people[SHARING] == 0


class Clock:
    """The real one, and hours later when it is told so."""

    def __init__(self) -> None:
        self.later = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.later


async def settled(post: Post, clock: Clock) -> None:
    """Minute after minute, until nothing waits to be sent."""
    waiting = select(Message).where(col(Message.state).in_([State.QUEUED, State.SENDING]))
    async with asyncio.timeout(10):
        while post.app.store.run(OWN, lambda db: db.count(waiting)):
            clock.later += timedelta(minutes=1)
            await post.app.outbox.drain(f"email:{OWN}")
            await post.app.outbox.empty()
            await asyncio.sleep(0.02)


async def test_after_any_fault_of_the_server_the_answer_arrives(database_url: str) -> None:
    clock = Clock()
    async with open_post(database_url, flows=PARROT, clock=clock) as post:
        ana = post.citizen()
        await ana.writes("hola")
        first = await ana.inbox.next()
        for fault in (Fault.DROP, Fault.DROP_AFTER, Fault.BUSY, Fault.REFUSED, Fault.DROP):
            post.mail.faults.append(fault)
            await ana.answers(first, fault.name)
            await settled(post, clock)
        letters = {letter.message_id: said(letter) for letter in ana.inbox.letters[1:]}
        assert [each[-1] for each in letters.values()] == ["DROP", "DROP_AFTER", "BUSY", "DROP"]
        assert list(letters.values())[-1] == ["DROP", "DROP_AFTER", "BUSY", "REFUSED", "DROP"]
        assert sorted(Counter(letter.message_id for letter in ana.inbox.letters).values()) == [1, 1, 1, 1, 2]


async def test_a_server_that_was_down_for_an_hour_then_takes_everything_once_and_at_its_rate(database_url: str) -> None:
    clock, rate = Clock(), 8
    async with open_post(database_url, flows=PARROT, clock=clock, rate=rate) as post:
        people = [post.citizen() for _ in range(14)]
        await post.mail.stop()
        await asyncio.gather(*(ana.writes("one") for ana in people))
        for _ in range(6):
            clock.later += timedelta(minutes=10)
            await post.app.outbox.drain(f"email:{OWN}")
        assert post.mail.taken_at == []
        await post.mail.start()
        await asyncio.gather(*(ana.inbox.next(30) for ana in people))
        await post.app.outbox.empty()
        assert list(post.mail.ids.values()) == [1] * 14
        times = post.mail.taken_at
        assert all(later - first > 0.75 for first, later in zip(times, times[rate:], strict=False))


async def test_a_refusal_at_the_door_stops_only_a_dead_address(database_url: str) -> None:
    clock = Clock()
    async with open_post(database_url, flows=PARROT, clock=clock) as post:
        people = {refusal: post.citizen() for refusal in (UNKNOWN, FULL, GREY)}
        for refusal, person in people.items():
            person.inbox.refuses.append(refusal)
            await person.writes("one")
        await settled(post, clock)
        assert [len(person.inbox.letters) for person in people.values()] == [0, 1, 1]
        assert stopped(post) == ["gone"]
        await people[UNKNOWN].writes("I am back")
        await people[UNKNOWN].inbox.next()
        assert stopped(post) == []


@both_doors
async def test_a_report_that_comes_later_stops_only_a_dead_address(database_url: str, incoming: str) -> None:
    async with open_post(database_url, flows=PARROT, incoming=incoming) as post:
        for status in ("5.2.2", "4.4.1", "5.1.1"):
            ana = post.citizen()
            ana.inbox.bounces = status
            await ana.writes("one")
        await until(lambda: stopped(post) == ["gone"])
        await post.mail.settled()
        await post.app.outbox.empty()
        assert list(post.mail.ids.values()) == [1, 1, 1]


async def test_no_address_and_no_word_of_a_mail_is_logged(database_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    with listening(level=logging.INFO) as logged:
        for incoming in ("lmtp", "imap"):
            async with open_post(database_url, flows=PARROT, incoming=incoming) as post:
                ana = post.citizen(f"secret-{incoming}")
                await ana.writes("a secret word", "a secret subject")
                first = await ana.inbox.next()
                await ana.answers(first, "boom")
                await ana.inbox.next()
                ana.inbox.never = UNKNOWN
                await ana.answers(first, "another secret word")
                await ana.sends(first.reply_to, b"\xff secret \x00")
                await asyncio.sleep(0.3)
    text = "\n".join([*logged, *capfd.readouterr()])
    assert "turn broke" in text
    assert "trimmed" not in text
    assert [word for word in ("secret", "example.org", "not-a-password") if word in text] == []


async def until(holds: Callable[[], bool], patience: float = 5) -> None:
    async with asyncio.timeout(patience):
        while not holds():  # noqa: ASYNC110 - it happens in a thread
            await asyncio.sleep(0.02)


def _erase(db: Db) -> None:
    for each in db.all(select(Message)):
        db.remove(each)
