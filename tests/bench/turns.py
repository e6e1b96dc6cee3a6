"""One turn, without HTTP: thirty-two citizens at once in the process that owns the store.

    python -m tests.bench.turns CONTESTANT STORE SECONDS

CONTESTANT is "raw", "ours", "ours-in-10000" (among so many people) or "ours-unwalled" (without row-level security);
STORE a URL. Prints turns a second, the 99th percentile in milliseconds, and processor time a turn in microseconds.
A turn is claim, session, reply enqueued, commit; that the reply was sent is written too, after the turn has returned.
"""

import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from bot.app import utc_now
from tests.bench.contestants import SURVEYS, by_name
from tests.bench.load import Measured, Opening, walks
from tests.bench.machine import finished
from tests.bench.ours import TOWNS
from tests.bench.ours_turns import an_app, talk_with
from tests.bench.population import populate
from tests.bench.postgres import a_server, take_down_walls
from tests.bench.raw_postgres import RawPostgres
from tests.bench.raw_sqlite import GROUP, RawSqlite
from tests.bench.rows import Row, ratio
from tests.bench.schema import make_store
from tests.bench.talk import Talk

CITIZENS, CONCURRENT = 512, 32
_ROUNDS_OF_MANY = 3


class RawTalk:
    """Either bare store."""

    def __init__(self, store: RawSqlite | RawPostgres) -> None:
        self.opening: Opening = by_name
        self._store = store
        self._ids = count(1)
        self._outcomes: list[tuple[str, int]] = []
        self._marking: asyncio.Task[None] | None = None

    async def join(self, citizen: int) -> None:
        """Becomes known."""
        await self.say(citizen, "/start")

    async def say(self, citizen: int, text: str) -> str:
        """One turn; its reply counts as sent at once."""
        update = str(next(self._ids))
        turn = await self._store.turn(update, str(citizen), text)
        assert turn is not None
        self._outcomes.append((update, turn.message_id))
        if self._marking is None or self._marking.done():
            self._marking = asyncio.create_task(self._mark())
        return turn.reply.text

    async def _mark(self) -> None:
        while self._outcomes:
            batch, self._outcomes = self._outcomes[:GROUP], self._outcomes[GROUP:]
            await self._store.sent(batch)

    async def close(self) -> None:
        """Wait for the last outcomes."""
        if self._marking is not None:
            await self._marking


async def drive(talk: Talk, seconds: float) -> Measured:
    """Every citizen joins, then as many as are allowed at once walk surveys until the time is up."""
    citizens = list(range(600_000_001, 600_000_001 + CITIZENS))
    for start in range(0, CITIZENS, CONCURRENT):
        await asyncio.gather(*map(talk.join, citizens[start : start + CONCURRENT]))
    plan, measured = walks(citizens, SURVEYS, talk.opening), Measured()
    begun, cpu = time.perf_counter(), time.process_time()

    async def citizen() -> None:
        while plan and time.perf_counter() - begun < seconds:
            walk = plan.popleft()
            for typed, expected in walk.steps():
                before = time.perf_counter()
                said = await talk.say(walk.citizen, typed)
                measured.latencies.append(time.perf_counter() - before)
                assert expected in said, (typed, expected, said)

    async with asyncio.TaskGroup() as group:
        for _ in range(CONCURRENT):
            group.create_task(citizen())
    await talk.close()
    measured.seconds = time.perf_counter() - begun
    measured.cpu = time.process_time() - cpu
    return measured


async def on_sqlite(rounds: int, seconds: float) -> list[Row]:
    """Against bare sqlite3, each run on a fresh file."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        numbers = count(1)

        def fresh() -> str:
            return f"sqlite:///{folder}/{next(numbers)}.sqlite3"

        rates, detail = await _rates(("ours", "raw"), fresh, rounds, seconds)
    name = "one turn on SQLite / raw sqlite3"
    return [ratio(name, "turns/s", rates["ours"], rates["raw"], at_least=0.35, aim=0.6, detail=detail)]


async def on_postgres(rounds: int, seconds: float) -> list[Row]:
    """Against bare psycopg, and itself without row-level security; each in a fresh database of one server."""
    with a_server() as fresh:
        rates, detail = await _rates(("ours", "raw", "ours-unwalled"), fresh, rounds, seconds)
    ours = rates["ours"]
    return [
        ratio(
            "one turn on PostgreSQL / raw psycopg", "turns/s", ours, rates["raw"], at_least=0.7, aim=1, detail=detail
        ),
        ratio("row-level security on / off", "turns/s", ours, rates["ours-unwalled"], at_least=0.9),
    ]


async def among_many(rounds: int, seconds: float) -> list[Row]:
    """What a turn costs among ten times as many people."""
    few, many = "ours-in-20000", "ours-in-200000"
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, a_server() as database:
        numbers = count(1)
        for name, fresh in (
            ("SQLite", lambda: f"sqlite:///{folder}/{next(numbers)}.sqlite3"),
            ("PostgreSQL", database),
        ):
            rates, _ = await _rates((few, many), fresh, min(rounds, _ROUNDS_OF_MANY), seconds)
            each = {size: [1e6 / rate for rate in runs] for size, runs in rates.items()}
            title = f"a turn on {name} among 200,000 / among 20,000 people"
            rows.append(ratio(title, "us", each[many], each[few], at_most=1.2))
    return rows


async def _rates(
    contestants: Sequence[str], fresh: Callable[[], str], rounds: int, seconds: float
) -> tuple[Mapping[str, list[float]], Mapping[str, list[float]]]:
    rates: dict[str, list[float]] = {contestant: [] for contestant in contestants}
    detail: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for contestant, runs in rates.items():
            printed = await finished(["-m", "tests.bench.turns", contestant, fresh(), str(seconds)])
            rate, tail, cost = map(float, printed.split())
            runs.append(rate)
            detail[f"{contestant}_p99_ms"].append(tail)
            detail[f"{contestant}_cpu_us"].append(cost)
    return rates, dict(detail)


async def _main(contestant: str, url: str, seconds: float) -> None:
    async with _talk(contestant, url) as talk:
        measured = await drive(talk, seconds)
    print(measured.rate, measured.percentile(0.99), measured.cost)


@asynccontextmanager
async def _talk(contestant: str, url: str) -> AsyncIterator[Talk]:
    name, _, people = contestant.partition("-in-")
    if name.startswith("ours"):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            app = await an_app(Path(folder), url)
            if name == "ours-unwalled":
                take_down_walls(url)
            populate(app.store, TOWNS, int(people or 0), utc_now())
            yield talk_with(app)
        return
    make_store(url, SURVEYS)
    if url.startswith("sqlite"):
        store = RawSqlite(Path(url.removeprefix("sqlite:///")))
        yield RawTalk(store)
        store.close()
    else:
        pool = RawPostgres()
        await pool.open(url)
        yield RawTalk(pool)
        await pool.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
