"""Following, and what deep links lead to."""

from dataclasses import replace

import pytest
from sqlmodel import select

from flows.participation import follows, proposals
from flows.participation.links import Kind, Subject, link_code, subject_of
from flows.participation.proposals import Draft
from flows.participation.refusal import Reason, Refused
from flows.turn import Turn
from storage.follows import Follow
from storage.proposals import Proposal
from tests.flows.hall import BODY, SHADE, TITLE, Citizen, vilanova


@pytest.mark.parametrize("subject", ["process:shade", "assembly:council"])
def test_following_twice_is_following_once(member: Citizen, subject: str) -> None:
    member.act(lambda turn: follows.follow(turn, subject))
    member.act(lambda turn: follows.follow(turn, subject))
    assert member.act(lambda turn: [each.subject for each in turn.db.all(select(Follow))]) == [subject]
    assert member.act(lambda turn: follows.is_following(turn, subject))
    member.act(lambda turn: follows.unfollow(turn, subject))
    member.act(lambda turn: follows.unfollow(turn, subject))
    assert not member.act(lambda turn: follows.is_following(turn, subject))


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("process:lost", Reason.SPACE_UNKNOWN),
        ("assembly:shade", Reason.SPACE_UNKNOWN),
        ("council", Reason.SPACE_UNKNOWN),
        ("proposal:VIL-PROP-2026-11-0000", Reason.PROPOSAL_UNKNOWN),
    ],
)
def test_what_is_not_there_cannot_be_followed(member: Citizen, subject: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        member.act(lambda turn: follows.follow(turn, subject))
    assert refused.value.reason is reason


def test_following_needs_an_age_and_the_terms(citizen: Citizen) -> None:
    with pytest.raises(Refused) as refused:
        citizen.act(lambda turn: follows.follow(turn, "process:shade"))
    assert refused.value.reason is Reason.AGE_NOT_ATTESTED


def lead(citizen: Citizen, code: str) -> Subject | None:
    return citizen.act(lambda turn: subject_of(turn.db, turn.town, code))


LEADS: dict[str, Subject | None] = {
    "vilanovacd": Subject(Kind.TOWN),
    "VILANOVACD": Subject(Kind.TOWN),
    "vilanovacd-shadecode1": Subject(Kind.PROCESS, "shade"),
    "shadecode1": Subject(Kind.PROCESS, "shade"),
    "vilanovacd-parkcode01": Subject(Kind.SURVEY, "park"),
    "vilanovacd-council001": Subject(Kind.ASSEMBLY, "council"),
    "vallfosca1": None,
    "vallfosca1-shadecode1": None,
    "vilanovacd-": Subject(Kind.TOWN),
    "vilanovacd-shadecode2": None,
    "vilanovacd-p": None,
    "vilanovacd-paaaaaaaaaaaaaaaa": None,
    "": None,
    "-": None,
    "x" * 5000: None,
    "vilanovacd-shadecode1\u202e": None,
    "vilanovacd-p\x00": None,
    "'; drop table proposals": None,
}


def test_a_code_leads_within_the_town_or_nowhere(citizen: Citizen) -> None:
    assert {code: lead(citizen, code) for code in LEADS} == LEADS


def test_a_proposals_code_leads_to_it_until_it_is_withdrawn(member: Citizen) -> None:
    def publish(turn: Turn) -> tuple[str, str]:
        made = proposals.submit(turn, "shade", Draft(TITLE, BODY))
        return made.reference, made.code

    reference, code = member.act(publish)
    shared = link_code(member.town, f"p{code}")
    assert lead(member, shared) == Subject(Kind.PROPOSAL, reference)
    assert len(shared) <= 64
    other = Citizen(member.store, vilanova(id="sant-pau"), member.now)
    assert lead(other, shared) is None
    member.act(lambda turn: setattr(turn.db.all(select(Proposal))[0], "withdrawn_at", turn.now))
    assert lead(member, shared) is None


def test_a_process_that_is_not_approved_has_no_link(citizen: Citizen) -> None:
    citizen.town = vilanova(replace(SHADE, is_supervised=True))
    assert lead(citizen, "vilanovacd-shadecode1") is None
