"""A broadcast to crowds on four channels in one run: how near each lane comes to what it may send, whether it ever goes
over, and how long a citizen waits for a reply meanwhile."""

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.app import utc_now
from bot.occasions import local_time
from bot.pace import BULK_SHARE
from storage.keys import Keys
from storage.migrate import upgrade
from tests.bench.rows import Row
from tests.four_lanes import LANES, TOWN, four_lanes

RATES = {"telegram": 100.0, "sms": 50.0, "whatsapp": 50.0, "email": 50.0}
_BEGAN = datetime(2026, 11, 1, 8, tzinfo=UTC)
_ASKS_EVERY = 0.1
_STARTS_WITHIN = 2.0
"""Seconds until a lane is at its pace; what comes before is not measured."""


async def run(recipients: int) -> list[Row]:
    """Each lane has as many as it can send in the same time."""
    share = sum(RATES.values())
    people = {lane: int(recipients * rate / share) for lane, rate in RATES.items()}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'lanes.sqlite3'}"
        upgrade(url, _BEGAN)
        async with four_lanes(url, Keys(bytes(32)), Path(folder) / "towns", RATES) as lanes:
            lanes.add(people)
            town = lanes.app.towns.find(TOWN)
            broadcast = town.broadcast("obres-de-la-setmana") if town else None
            if town is None or broadcast is None:
                raise LookupError(TOWN)
            asking = asyncio.create_task(lanes.asks(_ASKS_EVERY))
            await asyncio.sleep(2)
            idle, lanes.waited = sorted(lanes.waited), []
            now = utc_now()
            await lanes.app.timetable.begin(town, broadcast, local_time(town, now), now)
            begun = time.monotonic()
            while any(len(lanes.seen[lane].at) < people[lane] for lane in LANES):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
            asking.cancel()
            busy = sorted(lanes.waited)
            rows = []
            for lane in LANES:
                at = lanes.seen[lane].at
                steady = [each for each in at if each > begun + _STARTS_WITHIN]
                speed = (len(steady) - 1) / (steady[-1] - steady[0])
                allowed = RATES[lane] * BULK_SHARE
                title = f"{recipients:,} recipients, {lane} at {RATES[lane]:g}/s"
                rows.append(Row(f"{title}: of what its bulk may", speed / allowed, "", speed, allowed, at_least=0.95))
                fullest = float(lanes.fullest(lane, 1.0))
                rows.append(Row(f"{title}: the fullest second", fullest, "messages", at_most=RATES[lane]))
    title = "a reply meanwhile, p99"
    return [*rows, Row(title, _p99(busy), "s", _p99(busy), _p99(idle), at_most=1.0)]


def _p99(waited: list[float]) -> float:
    return waited[int(len(waited) * 0.99)]
