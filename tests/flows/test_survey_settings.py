"""A survey that is anonymous, editable, open to guests, with terms or dates of its own; and what people type wrong."""

from dataclasses import replace

import pytest
from sqlmodel import select

from flows.participation import consent
from flows.participation.survey import Survey, Type
from storage.audit import Consent
from storage.outbox import Message
from storage.responses import Respondent, Response
from tests.flows.hall import IDEAS, PARK, SHADE, Citizen, vilanova
from tests.towns import a_question, a_survey, local, said

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LINK = "vilanovacd-parkcode01"
MANY = a_survey(
    "park",
    a_question("many", "Which?", Type.MULTIPLE_OPTION, ("Trees", "Water", "Games", "Other+"), max_choices=2),
    a_question("order", "In which order?", Type.SORTING, ("Bus", "Bike", "Walk")),
    a_question("words", "Why?", Type.LONG_ANSWER),
    code="parkcode01",
)


def town_with(survey: Survey, citizen: Citizen) -> Citizen:
    """Somebody grown up who has accepted the terms, in a town that asks this."""
    town = replace(vilanova(replace(SHADE, phases=(replace(IDEAS, surveys=(survey.slug,)),))), surveys=(survey,))
    somebody = Citizen(citizen.store, town, citizen.now)
    somebody.says("hello")
    somebody.says("english")
    somebody.act(lambda turn: consent.attest_age(turn, 16, "16?"))
    somebody.act(consent.accept_terms)
    somebody.act(lambda turn: consent.choose_updates(turn, False, "news?"))
    return somebody


def responses(citizen: Citizen) -> list[Response]:
    return citizen.act(lambda turn: [row.model_copy() for row in turn.db.all(select(Response))])


def answer(citizen: Citizen, *lines: str) -> str:
    citizen.follows_link(LINK)
    for line in lines:
        said_back = citizen.says(line)
    return said_back


def test_an_anonymous_response_names_nobody_and_no_hour(citizen: Citizen) -> None:
    somebody = town_with(replace(PARK, is_anonymous=True), citizen)
    assert "nobody can tell which answers are yours" in answer(somebody, "1", "Benches", "skip")
    somebody.picks("Send it")
    (response,) = responses(somebody)
    assert response.participant_id is None
    assert response.submitted_at == local("2026-11-25 00:00")
    assert somebody.act(lambda turn: [row.participant_id for row in turn.db.all(select(Respondent))]) == [somebody.id]
    assert somebody.act(lambda turn: turn.db.count(select(Message))) == 0
    assert "nobody can tell which answers are yours" in somebody.follows_link(LINK)
    assert len(responses(somebody)) == 1


def test_editable_answers_are_changed_until_it_closes(citizen: Citizen) -> None:
    somebody = town_with(replace(PARK, is_editable=True), citizen)
    answer(somebody, "1", "Benches", "skip")
    somebody.picks("Send it")
    assert "You can change them." in somebody.follows_link(LINK)
    somebody.picks("Change something")
    somebody.picks("What is missing?")
    somebody.says("Water")
    somebody.picks("Send it")
    (response,) = responses(somebody)
    assert response.answers == {"often": "daily", "why": "Water"}
    assert response.edited_at is not None
    somebody.now = local("2026-12-04 00:00")
    assert "Each person answers once." in somebody.follows_link(LINK)


def test_a_guest_says_only_that_they_are_old_enough(citizen: Citizen) -> None:
    survey = replace(PARK, is_open_to_guests=True)
    somebody = town_with(survey, citizen)
    guest = Citizen(citizen.store, somebody.town, citizen.now)
    guest.says("hello")
    guest.says("english")
    assert "Are you 16 or over?" in guest.follows_link(LINK)
    assert "Question 1 of 3" in guest.says("yes")
    for line in ("1", "Benches", "skip"):
        guest.says(line)
    guest.picks("Send it")
    assert [row.is_registered for row in responses(guest)] == [False]


def test_terms_of_its_own_are_accepted_first_and_proved(citizen: Citizen) -> None:
    somebody = town_with(replace(PARK, terms=said("We ask for the square's sake.")), citizen)
    assert "We ask for the square's sake." in somebody.follows_link(LINK)
    assert "Nothing was sent." in somebody.says("no")
    somebody.follows_link(LINK)
    assert "Question 1 of 3" in somebody.says("yes")
    proofs = somebody.act(lambda turn: [row.purpose for row in turn.db.all(select(Consent))])
    assert proofs.count("survey") == 1


