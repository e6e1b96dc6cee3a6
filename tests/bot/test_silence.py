"""A year of silence: nothing is shown, done or sent before who writes has said that they are still the same."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.silence import SILENT
from bot.telling import tell
from flows.news import News
from storage.callers import add_caller
from storage.database import Db
from storage.participants import Address, Participant, Session
from tests.bot.both import Both, both_at_home
from tests.bot.sms_house import TOWN

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ASKED = "¿sigues siendo tú?"
PHONE = "+34600000001"


@pytest.fixture
async def both(database_url: str, tmp_path: Path) -> AsyncIterator[Both]:
    async with both_at_home(database_url, tmp_path) as house:
        yield house


async def is_quiet_for_a_year(both: Both) -> None:
    """Somebody with a name has written by SMS, and then no more."""
    await both.texts("hola")
    await both.texts("castellano")
    both.run(_name)
    both.clock.now += SILENT + timedelta(minutes=1)


def _name(db: Db) -> None:
    for person in db.all(select(Participant)):
        person.public_name = "Marta"


async def test_whoever_writes_is_asked_and_shown_nothing(both: Both) -> None:
    await is_quiet_for_a_year(both)
    state = both.run(lambda db: [row.state for row in db.all(select(Session))])
    for text in ("menú", "mis datos", "mío", "olvídame"):
        said = await both.texts(text)
        assert ASKED in said
        assert "1. Sí, soy yo" in said
        assert "Marta" not in said
    assert both.run(lambda db: [row.state for row in db.all(select(Session))]) == state


async def test_who_is_still_the_same_goes_on(both: Both) -> None:
    await is_quiet_for_a_year(both)
    await both.texts("menú")
    assert ASKED not in await both.texts("1")
    assert ASKED not in await both.texts("menú")
    assert both.people() == [["sms"]]


@pytest.mark.parametrize("no", ["2", "no", "No soy yo"])
async def test_who_is_another_begins_anew_in_one_step(both: Both, no: str) -> None:
    await is_quiet_for_a_year(both)
    await both.texts("menú")
    assert "Hola, soy el programa" in await both.texts(no)
    assert both.people() == [[], ["sms"]]
    assert ASKED not in await both.texts("menú")


async def test_stop_is_heard_all_the_same(both: Both) -> None:
    await is_quiet_for_a_year(both)
    await both.texts("baja")
    assert both.run(lambda db: [row.stopped_reason for row in db.all(select(Address))]) == ["asked"]


async def test_who_wrote_within_the_year_is_not_asked(both: Both) -> None:
    await both.texts("hola")
    both.clock.now += SILENT - timedelta(minutes=11)
    await both.texts("menú")
    both.clock.now += SILENT - timedelta(minutes=11)
    assert ASKED not in await both.texts("menú")


async def test_instead_of_news_the_question_is_sent_once(both: Both) -> None:
    await is_quiet_for_a_year(both)
    await news(both)
    assert ASKED in await both.rings()
    await news(both)
    assert await both.rings() == ""
    await both.texts("sí")
    await news(both)
    assert "Esto es nuevo" in await both.rings()


async def test_news_goes_to_where_the_person_wrote_last(both: Both) -> None:
    await both.begins()
    await both.says(await both.asks())
    await both.rings()
    await news(both)
    assert "Esto es nuevo" in await both.reads()
    both.clock.now += timedelta(hours=1)
    await both.texts("menú")
    await news(both)
    assert "Esto es nuevo" in await both.rings()


async def news(both: Both) -> None:
    """Something is told to whoever is there."""
    town = both.house.app.towns.find(TOWN)
    assert town is not None

    def work(db: Db) -> None:
        (person,) = db.all(select(Participant.id))
        tell(db, town, person, both.clock.now, lambda _turn: News(("Esto es nuevo.",)))

    both.run(work)


async def test_sms_and_whatsapp_of_a_number_are_one_person(both: Both) -> None:
    both.run(lambda db: _on_whatsapp(both, db))
    said = await both.texts("menú")
    assert "Hola, soy el programa" not in said
    assert both.people() == [["sms", "whatsapp"]]
    await both.texts("no soy yo")
    assert both.people() == [[], ["sms", "whatsapp"]]


async def test_a_number_that_was_silent_on_whatsapp_is_asked_by_sms(both: Both) -> None:
    both.run(lambda db: _on_whatsapp(both, db))
    both.clock.now += SILENT + timedelta(minutes=1)
    assert ASKED in await both.texts("hola")
    assert both.people() == [["sms", "whatsapp"]]


async def test_a_whatsapp_name_without_a_number_is_somebody_else(both: Both) -> None:
    both.run(lambda db: _on_whatsapp(both, db, "ES.1349"))
    await both.texts("hola")
    assert both.people() == [["whatsapp"], ["sms"]]


async def test_a_code_to_a_phone_brings_its_whatsapp_along(both: Both) -> None:
    both.run(lambda db: _on_whatsapp(both, db))
    await both.begins()
    await both.says(await both.asks())
    assert both.people() == [["console", "sms", "whatsapp"]]


def _on_whatsapp(both: Both, db: Db, id: str = PHONE) -> None:
    """Somebody has written by WhatsApp."""
    caller = add_caller(
        db, "whatsapp", db.address_hash("whatsapp", id), db.seal(id), f"whatsapp:{TOWN}", both.clock.now
    )
    person = db.one(Participant, caller.participant_id)
    person.language = "es"
    db.one(Session, person.id).state = '{"frame":{"flow":"menu","step":"start"}}'
