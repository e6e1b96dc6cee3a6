"""Reminders: one message on the day when something becomes possible, for who asked for it."""

from datetime import datetime

from flows.participation import consent
from flows.participation.follows import check_subject
from flows.participation.process import Action, Process
from flows.participation.refusal import Reason, Refused
from flows.participation.spaces import opening_of, phases_allowing, visible_processes
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.database import Db
from storage.proposals import proposal_of_reference
from storage.reminders import Ending, Reminder, reminder_of


def remind(turn: Turn, action: Action, subject: str) -> datetime:
    """Tell this person once that `action` is possible with the subject; returns the day as it stands now."""
    check_subject(turn, subject)
    consent.check(turn, needs_name=False)
    process = process_of(turn.db, turn.town, subject)
    due_at = opening_of(process, action, turn.now) if process is not None else None
    if due_at is None:
        raise Refused(Reason.NOTHING_TO_WAIT_FOR)
    known = reminder_of(turn.db, turn.participant_id, subject, action)
    if known is None:
        turn.db.add(Reminder(participant_id=turn.participant_id, subject=subject, action=action, due_at=due_at))
    else:
        known.due_at, known.told_at, known.ending = due_at, None, Ending.WAITING
    return due_at


def forget_reminder(turn: Turn, action: Action, subject: str) -> None:
    """The person no longer wants to be reminded."""
    known = reminder_of(turn.db, turn.participant_id, subject, action)
    if known is not None and known.told_at is None:
        turn.db.remove(known)


def reminded_at(turn: Turn, action: Action, subject: str) -> datetime | None:
    """The day on which this person will be reminded, if they will."""
    known = reminder_of(turn.db, turn.participant_id, subject, action)
    return known.due_at if known is not None and known.told_at is None else None


def process_of(db: Db, town: Town, subject: str) -> Process | None:
    """The process whose phases say when something is possible with the subject; None where that is not shown now."""
    kind, _, name = subject.partition(":")
    slug = name
    if kind == "proposal":
        proposal = proposal_of_reference(db, name)
        if proposal is None or proposal.withdrawn_at is not None or proposal.hidden_at is not None:
            return None
        slug = proposal.process
    return next((process for process in visible_processes(db, town) if process.slug == slug), None)


def is_possible(process: Process, action: Action, now: datetime) -> bool:
    """The running phase allows it."""
    return process.phase_at(now) in phases_allowing(process, action)
