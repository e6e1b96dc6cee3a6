"""Every way a send by SMS can end: Twilio's own client, real HTTP, a server that refuses what Twilio refuses."""

import asyncio
import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

import channels.twilio_http
from channels.connections import Connections
from channels.errors import AddressStopped, Later, Misconfigured, NotAllowed, SendFailed, Uncertain
from channels.message import Address, Price, name_of
from channels.sms import Sms
from channels.sms_parts import Part
from tests.channels.conftest import ACCOUNT_SID, NUMBER, TWILIO_TOKEN, sms_settings
from tests.ears import listening
from tests.fakes.twilio import Account, FakeTwilio, Fault

ANA = Address("sms", "+34600000001")
LANDLINE, PREMIUM = "+34" + "91".ljust(9, "0"), "+34" + "803".ljust(9, "0")
NAME = name_of("vilanova", 7213)
HELLO = Part("Hola, això és una prova")


async def test_a_message_arrives_with_our_name_of_it(sms: Sms, account: Account) -> None:
    sid = await sms.send(ANA, HELLO, NAME)
    (message,) = account.messages
    assert (message.sid, message.to, message.sender, message.body) == (sid, ANA.id, NUMBER, HELLO.body)
    assert message.fields["StatusCallback"] == ["https://example.org/twilio/vilanova/status/sms.vilanova.7213.0"]
    assert message.fields["ValidityPeriod"] == ["14400"]


async def test_a_messaging_service_chooses_the_number(
    twilio: FakeTwilio, account: Account, connections: Connections
) -> None:
    account.services["MG" + "0" * 32] = NUMBER
    settings = sms_settings(twilio.base_url, number="", service="MG" + "0" * 32)
    await Sms(settings, connections, lambda: datetime.now(UTC)).send(ANA, HELLO, NAME)
    assert (account.messages[0].sender, account.messages[0].service) == (NUMBER, "MG" + "0" * 32)


async def test_without_a_public_address_no_status_is_asked_for(
    twilio: FakeTwilio, account: Account, connections: Connections
) -> None:
    channel = Sms(sms_settings(twilio.base_url, public_url=""), connections, lambda: datetime.now(UTC))
    await channel.send(ANA, HELLO, NAME)
    assert "StatusCallback" not in account.messages[0].fields


def _stopped(account: Account) -> None:
    account.stopped.add(ANA.id)


def _too_fast(account: Account) -> None:
    account.rate = 0


def _other_number(account: Account) -> None:
    account.numbers.clear()


def _no_country(account: Account) -> None:
    account.countries = ()


def _other_token(account: Account) -> None:
    account.token = "another"


def _fault(fault: Fault) -> Callable[[Account], None]:
    return lambda account: account.faults.append(fault)


