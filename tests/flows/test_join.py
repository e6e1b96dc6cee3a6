"""The first words, the gate before the first write, and no way around it."""

from dataclasses import replace

import pytest
from sqlmodel import select

from storage.audit import Consent
from storage.database import Db
from storage.participants import Participant, Session
from storage.proposals import Proposal
from tests.flows.hall import SHADE, Citizen, vilanova
from tests.towns import said


def test_the_first_message_asks_a_language_in_every_language(citizen: Citizen) -> None:
    citizen.language = "es"
    first = citizen.says("hola")
    assert all(words in first for words in ("Elige tu idioma.", "Tria el teu idioma.", "Choose your language."))
    assert citizen.labels == ["Castellano", "Català", "English"]


@pytest.mark.parametrize(
    ("word", "hello"), [("català", "Soc un programa"), ("2", "Soy un programa"), ("english", "I am a program")]
)
def test_who_speaks_and_the_privacy_notice_come_before_all_else(citizen: Citizen, word: str, hello: str) -> None:
    citizen.language = "ca"
    citizen.says("hola")
    greeting = citizen.says(word)
    assert hello in greeting
    assert "Who we are and why." in greeting
    assert "More shade" in greeting


def test_a_town_of_one_language_asks_for_none(citizen: Citizen) -> None:
    citizen.town = replace(citizen.town, languages=("ca",))
    assert "Soc un programa" in citizen.says("hola")


def test_reading_needs_nothing(citizen: Citizen) -> None:
    citizen.says("hi")
    citizen.says("english")
    citizen.picks("See the processes")
    assert "We plant next year" in citizen.picks("More shade")
    assert citizen.act(lambda turn: turn.db.count(select(Consent))) == 0


def test_the_whole_gate_then_what_was_wanted(citizen: Citizen) -> None:
    citizen.says("hi")
    citizen.says("english")
    assert "Are you 16 or over?" in citizen.picks("Make a proposal")
    assert "(version 1)" in citizen.says("yes")
    assert "Terms of use" in citizen.picks("Read the terms")
    assert "Privacy notice" in citizen.picks("Read the privacy")
    assert "What name" in citizen.picks("I accept")
    assert "cannot be a phone number" in citizen.says("600 000 001")
    assert "May I write to you" in citizen.says("Marta")
    assert "What do you propose?" in citizen.picks("No, thank you")
    person = citizen.act(lambda turn: (turn.participant.public_name, turn.participant.wants_updates))
    assert person == ("Marta", False)


def test_who_is_too_young_is_thanked_and_forgotten(citizen: Citizen) -> None:
    citizen.says("hi")
    citizen.says("english")
    citizen.picks("Make a proposal")
    farewell = citizen.picks("No, not yet")
    assert "I have kept nothing about you." in farewell
    assert "+34 600 000 010" in farewell
    assert citizen.labels == []
    assert citizen.store.run("vilanova", rows_left) == [0, 0, 0]


def rows_left(db: Db) -> list[int]:
    return [db.count(select(model)) for model in (Participant, Session, Consent)]


@pytest.mark.parametrize("way", ["back", "menu", "link", "again"])
def test_no_way_leads_around_the_age(citizen: Citizen, way: str) -> None:
    citizen.says("hi")
    citizen.says("english")
    citizen.picks("Make a proposal")
    if way == "link":
        citizen.follows_link("vilanovacd-parkcode01")
    elif way == "again":
        citizen.picks("No, not yet")
        citizen.says("hi")
        citizen.says("english")
        citizen.picks("Make a proposal")
    else:
        citizen.says(way)
        citizen.says("propose")
    assert citizen.labels == ["Yes, I am 16 or over", "No, not yet"]
    citizen.says("Marta")
    assert citizen.act(lambda turn: (turn.participant.attested_age, turn.participant.public_name)) == (0, "")


def test_going_back_to_say_no_is_a_no(citizen: Citizen) -> None:
    citizen.says("hi")
    citizen.says("english")
    citizen.picks("Make a proposal")
    citizen.says("yes")
    assert "Are you 16 or over?" in citizen.says("back")
    assert "I have kept nothing" in citizen.says("no")
    assert citizen.store.run("vilanova", lambda db: db.count(select(Consent))) == 0


