"""Every way a send can end: the real library, real HTTP, a server that refuses what Telegram refuses."""

import asyncio
from collections.abc import Callable

import pytest
from telegram.error import BadRequest

import channels.telegram_request
from channels.connections import Connections
from channels.errors import AddressMoved, AddressStopped, Later, Misconfigured, SendFailed, Uncertain
from channels.message import Address, Choice, Outbound, name_of
from channels.telegram import Telegram, TelegramSettings
from channels.telegram_calls import failure
from channels.telegram_parts import Part
from tests.channels.conftest import TOKEN
from tests.fakes.telegram import Bot, Citizen, FakeTelegram, Fault

ANA = Address("telegram", "34600000001")
NAME = name_of("vilanova", 1)
HELLO = Part("<b>Hola</b>", "Hola")


async def test_a_message_arrives_as_it_was_drawn(telegram: Telegram, ana: Citizen) -> None:
    outbound = Outbound("T’agrada 1 < 2?", title="Vilanova", choices=(Choice(1, "Sí", "q.1"), Choice(2, "No", "q.2")))
    (part,) = telegram.render(outbound)
    sent = await telegram.send(ANA, part, NAME)
    assert (sent, ana.chat.last.text) == (str(ana.chat.last.id), "Vilanova\n\nT’agrada 1 < 2?")
    assert ana.chat.last.buttons == ["Sí", "No"]


def _blocked(bot: Bot) -> None:
    bot.chat(int(ANA.id)).is_blocked = True


def _deactivated(bot: Bot) -> None:
    bot.chat(int(ANA.id)).is_deactivated = True


def _moved(bot: Bot) -> None:
    bot.chat(int(ANA.id)).moved_to = -1009


def _unknown(bot: Bot) -> None:
    bot.chats.clear()


def _too_fast(bot: Bot) -> None:
    bot.rate = 0


def _fault(fault: Fault) -> Callable[[Bot], None]:
    return lambda bot: bot.faults.append(("sendMessage", fault))


@pytest.mark.parametrize(
    ("prepare", "failure"),
    [
        (_blocked, AddressStopped),
        (_deactivated, AddressStopped),
        (_unknown, AddressStopped),
        (_moved, AddressMoved),
        (_too_fast, Later),
        (_fault(Fault.INTERNAL), Later),
        (_fault(Fault.BAD_GATEWAY), Uncertain),
        (_fault(Fault.RESET), Uncertain),
        (_fault(Fault.CUT), Uncertain),
        (_fault(Fault.GARBAGE), Uncertain),
        (_fault(Fault.NO_MESSAGE), Uncertain),
        (_fault(Fault.NOTHING), Uncertain),
        (_fault(Fault.YES), Uncertain),
    ],
)
async def test_a_failure_is_one_of_the_closed_list(
    telegram: Telegram, bot: Bot, ana: Citizen, prepare: Callable[[Bot], None], failure: type[SendFailed]
) -> None:
    prepare(bot)
    with pytest.raises(SendFailed) as raised:
        await telegram.send(ANA, HELLO, NAME)
    assert type(raised.value) is failure
    if isinstance(raised.value, Later) and prepare is _too_fast:
        assert raised.value.after == 1
    if isinstance(raised.value, AddressMoved):
        assert raised.value.new_id == "-1009"
    for secret in (TOKEN, ANA.id, "Hola", "1009"):
        assert secret not in raised.value.reason


LONG_DATA = '{"inline_keyboard":[[{"text":"x","callback_data":"' + "x" * 65 + '"}]]}'


@pytest.mark.parametrize(
    "part", [Part(" ", " "), Part("x" * 4097, "x"), Part("x", "x", LONG_DATA), Part("x", "x", "{")]
)
async def test_what_telegram_will_never_take_is_misconfigured(telegram: Telegram, ana: Citizen, part: Part) -> None:
    with pytest.raises(Misconfigured):
        await telegram.send(ANA, part, NAME)