@pytest.mark.parametrize(
    ("prepare", "failure", "leaves"),
    [
        (_stopped, AddressStopped, 0),
        (_too_fast, Later, 0),
        (_other_number, Misconfigured, 0),
        (_no_country, NotAllowed, 0),
        (_other_token, Misconfigured, 0),
        (_fault(Fault.TOO_MANY), Later, 0),
        (_fault(Fault.UNAVAILABLE), Later, 0),
        (_fault(Fault.INTERNAL), Uncertain, 0),
        (_fault(Fault.BAD_GATEWAY), Uncertain, 0),
        (_fault(Fault.RESET), Uncertain, 1),
        (_fault(Fault.CUT), Uncertain, 1),
        (_fault(Fault.GARBAGE), Uncertain, 1),
        (_fault(Fault.NO_SID), Uncertain, 1),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
async def test_a_failure_says_what_to_do_and_nothing_is_tried_twice(
    prepare: Callable[[Account], None], failure: type[SendFailed], leaves: int, sms: Sms, account: Account
) -> None:
    prepare(account)
    with listening("twilio", "channels", "aiohttp") as heard, pytest.raises(failure) as raised:
        await sms.send(ANA, HELLO, NAME)
    assert type(raised.value) is failure
    assert len(account.calls) <= 1
    assert len(account.messages) == leaves
    shown = "\n".join([*heard, *traceback.format_exception(raised.value), repr(raised.value.__context__)])
    assert all(secret not in shown for secret in (TWILIO_TOKEN, ANA.id, HELLO.body))


@pytest.mark.parametrize(
    ("to", "failure"), [("600000001", AddressStopped), (LANDLINE, AddressStopped), ("", Misconfigured)]
)
async def test_an_address_that_is_none(to: str, failure: type[SendFailed], sms: Sms) -> None:
    with pytest.raises(failure):
        await sms.send(Address("sms", to), HELLO, NAME)


async def test_more_than_twilio_takes_is_refused_by_it_too(sms: Sms) -> None:
    with pytest.raises(Misconfigured, match="21617"):
        await sms.send(ANA, Part("x" * 1601), NAME)


@pytest.mark.parametrize(("fault", "seconds"), [(Fault.TOO_MANY, 3), (Fault.UNAVAILABLE, 2)])
async def test_a_pause_that_twilio_asks_for_is_kept(fault: Fault, seconds: float, sms: Sms, account: Account) -> None:
    account.faults.append(fault)
    with pytest.raises(Later) as raised:
        await sms.send(ANA, HELLO, NAME)
    assert raised.value.after == seconds


async def test_silence_is_uncertain(sms: Sms, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels.twilio_http, "_WITHIN", aiohttp.ClientTimeout(total=0.2))
    account.faults.append(Fault.SILENCE)
    with pytest.raises(Uncertain):
        await sms.send(ANA, HELLO, NAME)
    assert len(account.messages) == 1


@pytest.mark.parametrize(
    ("base_url", "failure"),
    [("http://127.0.0.1:1", Later), ("http://nowhere.invalid", Later), ("no url", Misconfigured)],
)
async def test_what_never_left_is_sent_later(
    base_url: str, failure: type[SendFailed], connections: Connections
) -> None:
    channel = Sms(sms_settings(base_url), connections, lambda: datetime.now(UTC))
    with pytest.raises(failure) as raised:
        await channel.send(ANA, HELLO, NAME)
    assert type(raised.value) is failure


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.CUT, Fault.GARBAGE])
async def test_what_left_after_all_is_found(fault: Fault, sms: Sms, account: Account) -> None:
    began_at = datetime.now(UTC)
    account.faults.append(fault)
    with pytest.raises(Uncertain):
        await sms.send(ANA, HELLO, NAME)
    assert await sms.find(ANA, HELLO, NAME, began_at) == account.messages[0].sid
    assert await sms.find(ANA, Part("Other words"), NAME, began_at) == ""
    assert await sms.find(Address("sms", "+34600000002"), HELLO, NAME, began_at) == ""
    assert await sms.find(ANA, HELLO, NAME, began_at + timedelta(minutes=1)) == ""


async def test_what_failed_or_was_written_by_them_is_not_found(sms: Sms, account: Account) -> None:
    began_at = datetime.now(UTC)
    account.receive(ANA.id, NUMBER, HELLO.body)
    await sms.send(ANA, HELLO, NAME)
    account.messages[-1].status = "failed"
    assert await sms.find(ANA, HELLO, NAME, began_at) == ""


@pytest.mark.parametrize("fault", [Fault.INTERNAL, Fault.BAD_GATEWAY, Fault.TOO_MANY, Fault.GARBAGE, Fault.CUT])
async def test_a_search_that_fails_may_be_made_again(fault: Fault, sms: Sms, account: Account) -> None:
    account.faults.append(fault)
    with pytest.raises(Later):
        await sms.find(ANA, HELLO, NAME, datetime.now(UTC))


@pytest.mark.parametrize(
    ("number", "words", "price"),
    [
        ("+34600000001", "Hola", Price(1, 70_000)),
        ("+34600000001", "í" * 71, Price(2, 140_000)),
        ("+376312345", "Hola", Price(1, 150_000)),
    ],
)
def test_a_part_costs_its_segments(number: str, words: str, price: Price, sms: Sms) -> None:
    assert sms.price(Address("sms", number), Part(words)) == price


@pytest.mark.parametrize("number", ["+33612345678", "+12025550123", PREMIUM, "+3460000000", "22000", "VILANOVA", ""])
def test_a_country_that_is_not_served_and_what_is_no_phone_are_not_paid_for(number: str, sms: Sms) -> None:
    with pytest.raises(NotAllowed) as raised:
        sms.price(Address("sms", number), HELLO)
    assert not number or number not in raised.value.reason


async def test_many_sends_share_few_connections(sms: Sms, account: Account) -> None:
    with listening("twilio", "channels", "asyncio", level=logging.DEBUG) as heard:
        await asyncio.gather(*(sms.send(ANA, HELLO, name_of("vilanova", number)) for number in range(50)))
    assert len({message.sid for message in account.messages}) == 50
    assert not any(TWILIO_TOKEN in line or ANA.id in line or ACCOUNT_SID in line for line in heard)
