"""What is done to a run, by a person or by itself: it pauses, goes on, or ends. Each stands in the log."""

from datetime import datetime

from sqlmodel import col, select

from bot.settling import take_back
from storage.audit import record
from storage.broadcasts import Occurrence, RecipientState
from storage.database import Db


class NotThere(LookupError):
    """The broadcast has no run that this can be done to."""


def open_run(db: Db, broadcast: str) -> Occurrence:
    """The last run of a broadcast, locked. Raises `NotThere` where it never ran, or its last run was ended."""
    runs = select(Occurrence).where(col(Occurrence.broadcast) == broadcast, col(Occurrence.is_missed).is_(False))
    run = db.first(runs.order_by(col(Occurrence.local_at).desc()).limit(1).with_for_update())
    if run is None:
        raise NotThere(f"{broadcast} has not run yet")
    if run.cancelled_at is not None:
        raise NotThere(f"the run of {run.local_at} was cancelled")
    return run


def pause(db: Db, run: Occurrence, why: str, now: datetime, actor: str) -> None:
    """Nothing more leaves; what is in a provider's hands already is not taken back."""
    run.paused_at, run.paused_why = run.paused_at or now, why[:200]
    take_back(db, run, RecipientState.WAITING, now)
    record(db, actor, "broadcast_paused", _subject(run), now, {"at": run.local_at, "why": why[:200]})


def resume(db: Db, run: Occurrence, now: datetime, actor: str) -> None:
    """It goes on; what made it pause by itself is counted anew."""
    run.paused_at, run.paused_why = None, ""
    run.attempts = run.failures = run.receipts = run.late_receipts = 0
    record(db, actor, "broadcast_resumed", _subject(run), now, {"at": run.local_at})


def cancel(db: Db, run: Occurrence, now: datetime, actor: str) -> None:
    """It ends here: whoever has not been sent it will not be."""
    run.cancelled_at, run.frozen_at = now, run.frozen_at or now
    take_back(db, run, RecipientState.CANCELLED, now)
    record(db, actor, "broadcast_cancelled", _subject(run), now, {"at": run.local_at})


def _subject(run: Occurrence) -> str:
    return f"broadcast:{run.broadcast}"
