"""Sending on WhatsApp, by Twilio's own client, to a Twilio that refuses what Twilio refuses."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from msgspec import structs

from channels.channel import Heard, Request
from channels.connections import Connections
from channels.errors import AddressStopped, Later, Misconfigured, OutsideWindow, Uncertain
from channels.message import Address, Choice, Inbound, Kind, Outbound, Receipt, Template, Words, name_of
from channels.whatsapp import Whatsapp, WhatsappSettings
from channels.whatsapp_shapes import SHAPES
from tests.fakes.twilio import FakeTwilio, Fault
from tests.fakes.twilio_account import Account
from tests.fakes.twilio_signature import signature, written
from tests.fakes.twilio_whatsapp import Phone, Sender, plug

SID, TOKEN = "AC" + "1" * 32, "the-token-of-a-test"
NUMBER, ANA = "whatsapp:+34600000091", "whatsapp:+34600000001"
TO = Address("whatsapp", "+34600000001")
NEWS = "HX" + "a" * 32
SINCE = timedelta(minutes=1)
QUESTION = Outbound(
    "Hi estàs d'acord?",
    choices=(Choice(1, "Sí", "q.1"), Choice(2, "No", "q.2")),
    words=Words(choose="Escriu el número.", options="Tria una opció"),
)


class Line(NamedTuple):
    whatsapp: Whatsapp
    sender: Sender
    account: Account
    twilio: FakeTwilio
    ana: Phone
    connections: Connections

    async def says(self, outbound: Outbound, is_open: bool = True) -> list[str]:
        parts = self.whatsapp.render(outbound, is_open)
        return [await self.whatsapp.send(TO, part, name_of("vilanova", 7, number)) for number, part in enumerate(parts)]

    async def provisions(self) -> None:
        for shape in await self.whatsapp.contents.missing():
            await self.whatsapp.contents.make(shape)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    connections = Connections()
    async with FakeTwilio() as twilio:
        account = twilio.account(SID, TOKEN)
        sender = plug(account, NUMBER, "/twilio/vilanova/whatsapp")
        settings = WhatsappSettings(
            account="vilanova",
            account_sid=SID,
            token=TOKEN,
            number="+34600000091",
            public_url=account.public_url,
            base_url=twilio.base_url,
            content_url=twilio.base_url,
            templates={"news": {"ca": NEWS}},
            price=50_000,
            prices={"FR": 90_000},
        )
        ana = Phone(twilio, sender, ANA, NUMBER)
        yield Line(Whatsapp(settings, connections, now), sender, account, twilio, ana, connections)
        await connections.close()


async def test_words_leave_with_our_name_in_the_callback(line: Line) -> None:
    (sid,) = await line.says(Outbound("Hola, d’acord"))
    (message,) = line.ana.messages
    assert (message.sid, message.body, message.sender, message.to) == (sid, "Hola, d’acord", NUMBER, ANA)
    assert message.fields["StatusCallback"] == ["https://example.org/twilio/vilanova/status/whatsapp.vilanova.7.0"]


async def test_a_question_has_buttons_once_they_are_provisioned(line: Line) -> None:
    await line.provisions()
    await line.says(QUESTION)
    seen = line.ana.seen(line.ana.messages[-1])
    assert (seen.body, list(seen.buttons)) == ("Hi estàs d'acord?", [("Sí", "q.1"), ("No", "q.2")])


async def test_provisioning_again_makes_nothing(line: Line) -> None:
    await line.provisions()
    assert len(line.sender.contents.by_sid) == len(SHAPES)
    assert await line.whatsapp.contents.missing() == []
    calls = line.sender.contents.calls
    await line.says(QUESTION)
    assert line.sender.contents.calls == calls


async def test_without_buttons_it_is_written_with_numbers_and_said_once(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await asyncio.gather(*(line.says(QUESTION) for _ in range(5)))
    assert {message.body for message in line.ana.messages} == {"Hi estàs d'acord?\n\n1. Sí\n2. No\n\nEscriu el número."}
    assert len(caplog.records) == 1
    assert line.sender.contents.calls == 1


async def test_a_content_api_that_is_down_keeps_no_message_back(line: Line) -> None:
    await line.provisions()
    fresh = Whatsapp(line.whatsapp.settings, line.connections, now)
    line.account.faults.append(Fault.BAD_GATEWAY)
    (part,) = fresh.render(QUESTION)
    await fresh.send(TO, part, "vilanova.7.0")
    assert "1. Sí" in line.ana.messages[-1].body


async def test_whoever_comes_first_has_buttons_and_they_are_listed_once(line: Line) -> None:
    await line.provisions()
    fresh, calls = Whatsapp(line.whatsapp.settings, line.connections, now), line.sender.contents.calls
    (part,) = fresh.render(QUESTION)
    await asyncio.gather(*(fresh.send(TO, part, f"vilanova.7.{number}") for number in range(5)))
    assert [len(line.ana.seen(message).buttons) for message in line.ana.messages] == [2] * 5
    assert line.sender.contents.calls == calls + 1


async def test_a_resource_that_went_away_is_used_no_more(line: Line) -> None:
    await line.provisions()
    line.sender.contents.by_sid.clear()
    await line.says(QUESTION)
    await line.says(QUESTION)
    assert ["1. Sí" in message.body for message in line.ana.messages] == [True, True]
    assert [path for _, path in line.account.calls].count(f"/2010-04-01/Accounts/{SID}/Messages.json") == 3


async def test_a_press_comes_back_as_the_choice_s_payload(line: Line) -> None:
    await line.provisions()
    await line.says(QUESTION)
    heard: list[Inbound] = []
    form = line.ana.form("No") | {"ButtonPayload": "q.2", "ButtonText": "No"}
    heard += [each for each in line.whatsapp.parse(signed(form)) if isinstance(each, Inbound)]
    assert [(each.kind, each.text, each.address) for each in heard] == [(Kind.PRESS, "q.2", TO)]


async def test_after_a_day_of_silence_free_words_fail_later_and_the_receipt_says_why(line: Line) -> None:
    line.sender.silent.add(ANA)
    await line.says(Outbound("Hola"))
    (*_, told) = line.account.story(line.ana.messages[-1])
    (receipt,) = line.whatsapp.parse(signed(told, "/twilio/vilanova/status/whatsapp.vilanova.7.0"))
    assert isinstance(receipt, Receipt)
    assert (receipt.name, receipt.code, type(receipt.failure)) == ("vilanova.7.0", "63016", OutsideWindow)


async def test_an_approved_template_reaches_who_has_been_silent(line: Line) -> None:
    line.sender.silent.add(ANA)
    line.sender.contents.approve("Hola! {{1}} té novetats. Escriu MENÚ.", NEWS)
    news = structs.replace(QUESTION, template=Template("news", ("Vilanova",)))
    await line.says(news, is_open=False)
    assert line.ana.seen(line.ana.arrived[-1]).body == "Hola! Vilanova té novetats. Escriu MENÚ."
    assert ANA not in line.account.fails


async def test_a_template_that_is_not_approved_is_not_said_in_other_words(line: Line) -> None:
    with pytest.raises(Misconfigured):
        await line.says(structs.replace(QUESTION, template=Template("news", ("Vilanova",))), is_open=False)
    assert line.ana.messages == []


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.CUT, Fault.GARBAGE, Fault.NO_SID])
@pytest.mark.parametrize("kind", ["words", "buttons", "template"])
async def test_what_may_have_left_is_found(line: Line, fault: Fault, kind: str) -> None:
    await line.provisions()
    line.sender.contents.approve("Hola! {{1}} té novetats. Escriu MENÚ.", NEWS)
    said = structs.replace(QUESTION, template=Template("news", ("Vilanova",)))
    said = structs.replace(said, choices=()) if kind == "words" else said
    (part,) = line.whatsapp.render(said, kind != "template")
    line.account.faults.append(fault)
    since = datetime.now(UTC)
    with pytest.raises(Uncertain):
        await line.whatsapp.send(TO, part, "vilanova.7.0")
    assert await line.whatsapp.find(TO, part, "vilanova.7.0", since) == line.ana.messages[-1].sid


async def test_what_did_not_leave_is_not_found(line: Line) -> None:
    (part,) = line.whatsapp.render(Outbound("Hola"))
    await line.says(Outbound("Una altra cosa"))
    await line.ana.texts("Hola")
    assert await line.whatsapp.find(TO, part, "vilanova.7.0", datetime.now(UTC) - SINCE) == ""


async def test_what_failed_at_twilio_has_not_left(line: Line) -> None:
    (part,) = line.whatsapp.render(Outbound("Hola"))
    await line.says(Outbound("Hola"))
    line.ana.messages[-1].status = "failed"
    assert await line.whatsapp.find(TO, part, "vilanova.7.0", datetime.now(UTC) - SINCE) == ""


async def test_failures_say_what_to_do(line: Line) -> None:
    line.account.faults.append(Fault.TOO_MANY)
    with pytest.raises(Later) as later:
        await line.says(Outbound("Hola"))
    assert later.value.after == 3
    line.account.stopped.add(ANA)
    with pytest.raises(AddressStopped):
        await line.says(Outbound("Hola"))


@pytest.mark.parametrize(
    ("id", "micros"), [("+34600000001", 50_000), ("+33600000001", 90_000), ("FR.1349120", 90_000), ("x", 50_000)]
)
async def test_a_message_costs_what_its_country_does(line: Line, id: str, micros: int) -> None:
    (part,) = line.whatsapp.render(Outbound("Hola"))
    price = line.whatsapp.price(Address("whatsapp", id), part)
    assert (price.segments, price.micros) == (1, micros)


async def test_what_the_webhook_missed_is_heard_late(line: Line) -> None:
    await line.ana.texts("Hola")
    await line.ana.photographs(b"a photo", "La plaça")
    await line.ana.texts("/start vilanova-placa")
    line.account.receive("+34600000002", "+34600000090", "an SMS to another number")
    heard: list[Heard] = []

    async def deliver(some: Sequence[Heard]) -> None:
        heard.extend(some)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await line.whatsapp.listen(deliver)
    came = [(one.kind, one.text, one.address, len(one.files)) for one in heard if isinstance(one, Inbound)]
    assert came == [
        (Kind.TEXT, "Hola", TO, 0),
        (Kind.MEDIA, "La plaça", TO, 1),
        (Kind.START, "vilanova-placa", TO, 0),
    ]
    photo = next(one.files[0] for one in heard if isinstance(one, Inbound) and one.files)
    assert await line.whatsapp.fetch(photo, 100) == b"a photo"


def test_no_secret_is_shown() -> None:
    settings = WhatsappSettings(account="vilanova", account_sid=SID, token=TOKEN, second_token="x-second")
    assert TOKEN not in repr(settings)
    assert "x-second" not in repr(settings)


def now() -> datetime:
    return datetime.now(UTC)


def signed(form: dict[str, str], url: str = "/twilio/vilanova/whatsapp") -> Request:
    body = written(form)
    return Request({"x-twilio-signature": signature(TOKEN, f"https://example.org{url}", body)}, body, url)
