"""Who published what was hidden or redacted, or was blocked, asks the people of the town for another look.

It is no taking part: it asks for no age, terms or name, and somebody who is blocked can do it.
"""

from flows.participation.moderation import State, name_of
from flows.participation.refusal import Reason, Refused
from flows.participation.tickets import open_ticket
from flows.turn import Turn
from storage.audit import record
from storage.comments import comments_by_author
from storage.moderation import Moderation, moderations_of
from storage.proposals import proposals_by_author
from storage.tickets import Ticket

_DECIDED = (State.HIDDEN, State.REMOVED, State.REFUSED, State.REDACTED, State.BLOCKED)


def decided_about(turn: Turn) -> list[Moderation]:
    """What was decided against this person's items or against them, the oldest first, and may be appealed from."""
    return [row for row in _decisions(turn) if row.appealed_at is None]


def nothing_left(turn: Turn) -> Refused:
    """Why there is nothing to appeal from: it was done already, or nothing was decided."""
    asked = [row.appealed_at for row in _decisions(turn) if row.appealed_at is not None]
    return Refused(Reason.ALREADY_APPEALED, on=max(asked)) if asked else Refused(Reason.NOTHING_TO_APPEAL)


def check_may_appeal(turn: Turn, name: str) -> Moderation:
    """The decision about this item of theirs; each is appealed from once."""
    found = next((row for row in _decisions(turn) if row.item == name), None)
    if found is None:
        raise Refused(Reason.NOTHING_TO_APPEAL)
    if found.appealed_at is not None:
        raise Refused(Reason.ALREADY_APPEALED, on=found.appealed_at)
    return found


def appeal(turn: Turn, name: str, text: str) -> Ticket:
    """Bring it before the people of the town, with the person's own words; the answer comes as a ticket's does."""
    decision = check_may_appeal(turn, name)
    ticket = open_ticket(turn, text, about=name)
    decision.appealed_at = turn.now
    record(turn.db, turn.actor, "appealed", name, turn.now, {"ticket": ticket.code})
    return ticket


def _decisions(turn: Turn) -> list[Moderation]:
    names = [f"participant:{turn.participant_id}"]
    names += map(name_of, proposals_by_author(turn.db, turn.participant_id))
    names += map(name_of, comments_by_author(turn.db, turn.participant_id))
    return [row for row in moderations_of(turn.db, names) if row.state in _DECIDED]
