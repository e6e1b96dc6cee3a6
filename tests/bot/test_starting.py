"""A start that is refused harms nothing, and a second process on one store is refused."""

import secrets
from pathlib import Path

import pytest
import typer
from pydantic import SecretStr
from sqlmodel import col, select

from bot.app import utc_now
from bot.cli.serving import running
from bot.config.settings import Settings
from bot.single import Taken, sole_server
from storage.database import Db, Store
from storage.keys import Keys
from storage.outbox import Message, Purpose, State
from storage.participants import Address
from storage.statements import enqueue
from tests.bot.house import ENVIRON, KEYS, OWN, open_house

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


async def test_a_start_with_the_wrong_key_spoils_no_message(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url) as house:
        await house.says("hola")

    def leave(db: Db) -> None:
        person = db.all(select(Address))[0]
        enqueue(
            db, person.participant_id, person.lane, "console", person.sealed, Purpose.REPLY, '{"text":"x"}', utc_now()
        )

    store = Store(database_url, KEYS)
    store.run(OWN, leave)
    settings = Settings(database_url=SecretStr(database_url), tenants=tmp_path)
    wrong = Keys(secrets.token_bytes(32))
    with pytest.raises(typer.Exit):
        async with running(settings, database_url, wrong, ENVIRON, is_strict=False):
            raise AssertionError("it serves")
    states = store.run(OWN, lambda db: [message.state for message in db.all(select(Message).order_by(col(Message.id)))])
    store.close()
    assert states[-1] is State.QUEUED


def test_a_second_process_on_one_store_is_refused(database_url: str) -> None:
    with sole_server(database_url), pytest.raises(Taken), sole_server(database_url):
        raise AssertionError("two serve")
    with sole_server(database_url):
        pass
