"""Who published it is told what was decided: though they want no news, not after STOP, and never who reported it."""

from datetime import UTC, datetime
from functools import partial

import pytest
from sqlmodel import col, select

from flows.participation import blocks, moderation
from flows.participation.moderation import Ground
from storage.database import Db
from storage.follows import Follow
from storage.moderation import Moderation, Report
from storage.outbox import Message, Purpose
from storage.participants import Address, Participant
from storage.proposals import Proposal
from tests.bot.house import OWN, House, open_house
from tests.bot.test_updates import REFERENCE, people

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

NAME = f"proposal:{REFERENCE}"


def decide(house: House, decision: str, *arguments: object) -> None:
    def work(db: Db) -> None:
        getattr(moderation, decision)(db, NAME, *arguments, now=datetime.now(UTC), actor="staff:test")

    house.app.store.run(OWN, work)


def stop(house: House, participant_id: int, *, is_stopped: bool) -> None:
    def work(db: Db) -> None:
        for address in db.all(select(Address).where(col(Address.participant_id) == participant_id)):
            address.stopped_at = datetime.now(UTC) if is_stopped else None
            address.stopped_reason = "asked" if is_stopped else ""

    house.app.store.run(OWN, work)


def block(house: House, db: Db) -> int:
    town = house.app.towns.find(OWN)
    assert town is not None
    return blocks.block(db, town, NAME, Ground.SPAM, {}, now=datetime.now(UTC), actor="staff:test").id


def unblock(db: Db) -> int:
    return blocks.unblock(db, NAME, now=datetime.now(UTC), actor="staff:test").id


def _proposal(author: int) -> Proposal:
    return Proposal(
        reference=REFERENCE,
        code="c" * 16,
        process="barrios-con-sombra",
        phase="propuestas",
        author_id=author,
        author_name="Ana",
        language="es",
        title="Toldos a precio de saldo",
        body="Llámame y mañana te lo pongo.",
        published_at=datetime.now(UTC),
    )


async def told(house: House, name: str = "author", seconds: float = 5.0) -> list[str]:
    for _ in range(3):
        await house.app.updates.drain(OWN)
    await house.app.outbox.empty()
    return await house.replies(OWN, name, seconds)


async def test_a_verdict_reaches_its_author_alone_and_no_stopped_address(database_url: str) -> None:
    async with open_house(database_url) as house:
        author, follower, reporter = await people(house, ["author", "follower", "reporter"])

        def prepare(db: Db) -> None:
            for each, wants in ((author, False), (follower, True), (reporter, True)):
                person = db.one(Participant, each)
                person.language, person.wants_updates, person.public_name = "es", wants, "Canary Carme"
            db.add(_proposal(author))
            db.add(Follow(participant_id=follower, subject=NAME, followed_at=datetime.now(UTC)))
            db.add(Report(item=NAME, participant_id=reporter, reason="spam", reported_at=datetime.now(UTC)))
            db.add(Moderation(item=NAME, state="reported", opened_at=datetime.now(UTC), ground="spam"))

        house.app.store.run(OWN, prepare)
        decide(house, "hide", Ground.SPAM, {"es": "Vende toldos."})
        (said,) = await told(house)
        for words in ("ha ocultado", REFERENCE, "Motivo: es publicidad", "Vende toldos.", "escribe RECURRIR"):
            assert words in said
        assert not any(mark in said for mark in ("Canary", "Carme", str(reporter)))
        assert await told(house, "follower", 0.2) == await told(house, "reporter", 0.2) == []
        notices = house.app.store.run(OWN, lambda db: [each.purpose for each in db.all(select(Message))])
        assert notices.count(Purpose.NOTICE) == 1

        decide(house, "keep")
        decide(house, "hide", Ground.OFFENSIVE, {})
        (said,) = await told(house)
        assert "insulta, amenaza o ataca a alguien" in said

        house.app.store.run(OWN, lambda db: setattr(db.one(Moderation, NAME), "state", "refused"))
        decide(house, "publish")
        (said,) = await told(house)
        assert "y ya está publicado" in said

        stop(house, author, is_stopped=True)
        house.app.store.run(OWN, partial(block, house))
        assert await told(house, seconds=0.2) == []
        stop(house, author, is_stopped=False)
        house.app.store.run(OWN, unblock)
        (said,) = await told(house)
        assert "te deja volver a escribir" in said
