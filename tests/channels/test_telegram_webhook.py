"""What is around the messages: presses acknowledged, bots provided for, updates fetched, secrets kept."""

import asyncio
import logging
import traceback
from collections.abc import Sequence

import pytest
from msgspec import structs

import channels.telegram
from channels.channel import Heard, Unread
from channels.connections import Connections
from channels.errors import Later, Misconfigured, SendFailed
from channels.message import Address, Choice, Inbound, Kind, Outbound, name_of
from channels.telegram import KINDS, Telegram, TelegramSettings
from channels.telegram_parts import Part
from channels.telegram_trace import Button, Entity, Keyboard, trace
from tests.channels.conftest import SECRET, TOKEN
from tests.fakes.telegram import Bot, Citizen, FakeTelegram, Fault
from tests.fakes.telegram_bot import Webhook

ANA = Address("telegram", "34600000001")
NAME = name_of("vilanova", 1)
QUESTION = Outbound("Bé?", choices=(Choice(1, "Sí", "q.1"), Choice(2, "No", "q.2")))
COMMANDS = {"ca": [("menu", "Què hi ha obert"), ("ajuda", "Ajuda")], "es": [("menu", "Qué hay abierto")]}
DESCRIPTIONS = {"ca": ("Participa", "Participa a Vilanova"), "es": ("Participa", "Participa en Vilanova")}


class Inbox:
    def __init__(self) -> None:
        self.heard: asyncio.Queue[Inbound] = asyncio.Queue()
        self.unread: list[Unread] = []
        self.fails = False

    async def deliver(self, heard: Sequence[Heard]) -> None:
        if self.fails:
            raise ConnectionError("the store is away")
        for each in heard:
            if isinstance(each, Unread):
                self.unread.append(each)
            elif isinstance(each, Inbound):
                self.heard.put_nowait(each)

    async def next(self) -> Inbound:
        async with asyncio.timeout(5):
            return await self.heard.get()


@pytest.fixture
def polling(api: FakeTelegram, bot: Bot, connections: Connections, monkeypatch: pytest.MonkeyPatch) -> Telegram:
    monkeypatch.setattr(channels.telegram, "_FIRST_PAUSE", 0.01)
    return Telegram(TelegramSettings("vilanova", TOKEN, mode="poll", base_url=api.base_url), connections)


async def test_an_answered_question_shows_what_was_chosen(polling: Telegram, ana: Citizen) -> None:
    question = Outbound(
        "Seguim & avisem?", title="Avisos 🌊", choices=(Choice(1, "Sí <3", "a.0"), Choice(2, "No", "a.1"))
    )
    await polling.send(ANA, polling.render(question)[0], NAME)
    inbox = Inbox()
    listening = asyncio.create_task(polling.listen(inbox.deliver))
    await ana.presses("Sí <3")
    await polling.acknowledge(await inbox.next())
    assert ana.chat.last.text == "Avisos 🌊\n\nSeguim & avisem?\n\n→ Sí <3"
    assert ana.chat.last.html.startswith("<b>Avisos 🌊</b>\n\nSeguim &amp;")
    assert ana.chat.last.buttons == []
    listening.cancel()


async def test_a_press_that_did_not_count_leaves_no_trace(polling: Telegram, ana: Citizen) -> None:
    await polling.send(ANA, polling.render(QUESTION)[0], NAME)
    inbox = Inbox()
    listening = asyncio.create_task(polling.listen(inbox.deliver))
    await ana.presses("Sí")
    before = ana.chat.last.text
    await polling.acknowledge(structs.replace(await inbox.next(), trace=""))
    assert (ana.chat.last.text, ana.chat.last.buttons) == (before, [])
    listening.cancel()


@pytest.mark.parametrize(
    ("text", "label", "is_kept"),
    [("x" * 4000, "Sí", True), ("x" * 4096, "Sí", False), ("", "Sí", False), ("?", "", False)],
)
def test_a_trace_that_cannot_be_drawn_is_none(text: str, label: str, is_kept: bool) -> None:
    keyboard = Keyboard([[Button(label, "a.0")]])
    assert bool(trace(text, [Entity("bold", 0, 4096)], keyboard, "a.0")) == is_kept
    assert trace(text, [], keyboard, "a.1") == ""
    assert trace(text, [], None, "a.0") == ""


