"""Files by Telegram, in and out: the real library, real HTTP, and a server that refuses what Telegram refuses."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

import pytest
from aiohttp import web

import channels.telegram_request
from channels.connections import Connections
from channels.errors import AddressStopped, FileGone, FileTooLarge, Later, Misconfigured, SendFailed, Uncertain
from channels.message import Address, Attached, Choice, Enclosed, Outbound, name_of
from channels.telegram import Telegram, TelegramSettings
from tests.channels.conftest import TOKEN
from tests.fakes.telegram import Bot, Citizen, FakeTelegram, Fault
from tests.fakes.telegram_files import Serve
from tests.pictures import PDF, photo

ANA = Address("telegram", "34600000001")
NAME = name_of("vilanova", 1)
PHOTO = Enclosed("X-1-1.jpg", "image/jpeg", photo())
PLAN = Enclosed("X-1-2.pdf", "application/pdf", PDF)
MOST = 100_000


async def sent(telegram: Telegram, outbound: Outbound) -> None:
    for part in telegram.render(outbound):
        await telegram.send(ANA, part, NAME)


async def test_a_file_comes_as_it_was_sent(telegram: Telegram, bot: Bot) -> None:
    name = bot.files.keep("plan.pdf", PDF)
    assert await telegram.fetch(Attached(name), len(PDF)) == PDF


@pytest.mark.parametrize("file_id", ["never", "", "a/../b", "x" * 3000, "a&b=c#d"])
async def test_a_file_that_nobody_sent_is_gone(telegram: Telegram, bot: Bot, file_id: str) -> None:
    with pytest.raises(FileGone):
        await telegram.fetch(Attached(file_id), MOST)
    assert bot.files.downloads == []


async def _elsewhere(request: web.BaseRequest, _: bytes) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": str(request.url)})


async def _without_a_length(request: web.BaseRequest, data: bytes) -> web.StreamResponse:
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    for _ in range(10_000):
        await response.write(data)
    return response


async def _slowly(request: web.BaseRequest, data: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(data))})
    await response.prepare(request)
    for byte in data:
        await response.write(bytes([byte]))
        await asyncio.sleep(0.05)
    return response


async def _squeezed(_: web.BaseRequest, data: bytes) -> web.StreamResponse:
    return web.Response(body=data, headers={"Content-Encoding": "br"})


async def _cut(request: web.BaseRequest, data: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(data) + 1)})
    await response.prepare(request)
    await response.write(data)
    if request.transport:
        request.transport.close()
    return response


def _status(status: int) -> Serve:
    async def serve(_request: web.BaseRequest, _data: bytes) -> web.StreamResponse:
        return web.Response(status=status, text="no")

    return serve


@pytest.mark.parametrize(
    ("serve", "failure"),
    [
        (_elsewhere, Later),
        (_without_a_length, FileTooLarge),
        (_slowly, Later),
        (_squeezed, Later),
        (_cut, Later),
        (_status(500), Later),
        (_status(502), Later),
        (_status(404), FileGone),
        (_status(401), Later),
    ],
)
async def test_a_download_that_goes_wrong_is_one_of_the_closed_list(
    telegram: Telegram, bot: Bot, monkeypatch: pytest.MonkeyPatch, serve: Serve, failure: type[SendFailed]
) -> None:
    monkeypatch.setattr(channels.telegram_request, "_DOWNLOADS_WITHIN", 0.5)
    bot.files.serve = serve
    with pytest.raises(SendFailed) as raised:
        await telegram.fetch(Attached(bot.files.keep("plan.pdf", PDF)), MOST)
    assert type(raised.value) is failure
    assert len(bot.files.downloads) == 1
    assert TOKEN not in repr(raised.value) + str(raised.value.__cause__) + str(raised.value.__context__)


async def test_more_than_was_asked_for_is_not_read(telegram: Telegram, bot: Bot) -> None:
    name = bot.files.keep("plan.pdf", PDF)
    with pytest.raises(FileTooLarge):
        await telegram.fetch(Attached(name), len(PDF) - 1)
    assert bot.files.downloads == []


async def test_a_length_that_is_too_large_is_believed(
    telegram: Telegram, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def serve(request: web.BaseRequest, _data: bytes) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(MOST + 1)})
        await response.prepare(request)
        await asyncio.sleep(1)
        return response

    monkeypatch.setattr(channels.telegram_request, "_DOWNLOADS_WITHIN", 0.5)
    bot.files.serve = serve
    with pytest.raises(FileTooLarge):
        await telegram.fetch(Attached(bot.files.keep("plan.pdf", PDF)), MOST)


@pytest.mark.parametrize(
    "path",
    [
        "../secret",
        "photos/../../x",
        "/etc/passwd",
        "//evil.example.org/x",
        "http://evil.example.org/x",
        "a?b",
        "a#b",
        "",
    ],
)
async def test_a_path_that_leads_elsewhere_is_not_followed(telegram: Telegram, bot: Bot, path: str) -> None:
    name = bot.files.keep("plan.pdf", PDF)
    bot.files.lies_at[name] = path
    with pytest.raises(FileGone):
        await telegram.fetch(Attached(name), MOST)
    assert bot.files.downloads == []


async def test_a_file_too_big_for_the_bot_api_is_too_large(telegram: Telegram, bot: Bot) -> None:
    name = bot.files.keep("plan.pdf", b"x" * (20 * 1024 * 1024 + 1))
    with pytest.raises(FileTooLarge):
        await telegram.fetch(Attached(name), MOST)


@pytest.mark.parametrize("fault", [Fault.INTERNAL, Fault.BAD_GATEWAY, Fault.GARBAGE, Fault.YES])
async def test_where_it_lies_cannot_be_learnt_now(telegram: Telegram, bot: Bot, fault: Fault) -> None:
    bot.faults.append(("getFile", fault))
    with pytest.raises(Later):
        await telegram.fetch(Attached(bot.files.keep("plan.pdf", PDF)), MOST)


async def test_no_word_of_a_fetch_holds_the_token(
    bot: Bot, telegram: Telegram, connections: Connections, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    away = Telegram(TelegramSettings("vilanova", TOKEN, base_url="http://127.0.0.1:1"), connections)
    name = bot.files.keep("plan.pdf", PDF)
    for channel, serve in ((telegram, None), (telegram, _elsewhere), (telegram, _cut), (away, None)):
        bot.files.serve = serve
        with suppress(SendFailed):
            await channel.fetch(Attached(name), MOST)
    assert TOKEN not in caplog.text


async def test_one_photo_with_few_words_is_one_message_with_its_buttons(telegram: Telegram, ana: Citizen) -> None:
    await sent(telegram, Outbound("La foto:", title="X", choices=(Choice(1, "Menú", "q.1"),), files=(PHOTO,)))
    message = ana.chat.last
    assert (message.kind, message.text, message.buttons) == ("photo", "X\n\nLa foto:", ["Menú"])
    assert message.file is not None
    assert (message.file.name, message.file.data) == (PHOTO.name, PHOTO.data)


async def test_several_files_follow_the_words_and_the_last_has_the_buttons(telegram: Telegram, ana: Citizen) -> None:
    await sent(telegram, Outbound("Dues coses:", choices=(Choice(1, "Menú", "q.1"),), files=(PHOTO, PLAN)))
    words, first, last = ana.chat.messages.values()
    assert (words.text, words.buttons, first.kind, first.buttons) == ("Dues coses:", [], "photo", [])
    assert (last.kind, last.buttons, last.file and last.file.data) == ("document", ["Menú"], PDF)


@pytest.mark.parametrize(("length", "messages"), [(1024, 1), (1025, 2), (4097, 3)])
async def test_words_too_long_for_a_caption_come_first(
    telegram: Telegram, ana: Citizen, length: int, messages: int
) -> None:
    await sent(telegram, Outbound("é" * length, files=(PLAN,)))
    assert len(ana.chat.messages) == messages
    assert "".join(ana.chat.texts) == "é" * length


async def test_a_picture_that_is_no_photo_for_telegram_goes_as_a_document(telegram: Telegram, ana: Citizen) -> None:
    for data in (photo(size=(3000, 100)), b"no picture at all"):
        await sent(telegram, Outbound("", files=(Enclosed("X-1-1.jpg", "image/jpeg", data),)))
        assert ana.chat.last.kind == "document"


async def test_with_a_file_nothing_is_replaced(telegram: Telegram, ana: Citizen) -> None:
    await sent(telegram, Outbound("Hola"))
    await sent(telegram, Outbound("La foto:", replaces=str(ana.chat.last.id), files=(PHOTO,)))
    await sent(telegram, Outbound("Adeu", replaces=str(ana.chat.last.id)))
    assert ana.chat.texts == ["Hola", "La foto:", "Adeu"]


def _blocked(bot: Bot) -> None:
    bot.chat(int(ANA.id)).is_blocked = True


def _too_fast(bot: Bot) -> None:
    bot.rate = 0


def _fault(fault: Fault) -> Callable[[Bot], None]:
    return lambda bot: bot.faults.append(("sendDocument", fault))


@pytest.mark.parametrize(
    ("prepare", "failure"),
    [
        (_blocked, AddressStopped),
        (_too_fast, Later),
        (_fault(Fault.INTERNAL), Later),
        (_fault(Fault.BAD_GATEWAY), Uncertain),
        (_fault(Fault.RESET), Uncertain),
        (_fault(Fault.GARBAGE), Uncertain),
    ],
)
async def test_an_upload_that_fails_is_one_of_the_closed_list(
    telegram: Telegram, bot: Bot, ana: Citizen, prepare: Callable[[Bot], None], failure: type[SendFailed]
) -> None:
    prepare(bot)
    with pytest.raises(SendFailed) as raised:
        await sent(telegram, Outbound("", files=(PLAN,)))
    assert type(raised.value) is failure
    assert TOKEN not in repr(raised.value)


async def test_an_empty_file_is_misconfigured(telegram: Telegram, ana: Citizen) -> None:
    with pytest.raises(Misconfigured):
        await sent(telegram, Outbound("", files=(Enclosed("x.pdf", "application/pdf"),)))


async def test_an_unknown_token_is_misconfigured(api: FakeTelegram, connections: Connections) -> None:
    stranger = Telegram(TelegramSettings("vilanova", "9:unknown", base_url=api.base_url), connections)
    with pytest.raises(Misconfigured):
        await stranger.fetch(Attached("x"), MOST)
