"""Who is blocked reads and does not write; they hear why, since when, and how to have it looked at again."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from flows.participation import blocks, comments, consent, follows, reports
from flows.participation.appeals import appeal
from flows.participation.moderation import Ground, NotDone, State
from flows.participation.refusal import Reason, Refused
from flows.participation.reports import shown_item
from storage.database import Db
from tests.flows.hall import Citizen
from tests.flows.square import comment, decide, news, propose, somebody, square, state

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def author(citizen: Citizen) -> Citizen:
    citizen.town = square()
    return somebody(citizen, "Marta")


def block(author: Citizen, name: str, **text: str) -> None:
    def of_town(db: Db, *, now: datetime, actor: str) -> int:
        return blocks.block(db, author.town, name, Ground.SPAM, text, now=now, actor=actor).id

    decide(author, of_town)


WRITES: tuple[Callable[..., object], ...] = (
    lambda turn, other: follows.follow(turn, "process:shade"),
    lambda turn, other: comments.publish(turn, other, "Yes"),
    lambda turn, other: reports.report(turn, other, Ground.SPAM),
    lambda turn, other: consent.missing(turn),
)


def test_every_write_is_refused_and_says_why(author: Citizen) -> None:
    name, other = propose(author), propose(somebody(author, "Pau"), "Another tree in another square")
    block(author, name, en="You sell awnings here.")
    for write in WRITES:
        with pytest.raises(Refused) as refused:
            author.act(partial(write, other=other))
        assert refused.value.reason is Reason.BLOCKED
        assert refused.value.facts == {"since": author.now, "why": "You sell awnings here."}
    with pytest.raises(Refused) as refused:
        propose(author, "A third tree in a third square")
    assert refused.value.reason is Reason.BLOCKED


def test_it_stays_possible_to_read_and_to_appeal_until_it_is_over(author: Citizen) -> None:
    name = propose(author)
    block(author, name)
    person = f"participant:{author.id}"
    assert author.act(lambda turn: shown_item(turn, name).author_id) == author.id
    author.act(lambda turn: appeal(turn, person, "It was once"))
    assert (state(author, person), news(author, person)) == (State.BLOCKED, ["participant_blocked"])
    with pytest.raises(NotDone, match="has been blocked since"):
        block(author, name)
    decide(author, blocks.unblock, name)
    assert (state(author, person), news(author, person)[-1]) == (State.KEPT, "participant_unblocked")
    comment(author, name)
    with pytest.raises(NotDone, match="is not blocked"):
        decide(author, blocks.unblock, name)


def test_nobody_is_blocked_for_what_nobody_wrote(author: Citizen) -> None:
    with pytest.raises(NotDone, match="There is no"):
        block(author, "comment:VIL-COM-2026-11-0000")
    name = propose(author)
    author.act(lambda turn: setattr(shown_item(turn, name), "author_id", None))
    with pytest.raises(NotDone, match="has left"):
        block(author, name)
    with pytest.raises(NotDone, match="300"):
        block(author, propose(author, "Another tree in another square"), en="x" * 301)
