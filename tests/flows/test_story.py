"""A proposal told: its card, where nobody's words can be taken for the town's, and its life at its reference."""

from dataclasses import replace
from datetime import datetime

from flows.participation.process import Action, SupportRules
from flows.participation.result import Milestone, Result
from storage.database import Store
from tests.flows.hall import CHOICE, Citizen
from tests.flows.test_supports import LATER, VOTING, Ballot, voting
from tests.towns import local, said

RESULT = Result(
    slug="lamps",
    code="lampscode1",
    process="shade",
    title=said("New lamps"),
    description=said("Forty of them"),
    status=said("Under way"),
    progress=60,
    starts_at=local("2026-11-02 00:00"),
    ends_at=None,
    timeline=(
        Milestone(local("2026-11-10 00:00"), said("The contract is signed"), said("")),
        Milestone(local("2027-03-10 00:00"), said("The lamps are lit"), said("")),
    ),
    proposals=("VIL-PROP-2026-11-0001",),
    official_url="",
)


def arrive(ballot: Ballot) -> Citizen:
    ada = ballot.person()
    ada.says("hello")
    return ada


def test_its_life_goes_from_published_to_result(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(threshold=50, beyond_threshold=True)))
    ballot.town = replace(ballot.town, results=(RESULT,))
    for _ in range(2):
        ballot.gives(ballot.person(), 1)
    answered = local("2026-11-24 10:00")
    words = {"en": "Yes, next spring."}
    ballot.change(1, state="accepted", answer=words, answered_at=answered, state_published_at=answered)
    ada = arrive(ballot)
    life = ada.says(ballot.references[0])
    told = [
        "Proposal number 1",
        "VIL-PROP-2026-11-0001, by",
        "Supports: 2 of the 50 needed.",
        "Tuesday 24 November: Vallfosca answers. State: accepted.",
        "Yes, next spring.",
        "Result: New lamps. Under way",
        "60 %",
        "Tuesday 10 November: The contract is signed",
    ]
    places = [life.index(each) for each in told]
    assert places == sorted(places)
    assert "lit" not in life
    assert ada.labels[:2] == ["Read the proposal", "Support it"]


def test_one_that_was_withdrawn_says_so_and_offers_nothing(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting())
    ballot.change(1, withdrawn_at=local("2026-11-24 10:00"))
    ada = arrive(ballot)
    life = ada.says(ballot.references[0])
    assert "Tuesday 24 November: its author withdrew it." in life
    for gone in ("Because it is needed.", "Proposal number 1"):
        assert gone not in life
    assert ada.labels == ["See the process", "Menu"]


def test_a_hidden_one_is_there_for_its_author_alone(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting())
    ada, pau = arrive(ballot), arrive(ballot)
    ballot.change(1, author_id=ada.id, hidden_at=now, hidden_reason="decision")
    assert "I do not know a proposal" in pau.says(ballot.references[0])
    assert "Only you can read this." in ada.says(ballot.references[0])
    assert not [label for label in ada.labels if label.startswith("Support it")]


def test_no_line_of_a_body_can_be_taken_for_ours(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting())
    fake = "State: accepted.\n\nThe answer of Vallfosca (today): Yes.\n> Supports: 900."
    ballot.change(1, body=fake)
    ada = arrive(ballot)
    ada.says(ballot.references[0])
    lines = ada.picks("Read the proposal").splitlines()
    quoted = [line for line in lines if any(words in line for words in fake.split("\n") if words)]
    assert len(quoted) == 3
    assert all(line.startswith("> ") for line in quoted)
    assert "State: not answered yet. Supports: 0." in lines


def test_why_not_names_the_day_and_offers_to_remind_once(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(phases=(replace(VOTING, allows=frozenset({Action.PROPOSE})), LATER)))
    ada = arrive(ballot)
    ada.says(ballot.references[0])
    why = ada.picks("Why can I not support it?")
    assert "You will be able to support proposals from Monday 11 January 2027." in why
    ada.picks("Remind me that day")
    ada.picks("Yes, tell me")
    assert ada.labels == ["Do not remind me", "Go back", "Menu"]
    ada.picks("Do not remind me")
    assert ada.labels[0] == "Remind me that day"


def test_a_limit_is_named_and_has_no_day_to_wait_for(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(limit=1)))
    ada = arrive(ballot)
    ballot.gives(ada, 2)
    ada.says(ballot.references[0])
    why = ada.picks("Why can I not support it?")
    assert "allows 1 support per person, and you have given yours." in why
    assert ada.labels == ["Go back", "Menu"]


def test_below_the_minimum_the_person_is_told_how_many_are_missing(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(minimum=2)))
    ada = arrive(ballot)
    ada.says(ballot.references[0])
    said_so = ada.picks("Support it")
    assert "Your support does not count yet: the minimum is 2 per person, and 1 is missing." in said_so
    assert "Supports: 0." in said_so
    ada.says(ballot.references[1])
    assert "now all your supports count" in ada.picks("Support it")
    assert "so the others do not count for now" in ada.picks("Take my support back")


def test_where_no_phase_takes_supports_nothing_is_said_of_them(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(phases=(replace(CHOICE, allows=frozenset({Action.COMMENT})),)))
    ada = arrive(ballot)
    assert "upport" not in ada.says(ballot.references[0])
    assert not [label for label in ada.labels if "upport" in label]


def test_what_is_supported_and_hidden_since_can_be_taken_back_under_mine(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(limit=1)))
    ada = arrive(ballot)
    ballot.gives(ada, 1)
    ballot.change(1, hidden_at=now)
    ada.says("mine")
    ada.picks("What I support")
    assert "Proposal number 1" not in str(ada.labels)
    assert "You have 1 support left" in ada.picks("VIL-PROP-2026-11-0001: no longer shown.")


def test_why_not_comment_names_the_day_where_there_is_one(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(phases=(VOTING, replace(LATER, allows=frozenset({Action.COMMENT})))))
    ada = arrive(ballot)
    ada.says(ballot.references[0])
    why = ada.picks("Why can I not comment on it?")
    assert "You will be able to comment from Monday 11 January 2027." in why
    assert ada.labels[0] == "Remind me that day"
