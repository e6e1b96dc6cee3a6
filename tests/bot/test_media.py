"""A photo from one phone to another, through the real route: fetched, drawn anew, shown; and what goes wrong."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO

import msgspec
import pytest
from aiohttp import web
from PIL import Image
from sqlmodel import col, select

from bot.config.codes import town_code
from channels.message import Enclosed, Outbound
from storage.attachments import Attachment, Stage, kept_attachments
from storage.database import Db
from storage.outbox import Purpose
from storage.participants import Address, Participant
from storage.statements import enqueue
from tests.bot.house import OWN, PLATFORM, SHARING, House, open_house
from tests.fakes.telegram import Citizen
from tests.pictures import PDF, SAMPLES, photo

both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
JOINS = ["Hola", "Castellano", "propón", "Barrios con sombra", "sí", "acepto", "Paco", "sí"]
WRITES = ["Un toldo delante del mercado", "La cola del pescado está al sol.", "Árboles", "Calle de las Redes"]
SHARED = ["Català", "proposa", "sí", "accepto", "Mercè", "sí"]
SHARED_WRITES = ["Bancs a la vora del riu", "No hi ha cap lloc per seure.", "Riu i camins", "A la vora del riu"]


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def still_house(url: str) -> AsyncIterator[tuple[House, Clock]]:
    """A house whose clock stands still, so that nothing is fetched again until a test says so."""
    clock = Clock()
    async with open_house(url, clock=clock) as house:
        yield house, clock


async def types(citizen: Citizen, *lines: str) -> None:
    for line in lines:
        assert await citizen.types(line) == 200


async def hears(house: House, citizen: Citizen, words: str, patience: float = 5.0) -> str:
    """The newest message with these words, once it is there."""
    async with asyncio.timeout(patience):
        while True:
            await house.app.outbox.empty()
            for text in reversed(citizen.chat.texts):
                if re.search(words, text):
                    return text
            await asyncio.sleep(0.02)


async def publishes(house: House, citizen: Citizen) -> str:
    """After the files: on, and publish; the reference."""
    await types(citizen, "listo", "publicar")
    found = re.search(r"\w+-PROP-[\d-]+\d", await hears(house, citizen, "-PROP-"))
    assert found
    return found[0]


def attachments(house: House, tenant_id: str = OWN) -> list[Attachment]:
    return list(house.app.store.run(tenant_id, lambda db: db.all(select(Attachment).order_by(col(Attachment.id)))))


def contents(house: House, tenant_id: str = OWN) -> list[bytes]:
    kept = house.app.store.run(tenant_id, kept_attachments)
    return [house.files.read(tenant_id, each) for each in sorted(kept)]


async def settled(house: House, tenant_id: str = OWN, patience: float = 5.0) -> list[Attachment]:
    """The files, once none waits."""
    found: list[Attachment] = []
    async with asyncio.timeout(patience):
        while not found or any(each.state is Stage.WANTED for each in found):
            await house.app.media.sweep()
            await asyncio.sleep(0.02)
            found = attachments(house, tenant_id)
    return found


def add_wanted(house: House, file_id: str, tenant_id: str = OWN, participant_id: int | None = None) -> None:
    """A file of a proposal that was published just now."""

    def add(db: Db) -> None:
        db.add(
            Attachment(
                item="proposal:PUE-PROP-2026-11-0001",
                participant_id=participant_id,
                channel="telegram",
                account=tenant_id,
                external_id=file_id,
                name="plan.pdf",
                media_type="application/pdf",
                due_at=NOON,
                added_at=NOON,
            )
        )

    house.app.store.run(tenant_id, add)


async def sends(house: House, text: str, *content_ids: int) -> None:
    """Word with files to everybody."""
    files = tuple(Enclosed("x.pdf", "application/pdf", content_id=each) for each in content_ids)
    content = msgspec.json.encode(Outbound(text, files=files)).decode()

    def add(db: Db) -> None:
        for to in db.all(select(Address)):
            enqueue(db, to.participant_id, to.lane, to.channel, to.sealed, Purpose.UPDATE, content, NOON)

    house.app.store.run(OWN, add)
    await house.app.outbox.drain(f"telegram:{OWN}")
    await house.app.outbox.empty()


@both
async def test_a_photo_is_shown_to_others_without_the_place_where_it_was_taken(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana, berta = house.citizen(1), house.citizen(2)
        await types(ana, *JOINS, *WRITES)
        original = photo()
        assert await ana.sends_photo(original, "Así está", album="1") == 200
        assert await ana.sends_document("plano.pdf", PDF, "application/pdf") == 200
        reference = await publishes(house, ana)
        kept = await settled(house)
        assert [(each.state, each.media_type, each.due_at) for each in kept] == [
            (Stage.KEPT, "image/jpeg", None),
            (Stage.KEPT, "application/pdf", None),
        ]
        await types(berta, "Hola", "Castellano", reference, "fotos")
        await hears(house, berta, "De la propuesta")
        (drawn, plan) = (message.file for message in list(berta.chat.messages.values())[-2:])
        assert drawn is not None
        assert plan is not None
        assert (drawn.name, plan.name) == (f"{reference}-1.jpg", f"{reference}-2.pdf")
        assert Image.open(BytesIO(original)).getexif().get_ifd(0x8825)
        assert not Image.open(BytesIO(drawn.data)).getexif()
        assert drawn.data != original
        assert plan.data == PDF
        assert berta.chat.last.buttons


@sqlite
async def test_a_photo_to_a_shared_bot_is_the_towns_alone(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen(1, PLATFORM, "ca")
        assert await ana.starts(town_code(SHARING)) == 200
        await types(ana, *SHARED, *SHARED_WRITES)
        assert await ana.sends_photo(photo()) == 200
        await publishes(house, ana)
        (kept,) = await settled(house, SHARING)
        assert (kept.state, kept.account) == (Stage.KEPT, PLATFORM)
        assert [attachments(house, other) for other in (OWN, PLATFORM)] == [[], []]


@both
async def test_a_fetch_that_was_killed_is_made_again_and_kept_once(database_url: str) -> None:
    async with still_house(database_url) as (house, clock):
        has_begun = asyncio.Event()

        async def hang(_request: web.BaseRequest, _data: bytes) -> web.StreamResponse:
            has_begun.set()
            await asyncio.sleep(3600)
            return web.Response()

        files = house.bot().files
        add_wanted(house, files.keep("plan.pdf", PDF))
        files.serve = hang
        killed = asyncio.create_task(house.app.media.drain(OWN))
        await asyncio.wait_for(has_begun.wait(), 5)
        killed.cancel()
        with suppress(asyncio.CancelledError):
            await killed
        files.serve = None
        await house.app.media.drain(OWN)
        assert [each.state for each in attachments(house)] == [Stage.WANTED], "it is leased still"
        clock.now += timedelta(minutes=4)
        await house.app.media.drain(OWN)
        assert [each.state for each in attachments(house)] == [Stage.KEPT]
        assert contents(house) == [PDF]


@sqlite
async def test_a_slow_fetch_that_another_one_overtook_changes_nothing(database_url: str) -> None:
    async with still_house(database_url) as (house, clock):
        has_begun, may_end = asyncio.Event(), asyncio.Event()

        async def wait(_request: web.BaseRequest, data: bytes) -> web.StreamResponse:
            has_begun.set()
            await may_end.wait()
            return web.Response(body=data)

        files = house.bot().files
        add_wanted(house, files.keep("plan.pdf", PDF))
        files.serve = wait
        slow = asyncio.create_task(house.app.media.drain(OWN))
        await asyncio.wait_for(has_begun.wait(), 5)
        files.serve = None
        clock.now += timedelta(minutes=4)
        await house.app.media.drain(OWN)
        may_end.set()
        await slow
        assert contents(house) == [PDF]


@sqlite
async def test_who_sent_what_cannot_be_used_is_told_once(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen(1)
        await types(ana, *JOINS, *WRITES)
        assert await ana.sends_document("factura.pdf", SAMPLES["disguised.pdf"][1], "application/pdf") == 200
        reference = await publishes(house, ana)
        (refused,) = await settled(house)
        assert (refused.state, contents(house)) == (Stage.REFUSED, [])
        told = await hears(house, ana, "No he podido usar")
        assert f"«factura.pdf» de {reference}" in told
        await house.app.media.drain(OWN)
        await house.app.outbox.sweep()
        await house.app.outbox.empty()
        assert len([text for text in ana.chat.texts if "No he podido usar" in text]) == 1


@sqlite
async def test_a_provider_in_trouble_is_asked_again_for_a_day(database_url: str) -> None:
    async with still_house(database_url) as (house, clock):
        ana = house.citizen(1)
        await types(ana, "Hola", "Castellano")
        (somebody,) = house.app.store.run(OWN, lambda db: list(db.all(select(Participant.id))))

        async def refuse(_request: web.BaseRequest, _data: bytes) -> web.StreamResponse:
            return web.Response(status=503)

        files = house.bot().files
        add_wanted(house, files.keep("plan.pdf", PDF), participant_id=somebody)
        files.serve = refuse
        waits: list[timedelta] = []
        while (found := attachments(house)[0]).state is Stage.WANTED:
            assert found.due_at is not None
            assert len(waits) < 50
            waits.append(found.due_at - clock.now)
            clock.now = max(clock.now, found.due_at)
            await house.app.media.drain(OWN)
        assert found.state is Stage.LOST
        assert waits[1] < timedelta(minutes=1)
        assert max(waits) <= timedelta(hours=1)
        assert timedelta(days=1) <= clock.now - NOON < timedelta(hours=26)
        await hears(house, ana, "No he podido recoger el archivo «plan.pdf»")


@sqlite
async def test_a_file_that_is_gone_is_lost_at_once_and_no_account_is_waited_for(database_url: str) -> None:
    async with still_house(database_url) as (house, _):
        add_wanted(house, "never-sent")
        add_wanted(house, "at nobody's", tenant_id=SHARING)
        await house.app.media.drain(OWN)
        await house.app.media.drain(SHARING)
        assert [each.state for each in attachments(house)] == [Stage.LOST]
        assert [each.state for each in attachments(house, SHARING)] == [Stage.WANTED]


@sqlite
async def test_what_is_hidden_meanwhile_is_not_delivered(database_url: str) -> None:
    async with still_house(database_url) as (house, _):
        files = house.bot().files
        for name in ("one.pdf", "two.pdf"):
            add_wanted(house, files.keep(name, PDF + name.encode()))
        await house.app.media.drain(OWN)
        shown, hidden = attachments(house)

        def hide(db: Db) -> None:
            db.one(Attachment, hidden.id).hidden_at = NOON

        house.app.store.run(OWN, hide)
        ana = house.citizen(1)
        await types(ana, "Hola")
        await hears(house, ana, "idioma")
        await sends(house, "Mira", shown.id, hidden.id)
        await sends(house, "Nada", hidden.id)
        await hears(house, ana, "Nada")
        sent = [(message.text, message.file and message.file.data) for message in ana.chat.messages.values()]
        assert sent[1:] == [("Mira", PDF + b"one.pdf"), ("Nada", None)]
