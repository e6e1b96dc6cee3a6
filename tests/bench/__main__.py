"""What was promised of speed and of crashes, measured: `make bench`.

Ours and its reference run in turns, several rounds; every figure is a ratio of the same run, so that a slow or busy
machine slows both.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.bench import (
    audience,
    channel,
    edge,
    end_to_end,
    kills,
    lanes,
    machine,
    province,
    results,
    sends,
    survey_turn,
    turns,
)
from tests.bench.rows import Row, show, write


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to measure."""

    rounds: int
    seconds: float
    kills: int
    responses: int
    people: int


Scene: TypeAlias = Callable[[Effort], Awaitable[list[Row]]]

SCENES: Mapping[str, Scene] = {
    "end-to-end": lambda effort: end_to_end.run(effort.rounds, effort.seconds),
    "turn-sqlite": lambda effort: turns.on_sqlite(effort.rounds, effort.seconds),
    "turn-postgres": lambda effort: turns.on_postgres(effort.rounds, effort.seconds),
    "among-many": lambda effort: turns.among_many(effort.rounds, effort.seconds),
    "channels": lambda effort: channel.run(effort.rounds, effort.seconds),
    "edge": lambda effort: edge.run(effort.rounds, effort.seconds),
    "province": lambda _effort: province.run(),
    "sends": lambda effort: sends.run(effort.rounds, effort.seconds),
    "results": lambda effort: results.run(effort.rounds, effort.responses),
    "audience": lambda effort: audience.run(effort.rounds, effort.people),
    "four-lanes": lambda effort: lanes.run(effort.people // 10),
    "survey-turn": lambda effort: survey_turn.run(effort.rounds, effort.seconds),
    "kills": lambda effort: kills.run(effort.kills),
}


async def _measure(names: list[str], effort: Effort) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += await SCENES[name](effort)
    return rows


def main() -> int:
    """Measure, print, write; 1 where a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=SCENES, help="one scene; may be repeated")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a look, not a measure: two short rounds of little")
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    asked = parser.parse_args()
    effort = Effort(2, 2.0, 5, 5_000, 20_000) if asked.quick else Effort(asked.rounds, 5.0, 20, 100_000, 500_000)
    machine.pin(machine.LOAD_CORE)
    rows = asyncio.run(_measure(asked.only or list(SCENES), effort))
    show(rows)
    write(rows, asked.json)
    return 0 if all(row.reached for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
