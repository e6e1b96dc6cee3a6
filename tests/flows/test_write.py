"""Writing to the people of the town: when they are there, the code, adding to it, and what nobody else sees."""

import re
from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import select

from flows.participation import tickets
from flows.participation.platform import Platform, SharedTown
from flows.participation.refusal import Reason, Refused
from storage.audit import Consent, Entry
from storage.database import Db
from storage.participants import Address
from storage.tickets import Ticket, messages_of
from tests.flows.hall import Citizen
from tests.towns import local, said

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CODE = re.compile(r"VIL-TIC-[2-9BCDFGHJKMNPQRTVWXY]{4}")
WORDS = "The ramp of the library is too steep for my chair."


def writes(citizen: Citizen, words: str = WORDS) -> str:
    """A message to the town; its code."""
    citizen.says("person")
    if "Write about something else" in citizen.labels:
        citizen.picks("Write about something else")
    citizen.says(words)
    found = CODE.search(citizen.picks("Send the message"))
    assert found
    return found.group()


def said_about(citizen: Citizen, code: str) -> list[tuple[str, str]]:
    def read(db: Db) -> list[tuple[str, str]]:
        (ticket,) = db.all(select(Ticket).where(Ticket.code == code))
        return [(each.author, each.text) for each in messages_of(db, ticket.id)]

    return citizen.store.run(citizen.town.id, read)


@pytest.fixture
def arrived(citizen: Citizen) -> Citizen:
    citizen.says("hello")
    citizen.says("english")
    return citizen


def test_help_inside_the_hours_says_until_when_and_that_they_answer_today(arrived: Citizen) -> None:
    card = arrived.says("help")
    assert "The team is there now, until 12:00. Call them, or write to them here: they answer today." in card
    assert arrived.labels == ["Leave a message", "Go on"]


@pytest.mark.parametrize(
    ("at", "back"),
    [
        ("2026-11-25 08:59", "The team is back today at 09:00."),
        ("2026-11-25 12:00", "The team is back on Thursday 26 November at 09:00."),
        ("2026-11-27 12:30", "The team is back on Monday 30 November at 09:00."),
        ("2026-12-31 13:00", "The team is back on Monday 4 January 2027 at 09:00."),
    ],
)
def test_help_outside_the_hours_says_when_they_are_back(arrived: Citizen, at: str, back: str) -> None:
    new_year = frozenset({local("2027-01-01 00:00").date()})
    arrived.town = replace(arrived.town, support=replace(arrived.town.support, holidays=new_year))
    arrived.now = local(at)
    assert f"{back} Leave a message here: they answer when they are back." in arrived.says("help")


def test_a_message_needs_no_age_no_terms_and_no_name(arrived: Citizen) -> None:
    asked = arrived.says("person")
    assert "It is kept until 730 days after the matter is closed." in asked
    arrived.says(WORDS)
    sent = arrived.picks("Send the message")
    found = CODE.search(sent)
    assert found
    assert said_about(arrived, found.group()) == [("participant", WORDS)]
    assert arrived.store.run("vilanova", lambda db: db.count(select(Consent))) == 0


def test_a_code_tells_how_it_stands_and_takes_more(arrived: Citizen) -> None:
    code = writes(arrived)
    card = arrived.says(code.lower())
    assert f"Your message {code}, of Wednesday 25 November. The town has not answered it yet." in card
    assert f"You (Wednesday 25 November): {WORDS}" in card
    arrived.picks("Add something")
    arrived.says("It is the one in the square.")
    arrived.picks("Send the message")
    assert [text for _, text in said_about(arrived, code)] == [WORDS, "It is the one in the square."]
    assert f"My message {code}" in (arrived.says("help") and arrived.labels)


def test_somebody_elses_code_is_not_known(arrived: Citizen) -> None:
    code = writes(arrived)
    other = Citizen(arrived.store, arrived.town, arrived.now)
    other.says("hello")
    other.says("english")
    card = other.says(code)
    assert f"I do not know a message of yours with the code {code}." in card
    assert WORDS not in card
    with pytest.raises(Refused) as refused:
        other.act(lambda turn: tickets.add_message(turn, code, "mine"))
    assert refused.value.reason is Reason.TICKET_UNKNOWN


