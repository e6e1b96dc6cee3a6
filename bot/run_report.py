"""The report of a run, counted from the rows of its recipients: what is in it adds up to the audience."""

from collections import Counter
from datetime import datetime

from msgspec import Struct

from bot.freezing import broadcast_of
from bot.settling import is_finished
from flows.participation.quiet import is_quiet, quiet_until
from flows.participation.tenant import Town
from storage.broadcasts import Occurrence, RecipientState, tallied_recipients
from storage.database import Db

OPEN = (RecipientState.WAITING, RecipientState.ENQUEUED, RecipientState.SENT)
LEFT = (
    RecipientState.SENT,
    RecipientState.DELIVERED,
    RecipientState.HANDED_OVER,
    RecipientState.NO_RECEIPT,
    RecipientState.UNDELIVERED,
    RecipientState.UNCERTAIN,
)
"""Something has left for them."""


class RunReport(Struct, frozen=True):
    """How one run stands."""

    broadcast: str
    local_at: str
    standing: str
    """"missed", "cancelled", "paused", "held", "freezing", "going" or "finished"."""
    why: str
    """Why it is paused, or until when it is held."""
    audience: int
    states: dict[str, int]
    """Every state that somebody is in."""
    channels: dict[str, dict[str, int]]
    """The same by channel; "" is of whom none reaches."""

    @property
    def done(self) -> int:
        """How many wait no longer."""
        return self.audience - self.states.get(RecipientState.WAITING, 0) - self.states.get(RecipientState.ENQUEUED, 0)


def reported(db: Db, town: Town, run: Occurrence, now: datetime) -> RunReport:
    """Counted now."""
    states: Counter[str] = Counter()
    channels: dict[str, Counter[str]] = {}
    for (state, lane), count in tallied_recipients(db, run.id).items():
        states[state.value] += count
        channels.setdefault(lane.partition(":")[0], Counter())[state.value] += count
    standing, why = _standing(db, town, run, now)
    by_channel = {channel: dict(counts) for channel, counts in sorted(channels.items())}
    return RunReport(run.broadcast, run.local_at, standing, why, states.total(), dict(states), by_channel)


def _standing(db: Db, town: Town, run: Occurrence, now: datetime) -> tuple[str, str]:
    if run.is_missed:
        return "missed", ""
    if run.cancelled_at is not None:
        return "cancelled", ""
    if run.paused_at is not None:
        return "paused", run.paused_why
    if is_finished(db, run):
        return "finished", ""
    if is_quiet(town, now) and not broadcast_of(run).is_urgent:
        return "held", f"{quiet_until(town, now).astimezone(town.zone):%Y-%m-%d %H:%M}"
    return ("going" if run.frozen_at else "freezing"), ""
