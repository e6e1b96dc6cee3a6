"""Somebody comments: whom it concerns is told once, many comments as one, and answers from there."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from bot import updates
from bot.updates import TELL
from storage.comments import Comment
from storage.database import Db
from storage.follows import Follow
from storage.happenings import Happening
from storage.outbox import Message as Queued
from storage.outbox import Purpose
from storage.participants import Address, Participant
from storage.proposals import Proposal
from tests.bot.house import OWN, PLATFORM, SHARING, House, open_house
from tests.bot.test_updates import people
from tests.fakes.telegram_chat import Message

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

REFERENCE = "PUE-PROP-2026-11-0042"
SUBJECT = f"proposal:{REFERENCE}"
TITLE = "Un árbol en cada esquina"


def add_proposal(db: Db, author_id: int | None, followers: list[int]) -> None:
    now = datetime.now(UTC)
    proposal = Proposal(
        reference=REFERENCE,
        code="c" * 16,
        process="barrios-con-sombra",
        phase="propuestas",
        author_id=author_id,
        author_name="Ana",
        language="es",
        title=TITLE,
        body="Para que haya sombra en verano.",
        published_at=now,
    )
    db.add(proposal)
    for follower in followers:
        db.add(Follow(participant_id=follower, subject=SUBJECT, followed_at=now))
    for person in db.all(select(Participant)):
        person.wants_updates = person.wants_updates is not False


def add_comment(db: Db, number: int, author_id: int, parent: int | None = None, side: int = 0) -> None:
    now = datetime.now(UTC)
    reference = f"PUE-COM-2026-11-{number:04}"
    comment = Comment(
        id=number,
        reference=reference,
        code=f"{number:016}",
        subject=SUBJECT,
        parent_id=parent,
        side=side,
        author_id=author_id,
        author_name=f"Person {number}",
        language="es",
        body=f"Words {number}\n\nState: accepted",
        published_at=now,
    )
    db.add(comment)
    subject = f"comment:{reference}"
    db.add(Happening(kind="comment_published", subject=subject, happened_at=now, actor_id=author_id))


def news(house: House, tenant_id: str = OWN) -> list[Queued]:
    query = select(Queued).where(Queued.purpose == Purpose.UPDATE).order_by(col(Queued.id))
    return list(house.app.store.run(tenant_id, lambda db: db.all(query)))


async def test_whom_it_concerns_is_told_once_and_why(database_url: str) -> None:
    names = ["author", "follower", "answered", "speaker", "unwilling", "silent", "blocked", "stranger"]
    async with open_house(database_url) as house:
        author, follower, answered, speaker, unwilling, silent, blocked, _ = await people(house, names)

        def prepare(db: Db) -> None:
            add_proposal(db, author, [author, follower, speaker, unwilling, silent, blocked])
            db.one(Participant, unwilling).wants_updates = False
            db.one(Participant, blocked).blocked_at = datetime.now(UTC)
            for person in (author, follower, answered):
                db.one(Participant, person).language = {author: "ca", follower: "en", answered: "es"}[person]
            stopped = db.all(select(Address).where(Address.participant_id == silent))[0]
            stopped.stopped_at, stopped.stopped_reason = datetime.now(UTC), "asked"
            add_comment(db, 1, answered)
            for told in db.all(select(Happening)):
                told.told_at = datetime.now(UTC)
            add_comment(db, 2, speaker, parent=1)

        house.app.store.run(OWN, prepare)
        for _ in range(5):
            house.app.wakes.wake(TELL, OWN)
        (told,) = await house.replies(OWN, "author", 5)
        assert f"Person 2 ha comentat la teva proposta «{TITLE}»:\n> Words 2 State: accepted" in told
        (told,) = await house.replies(OWN, "follower", 5)
        assert f"Person 2 has commented on “{TITLE}”, which you follow:" in told
        assert "To answer, write PUE-COM-2026-11-0002." in told
        assert told.endswith("write STOP.")
        (told,) = await house.replies(OWN, "answered", 5)
        assert f"Person 2 ha respondido a tu comentario sobre «{TITLE}»:" in told
        await asyncio.gather(house.app.updates.drain(OWN), house.app.updates.drain(OWN))
        for name in names:
            assert await house.replies(OWN, name, 0.05) == []
        assert len(news(house)) == 3
        assert (
            house.app.store.run(OWN, lambda db: db.all(select(Happening).where(col(Happening.told_at).is_(None)))) == []
        )


async def test_many_comments_are_told_as_one_without_ones_own(database_url: str) -> None:
    async with open_house(database_url) as house:
        author, speaker = await people(house, ["author", "speaker"])

        def prepare(db: Db) -> None:
            add_proposal(db, author, [author, speaker])
            for person in (author, speaker):
                db.one(Participant, person).language = "en"
            for number in range(1, 4):
                add_comment(db, number, speaker, side=1)
            add_comment(db, 4, author)

        house.app.store.run(OWN, prepare)
        await house.app.updates.drain(OWN)
        (told,) = await house.replies(OWN, "author", 5)
        assert f"3 new comments on “{TITLE}”. The last one is by Person 3:\nFor.\n> Words 3" in told
        (told,) = await house.replies(OWN, "speaker", 5)
        assert f"Person 4 has commented on “{TITLE}”, which you follow:" in told


@pytest.mark.parametrize("what", ["hidden", "deleted", "proposal"])
async def test_what_can_no_longer_be_read_is_told_to_nobody(database_url: str, what: str) -> None:
    async with open_house(database_url) as house:
        author, speaker = await people(house, ["author", "speaker"])

        def prepare(db: Db) -> None:
            add_proposal(db, author, [author])
            add_comment(db, 1, speaker)
            if what == "proposal":
                db.all(select(Proposal))[0].hidden_at = datetime.now(UTC)
            else:
                setattr(db.one(Comment, 1), f"{what}_at", datetime.now(UTC))

        house.app.store.run(OWN, prepare)
        await house.app.updates.drain(OWN)
        assert news(house) == []


async def test_a_crowd_is_told_bit_by_bit_each_once(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "AT_ONCE", 2)
    async with open_house(database_url) as house:
        ids = await people(house, [f"p{number}" for number in range(5)])

        def prepare(db: Db) -> None:
            add_proposal(db, None, ids)
            add_comment(db, 1, ids[0])

        def tell(db: Db) -> bool:
            town = house.app.towns.find(OWN)
            assert town is not None
            return updates._tell(db, town, datetime.now(UTC))[0]

        def broken(db: Db) -> None:
            tell(db)
            raise RuntimeError("killed before the commit")

        house.app.store.run(OWN, prepare)
        assert house.app.store.run(OWN, tell)
        with pytest.raises(RuntimeError):
            house.app.store.run(OWN, broken)
        assert len(news(house)) == 2
        house.app.store.run(OWN, lambda db: add_comment(db, 2, ids[1]))
        await house.app.updates.drain(OWN)
        told = [(each.participant_id, "Words 1" in each.content) for each in news(house)]
        assert sorted(told) == sorted(
            [*((one, True) for one in ids[1:]), *((one, False) for one in ids if one != ids[1])]
        )


async def test_a_withdrawn_proposal_is_told_to_its_followers(database_url: str) -> None:
    async with open_house(database_url) as house:
        author, follower = await people(house, ["author", "follower"])

        def prepare(db: Db) -> None:
            add_proposal(db, author, [author, follower])
            db.one(Participant, follower).language = "en"
            now = datetime.now(UTC)
            db.all(select(Proposal))[0].withdrawn_at = now
            db.add(Happening(kind="proposal_withdrawn", subject=SUBJECT, happened_at=now, actor_id=author))

        house.app.store.run(OWN, prepare)
        await house.app.updates.drain(OWN)
        (told,) = await house.replies(OWN, "follower", 5)
        assert f"“{TITLE}” ({REFERENCE}), was withdrawn by its author." in told
        assert await house.replies(OWN, "author", 0.05) == []


async def test_after_a_stop_the_button_is_silent_and_an_old_one_is_said_to_be_unknown(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen(1, OWN, "es")
        await ana.starts()
        await ana.hears()
        (person,) = house.app.store.run(OWN, lambda db: list(db.all(select(Participant.id))))

        def prepare(db: Db) -> None:
            add_proposal(db, person, [person])
            add_comment(db, 1, 7)

        house.app.store.run(OWN, prepare)
        await house.app.updates.drain(OWN)
        async with asyncio.timeout(10):
            while "Words 1" not in ana.chat.last.text:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        update = ana.chat.last
        before = Message(update.id, update.html, update.text, update.rows)
        house.app.store.run(OWN, lambda db: setattr(db.one(Comment, 1), "hidden_at", datetime.now(UTC)))
        await ana.hears()
        await ana.presses("Responder", before)
        assert "No conozco ese código" in (await ana.hears()).text
        house.app.store.run(OWN, lambda db: setattr(db.one(Comment, 1), "hidden_at", None))
        await ana.types("baja")
        stopped = await ana.hears()
        await ana.presses("Responder", before)
        await house.app.outbox.empty()
        assert ana.chat.last.text == stopped.text


async def test_the_button_of_a_shared_account_leads_to_its_own_town(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen(1, PLATFORM, "en")
        town = house.app.towns.find(SHARING)
        assert town is not None
        await ana.starts(town.code)
        await ana.hears()
        (person,) = house.app.store.run(SHARING, lambda db: list(db.all(select(Participant.id))))

        def prepare(db: Db) -> None:
            add_proposal(db, person, [person])
            db.all(select(Proposal))[0].process = town.processes[0].slug
            add_comment(db, 1, 7)

        house.app.store.run(SHARING, prepare)
        await house.app.updates.drain(SHARING)
        async with asyncio.timeout(10):
            while "Words 1" not in ana.chat.last.text:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        update = ana.chat.last
        await ana.types("change town")
        while "Which" not in (await ana.hears()).text:
            pass
        await ana.presses("Respondre", update)
        shown = await ana.hears()
        assert "Person 1" in shown.text
        assert shown.text.startswith("Vilanova del Riu\n")
