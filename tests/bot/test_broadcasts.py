"""A broadcast from its schedule to its end: begun once whatever restarts and clocks do, held, capped, expired."""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.config.tenants import sources_in
from bot.feeding import Feed
from bot.freezing import begin, freeze
from bot.run_report import reported
from bot.settling import expire
from bot.timetable import Timetable
from flows.participation.broadcast import Audience
from flows.participation.tenant import QuietHours
from storage.broadcasts import Occurrence, Recipient, occurrences_of
from storage.database import Db, Store
from storage.digests import Preference
from storage.files import Files
from storage.keys import Keys
from storage.outbox import Message
from storage.participants import Participant
from tests.bot.townsfolk import TENANT, TOPIC, Somebody, a_broadcast, a_response, add_people, the_town
from tests.conftest import NOW
from tests.meanwhile import apply_source
from tests.pictures import photo
from tests.wires import ToTelegram
from tests.world import World, open_world

TOWN = "vilanova-del-riu"
NAME = "enquesta-del-mercat"
SMS, TELEGRAM = f"sms:{TENANT}", f"telegram:{TENANT}"


@pytest.fixture
async def world(sqlite_template: Path, keys: Keys, tmp_path: Path) -> AsyncIterator[World]:
    """The town asks about its market square on 1 December at 10, Madrid's time; it is 25 November."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"
    async with open_world("telegram", url, keys, tmp_path / "towns", {TOWN}) as world:
        yield world


def begun(world: World) -> list[tuple[str, bool]]:
    runs = world.app.store.run(TOWN, lambda db: occurrences_of(db, NAME))
    return [(run.local_at, run.is_missed) for run in runs]


def another(world: World) -> Timetable:
    """That of a second server on the same store."""
    return Timetable(world.app.store, Files(world.towns / ".media"), world.app.towns, world.clock)


async def test_it_begins_once_by_two_servers_after_a_restart_and_when_clocks_jump(world: World) -> None:
    await world.app.timetable.sweep()
    assert begun(world) == []
    world.clock.later = timedelta(days=5, hours=23, minutes=1)
    others = [another(world) for _ in range(2)]
    await asyncio.gather(*(each.sweep() for each in (world.app.timetable, *others)))
    assert begun(world) == [("2026-12-01T10:00", False)]
    world.clock.later -= timedelta(days=3)
    await another(world).sweep()
    world.clock.later += timedelta(days=4)
    await another(world).sweep()
    world.clock.later += timedelta(days=365)
    await world.app.timetable.sweep()
    assert begun(world) == [("2026-12-01T10:00", False)]


async def test_what_comes_late_runs_once_and_what_comes_too_late_is_missed(world: World) -> None:
    world.clock.later = timedelta(days=7)
    await world.app.timetable.sweep()
    assert begun(world) == [("2026-12-01T10:00", False)]


async def changes(world: World, old: str, new: str) -> None:
    """The broadcast's file says something else now."""
    file = world.towns / TOWN / f"broadcasts/{NAME}.yaml"
    said = file.read_text(encoding="utf-8")
    assert old in said
    file.write_text(said.replace(old, new), encoding="utf-8")
    for source in sources_in(world.towns):
        await world.app.store.turn(source.id, "", partial(apply_source, source))
    await world.app.towns.reload()


async def test_where_the_file_says_so_what_comes_late_is_missed(world: World) -> None:
    await changes(world, "schedule:", "late: missed\nschedule:")
    world.clock.later = timedelta(days=6)
    await world.app.timetable.sweep()
    assert begun(world) == [("2026-12-01T10:00", True)]


async def test_a_time_before_the_file_was_applied_never_was(world: World) -> None:
    await changes(world, "2026-12-01T10:00", "2026-11-24T10:00")
    await world.app.timetable.sweep()
    assert begun(world) == []


async def test_of_many_times_that_passed_the_last_runs(world: World) -> None:
    await changes(world, "at: 2026-12-01T10:00", 'cron: "0 9 * * *"')
    world.clock.later = timedelta(days=3)
    await world.app.timetable.sweep()
    expected = [("2026-11-28T09:00", False), ("2026-11-27T09:00", True), ("2026-11-26T09:00", True)]
    assert begun(world) == expected


async def test_it_runs_when_a_phase_opens(world: World) -> None:
    await changes(world, "at: 2026-12-01T10:00", "phase: pressupost-participatiu/suports")
    world.clock.later = timedelta(days=47)
    await world.app.timetable.sweep()
    assert begun(world) == [("2027-01-11T00:00", False)]


async def test_its_picture_goes_with_it_from_the_store(world: World) -> None:
    picture = world.towns / TOWN / "broadcasts/plan.png"
    picture.write_bytes(photo("PNG", (64, 48)))
    shown = "{ca: El plànol, es: El plano, en: The plan}"
    await changes(world, "opens:", f"file:\n  file: broadcasts/plan.png\n  alt: {shown}\nopens:")
    ana = world.meanwhile(TOWN)
    for line in ("Hola", "Català", "novetats", "1", "1", "1", "1"):
        await ana.person.says(line)
    read = await ana.happens(f"the broadcast {NAME} starts")
    assert "El plànol" in read
    wire = world.wire
    assert isinstance(wire, ToTelegram)
    photos = [parameters for name, parameters in wire.telegram.bot(wire.token(TOWN)).calls if name == "sendPhoto"]
    assert len(photos) == 1
    (sent,) = [row for row in world.app.store.run(TOWN, lambda db: db.all(select(Message))) if row.occurrence_id]
    assert len(sent.content) < 2000, "the picture is kept once, not in each message"