async def test_a_token_that_is_unknown_is_misconfigured(api: FakeTelegram, connections: Connections) -> None:
    stranger = Telegram(TelegramSettings("vilanova", "9:unknown", base_url=api.base_url), connections)
    with pytest.raises(Misconfigured):
        await stranger.send(ANA, HELLO, NAME)


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:1", "http://[::1]:1"])
async def test_no_connection_is_certainly_not_sent(connections: Connections, base_url: str) -> None:
    telegram = Telegram(TelegramSettings("vilanova", TOKEN, base_url=base_url), connections)
    with pytest.raises(Later) as raised:
        await telegram.send(ANA, HELLO, NAME)
    assert TOKEN not in repr(raised.value)


@pytest.mark.parametrize("base_url", ["", "ftp://example.org", "not a url", "http://"])
async def test_a_base_url_that_is_none_is_misconfigured(connections: Connections, base_url: str) -> None:
    telegram = Telegram(TelegramSettings("vilanova", TOKEN, base_url=base_url), connections)
    with pytest.raises(Misconfigured) as raised:
        await telegram.send(ANA, HELLO, NAME)
    assert TOKEN not in repr(raised.value)


async def test_silence_after_the_message_left_is_uncertain(
    telegram: Telegram, bot: Bot, ana: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels.telegram_request, "_READ_AFTER", 0.2)
    bot.faults.append(("sendMessage", Fault.SILENCE))
    with pytest.raises(Uncertain):
        await telegram.send(ANA, HELLO, NAME)
    assert ana.chat.texts == ["Hola"]


async def test_markup_that_telegram_refuses_is_sent_as_plain_text(telegram: Telegram, ana: Citizen) -> None:
    await telegram.send(ANA, Part("<blink>Hola</blink>", "Hola & adeu"), NAME)
    assert ana.chat.texts == ["Hola & adeu"]


async def test_a_message_is_replaced_where_it_can_be(telegram: Telegram, ana: Citizen) -> None:
    first = await telegram.send(ANA, HELLO, NAME)
    assert await telegram.send(ANA, Part("Adeu", "Adeu", replaces=int(first)), NAME) == first
    assert await telegram.send(ANA, Part("Adeu", "Adeu", replaces=int(first)), NAME) == first
    assert ana.chat.texts == ["Adeu"]


async def test_a_message_that_cannot_be_replaced_is_sent_anew(telegram: Telegram, ana: Citizen) -> None:
    await telegram.send(ANA, Part("Hola", "Hola", replaces=999), NAME)
    await telegram.send(ANA, Part("<x>", "pla", replaces=ana.chat.last.id), NAME)
    assert ana.chat.texts == ["Hola", "pla"]


async def test_an_edit_whose_answer_was_lost_can_be_made_again(telegram: Telegram, bot: Bot, ana: Citizen) -> None:
    first = await telegram.send(ANA, HELLO, NAME)
    bot.faults.append(("editMessageText", Fault.RESET))
    again = Part("Adeu", "Adeu", replaces=int(first))
    with pytest.raises(Later):
        await telegram.send(ANA, again, NAME)
    assert await telegram.send(ANA, again, NAME) == first


async def test_many_accounts_share_their_connections(api: FakeTelegram, connections: Connections) -> None:
    for number in range(40):
        api.bot(f"{number}:t").chat(int(ANA.id))
    bots = [Telegram(TelegramSettings(f"t{n}", f"{n}:t", base_url=api.base_url), connections) for n in range(40)]
    await asyncio.gather(*(bot.send(ANA, HELLO, NAME) for bot in bots))
    assert all(bot.chats[int(ANA.id)].texts == ["Hola"] for bot in api.bots.values())
    assert all(bot.calls[0][0] == "sendMessage" for bot in api.bots.values())


async def test_a_connection_that_telegram_closed_is_opened_again(telegram: Telegram, bot: Bot, ana: Citizen) -> None:
    bot.faults.append(("sendMessage", Fault.CUT))
    with pytest.raises(Uncertain):
        await telegram.send(ANA, HELLO, NAME)
    await telegram.send(ANA, HELLO, NAME)
    assert ana.chat.texts == ["Hola", "Hola"]


def test_a_reason_can_be_stored_whatever_telegram_says() -> None:
    assert failure(BadRequest("no\x00 \ud800 good")).reason == "Telegram: no \ufffd good"
