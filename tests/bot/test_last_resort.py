"""When what should help breaks itself: the apology, the store in the middle of a send."""

import sqlite3
from collections.abc import Mapping, Sequence

import pytest
from sqlmodel import select

from bot.app import utc_now
from bot.delivery import Delivery, Ended
from bot.lanes import Due, Lane
from bot.purse import Purse
from bot.sending import Addresses
from channels.connections import Connections
from channels.message import Address, Outbound
from channels.telegram import Telegram, TelegramSettings
from storage.database import Db, Store
from storage.inbounds import Claim
from storage.outbox import Purpose, State
from storage.participants import Session
from storage.row import new_id
from tests.bot.house import OWN, open_house
from tests.bot.parrot import PARROT
from tests.fakes.telegram import FakeTelegram


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_blocked_us_while_the_store_was_in_trouble_is_told_again_later(store: Store) -> None:
    ended: list[Ended] = []

    async def cannot_stop(_due: Due) -> None:
        raise sqlite3.OperationalError("database is locked")

    async def cannot_move(_due: Due, _new_id: str) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    async def may_cost(_due: Due) -> bool:
        return True

    async def no_files(_due: Due, _ids: Sequence[int]) -> Mapping[int, bytes]:
        return {}

    delivery = Delivery(ended.append, Addresses(cannot_stop, cannot_move, may_cost), no_files, utc_now)
    async with FakeTelegram() as telegram:
        bot, connections = telegram.bot("1:token"), Connections()
        channel = Telegram(TelegramSettings("town", "1:token", base_url=telegram.base_url), connections)
        purse = Purse("telegram:town", store, utc_now)
        lane = Lane("telegram:town", channel, 30, purse, delivery.deliver, lambda *_: None)
        for number in (1, 2):
            bot.chat(number).is_blocked = number == 1
            bot.chat(number).moved_to = 3 if number == 2 else 0
            due = Due(
                new_id(), "town", number, lane.name, Address("telegram", str(number)), Outbound("x"), Purpose.REPLY
            )
            held = await delivery.deliver(lane, due)
            assert held is not None
        await connections.close()
    assert [each.state for each in ended] == [State.QUEUED, State.QUEUED]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_message_that_breaks_even_the_apology_is_acknowledged(
    database_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    # A trigger stands for a bug of ours in what every reply goes through.
    async with open_house(database_url, flows=PARROT) as house:
        ana, pau = house.citizen(1), house.citizen(2)
        await ana.starts()

        def spoil(db: Db) -> None:
            trigger = "CREATE TRIGGER broken BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'xyzzy'); END"
            db.cursor.execute(trigger, ())

        house.app.store.run_no_tenant(spoil)
        assert await ana.types("secret words") == 200
        house.app.store.run_no_tenant(lambda db: db.cursor.execute("DROP TRIGGER broken", ()) and None)
        await pau.starts()
        await pau.hears()
        assert house.app.store.run(OWN, lambda db: db.count(select(Claim))) == 3
    assert "secret words" not in capfd.readouterr().err


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_a_session_that_cannot_be_read_locks_nobody_out(database_url: str) -> None:
    async with open_house(database_url) as house:
        await house.says("/start")
        await house.says("1")

        def spoil(db: Db) -> None:
            db.all(select(Session))[0].state = '{"frame": 7}'

        house.app.store.run(OWN, spoil)
        assert "Abierto ahora" in await house.says("menú")
        assert "Puerto Real" in await house.says("menú")
