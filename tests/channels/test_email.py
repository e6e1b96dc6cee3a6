"""The door by which anybody may say that they want no more mail."""

from datetime import datetime, timedelta

import pytest

from channels.channel import Forged, Request
from channels.email import Email
from channels.email_calls import Relays
from channels.message import Address, Inbound, Kind
from tests.channels.letters import ANA, NOW, settings


def pressed(at: datetime = NOW, url: str = "") -> Inbound:
    channel = Email(settings(), Relays(), lambda: at, lambda _id: NOW)
    url = url or f"/email/vilanova/stop/{settings().tokens.stop(ANA, 'ca')}"
    (inbound,) = channel.parse(Request({}, b"List-Unsubscribe=One-Click", url))
    assert isinstance(inbound, Inbound)
    return inbound


def test_a_link_says_stop_for_the_person_it_was_sent_to_and_nothing_is_to_be_said() -> None:
    inbound = pressed()
    assert (inbound.account, inbound.address) == ("vilanova", Address("email", ANA))
    assert (inbound.kind, inbound.text, inbound.language) == (Kind.TEXT, "STOP", "ca")
    assert inbound.is_answered
    assert inbound.is_proved
    assert "ana" not in inbound.id


def test_a_second_press_is_the_same_until_a_start_may_have_come_between() -> None:
    assert pressed().id == pressed(NOW + timedelta(seconds=30)).id
    assert pressed().id != pressed(NOW + timedelta(minutes=1)).id


def test_what_stands_behind_a_question_mark_does_no_harm() -> None:
    assert pressed(url=f"/email/vilanova/stop/{settings().tokens.stop(ANA, 'ca')}?utm=x").address.id == ANA


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/",
        "/email/vilanova/stop/",
        f"/email/el-roure/stop/{settings().tokens.stop(ANA, 'ca')}",
        f"/email/vilanova/stop/{settings(key=b'o' * 32).tokens.stop(ANA, 'ca')}",
        "lmtp",
    ],
)
def test_any_other_address_is_forged(url: str) -> None:
    channel = Email(settings(), Relays(), lambda: NOW, lambda _id: NOW)
    with pytest.raises(Forged):
        channel.parse(Request({}, b"From: ana@mail.example.org\r\n\r\nSTOP", url))