def test_going_back_to_the_terms_asks_them_as_they_are(citizen: Citizen) -> None:
    for line in ("hi", "english", "propose", "yes", "accept"):
        citizen.says(line)
    asked = citizen.says("back")
    assert "To take part you accept the terms of use" in asked
    assert "have changed" not in asked


def test_a_process_for_younger_people_asks_its_own_age(citizen: Citizen) -> None:
    citizen.town = vilanova(SHADE, replace(SHADE, slug="youth", title=said("Youth space"), min_age=14))
    citizen.says("hi")
    citizen.says("english")
    citizen.picks("Make a proposal")
    assert "Are you 14 or over?" in citizen.picks("Youth")
    for answer in ("yes", "accept", "Pau", "no"):
        citizen.says(answer)
    citizen.says("menu")
    citizen.picks("Make a proposal")
    assert "Are you 16 or over?" in citizen.picks("More shade")
    assert "you can go on with everything else" in citizen.says("no")
    assert citizen.act(lambda turn: (turn.participant.attested_age, turn.participant.public_name)) == (14, "Pau")


def test_who_does_not_accept_the_terms_goes_on_reading(citizen: Citizen) -> None:
    citizen.says("hi")
    citizen.says("english")
    citizen.picks("Make a proposal")
    citizen.says("yes")
    assert "you can still read everything" in citizen.picks("I do not accept")
    citizen.says("propose")
    assert "I accept" in citizen.labels


def test_only_the_terms_that_were_shown_are_accepted(citizen: Citizen) -> None:
    citizen.says("hi")
    citizen.says("english")
    citizen.picks("Make a proposal")
    citizen.says("yes")
    citizen.town = replace(citizen.town, terms=replace(citizen.town.terms, version="2"))
    assert "(version 2)" in citizen.picks("I accept")
    assert citizen.act(lambda turn: turn.participant.accepted_terms) == ""
    citizen.picks("I accept")
    assert citizen.act(lambda turn: turn.participant.accepted_terms) == "2"


def test_changed_terms_are_asked_again_even_when_a_draft_is_ready(member: Citizen) -> None:
    member.says("propose")
    for answer in ("Plane trees in the main square", "Six plane trees would be enough.", "trees", "1"):
        member.says(answer)
    member.town = replace(member.town, terms=replace(member.town.terms, version="2"))
    assert "have changed (version 2)" in member.picks("Publish it")
    assert member.act(lambda turn: turn.db.count(select(Proposal))) == 0
    assert "Shall I publish it?" in member.picks("I accept")
    assert "Your reference is VIL-PROP-2026-11-" in member.picks("Publish it")


def test_refusing_changed_terms_publishes_nothing_later(member: Citizen) -> None:
    member.says("propose")
    for answer in ("Plane trees in the main square", "Six plane trees would be enough.", "trees", "1"):
        member.says(answer)
    member.town = replace(member.town, terms=replace(member.town.terms, version="2"))
    member.picks("Publish it")
    member.picks("I do not accept")
    member.follows_link("vilanovacd-parkcode01")
    member.picks("I accept")
    member.says("menu")
    assert "Shall I publish it?" in member.picks("Go on")
    assert member.act(lambda turn: turn.db.count(select(Proposal))) == 0


@pytest.mark.parametrize("way", [["menu"], ["language", "catalan"], ["menu", "language", "english"]])
def test_nobody_reaches_the_gate_without_hearing_who_we_are(citizen: Citizen, way: list[str]) -> None:
    heard = [citizen.says(text) for text in ("hello", *way, "propose")]
    heard += [citizen.says("english")] if "program" not in "".join(heard) and "programa" not in "".join(heard) else []
    said = "".join(heard)
    assert "Who we are and why." in said
    assert "16" in heard[-1]


def test_a_deep_link_names_no_step(citizen: Citizen) -> None:
    citizen.follows_link("propose.submit|shade")
    assert "I do not know that code" in citizen.says("english")
