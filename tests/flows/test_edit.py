"""A proposal is changed in time, to the second, and how it read is kept; or withdrawn while nobody backs it."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from flows.participation import authorship, proposals, similar, supports
from flows.participation.authorship import Part
from flows.participation.process import Action
from flows.participation.proposals import Draft
from flows.participation.refusal import Reason, Refused
from flows.turn import Turn
from storage.audit import Entry
from storage.database import Store
from storage.happenings import Happening
from storage.keys import Keys
from storage.moderation import Version
from storage.proposals import BY_REPORTS, UNREAD, Proposal, proposal_of_reference
from storage.stems import Stem
from storage.supports import is_supported
from tests.flows.authors import publish
from tests.flows.hall import BODY, IDEAS, RULES, SHADE, TITLE, Citizen, vilanova

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ROUNDS = 200 if os.environ.get("SOAK") else 15
WITHIN = timedelta(minutes=5)
SECOND = timedelta(seconds=1)
NEW = "Lime trees in the main square"


def why_not(citizen: Citizen, reference: str) -> Reason | None:
    """The reason why this person may not change it now."""

    def check(turn: Turn) -> Reason | None:
        try:
            authorship.check_may_edit(turn, reference)
        except Refused as refused:
            return refused.reason
        return None

    return citizen.act(check)


@pytest.fixture
def reference(member: Citizen) -> str:
    return publish(member)


@ON_SQLITE
def test_a_title_is_changed_and_how_it_read_is_kept(member: Citizen, reference: str) -> None:
    assert "You can change it until 11:35 today." in member.says(reference)
    told = member.picks("Change my proposal")
    assert "What do you want to change? You can change it until 11:35 today." in told
    assert member.labels == ["The title", "The text", "The category", "The place", "Nothing, leave it as it is"]
    assert f"It reads now:\n> {TITLE}" in member.picks("The title")
    assert "A title has at least 15 characters" in member.says("Trees")
    assert "small letter" in member.says("lime trees in the main square")
    changed = member.says(NEW)
    assert "Done: this is how it reads now." in changed
    assert "Its author changed it on Wednesday 25 November." in changed
    assert NEW in changed
    version = member.act(lambda turn: [(each.content, each.why) for each in turn.db.all(select(Version))])
    assert version == [({"title": TITLE}, "edited")]
    audited = select(Entry.detail).where(Entry.action == "proposal_edited")
    assert member.act(lambda turn: list(turn.db.all(audited))) == [{"part": "title"}]


@ON_SQLITE
def test_each_part_is_changed_under_the_rule_it_was_written_under(member: Citizen, reference: str) -> None:
    for part, wrong, told, right in (
        ("The text", "Too short", "The text has at least 15 characters", "There is no shade at all at noon."),
        ("The place", "x" * 201, "The place has at most 200 characters", "Church square"),
        ("The category", "Roads", "I did not understand", "Water"),
    ):
        member.says(reference)
        member.picks("Change my proposal")
        member.picks(part)
        assert told in member.says(wrong)
        assert right in member.says(right)
    kept = member.act(lambda turn: proposal_of_reference(turn.db, reference))
    assert kept is not None
    assert (kept.body, kept.place, kept.category) == ("There is no shade at all at noon.", "Church square", "water")


def test_the_time_to_change_ends_to_the_second_and_begins_anew(member: Citizen, reference: str) -> None:
    published = member.now
    member.now = published + WITHIN - SECOND
    assert why_not(member, reference) is None
    member.act(lambda turn: authorship.edit(turn, reference, Part.TITLE, NEW))
    member.now = published + WITHIN
    assert why_not(member, reference) is None
    member.now = published + 2 * WITHIN - SECOND
    assert why_not(member, reference) is Reason.EDITING_ENDED


@ON_SQLITE
def test_who_is_too_late_is_told_the_setting_and_the_time(member: Citizen, reference: str) -> None:
    member.says(reference)
    member.now += WITHIN
    assert "That is no longer offered" in member.picks("Change my proposal")
    told = member.says("edit")
    assert "In “More shade” a proposal can be changed for 5 minutes after it is published or changed." in told
    assert "For this one that was until 11:35 today." in told
    assert "Change my proposal" not in member.labels


@ON_SQLITE
def test_who_writes_until_it_is_too_late_changes_nothing(member: Citizen, reference: str) -> None:
    member.says(reference)
    member.picks("Change my proposal")
    member.picks("The title")
    member.now += WITHIN
    assert "For this one that was until 11:35 today." in member.says(NEW)
    assert member.act(lambda turn: [each.title for each in turn.db.all(select(Proposal))]) == [TITLE]


@ON_SQLITE
def test_without_a_time_it_is_changed_until_the_town_answers(member: Citizen, reference: str) -> None:
    member.town = vilanova(replace(SHADE, proposals=replace(RULES, edit_within=None)))
    member.now += timedelta(days=300)
    assert why_not(member, reference) is None
    member.act(
        lambda turn: proposals.publish_answer(turn.db, reference, "evaluating", {"en": "We study it."}, now=turn.now)
    )
    assert why_not(member, reference) is Reason.ANSWERED_STAYS_AS_IT_IS


@ON_SQLITE
def test_only_the_author_changes_and_withdraws_it(member: Citizen, other: Citizen, reference: str) -> None:
    card = other.says(reference)
    assert "You can change it" not in card
    assert not {"Change my proposal", "Withdraw my proposal"} & set(other.labels)
    assert why_not(other, reference) is Reason.NOT_THE_AUTHOR
    with pytest.raises(Refused, match=Reason.NOT_THE_AUTHOR):
        other.act(lambda turn: authorship.withdraw(turn, reference))


@ON_SQLITE
def test_what_the_town_hid_or_has_read_stays_as_it_is(member: Citizen, reference: str) -> None:
    member.town = vilanova(replace(SHADE, proposals=replace(RULES, reviewed_first=True)))
    assert why_not(member, reference) is Reason.READ_STAYS_AS_IT_IS

    def hide(reason: str) -> None:
        def work(turn: Turn) -> None:
            found = proposal_of_reference(turn.db, reference)
            assert found is not None
            found.hidden_at, found.hidden_reason = member.now, reason

        member.act(work)

    hide(UNREAD)
    assert why_not(member, reference) is None
    hide(BY_REPORTS)
    assert why_not(member, reference) is Reason.HIDDEN_STAYS_AS_IT_IS


@ON_SQLITE
def test_a_changed_proposal_is_found_by_its_new_words(member: Citizen, reference: str) -> None:
    def found(title: str) -> list[str]:
        return member.act(
            lambda turn: [each.proposal.title for each in similar.similar_to(turn.db, "shade", title, title, "en")]
        )

    assert found("Benches for the riverside") == []
    member.act(lambda turn: authorship.edit(turn, reference, Part.TITLE, "Benches for the riverside"))
    assert found("Benches for the riverside") == ["Benches for the riverside"]


def test_a_withdrawn_proposal_is_gone_and_followers_hear_of_it(member: Citizen, reference: str) -> None:
    member.says(reference)
    assert "Do you want to withdraw “Plane trees in the main square”?" in member.picks("Withdraw my proposal")
    member.picks("No, leave it")
    member.picks("Withdraw my proposal")
    assert f"Done: your proposal {reference} is withdrawn." in member.picks("Yes, withdraw it")
    happened = select(Happening).where(Happening.kind == "proposal_withdrawn")
    told = member.act(lambda turn: [(each.subject, each.actor_id) for each in turn.db.all(happened)])
    assert told == [(f"proposal:{reference}", member.id)]
    audited = select(Entry.subject).where(Entry.action == "proposal_withdrawn")
    assert member.act(lambda turn: list(turn.db.all(audited))) == [f"proposal:{reference}"]
    assert member.act(lambda turn: turn.db.count(select(Stem.stem))) == 0
    with pytest.raises(Refused, match=Reason.PROPOSAL_UNKNOWN):
        member.act(lambda turn: authorship.withdraw(turn, reference))


@pytest.mark.parametrize("minimum", [0, 5])
def test_a_supported_proposal_is_not_withdrawn_even_if_it_does_not_count_yet(
    member: Citizen,
    other: Citizen,
    minimum: int,
) -> None:
    phase = replace(IDEAS, allows=IDEAS.allows | {Action.SUPPORT})
    rules = replace(SHADE.supports, minimum=minimum)
    member.town = other.town = vilanova(replace(SHADE, phases=(phase,), supports=rules))
    reference = publish(member)
    member.says(reference)
    member.picks("Withdraw my proposal")
    other.act(lambda turn: supports.support(turn, reference))
    told = member.picks("Yes, withdraw it")
    assert "A proposal that somebody supports cannot be withdrawn" in told
    assert "Withdraw my proposal" not in member.labels
    assert "it is theirs too" in member.says("withdraw")
    other.act(lambda turn: supports.take_back(turn, reference))
    assert member.act(lambda turn: authorship.check_may_withdraw(turn, reference).reference) == reference


@ON_SQLITE
def test_the_keyword_asks_which_and_says_where_there_is_none(member: Citizen, other: Citizen) -> None:
    assert "You have no proposal here to withdraw." in other.says("withdraw")
    publish(member)
    assert "Do you want to withdraw" in member.says("withdraw")
    publish(member, "A roof for the bus stop", "People wait in the rain there.")
    assert "Which of your proposals do you want to withdraw?" in member.says("withdraw")
    member.picks("None")
    assert member.act(lambda turn: turn.db.count(select(Proposal))) == 2


def test_a_support_and_a_withdrawal_at_the_same_moment_never_both_hold(
    member: Citizen, other: Citizen, database_url: str, keys: Keys
) -> None:
    phase = replace(IDEAS, allows=IDEAS.allows | {Action.SUPPORT})
    member.town = other.town = vilanova(replace(SHADE, phases=(phase,), proposals=replace(RULES, limit=0)))
    elsewhere = Store(database_url, keys)
    other.store = elsewhere

    def submit(turn: Turn) -> str:
        return proposals.submit(turn, "shade", Draft(TITLE, BODY)).reference

    def quietly(citizen: Citizen, rule: Callable[[Turn, str], object], reference: str) -> None:
        with suppress(Refused):
            citizen.act(lambda turn: rule(turn, reference))

    def both(turn: Turn) -> list[str]:
        gone = turn.db.all(select(Proposal).where(col(Proposal.withdrawn_at).is_not(None)))
        return [each.reference for each in gone if is_supported(turn.db, each.id)]

    with closing(elsewhere), ThreadPoolExecutor(2) as pool:
        for reference in [member.act(submit) for _ in range(ROUNDS)]:
            wait(
                [
                    pool.submit(quietly, member, authorship.withdraw, reference),
                    pool.submit(quietly, other, supports.support, reference),
                ]
            )
        assert member.act(both) == []
