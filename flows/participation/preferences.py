"""How often, on which channel and at which hours each person hears what they asked to hear."""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from flows.participation.refusal import Reason, Refused
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.audit import record
from storage.database import Db
from storage.digests import Note, Pace, Preference, notes_waiting, preferences_of

_CLOCK = r"\s*(\d{1,2})(?:[:.h](\d{2})?)?\s*h?\s*"
_HOURS = re.compile(f"{_CLOCK}(?:-|–|a|to|i|y|fins a|hasta){_CLOCK}")
_DAY = 24 * 60


def chosen_by(db: Db, participant_id: int) -> Mapping[str, Preference]:
    """What a person has chosen, by channel."""
    return {each.channel: each for each in preferences_of(db, participant_id)}


def pace_on(chosen: Mapping[str, Preference], channel: str) -> Pace:
    """How often they hear on a channel."""
    return chosen[channel].pace if channel in chosen else Pace.AT_ONCE


def held_until(preference: Preference | None, town: Town, now: datetime) -> datetime:
    """When their own quiet hours end; now, outside them."""
    if preference is None or preference.quiet_from is None or preference.quiet_to is None:
        return now
    local = now.astimezone(town.zone)
    minute, begins, ends = local.hour * 60 + local.minute, preference.quiet_from, preference.quiet_to
    is_quiet = begins <= minute < ends if begins <= ends else minute >= begins or minute < ends
    if not is_quiet:
        return now
    day = local.date() + timedelta(days=int(minute >= ends))
    return datetime.combine(day, time(ends // 60, ends % 60), town.zone).astimezone(now.tzinfo)


def next_digest(town: Town, pace: Pace, now: datetime) -> datetime:
    """When what happens now is told together; of who hears at once, what is told together anyway is told daily."""
    local = now.astimezone(town.zone)
    days = (town.digests.weekday - local.weekday()) % 7 if pace is Pace.WEEKLY else 0
    at = datetime.combine(local.date() + timedelta(days=days), town.digests.at, town.zone)
    if at <= local:
        days += 7 if pace is Pace.WEEKLY else 1
        at = datetime.combine(local.date() + timedelta(days=days), town.digests.at, town.zone)
    return at.astimezone(now.tzinfo)


def choose_pace(turn: Turn, channel: str, pace: Pace) -> None:
    """From now on so often on this channel; what waits already is told when that says."""
    _preference(turn, channel).pace = pace
    record(turn.db, turn.actor, "pace_chosen", f"channel:{channel}", turn.now, {"pace": pace.value})
    for note in notes_waiting(turn.db, turn.participant_id):
        note.due_at = turn.now if pace is Pace.AT_ONCE else next_digest(turn.town, pace, turn.now)


def choose_quiet(turn: Turn, channel: str, hours: tuple[int, int] | None) -> None:
    """Nothing comes unasked between these minutes of the day; None: at the town's hours alone."""
    preference = _preference(turn, channel)
    preference.quiet_from, preference.quiet_to = hours or (None, None)
    record(turn.db, turn.actor, "quiet_hours_chosen", f"channel:{channel}", turn.now)


def hours_in(text: str) -> tuple[int, int]:
    """The minutes at which "22-8" or "21:30 a 8" begins and ends."""
    found = _HOURS.fullmatch(text.lower())
    if found is None:
        raise Refused(Reason.HOURS_UNCLEAR)
    begins, ends = (int(found[hour]) * 60 + int(found[hour + 1] or 0) for hour in (1, 3))
    if not (0 <= begins <= _DAY and 0 <= ends <= _DAY) or begins % _DAY == ends % _DAY:
        raise Refused(Reason.HOURS_UNCLEAR)
    return begins % _DAY, ends % _DAY


def note(
    db: Db, town: Town, participant_id: int, pace: Pace, kind: str, subject: str, since: datetime, now: datetime
) -> None:
    """Keep for their next digest that this happened, and since when."""
    due_at = next_digest(town, pace, now)
    db.add(Note(participant_id=participant_id, kind=kind, subject=subject, happened_at=since, due_at=due_at))


def _preference(turn: Turn, channel: str) -> Preference:
    found = turn.db.find(Preference, turn.participant_id, channel)
    if found is None:
        found = Preference(participant_id=turn.participant_id, channel=channel)
        turn.db.add(found)
    return found
