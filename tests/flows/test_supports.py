"""Supports: a limit, a minimum, a threshold, counts that hide, undo; each no with its reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import pytest
from sqlmodel import select

from flows.participation import supports
from flows.participation.process import Action, Phase, Process, SupportRules
from flows.participation.refusal import Reason, Refused
from flows.participation.supports import Given, Standing
from flows.turn import Turn
from storage.audit import Entry
from storage.database import Db, Store
from storage.participants import Participant
from storage.proposals import Proposal
from storage.supports import Support
from tests.flows.hall import CHOICE, SHADE, Citizen, vilanova
from tests.towns import local

Value = TypeVar("Value")

VOTING = replace(CHOICE, slug="voting", starts_at=local("2026-11-20 00:00"), ends_at=local("2026-12-01 00:00"))
LATER = replace(VOTING, slug="later", starts_at=local("2027-01-11 00:00"), ends_at=local("2027-02-01 00:00"))
FREE = SupportRules()


def voting(rules: SupportRules = FREE, phases: tuple[Phase, ...] = (VOTING,)) -> Process:
    """A process where supporting is open."""
    return replace(SHADE, phases=phases, supports=rules)


class Ballot:
    """A town where supporting is open, with proposals numbered from 1, and people who may support."""

    def __init__(self, store: Store, now: datetime, process: Process, proposals: int = 3) -> None:
        self.store, self.now, self.process = store, now, process
        self.town = vilanova(process)
        self.references = [f"VIL-PROP-2026-11-{number:04}" for number in range(1, proposals + 1)]
        store.run(self.town.id, self._fill)

    def _fill(self, db: Db) -> None:
        for number, reference in enumerate(self.references, 1):
            db.add(
                Proposal(
                    id=number,
                    reference=reference,
                    code=f"code{number}",
                    process=self.process.slug,
                    phase="voting",
                    author_name="Ada",
                    language="en",
                    title=f"Proposal number {number}",
                    body="Because it is needed.",
                    published_at=self.now,
                )
            )

    def person(self) -> Citizen:
        """Somebody who has said all that a support needs."""
        citizen = Citizen(self.store, self.town, self.now)

        def consents(turn: Turn) -> None:
            person = turn.participant
            person.attested_age, person.accepted_terms, person.wants_updates = 18, self.town.terms.version, False
            person.language = "en"

        citizen.act(consents)
        return citizen

    def change(self, number: int, **columns: object) -> None:
        """Something happens to a proposal."""

        def write(db: Db) -> None:
            for name, value in columns.items():
                setattr(db.one(Proposal, number), name, value)

        self.store.run(self.town.id, write)

    def gives(self, citizen: Citizen, number: int) -> Given:
        return citizen.act(lambda turn: supports.support(turn, self.references[number - 1]))[0]

    def takes_back(self, citizen: Citizen, number: int) -> Given:
        return citizen.act(lambda turn: supports.take_back(turn, self.references[number - 1]))[0]

    def standing(self, citizen: Citizen, number: int) -> Standing:
        found = citizen.act(lambda turn: supports.standing(turn, turn.db.one(Proposal, number)))
        assert found is not None
        return found

    def counted(self) -> list[int]:
        """How many supports of each proposal count, from the rows."""
        rows = self.store.run(self.town.id, lambda db: [(s.proposal_id, s.counts) for s in db.all(select(Support))])
        return [rows.count((number, True)) for number in range(1, len(self.references) + 1)]


def reason_of(act: Callable[[], object]) -> Reason:
    """Why it is refused."""
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reason


def test_a_support_counts_once_and_can_be_taken_back(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting())
    ada, pau = ballot.person(), ballot.person()
    assert ballot.gives(ada, 1) == Given(1, None, 0, 0)
    ballot.gives(pau, 1)
    assert reason_of(lambda: ballot.gives(ada, 1)) is Reason.ALREADY_SUPPORTED
    assert ballot.counted() == [2, 0, 0]
    standing = ballot.standing(ada, 1)
    assert (standing.count, standing.is_mine, standing.mine_counts, standing.can_take_back) == (2, True, True, True)
    ballot.takes_back(ada, 1)
    assert reason_of(lambda: ballot.takes_back(ada, 1)) is Reason.NOT_SUPPORTED
    assert ballot.counted() == [1, 0, 0]
    assert ballot.standing(ada, 1).why_not is None
    actions = store.run(ballot.town.id, lambda db: [entry.action for entry in db.all(select(Entry))])
    assert actions == ["support_given", "support_given", "support_taken_back"]


def test_the_limit_is_per_person_and_what_is_left_is_told(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(limit=2)))
    ada, pau = ballot.person(), ballot.person()
    assert ballot.gives(ada, 1).left == 1
    assert ballot.gives(ada, 2).left == 0
    assert reason_of(lambda: ballot.gives(ada, 3)) is Reason.SUPPORTS_SPENT
    refused = ballot.standing(ada, 3).why_not
    assert refused is not None
    assert refused.facts["count"] == 2
    assert ballot.gives(pau, 3).left == 1
    assert ballot.takes_back(ada, 1).left == 1
    ballot.gives(ada, 3)
    assert ballot.counted() == [0, 1, 2]


def test_below_the_minimum_none_counts_and_at_it_all_do(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(minimum=3)))
    ada = ballot.person()
    assert ballot.gives(ada, 1).to_go == 2
    assert ballot.gives(ada, 2).to_go == 1
    standing = ballot.standing(ada, 1)
    assert (standing.count, standing.is_mine, standing.mine_counts) == (0, True, False)
    assert ballot.counted() == [0, 0, 0]
    assert ballot.gives(ada, 3).to_go == 0
    assert ballot.counted() == [1, 1, 1]
    assert ballot.takes_back(ada, 2) == Given(2, None, 3, 1)
    assert ballot.counted() == [0, 0, 0]
    ballot.gives(ada, 2)
    assert ballot.counted() == [1, 1, 1]


def test_one_above_the_minimum_that_is_taken_back_changes_no_other(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(minimum=2)))
    ada = ballot.person()
    for number in (1, 2, 3):
        ballot.gives(ada, number)
    assert ballot.takes_back(ada, 3).to_go == 0
    assert ballot.counted() == [1, 1, 0]


def test_a_complete_proposal_takes_no_more(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(threshold=2)))
    people = [ballot.person() for _ in range(3)]
    for citizen in people[:2]:
        ballot.gives(citizen, 1)
    assert reason_of(lambda: ballot.gives(people[2], 1)) is Reason.SUPPORTS_COMPLETE
    ballot.takes_back(people[0], 1)
    ballot.gives(people[2], 1)
    assert ballot.counted() == [2, 0, 0]


def test_beyond_the_threshold_others_may_be_allowed(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(threshold=1, beyond_threshold=True)))
    for _ in range(3):
        ballot.gives(ballot.person(), 1)
    assert ballot.counted() == [3, 0, 0]


def test_supports_kept_of_forgotten_people_are_part_of_the_count(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(threshold=3)))
    ballot.change(1, supports_kept=2)
    ballot.gives(ballot.person(), 1)
    late = ballot.person()
    assert ballot.standing(late, 1).count == 3
    assert reason_of(lambda: ballot.gives(late, 1)) is Reason.SUPPORTS_COMPLETE


def test_what_waited_for_the_minimum_never_goes_beyond_the_threshold(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(minimum=2, threshold=1)))
    slow, quick = ballot.person(), ballot.person()
    ballot.gives(slow, 1)
    ballot.gives(quick, 1)
    ballot.gives(quick, 2)
    assert ballot.counted() == [1, 1, 0]
    ballot.gives(slow, 3)
    assert ballot.counted() == [1, 1, 1]
    assert ballot.standing(slow, 1).mine_counts is False


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"state": "rejected", "state_published_at": local("2026-11-24 10:00")}, Reason.PROPOSAL_REJECTED),
        ({"withdrawn_at": local("2026-11-24 10:00")}, Reason.PROPOSAL_UNKNOWN),
        ({"hidden_at": local("2026-11-24 10:00")}, Reason.PROPOSAL_UNKNOWN),
    ],
)
def test_what_is_rejected_withdrawn_or_hidden_takes_none(
    store: Store, now: datetime, columns: dict[str, object], reason: Reason
) -> None:
    ballot = Ballot(store, now, voting())
    ballot.change(1, **columns)
    assert reason_of(lambda: ballot.gives(ballot.person(), 1)) is reason
    assert ballot.counted() == [0, 0, 0]


def test_a_rejection_that_is_not_published_yet_changes_nothing(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting())
    ballot.change(1, state="rejected")
    ballot.gives(ballot.person(), 1)
    assert ballot.counted() == [1, 0, 0]


def test_authors_may_support_their_own_but_not_while_it_is_hidden(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting())
    ada = ballot.person()
    ballot.change(1, author_id=ada.id)
    ballot.change(2, author_id=ada.id, hidden_at=now)
    ballot.gives(ada, 1)
    assert reason_of(lambda: ballot.gives(ada, 2)) is Reason.PROPOSAL_HIDDEN


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("2026-11-19 23:59:59", Reason.NOT_BEGUN),
        ("2026-11-20 00:00:00", None),
        ("2026-11-30 23:59:59", None),
        ("2026-12-01 00:00:00", Reason.ENDED),
    ],
)
def test_supporting_is_open_from_the_first_second_of_its_phase_to_the_last(
    store: Store, now: datetime, moment: str, reason: Reason | None
) -> None:
    ballot = Ballot(store, now, voting())
    ada, pau = ballot.person(), ballot.person()
    ballot.gives(pau, 1)
    ada.now = pau.now = local(moment)
    if reason is None:
        ballot.gives(ada, 1)
        ballot.takes_back(pau, 1)
        assert ballot.counted() == [1, 0, 0]
    else:
        assert reason_of(lambda: ballot.gives(ada, 1)) is reason
        assert reason_of(lambda: ballot.takes_back(pau, 1)) is reason
        assert ballot.standing(pau, 1).can_take_back is False


def test_a_day_that_comes_after_the_next_phase_is_the_one_that_is_named(store: Store, now: datetime) -> None:
    quiet = replace(
        VOTING, slug="quiet", starts_at=local("2026-12-10 00:00"), ends_at=local("2026-12-20 00:00"), allows=frozenset()
    )
    ballot = Ballot(store, now, voting(phases=(replace(VOTING, allows=frozenset({Action.PROPOSE})), quiet, LATER)))
    ada = ballot.person()
    ada.now = local("2026-12-05 10:00")
    with pytest.raises(Refused) as refused:
        ballot.gives(ada, 1)
    assert refused.value.reason is Reason.OPENS_LATER
    assert refused.value.facts["opens_on"] == LATER.starts_at


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"attested_age": 15}, Reason.AGE_NOT_ATTESTED),
        ({"accepted_terms": ""}, Reason.TERMS_NOT_ACCEPTED),
    ],
)
def test_age_and_terms_come_first_a_name_is_not_needed(
    store: Store, now: datetime, changes: dict[str, object], reason: Reason
) -> None:
    ballot = Ballot(store, now, voting())
    ada = ballot.person()

    def lose(turn: Turn) -> None:
        for name, value in changes.items():
            setattr(turn.db.one(Participant, ada.id), name, value)

    ada.act(lose)
    assert reason_of(lambda: ballot.gives(ada, 1)) is reason
    ballot.gives(ballot.person(), 1)


@pytest.mark.parametrize(
    "process", [voting(SupportRules(is_hidden=True)), voting(phases=(replace(VOTING, hides_supports=True),))]
)
def test_hidden_counts_are_in_no_card_story_or_list(store: Store, now: datetime, process: Process) -> None:
    ballot = Ballot(store, now, process, proposals=2)
    for _ in range(37):
        ballot.gives(ballot.person(), 1)
    ada = ballot.person()
    assert ballot.standing(ada, 1).count is None
    ada.says("hello")
    seen = ada.says("support") + str(ada.labels)
    assert [label for label in ada.labels if label.startswith("Proposal")] == ["Proposal number 2", "Proposal number 1"]
    seen += ada.picks("Proposal number 1") + str(ada.labels)
    seen += ada.says(ballot.references[0]) + str(ada.labels)
    seen += ada.picks("Support it") + str(ada.labels)
    assert "You support it." in seen
    assert "37" not in seen
    assert "38" not in seen


def test_a_list_of_proposals_counts_in_one_query(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(), proposals=40)
    ballot.gives(ballot.person(), 7)
    ada = ballot.person()

    def counts(turn: Turn) -> dict[int, int]:
        return supports.counts_shown(turn, turn.db.all(select(Proposal)))

    shown = ada.act(counts)
    assert len(shown) == 40
    assert {number: count for number, count in shown.items() if count} == {7: 1}
