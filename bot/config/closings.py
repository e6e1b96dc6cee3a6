"""What only the store tells of a process that its file closes: nobody can close it without its return report, in which
each proposal has its answer."""

from collections.abc import Collection, Iterator
from datetime import datetime

from bot.config.finding import Finding
from bot.config.load import Loaded
from bot.config.reading import read_files
from bot.config.source import Source
from bot.config.spot import Spot
from flows.participation.judgements import FINAL
from flows.participation.process import Process, Standing
from flows.participation.returns import unanswered
from storage.database import Db
from storage.proposals import count_in_process

_NAMED = 5


def findings(db: Db, source: Source, loaded: Loaded, closed: Collection[str], now: datetime) -> Iterator[Finding]:
    """Of every process with an `outcome`, or that has ended and has none; `closed`: they had one before."""
    answered = {answer.reference for answer in loaded.answers if answer.state in FINAL}
    spots = {read.slug: read.spot for read in read_files(source).processes}
    for process in loaded.town.processes:
        spot, is_new = spots[process.slug], process.slug not in closed
        if process.outcome is None:
            yield from _unclosed(db, process, spot, now)
            continue
        missing = [each for each in unanswered(db, process.slug) if each not in answered]
        if missing:
            more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            message = f"it cannot be closed: {len(missing)} proposals have no final answer: "
            told = message + ", ".join(missing[:_NAMED]) + more
            hint = f"answer each in answers/*.yaml, {' or '.join(FINAL)}, with why; or hide what is no proposal"
            tell = spot["outcome"].error if is_new else spot["outcome"].warning
            yield tell("unanswered", told, hint)
        day = process.outcome.published_at
        open_then = [phase.slug for phase in process.phases if phase.ends_at is None or phase.ends_at > day]
        if open_then and is_new:
            message = f"its return report is dated before phase `{open_then[-1]}` has ended"
            yield spot["outcome"]["published_at"].error("still_open", message, "close it after its last phase")


def _unclosed(db: Db, process: Process, spot: Spot, now: datetime) -> Iterator[Finding]:
    if process.standing_at(now) is Standing.CLOSED and (count := count_in_process(db, process.slug)):
        message = f"it has ended, and {count} proposals have no return report"
        yield spot.warning("no_return", message, "answer each, and write what came of it under `outcome`")
