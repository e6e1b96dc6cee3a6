"""What a citizen hears around a person of the town: an answer, that one takes over, that the bot is back, the end."""

from flows.text import Catalogue
from flows.turn import Turn
from storage.tickets import Ticket, TicketState


def answer(turn: Turn, ticket: Ticket, text: str, *, is_last: bool) -> str:
    """What a person writes: in a conversation that is theirs under their name, else with what it answers."""
    names = _names(turn, ticket)
    if ticket.state is TicketState.TAKEN:
        return f"{ticket.taken_by or names['town']}: {text}"
    if is_last:
        more = turn.t("This closes your message {code}. To write to the town again, write PERSON.", **names)
    else:
        more = turn.t("To add something, write {code}.", **names)
    return "\n\n".join((turn.t("{town} answers your message {code}:", **names), text, more))


def taken(turn: Turn, ticket: Ticket) -> str:
    """From now on a person writes, and the bot is silent."""
    names, name = _names(turn, ticket), ticket.taken_by
    if name:
        who = turn.t("From now on {name}, of {town}, writes to you here about {code}.", name=name, **names)
    else:
        who = turn.t("From now on a person of {town} writes to you here about {code}.", **names)
    meanwhile = turn.t("What you write reaches that person. I stay silent; to talk to me again, write MENU.")
    return f"{who} {meanwhile}"


def handed_back(turn: Turn, ticket: Ticket, *, is_overdue: bool, is_asked: bool) -> str:
    """The bot speaks again. `is_asked`: what it had asked stands below."""
    names = _names(turn, ticket)
    if ticket.state is TicketState.CLOSED:
        stands = closed(turn, ticket)
    elif is_overdue:
        stands = turn.t("Nobody has written to you for a day. Your message {code} stays open.", **names)
    else:
        stands = _stays_open(turn.catalogue, ticket.code)
    menu = "" if is_asked else turn.t("To see what you can do, write MENU.")
    return " ".join(part for part in (_is_back(turn.catalogue), stands, menu) if part)


def closed(turn: Turn, ticket: Ticket) -> str:
    """The matter is done."""
    return turn.t("Your message {code} is closed. To write to the town again, write PERSON.", **_names(turn, ticket))


def turned_back(ours: Catalogue, code: str) -> str:
    """The citizen has turned from the person to the bot."""
    return f"{_is_back(ours)} {_stays_open(ours, code)}"


def _names(turn: Turn, ticket: Ticket) -> dict[str, str]:
    return {"town": turn.words(turn.town.name), "code": ticket.code}


def _is_back(ours: Catalogue) -> str:
    return ours.translate("You are talking to me again, the automatic service.", {})


def _stays_open(ours: Catalogue, code: str) -> str:
    return ours.translate("Your message {code} stays open with the town.", {"code": code})
