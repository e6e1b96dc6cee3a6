"""The citizen's verdict: weeks after the town has spoken, who it concerns is asked once, and once more if they want."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlmodel import select

from bot.judging import ask_due, take_down_due
from flows.participation.judgements import ask_again, asked, await_judgement, judge, verdict_on
from flows.participation.refusal import Reason, Refused
from flows.participation.result import Result
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.belongings import unlink
from storage.database import Db, Store
from storage.digests import Pace
from storage.judgements import Claimed, Inquiry, Judgement, Word, inquiry_of
from storage.participants import Participant, Session
from storage.proposals import Proposal
from storage.tickets import Ticket
from tests.bot.followers import REFERENCE, TOWN, add, chosen, sent
from tests.bot.townsfolk import TENANT
from tests.conftest import NOW
from tests.towns import said

WEEKS = timedelta(weeks=4)
DONE = Result("b", "b" * 12, "square", said("Benches"), {}, said("Done"), 100, None, None, (), (REFERENCE,), "")


@pytest.fixture
def people(store: Store) -> list[int]:
    """Three followers of a proposal that the town has just answered."""
    people = store.run(TENANT, partial(add, channels={"sms": chosen()}, count=3))
    store.run(TENANT, lambda db: await_judgement(db, REFERENCE, Claimed.ANSWERED, NOW))
    return people


def asks(store: Store, now: datetime, town: Town = TOWN) -> int:
    """Everything that a sweep does; returns how many were sent something so far."""
    while store.run(TENANT, lambda db: take_down_due(db, town, now)):
        pass
    while store.run(TENANT, lambda db: ask_due(db, town, now)[0]) == 20:
        pass
    return len(sent(store))


def a_turn(db: Db, person: int, now: datetime = NOW + WEEKS) -> Turn:
    return Turn(TOWN, db, person, "en", now, "sms", "", 5, {})


def test_everybody_is_asked_once_when_the_weeks_are_over(store: Store, people: list[int]) -> None:
    assert asks(store, NOW + WEEKS - timedelta(seconds=1)) == 0
    assert asks(store, NOW + WEEKS) == 3
    assert asks(store, NOW + WEEKS) == 3
    assert asks(store, NOW + 3 * WEEKS) == 3
    assert "va respondre «A tree on every corner»" in sent(store)[0]


def test_what_the_town_says_anew_is_asked_later_and_still_once(store: Store, people: list[int]) -> None:
    again = NOW + timedelta(weeks=1)
    store.run(TENANT, lambda db: await_judgement(db, REFERENCE, Claimed.ANSWERED, again))
    assert asks(store, NOW + WEEKS) == 0
    assert asks(store, again + WEEKS) == 3
    store.run(TENANT, lambda db: await_judgement(db, REFERENCE, Claimed.ANSWERED, again + WEEKS))
    assert asks(store, again + 3 * WEEKS) == 3


def test_where_the_town_has_chosen_so_nobody_is_asked(store: Store, people: list[int]) -> None:
    assert asks(store, NOW + 2 * WEEKS, replace(TOWN, judged_after=None)) == 0


@pytest.mark.parametrize("what", ["withdrawn", "hidden", "studied again"])
def test_of_what_is_no_longer_so_nobody_is_asked(store: Store, people: list[int], what: str) -> None:
    def change(db: Db) -> None:
        proposal = db.all(select(Proposal))[0]
        match what:
            case "withdrawn":
                proposal.withdrawn_at = NOW
            case "hidden":
                proposal.hidden_at = NOW
            case _:
                proposal.state = "evaluating"

    store.run(TENANT, change)
    assert asks(store, NOW + WEEKS) == 0


def test_who_wants_no_news_or_is_blocked_is_not_asked(store: Store, people: list[int]) -> None:
    def change(db: Db) -> None:
        db.one(Participant, people[0]).wants_updates = False
        db.one(Participant, people[1]).blocked_at = NOW

    store.run(TENANT, change)
    assert asks(store, NOW + WEEKS) == 1


def test_who_is_writing_is_asked_once_they_rest(store: Store, people: list[int]) -> None:
    def write(db: Db) -> None:
        db.one(Session, people[0]).updated_at = NOW + WEEKS

    store.run(TENANT, write)
    assert asks(store, NOW + WEEKS) == 2
    assert asks(store, NOW + WEEKS + timedelta(minutes=10)) == 3


def test_a_verdict_is_the_last_word_and_a_no_is_a_ticket(store: Store, people: list[int]) -> None:
    asks(store, NOW + WEEKS)

    def say(db: Db, person: int, word: Word) -> str:
        ticket = judge(a_turn(db, person), REFERENCE, Claimed.ANSWERED, word, "It is not so.")
        return ticket.code if ticket is not None else ""

    code = store.run(TENANT, lambda db: say(db, people[0], Word.NO))
    assert code
    assert store.run(TENANT, lambda db: say(db, people[0], Word.NO)) == code, "one ticket, however often it is said"
    assert store.run(TENANT, lambda db: say(db, people[1], Word.YES)) == ""
    assert store.run(TENANT, lambda db: say(db, people[2], Word.UNSURE)) == ""
    assert store.run(TENANT, lambda db: say(db, people[2], Word.YES)) == ""

    def told(db: Db) -> tuple[dict[Word, int], list[str]]:
        verdict = verdict_on(db, REFERENCE)
        assert verdict is not None
        return dict(verdict.said), [ticket.about for ticket in db.all(select(Ticket))]

    assert store.run(TENANT, told) == ({Word.YES: 2, Word.NO: 1}, [f"verdict:{REFERENCE}"])
    store.run(TENANT, lambda db: unlink(db, people[1], [], NOW))
    assert store.run(TENANT, told)[0] == {Word.YES: 1, Word.NO: 1}


def test_nobody_answers_who_was_not_asked(store: Store, people: list[int]) -> None:
    def refused(db: Db) -> Reason:
        with pytest.raises(Refused) as found:
            judge(a_turn(db, people[0]), REFERENCE, Claimed.ANSWERED, Word.YES, "")
        return found.value.reason

    assert store.run(TENANT, refused) is Reason.NOT_ASKED


def test_once_more_if_they_want_and_no_more(store: Store, people: list[int]) -> None:
    asks(store, NOW + WEEKS)
    assert (
        store.run(TENANT, lambda db: ask_again(a_turn(db, people[0]), REFERENCE, Claimed.ANSWERED)) == NOW + 2 * WEEKS
    )
    assert asks(store, NOW + 2 * WEEKS - timedelta(seconds=1)) == 3
    assert asks(store, NOW + 2 * WEEKS) == 4

    def refused(db: Db) -> Reason:
        with pytest.raises(Refused) as found:
            ask_again(a_turn(db, people[0], NOW + 2 * WEEKS), REFERENCE, Claimed.ANSWERED)
        return found.value.reason

    assert store.run(TENANT, refused) is Reason.ASKED_ENOUGH
    assert asks(store, NOW + 9 * WEEKS) == 4


def test_of_what_is_done_people_are_asked_whether_it_is(store: Store, people: list[int]) -> None:
    town = replace(TOWN, results=(DONE,))
    store.run(TENANT, lambda db: await_judgement(db, REFERENCE, Claimed.DONE, NOW + timedelta(days=1)))
    assert asks(store, NOW + WEEKS, town) == 0, "of the answer nobody is asked any more"
    assert asks(store, NOW + WEEKS + timedelta(days=1), town) == 3
    assert "està fet. És així?" in sent(store)[0]
    not_done = replace(town, results=(replace(DONE, progress=90),))

    def is_asked(db: Db, town: Town) -> bool:
        turn = a_turn(db, people[0])
        turn.town = town
        try:
            return asked(turn, REFERENCE, Claimed.DONE).asked_at is not None
        except Refused:
            return False

    assert store.run(TENANT, lambda db: is_asked(db, town))
    assert not store.run(TENANT, lambda db: is_asked(db, not_done))


def test_many_are_taken_down_in_stretches_that_a_restart_does_not_repeat(store: Store) -> None:
    store.run(TENANT, partial(add, channels={"sms": chosen(Pace.NEVER)}, count=450))
    store.run(TENANT, lambda db: await_judgement(db, REFERENCE, Claimed.ANSWERED, NOW))

    def count(db: Db) -> tuple[int, bool]:
        inquiry = inquiry_of(db, REFERENCE, Claimed.ANSWERED)
        return db.count(select(Judgement)), inquiry is not None and inquiry.asked_at is not None

    for expected in ((200, False), (400, False), (450, True), (450, True)):
        store.run(TENANT, lambda db: take_down_due(db, TOWN, NOW + WEEKS))
        assert store.run(TENANT, count) == expected
    assert store.run(TENANT, lambda db: len(db.all(select(Inquiry)))) == 1
    assert asks(store, NOW + WEEKS) == 0
