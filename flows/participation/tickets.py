"""Tickets: what a citizen asks the people of the town, their answers, and who owns the conversation meanwhile.

A ticket is help, not taking part: it asks for no age, terms or name. While one is taken a person owns the conversation
and the bot is silent (`sessions.ticket_id`); taking and handing back lock the session as turns do, so that each turn is
wholly before or wholly after. The audit log has codes, never words.
"""

from datetime import datetime, timedelta
from functools import partial

from flows.participation.references import TICKET, free_code
from flows.participation.refusal import Reason, Refused
from flows.participation.writing import paragraphs, repeated
from flows.turn import Turn
from storage.audit import record
from storage.database import Db
from storage.participants import Session, live_addresses
from storage.tickets import (
    CITIZEN,
    Ticket,
    TicketMessage,
    TicketState,
    lock_session,
    open_tickets_of,
    ticket_of_code,
)

OPEN_MOST = 3
"""Tickets of one person that are not closed."""
TEXT_MOST = 2000
OWNED_WITHOUT_A_WORD = timedelta(hours=24)
"""A conversation whose owner has not written for so long goes back to the bot."""


def check_text(text: str) -> str:
    """A message as it is kept."""
    words = paragraphs(text)
    if not words:
        raise Refused(Reason.MESSAGE_EMPTY)
    if len(words) > TEXT_MOST:
        raise Refused(Reason.MESSAGE_TOO_LONG, length=len(words), most=TEXT_MOST, count=len(words) - TEXT_MOST)
    return words


def open_ticket(turn: Turn, text: str, about: str = "") -> Ticket:
    """A new ticket of the turn's participant; about the same subject as one that is open, it is added to that one."""
    words = check_text(text)
    tickets = open_tickets_of(turn.db, turn.participant_id)
    for same in (ticket for ticket in tickets if about and ticket.about == about):
        return add_message(turn, same.code, words)
    if not about and sum(not ticket.about for ticket in tickets) >= OPEN_MOST:
        raise Refused(Reason.TICKETS_OPEN, count=OPEN_MOST)
    ticket = Ticket(
        code=free_code(turn.town, TICKET, partial(ticket_of_code, turn.db)),
        participant_id=turn.participant_id,
        channel=turn.channel,
        about=about,
        opened_at=turn.now,
    )
    turn.db.add(ticket)
    _say(turn.db, ticket, CITIZEN, words, turn.now)
    _record(turn.db, ticket, "ticket_opened", turn.actor, turn.now)
    return ticket


def add_message(turn: Turn, code: str, text: str) -> Ticket:
    """One more message of the turn's participant to an open ticket of theirs."""
    ticket = own_ticket(turn, code)
    if ticket.closed_at is not None:
        raise Refused(Reason.TICKET_CLOSED, code=ticket.code)
    _say(turn.db, ticket, CITIZEN, check_text(text), turn.now)
    return ticket


def own_ticket(turn: Turn, code: str) -> Ticket:
    """The ticket with this code, if it is the turn's participant's; anybody else's does not exist."""
    found = ticket_of_code(turn.db, code)
    if found is None or found.participant_id != turn.participant_id:
        raise Refused(Reason.TICKET_UNKNOWN, code=repeated(code))
    return found


def hear(db: Db, ticket_id: int, text: str, now: datetime) -> bool:
    """What the citizen does while a person owns the conversation, whatever it is; False where the ticket is gone."""
    ticket = db.find(Ticket, ticket_id)
    if ticket is not None:
        _say(db, ticket, CITIZEN, paragraphs(text) or "…", now)
    return ticket is not None


def answer(db: Db, code: str, text: str, *, now: datetime, actor: str) -> Ticket:
    """What a person of the town says; it takes nothing over. A closed ticket is open again."""
    words = paragraphs(text)
    if not words:
        raise Refused(Reason.ANSWER_EMPTY)
    ticket, _ = _locked(db, code)
    _say(db, ticket, actor, words, now)
    ticket.answered_at = ticket.answered_at or now
    ticket.attended_at = now
    if ticket.closed_at is not None:
        ticket.state, ticket.closed_at = TicketState.OPEN, None
    _record(db, ticket, "ticket_answered", actor, now)
    return ticket


