"""`participabot broadcast`, as a technician uses it while the town is served, to crowds on four channels."""

import asyncio
import base64
import csv
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from bot.app import utc_now
from bot.cli import app
from bot.forecast import forecast
from flows.participation.broadcast import Audience
from storage.audit import Entry
from storage.broadcasts import Listed
from storage.keys import Keys
from tests.bot.townsfolk import a_broadcast
from tests.four_lanes import TOWN, FourLanes, four_lanes
from tests.wires import ToTwilio

RATES = {"telegram": 20.0, "sms": 20.0, "whatsapp": 20.0, "email": 20.0}
NAME = "obres-de-la-setmana"
KEY = b"k" * 32


async def run(*arguments: str | Path) -> Result:
    """A command, in a thread of its own: the town is served meanwhile."""
    return await asyncio.to_thread(CliRunner().invoke, app, ["broadcast", *map(str, arguments)], env={"COLUMNS": "200"})


async def printed(*arguments: str | Path) -> str:
    result = await run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
async def lanes(
    database_url: str, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FourLanes]:
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", database_url)
    monkeypatch.setenv("PARTICIPABOT_KEY", base64.b64encode(KEY).decode())
    monkeypatch.setenv("PARTICIPABOT_MEDIA", str(tmp_path / "towns/.media"))
    async with four_lanes(database_url, Keys(KEY), tmp_path / "towns", RATES) as lanes:
        yield lanes


async def report() -> dict[str, object]:
    found: dict[str, object] = json.loads(await printed("report", NAME, "--json"))
    return found


async def done(count: int) -> dict[str, object]:
    """Once so many are through."""
    async with asyncio.timeout(30):
        while True:
            found = await report()
            if found["done"] == count:
                return found
            await asyncio.sleep(0.2)


async def test_a_run_from_what_it_would_be_to_what_it_was(lanes: FourLanes, tmp_path: Path) -> None:
    lanes.add({"telegram": 6, "sms": 5, "email": 4})
    shown = await printed("preview", NAME)
    for words in ("El carrer Major es talla", "segments", "BAIXA OBRES", "15 people", "next: when a person starts it"):
        assert words in shown
    assert "by hand" in await printed("list")
    assert "15 people" in await printed("start", NAME, "--dry-run")
    assert (await run("report", NAME)).exit_code == 1
    assert "has begun" in await printed("start", NAME, "--by", "Marta")
    again = await run("start", NAME)
    assert (again.exit_code, "in this very minute already" in again.output) == (1, True)
    found = await done(15)
    assert found["audience"] == 15
    assert (await done(15))["standing"] == "finished"
    assert "delivered" in await printed("report", NAME)
    (listed,) = [each for each in json.loads(await printed("list", "--json")) if each["broadcast"] == NAME]
    assert (listed["done"], listed["audience"], listed["stands"]) == (15, 15, "finished")
    await printed("report", NAME, "--csv", tmp_path / "run.csv")
    rows = list(csv.DictReader((tmp_path / "run.csv").read_text().splitlines()))
    assert [row["recipient"] for row in rows] == [str(number) for number in range(1, 16)]
    assert {row["channel"] for row in rows} == {"telegram", "sms", "email"}
    assert not any("+346" in str(row) or "@" in str(row) for row in rows)
    log = lanes.app.store.run(TOWN, lambda db: [(each.action, each.actor) for each in db.all(select(Entry))])
    assert ("broadcast_started", "staff:Marta") in log


