"""One person from the terminal and from a phone: linked by a code on either side, let go again, and never guessed."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from storage.audit import Entry
from storage.database import Db
from storage.outbox import Message, Purpose
from storage.participants import Address, Session
from storage.row import table_of
from storage.tables import TABLES
from tests.bot.both import Both, both_at_home

on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is the same on both kinds is tried on one."""

DONE = "eres ahora una sola persona"
LINKED = "Ahora también hablas con"
OVER = "Ese código ya no vale"


@pytest.fixture
async def both(database_url: str, tmp_path: Path) -> AsyncIterator[Both]:
    async with both_at_home(database_url, tmp_path) as house:
        yield house


@on_both
async def test_a_code_typed_where_it_was_asked_for_makes_one_person(both: Both) -> None:
    await both.begins()
    code = await both.asks()
    assert both.people() == [["console"]]
    assert DONE in await both.says(code)
    heard = await both.rings()
    assert LINKED in heard
    assert "console" in heard
    assert both.people() == [["console", "sms"]]
    assert "Elige tu idioma" not in await both.texts("menú")
    logged = both.run(lambda db: [entry.action for entry in db.all(select(Entry))])
    assert "address_linked" in logged


@on_both
async def test_a_code_answered_where_it_came_makes_one_person(both: Both) -> None:
    await both.begins()
    code = await both.asks()
    assert DONE in await both.texts(f"{code[:3]} {code[3:]}")
    assert LINKED in await both.reads()
    assert both.people() == [["console", "sms"]]
    assert "Elige tu idioma" not in await both.texts("menú")
    assert "Elige tu idioma" not in await both.says("menú")


@on_both
async def test_two_people_who_have_both_taken_part_become_the_older(both: Both) -> None:
    await both.texts("hola")
    await both.texts("castellano")
    await both.begins()
    older, newer = both.run(lambda db: sorted(db.all(select(Session.participant_id))))
    code = await both.asks()
    assert DONE in await both.says(code)
    assert both.run(lambda db: list(db.all(select(Session.participant_id)))) == [older]
    assert newer not in both.run(lambda db: list(db.all(select(Message.participant_id))))


@on_sqlite
async def test_what_was_typed_stands_nowhere_in_the_clear(both: Both) -> None:
    await both.begins()
    code = await both.asks()
    both.run(lambda db: _nowhere(db, "600000001", "600 000 001"))
    await both.says(code)
    both.run(lambda db: _nowhere(db, "600000001", "600 000 001"))


def _nowhere(db: Db, *words: str) -> None:
    rows = [(table_of(model).name, repr(row)) for model in TABLES for row in db.all(select(model))]
    assert [name for name, row in rows if any(word in row for word in words)] == []


@on_sqlite
async def test_after_five_wrong_codes_none_is_right(both: Both) -> None:
    await both.begins()
    code = await both.asks()
    wrong = "000000" if code != "000000" else "111111"
    for left in (4, 3, 2, 1):
        said = await both.says(wrong)
        assert f"Puedes probar {left} " in said
    assert OVER in await both.says(wrong)
    await both.says("enlaza")
    assert DONE not in await both.says(code)
    assert both.people() == [["console"]]


@on_sqlite
@pytest.mark.parametrize("side", ["here", "there"])
async def test_after_half_an_hour_a_code_is_over(both: Both, side: str) -> None:
    await both.begins()
    code = await both.asks()
    both.clock.now += timedelta(minutes=30)
    assert DONE not in await (both.says(code) if side == "here" else both.texts(code))
    assert both.people()[0] == ["console"]


@on_sqlite
async def test_a_code_of_another_address_is_only_a_number(both: Both) -> None:
    await both.begins()
    code = await both.asks(1)
    await both.texts("hola", 2)
    assert DONE not in await both.texts(code, 2)
    assert both.people() == [["console"], ["sms"]]


@on_both
async def test_who_never_wrote_gets_one_code_whoever_asks_and_nobody_learns_it(both: Both) -> None:
    names = ("ana", "pau", "mar")
    for name in names:
        await both.begins(name)
    codes = [await both.asks(1, name) for name in names for _ in range(2)]
    assert [bool(code) for code in codes] == [True, *[False] * 5]
    both.clock.now += timedelta(minutes=10)
    assert DONE in await both.says(codes[0])


@on_sqlite
async def test_who_is_known_gets_three_a_day_and_who_asks_has_three(both: Both) -> None:
    await both.texts("hola")
    await both.begins("ana")
    await both.begins("pau")
    assert all([await both.asks(1, "ana") for _ in range(3)])
    assert await both.asks(1, "pau") == ""
    await both.says("menú")
    await both.says("enlaza")
    await both.says("Otra dirección")
    assert "3 códigos al día" in await both.says("600 000 002")
    both.clock.now += timedelta(days=1, minutes=1)
    assert await both.asks(1, "pau")


@on_sqlite
async def test_who_said_stop_gets_no_code_and_nobody_learns_it(both: Both) -> None:
    await both.texts("hola")
    await both.texts("baja")
    await both.begins()
    assert await both.asks() == ""
    assert both.run(lambda db: db.count(select(Message).where(col(Message.purpose) == Purpose.CODE))) == 0


@on_sqlite
async def test_an_address_that_cannot_be_is_asked_again(both: Both) -> None:
    await both.begins()
    await both.says("enlaza")
    assert "No entiendo esa dirección" in await both.says("600 00")
    said = await both.says("ana@example.org")
    assert "no puedo escribir" in said
    assert "1. Menú" in said


@on_both
async def test_not_me_begins_anew_in_one_step_and_tells_the_other_side(both: Both) -> None:
    await both.begins()
    await both.says(await both.asks())
    await both.rings()
    said = await both.texts("no soy yo")
    assert "Nada de quien escribía antes" in said
    assert "Hola, soy el programa" in said
    assert "ya no está unida contigo" in await both.reads()
    assert both.people() == [["console"], ["sms"]]


@on_sqlite
async def test_my_channels_shows_them_masked_and_lets_one_go(both: Both) -> None:
    await both.begins()
    await both.says(await both.asks())
    await both.rings()
    said = await both.says("mis canales")
    assert "• SMS …001" in said
    assert "600" not in said
    await both.says("Soltar SMS …001")
    assert "ya no es tuya" in await both.says("sí")
    assert "Esta dirección ya no está unida" in await both.rings()
    assert both.people() == [["console"], ["sms"]]


@on_sqlite
async def test_stop_is_for_where_it_is_said_and_stop_all_for_everywhere(both: Both) -> None:
    await both.begins()
    await both.says(await both.asks())
    await both.rings()
    assert "para que no lo haga en ninguna" in (await both.texts("baja")).lower()
    stopped = select(Address.channel).where(col(Address.stopped_at).is_not(None))
    assert both.run(lambda db: list(db.all(stopped))) == ["sms"]
    await both.texts("alta")
    assert "no te escribirá más" in await both.says("baja de todo")
    assert sorted(both.run(lambda db: list(db.all(stopped)))) == ["console", "sms"]
    assert await both.texts("menú") == ""


@on_both
async def test_who_is_forgotten_is_forgotten_at_every_address(both: Both) -> None:
    await both.begins()
    await both.says(await both.asks())
    found = re.search(r"\b[B-DF-HJ-NP-TV-XZ]{4}\b", await both.texts("olvídame"))
    assert found
    assert "ha olvidado" in await both.texts(found[0])
    assert both.people() == []
    assert "idioma" in await both.says("hola")
