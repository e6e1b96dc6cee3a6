"""The town answers: the author and the followers are told, once, in their language."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.updates import TELL
from flows.participation.proposals import publish_answer
from storage.database import Db
from storage.follows import Follow
from storage.happenings import Happening
from storage.outbox import Message, Purpose
from storage.participants import Address, Participant
from storage.proposals import Proposal
from tests.bot.house import OWN, SHARING, House, open_house

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

REFERENCE = "PUE-PROP-2026-11-0042"
WORDS = {"es": "Sí, lo haremos.", "ca": "Sí, ho farem.", "en": "Yes, we will."}


def _propose(db: Db, languages: Mapping[int, tuple[str, bool]], author: int, followers: list[int]) -> None:
    now = datetime.now(UTC)
    for participant_id, (language, wants) in languages.items():
        person = db.one(Participant, participant_id)
        person.language, person.wants_updates = language, wants
    proposal = Proposal(
        reference=REFERENCE,
        code="c" * 16,
        process="barrios-con-sombra",
        phase="propuestas",
        author_id=author,
        author_name="Ana",
        language="es",
        title="Un árbol en cada esquina",
        body="Para que haya sombra en verano.",
        published_at=now,
    )
    db.add(proposal)
    for follower in followers:
        db.add(Follow(participant_id=follower, subject=f"proposal:{REFERENCE}", followed_at=now))


def _answer(house: House, tenant_id: str = OWN) -> None:
    now = datetime.now(UTC)
    house.app.store.run(tenant_id, lambda db: publish_answer(db, REFERENCE, "accepted", WORDS, now=now).reference)


async def people(house: House, names: list[str], tenant_id: str = OWN) -> list[int]:
    ids: list[int] = []
    for name in names:
        await house.says("hola", tenant_id, name)
        known = house.app.store.run(tenant_id, lambda db: sorted(db.all(select(Participant.id))))
        ids.append(next(one for one in known if one not in ids))
    return ids


async def test_author_and_followers_are_told_once_in_their_language(database_url: str) -> None:
    names = ["author", "follower", "both", "unwilling", "silent", "stranger"]
    async with open_house(database_url) as house:
        author, follower, _, unwilling, silent, _ = await people(house, names)
        languages = {author: ("ca", True), follower: ("en", True), unwilling: ("es", False), silent: ("es", True)}

        def prepare(db: Db) -> None:
            _propose(db, languages, author, [author, follower, unwilling, silent])
            stopped = db.all(select(Address).where(Address.participant_id == silent))[0]
            stopped.stopped_at, stopped.stopped_reason = datetime.now(UTC), "asked"

        house.app.store.run(OWN, prepare)
        _answer(house)
        for _ in range(5):
            house.app.wakes.wake(TELL, OWN)
        (told,) = await house.replies(OWN, "author", 5)
        assert "ha respost la teva proposta" in told
        assert "Sí, ho farem." in told
        (told,) = await house.replies(OWN, "follower", 5)
        assert "a proposal you follow" in told
        assert "Yes, we will." in told
        assert REFERENCE in told
        await asyncio.gather(house.app.updates.drain(OWN), house.app.updates.drain(OWN))
        for name in names:
            assert await house.replies(OWN, name, 0.1) == []
        news = house.app.store.run(OWN, lambda db: db.all(select(Message).where(Message.purpose == Purpose.UPDATE)))
        assert len(news) == 2
        untold = house.app.store.run(OWN, lambda db: [one for one in db.all(select(Happening)) if one.told_at is None])
        assert untold == []


async def test_on_a_shared_account_the_news_names_the_town(database_url: str) -> None:
    async with open_house(database_url) as house:
        town = house.app.towns.find(SHARING)
        assert town is not None
        ana = house.citizen(1, "participa", "ca")
        await ana.starts(town.code)
        await ana.hears()
        (author,) = house.app.store.run(SHARING, lambda db: list(db.all(select(Participant.id))))
        house.app.store.run(SHARING, lambda db: _propose(db, {author: ("ca", True)}, author, []))
        _answer(house, SHARING)
        async with asyncio.timeout(10):
            while "Sí, ho farem." not in ana.chat.last.text:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert ana.chat.last.text.startswith("Vilanova del Riu\n")
