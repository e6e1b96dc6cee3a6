"""A run through any weather: whatever is paused, killed, refused or changed in the middle, nobody gets it twice, nobody
is forgotten, and the report adds up."""

import os
from collections import Counter
from datetime import datetime, timedelta
from itertools import count
from random import Random

import pytest
from sqlmodel import col, select

import bot.freezing
from bot import steering
from bot.feeding import Feed
from bot.freezing import begin, freeze
from bot.lanes import NOT_WELCOME
from bot.run_report import OPEN, reported
from bot.settling import close_receipts, expire, heard_of, is_finished, settle
from storage.broadcasts import Occurrence, RecipientState
from storage.database import Db, Store
from storage.opt_ins import OptIn
from storage.outbox import Delivery, Message, State
from storage.participants import Address, Participant
from storage.statements import Due, Outcome, claim_due, end_messages, reconcile, void_leases
from tests.bot.townsfolk import CHANNELS, TENANT, a_broadcast, add_people, somebody, the_town
from tests.conftest import NOW
from tests.towns import said

SEEDS = 1000 if os.environ.get("SOAK") else 60
PEOPLE = 25
LANES = [f"{channel}:{TENANT}" for channel in CHANNELS]
HELLO = dict.fromkeys(("ca", "es", "en"), "Hello, \x02name\x03")