def test_three_open_messages_are_enough(arrived: Citizen) -> None:
    codes = [writes(arrived) for _ in range(3)]
    assert len(set(codes)) == 3
    arrived.says("person")
    assert arrived.labels == [*(f"Add to {code}" for code in codes), "Menu"]
    with pytest.raises(Refused) as refused:
        arrived.act(lambda turn: tickets.open_ticket(turn, WORDS))
    assert refused.value.reason is Reason.TICKETS_OPEN
    arrived.picks(f"Add to {codes[1]}")
    arrived.says("It rained in.")
    arrived.picks("Send the message")
    assert len(said_about(arrived, codes[1])) == 2
    arrived.store.run("vilanova", lambda db: tickets.close(db, codes[0], now=arrived.now, actor="staff:x")[1])
    assert writes(arrived) not in codes


def test_an_appeal_is_not_counted_and_not_doubled(arrived: Citizen) -> None:
    for _ in range(3):
        writes(arrived)
    first = arrived.act(lambda turn: tickets.open_ticket(turn, "It is no spam.", "proposal:VIL-PROP-1").code)
    again = arrived.act(lambda turn: tickets.open_ticket(turn, "Really.", "proposal:VIL-PROP-1").code)
    assert first == again
    assert len(said_about(arrived, first)) == 2


@pytest.mark.parametrize("words", ["\u200b", " \n ", "x" * 2001])
def test_a_message_has_words_and_not_too_many(arrived: Citizen, words: str) -> None:
    arrived.says("person")
    answer = arrived.says(words)
    assert "I received no words." in answer or "Yours has 2,001: 1 too many." in answer


def test_who_stops_half_way_finds_the_message_again(arrived: Citizen) -> None:
    arrived.says("person")
    arrived.says(WORDS)
    arrived.says("menu")
    assert f"This is your message:\n\n{WORDS}" in arrived.says("person")


def test_a_closed_message_takes_no_more(arrived: Citizen) -> None:
    code = writes(arrived)
    arrived.says(code)
    arrived.store.run("vilanova", lambda db: tickets.close(db, code, now=arrived.now, actor="staff:x")[1])
    assert "It was closed on Wednesday 25 November." in arrived.picks("Add something")
    assert arrived.labels == ["Write a new message", "Menu"]
    with pytest.raises(Refused):
        arrived.store.run("vilanova", lambda db: tickets.close(db, code, now=arrived.now, actor="staff:x")[1])


def test_the_log_has_codes_and_no_words(arrived: Citizen) -> None:
    code = writes(arrived)
    now: datetime = arrived.now

    def serve(db: Db) -> None:
        address = Address(participant_id=arrived.id, channel="console", hash=b"h", sealed=b"s", lane="console:vilanova")
        db.add(address)
        tickets.answer(db, code, "We will mend it.", now=now, actor="staff:x")
        tickets.take(db, code, "Marta", now=now, actor="staff:x")
        tickets.release(db, code, now=now, actor="staff:x")
        tickets.close(db, code, now=now, actor="staff:x")

    arrived.store.run("vilanova", serve)
    entries = arrived.store.run("vilanova", lambda db: [repr(each) for each in db.all(select(Entry))])
    ours = [entry for entry in entries if "ticket_" in entry]
    assert len(ours) == 5
    assert all(code in entry and "ramp" not in entry and "mend" not in entry for entry in ours)


def test_on_the_platform_a_town_comes_first(citizen: Citizen) -> None:
    citizen.platform = Platform(citizen.town.id, (SharedTown("pau", "santpaucod", said("Sant Pau"), "PAU"),))
    citizen.says("hello")
    assert "Choose your town first." in citizen.says("person")
    assert "Leave a message" not in (citizen.says("help") and citizen.labels)
