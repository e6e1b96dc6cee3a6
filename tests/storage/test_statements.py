"""The hot path: claims, callers, and the outbox's order and leases."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import pytest
from sqlmodel import col, select, update

from storage.broadcasts import Occurrence
from storage.callers import add_caller, find_caller
from storage.database import Db, Store
from storage.keys import Keys
from storage.opt_ins import OptIn
from storage.outbox import Message, Purpose, State
from storage.participants import Address, Participant, Session
from storage.prepared import utc, utc_text
from storage.statements import (
    Due,
    Outcome,
    claim,
    claim_due,
    end_messages,
    enqueue,
    lanes_with_due,
    save_session,
    void_leases,
)
from tests.conftest import NOW

LANE, HASH = "telegram:vilanova", b"h" * 32
LATER, MUCH_LATER = NOW + timedelta(minutes=1), NOW + timedelta(hours=1)


def put(
    store: Store, person: int = 1, owner: str = "", purpose: Purpose = Purpose.REPLY, **fields: object
) -> tuple[int, bool]:
    """Enqueue for a person on a lane."""
    lane = str(fields.get("lane", LANE))
    due_at = fields.get("due_at", NOW)
    assert isinstance(due_at, datetime)
    is_farewell = bool(fields.get("is_farewell"))

    def work(db: Db) -> tuple[int, bool]:
        return enqueue(
            *(db, person, lane, "telegram", b"sealed", purpose, "{}", due_at),
            owner=owner,
            leased_until=LATER if owner else None,
            is_farewell=is_farewell,
        )

    return store.run(str(fields.get("town", "vilanova")), work)


def take(store: Store, owner: str = "us", limit: int = 100, lane: str = LANE, now: datetime = NOW) -> Sequence[Due]:
    """Claim what is due."""
    return store.run_no_tenant(lambda db: claim_due(db, lane, owner, now, now + timedelta(minutes=1), limit))


def end(store: Store, owner: str, message_id: int, state: State, **fields: object) -> None:
    """Say what became of a message."""
    due_at = fields.get("due_at", NOW)
    assert isinstance(due_at, datetime)
    outcome = Outcome("vilanova", message_id, state, due_at, 1, 2, "ext", "why", LATER, bool(fields.get("is_farewell")))
    store.run_no_tenant(lambda db: end_messages(db, owner, [outcome]))


def row(store: Store, message_id: int) -> Message | None:
    """What the store says of a message."""
    return store.run("vilanova", lambda db: db.find(Message, message_id))


async def test_a_message_of_a_provider_is_claimed_once_however_many_try(
    store: Store, database_url: str, keys: Keys
) -> None:
    other = Store(database_url, keys)
    tries = [
        each.turn("vilanova", str(n), lambda db: claim(db, "telegram", "7", NOW))
        for n in range(25)
        for each in (store, other)
    ]
    claimed = await asyncio.gather(*tries)
    other.close()
    assert sorted(claimed) == [False] * 49 + [True]


def test_a_claim_is_of_one_account_and_channel(store: Store) -> None:
    for town, channel in (("vilanova", "telegram"), ("vilanova", "console"), ("sant-pau", "telegram")):
        assert store.run(town, partial(claim, channel=channel, external_id="7", now=NOW))


def test_a_caller_is_added_found_and_kept(store: Store) -> None:
    def work(db: Db) -> None:
        assert find_caller(db, "telegram", HASH) is None
        added = add_caller(db, "telegram", HASH, b"sealed", LANE, NOW)
        save_session(db, added.participant_id, '{"flow": "menu"}', LATER)
        db.one(Participant, added.participant_id).language = "ca"
        db.one(Address, added.address_id).stopped_at = NOW
        db.flush()
        found = find_caller(db, "telegram", HASH)
        assert found == added._replace(state='{"flow": "menu"}', language="ca", is_stopped=True)
        assert found is not None
        assert found.is_stopped is True
        assert db.one(Session, added.participant_id).updated_at == LATER

    store.run("vilanova", work)


def test_a_reply_is_born_leased(store: Store) -> None:
    message_id, is_ours = put(store, owner="us")
    message = row(store, message_id)
    assert message
    assert is_ours
    assert (message.state, message.leased_by, message.leased_until) == (State.SENDING, "us", LATER)
    assert (message.purpose, message.due_at, message.attempts, message.is_farewell) == (Purpose.REPLY, NOW, 0, False)


def test_what_nobody_owns_is_queued(store: Store) -> None:
    message_id, is_ours = put(store, purpose=Purpose.UPDATE)
    message = row(store, message_id)
    assert message
    assert not is_ours
    assert (message.state, message.leased_by, message.leased_until) == (State.QUEUED, "", None)


def test_a_reply_waits_behind_what_is_unsent_and_not_ours(store: Store) -> None:
    put(store, person=1)
    put(store, person=2, owner="them")
    assert [put(store, person=person, owner="us")[1] for person in (1, 2, 3)] == [False, False, True]


def test_a_reply_does_not_wait_for_what_is_ours_sent_or_on_another_lane(store: Store) -> None:
    assert put(store, person=1, owner="us")[1]
    assert put(store, person=1, owner="us")[1]
    sent, _ = put(store, person=2, owner="them")
    end(store, "them", sent, State.SENT)
    assert put(store, person=2, owner="us")[1]
    put(store, person=3, lane="telegram:province")
    assert put(store, person=3, owner="us")[1]


def test_what_is_due_is_claimed_once_oldest_first(store: Store) -> None:
    ids = [put(store, person=person)[0] for person in (3, 1, 2, 1)]
    put(store, person=4, due_at=LATER)
    put(store, person=5, lane="telegram:province")
    put(store, person=6, owner="them")
    assert [due.id for due in take(store, limit=3)] == ids[:3]
    assert [due.id for due in take(store, "them")] == []
    for message_id in ids[:3]:
        end(store, "us", message_id, State.SENT)
    assert [due.id for due in take(store, "them")] == ids[3:]


def test_nothing_overtakes_an_earlier_unsent_message_to_the_same_person(store: Store) -> None:
    first, _ = put(store, person=1)
    put(store, person=1)
    put(store, person=2, due_at=LATER)
    put(store, person=2)
    assert [due.id for due in take(store, limit=1)] == [first]
    assert take(store) == []
    end(store, "us", first, State.QUEUED, due_at=MUCH_LATER)
    assert take(store, now=LATER + timedelta(seconds=1)) != []
    assert all(due.participant_id == 2 for due in take(store, "them", now=LATER))


def test_a_lane_may_carry_several_towns(store: Store) -> None:
    put(store, lane="telegram:province", town="vilanova")
    put(store, lane="telegram:province", town="sant-pau")
    assert [due.tenant_id for due in take(store, lane="telegram:province")] == ["vilanova", "sant-pau"]


async def test_two_drainers_never_claim_the_same(store: Store, database_url: str, keys: Keys) -> None:
    for person in range(60):
        put(store, person=person)
    other = Store(database_url, keys)

    def take_some(db: Db) -> list[int]:
        return [due.id for due in claim_due(db, LANE, "us", NOW, LATER, 7)]

    taken = await asyncio.gather(*(each.no_tenant(take_some) for _ in range(10) for each in (store, other)))
    other.close()
    ids = [message_id for some in taken for message_id in some]
    assert len(ids) == len(set(ids))
    assert len(ids) + len(take(store, limit=100)) == 60


def test_an_outcome_is_written(store: Store) -> None:
    message_id, _ = put(store, owner="us")
    end(store, "us", message_id, State.FAILED)
    message = row(store, message_id)
    assert message
    assert (message.state, message.leased_by, message.leased_until) == (State.FAILED, "", None)
    assert (message.attempts, message.parts_sent, message.external_id, message.reason) == (1, 2, "ext", "why")
    assert message.ended_at == LATER


def test_an_outcome_of_a_lost_lease_changes_nothing(store: Store) -> None:
    message_id, _ = put(store, owner="them")
    end(store, "us", message_id, State.SENT)
    message = row(store, message_id)
    assert message
    assert (message.state, message.leased_by) == (State.SENDING, "them")


def test_a_farewell_that_has_ended_is_gone(store: Store) -> None:
    message_id, _ = put(store, owner="us", is_farewell=True)
    end(store, "us", message_id, State.QUEUED, is_farewell=True)
    assert row(store, message_id)
    take(store)
    end(store, "us", message_id, State.SENT, is_farewell=True)
    assert row(store, message_id) is None


def test_consent_is_read_again_when_a_message_is_claimed(store: Store) -> None:
    def add_people(db: Db) -> list[int]:
        people = []
        for number in range(4):
            caller = add_caller(db, "telegram", bytes([number]) * 32, b"sealed", LANE, NOW)
            people.append(caller.participant_id)
        db.one(Participant, people[0]).wants_updates = True
        db.one(Participant, people[1]).wants_updates = False
        (address,) = db.all(select(Address).where(col(Address.participant_id) == people[2]))
        address.stopped_at = NOW
        db.remove(db.one(Participant, people[3]))
        return people

    people = store.run("vilanova", add_people)
    for person in people:
        put(store, person=person, purpose=Purpose.UPDATE)
        put(store, person=person)
    welcome = [(due.participant_id, due.is_welcome) for due in take(store) if due.purpose is Purpose.UPDATE]
    assert welcome == [(people[0], True), (people[1], False), (people[2], False), (people[3], False)]


def test_a_broadcast_is_welcome_to_who_asked_for_its_topic_on_that_channel(store: Store) -> None:
    """Whatever they said of news of what they follow, of another topic, or of another channel."""

    def add_people(db: Db) -> dict[int, bool]:
        runs = {
            topic: Occurrence(
                broadcast=topic, local_at="", topic=topic, content="", begun_at=NOW, begun_by="", expires_at=NOW
            )
            for topic in ("works", "feasts")
        }
        for run in runs.values():
            db.add(run)
        expected = {}
        for number, (topic, channel, is_in, is_welcome) in enumerate(
            (
                ("works", "telegram", True, True),
                ("works", "telegram", False, False),
                ("works", "sms", True, False),
                ("feasts", "telegram", True, False),
            )
        ):
            person = add_caller(db, "telegram", bytes([number]) * 32, b"sealed", LANE, NOW).participant_id
            db.one(Participant, person).wants_updates = False
            db.add(OptIn(participant_id=person, topic=topic, channel=channel, is_in=is_in, said_at=NOW))
            enqueue(db, person, LANE, "telegram", b"sealed", Purpose.BROADCAST, "{}", NOW)
            expected[person] = is_welcome
        db.execute(update(Message).values(occurrence_id=runs["works"].id))
        return expected

    expected = store.run("vilanova", add_people)
    assert {due.participant_id: due.is_welcome for due in take(store)} == expected


def test_replies_are_always_welcome(store: Store) -> None:
    put(store)
    assert [due.is_welcome for due in take(store)] == [True]


def test_lanes_with_something_due(store: Store) -> None:
    for lane, due_at in (("b", NOW), ("a", NOW), ("c", LATER), ("a", NOW)):
        put(store, lane=lane, due_at=due_at)
    put(store, lane="d", owner="us")
    assert store.run_no_tenant(lambda db: lanes_with_due(db, NOW)) == ["a", "b"]
    assert store.run_no_tenant(lambda db: lanes_with_due(db, LATER)) == ["a", "b", "c"]


def test_leases_of_others_are_void_and_only_replies_are_sent_again(store: Store) -> None:
    reply, _ = put(store, person=1, owner="them")
    update, _ = put(store, person=2, owner="them", purpose=Purpose.UPDATE)
    ours, _ = put(store, person=3, owner="us")
    assert store.run_no_tenant(lambda db: void_leases(db, "us", NOW, NOW)) == (0, 0)
    assert store.run_no_tenant(lambda db: void_leases(db, "us", NOW, MUCH_LATER)) == (1, 1)
    states = [message.state for message_id in (reply, update, ours) if (message := row(store, message_id))]
    assert states == [State.QUEUED, State.UNCERTAIN, State.SENDING]
    assert [due.id for due in take(store)] == [reply]


def test_what_works_across_tenants_refuses_a_tenants_turn(store: Store) -> None:
    with pytest.raises(ValueError, match="no_tenant"):
        store.run("vilanova", lambda db: claim_due(db, LANE, "us", NOW, LATER, 1))


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-11, minutes=-30))])
@pytest.mark.parametrize("microsecond", [0, 5, 123456])
def test_times_come_back_aware_in_utc_by_both_ways(store: Store, zone: timezone, microsecond: int) -> None:
    moment = datetime(2026, 3, 29, 2, 30, 0, microsecond, tzinfo=zone)

    def work(db: Db) -> None:
        caller = add_caller(db, "telegram", HASH, b"sealed", LANE, moment)
        save_session(db, caller.participant_id, "", moment)

    store.run("vilanova", work)
    created, updated, alike = store.run(
        "vilanova",
        lambda db: (
            db.all(select(Participant.created_at))[0],
            db.all(select(Session.updated_at))[0],
            db.count(select(Session).where(col(Session.updated_at) == moment)),
        ),
    )
    assert created == updated == moment
    assert created.tzinfo is UTC
    assert alike == 1


def test_a_time_without_zone_is_refused_by_both_ways(store: Store) -> None:
    naive = NOW.replace(tzinfo=None)
    for convert in (utc, utc_text):
        with pytest.raises(ValueError, match="zone"):
            convert(naive)
    with pytest.raises(Exception, match="zone"):
        store.run("vilanova", lambda db: db.add(Participant(created_at=naive)))


def test_words_of_closed_sets_are_stored_by_value(store: Store) -> None:
    message_id, _ = put(store, purpose=Purpose.UPDATE)
    by_model = Message(
        participant_id=1,
        lane=LANE,
        channel="telegram",
        sealed=b"sealed",
        purpose=Purpose.UPDATE,
        content="{}",
        due_at=NOW,
    )
    store.run("vilanova", lambda db: db.add(by_model))

    def read(db: Db) -> list[tuple[str, str]]:
        db.cursor.execute("SELECT DISTINCT state, purpose FROM outbox", ())
        return [tuple(found) for found in db.cursor.fetchall()]

    assert store.run("vilanova", read) == [("queued", "update")]
    message = row(store, message_id)
    assert message
    assert message.state is State.QUEUED