def take(db: Db, code: str, name: str, *, now: datetime, actor: str) -> Ticket:
    """From now on a person owns the conversation; `name` is how the citizen is told. Over from a colleague as well.

    Nobody takes a conversation with who has stopped: neither would hear the other.
    """
    ticket, session = _locked(db, code)
    if not live_addresses(db, ticket.participant_id):
        raise Refused(Reason.CITIZEN_STOPPED)
    other = db.find(Ticket, session.ticket_id) if session.ticket_id not in (None, ticket.id) else None
    if other is not None:
        raise Refused(Reason.TICKET_TAKEN, code=other.code)
    session.ticket_id = ticket.id
    ticket.state, ticket.taken_by = TicketState.TAKEN, name
    ticket.attended_at, ticket.closed_at = now, None
    _record(db, ticket, "ticket_taken", actor, now)
    return ticket


def release(db: Db, code: str, *, now: datetime, actor: str) -> Ticket:
    """Hand the conversation back to the bot; the ticket stays open. `Refused` where nobody owned it."""
    ticket, session = _locked(db, code)
    if ticket.state is not TicketState.TAKEN:
        raise Refused(Reason.TICKET_NOT_TAKEN, code=ticket.code)
    _hand_back(db, ticket, session, actor, now)
    return ticket


def end_overdue(db: Db, code: str, *, now: datetime) -> Ticket | None:
    """Hand back what its owner has left without a word for too long; None where that is not so any more."""
    ticket, session = _locked(db, code)
    attended_at = ticket.attended_at or ticket.opened_at
    if ticket.state is not TicketState.TAKEN or attended_at > now - OWNED_WITHOUT_A_WORD:
        return None
    _hand_back(db, ticket, session, "system", now)
    return ticket


def close(db: Db, code: str, *, now: datetime, actor: str) -> tuple[Ticket, bool]:
    """The matter is done. Returns whether a person owned the conversation, too: it is the bot's again."""
    ticket, session = _locked(db, code)
    if ticket.closed_at is not None:
        raise Refused(Reason.TICKET_CLOSED, code=ticket.code)
    was_taken = ticket.state is TicketState.TAKEN
    if was_taken:
        _hand_back(db, ticket, session, actor, now)
    ticket.state, ticket.closed_at = TicketState.CLOSED, now
    _record(db, ticket, "ticket_closed", actor, now)
    return ticket, was_taken


def go_back(db: Db, participant_id: int, *, now: datetime) -> str:
    """The citizen turns back to the bot, in a turn of theirs. Returns the code of the ticket, which goes on."""
    session = db.one(Session, participant_id)
    ticket = db.find(Ticket, session.ticket_id)
    if ticket is None:
        session.ticket_id = None
        return ""
    _hand_back(db, ticket, session, f"participant:{participant_id}", now)
    return ticket.code


def _hand_back(db: Db, ticket: Ticket, session: Session, actor: str, now: datetime) -> None:
    session.ticket_id = None
    ticket.state, ticket.taken_by = TicketState.OPEN, ""
    db.flush()
    _record(db, ticket, "ticket_released", actor, now)


def _locked(db: Db, code: str) -> tuple[Ticket, Session]:
    """The ticket as it is once its participant's session is locked, as turns lock it: none of theirs is under way."""
    found = ticket_of_code(db, code)
    session = lock_session(db, found.participant_id) if found is not None else None
    ticket = ticket_of_code(db, code)
    if session is None or ticket is None:
        raise Refused(Reason.TICKET_UNKNOWN, code=repeated(code))
    return ticket, session


def _say(db: Db, ticket: Ticket, author: str, text: str, now: datetime) -> None:
    db.add(TicketMessage(ticket_id=ticket.id, author=author, text=text, said_at=now))


def _record(db: Db, ticket: Ticket, action: str, actor: str, now: datetime) -> None:
    record(db, actor, action, f"ticket:{ticket.code}", now, {"about": ticket.about} if ticket.about else None)
