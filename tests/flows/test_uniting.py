"""Two people who are one: what both did counts once, by one rule, and nothing of either is lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlmodel import select

from flows.participation import supports, surveys
from flows.participation.process import Action, SupportRules
from flows.participation.uniting import United, unite
from flows.turn import Turn
from storage.audit import Entry
from storage.belongings import LINKS, belongings
from storage.database import Db, Store
from storage.follows import Follow
from storage.happenings import Happening
from storage.moderation import Moderation, Report, Version
from storage.participants import Participant, Session
from storage.proposals import Proposal
from storage.reminders import Ending, Reminder
from storage.responses import Response
from storage.row import table_of
from storage.supports import Support
from storage.tables import TABLES
from storage.unions import ADDED_UP, MERGED, ONCE
from tests.conftest import NOW
from tests.flows.hall import CHOICE, IDEAS, PARK, SHADE, Citizen, vilanova
from tests.flows.test_supports import Ballot, voting
from tests.storage.rows import PARTICIPANT, add_rows
from tests.towns import local

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is the same on both kinds is tried on one."""
OLDER = PARTICIPANT - 1
HOUR = timedelta(hours=1)
ANSWERS = {"often": "daily", "why": "Shade"}


def becomes(speaking: Citizen, silent: Citizen) -> United:
    """They turn out to be one; both are the older from then on."""
    united = speaking.act(lambda turn: unite(turn, silent.id))
    speaking.id = silent.id = min(speaking.id, silent.id)
    return united


def test_every_table_of_a_person_is_added_up_once_a_person_or_merged() -> None:
    assert {*ADDED_UP, *ONCE, *MERGED} == {*LINKS}
    assert sum(map(len, (ADDED_UP, ONCE, MERGED))) == len(LINKS)


def test_no_row_leads_to_the_newer_of_two(store: Store) -> None:
    def everything(db: Db) -> Iterator[str]:
        return (
            table_of(model).name for model in TABLES for row in db.all(select(model)) if str(PARTICIPANT) in repr(row)
        )

    def did(db: Db) -> None:
        db.all(select(Happening))[0].actor_id = PARTICIPANT
        db.all(select(Version))[0].by = f"participant:{PARTICIPANT}"

    store.run("vilanova", add_rows)
    store.run("vilanova", did)
    older = Citizen(store, vilanova(), NOW, id=OLDER)
    store.run("vilanova", lambda db: _add_person(db, OLDER))
    before = set(store.run("vilanova", lambda db: list(everything(db))))
    assert before >= {table_of(model).name for model in LINKS}
    older.act(lambda turn: unite(turn, PARTICIPANT))
    assert set(store.run("vilanova", lambda db: list(everything(db)))) - {"seals"} == {"audit"}
    gone = set(LINKS) - {Report}  # Of what they made themselves: nobody goes on reporting their own.
    for model in gone:
        assert store.run("vilanova", partial(belongings, model=model, participant_id=OLDER)), model


def _add_person(db: Db, id: int) -> None:
    db.add(Participant(id=id, created_at=NOW))
    db.add(Session(participant_id=id, updated_at=NOW))


@pytest.mark.parametrize("speaks", ["older", "newer"])
def test_a_support_of_both_counts_once_and_the_earlier_stays(store: Store, now: datetime, speaks: str) -> None:
    ballot = Ballot(store, now, voting())
    ada, also_ada, pau = ballot.person(), ballot.person(), ballot.person()
    ballot.gives(pau, 1)
    ballot.gives(also_ada, 1)
    ada.now = now + HOUR
    for number in (1, 2):
        ballot.gives(ada, number)
    assert ballot.counted() == [3, 1, 0]
    assert becomes(*((ada, also_ada) if speaks == "older" else (also_ada, ada))) == United()
    assert ballot.counted() == [2, 1, 0]
    given = store.run(ballot.town.id, lambda db: db.find(Support, 1, ada.id))
    assert given is not None
    assert given.given_at == now


def test_over_the_limit_the_earliest_stay(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(limit=2)), proposals=4)
    ada, also_ada = ballot.person(), ballot.person()
    for hours, citizen, number in ((0, also_ada, 4), (1, ada, 1), (2, ada, 4), (3, also_ada, 2)):
        citizen.now = now + hours * HOUR
        ballot.gives(citizen, number)
    united = becomes(ada, also_ada)
    assert [proposal.title for proposal in united.taken_back] == ["Proposal number 2"]
    assert ballot.counted() == [1, 0, 0, 1]
    assert ballot.standing(ada, 2).given.left == 0
    actions = store.run(ballot.town.id, lambda db: [entry.action for entry in db.all(select(Entry))])
    assert actions[-2:] == ["people_united", "support_taken_back"]


def test_together_they_may_reach_the_minimum_and_never_pass_the_threshold(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(minimum=2, threshold=1)))
    ada, also_ada, pau = ballot.person(), ballot.person(), ballot.person()
    ballot.gives(ada, 1)
    ballot.gives(also_ada, 2)
    for number in (1, 3):
        ballot.gives(pau, number)
    assert ballot.counted() == [1, 0, 1]
    becomes(ada, also_ada)
    assert ballot.counted() == [1, 1, 1]


def test_below_the_minimum_once_it_is_one_person_none_counts(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(minimum=2)))
    ada, also_ada = ballot.person(), ballot.person()
    for citizen in (ada, also_ada):
        for number in (1, 2):
            ballot.gives(citizen, number)
    becomes(also_ada, ada)
    assert ballot.counted() == [1, 1, 0]


