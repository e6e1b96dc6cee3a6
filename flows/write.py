"""Write to the people of the town, and see how that stands. About the code of a message sent before, or about nothing.

It is help, not taking part: it asks for no age, no terms and no name.
"""

from flows import card
from flows.attendance import presence
from flows.explain import checked, explain
from flows.participation import attachments, tickets
from flows.participation.refusal import Refused
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn
from storage.tickets import CITIZEN, Ticket, TicketMessage, messages_of, open_tickets_of

_FILES = 3
_LAST = 4
"""Messages shown of a ticket."""


def start(turn: Turn) -> Move:
    """Who has written already can add to that; who has said so much that nothing new is taken, only that."""
    if turn.about:
        return Goto("message")
    opened = [ticket for ticket in open_tickets_of(turn.db, turn.participant_id) if not ticket.about]
    if not opened:
        return Goto("message")
    choices = [Choice(f"write.start|{ticket.code}", turn.t("Add to {code}", code=ticket.code)) for ticket in opened]
    if len(opened) < tickets.OPEN_MOST:
        also = ("nou", "nova", "nuevo", "nueva", "new")
        choices.append(Choice("message", turn.t("Write about something else"), also))
    return Ask(
        turn.tn(
            "You have {count} open message with the town. What do you want to do?",
            "You have {count} open messages with the town. What do you want to do?",
            len(opened),
        ),
        choices=(*choices, card.to_menu(turn)),
        then="chosen",
    )


def chosen(turn: Turn) -> Move:
    """On to it."""
    return card.go(turn, "start")


def message(turn: Turn) -> Move:
    """The words, and first what becomes of them."""
    if turn.about and tickets.own_ticket(turn, turn.about).closed_at is not None:
        return Goto(f"shown:{turn.about}")
    asked = [
        turn.t("Write your message to the people of {town}, in one go.", town=turn.words(turn.town.name)),
        turn.t("Only they read it, and they answer you here."),
        turn.tn(
            "It is kept until {count} day after the matter is closed.",
            "It is kept until {count} days after the matter is closed.",
            turn.town.retention.tickets,
        ),
    ]
    asked.append(turn.t("A photo, a document or a voice note can go with it: send it first."))
    return Ask(
        " ".join(asked),
        brief=turn.t("Write your message to {town}. Only its people read it.", town=turn.words(turn.town.name)),
        check=checked(tickets.check_text),
        label=turn.t("Message"),
        takes_files=_FILES,
        takes_voice=True,
        then="preview",
    )


def preview(turn: Turn) -> Move:
    """The last look."""
    files = [f"[{file.name}]" for file in attachments.handed_in(turn.answers, "message")]
    written = (turn.answers.get("message", ""), *files)
    return Ask(
        "\n\n".join((turn.t("This is your message:"), *written)),
        brief="\n".join((turn.t("Shall I send it? To add to it: + and the text."), *written)),
        adds_to="message",
        choices=(
            Choice("send", turn.t("Send the message"), ("envia", "enviar", "send", "sí", "si", "yes")),
            Choice("edit", turn.t("Write it again")),
            Choice("drop", turn.t("Throw it away"), ("no",)),
        ),
        then="decide",
    )


def decide(turn: Turn) -> Move:
    """The answer is taken, so that who comes back to the draft gets the last look again."""
    match turn.answers.pop("preview", ""):
        case "send":
            return Goto("send")
        case "edit":
            return Goto("message")
        case "drop":
            return Goto("cancel.start")
        case _:
            return Goto("preview")


def send(turn: Turn) -> Move:
    """Send it, to a ticket of its own or to the one it is about."""
    text = turn.answers.get("message", "")
    try:
        ticket = tickets.add_message(turn, turn.about, text) if turn.about else tickets.open_ticket(turn, text)
    except Refused as refused:
        return Say(explain(turn, refused), then="leave")
    attachments.want(turn, f"ticket:{ticket.code}", attachments.handed_in(turn.answers, "message"))
    sent = turn.t("Sent. Your code is {code}.", code=ticket.code)
    later = turn.t("Write it here at any time to see how it stands, or to add something.")
    return Say(" ".join(part for part in (sent, later, presence(turn)) if part), then="sent")


def sent(turn: Turn) -> Move:
    """Done: no draft is left."""
    return Goto("menu.start", dropped=True)


def leave(turn: Turn) -> Move:
    """Not taken; what was written stays as a draft."""
    return Goto("menu.start")


def shown(turn: Turn) -> Move:
    """How a message stands, and the last that was said. The argument is its code."""
    ticket = tickets.own_ticket(turn, turn.argument)
    said = messages_of(turn.db, ticket.id)
    choices = [card.to_menu(turn)]
    if ticket.closed_at is None:
        choices.insert(0, Choice(f"write.start|{ticket.code}", turn.t("Add something"), ("afegeix", "añadir", "add")))
    else:
        choices.insert(0, Choice("write.start", turn.t("Write a new message")))
    lines = [_line(turn, each) for each in said[-_LAST:]]
    text = "\n\n".join((_standing(turn, ticket, said[-1] if said else None), *lines))
    return Ask(text, choices=choices, then=f"act:{ticket.code}")


def act(turn: Turn) -> Move:
    """On to what was chosen on the card."""
    return card.go(turn, f"shown:{turn.argument}")


def _standing(turn: Turn, ticket: Ticket, last: TicketMessage | None) -> str:
    opened = turn.t("Your message {code}, of {day}.", code=ticket.code, day=turn.day(ticket.opened_at))
    if ticket.closed_at is not None:
        return f"{opened} " + turn.t("It was closed on {day}.", day=turn.day(ticket.closed_at))
    if last is None or last.author == CITIZEN:
        return f"{opened} " + turn.t("The town has not answered it yet.")
    return f"{opened} " + turn.t("The town answered it on {day}.", day=turn.day(last.said_at))


def _line(turn: Turn, said: TicketMessage) -> str:
    who = turn.t("You") if said.author == CITIZEN else turn.words(turn.town.name)
    return f"{who} ({turn.day(said.said_at)}): {said.text}"