async def test_a_press_is_acknowledged_and_its_buttons_go(polling: Telegram, bot: Bot, ana: Citizen) -> None:
    await polling.send(ANA, polling.render(QUESTION)[0], NAME)
    inbox = Inbox()
    listening = asyncio.create_task(polling.listen(inbox.deliver))
    await ana.presses("Sí")
    inbound = await inbox.next()
    assert len(bot.open_queries) == 1
    await polling.acknowledge(inbound)
    assert len(bot.open_queries) == 0
    assert ana.chat.last.buttons == []
    listening.cancel()


async def test_an_acknowledgement_that_fails_is_nobodys_trouble(telegram: Telegram, bot: Bot, ana: Citizen) -> None:
    await telegram.send(ANA, telegram.render(QUESTION)[0], NAME)
    press = Inbound("vilanova", ANA, "1", Kind.PRESS, message_id="1", acknowledge_id="stale")
    await telegram.acknowledge(press)
    await telegram.acknowledge(press)
    bot.faults.extend([("answerCallbackQuery", Fault.RESET), ("editMessageReplyMarkup", Fault.GARBAGE)])
    await telegram.acknowledge(press)
    assert [method for method, _ in bot.calls].count("answerCallbackQuery") == 3


async def test_words_need_no_acknowledgement(telegram: Telegram, bot: Bot) -> None:
    await telegram.acknowledge(Inbound("vilanova", ANA, "1", Kind.TEXT, "hola"))
    assert bot.calls == []


async def test_polling_takes_the_webhook_away_first(polling: Telegram, bot: Bot, ana: Citizen) -> None:
    bot.webhook = Webhook("https://example.org/telegram/vilanova", SECRET)
    inbox = Inbox()
    listening = asyncio.create_task(polling.listen(inbox.deliver))
    await asyncio.sleep(0.1)
    await ana.types("hola")
    assert (await inbox.next()).text == "hola"
    assert [method for method, _ in bot.calls][:2] == ["deleteWebhook", "getUpdates"]
    assert bot.allowed == set(KINDS)
    listening.cancel()


async def test_an_update_is_confirmed_only_when_it_was_delivered(polling: Telegram, bot: Bot, ana: Citizen) -> None:
    inbox = Inbox()
    inbox.fails = True
    await ana.types("hola")
    with pytest.raises(ConnectionError):
        await polling.listen(inbox.deliver)
    assert len(bot.queue) == 1
    inbox.fails = False
    listening = asyncio.create_task(polling.listen(inbox.deliver))
    assert (await inbox.next()).text == "hola"
    await ana.types("adeu")
    assert (await inbox.next()).text == "adeu"
    await asyncio.sleep(0.05)
    assert not bot.queue
    listening.cancel()


async def test_polling_goes_on_after_every_trouble(polling: Telegram, bot: Bot, ana: Citizen) -> None:
    bot.faults.append(("deleteWebhook", Fault.INTERNAL))
    faults = (Fault.INTERNAL, Fault.BAD_GATEWAY, Fault.RESET, Fault.CUT, Fault.GARBAGE)
    bot.faults.extend(("getUpdates", fault) for fault in faults)
    await ana.types("hola")
    inbox = Inbox()
    listening = asyncio.create_task(polling.listen(inbox.deliver))
    assert (await inbox.next()).text == "hola"
    assert not bot.faults
    listening.cancel()


async def test_a_webhook_that_somebody_sets_meanwhile_is_taken_away(polling: Telegram, bot: Bot, ana: Citizen) -> None:
    inbox = Inbox()

    async def deliver(heard: Sequence[Heard]) -> None:
        bot.webhook = Webhook("https://example.org/of/another", SECRET)
        bot.enqueue(ana.typed("adeu"))
        await inbox.deliver(heard)

    await ana.types("hola")
    listening = asyncio.create_task(polling.listen(deliver))
    assert [(await inbox.next()).text for _ in range(2)] == ["hola", "adeu"]
    listening.cancel()


