"""Similar first: what is offered to who is about to publish, and that it stands in nobody's way."""

from dataclasses import replace

import pytest
from sqlmodel import select

from flows.participation.process import Action
from storage.follows import Follow
from storage.proposals import Proposal
from storage.supports import Support
from tests.flows.authors import publish, write
from tests.flows.hall import BODY, IDEAS, SHADE, TITLE, Citizen, vilanova

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def titles(citizen: Citizen) -> list[str]:
    return citizen.act(lambda turn: [each.title for each in turn.db.all(select(Proposal))])


ALIKE = ("Plane trees to give shade in the square", "There is no shade in the main square when it is hot at noon.")
OPPOSITE = ("Cut the plane trees in the main square", "The plane trees of the square have no use and make it dirty.")


def test_nothing_is_offered_where_nothing_is_alike(member: Citizen, other: Citizen) -> None:
    publish(other, "A bus to the hospital on Sundays", "Nobody without a car can get there.")
    assert "This is how it will be read" in write(member)


def test_what_is_alike_is_offered_before_the_last_look(member: Citizen, other: Citizen) -> None:
    reference = publish(other)
    told = write(member, *ALIKE)
    assert f"Perhaps somebody has already proposed this:\n\n“{TITLE}” ({reference})" in told
    assert member.labels == ["See that one", "Mine is different: go on"]
    assert BODY in member.picks("See that one")
    assert member.labels == ["Follow that one instead", "Go back to mine"]
    member.picks("Go back to mine")
    assert "This is how it will be read" in member.picks("Mine is different")
    member.picks("Publish it")
    assert sorted(titles(member)) == sorted([TITLE, ALIKE[0]])


def test_what_was_said_to_be_different_is_not_offered_again(member: Citizen, other: Citizen) -> None:
    publish(other)
    write(member, *ALIKE)
    member.picks("Mine is different")
    member.picks("Change something")
    member.picks("Title")
    assert "This is how it will be read" in member.says("Plane trees for the square")
    publish(other, "Plane trees for shade in the square", "At noon the main square has no shade.")
    member.picks("Change something")
    member.picks("Title")
    told = member.says("Many plane trees for the square")
    assert "“Plane trees for shade in the square”" in told
    assert TITLE not in told


def test_back_leads_to_the_offer_again(member: Citizen, other: Citizen) -> None:
    publish(other)
    write(member, *ALIKE)
    member.picks("Mine is different")
    assert "Perhaps somebody has already proposed this" in member.says("back")


def test_following_the_other_one_keeps_the_draft(member: Citizen, other: Citizen) -> None:
    reference = publish(other)
    write(member, *ALIKE)
    member.picks("See that one")
    member.picks("Follow that one instead")
    mine = member.act(lambda turn: turn.db.find(Follow, turn.participant_id, f"proposal:{reference}"))
    assert mine is not None
    member.says("menu")
    assert "Perhaps somebody has already proposed this" in member.picks("Go on")
    member.picks("Mine is different")
    member.picks("Publish it")
    assert len(titles(member)) == 2


def test_the_other_one_is_supported_instead_where_that_is_open(member: Citizen, other: Citizen) -> None:
    phase = replace(IDEAS, allows=IDEAS.allows | {Action.SUPPORT})
    member.town = other.town = vilanova(replace(SHADE, phases=(phase,)))
    publish(other)
    write(member, *ALIKE)
    member.picks("See that one")
    assert "Done: you support" in member.picks("Support that one instead")
    assert member.act(lambda turn: [each.participant_id for each in turn.db.all(select(Support))]) == [member.id]
    assert titles(member) == [TITLE]
    member.says("menu")
    assert any(label.startswith("Go on") for label in member.labels)


def test_an_opposite_is_never_called_the_same(member: Citizen, other: Citizen) -> None:
    publish(other)
    told = write(member, *OPPOSITE)
    assert "On the same subject:" in told
    assert "already proposed this" not in told


def test_what_was_withdrawn_meanwhile_is_no_longer_offered(member: Citizen, other: Citizen) -> None:
    reference = publish(other)
    write(member, *ALIKE)
    other.says(reference)
    other.picks("Withdraw my proposal")
    other.picks("Yes, withdraw it")
    assert "This is how it will be read" in member.picks("See that one")
