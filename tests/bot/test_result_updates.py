"""A result is further on: whoever it concerns is told, once, when the server knows what there is to tell."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.config.apply import apply
from bot.config.load import load
from storage.database import Db
from storage.follows import Follow
from storage.happenings import Happening
from storage.outbox import Message, Purpose
from storage.participants import Participant
from storage.proposals import Proposal
from tests.bot.house import OWN, House, open_house, sources

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

RESULT, REFERENCE = "results/biblioteca-hasta-las-diez.yaml", "PRL-PROP-2026-05-0042"
FOLLOWED = {
    "fan": "result:biblioteca-hasta-las-diez",
    "reader": "process:biblioteca-del-faro",
    "other": "process:barrios-con-sombra",
}


async def people(house: House) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in (*FOLLOWED, "author"):
        await house.says("hola", OWN, name)
        await house.says("Castellano", OWN, name)
        known = house.app.store.run(OWN, lambda db: list(db.all(select(Participant.id))))
        found[name] = next(one for one in known if one not in found.values())
    return found


def followed(db: Db, ids: dict[str, int]) -> None:
    now = datetime.now(UTC)
    for participant_id in ids.values():
        db.one(Participant, participant_id).wants_updates = True
    for name, subject in FOLLOWED.items():
        db.add(Follow(participant_id=ids[name], subject=subject, followed_at=now))
    db.add(
        Proposal(
            reference=REFERENCE,
            code="c" * 16,
            process="biblioteca-del-faro",
            phase="encuesta",
            author_id=ids["author"],
            author_name="Ana",
            language="es",
            title="Abrir de noche",
            body="Para estudiar después del trabajo.",
            published_at=now,
        )
    )


def further_on(house: House, *changes: tuple[str, str]) -> None:
    """What `participabot apply` does with a changed file."""
    source = sources(house.telegram.base_url)[0]
    text = source.files[RESULT].decode() + f"proposals: [{REFERENCE}]\n"
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    changed = replace(source, files={**source.files, RESULT: text.encode()})
    now = datetime.now(UTC)
    house.app.store.run(OWN, lambda db: apply(db, changed, load(changed), now, "staff:me"))


def told(house: House) -> list[Message]:
    return house.app.store.run(OWN, lambda db: list(db.all(select(Message).where(Message.purpose == Purpose.UPDATE))))


async def test_whom_a_result_concerns_is_told_once_how_far_it_is(database_url: str) -> None:
    async with open_house(database_url) as house:
        ids = await people(house)
        house.app.store.run(OWN, lambda db: followed(db, ids))
        for name in ids:
            await house.replies(OWN, name, 0.1)
        further_on(house, ("progress: 100", "progress: 80"), ("es: Hecho", "es: En marcha"))

        town = house.app.towns.find(OWN)
        if town is not None and town.result("biblioteca-hasta-las-diez") and town.results[0].progress == 100:
            await house.app.updates.drain(OWN)
            assert told(house) == []

        await house.app.towns.reload()
        for _ in range(2):
            await house.app.updates.drain(OWN)
        for name in ("fan", "reader", "author"):
            (news,) = await house.replies(OWN, name, 5)
            assert "cuenta cómo va «La biblioteca abre hasta las 22 h»: En marcha, 80 %." in news
            assert "Primer día con el horario nuevo" in news
            assert "escribe RESULTADOS" in news
        assert await house.replies(OWN, "other", 0.1) == []
        assert len(told(house)) == 3


async def test_a_word_changed_in_a_result_is_no_news(database_url: str) -> None:
    async with open_house(database_url) as house:
        further_on(house, ("entre semana", "de lunes a viernes"))
        assert house.app.store.run(OWN, lambda db: list(db.all(select(Happening)))) == []