async def test_an_unreadable_update_goes_to_quarantine_and_harms_no_other(
    polling: Telegram, bot: Bot, ana: Citizen
) -> None:
    bot.enqueue({"update_id": 1, "message": 3})
    await ana.types("hola")
    inbox = Inbox()
    listening = asyncio.create_task(polling.listen(inbox.deliver))
    assert (await inbox.next()).text == "hola"
    assert [(unread.account, unread.body) for unread in inbox.unread] == [("vilanova", b'{"update_id":1,"message":3}')]
    listening.cancel()


async def test_polling_ends_when_it_is_cancelled(polling: Telegram) -> None:
    listening = asyncio.create_task(polling.listen(Inbox().deliver))
    await asyncio.sleep(0.05)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening


async def test_an_account_with_a_webhook_has_nothing_to_fetch(telegram: Telegram, bot: Bot) -> None:
    await telegram.listen(Inbox().deliver)
    assert bot.calls == []


async def test_a_bot_is_provided_for_and_again(telegram: Telegram, bot: Bot) -> None:
    for _ in range(2):
        await telegram.provision("https://example.org/telegram/vilanova", COMMANDS, DESCRIPTIONS)
        assert bot.webhook == Webhook("https://example.org/telegram/vilanova", SECRET)
        assert bot.allowed == set(KINDS)
        assert bot.commands == {"": COMMANDS["ca"], **COMMANDS}
        assert bot.short_descriptions["es"] == "Participa"
        assert [*bot.descriptions] == ["", "ca", "es"]
        assert bot.descriptions[""] == bot.descriptions["ca"] == "Participa a Vilanova"


async def test_a_bot_that_polls_gets_no_webhook(polling: Telegram, bot: Bot) -> None:
    await polling.provision("", COMMANDS, {})
    assert bot.webhook is None
    assert set(bot.commands) == {"", "ca", "es"}


@pytest.mark.parametrize("url", ["http://example.org/telegram/vilanova", "https://example.org:8311/telegram/vilanova"])
async def test_a_url_that_telegram_cannot_call_is_misconfigured(telegram: Telegram, url: str) -> None:
    with pytest.raises(Misconfigured):
        await telegram.provision(url, {}, {})


async def test_a_bot_that_cannot_be_provided_for_now_is_left_for_later(telegram: Telegram, bot: Bot) -> None:
    bot.faults.append(("setWebhook", Fault.INTERNAL))
    with pytest.raises(Later):
        await telegram.provision("https://example.org/telegram/vilanova", {}, {})


async def test_no_secret_is_ever_logged_or_shown(
    telegram: Telegram, polling: Telegram, bot: Bot, ana: Citizen, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("", "telegram", "telegram.Bot", "telegram.request", "httpx", "aiohttp", "asyncio", "channels"):
        caplog.set_level(logging.DEBUG, name or None)
    private = Part("Paraules privades", "Paraules privades")
    shown: list[str] = [repr(telegram), repr(telegram.settings), str(telegram.settings), repr(vars(telegram))]
    remade = Telegram(telegram.settings, Connections())
    await telegram.provision("https://example.org/telegram/vilanova", COMMANDS, DESCRIPTIONS)
    await telegram.send(ANA, private, NAME)
    for fault in Fault:
        if fault is not Fault.SILENCE:
            bot.faults.append(("sendMessage", fault))
            with pytest.raises(SendFailed) as raised:
                await telegram.send(ANA, private, NAME)
            shown += traceback.format_exception(raised.value)
    connections = Connections()
    for base_url in ("not a url", "http://127.0.0.1:1", telegram.settings.base_url + "/elsewhere"):
        lost = Telegram(TelegramSettings("vilanova", TOKEN, SECRET, base_url=base_url), connections)
        with pytest.raises(SendFailed) as raised:
            await lost.send(ANA, Part("x", "x"), NAME)
        shown += traceback.format_exception(raised.value)
    await connections.close()
    bot.faults.extend([("getUpdates", Fault.GARBAGE), ("getUpdates", Fault.RESET)])
    inbox = Inbox()
    listening = asyncio.create_task(polling.listen(inbox.deliver))
    await asyncio.sleep(0.1)
    listening.cancel()
    everything = "\n".join([caplog.text, *(str(record.__dict__) for record in caplog.records), *shown, repr(remade)])
    for secret in (TOKEN, TOKEN.partition(":")[2], SECRET, "Paraules privades", ANA.id):
        assert secret not in everything