class Weather:
    """One run, its provider, and what chance does to both. Every step is what a server does in one turn."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.chance = store, Random(seed)
        self.now, self._owners = NOW, count()
        self.owner = f"owner{next(self._owners)}"
        self.broadcast = a_broadcast(texts={"": self.chance.choice((said("Works"), HELLO))})
        self.town = the_town(self.broadcast)
        self.people = [somebody(self.chance) for _ in range(PEOPLE)]
        self.arrived: Counter[int] = Counter()
        """By person: what the provider took and did not give back, as the provider knows it."""
        self.left_topic: set[int] = set()
        self.held: list[Due] = []
        store.run(TENANT, lambda db: add_people(db, self.people))
        store.run(TENANT, self._drop_names)
        self.run_id = store.run(TENANT, self._begin)

    def _drop_names(self, db: Db) -> None:
        for one in self.people:
            if self.chance.random() < 0.2:
                db.one(Participant, one.id).public_name = ""

    def _begin(self, db: Db) -> int:
        run = begin(db, self.broadcast, f"2026-11-25T10:{self.chance.randrange(60):02}", self.now)
        assert run is not None
        return run.id

    def run(self, db: Db) -> Occurrence:
        return db.one(Occurrence, self.run_id)

    def freezes(self) -> None:
        self.store.run(TENANT, lambda db: freeze(db, self.town, self.run_id, self.now))

    def feeds(self) -> None:
        lane, room = self.chance.choice(LANES), self.chance.randint(1, 9)

        def feed(db: Db) -> None:
            run = self.run(db)
            if run.paused_at is None and self.now < run.expires_at:
                Feed(db, self.town, run, self.now).feed(lane, room)

        self.store.run(TENANT, feed)

    def claims(self) -> None:
        until = self.now + timedelta(seconds=120)
        for lane in LANES:
            self.held += self.store.run_no_tenant(
                lambda db: list(claim_due(db, lane, self.owner, self.now, until, 5))  # noqa: B023
            )

    def sends(self) -> None:
        """Each of what is held, with any end; what is no longer wanted is not sent."""
        outcomes = []
        for due in self.held:
            if not due.is_welcome:
                outcomes.append(self._outcome(due, State.FAILED, NOT_WELCOME))
                continue
            if due.is_uncertain:
                outcomes.append(self._outcome(due, State.UNCERTAIN, "nobody can tell"))
                continue
            assert due.participant_id not in self.left_topic, "what left began before they left"
            outcomes.append(self._sent(due))
        self.held = []
        self.store.run_no_tenant(lambda db: end_messages(db, self.owner, outcomes))

    def _sent(self, due: Due) -> Outcome:
        match self.chance.randrange(10):
            case 0:
                return self._outcome(due, State.FAILED, "the address is gone")
            case 1:
                return self._outcome(due, State.QUEUED, "later")
            case 2:
                self.arrived[due.participant_id] += self.chance.randrange(2)
                return self._outcome(due, State.UNCERTAIN, "no answer")._replace(is_uncertain=False)
            case _:
                self.arrived[due.participant_id] += 1
                return self._outcome(due, State.SENT)

    def _outcome(self, due: Due, state: State, reason: str = "") -> Outcome:
        ended_at = None if state is State.QUEUED else self.now
        return Outcome(TENANT, due.id, state, self.now, due.attempts + 1, 0, "", reason, ended_at)

    def settles(self) -> None:
        def work(db: Db) -> None:
            expire(db, self.run(db), self.now)
            settle(db, self.run(db), self.now)
            close_receipts(db, self.run(db), self.now)

        self.store.run(TENANT, work)

    def is_killed(self) -> None:
        """Between anything and anything: what was held may have left or not."""
        for due in self.held:
            if due.is_welcome and not due.is_uncertain:  # What is only asked after does not leave.
                self.arrived[due.participant_id] += self.chance.randrange(2)
        self.held, self.owner = [], f"owner{next(self._owners)}"
        later = self.now + timedelta(days=1)
        self.store.run_no_tenant(lambda db: void_leases(db, self.owner, self.now, later))

    def looks_after(self) -> None:
        """What a dead process left uncertain is queued, to be asked after."""
        self.store.run_no_tenant(lambda db: reconcile(db, self.now, self.now))

    def hears(self) -> None:
        """Receipts of some messages."""

        def work(db: Db) -> None:
            sent = select(Message).where(col(Message.state) == State.SENT, col(Message.delivery) == Delivery.UNKNOWN)
            for message in db.all(sent):
                if message.channel == "sms" and message.participant_id % 5 and self.chance.random() < 0.7:
                    is_there = self.chance.random() < 0.8
                    message.delivery = Delivery.DELIVERED if is_there else Delivery.FAILED
                    self.arrived[message.participant_id] -= not is_there
                    heard_of(db, message, self.now)

        self.store.run(TENANT, work)

    def pauses(self) -> None:
        self.store.run(TENANT, lambda db: steering.pause(db, self.run(db), "test", self.now, "staff:test"))

    def resumes(self) -> None:
        self.store.run(TENANT, lambda db: steering.resume(db, self.run(db), self.now, "staff:test"))

    def somebody_leaves(self) -> None:
        """The topic, everywhere; what was claimed before may still leave."""
        person = self.chance.choice(self.people).id

        def work(db: Db) -> None:
            for each in db.all(select(OptIn).where(col(OptIn.participant_id) == person)):
                each.is_in = False

        self.store.run(TENANT, work)
        if all(due.participant_id != person for due in self.held):
            self.left_topic.add(person)

    def an_address_dies(self) -> None:
        def work(db: Db) -> None:
            address = self.chance.choice(db.all(select(Address)))
            address.stopped_at = address.stopped_at or self.now

        self.store.run(TENANT, work)

    def time_passes(self) -> None:
        self.now += timedelta(minutes=self.chance.randint(1, 20))

    def goes(self, steps: int) -> None:
        """So many steps, any of them."""
        often = (
            self.freezes,
            self.feeds,
            self.feeds,
            self.claims,
            self.sends,
            self.settles,
            self.hears,
            self.time_passes,
        )
        seldom = (
            self.looks_after,
            self.pauses,
            self.resumes,
            self.is_killed,
            self.somebody_leaves,
            self.an_address_dies,
        )
        for _ in range(steps):
            self.chance.choice(often if self.chance.random() < 0.8 else seldom)()

    def ends(self, now: datetime | None = None) -> None:
        """Until nothing is open: in the end receipts that never came are given up."""
        self.now = now or self.now
        self.resumes()
        for _ in range(400):
            for step in (
                self.looks_after,
                self.freezes,
                *[self.feeds] * 6,
                self.claims,
                self.sends,
                self.settles,
                self.hears,
            ):
                step()
            if self.store.run(TENANT, lambda db: is_finished(db, self.run(db))):
                return
            self.now += timedelta(hours=1)
        raise AssertionError("it never ends")


@pytest.fixture(autouse=True)
def small_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.freezing, "STRETCH", 7)


def check(weather: Weather) -> Counter[str]:
    """Nobody twice, nobody forgotten; returns the states."""
    assert max(weather.arrived.values(), default=0) <= 1
    stands = weather.store.run(TENANT, lambda db: reported(db, weather.town, weather.run(db), weather.now))
    asked = [one for one in weather.people if any(topic == "works" for topic, _ in one.said)]
    assert stands.standing == "finished"
    assert stands.audience == sum(stands.states.values()) == len(asked)
    assert not set(stands.states) & set(OPEN)
    assert sum(sum(each.values()) for each in stands.channels.values()) == len(asked)
    return Counter(stands.states)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_gets_it_twice_and_nobody_is_forgotten(store: Store) -> None:
    states: Counter[str] = Counter()
    for seed in range(SEEDS):
        weather = Weather(store, seed)
        weather.goes(weather.chance.randint(5, 60))
        weather.ends()
        states += check(weather)
        store.run(TENANT, forget_all)
    assert set(states) >= {
        RecipientState.DELIVERED,
        RecipientState.HANDED_OVER,
        RecipientState.UNDELIVERED,
        RecipientState.NO_RECEIPT,
        RecipientState.OPTED_OUT,
        RecipientState.NO_CHANNEL,
        RecipientState.UNCERTAIN,
        RecipientState.UNRENDERED,
    }


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_nor_on_postgresql(store: Store) -> None:
    for seed in range(max(3, SEEDS // 20)):
        weather = Weather(store, seed)
        weather.goes(30)
        weather.ends()
        check(weather)
        store.run(TENANT, forget_all)


def forget_all(db: Db) -> None:
    """The next run has a town of its own."""
    for model in (Occurrence, Message, OptIn, Participant):
        for row in db.all(select(model)):
            db.remove(row)
        db.flush()