def test_its_own_dates_narrow_those_of_the_phase(citizen: Citizen) -> None:
    survey = replace(PARK, starts_at=local("2026-11-20 00:00"), ends_at=local("2026-11-26 00:00"))
    somebody = town_with(survey, citizen)
    somebody.now = local("2026-11-19 23:59")
    assert "can be answered from Friday 20 November on" in somebody.follows_link(LINK)
    somebody.now = local("2026-11-25 23:58")
    somebody.follows_link(LINK)
    assert "Question 2 of 3" in somebody.says("1")
    somebody.now = local("2026-11-26 00:00")
    assert "has closed: the last day to answer it was Wednesday 25 November" in somebody.says("Benches")
    assert responses(somebody) == []


WRONG: list[tuple[str, str]] = [
    ("9", "There is no option 9."),
    ("13", "There is no option 13. Write the numbers apart"),
    ("1 2 3", "You can choose 2 at most."),
    ("1 1", "Please choose each one only once."),
    ("1-2", "I cannot tell which is your answer."),
    ("nothing of that", "I did not understand."),
    ("1 because", "I cannot tell which is your answer."),
    ("", "I did not understand."),
    ("waters", "Did you mean “Water”?"),
]


@pytest.mark.parametrize(("typed", "told"), WRONG)
def test_what_cannot_be_read_is_told_and_nothing_is_lost(citizen: Citizen, typed: str, told: str) -> None:
    somebody = town_with(MANY, citizen)
    somebody.follows_link(LINK)
    assert told in somebody.says(typed)
    assert somebody.says("1").startswith("Question 2 of 3")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1 3", "trees games"),
        ("3,1", "trees games"),
        ("٣ ١", "trees games"),
        ("１ ３", "trees games"),
        ("1 and 3", "trees games"),
        ("1 i 3", "trees games"),
        ("Games, trees", "trees games"),
        ("games", "games"),
        ("1 4: a fountain", "trees other\nother a fountain"),
    ],
)
def test_one_way_or_another_it_is_the_same_answer(citizen: Citizen, typed: str, kept: str) -> None:
    somebody = town_with(MANY, citizen)
    answer(somebody, typed, "2,1,3", "Because")
    somebody.picks("Send it")
    (response,) = responses(somebody)
    assert response.answers == {"many": kept, "order": "bike bus walk", "words": "Because"}


@pytest.mark.parametrize("typed", ["213", "2 1 3", "2,1,3", "bike, bus, walk", "2) 1) 3)"])
def test_an_order_is_written_one_way_or_another(citizen: Citizen, typed: str) -> None:
    somebody = town_with(MANY, citizen)
    answer(somebody, "1", typed, "Because")
    somebody.picks("Send it")
    assert responses(somebody)[0].answers["order"] == "bike bus walk"


def test_a_very_long_answer_is_refused_and_said_how_much(citizen: Citizen) -> None:
    somebody = town_with(MANY, citizen)
    told = answer(somebody, "1", "213", "x" * 10_001)
    assert "at most 10,000 characters. Yours has 10,001: 1 too many." in told
    assert somebody.says("x" * 10_000).startswith("Your answers")


def test_buttons_pick_several_and_are_taken_back(citizen: Citizen) -> None:
    somebody = town_with(MANY, citizen)
    somebody.follows_link(LINK)
    assert "So far: Trees." in somebody.picks("Trees")
    assert somebody.labels[0] == "✓ Trees"
    somebody.picks("✓ Trees")
    assert somebody.labels[0] == "Trees"
    assert "Choose one at least." in somebody.picks("That is all")
    somebody.picks("Games")
    somebody.picks("Water")
    assert "You can choose 2 at most." in somebody.picks("Trees")
    assert somebody.picks("That is all").startswith("Question 2 of 3")
    somebody.picks("Bike")
    somebody.picks("Walk")
    assert somebody.picks("Bus").startswith("Question 3 of 3")
    somebody.says("Because")
    somebody.picks("Send it")
    assert responses(somebody)[0].answers == {"many": "water games", "order": "bike walk bus", "words": "Because"}


def test_a_double_tap_picks_once(citizen: Citizen) -> None:
    somebody = town_with(MANY, citizen)
    somebody.follows_link(LINK)
    assert somebody.said is not None
    payload = somebody.said.choices[0].payload
    somebody.presses(payload)
    assert somebody.presses(payload) == ""


def test_its_keyword_begins_it_from_anywhere(citizen: Citizen) -> None:
    somebody = town_with(replace(PARK, keyword="parc"), citizen)
    assert "Question 1 of 3" in somebody.says("Parc")
