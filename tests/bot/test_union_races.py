"""Two addresses of one person at the same moment, in two processes: what they do counts once, and all of it ends."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

import pytest
from sqlmodel import select

from bot.twins import twin_of_number
from flows.participation import supports
from flows.participation.pairing import Outcome, lock_both, send_code, type_here, type_there
from flows.participation.parting import part
from flows.participation.process import SupportRules
from flows.participation.reach import Kind, Reach
from flows.participation.refusal import Refused
from flows.turn import Turn
from storage.callers import add_caller, find_caller
from storage.database import Db, Store
from storage.keys import Keys
from storage.participants import Address, Participant
from storage.statements import save_session
from storage.supports import Support, count_of_proposal
from tests.flows.test_supports import Ballot, voting

PHONES = [f"+346000000{number:02}" for number in range(1, 13)]


class Pairs:
    """People of two addresses each, an app and a phone, in two processes."""

    def __init__(self, ballot: Ballot, stores: Sequence[Store]) -> None:
        self.ballot, self.stores, self.town, self.now = ballot, stores, ballot.town, ballot.now
        self.reach = Reach("sms", f"sms:{self.town.id}", Kind.PHONE, "ES")

    def turn(self, db: Db, channel: str, id: str, *, is_code: bool = False) -> Turn:
        """As a message from there is heard."""
        hash = db.address_hash(channel, id)
        if is_code:
            lock_both(db, channel, hash, self.now)
        caller = find_caller(db, channel, hash)
        if caller is None:
            caller = add_caller(db, channel, hash, db.seal(id), f"{channel}:{self.town.id}", self.now)
        turn = Turn(
            self.town, db, caller.participant_id, "en", self.now, channel, "", 1, {}, address_id=caller.address_id
        )
        turn.reaches = (self.reach,)
        person = turn.participant
        person.attested_age, person.accepted_terms, person.wants_updates = 18, self.town.terms.version, False
        return turn

    def codes(self) -> dict[str, str]:
        """Everybody writes from both, and asks for a code from the app."""

        def ask(db: Db, phone: str) -> str:
            self.turn(db, "sms", phone)
            turn = self.turn(db, "telegram", phone)
            send_code(turn, phone, str)
            return turn.letters[0].text

        return {phone: self.stores[0].run(self.town.id, partial(ask, phone=phone)) for phone in PHONES}

    def types(self, db: Db, channel: str, phone: str, code: str) -> Outcome:
        turn = self.turn(db, channel, phone, is_code=True)
        result = (type_there if channel == "sms" else type_here)(turn, code)
        save_session(db, turn.participant_id, "{}", self.now)
        return result.outcome

    def supports(self, db: Db, channel: str, phone: str, number: int) -> None:
        turn = self.turn(db, channel, phone)
        with suppress(Refused):
            supports.support(turn, self.ballot.references[number - 1])

    def people(self) -> int:
        return self.stores[0].run(self.town.id, lambda db: db.count(select(Participant)))


@pytest.fixture
def pairs(store: Store, database_url: str, keys: Keys, now: datetime) -> Iterator[Pairs]:
    other = Store(database_url, keys)
    yield Pairs(Ballot(store, now, voting(SupportRules(limit=2)), proposals=4), (store, other))
    other.close()


async def test_a_code_that_is_typed_on_both_sides_at_once_unites_once(pairs: Pairs) -> None:
    one, other = pairs.stores
    outcomes = await asyncio.gather(
        *(
            store.turn(
                pairs.town.id, f"{channel}{phone}", partial(pairs.types, channel=channel, phone=phone, code=code)
            )
            for phone, code in pairs.codes().items()
            for store, channel in ((one, "telegram"), (other, "sms"))
        )
    )
    assert sorted(outcomes) == [*[Outcome.LINKED] * len(PHONES), *[Outcome.OVER] * len(PHONES)]
    assert pairs.people() == len(PHONES)


async def test_who_supports_while_becoming_one_has_given_no_more_than_one_person(pairs: Pairs) -> None:
    one, other = pairs.stores
    works: list[tuple[Store, str, str, Callable[[Db], object]]] = []
    for phone, code in pairs.codes().items():
        works += [(one, "telegram", phone, partial(pairs.types, channel="telegram", phone=phone, code=code))]
        for number in (1, 2, 3):
            works += [(one, "telegram", phone, partial(pairs.supports, channel="telegram", phone=phone, number=number))]
            works += [(other, "sms", phone, partial(pairs.supports, channel="sms", phone=phone, number=4 - number))]
    await asyncio.gather(
        *(store.turn(pairs.town.id, f"{channel}{phone}", work) for store, channel, phone, work in works)
    )
    assert pairs.people() == len(PHONES)
    given = one.run(pairs.town.id, lambda db: [each.participant_id for each in db.all(select(Support))])
    assert {given.count(person) for person in given} == {2}


async def test_one_person_who_supports_from_two_addresses_at_once_counts_once(pairs: Pairs) -> None:
    one, other = pairs.stores
    for phone, code in pairs.codes().items():
        one.run(pairs.town.id, partial(pairs.types, channel="telegram", phone=phone, code=code))
    await asyncio.gather(
        *(
            store.turn(
                pairs.town.id, f"{channel}{phone}", partial(pairs.supports, channel=channel, phone=phone, number=1)
            )
            for phone in PHONES
            for store, channel in ((one, "telegram"), (other, "sms"))
        )
    )
    count = one.run(pairs.town.id, lambda db: count_of_proposal(db, 1))
    assert count == len(PHONES)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_writes_while_the_address_is_let_go_is_nobody_known(pairs: Pairs) -> None:
    one, other = pairs.stores
    phone, code = next(iter(pairs.codes().items()))
    one.run(pairs.town.id, partial(pairs.types, channel="telegram", phone=phone, code=code))
    is_letting_go = threading.Event()

    def let_go(db: Db) -> int:
        turn = pairs.turn(db, "telegram", phone)
        (address,) = db.all(
            select(Address).where(Address.channel == "sms", Address.participant_id == turn.participant_id)
        )
        part(turn, address.id)
        is_letting_go.set()
        time.sleep(0.3)
        return turn.participant_id

    async def write() -> int:
        await asyncio.to_thread(is_letting_go.wait, 10)
        return await other.turn(pairs.town.id, phone, lambda db: pairs.turn(db, "sms", phone).participant_id)

    before, after = await asyncio.gather(one.turn(pairs.town.id, phone, let_go), write())
    assert after != before


async def test_two_first_messages_of_one_number_are_one_person(pairs: Pairs) -> None:
    def first(db: Db, channel: str, phone: str) -> int:
        hash = db.address_hash(channel, phone)
        caller = find_caller(db, channel, hash) or twin_of_number(db, channel, (phone,))
        if caller is not None:
            db.add(Address(participant_id=caller.participant_id, channel=channel, hash=hash, sealed=b"", lane="x"))
        else:
            caller = add_caller(db, channel, hash, b"sealed", "x", pairs.now)
        return caller.participant_id

    works = [
        store.turn(pairs.town.id, f"{channel}{phone}", partial(first, channel=channel, phone=phone))
        for phone in PHONES
        for store, channel in zip(pairs.stores, ("sms", "whatsapp"), strict=True)
    ]
    assert len(set(await asyncio.gather(*works))) == len(PHONES)
