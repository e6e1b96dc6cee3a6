"""A proposal from the first word to its reference, and each rule in the citizen's way."""

import re
from dataclasses import replace

import pytest
from sqlmodel import select

from storage.proposals import Proposal
from tests.flows.hall import BODY, SHADE, TITLE, Citizen, vilanova
from tests.towns import local, said


def begin(citizen: Citizen) -> None:
    """To the last look at a proposal."""
    citizen.says("propose")
    citizen.says(TITLE)
    citizen.says(BODY)
    citizen.picks("Trees")
    citizen.says("Main square")


def count(citizen: Citizen) -> int:
    return citizen.act(lambda turn: turn.db.count(select(Proposal)))


def test_a_proposal_gets_a_reference_that_tells_its_state(member: Citizen) -> None:
    begin(member)
    assert member.said is not None
    assert all(words in member.said.text for words in (TITLE, BODY, "Marta", "Trees", "Main square"))
    published = member.picks("Publish it")
    assert "I will write to you when the town answers." in published
    found = re.search(r"VIL-PROP-2026-11-\d{4}", published)
    assert found is not None
    card = member.says(found.group().lower())
    assert card.startswith(TITLE)
    assert "State: not answered yet." in card
    assert "Stop following" in member.labels


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Trees", "A title has at least 15 characters. Yours has 5: 10 more are needed."),
        ("Trees " * 26, "A title has at most 150 characters. Yours has 155: 5 too many."),
        ("PLANT MORE TREES NOW", "in CAPITALS"),
        ("Plant more trees now!!!", "several marks together: “!!!”"),
        ("plant more trees now", "small letter: “plant”"),
    ],
)
def test_a_broken_rule_is_named_and_asked_again(member: Citizen, title: str, told: str) -> None:
    member.says("propose")
    again = member.says(title)
    assert told in again
    assert "What do you propose?" in again


def test_the_model_text_is_not_a_proposal(member: Citizen) -> None:
    member.says("propose")
    member.says(TITLE)
    assert "with your own words" in member.says("What: … Why: … (ca)")


def test_any_answer_can_be_changed_before_publishing(member: Citizen) -> None:
    begin(member)
    member.picks("Change something")
    member.picks("Title")
    assert "Lime trees in the main square" in member.says("Lime trees in the main square")
    assert member.labels[0] == "Publish it"
    member.picks("Change something")
    member.picks("None, go on")
    assert member.labels[0] == "Publish it"
    member.picks("Publish it")
    assert member.act(lambda turn: [each.title for each in turn.db.all(select(Proposal))]) == [
        "Lime trees in the main square"
    ]


def test_a_draft_waits_for_weeks_in_the_menu(member: Citizen) -> None:
    begin(member)
    member.picks("Leave it for later")
    assert count(member) == 0
    member.now = local("2026-12-03 20:00")
    assert "This is how it will be read" in member.picks("Go on")
    member.picks("Publish it")
    assert count(member) == 1
    assert not any(label.startswith("Go on") for label in member.labels)


def test_a_draft_is_thrown_away_only_with_a_yes(member: Citizen) -> None:
    begin(member)
    member.picks("Throw it away")
    member.picks("No, go on")
    assert member.labels[0] == "Publish it"
    member.picks("Throw it away")
    assert "nothing is kept" in member.picks("Yes, throw it away")
    assert not any(label.startswith("Go on") for label in member.labels)
    assert count(member) == 0


def test_a_phase_that_closes_meanwhile_says_so(member: Citizen) -> None:
    begin(member)
    member.now = local("2026-12-04 00:00")
    told = member.picks("Publish it")
    assert "“More shade” goes on, but the last day to make proposals was Thursday 3 December." in told
    assert "“More shade” opens on Monday 11 January 2027." in told
    assert not any(label.startswith("Go on") for label in member.labels)
    assert count(member) == 0


def test_who_comes_back_too_late_is_told_before_writing_more(member: Citizen) -> None:
    member.says("propose")
    member.says(TITLE)
    member.now = local("2026-12-04 00:00")
    assert "the last day to make proposals was Thursday 3 December" in member.says(BODY)


def test_a_limit_is_told_before_anything_is_written(member: Citizen) -> None:
    begin(member)
    member.picks("Publish it")
    begin(member)
    member.picks("Mine is different")
    member.picks("Publish it")
    told = member.says("propose")
    assert "“More shade” allows 2 proposals per person" in told
    assert "Make a proposal" in member.labels


def test_where_several_processes_are_open_one_is_chosen(member: Citizen) -> None:
    member.town = vilanova(SHADE, replace(SHADE, slug="water", title=said("More water")))
    assert "To which process" in member.says("propose")
    member.picks("More water")
    member.says(TITLE)
    assert "To which process" in member.says("propose")
    assert "Now explain it" in member.picks("More water")


def test_a_process_without_category_or_place_asks_for_neither(member: Citizen) -> None:
    rules = replace(SHADE.proposals, categories=(), asks_place=False, template={})
    member.town = vilanova(replace(SHADE, proposals=rules))
    member.says("propose")
    member.says(TITLE)
    assert "Shall I publish it?" in member.says(BODY)


def test_pressing_publish_twice_publishes_once(member: Citizen) -> None:
    begin(member)
    assert member.said is not None
    payload = member.said.choices[0].payload
    member.picks("Publish it")
    member.presses(payload)
    member.presses(payload)
    assert count(member) == 1