async def test_a_pause_holds_every_lane_within_a_second(lanes: FourLanes) -> None:
    people = {"telegram": 80, "sms": 80, "whatsapp": 80, "email": 80}
    lanes.add(people)
    await printed("start", NAME)
    async with asyncio.timeout(20):
        while not all(len(seen.at) > 10 for seen in lanes.seen.values()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert "is paused" in await printed("pause", NAME)
    paused = time.monotonic()
    await asyncio.sleep(2.5)
    assert [channel for channel, seen in lanes.seen.items() if max(seen.at) > paused + 1] == []
    assert (await report())["standing"] == "paused"
    stands = [each["stands"] for each in json.loads(await printed("list", "--json")) if each["broadcast"] == NAME]
    assert stands[0].startswith("paused by staff:")
    left = {channel: len(seen.at) for channel, seen in lanes.seen.items()}
    assert all(left[channel] < many for channel, many in people.items())
    assert "goes on" in await printed("resume", NAME)
    assert (await done(320))["audience"] == 320
    assert {channel: len(seen.at) for channel, seen in lanes.seen.items()} == people


async def test_what_is_cancelled_does_not_leave(lanes: FourLanes) -> None:
    lanes.add({"sms": 100})
    await printed("start", NAME)
    async with asyncio.timeout(20):
        while len(lanes.seen["sms"].at) < 10:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert "is cancelled" in await printed("cancel", NAME)
    await asyncio.sleep(2)
    found = await report()
    states = found["states"]
    assert isinstance(states, dict)
    assert found["standing"] == "cancelled"
    assert states["cancelled"] > 50
    assert sum(states.values()) == 100
    assert states["delivered"] == len(lanes.seen["sms"].at)
    again = await run("resume", NAME)
    assert (again.exit_code, "was cancelled" in again.output) == (1, True)


async def test_one_person_gets_it_as_a_test(lanes: FourLanes) -> None:
    lanes.add({"sms": 1})
    assert "sent by sms" in await printed("test-to", NAME, "+34 600 000 001")
    async with asyncio.timeout(10):
        while not lanes.seen["sms"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    wire = lanes.wires["sms"]
    assert isinstance(wire, ToTwilio)
    (account,) = wire.twilio.accounts.values()
    assert "[TEST] El carrer Major" in account.messages[0].body
    assert (await run("report", NAME)).exit_code == 1, "a test is no run"
    nobody = await run("test-to", NAME, "+34600000099")
    assert (nobody.exit_code, "Nobody who can be written to" in nobody.output) == (1, True)


async def test_a_list_says_who_is_meant_and_keeps_no_address(lanes: FourLanes, tmp_path: Path) -> None:
    lanes.add({"sms": 3})
    file = tmp_path / "list.txt"
    file.write_text("# neighbours\n+34 600 000 001\n\n600000003\nanna@example.org\n", encoding="utf-8")
    imported = await asyncio.to_thread(CliRunner().invoke, app, ["import", "list", "veins", str(file), "-t", TOWN])
    assert "veins: 5 addresses, 2 of them of people the town knows." in imported.output
    rule = a_broadcast(topic="obres", audience=Audience(listed="veins"))
    town = lanes.app.towns.find(TOWN)
    assert town is not None
    planned = lanes.app.store.run(TOWN, lambda db: forecast(db, town, rule, [], utc_now()))
    assert (planned.people, planned.not_asked, planned.opted_out) == (2, 0, 0)
    rows = lanes.app.store.run(TOWN, lambda db: db.all(select(Listed)))
    assert all(b"600000001" not in row.hash for row in rows)
    file.write_text("not an address\n", encoding="utf-8")
    wrong = await asyncio.to_thread(CliRunner().invoke, app, ["import", "list", "veins", str(file), "-t", TOWN])
    assert (wrong.exit_code, "list.txt:1: is neither a phone number nor an email" in wrong.output) == (1, True)
    assert len(lanes.app.store.run(TOWN, lambda db: db.all(select(Listed)))) == 5


async def test_what_is_not_there_is_said(lanes: FourLanes) -> None:
    unknown = await run("preview", "festa")
    assert (unknown.exit_code, f"there are: enquesta-del-mercat ({TOWN})" in unknown.output) == (1, True)
    never = await run("pause", NAME)
    assert (never.exit_code, "has not run yet" in never.output) == (1, True)
    wrong = await run("preview", NAME, "--channel", "fax")
    assert wrong.exit_code == 2
