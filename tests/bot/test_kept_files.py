"""Files of people stand beside the store: moved out of it, thrown away with what they belonged to, handed to staff."""

import os
import re
import time
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from bot.cli import app as commands
from storage.attachments import Attachment, Content, Stage
from storage.database import Db
from storage.tickets import Ticket
from tests.bot.house import OWN, House, open_house
from tests.bot.test_media import JOINS, WRITES, attachments, contents, hears, publishes, settled, types
from tests.fakes.telegram import Citizen
from tests.pictures import PDF, SAMPLES

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CODE = re.compile(r"\b[B-DF-HJ-NP-TV-XZ]{4}\b")


async def clears(house: House) -> list[Path]:
    """Hours later what has no row is thrown away; what is left."""
    then = time.time() - timedelta(hours=2).total_seconds()
    for path in house.files.folder.rglob("*"):
        os.utime(path, (then, then))
    await house.app.media.clear()
    return [path for path in house.files.folder.rglob("*") if path.is_file()]


async def test_what_the_store_held_is_moved_out_whole(database_url: str) -> None:
    async with open_house(database_url) as house:
        store, now = house.app.store, datetime.now(UTC)

        def add(db: Db) -> None:
            for number in range(12):
                item = f"proposal:PUE-PROP-2026-11-{number:04}"
                row = Attachment(
                    item=item, channel="telegram", account=OWN, external_id="", name="plan.pdf", state=Stage.KEPT,
                    media_type="application/pdf", due_at=None, added_at=now,
                )  # fmt: skip
                db.add(row)
                db.flush()
                db.add(Content(attachment_id=row.id, data=PDF + bytes([number])))

        store.run(OWN, add)
        await house.app.media.move_out()
        assert sorted(contents(house)) == [PDF + bytes([number]) for number in range(12)]
        assert store.run(OWN, lambda db: len(db.all(select(Content)))) == 0


async def test_a_voice_note_is_no_photo_whatever_it_is_called(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen(1)
        await types(ana, *JOINS, *WRITES)
        assert await ana.sends_document("foto.jpg", SAMPLES["voice.ogg"][1], "image/jpeg") == 200
        await publishes(house, ana)
        (refused,) = await settled(house)
        assert (refused.state, contents(house)) == (Stage.REFUSED, [])
        assert "«foto.jpg»" in await hears(house, ana, "No he podido usar")


async def test_the_files_of_who_is_forgotten_go_too(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = await _sends_a_ticket(house)
        assert len(await clears(house)) == 1
        await types(ana, "olvídame")
        code = CODE.search(await hears(house, ana, CODE.pattern))
        assert code
        await types(ana, code[0])
        await house.app.outbox.empty()
        assert await clears(house) == []


async def test_the_files_of_a_ticket_that_is_gone_go_too(database_url: str) -> None:
    async with open_house(database_url) as house:
        await _sends_a_ticket(house)
        house.app.store.run(OWN, _remove_tickets)
        assert await clears(house) == []
        assert attachments(house) == []


async def test_staff_have_them_written_to_a_folder(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(database_url) as house:
        await _sends_a_ticket(house)
        code = house.app.store.run(OWN, lambda db: db.all(select(Ticket.code))[0])
        monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", database_url)
        monkeypatch.setenv("PARTICIPABOT_MEDIA", str(house.files.folder))
        monkeypatch.setenv("PARTICIPABOT_KEY", b64encode(b"k" * 32).decode())
        ran = CliRunner().invoke(commands, ["tickets", "show", code, "--files", str(tmp_path / "out")])
        assert ran.exit_code == 0, ran.output
        assert (tmp_path / "out" / f"{code}-1.jpg").read_bytes() == contents(house)[0]


async def _sends_a_ticket(house: House) -> Citizen:
    ana = house.citizen(1)
    await types(ana, "Hola", "Castellano", "persona")
    assert await ana.sends_document("foto.jpg", SAMPLES["photo.jpg"][1], "image/jpeg") == 200
    await types(ana, "La rampa está rota", "enviar")
    await hears(house, ana, "-TIC-")
    await settled(house)
    return ana


def _remove_tickets(db: Db) -> None:
    for each in db.all(select(Ticket)):
        db.remove(each)