def a_crowd(store: Store, *people: Somebody) -> None:
    store.run(TENANT, lambda db: add_people(db, list(people)))


def on(*channels: str) -> Somebody:
    """Somebody who asked for the topic on these, and wrote last from the first of them."""
    heard = {channel: NOW - timedelta(days=number) for number, channel in enumerate(channels)}
    return Somebody(addresses=dict(heard), said={("works", channel): True for channel in channels})


def a_run(db: Db, minute: int = 0, **more: Any) -> Occurrence:
    broadcast = a_broadcast(**more)
    run = begin(db, broadcast, f"2026-11-25T10:{minute:02}", NOW)
    assert run is not None
    while freeze(db, the_town(broadcast, topic=TOPIC), run.id, NOW):
        pass
    return run


def states(db: Db) -> Counter[str]:
    return Counter(each.state.value for each in db.all(select(Recipient)))


def test_a_cap_leaves_out_who_has_had_enough(store: Store) -> None:
    capped = replace(TOPIC, most=1)
    a_crowd(store, on("sms"), on("telegram"))

    def twice(db: Db) -> list[dict[str, int]]:
        ends = []
        for minute in range(2):
            run = begin(db, a_broadcast(), f"2026-11-25T10:0{minute}", NOW)
            assert run is not None
            freeze(db, the_town(topic=capped), run.id, NOW)
            db.flush()
            ends.append(reported(db, the_town(topic=capped), run, NOW).states)
        return ends

    assert store.run(TENANT, twice) == [{"waiting": 2}, {"capped": 2}]


def test_what_has_expired_does_not_leave(store: Store) -> None:
    a_crowd(store, on("sms"), on("sms"))

    def late(db: Db) -> Counter[str]:
        run = a_run(db, expires_after=timedelta(hours=1))
        assert Feed(db, the_town(), run, NOW).feed(SMS, 1) == 1
        expire(db, run, NOW + timedelta(hours=2))
        return states(db)

    assert store.run(TENANT, late) == {"expired": 2}
    assert store.run(TENANT, lambda db: db.all(select(Message))) == []


def test_in_quiet_hours_it_is_held_and_says_until_when(store: Store) -> None:
    town = replace(the_town(a_broadcast()), quiet=QuietHours(time(9), time(18)))
    a_crowd(store, on("sms"))

    def stands(db: Db, **more: Any) -> tuple[str, str]:
        report = reported(db, town, a_run(db, **more), NOW)
        return report.standing, report.why

    assert store.run(TENANT, stands) == ("held", "2026-11-25 18:00")
    assert store.run(TENANT, lambda db: stands(db, minute=1, is_urgent=True)) == ("going", "")


def test_in_somebodys_own_quiet_hours_it_is_theirs_later_or_never(store: Store) -> None:
    a_crowd(store, on("sms"), on("sms"))

    def held(db: Db, minute: int, **more: Any) -> list[tuple[str, datetime | None]]:
        run = a_run(db, minute, **more)
        Feed(db, the_town(), run, NOW).feed(SMS, 5)
        db.flush()
        theirs = db.all(select(Recipient).where(Recipient.occurrence_id == run.id))
        due = {each.id: each.due_at for each in db.all(select(Message))}
        return [(each.state.value, due.get(each.message_id or 0)) for each in theirs]

    def choose(db: Db) -> None:
        person = min(db.all(select(Participant.id)))
        db.add(Preference(participant_id=person, channel="sms", quiet_from=11 * 60, quiet_to=18 * 60))

    store.run(TENANT, choose)
    at_six = datetime(2026, 11, 25, 17, tzinfo=UTC)
    assert store.run(TENANT, lambda db: held(db, 1)) == [("enqueued", at_six), ("enqueued", NOW)]
    soon = {"expires_after": timedelta(hours=3)}
    assert store.run(TENANT, lambda db: held(db, 2, **soon)) == [("expired", None), ("enqueued", NOW)]
    assert store.run(TENANT, lambda db: held(db, 3, is_urgent=True)) == [("enqueued", NOW), ("enqueued", NOW)]


def test_where_a_lane_is_down_what_is_urgent_goes_by_the_next(store: Store) -> None:
    a_crowd(store, on("telegram", "sms"), on("telegram"))

    def work(db: Db) -> list[tuple[str, str]]:
        run = a_run(db)
        Feed(db, the_town(), run, NOW).reroute([SMS], 10)
        db.flush()
        return sorted((each.state.value, each.lane) for each in db.all(select(Recipient)))

    assert store.run(TENANT, work) == [("waiting", SMS), ("waiting", TELEGRAM)]


def test_who_has_done_meanwhile_what_it_asks_for_is_not_reminded(store: Store) -> None:
    a_crowd(store, on("sms"))

    def work(db: Db) -> Counter[str]:
        run = a_run(db, audience=Audience(none_of=(Audience(answered="market"),)))
        person = db.all(select(Recipient.participant_id))[0]
        db.add(a_response(person, "market"))
        Feed(db, the_town(), run, NOW).feed(SMS, 5)
        return states(db)

    assert store.run(TENANT, work) == {"moot": 1}


def test_words_that_name_nobody_are_not_sent(store: Store) -> None:
    a_crowd(store, on("sms"))

    def work(db: Db) -> list[tuple[str, str]]:
        run = a_run(db, texts={"": {"ca": "\x02title\x03"}})
        Feed(db, the_town(), run, NOW).feed(SMS, 5)
        return [(each.state.value, each.reason) for each in db.all(select(Recipient))]

    assert store.run(TENANT, work) == [("unrendered", "{title} stands for nothing")]