def test_what_has_closed_is_settled(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting(SupportRules(limit=1)))
    ada, also_ada = ballot.person(), ballot.person()
    ballot.gives(ada, 1)
    ballot.gives(also_ada, 1)
    ada.now = local("2026-12-01 00:00")
    assert becomes(ada, also_ada) == United()
    assert ballot.counted() == [1, 0, 0]
    assert ada.act(lambda turn: supports.count_of(turn, turn.db.one(Proposal, 1))) == 2


def a_survey(store: Store, now: datetime) -> tuple[Citizen, Citizen]:
    """Two people who have answered it, the second an hour later."""
    ballot = Ballot(store, now, replace(SHADE, phases=(IDEAS, CHOICE)))
    ada, also_ada = ballot.person(), ballot.person()
    ada.act(lambda turn: surveys.submit(turn, PARK, ANSWERS))
    also_ada.now = now + HOUR
    also_ada.act(lambda turn: surveys.submit(turn, PARK, ANSWERS | {"why": "Water"}))
    return ada, also_ada


def responses(citizen: Citizen) -> list[tuple[int | None, str]]:
    return citizen.act(
        lambda turn: [(each.participant_id, each.answers["why"]) for each in turn.db.all(select(Response))]
    )


def test_of_two_responses_the_last_counts(store: Store, now: datetime) -> None:
    ada, also_ada = a_survey(store, now)
    assert becomes(ada, also_ada) == United(surveys=("park",))
    assert responses(ada) == [(ada.id, "Water")]


def test_of_two_responses_to_what_has_closed_both_have_counted(store: Store, now: datetime) -> None:
    ada, also_ada = a_survey(store, now)
    ada.now = local("2026-12-04 00:00")
    assert becomes(ada, also_ada) == United()
    assert sorted(responses(ada), key=lambda each: each[1]) == [(None, "Shade"), (ada.id, "Water")]


@on_sqlite
@pytest.mark.parametrize(
    ("one", "other", "wants"),
    [(True, None, True), (None, True, True), (True, False, False), (False, True, False), (None, None, None)],
)
def test_news_only_where_one_said_yes_and_none_said_no(
    store: Store, now: datetime, one: bool | None, other: bool | None, wants: bool | None
) -> None:
    ada, also_ada = Citizen(store, vilanova(), now), Citizen(store, vilanova(), now)
    for citizen, said in ((ada, one), (also_ada, other)):
        citizen.act(partial(_say, wants_updates=said))
    becomes(also_ada, ada)
    assert ada.act(lambda turn: turn.participant.wants_updates) is wants


def _say(turn: Turn, **columns: object) -> None:
    for name, value in columns.items():
        setattr(turn.participant, name, value)


@on_sqlite
def test_what_a_person_said_of_themselves(store: Store, now: datetime) -> None:
    ada, also_ada = Citizen(store, vilanova(), now), Citizen(store, vilanova(), now)
    ada.act(lambda turn: _say(turn, language="ca", attested_age=14, accepted_terms="1", accepted_terms_at=now))
    also_ada.act(
        lambda turn: _say(
            turn,
            language="es",
            public_name="Marta",
            attested_age=16,
            accepted_terms="2",
            accepted_terms_at=now + HOUR,
            blocked_at=now,
            blocked_reason="Spam",
        )
    )
    also_ada.act(lambda turn: turn.db.add(Moderation(item=turn.actor, state="blocked", opened_at=now)))
    becomes(also_ada, ada)
    person = ada.act(lambda turn: turn.participant.model_dump())
    assert (person["language"], person["public_name"], person["attested_age"]) == ("es", "Marta", 16)
    assert (person["accepted_terms"], person["blocked_at"], person["blocked_reason"]) == ("2", now, "Spam")
    assert ada.act(lambda turn: turn.db.find(Moderation, turn.actor)) is not None


@on_sqlite
def test_what_both_follow_report_and_wait_for_is_there_once(store: Store, now: datetime) -> None:
    def did(turn: Turn, at: datetime, ending: Ending) -> None:
        person = turn.participant_id
        for subject in ("process:shade", f"process:{person}"):
            turn.db.add(Follow(participant_id=person, subject=subject, followed_at=at))
        told_at = at if ending is Ending.TOLD else None
        reminder = Reminder(
            participant_id=person,
            subject="process:shade",
            action=Action.SUPPORT,
            due_at=at,
            told_at=told_at,
            ending=ending,
        )
        turn.db.add(reminder)
        turn.db.add(Report(item="proposal:X-1", participant_id=person, reason="spam", reported_at=at))

    ada, also_ada = Citizen(store, vilanova(), now), Citizen(store, vilanova(), now)
    ada.act(lambda turn: did(turn, now + HOUR, Ending.TOLD))
    also_ada.act(lambda turn: did(turn, now, Ending.WAITING))
    names = {f"process:{ada.id}", f"process:{also_ada.id}", "process:shade"}
    becomes(ada, also_ada)
    follows = ada.act(lambda turn: list(turn.db.all(select(Follow))))
    assert {each.subject for each in follows} == names
    assert min(each.followed_at for each in follows if each.subject == "process:shade") == now
    assert [each.ending for each in ada.act(lambda turn: turn.db.all(select(Reminder)))] == [Ending.WAITING]
    assert [each.reported_at for each in ada.act(lambda turn: turn.db.all(select(Report)))] == [now]


@on_sqlite
def test_nobody_goes_on_reporting_their_own(store: Store, now: datetime) -> None:
    ballot = Ballot(store, now, voting())
    ada, also_ada = ballot.person(), ballot.person()
    ballot.change(1, author_id=ada.id)
    name = f"proposal:{ballot.references[0]}"
    also_ada.act(
        lambda turn: turn.db.add(Report(item=name, participant_id=turn.participant_id, reason="spam", reported_at=now))
    )
    becomes(ada, also_ada)
    assert ada.act(lambda turn: turn.db.count(select(Report))) == 0
