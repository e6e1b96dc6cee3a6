"""A hundred thousand responses to twenty questions: added up and exported, each in a process of its own.

    python -m tests.bench.results WORK STORE

WORK is "add-up", "csv", "xlsx", "flow-results", or "raw": the same rows read with sqlite3 and counted with json.loads
and Counter. Prints seconds, the growth of peak memory in megabytes, and a hash of what was counted. What is written is
one reading of the store: adding up, which the command does before each export, is not in it.
"""

import csv
import hashlib
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from zipfile import ZipFile

from sqlalchemy import insert

from bot.cli import results as command
from bot.results import gather
from bot.results.records import Records
from flows.counted import Told
from flows.participation.figures import publishable
from flows.participation.tally import Tally, tally
from storage.database import Db, Store
from storage.keys import Keys
from storage.migrate import upgrade
from storage.responses import Response
from storage.row import new_id, table_of
from storage.tenants import SurveyRevision, Tenant
from tests.bench.machine import finished
from tests.bench.raw_results import Counts, count
from tests.bench.rows import Row, ratio
from tests.bench.twenty import answers_of, survey
from tests.towns import ZONE

TOWN = "bench"
EXPORTS = {"csv": "CSV", "xlsx": "XLSX", "flow-results": "Flow Results"}
_BATCH = 5_000
_ROUNDS_OF_MANY = 3
_BEGAN = datetime(2026, 11, 1, 8, tzinfo=UTC)


async def run(rounds: int, responses: int) -> list[Row]:
    """Every work on the same store, in turns."""
    seconds: dict[str, list[float]] = defaultdict(list)
    megabytes: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        store = Path(folder) / "results.sqlite3"
        fill(f"sqlite:///{store}", responses)
        for _ in range(min(rounds, _ROUNDS_OF_MANY)):
            counted = set()
            for work in ("raw", "add-up", *EXPORTS):
                printed = (await finished(["-m", "tests.bench.results", work, str(store)])).split()
                seconds[work].append(float(printed[0]))
                megabytes[work].append(float(printed[1]))
                counted.add(printed[2])
            assert len(counted) == 1, "not the same was counted"
    rates = {work: [responses / each for each in taken] for work, taken in seconds.items()}
    title = f"{responses:,} responses"
    rows = [ratio(f"{title} added up / sqlite3, json, Counter", "rows/s", rates["add-up"], rates["raw"])]
    rows += [ratio(f"{title} as {name} / added up", "rows/s", rates[w], rates["add-up"]) for w, name in EXPORTS.items()]
    names = {"raw": "raw, added up", "add-up": "added up"} | {work: f"as {name}" for work, name in EXPORTS.items()}
    rows += [
        Row(f"{title} {name}: growth of memory", median(megabytes[work]), "MB", rounds=tuple(megabytes[work]))
        for work, name in names.items()
    ]
    return rows


def fill(url: str, responses: int) -> None:
    """A store with the town, the survey and so many responses."""
    upgrade(url, _BEGAN)
    store = Store(url, Keys(bytes(32)))
    store.run(TOWN, _prepare)
    for start in range(0, responses, _BATCH):
        store.run(TOWN, partial(_add, people=range(start, min(responses, start + _BATCH))))
    store.close()


def _prepare(db: Db) -> None:
    asked = survey()
    db.add(Tenant(tenant_id=TOWN))
    db.flush()
    db.add(SurveyRevision(survey=asked.slug, hash=asked.hash, content=dict(asked.content), published_at=_BEGAN))


def _add(db: Db, people: Iterable[int]) -> None:
    asked = survey()
    db.execute(
        insert(table_of(Response)),
        [
            {
                "tenant_id": TOWN,
                "id": new_id(),
                "survey": asked.slug,
                "revision": asked.hash,
                "receipt": f"{person:08X}",
                "answers": (answers := answers_of(asked, person)),
                "channel": ("telegram", "whatsapp", "sms")[person % 3],
                "language": ("ca", "es", "en")[person % 3],
                "submitted_at": _BEGAN + timedelta(seconds=person),
                "source": "conversation",
                "is_registered": True,
                "is_verified": person % 10 > 0,
                "paces": {key: [3 + person % 40, 0] for key in answers},
            }
            for person in people
        ],
    )


def _work(work: str, path: Path) -> tuple[float, float, str]:
    """Seconds, megabytes, and the hash of the counts. What an export needs to know is added up before its time runs."""
    if work == "raw":
        before, begun = _resident(), time.perf_counter()
        counts = count(path)
        return time.perf_counter() - begun, _megabytes("VmHWM") - before, _hash(counts)
    asked, now = survey(), datetime.now(UTC)
    store = Store(f"sqlite:///{path}", Keys(bytes(32)))
    before, begun = _resident(), time.perf_counter()
    added_up = tally(asked, gather.responses(store, TOWN, asked))
    results = publishable(added_up, now)
    if work != "add-up":
        records = Records(asked, Told(results, "en", "ca", ZONE), is_internal=False)
        output = path.with_name(f"results.{work}")
        wanted = command.Wanted(work, output, "en", False, None, "")
        before, begun = _resident(), time.perf_counter()
        written = command._FORMS[work](records, gather.responses(store, TOWN, asked), wanted, now)
    seconds, grown = time.perf_counter() - begun, _megabytes("VmHWM") - before
    if work != "add-up":
        _check(work, output, written, added_up)
    store.close()
    return seconds, grown, _hash(_counts(added_up))


def _check(work: str, output: Path, written: int, added_up: Tally) -> None:
    """What was written can be read, and nothing is missing."""
    assert written >= added_up.responses
    if work == "csv":
        with output.open(encoding="utf-8", newline="") as file:
            assert sum(1 for _ in csv.reader(file, delimiter=";")) == 1 + added_up.responses
    elif work == "flow-results":
        with ZipFile(output) as package, package.open("data.json") as data:
            assert len({row[3] for row in json.load(data)}) == written
    output.unlink()


def _counts(added_up: Tally) -> Counts:
    """As the reference counts."""
    counts: Counts = {}
    for each in added_up.sums:
        slug = each.question.slug
        counts[slug] = {"asked": each.asked, "answered": each.answered}
        counts[slug] |= {f"option {name}": number for name, number in each.options.items()}
        counts[slug] |= {f"place {name}": number for name, number in each.places.items()}
        for row, options in each.rows.items():
            counts[f"{slug}.{row}"] = {"answered": each.row_answers[row]}
            counts[f"{slug}.{row}"] |= {f"option {name}": number for name, number in options.items()}
    return counts


def _hash(counts: Counts) -> str:
    return hashlib.sha256(json.dumps(counts, sort_keys=True).encode()).hexdigest()


def _resident() -> float:
    """What is resident now; peak memory is counted anew from here on."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _megabytes("VmRSS")


def _megabytes(which: str) -> float:
    """Resident memory of this process, which unlike ru_maxrss begins at nothing; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(which)), 0.0)


if __name__ == "__main__":
    print(*_work(sys.argv[1], Path(sys.argv[2])))
