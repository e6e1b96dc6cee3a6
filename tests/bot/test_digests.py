"""News as each person wants it: at once, daily, weekly or never, by which channel, and at which hours not."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlmodel import select

from bot.digests import send_due
from bot.noting import announce
from flows.news import News
from flows.participation.preferences import choose_pace, held_until, hours_in, next_digest
from flows.participation.refusal import Refused
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.database import Db, Store
from storage.digests import Note, Pace
from storage.outbox import Message
from storage.participants import Participant, Session
from storage.proposals import Proposal
from storage.tickets import Ticket
from tests.bot.followers import ANSWERED, LATER, SUBJECT, TOWN, add, chosen, sent
from tests.bot.townsfolk import TENANT
from tests.conftest import NOW
from tests.towns import local


def happens(db: Db, people: list[int], kind: str = ANSWERED, subject: str = SUBJECT) -> set[str]:
    return announce(db, TOWN, kind, subject, NOW, dict.fromkeys(people, lambda _: News(("Answered.",))), NOW)


def sends(store: Store, now: datetime, town: Town = TOWN) -> set[str]:
    return store.run(TENANT, lambda db: send_due(db, town, now)[1]) - {""}


@pytest.mark.parametrize(
    ("pace", "now", "expected"),
    [
        (Pace.DAILY, "2026-11-25 10:00", "2026-11-25 18:00"),
        (Pace.DAILY, "2026-11-25 18:00", "2026-11-26 18:00"),
        (Pace.AT_ONCE, "2026-11-25 10:00", "2026-11-25 18:00"),
        (Pace.WEEKLY, "2026-11-25 10:00", "2026-11-27 18:00"),
        (Pace.WEEKLY, "2026-11-27 17:59", "2026-11-27 18:00"),
        (Pace.WEEKLY, "2026-11-27 18:00", "2026-12-04 18:00"),
        (Pace.DAILY, "2026-10-24 19:00", "2026-10-25 18:00"),
        (Pace.DAILY, "2027-03-27 19:00", "2027-03-28 18:00"),
    ],
)
def test_a_digest_comes_at_the_towns_hour_over_nights_that_are_longer_or_shorter(
    pace: Pace, now: str, expected: str
) -> None:
    found = next_digest(TOWN, pace, local(now).astimezone(UTC))
    assert found == local(expected)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ((22 * 60, 8 * 60), "2026-11-25 23:30", "2026-11-26 08:00"),
        ((22 * 60, 8 * 60), "2026-11-26 07:59", "2026-11-26 08:00"),
        ((22 * 60, 8 * 60), "2026-11-26 08:00", "2026-11-26 08:00"),
        ((13 * 60, 16 * 60 + 30), "2026-11-25 15:00", "2026-11-25 16:30"),
        ((13 * 60, 16 * 60 + 30), "2026-11-25 12:59", "2026-11-25 12:59"),
        (None, "2026-11-25 03:00", "2026-11-25 03:00"),
    ],
)
def test_their_own_quiet_hours_hold_until_they_end(hours: tuple[int, int] | None, now: str, until: str) -> None:
    assert held_until(chosen(hours=hours), TOWN, local(now).astimezone(UTC)) == local(until)


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("22-8", (1320, 480)),
        ("de 22".removeprefix("de ") + " a 8", (1320, 480)),
        ("21:30 – 7.15", (1290, 435)),
        ("22h fins a 8h", (1320, 480)),
        ("0-24", None),
        ("25-8", None),
        ("8-8", None),
        ("never", None),
    ],
)
def test_hours_are_understood_as_people_write_them(words: str, hours: tuple[int, int] | None) -> None:
    if hours is None:
        with pytest.raises(Refused):
            hours_in(words)
    else:
        assert hours_in(words) == hours


def test_who_wants_it_daily_is_told_once_at_the_towns_hour(store: Store) -> None:
    people = store.run(TENANT, partial(add, channels={"sms": chosen(Pace.DAILY)}, count=3))
    assert store.run(TENANT, lambda db: happens(db, people)) == set()
    assert store.run(TENANT, lambda db: happens(db, people)) == set(), "noted once, however often it happens"
    assert sends(store, LATER - timedelta(seconds=1)) == set()
    assert sends(store, LATER) == {"sms:vilanova"}
    assert sends(store, LATER) == set()
    assert len(sent(store)) == 3


def test_it_goes_where_they_want_news_as_often_as_they_want_there(store: Store) -> None:
    two = {"telegram": chosen(Pace.NEVER), "sms": chosen(Pace.AT_ONCE)}
    people = store.run(TENANT, partial(add, channels=two))
    assert store.run(TENANT, lambda db: happens(db, people)) == {"sms:vilanova"}


def test_who_wants_none_anywhere_is_told_nothing(store: Store) -> None:
    people = store.run(TENANT, partial(add, channels={"sms": chosen(Pace.NEVER)}))
    assert store.run(TENANT, lambda db: happens(db, people)) == set()
    assert store.run(TENANT, lambda db: db.all(select(Note))) == []


def test_in_their_own_quiet_hours_it_waits_in_the_outbox(store: Store) -> None:
    people = store.run(TENANT, partial(add, channels={"sms": chosen(hours=(11 * 60, 18 * 60))}))
    assert store.run(TENANT, lambda db: happens(db, people)) == {"sms:vilanova"}
    assert store.run(TENANT, lambda db: [each.due_at for each in db.all(select(Message))]) == [LATER]


@pytest.mark.parametrize("over_at", ["2026-11-25T16:00", "2026-11-26T16:00"])
def test_what_a_digest_would_tell_too_late_is_told_at_once(store: Store, over_at: str) -> None:
    people = store.run(TENANT, partial(add, channels={"sms": chosen(Pace.DAILY)}))
    lanes = store.run(TENANT, lambda db: happens(db, people, "meeting_soon", f"meeting:fair@{over_at}"))
    assert lanes == ({"sms:vilanova"} if over_at.startswith("2026-11-25") else set())


def test_what_is_taken_back_meanwhile_is_not_told(store: Store) -> None:
    people = store.run(TENANT, partial(add, channels={"sms": chosen(Pace.DAILY)}))
    store.run(TENANT, lambda db: happens(db, people))

    def withdraw(db: Db) -> None:
        db.all(select(Proposal))[0].withdrawn_at = NOW

    store.run(TENANT, withdraw)
    assert sends(store, LATER) == set()
    assert sends(store, LATER + timedelta(days=1)) == set()
    assert sent(store) == []


def test_who_opts_out_meanwhile_is_not_told(store: Store) -> None:
    people = store.run(TENANT, partial(add, channels={"sms": chosen(Pace.DAILY)}))
    store.run(TENANT, lambda db: happens(db, people))

    def opt_out(db: Db) -> None:
        db.one(Participant, people[0]).wants_updates = False

    store.run(TENANT, opt_out)
    assert sends(store, LATER) == set()


@pytest.mark.parametrize("why", ["writes", "a person of the town writes"])
def test_a_digest_waits_while_somebody_is_in_a_conversation(store: Store, why: str) -> None:
    people = store.run(TENANT, partial(add, channels={"sms": chosen(Pace.DAILY)}))
    store.run(TENANT, lambda db: happens(db, people))

    def talk(db: Db) -> None:
        place = db.one(Session, people[0])
        if why == "writes":
            place.updated_at = LATER - timedelta(minutes=1)
            return
        ticket = Ticket(code="VAL-1", participant_id=people[0], channel="sms", opened_at=NOW)
        db.add(ticket)
        place.ticket_id = ticket.id

    store.run(TENANT, talk)
    assert sends(store, LATER) == set()
    if why != "writes":

        def hand_back(db: Db) -> None:
            db.one(Session, people[0]).ticket_id = None

        store.run(TENANT, hand_back)
    assert sends(store, LATER + timedelta(minutes=5)) == set()
    assert sends(store, LATER + timedelta(minutes=10)) == {"sms:vilanova"}


def test_what_waits_comes_at_once_for_who_now_wants_it_at_once(store: Store) -> None:
    people = store.run(TENANT, partial(add, channels={"sms": chosen(Pace.WEEKLY)}))
    store.run(TENANT, lambda db: happens(db, people))
    assert sends(store, LATER) == set()

    def change(db: Db) -> None:
        turn = Turn(TOWN, db, people[0], "ca", LATER, "sms", "", 5, {})
        choose_pace(turn, "sms", Pace.AT_ONCE)

    store.run(TENANT, change)
    assert sends(store, LATER) == {"sms:vilanova"}


def test_it_leaves_the_question_that_was_open_where_it_was(store: Store) -> None:
    people = store.run(TENANT, partial(add, channels={"sms": chosen(Pace.DAILY)}))
    store.run(TENANT, lambda db: happens(db, people))
    frame = {"flow": "propose", "step": "title", "about": "square"}

    def begin(db: Db) -> None:
        db.one(Session, people[0]).state = json.dumps({"frame": frame, "prompt": {"number": 7}, "last_prompt": 7})

    store.run(TENANT, begin)
    sends(store, LATER)
    state = json.loads(store.run(TENANT, lambda db: db.one(Session, people[0]).state))
    assert state["frame"]["flow"] == "digest"
    assert state["suspended"]["step"] == "title"
    assert state["prompt"]["number"] > 7, "a button of the other question does not press this one"
