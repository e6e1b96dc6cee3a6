"""A town on trial writes unasked to its own team alone, fifty messages a day, until a person lets it go live."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlmodel import select

from bot.broadcasts import feed_run
from bot.freezing import begin, freeze
from bot.telling import tell
from flows.news import News
from flows.participation.tenant import Town
from flows.participation.trial import A_DAY_MOST, LIVE, is_on_trial
from storage.broadcasts import Recipient
from storage.database import Db, Store
from storage.tenants import Approval
from tests.bot.townsfolk import TENANT, Somebody, a_broadcast, add_people, an_address, the_town
from tests.conftest import NOW

TEAM, OUTSIDE = "+34600000001", "+34600000002"


def add(db: Db, number: str) -> int:
    """Somebody on SMS, who has asked for the topic."""
    one = Somebody(said={("works", "sms"): True})
    add_people(db, [one])
    address = an_address(one.id, "sms", NOW)
    address.hash = db.address_hash("sms", number)
    db.add(address)
    return one.id


def on_trial() -> Town:
    return replace(the_town(a_broadcast()), team=(("sms", TEAM), ("whatsapp", TEAM)))


def audience(db: Db, town: Town, minute: int) -> list[int]:
    run = begin(db, town.broadcasts[0], f"2026-11-25T10:{minute:02}", NOW)
    assert run is not None
    freeze(db, town, run.id, NOW)
    return [row.participant_id for row in db.all(select(Recipient).where(Recipient.occurrence_id == run.id))]


def test_a_broadcast_reaches_the_team_alone_until_the_town_goes_live(store: Store) -> None:
    ours, other = (store.run(TENANT, partial(add, number=number)) for number in (TEAM, OUTSIDE))
    assert store.run(TENANT, lambda db: is_on_trial(db, on_trial()))
    assert store.run(TENANT, lambda db: audience(db, on_trial(), 1)) == [ours]
    store.run(TENANT, lambda db: db.add(Approval(space=LIVE, approved_by="Marta", approved_at=NOW)))
    assert store.run(TENANT, lambda db: audience(db, on_trial(), 2)) == sorted([ours, other])


def test_so_does_news(store: Store) -> None:
    def told(db: Db, person: int) -> str:
        return tell(db, on_trial(), person, NOW, lambda _: News(("The town has answered.",)))

    ours, other = (store.run(TENANT, partial(add, number=number)) for number in (TEAM, OUTSIDE))
    assert store.run(TENANT, lambda db: told(db, ours))
    assert not store.run(TENANT, lambda db: told(db, other))


def test_fifty_a_day_and_the_rest_the_next(store: Store) -> None:
    def prepare(db: Db) -> int:
        people = [Somebody(addresses={"sms": NOW}, said={("works", "sms"): True}) for _ in range(A_DAY_MOST + 20)]
        add_people(db, people)
        return _begun_before_trial(db, on_trial())

    run_id = store.run(TENANT, prepare)

    def fed(days: int) -> int:
        now = NOW + timedelta(days=days)
        return store.run(TENANT, lambda db: feed_run(db, on_trial(), run_id, f"sms:{TENANT}", 1000, now))

    assert [fed(0), fed(0), fed(1)] == [A_DAY_MOST, 0, 20]


def _begun_before_trial(db: Db, town: Town) -> int:
    run = begin(db, town.broadcasts[0], "2026-11-25T10:00", NOW)
    assert run is not None
    freeze(db, replace(town, team=()), run.id, NOW)
    return run.id
