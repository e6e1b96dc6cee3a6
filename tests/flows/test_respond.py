"""A survey, question by question, to its receipt."""

from dataclasses import replace

from sqlmodel import select

from flows.participation.survey import Moved, Survey
from storage.responses import Response
from tests.flows.hall import PARK, Citizen
from tests.towns import a_question, a_survey, local


def test_a_survey_ends_with_a_receipt_and_is_answered_once(citizen: Citizen) -> None:
    citizen.says("hi")
    citizen.says("english")
    citizen.picks("Answer a survey")
    citizen.says("yes")
    citizen.says("accept")
    first = citizen.says("no")
    assert first.startswith("The park\nThree questions")
    assert "Question 1 of 3" in first
    assert citizen.says("Daily").startswith("Question 2 of 3")
    assert "at most 20 characters. Yours has 24: 4 too many." in citizen.says("Benches and water please")
    assert citizen.says("Benches").startswith("Question 3 of 3")
    look = citizen.says("skip")
    assert "→ Daily" in look
    assert "→ Benches" in look
    assert "→ (no answer)" in look
    sent = citizen.picks("Send it")
    receipt = citizen.act(lambda turn: [each.receipt for each in turn.db.all(select(Response))])
    assert f"Your receipt is {receipt[0]}." in sent
    assert "You have answered “The park”." in sent
    assert not any(label.startswith("Answer") for label in citizen.labels)
    again = citizen.follows_link("vilanovacd-parkcode01")
    assert "Each person answers once." in again
    assert receipt[0] in again


def test_who_comes_back_too_late_is_told_at_the_next_question(member: Citizen) -> None:
    member.picks("Answer a survey")
    member.says("1")
    member.now = local("2026-12-04 00:00")
    assert "the last day to answer the survey was Thursday 3 December" in member.says("Benches")
    assert not any(label.startswith("Go on") for label in member.labels)


def test_nothing_typed_near_an_option_counts_as_it(member: Citizen) -> None:
    member.picks("Answer a survey")
    assert "Did you mean “Daily”?" in member.says("dialy")
    assert member.says("yes").startswith("Question 2 of 3")


def test_an_answer_is_changed_before_sending(member: Citizen) -> None:
    member.picks("Answer a survey")
    for answer in ("1", "Benches", "2"):
        member.says(answer)
    member.picks("Change something")
    member.picks("How often")
    assert "→ Never" in member.says("2")
    member.picks("Send it")
    assert member.act(lambda turn: turn.db.all(select(Response))[0].answers) == {
        "often": "never",
        "why": "Benches",
        "dogs": "no",
    }


def changed(*moved: Moved) -> Survey:
    """The park's survey with its first question renamed, and a last one that is new."""
    often = a_question("visits", "How often do you come?", options=("Daily", "Seldom"))
    return replace(a_survey("park", often, *PARK.questions[1:], a_question("more", options=("A", "B"))), moved=moved)


def test_a_draft_is_finished_on_the_revision_it_began_with(member: Citizen) -> None:
    member.picks("Answer a survey")
    member.says("2")
    member.says("Benches")
    member.town = replace(member.town, surveys=(changed(),))
    assert member.says("1").startswith("Your answers")
    assert "Sent. Thank you!" in member.picks("Send it")
    kept = member.act(lambda turn: [(each.revision, each.answers) for each in turn.db.all(select(Response))])
    assert kept == [(PARK.hash, {"often": "never", "why": "Benches", "dogs": "yes"})]


def test_a_draft_is_moved_where_the_file_says_how(member: Citizen) -> None:
    now = changed(Moved(PARK.hash[:8], {"often": "visits"}, {"visits": {"never": "seldom"}}))
    member.picks("Answer a survey")
    member.says("2")
    member.says("Benches")
    member.town = replace(member.town, surveys=(now,))
    told = member.says("1")
    assert "What you had answered still counts." in told
    assert "Question 3 of 4" in told
    member.says("1")
    member.says("2")
    member.picks("Send it")
    kept = member.act(lambda turn: [(each.revision, each.answers) for each in turn.db.all(select(Response))])
    assert kept == [(now.hash, {"visits": "seldom", "why": "Benches", "dogs": "yes", "more": "b"})]


def test_an_answer_that_does_not_fit_the_moved_survey_is_asked_again(member: Citizen) -> None:
    now = changed(Moved(PARK.hash[:8], {"often": "visits"}))
    member.picks("Answer a survey")
    member.says("2")
    member.says("Benches")
    member.town = replace(member.town, surveys=(now,))
    told = member.says("1")
    assert "1 answer no longer fits, so I ask again." in told
    assert "Question 1 of 4" in told


def test_a_survey_that_closes_meanwhile_says_so(member: Citizen) -> None:
    member.picks("Answer a survey")
    member.says("1")
    member.says("Benches")
    member.says("2")
    member.now = local("2026-12-04 00:00")
    assert "the last day to answer the survey was Thursday 3 December" in member.picks("Send it")
    assert member.act(lambda turn: turn.db.count(select(Response))) == 0


def test_a_survey_goes_on_where_it_was_left(member: Citizen) -> None:
    member.picks("Answer a survey")
    member.says("1")
    member.says("menu")
    assert "Question 2 of 3" in member.picks("Go on")
