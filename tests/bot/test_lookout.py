"""A run pauses by itself where many addresses refuse it, or its receipts alone are late; the one in charge is told."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from bot.app import utc_now
from bot.occasions import local_time
from storage.broadcasts import Occurrence, Recipient, RecipientState
from storage.keys import Keys
from tests.fakes.twilio_account import Account
from tests.four_lanes import TOWN, FourLanes, four_lanes
from tests.wires import ToMail, ToTwilio

RATES = dict.fromkeys(("telegram", "sms", "whatsapp", "email"), 1000.0)


@pytest.fixture
async def lanes(sqlite_template: Path, keys: Keys, tmp_path: Path) -> AsyncIterator[FourLanes]:
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"
    async with four_lanes(url, keys, tmp_path / "towns", RATES) as lanes:
        yield lanes


def account(lanes: FourLanes, channel: str = "sms") -> Account:
    wire = lanes.wires[channel]
    assert isinstance(wire, ToTwilio)
    (found,) = wire.twilio.accounts.values()
    return found


async def begins(lanes: FourLanes, name: str = "obres-de-la-setmana") -> None:
    town = lanes.app.towns.find(TOWN)
    assert town is not None
    broadcast, now = town.broadcast(name), utc_now()
    assert broadcast is not None
    await lanes.app.timetable.begin(town, broadcast, local_time(town, now), now)


def run_of(lanes: FourLanes) -> Occurrence:
    return lanes.app.store.run(TOWN, lambda db: db.all(select(Occurrence))[-1])


async def attempts(lanes: FourLanes, count: int) -> None:
    async with asyncio.timeout(20):
        while run_of(lanes).attempts < count:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_where_many_addresses_refuse_it_it_pauses_and_tells_who_is_in_charge(lanes: FourLanes) -> None:
    lanes.add({"sms": 150})
    account(lanes).stopped |= {f"+346{number:08}" for number in range(1, 151, 6)}
    await begins(lanes)
    await attempts(lanes, 100)
    await lanes.app.lookout.sweep()
    run = run_of(lanes)
    assert run.paused_at is not None
    assert run.failures > run.attempts / 10
    mail = lanes.wires["email"]
    assert isinstance(mail, ToMail)
    letter = await mail.mail.inbox("participacio@vilanova-del-riu.example.org").next()
    assert "obres-de-la-setmana" in letter.subject
    assert "participabot broadcast resume obres-de-la-setmana" in " ".join(letter.plain.split())


async def test_a_few_refusals_are_no_reason(lanes: FourLanes) -> None:
    lanes.add({"sms": 150})
    account(lanes).stopped |= {f"+346{number:08}" for number in range(1, 151, 15)}
    await begins(lanes)
    await attempts(lanes, 150)
    await lanes.app.lookout.sweep()
    assert run_of(lanes).paused_at is None


async def late(lanes: FourLanes, number: int) -> None:
    """A run of which the provider has said nothing for ten minutes."""
    await begins(lanes)
    await attempts(lanes, number)
    then = utc_now() - timedelta(minutes=10)
    is_sent = col(Recipient.state) == RecipientState.SENT
    lanes.app.store.run(TOWN, lambda db: db.execute(update(Recipient).where(is_sent).values(changed_at=then)))


async def test_where_receipts_are_late_it_pauses(lanes: FourLanes) -> None:
    lanes.add({"sms": 120})
    account(lanes).tells = ()
    await late(lanes, 120)
    await lanes.app.lookout.sweep()
    run = run_of(lanes)
    assert run.paused_at is not None
    assert "120" in run.paused_why


@pytest.mark.parametrize("is_slow_for_all", [True, False])
async def test_but_not_where_the_provider_is_slow_for_all(lanes: FourLanes, is_slow_for_all: bool) -> None:
    lanes.add({"sms": 120})
    account(lanes).tells = ()
    await late(lanes, 120)
    lanes.app.store.run(TOWN, lambda db: db.add(another(late=40 if is_slow_for_all else 0)))
    await lanes.app.lookout.sweep()
    paused = lanes.app.store.run(
        TOWN, lambda db: db.all(select(Occurrence).where(col(Occurrence.broadcast) != "other"))
    )
    assert [each.paused_at is None for each in paused] == [is_slow_for_all]


def another(late: int) -> Occurrence:
    """A run of something else, and how its fifty receipts came."""
    now = utc_now()
    return Occurrence(
        broadcast="other",
        local_at="2026-11-25T10:00",
        topic="obres",
        content="{}",
        begun_at=now,
        begun_by="system",
        expires_at=now,
        frozen_at=now,
        attempts=50,
        receipts=50,
        late_receipts=late,
    )
