"""A run as people read it: how it stands, its bar, and a line for each of its recipients."""

import csv
import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.cli.folder import err, out
from bot.run_report import RunReport, reported
from flows.participation.tenant import Town
from storage.broadcasts import Occurrence, Recipient, RecipientState, recipients_after
from storage.database import Db, Store

_LOOK_EVERY = 1.0
_COLUMNS = ("recipient", "language", "channel", "state", "tried", "reason", "since")
_SAID = {
    RecipientState.WAITING: "waiting for their turn",
    RecipientState.ENQUEUED: "on their way",
    RecipientState.SENT: "sent, no word yet",
    RecipientState.DELIVERED: "delivered",
    RecipientState.HANDED_OVER: "handed over to their mail server",
    RecipientState.UNDELIVERED: "undelivered",
    RecipientState.NO_RECEIPT: "sent, no word in 72 hours",
    RecipientState.OPTED_OUT: "opted out",
    RecipientState.NO_CHANNEL: "no channel that reaches them",
    RecipientState.CAPPED: "had enough of the topic",
    RecipientState.EXPIRED: "expired before it left",
    RecipientState.UNCERTAIN: "uncertain: nobody knows whether it left",
    RecipientState.UNRENDERED: "no words for them",
    RecipientState.CANCELLED: "cancelled before it left",
    RecipientState.MOOT: "not concerned any more",
    RecipientState.DOUBLE: "the same person as another",
}


def reported_now(db: Db, town: Town, run_id: int) -> RunReport:
    """How a run stands."""
    return reported(db, town, db.one(Occurrence, run_id), datetime.now(UTC))


def stands_in_words(stands: RunReport) -> str:
    """As "held until 2026-12-01 09:00"."""
    match stands.standing:
        case "held":
            return f"held until {stands.why}"
        case "paused":
            return f"paused {stands.why}".strip()
        case standing:
            return standing


def print_report(stands: RunReport) -> None:
    """The states that somebody is in, by channel, and their sum."""
    out.print(f"{stands.broadcast}, the run of {stands.local_at}: {stands_in_words(stands)}.")
    table = Table("", *(channel or "none" for channel in stands.channels), "all", box=None, pad_edge=False)
    for state in RecipientState:
        if total := stands.states.get(state, 0):
            counts = (str(each.get(state, "")) for each in stands.channels.values())
            table.add_row(_SAID[state], *counts, str(total))
    table.add_row("audience", *(str(sum(each.values())) for each in stands.channels.values()), str(stands.audience))
    out.print(table)


def lines(store: Store, town: Town, run_id: int) -> Iterator[bytes]:
    """The recipients of a run as CSV, one a line, numbered; no address and nothing that names a person."""
    yield _line(_COLUMNS)
    after, number = None, 0
    while some := store.run(town.id, partial(recipients_after, occurrence_id=run_id, after=after)):
        for each in some:
            number += 1
            yield _line(_cells(number, each))
        after = some[-1].participant_id


def watch(store: Store, town: Town, run_id: int) -> None:
    """A bar until it has finished, or until only receipts are awaited."""
    rate, eta = TextColumn("{task.fields[rate]}"), TimeRemainingColumn()
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate, eta, console=err) as bar:
        task, before, then = bar.add_task("", total=None, rate=""), -1, time.monotonic()
        while True:
            stands, now = store.run(town.id, partial(reported_now, town=town, run_id=run_id)), time.monotonic()
            speed = f"{max(0, stands.done - before) / (now - then):.1f}/s" if before >= 0 else ""
            words, total = f"{stands.broadcast}: {stands_in_words(stands)}", stands.audience or None
            bar.update(task, total=total, completed=stands.done, description=words, rate=speed)
            has_left = stands.standing == "going" and stands.done == stands.audience
            if has_left or stands.standing in ("finished", "cancelled", "missed"):
                return
            before, then = stands.done, now
            time.sleep(_LOOK_EVERY)


def _cells(number: int, each: Recipient) -> tuple[str, ...]:
    since = each.changed_at.isoformat(timespec="seconds")
    return str(number), each.language, each.lane.partition(":")[0], each.state.value, each.tried, each.reason, since


def _line(cells: tuple[str, ...]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()
