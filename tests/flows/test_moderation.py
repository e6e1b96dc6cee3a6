"""Reported, hidden, kept, removed, published after reading: what each does, and who sees what."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import select

from flows.participation import follows, moderation, proposals
from flows.participation.appeals import appeal, decided_about
from flows.participation.comments import shown_comment
from flows.participation.follows import shown_proposal
from flows.participation.links import subject_of
from flows.participation.moderation import Ground, NotDone, State
from flows.participation.refusal import Reason, Refused
from flows.participation.tenant import Moderation as Rules
from storage.audit import Entry
from storage.comments import tally_of
from storage.moderation import Moderation, Report
from storage.proposals import Proposal, count_by_author, count_in_process, latest_in_process, proposals_by_author
from storage.tickets import Ticket
from tests.flows.hall import BODY, TITLE, Citizen
from tests.flows.square import STAFF, comment, decide, item, news, propose, report, somebody, square, state

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def author(citizen: Citizen) -> Citizen:
    citizen.town = square()
    return somebody(citizen, "Marta")


@pytest.fixture
def proposal(author: Citizen) -> str:
    return propose(author)


def no(citizen: Citizen, name: str, ground: Ground = Ground.SPAM) -> Reason:
    with pytest.raises(Refused) as refused:
        report(citizen, name, ground)
    return refused.value.reason


def by_three(author: Citizen, name: str) -> None:
    for each, ground in enumerate((Ground.SPAM, Ground.OFFENSIVE, Ground.OFFENSIVE)):
        report(somebody(author, f"Neighbour {each}"), name, ground)


def test_three_reports_hide_it_and_two_do_not(author: Citizen, proposal: str) -> None:
    for name in ("Pau", "Joan"):
        report(somebody(author, name), proposal, Ground.OFFENSIVE)
        assert item(author, proposal).hidden_at is None
        assert state(author, proposal) is State.REPORTED
    report(somebody(author, "Mar"), proposal)
    assert item(author, proposal).hidden_reason == "reports"
    assert state(author, proposal) is State.HIDDEN
    assert author.act(lambda turn: turn.db.one(Moderation, proposal).ground) == Ground.OFFENSIVE
    assert news(author, proposal)[-1] == "proposal_hidden"


def test_a_town_says_how_many_reports_hide(author: Citizen, proposal: str) -> None:
    author.town = replace(author.town, moderation=Rules(reports_to_hide=1))
    report(somebody(author, "Pau"), proposal)
    assert state(author, proposal) is State.HIDDEN


def test_hidden_it_exists_for_its_author_alone(author: Citizen, proposal: str) -> None:
    other, reference = somebody(author, "Pau"), proposal.partition(":")[2]
    code = author.act(lambda turn: shown_proposal(turn, reference).code)
    said = comment(other, proposal)

    def seen(citizen: Citizen) -> tuple[object, ...]:
        return citizen.act(
            lambda turn: (
                count_in_process(turn.db, "shade"),
                [each.reference for each in latest_in_process(turn.db, "shade", 9)],
                subject_of(turn.db, turn.town, f"p{code}") is not None,
            )
        )

    assert seen(other) == (1, [reference], True)
    by_three(author, proposal)
    assert seen(other) == (0, [], False)
    for refused in (lambda turn: shown_proposal(turn, reference), lambda turn: follows.follow(turn, proposal)):
        with pytest.raises(Refused) as why:
            other.act(refused)
        assert (why.value.reason, why.value.facts) == (Reason.PROPOSAL_UNKNOWN, {"reference": reference})
    with pytest.raises(Refused):
        comment(other, proposal)
    assert no(other, said) is Reason.OWN_ITEM
    assert author.act(lambda turn: shown_proposal(turn, reference).reference) == reference
    assert author.act(lambda turn: [each.reference for each in proposals_by_author(turn.db, author.id)]) == [reference]
    assert author.act(lambda turn: count_by_author(turn.db, "shade", author.id)) == 1


def test_what_was_said_under_a_hidden_proposal_is_hidden_with_it(author: Citizen, proposal: str) -> None:
    said = comment(somebody(author, "Pau"), proposal)
    reference, other = said.partition(":")[2], somebody(author, "Joan")
    by_three(author, proposal)
    with pytest.raises(Refused) as why:
        other.act(lambda turn: shown_comment(turn, reference))
    assert (why.value.reason, why.value.facts) == (Reason.COMMENT_UNKNOWN, {"reference": reference})
    assert no(other, said) is Reason.COMMENT_UNKNOWN
    other.says("hello")
    assert proposal.partition(":")[2] not in other.says(reference)
    assert author.act(lambda turn: shown_comment(turn, reference)).reference == reference


@pytest.mark.parametrize("way", ["hidden_at", "withdrawn_at"])
def test_ones_own_words_are_taken_back_though_what_they_are_about_is_gone(
    author: Citizen, proposal: str, way: str
) -> None:
    other = somebody(author, "Pau")
    reference = comment(other, proposal).partition(":")[2]
    author.act(lambda turn: setattr(shown_proposal(turn, proposal.partition(":")[2]), way, turn.now))
    other.says("hello")
    said = other.says(reference)
    assert "Two would be enough" in said
    assert proposal.partition(":")[2] not in said
    other.picks("Take it back")
    assert "nobody can read it any more" in other.picks("Yes, take it back")
    assert other.act(lambda turn: shown_comment(turn, reference)).deleted_at is not None


@pytest.mark.parametrize("way", [(), ("Read the proposal",), ("Read 1 comment",), ("Report it",)])
def test_no_old_question_or_button_shows_what_was_hidden_meanwhile(author: Citizen, way: tuple[str, ...]) -> None:
    name = propose(author, title="Canary of the main square", body="Canary sings at noon.")
    comment(somebody(author, "Joan"), name, "Canary indeed")
    reader = somebody(author, "Pau")

    def arrive() -> list[str]:
        reader.says("hello")
        said = [reader.says(name.partition(":")[2]), *map(reader.picks, way)]
        assert "Canary" in said[0]
        return [choice.payload for choice in reader.said.choices] if reader.said else []

    deeds = [*map(partial(partial, reader.presses), arrive()), *(partial(reader.says, each) for each in ("?!", "back"))]
    decide(author, moderation.hide, name, Ground.OFFENSIVE, {})
    for deed in deeds:
        said = deed()
        assert "Canary" not in said + " ".join(reader.labels)


def test_a_hidden_comment_counts_nowhere(author: Citizen, proposal: str) -> None:
    said = comment(author, proposal)
    assert author.act(lambda turn: tally_of(turn.db, proposal).every) == 1
    by_three(author, said)
    assert author.act(lambda turn: tally_of(turn.db, proposal).every) == 0
    assert news(author, said)[-1] == "comment_hidden"


def test_one_report_a_person_and_item_and_none_of_ones_own(author: Citizen, proposal: str) -> None:
    other = somebody(author, "Pau")
    report(other, proposal)
    assert no(other, proposal, Ground.OFFENSIVE) is Reason.ALREADY_REPORTED
    assert no(author, proposal) is Reason.OWN_ITEM
    assert no(other, "proposal:VIL-PROP-2026-11-0000") is Reason.PROPOSAL_UNKNOWN
    assert no(other, "process:shade") is Reason.SPACE_UNKNOWN
    report(other, comment(author, proposal))
    assert author.act(lambda turn: turn.db.count(select(Report))) == 2


def test_who_has_attested_no_age_reports_nothing(author: Citizen, proposal: str) -> None:
    assert no(replace(author, id=0), proposal) is Reason.AGE_NOT_ATTESTED


def test_what_a_person_kept_takes_as_many_reports_anew(author: Citizen, proposal: str) -> None:
    by_three(author, proposal)
    decide(author, moderation.keep, proposal)
    assert item(author, proposal).hidden_at is None
    assert news(author, proposal)[-2:] == ["proposal_hidden", "proposal_kept"]
    for name in ("Pau", "Joan"):
        report(somebody(author, name), proposal)
        assert state(author, proposal) is State.REPORTED
        assert item(author, proposal).hidden_at is None
    report(somebody(author, "Mar"), proposal)
    assert state(author, proposal) is State.HIDDEN
    assert news(author, proposal)[-1] == "proposal_hidden"


def test_kept_before_it_was_hidden_its_author_hears_nothing(author: Citizen, proposal: str) -> None:
    report(somebody(author, "Pau"), proposal)
    before = news(author, proposal)
    decide(author, moderation.keep, proposal)
    assert (state(author, proposal), news(author, proposal)) == (State.KEPT, before)
    with pytest.raises(NotDone, match="neither hidden nor reported"):
        decide(author, moderation.keep, proposal)


def test_what_the_town_reads_first_is_published_when_it_has_read_it(author: Citizen) -> None:
    author.town = square(reviewed_first=True)
    name = propose(author)
    assert (state(author, name), item(author, name).hidden_reason) == (State.WAITING, "waiting")
    assert news(author, name) == []
    assert author.act(lambda turn: count_in_process(turn.db, "shade")) == 0
    with pytest.raises(NotDone, match="publish it"):
        decide(author, moderation.keep, name)
    reference = name.partition(":")[2]
    assert "Only you can read this for now" in author.says("hello") + author.says(reference)
    assert author.act(decided_about) == []
    assert "I do not know a proposal" in (other := somebody(author, "Pau")).says("hello") + other.says(reference)
    author.now += timedelta(days=1)
    decide(author, moderation.publish, name)
    assert (item(author, name).hidden_at, item(author, name).published_at) == (None, author.now)
    assert news(author, name) == ["proposal_passed", "proposal_published"]
    with pytest.raises(NotDone, match="does not wait"):
        decide(author, moderation.publish, name)


def test_whoever_sends_what_is_read_first_hears_so(author: Citizen) -> None:
    author.town = square(reviewed_first=True)
    for words in ("hello", "propose", TITLE, BODY):
        author.says(words)
    for choice in ("None of these", "No place"):
        author.picks(choice)
    said = author.picks("Publish it")
    assert "Sent. Thank you! The town reads it before it is published. Your reference is VIL-PROP-" in said
    author.says("mine")
    author.picks("My proposals")
    assert "to be read by the town first" in "".join(author.labels)


def test_refused_before_anybody_read_it_it_can_still_be_published(author: Citizen) -> None:
    author.town = square(reviewed_first=True)
    name = propose(author)
    decide(author, moderation.hide, name, Ground.DOES_NOT_BELONG, {})
    assert (state(author, name), item(author, name).hidden_reason) == (State.REFUSED, "decision")
    decide(author, moderation.publish, name)
    assert news(author, name) == ["proposal_hidden", "proposal_passed", "proposal_published"]


def test_an_appeal_is_made_once_and_answered_by_the_next_decision(author: Citizen, proposal: str) -> None:
    with pytest.raises(Refused) as refused:
        author.act(lambda turn: appeal(turn, proposal, "It is no advertising"))
    assert refused.value.reason is Reason.NOTHING_TO_APPEAL
    decide(author, moderation.hide, proposal, Ground.SPAM, {"en": "It sells awnings."})
    with pytest.raises(NotDone, match="nobody has appealed"):
        decide(author, moderation.hide, proposal, Ground.SPAM, {})
    other = somebody(author, "Pau")
    with pytest.raises(Refused):
        other.act(lambda turn: appeal(turn, proposal, "Why?"))
    assert author.act(lambda turn: [row.item for row in decided_about(turn)]) == [proposal]
    author.act(lambda turn: appeal(turn, proposal, "It is no advertising"))
    assert author.act(lambda turn: [ticket.about for ticket in turn.db.all(select(Ticket))]) == [proposal]
    with pytest.raises(Refused) as refused:
        author.act(lambda turn: appeal(turn, proposal, "Well?"))
    assert refused.value.reason is Reason.ALREADY_APPEALED
    decide(author, moderation.hide, proposal, Ground.OFFENSIVE, {})
    assert news(author, proposal)[-1] == "proposal_hidden"
    author.act(lambda turn: appeal(turn, proposal, "It offends nobody"))
    decide(author, moderation.keep, proposal)
    assert item(author, proposal).hidden_at is None
    assert author.act(decided_about) == []


def test_what_its_author_took_back_is_not_shown_again(author: Citizen, proposal: str) -> None:
    author.act(lambda turn: setattr(turn.db.all(select(Proposal))[0], "withdrawn_at", turn.now))
    decide(author, moderation.hide, proposal, Ground.SPAM, {})
    with pytest.raises(NotDone, match="taken back"):
        decide(author, moderation.keep, proposal)
    with pytest.raises(NotDone, match="There is no"):
        decide(author, moderation.keep, "proposal:VIL-PROP-2026-11-0000")


def test_a_hidden_proposal_is_not_answered(author: Citizen, proposal: str) -> None:
    decide(author, moderation.hide, proposal, Ground.SPAM, {})
    reference = proposal.partition(":")[2]
    with pytest.raises(Refused):
        author.act(lambda turn: proposals.publish_answer(turn.db, reference, "accepted", {"en": "Yes"}, now=turn.now))


def test_the_log_says_who_decided_and_never_who_reported_or_what(author: Citizen, proposal: str) -> None:
    reporters = [somebody(author, name) for name in ("Canary Carme", "Canary Quim", "Canary Nil")]
    for each in reporters:
        report(each, proposal)
    decide(author, moderation.hide, proposal, Ground.SPAM, {"en": "Canary words"})
    entries = author.act(lambda turn: [entry for entry in turn.db.all(select(Entry)) if entry.subject == proposal])
    decided = [(entry.actor, entry.action) for entry in entries if entry.actor in (STAFF, "system")]
    assert decided == [("system", "proposal_hidden"), (STAFF, "proposal_hidden")]
    for entry in entries:
        written = f"{entry.detail}"
        assert "Canary" not in written
        assert not any(str(each.id) in written for each in reporters)
